//! Waiting for room for a message.
//!
//! Must not know of: any executor.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::SendError;
use crate::core::machine::Machine;
use crate::core::mailbox::{Mailbox, Posting};

/// Sends a message, waiting for room: made by [`Address::send`](crate::Address::send).
#[must_use = "a message is not sent unless it is awaited"]
pub struct Sending<'address, M: Machine> {
    /// Borrowed: to count it up and down for each message costs more than the message.
    pub(super) mailbox: &'address Arc<Mailbox<M>>,
    /// Taken when it goes into the mailbox, or has found no room at once.
    pub(super) message: Option<M::Message>,
    pub(super) waiting: Option<Posting<M>>,
}

// Nothing is pinned: messages are moved, never polled.
impl<M: Machine> Unpin for Sending<'_, M> {}

impl<M: Machine> Future for Sending<'_, M> {
    type Output = Result<(), SendError<M::Message>>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.message.is_some() && this.mailbox.push_now(&mut this.message) {
            return Poll::Ready(Ok(()));
        }
        this.wait(context)
    }
}

impl<M: Machine> Sending<'_, M> {
    /// It has found no room at once.
    #[cold]
    #[inline(never)]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendError<M::Message>>> {
        if let Some(message) = self.message.take() {
            self.waiting = Some(Posting::late(self.mailbox.clone(), message));
        }
        let Some(waiting) = &mut self.waiting else {
            panic!("a send was polled after it had completed");
        };
        let polled = Pin::new(waiting).poll(context);
        polled.map_err(|(envelope, reason)| SendError {
            message: envelope.message,
            reason,
        })
    }
}

impl<M: Machine> fmt::Debug for Sending<'_, M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sending({})", self.mailbox.identity())
    }
}
