//! Why machines end, and what others are told of it: errors with their causes, the
//! signals to a spawner, the notice of a monitored or linked machine.
//!
//! Must not know: mailboxes, drivers, clocks. Everything here is plain data.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::restart::Intensity;

/// Number of a machine: unique within its system, and never given to a second machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineId(pub(crate) u64);

impl MachineId {
    /// A number that a driver gives.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number itself, for logs and tables.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of a [`Task`](crate::Task): in a range that no machine's number is in.
    pub(crate) const fn of_task(number: u64) -> Self {
        Self(number | TASKS)
    }
}

/// What the numbers of tasks have, and those of machines have not.
const TASKS: u64 = 1 << 63;

impl fmt::Display for MachineId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 & TASKS {
            0 => write!(formatter, "#{}", self.0),
            _ => write!(formatter, "#t{}", self.0 & !TASKS),
        }
    }
}

/// Who a machine is, without its type: its chart's name and its number.
///
/// Prints as `samples/Switch#7`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    pub(crate) id: MachineId,
    pub(crate) name: &'static str,
}

impl Identity {
    /// The machine of that number, with the name of its chart.
    pub const fn new(id: MachineId, name: &'static str) -> Self {
        Self { id, name }
    }

    /// The machine's number.
    pub const fn id(self) -> MachineId {
        self.id
    }

    /// The name of its chart, for example `samples/Switch`.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.name, self.id)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A machine that this one spawned, as its `child` rows see it.
///
/// Compares with the address that the spawn gave: `*child == self.worker`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Child(pub(crate) Identity);

impl Child {
    /// That machine as somebody's child: for giving an embedded machine its signals.
    pub const fn new(machine: Identity) -> Self {
        Self(machine)
    }

    /// The child's number.
    pub const fn id(self) -> MachineId {
        self.0.id
    }

    /// The name of the child's chart, for example `family/Child`.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Name and number together.
    pub const fn identity(self) -> Identity {
        self.0
    }
}

impl fmt::Display for Child {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// What a spawner hears of a child.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChildEvent {
    /// It has run its first entry actions.
    Started,
    /// It is alive: sent every two seconds to a spawner that has a row for it.
    Pulsed,
    /// It has failed. `Exited` follows.
    Errored(Error),
    /// It has ended, for this reason. Nothing follows.
    Exited(ExitReason),
}

/// The notice that a monitored or linked machine has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Down {
    pub(crate) machine: Identity,
    pub(crate) reason: ExitReason,
    pub(crate) linked: bool,
}

impl Down {
    /// The notice that `machine` has ended, for a machine that monitors it or is linked to it.
    pub const fn new(machine: Identity, reason: ExitReason, linked: bool) -> Self {
        Self {
            machine,
            reason,
            linked,
        }
    }

    /// Which machine ended. Compares with its address, as [`Child`] does.
    pub const fn machine(&self) -> Identity {
        self.machine
    }

    /// Why it ended.
    pub const fn reason(&self) -> &ExitReason {
        &self.reason
    }

    /// The two were linked, not only monitored: if no row receives this notice and the
    /// reason is a failure, the receiving machine fails too.
    pub const fn is_linked(&self) -> bool {
        self.linked
    }
}

/// Why a machine ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ExitReason {
    /// It reached a final state or called `cx.exit()`.
    Normal,
    /// It was asked to stop: by its system's shutdown, its spawner's end or its address.
    Stopped,
    /// It failed.
    Errored(Error),
    /// It was asked to stop while an async receiver ran, and the receiver did not finish
    /// within the grace. Its exit actions have not run.
    Killed,
    /// It was thrown away: it never started because the step that spawned it failed, or
    /// the executor under its driver was shut down. Its exit actions have not run.
    Dropped,
}

impl ExitReason {
    /// Whether those that are linked to the machine fail with it: anything but
    /// [`Normal`](Self::Normal) and [`Stopped`](Self::Stopped).
    pub const fn is_failure(&self) -> bool {
        !matches!(self, ExitReason::Normal | ExitReason::Stopped)
    }

