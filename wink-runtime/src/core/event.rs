//! What a system tells the outside about its machines.
//!
//! Must not know: who listens, and how it is printed.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::exit::{Error, ExitReason, Identity};

/// Something that is counted and traced, and of which no listener is told: it may happen often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A machine that was down begins again.
    Restarted { machine: Identity, restarts: u64 },
    /// A message from another loop or from outside found no room.
    Full { machine: Identity, room: u32 },
    /// A machine's own mail finds no room there: it takes no more until it does.
    Blocked {
        machine: Identity,
        receiver: Option<Identity>,
    },
}

/// Something that happened to a machine of a system, for logs and for whoever watches.
///
/// Prints as one line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SystemEvent {
    /// A machine has run its first entry actions.
    Started {
        /// Which machine.
        machine: Identity,
        /// Who spawned it; `None` for a machine that the program itself spawned.
        spawner: Option<Identity>,
    },
    /// A machine called `cx.log("…")`.
    Log {
        /// Which machine.
        machine: Identity,
        /// What it said.
        line: Cow<'static, str>,
    },
    /// A machine has failed. [`Exited`](Self::Exited) follows.
    Errored {
        /// Which machine.
        machine: Identity,
        /// Who spawned it, and so has been told; `None` when that was the program itself.
        spawner: Option<Identity>,
        /// Why.
        error: Error,
    },
    /// A machine that a supervisor keeps has ended and is down: it will be started again, with
    /// its address and its mail, or buried.
    Down {
        /// Which machine.
        machine: Identity,
        /// Why it ended.
        reason: ExitReason,
    },
    /// A kind of message has made a machine fail several times in a row, each time as the first
    /// thing that it was given. The messages themselves are gone; more of them may come.
    Poison {
        /// Which machine.
        machine: Identity,
        /// The message's name.
        message: &'static str,
        /// How many times in a row.
        failures: u32,
    },
    /// A machine has ended.
    Exited {
        /// Which machine.
        machine: Identity,
        /// Why.
        reason: ExitReason,
        /// How many accepted messages it has not read. Callers among them were told.
        unread: usize,
    },
    /// A message that a step sent did not arrive.
    Undelivered {
        /// Who sent it.
        from: Identity,
        /// Whom it was for.
        to: Identity,
        /// Whose end it was that it did not get past: `to`, or `from` while it waited for room.
        ended: Identity,
    },
    /// Something has happened between this node and another one.
    Peer {
        /// The other one: who it is, and where.
        peer: String,
        /// What has happened.
        event: PeerEvent,
    },
    /// Machines wait for room in each other's mailboxes, in a circle: each for the next one,
    /// the last for the first. The youngest of them fails.
    Deadlocked {
        /// Which machines, in the order in which they wait.
        machines: Vec<Identity>,
    },
    /// A loop is held up: one step, or the mail of one turn, has taken too long, see
    /// `SystemBuilder::blocked_after`. Nothing else of its machines happens meanwhile.
    /// [`LoopGoesOn`](Self::LoopGoesOn) follows, if it ever does.
    LoopBlocked {
        /// Which of the system's loops, the first being 0.
        number: u32,
        /// Whose step is under way; `None` when that cannot be seen.
        machine: Option<Identity>,
        /// The name of the message that it handles; `None` when the step is about none.
        message: Option<&'static str>,
        /// For how long, at least.
        time: Duration,
    },
    /// A loop that was held up goes on.
    LoopGoesOn {
        /// Which of the system's loops, the first being 0.
        number: u32,
        /// Whose step was under way.
        machine: Option<Identity>,
        /// For how long it was held up, about.
        time: Duration,
    },
}

