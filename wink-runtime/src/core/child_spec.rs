//! What a supervisor is told of a child: its name, when it is started again, how long it may
//! take to stop.
//!
//! Must not know: what a child is, how it is started and stopped.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::exit::ExitReason;

/// When a child that has ended is started again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always, whatever it ended with.
    #[default]
    Permanent,
    /// When it has failed; not when it ended normally or was stopped.
    Transient,
    /// Never; nor when a sibling's failure has stopped it.
    Temporary,
}

impl Restart {
    /// Whether a child that ended for this reason is to be started again.
    ///
    /// ```
    /// use wink_runtime::{ExitReason, Restart};
    ///
    /// assert!(Restart::Permanent.wants(&ExitReason::Normal));
    /// assert!(!Restart::Transient.wants(&ExitReason::Normal));
    /// assert!(Restart::Transient.wants(&ExitReason::Killed));
    /// assert!(!Restart::Temporary.wants(&ExitReason::Killed));
    /// ```
    pub const fn wants(self, reason: &ExitReason) -> bool {
        match self {
            Restart::Permanent => true,
            Restart::Transient => reason.is_failure(),
            Restart::Temporary => false,
        }
    }
}

impl fmt::Display for Restart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Restart::Permanent => "permanent",
            Restart::Transient => "transient",
            Restart::Temporary => "temporary",
        })
    }
}

/// How long a child that is asked to stop may take before it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grace {
    /// It is not asked: it is killed at once.
    Kill,
    /// So long.
    Within(Duration),
    /// As long as it takes: what a supervisor among the children has, since it waits for its
    /// own children, each with its own grace.
    Forever,
}

impl Default for Grace {
    /// Five seconds.
    fn default() -> Self {
        Grace::Within(Duration::from_secs(5))
    }
}

/// What a supervisor knows of a child before it has started it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildSpec {
    /// What people call it; unique among the children that are declared together.
    pub name: Cow<'static, str>,
    /// When it is started again.
    pub restart: Restart,
    /// How long it may take to stop.
    pub grace: Grace,
}

impl ChildSpec {
    /// A permanent child with the usual grace.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            restart: Restart::default(),
            grace: Grace::default(),
        }
    }

    /// When the child is started again. Usually always.
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How long the child may take to stop. Usually five seconds.
    #[must_use]
    pub fn grace(mut self, grace: Grace) -> Self {
        self.grace = grace;
        self
    }
}
