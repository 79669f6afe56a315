//! Why machines end, and what others are told of it: errors with their causes, the
//! signals to a spawner, the notice of a monitored or linked machine.
//!
//! Must not know: mailboxes, drivers, clocks. Everything here is plain data.

mod error;

use std::fmt;

pub use error::{Error, ErrorKind};

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

    /// Whether it is the number of a [`Task`](crate::Task), and not of a machine.
    #[cfg(feature = "console")]
    pub(crate) const fn is_task(self) -> bool {
        self.0 & TASKS != 0
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

/// As [`Identity`], in two words: who sent a letter. Made from a machine's number and the name
/// in its chart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender {
    pub(crate) id: MachineId,
    pub(crate) name: &'static wink_chart::Text,
}

impl Sender {
    pub(crate) fn identity(self) -> Identity {
        Identity::new(self.id, self.name)
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
