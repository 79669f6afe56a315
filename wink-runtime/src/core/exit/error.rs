//! Why a machine failed.
//!
//! Must not know of: drivers, and who is told.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Child, ExitReason, Identity};
use crate::core::restart::Intensity;
use crate::core::step_record::StepRecord;

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

#[derive(Debug)]
struct Failure {
    kind: ErrorKind,
    cause: Option<Error>,
    /// What led to it: tells nothing of what it is.
    steps: Vec<Arc<StepRecord>>,
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.cause == other.cause
    }
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
    /// The node where the machine lives is lost: what became of the machine is not known.
    Lost {
        /// The node: where it was reached.
        node: String,
        /// Why it counts as lost.
        why: String,
    },
    /// The machine's loop was held up by one step, and so the machine gave no sign of life.
    Silent {
        /// For how long, at least.
        time: Duration,
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

    /// The machine has given no sign of life for so long.
    pub fn silent(time: Duration) -> Self {
        Self::new(ErrorKind::Silent { time }, None)
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

    /// The node where the machine lives is lost.
    pub fn lost(node: impl Into<String>, why: impl Into<String>) -> Self {
        let (node, why) = (node.into(), why.into());
        Self::new(ErrorKind::Lost { node, why }, None)
    }

    /// An error that came from elsewhere, with its cause.
    pub(crate) fn with_cause(kind: ErrorKind, cause: Option<Error>) -> Self {
        Self::new(kind, cause)
    }

    fn new(kind: ErrorKind, cause: Option<Error>) -> Self {
        let steps = Vec::new();
        Self(Arc::new(Failure { kind, cause, steps }))
    }

    /// The same, with what its machine did before.
    pub(crate) fn with_steps(&self, steps: Vec<Arc<StepRecord>>) -> Self {
        let (kind, cause) = (self.0.kind.clone(), self.0.cause.clone());
        Self(Arc::new(Failure { kind, cause, steps }))
    }

    /// What its machine did last, the oldest step first, the failing one last: at most 8 steps,
    /// and none unless the system keeps some
    /// (`SystemBuilder::recent_steps`).
    pub fn recent_steps(&self) -> &[Arc<StepRecord>] {
        &self.0.steps
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
            ErrorKind::Silent { time } => {
                write!(
                    formatter,
                    "no sign of life for {time:.1?}: one step holds up its loop"
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
            ErrorKind::Lost { node, why } => write!(formatter, "lost with node {node}: {why}")?,
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