/// What can happen between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerEvent {
    /// The two are linked.
    Linked,
    /// One of the two has left in good order, for this reason. All machines there are lost to
    /// this node.
    Left(String),
    /// The link is over although nobody has left, for this reason. All machines there are lost to
    /// this node.
    Lost(String),
    /// It was not let in, for this reason.
    Refused(String),
    /// A message or an answer could not be written, for this reason.
    Unsent(String),
    /// A message or an answer could not be read, for this reason.
    Unread(String),
}

impl fmt::Display for PeerEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeerEvent::Linked => formatter.write_str("linked"),
            PeerEvent::Left(why) => write!(formatter, "parted: {why}"),
            PeerEvent::Lost(why) => write!(formatter, "lost: {why}"),
            PeerEvent::Refused(why) => write!(formatter, "refused: {why}"),
            PeerEvent::Unsent(why) | PeerEvent::Unread(why) => formatter.write_str(why),
        }
    }
}

impl fmt::Display for SystemEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SystemEvent::Started {
                machine,
                spawner: Some(spawner),
            } => {
                write!(formatter, "{machine}: started by {spawner}")
            }
            SystemEvent::Started {
                machine,
                spawner: None,
            } => {
                write!(formatter, "{machine}: started")
            }
            SystemEvent::Log { machine, line } => write!(formatter, "{machine}: {line}"),
            SystemEvent::Errored { machine, error, .. } => {
                write!(formatter, "{machine}: errored: {error:#}")
            }
            SystemEvent::Down { machine, reason } => match reason {
                ExitReason::Errored(_) => write!(formatter, "{machine}: down"),
                reason => write!(formatter, "{machine}: down: {reason}"),
            },
            SystemEvent::Poison {
                machine,
                message,
                failures,
            } => write!(
                formatter,
                "{machine}: `{message}` is poison: it has failed on it {failures} times in a row"
            ),
            SystemEvent::Exited {
                machine,
                reason,
                unread,
            } => {
                match reason {
                    ExitReason::Errored(_) => write!(formatter, "{machine}: exited")?,
                    reason => write!(formatter, "{machine}: exited: {reason}")?,
                }
                match unread {
                    0 => Ok(()),
                    1 => formatter.write_str("; 1 message was left unread"),
                    count => write!(formatter, "; {count} messages were left unread"),
                }
            }
            SystemEvent::Undelivered { from, to, ended } => {
                let why = match ended == to {
                    true => "it has ended",
                    false => "its sender ended while it waited for room",
                };
                write!(
                    formatter,
                    "{from}: a message for {to} was not delivered: {why}"
                )
            }
            SystemEvent::LoopBlocked { .. } | SystemEvent::LoopGoesOn { .. } => {
                self.fmt_loop(formatter)
            }
            SystemEvent::Peer { peer, event } => write!(formatter, "{peer}: {event}"),
            SystemEvent::Deadlocked { machines } => {
                formatter.write_str("deadlock: ")?;
                for machine in machines {
                    write!(formatter, "{machine} waits for room in ")?;
                }
                match machines.first() {
                    Some(first) => write!(formatter, "{first}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl SystemEvent {
    /// What there is to say of a loop.
    fn fmt_loop(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SystemEvent::LoopBlocked {
                number,
                machine,
                message,
                time,
            } => {
                write!(formatter, "loop {number} is blocked: ")?;
                match machine {
                    Some(machine) => write!(formatter, "{machine} has been ")?,
                    None => formatter.write_str("a machine has been ")?,
                }
                match message {
                    Some(message) => write!(formatter, "handling `{message}`")?,
                    None => formatter.write_str("in a step without a message")?,
                }
                write!(formatter, " for {time:.1?}")
            }
            SystemEvent::LoopGoesOn {
                number,
                machine: Some(machine),
                time,
            } => write!(
                formatter,
                "loop {number} goes on: {machine} held it up for {time:.1?}"
            ),
            SystemEvent::LoopGoesOn { number, time, .. } => {
                write!(formatter, "loop {number} goes on after {time:.1?}")
            }
            // The others are told above.
            _ => Ok(()),
        }
    }
}