    /// The error, when that is the reason.
    pub const fn error(&self) -> Option<&Error> {
        match self {
            ExitReason::Errored(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitReason::Normal => formatter.write_str("ended normally"),
            ExitReason::Stopped => formatter.write_str("stopped"),
            ExitReason::Errored(error) if formatter.alternate() => write!(formatter, "{error:#}"),
            ExitReason::Errored(error) => write!(formatter, "{error}"),
            ExitReason::Killed => formatter.write_str("killed: did not stop within its grace"),
            ExitReason::Dropped => formatter.write_str("dropped before it had ended"),
        }
    }
}

/// Why a machine failed: what happened, and what caused that.
///
/// Cheap to clone. `{}` prints what happened; `{:#}` prints the causes too, each after a
/// colon, the nearest first.
///
/// ```
/// use wink_runtime::Error;
///
/// let error = Error::raised("the boiler is empty");
/// assert_eq!(error.to_string(), "the boiler is empty");
/// ```
#[derive(Clone, PartialEq)]
pub struct Error(Arc<Failure>);

#[derive(Debug, PartialEq)]
struct Failure {
    kind: ErrorKind,
    cause: Option<Error>,
}

/// What kind of failure an [`Error`] is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A function of the machine panicked.
    Panic {
        /// What the panic said.
        message: String,
        /// Where, as `file:line:column`, when the driver could learn it.
        location: Option<String>,
    },
    /// The machine called `cx.error("…")`.
    Raised {
        /// What it said.
        message: String,
    },
    /// A child failed and no row of its spawner received that. The cause is the child's error.
    Child(Child),
    /// A linked machine ended otherwise than in peace and no `down` row received that.
    Linked {
        /// The linked machine.
        machine: Identity,
        /// Why it ended. When it failed, its error is the cause too.
        reason: ExitReason,
    },
    /// Eventless and raised steps came to no end.
    Endless {
        /// Names of the states of the cycle, in order.
        states: Vec<String>,
    },
    /// The machine waited for room in a mailbox, in a circle of machines that waited for each
    /// other.
    Deadlock {
        /// The machines, in the order in which they waited.
        machines: Vec<Identity>,
    },
    /// A supervisor's child ended more often than the supervisor bears. The cause is the
    /// child's last error, when it had one.
    GaveUp {
        /// The child's name.
        child: Cow<'static, str>,
        /// How many restarts are borne, and in what time.
        intensity: Intensity,
    },
}

impl Error {
    /// The machine says that it has failed.
    pub fn raised(message: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Raised {
                message: message.into(),
            },
            None,
        )
    }

    /// A function of the machine panicked with this message, at this place.
    pub fn panic(message: impl Into<String>, location: Option<String>) -> Self {
        Self::new(
            ErrorKind::Panic {
                message: message.into(),
                location,
            },
            None,
        )
    }

    /// Eventless and raised steps came to no end in a cycle of these states.
    pub fn endless(states: Vec<String>) -> Self {
        Self::new(ErrorKind::Endless { states }, None)
    }

    /// The machine waited for room in a circle of these machines.
    pub fn deadlock(machines: Vec<Identity>) -> Self {
        Self::new(ErrorKind::Deadlock { machines }, None)
    }

    /// A child failed with this error and no row received that.
    pub fn child(child: Child, cause: Error) -> Self {
        Self::new(ErrorKind::Child(child), Some(cause))
    }

    /// A linked machine ended for this reason and no row received that.
    pub fn linked(machine: Identity, reason: ExitReason) -> Self {
        let cause = reason.error().cloned();
        Self::new(ErrorKind::Linked { machine, reason }, cause)
    }

    /// This child of a supervisor ended more often than the intensity bears, the last time with
    /// that error.
    pub fn gave_up(
        child: impl Into<Cow<'static, str>>,
        intensity: Intensity,
        cause: Option<Error>,
    ) -> Self {
        let child = child.into();
        Self::new(ErrorKind::GaveUp { child, intensity }, cause)
    }

    fn new(kind: ErrorKind, cause: Option<Error>) -> Self {
        Self(Arc::new(Failure { kind, cause }))
    }

    /// What happened.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What caused it: of a child's or a linked machine's failure, that machine's error.
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }

    /// The error at the bottom of the causes; this one when nothing caused it.
    pub fn root_cause(&self) -> &Error {
        let mut error = self;
        while let Some(cause) = error.cause() {
            error = cause;
        }
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Panic {
                message,
                location: Some(location),
            } => {
                write!(formatter, "panicked at {location}: {message}")?;
            }
            ErrorKind::Panic {
                message,
                location: None,
            } => {
                write!(formatter, "panicked: {message}")?;
            }
            ErrorKind::Raised { message } => formatter.write_str(message)?,
            ErrorKind::Child(child) => write!(formatter, "child {child} failed")?,
            ErrorKind::Linked { machine, reason } => match reason {
                ExitReason::Errored(_) => write!(formatter, "linked {machine} failed")?,
                reason => write!(formatter, "linked {machine}: {reason}")?,
            },
            ErrorKind::Endless { states } => {
                write!(
                    formatter,
                    "eventless steps without end: {}",
                    states.join(" -> ")
                )?;
            }
            ErrorKind::Deadlock { machines } => {
                formatter.write_str("waited for room in a circle: ")?;
                for machine in machines {
                    write!(formatter, "{machine} -> ")?;
                }
                if let Some(first) = machines.first() {
                    write!(formatter, "{first}")?;
                }
            }
            ErrorKind::GaveUp { child, intensity } => write!(
                formatter,
                "child `{child}` ended too often: more than {intensity} is not borne"
            )?,
        }
        match self.cause() {
            Some(cause) if formatter.alternate() => write!(formatter, ": {cause:#}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", self.kind())
            .field("cause", &self.cause())
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause().map(|cause| cause as _)
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::raised(message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self::raised(message)
    }
}

