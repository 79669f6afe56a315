//! What a supervisor is told of a child: its name, when it is started again, how long it may
//! take to stop.
//!
//! Must not know: what a child is, how it is started and stopped.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::exit::ExitReason;
use super::restart::BackOff;

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
    /// How long its restarts wait; `None` for as long as its supervisor says.
    pub back_off: Option<BackOff>,
    /// How many messages its mailbox holds; `None` for as many as the system says.
    pub mailbox: Option<usize>,
    /// For how long it may give no sign of life; `None` for as long as the system says.
    pub silence: Option<Duration>,
    /// The child in whose loop it lives; `None` for the loop with the fewest machines.
    pub beside: Option<Cow<'static, str>>,
}

impl ChildSpec {
    /// A permanent child with the usual grace.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            restart: Restart::default(),
            grace: Grace::default(),
            back_off: None,
            mailbox: None,
            silence: None,
            beside: None,
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

    /// How long restarts wait when this child has failed. Usually as its supervisor says.
    #[must_use]
    pub fn back_off(mut self, back_off: BackOff) -> Self {
        self.back_off = Some(back_off);
        self
    }

    /// How many messages the child's mailbox holds, at least one. Usually as many as the system
    /// says.
    #[must_use]
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = Some(messages);
        self
    }

    /// For how long the child may give no sign of life before it has failed. Usually as long as
    /// the system says, which is ten seconds. Of a machine in a process of its own its node says
    /// that instead.
    #[must_use]
    pub fn silence(mut self, limit: Duration) -> Self {
        self.silence = Some(limit);
        self
    }

    /// In the loop of the supervisor's child of that name, which is declared before this one:
    /// what the two send each other crosses no thread. Usually in the loop with the fewest
    /// machines. It says where the child begins, and nothing more. A machine in a process of its
    /// own lives in none of these loops; of such a child, or beside one, it says nothing.
    #[must_use]
    pub fn beside(mut self, child: impl Into<Cow<'static, str>>) -> Self {
        self.beside = Some(child.into());
        self
    }
}
