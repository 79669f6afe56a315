//! Why a message was not sent, with the message.
//!
//! Must not know of: machines; a message is a message.

use crate::core::exit::{ExitReason, Identity};
use std::fmt;

/// The machine has ended: here is the message back.
#[derive(Clone, PartialEq)]
pub struct SendError<Msg> {
    /// What was not sent.
    pub message: Msg,
    /// Why the machine ended.
    pub reason: ExitReason,
}

impl<Msg> fmt::Debug for SendError<Msg> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SendError")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl<Msg> fmt::Display for SendError<Msg> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "not sent: the machine has ended: {:#}",
            self.reason
        )
    }
}

impl<Msg> std::error::Error for SendError<Msg> {}

/// The message was not sent now: here it is back.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum TrySendError<Msg> {
    /// There is no room in the mailbox.
    Full(Msg),
    /// The machine has ended, for this reason.
    Closed(Msg, ExitReason),
}

impl<Msg> TrySendError<Msg> {
    /// The message.
    pub fn into_message(self) -> Msg {
        match self {
            TrySendError::Full(message) | TrySendError::Closed(message, _) => message,
        }
    }
}

impl<Msg> fmt::Debug for TrySendError<Msg> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrySendError::Full(_) => formatter.write_str("Full"),
            TrySendError::Closed(_, reason) => {
                formatter.debug_tuple("Closed").field(reason).finish()
            }
        }
    }
}

impl<Msg> fmt::Display for TrySendError<Msg> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrySendError::Full(_) => formatter.write_str("not sent: the mailbox is full"),
            TrySendError::Closed(_, reason) => {
                write!(formatter, "not sent: the machine has ended: {reason:#}")
            }
        }
    }
}

impl<Msg> std::error::Error for TrySendError<Msg> {}

/// A machine is not this program's to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StopError {
    /// Which machine.
    pub machine: Identity,
    /// Why not.
    pub why: String,
}

impl fmt::Display for StopError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not stopped: {}", self.machine, self.why)
    }
}

impl std::error::Error for StopError {}
