//! Waiting for room in a mailbox.
//!
//! Must not know: what is sent, any executor. A sender that waits leaves its message in the
//! mailbox's line and fetches it back if the machine ends first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::{Envelope, Mailbox, Parked, Refused, wake};
use crate::core::exit::ExitReason;
use crate::core::machine::Machine;

/// Puts one message into a mailbox, waiting for room: first come, first served.
pub(crate) struct Sending<M: Machine> {
    mailbox: Arc<Mailbox<M>>,
    step: SendStep<M>,
}

enum SendStep<M: Machine> {
    New(Envelope<M>),
    Parked(u64),
    Done,
}

// Nothing is pinned: messages are moved, never polled.
impl<M: Machine> Unpin for Sending<M> {}

impl<M: Machine> Sending<M> {
    pub(crate) fn new(mailbox: Arc<Mailbox<M>>, envelope: Envelope<M>) -> Self {
        Self {
            mailbox,
            step: SendStep::New(envelope),
        }
    }

    fn park(&mut self, envelope: Envelope<M>, waker: Waker) -> Poll<SendResult<M>> {
        let mut state = self.mailbox.lock();
        // Room may have come since the message was refused.
        if let Some(reason) = state.ended.clone() {
            return Poll::Ready(Err((envelope, reason)));
        }
        if state.mail.len() < self.mailbox.capacity {
            state.mail.push_back(envelope);
            let owner = state.owner.take();
            drop(state);
            wake(owner);
            return Poll::Ready(Ok(()));
        }
        state.next_ticket += 1;
        let ticket = state.next_ticket;
        state.parked.push_back(Parked {
            ticket,
            envelope,
            waker,
        });
        self.step = SendStep::Parked(ticket);
        Poll::Pending
    }
}

/// The message comes back, with why the machine ended.
type SendResult<M> = Result<(), (Envelope<M>, ExitReason)>;

impl<M: Machine> Future for Sending<M> {
    type Output = SendResult<M>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match std::mem::replace(&mut self.step, SendStep::Done) {
            SendStep::New(envelope) => match self.mailbox.try_push(envelope) {
                Ok(()) => Poll::Ready(Ok(())),
                Err(Refused::Closed(envelope, reason)) => Poll::Ready(Err((envelope, reason))),
                Err(Refused::Full(envelope)) => self.park(envelope, context.waker().clone()),
            },
            SendStep::Parked(ticket) => {
                let mut state = self.mailbox.lock();
                let found = state
                    .parked
                    .binary_search_by_key(&ticket, |parked| parked.ticket);
                // No longer there: it was given the room that another message left.
                let Ok(index) = found else {
                    return Poll::Ready(Ok(()));
                };
                if let Some(reason) = state.ended.clone()
                    && let Some(parked) = state.parked.remove(index)
                {
                    return Poll::Ready(Err((parked.envelope, reason)));
                }
                state.parked[index].waker.clone_from(context.waker());
                drop(state);
                self.step = SendStep::Parked(ticket);
                Poll::Pending
            }
            SendStep::Done => panic!("a send was polled after it had completed"),
        }
    }
}

impl<M: Machine> Drop for Sending<M> {
    fn drop(&mut self) {
        let SendStep::Parked(ticket) = self.step else {
            return;
        };
        let mut state = self.mailbox.lock();
        if let Ok(index) = state
            .parked
            .binary_search_by_key(&ticket, |parked| parked.ticket)
        {
            let parked = state.parked.remove(index);
            drop(state);
            // Dropped without the lock: a message may hold an address of this very mailbox.
            drop(parked);
        }
    }
}
