//! Many messages of one machine for another that has no room for them yet.
//!
//! Must not know of: who delivers them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Address;
use super::mail::{Deliver, name_of};
use crate::core::effect::ReplyOf;
use crate::core::event_loop::home::Seat;
use crate::core::event_loop::post::Post;
use crate::core::exit::{Identity, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::{Envelope, Posting, Postponed};
use crate::core::station::Handle;

/// Messages that follow each other, none of them a question. When room comes, as many go as there
/// is room for; for the rest the first one waits in the mailbox's line.
pub(super) struct Batch<M: Machine> {
    pub(super) to: Address<M>,
    pub(super) from: Sender,
    pub(super) messages: VecDeque<M::Message>,
    /// The first one, where it waits.
    pub(super) first: Option<Posting<M>>,
}

impl<M: Machine> Batch<M> {
    fn envelope(&self, message: M::Message) -> Envelope<M> {
        Envelope {
            message,
            sender: Some(self.from),
            port: None,
        }
    }
}

impl<M> Deliver for Batch<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn to(&self) -> Identity {
        self.to.identity()
    }

    fn name(&self) -> &'static str {
        name_of::<M>(self.messages.front())
    }

    fn count(&self) -> usize {
        self.messages.len()
    }

    fn handle(&self) -> Handle {
        self.to.handle()
    }

    fn place(&self) -> (u32, Seat) {
        self.to.place()
    }

    fn try_deliver(
        mut self: Box<Self>,
        post: &mut Post,
        to_itself: bool,
    ) -> Result<(), Option<Box<dyn Deliver>>> {
        if post.is_at(self.to.place().0) {
            while let Some(message) = self.messages.pop_front() {
                let envelope = self.envelope(message);
                if let Err(refused) = post.deliver(self.to.mailbox(), envelope, to_itself) {
                    self.messages.push_front(refused.message);
                    let has_ended = self.to.ended().is_some();
                    return Err((!has_ended).then_some(self));
                }
            }
            return Ok(());
        }
        let (mailbox, from) = (self.to.mailbox().clone(), self.from);
        if !mailbox.push_some(from, &mut self.messages) {
            return Err(None);
        }
        match self.messages.is_empty() {
            true => Ok(()),
            false => Err(Some(self)),
        }
    }

    fn deliver(self: Box<Self>) -> Option<Box<dyn Postponed>> {
        Some(self)
    }
}

impl<M> Postponed for Batch<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        loop {
            if let Some(first) = &mut self.first {
                let lost = match Future::poll(Pin::new(first), context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(())) => 0,
                    Poll::Ready(Err(_)) => 1,
                };
                self.first = None;
                if lost > 0 {
                    return Poll::Ready(lost + self.messages.len());
                }
            }
            let mailbox: Arc<_> = self.to.mailbox().clone();
            if !mailbox.push_some(self.from, &mut self.messages) {
                return Poll::Ready(self.messages.len());
            }
            let Some(message) = self.messages.pop_front() else {
                return Poll::Ready(0);
            };
            self.first = Some(Posting::new(mailbox, self.envelope(message)));
        }
    }

    fn withdraw(&mut self) -> usize {
        let first = self.first.as_mut().map_or(0, Postponed::withdraw);
        first + self.messages.len()
    }
}