impl From<Error> for ExitReason {
    fn from(error: Error) -> Self {
        ExitReason::Errored(error)
    }
}

/// What becomes of a spawner that has no row for what it hears of a child: a failure fails
/// the spawner too, with the cause kept; everything else is nothing to it.
pub fn unreceived_child(child: Child, event: &ChildEvent) -> Option<Error> {
    match event {
        ChildEvent::Errored(cause) => Some(Error::child(child, cause.clone())),
        _ => None,
    }
}

/// What becomes of a machine that has no row for the end of another one: a linked
/// machine's failure fails it too; of a monitored one it just does not hear.
pub fn unreceived_down(down: &Down) -> Option<Error> {
    (down.linked && down.reason.is_failure())
        .then(|| Error::linked(down.machine, down.reason.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child() -> Child {
        Child(Identity {
            id: MachineId(7),
            name: "family/Child",
        })
    }

    #[test]
    fn an_error_prints_its_causes_when_asked() {
        let cause = Error::panic("boom", Some("src/main.rs:3:5".into()));
        let error = Error::child(child(), Error::child(child(), cause.clone()));
        assert_eq!(error.to_string(), "child family/Child#7 failed");
        assert_eq!(
            format!("{error:#}"),
            "child family/Child#7 failed: child family/Child#7 failed: \
             panicked at src/main.rs:3:5: boom"
        );
        assert_eq!(error.root_cause(), &cause);
        let source = std::error::Error::source(&error).expect("an error has its cause as source");
        assert_eq!(source.to_string(), "child family/Child#7 failed");
    }

    #[test]
    fn only_failures_go_up() {
        let error = Error::raised("no beans");
        let up = unreceived_child(child(), &ChildEvent::Errored(error.clone()));
        assert_eq!(up.as_ref().and_then(Error::cause), Some(&error));
        for event in [
            ChildEvent::Started,
            ChildEvent::Pulsed,
            ChildEvent::Exited(ExitReason::Errored(error)),
            ChildEvent::Exited(ExitReason::Dropped),
        ] {
            assert_eq!(unreceived_child(child(), &event), None, "{event:?}");
        }
    }

    #[test]
    fn only_failures_of_linked_machines_spread() {
        let machine = child().identity();
        let reasons = [
            (ExitReason::Normal, false),
            (ExitReason::Stopped, false),
            (ExitReason::Errored(Error::raised("no beans")), true),
            (ExitReason::Killed, true),
            (ExitReason::Dropped, true),
        ];
        for (reason, fails) in reasons {
            for linked in [false, true] {
                let down = Down {
                    machine,
                    reason: reason.clone(),
                    linked,
                };
                let error = unreceived_down(&down);
                assert_eq!(error.is_some(), fails && linked, "{down:?}");
            }
        }
    }
}
