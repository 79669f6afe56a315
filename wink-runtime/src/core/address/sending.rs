//! Waiting for room for a message.
//!
//! Must not know of: any executor.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::SendError;
use crate::core::machine::Machine;
use crate::core::mailbox::Posting;

/// Sends a message, waiting for room: made by [`Address::send`](crate::Address::send).
#[must_use = "a message is not sent unless it is awaited"]
pub struct Sending<M: Machine> {
    pub(super) posting: Posting<M>,
}

impl<M: Machine> Future for Sending<M> {
    type Output = Result<(), SendError<M::Message>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.posting).poll(context);
        polled.map_err(|(envelope, reason)| SendError {
            message: envelope.message,
            reason,
        })
    }
}

impl<M: Machine> fmt::Debug for Sending<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sending({})", self.posting.to())
    }
}
