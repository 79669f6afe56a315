//! Waiting for room in a mailbox.
//!
//! Must not know: what is sent, any executor. A sender that waits leaves its message in the
//! mailbox's line and fetches it back if the machine ends first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use super::{Envelope, Mailbox, Parked, Refused};
use crate::core::effect::ReplyOf;
use crate::core::event_loop::post::Post;
use crate::core::exit::ExitReason;
use crate::core::machine::Machine;

/// Puts one message into a mailbox, waiting for room: first come, first served.
pub(crate) struct Posting<M: Machine> {
    mailbox: Arc<Mailbox<M>>,
    /// Taken when it goes into the mailbox, or into its line.
    envelope: Option<Envelope<M>>,
    step: PostStep,
    /// Whoever sends it waits for what becomes of it.
    asks: bool,
}

enum PostStep {
    New,
    Parked(u64),
    Done,
}

// Nothing is pinned: messages are moved, never polled.
impl<M: Machine> Unpin for Posting<M> {}

impl<M: Machine> Posting<M> {
    #[inline]
    pub(crate) fn new(mailbox: Arc<Mailbox<M>>, envelope: Envelope<M>) -> Self {
        Self {
            mailbox,
            envelope: Some(envelope),
            step: PostStep::New,
            asks: false,
        }
    }

    /// A question, whose asker does nothing but wait for the answer.
    pub(crate) fn asking(mailbox: Arc<Mailbox<M>>, envelope: Envelope<M>) -> Self {
        let mut posting = Self::new(mailbox, envelope);
        posting.asks = true;
        posting
    }

    /// As [`new`](Self::new), for a message that has found no room.
    pub(crate) fn late(mailbox: Arc<Mailbox<M>>, message: M::Message) -> Self {
        Self::new(mailbox, Envelope::new(message))
    }

    fn park(&mut self, envelope: Envelope<M>, waker: Waker) -> Poll<PostResult<M>> {
        let mailbox = &self.mailbox;
        let mut door = mailbox.door.lock();
        // Room may have come since the message was refused.
        if mailbox.is_shut() {
            drop(door);
            let reason = mailbox.ended().unwrap_or(ExitReason::Dropped);
            return Poll::Ready(Err((envelope, reason)));
        }
        if mailbox.has_room() {
            let before = door.inbox.len();
            mailbox.put_envelope(&mut door.inbox, envelope);
            let is_news = door.is_news(before);
            drop(door);
            if is_news {
                mailbox.door.home.knock(mailbox.door.index);
            }
            return Poll::Ready(Ok(()));
        }
        let mut state = mailbox.lock();
        if let Some(reason) = state.ended().cloned() {
            return Poll::Ready(Err((envelope, reason)));
        }
        let rare = state.rare();
        rare.next_ticket += 1;
        let ticket = rare.next_ticket;
        rare.parked.push_back(Parked {
            ticket,
            envelope,
            waker,
        });
        let line = mailbox.line.load(Ordering::Relaxed);
        mailbox.line.store(line + 1, Ordering::Relaxed);
        drop(state);
        drop(door);
        self.step = PostStep::Parked(ticket);
        Poll::Pending
    }

    /// Takes the message out of the line, unless it has found room.
    fn unpark(&self, ticket: u64) -> Option<Parked<M>> {
        let door = self.mailbox.door.lock();
        let mut state = self.mailbox.lock();
        let parked = &mut state.rare.as_mut()?.parked;
        let index = parked.binary_search_by_key(&ticket, |parked| parked.ticket);
        let found = parked.remove(index.ok()?);
        let line = self.mailbox.line.load(Ordering::Relaxed).saturating_sub(1);
        self.mailbox.line.store(line, Ordering::Relaxed);
        drop(state);
        drop(door);
        found
    }

    /// Waits on; ready when the message has found room, or the machine has ended.
    fn wait(&mut self, ticket: u64, waker: &Waker) -> Poll<PostResult<M>> {
        let mut state = self.mailbox.lock();
        let reason = state.ended().cloned();
        let parked = state.rare.as_mut().map(|rare| &mut rare.parked);
        let found = parked.and_then(|parked| {
            let index = parked.binary_search_by_key(&ticket, |parked| parked.ticket);
            parked.get_mut(index.ok()?)
        });
        // No longer there: it was given the room that another message left.
        let Some(parked) = found else {
            return Poll::Ready(Ok(()));
        };
        let Some(reason) = reason else {
            parked.waker.clone_from(waker);
            drop(state);
            self.step = PostStep::Parked(ticket);
            return Poll::Pending;
        };
        drop(state);
        match self.unpark(ticket) {
            Some(parked) => Poll::Ready(Err((parked.envelope, reason))),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl<M: Machine> Mailbox<M> {
    /// As [`push_asked`](Self::push_asked), in the machine's own loop, between two steps.
    pub(crate) fn put_asked(&self, message: M::Message, post: &mut Post) {
        if self.is_shut() {
            return;
        }
        post.write(self.door(), self.spot(), message);
    }

    /// Puts in what the machine has asked for itself, which needs no room. Nothing, when it has
    /// ended.
    pub(crate) fn push_asked(&self, message: M::Message) {
        let mut door = self.door.lock();
        if self.is_shut() {
            return;
        }
        let before = door.inbox.len();
        self.put(&mut door.inbox, message);
        let is_news = door.is_news(before);
        drop(door);
        if is_news {
            self.door.home.knock(self.door.index);
        }
    }
}

/// The message comes back, with why the machine ended.
type PostResult<M> = Result<(), (Envelope<M>, ExitReason)>;

impl<M: Machine> Future for Posting<M> {
    type Output = PostResult<M>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match std::mem::replace(&mut self.step, PostStep::Done) {
            PostStep::New => {
                let Some(envelope) = self.envelope.take() else {
                    return Poll::Ready(Ok(()));
                };
                match self.mailbox.try_push(envelope, self.asks) {
                    Ok(()) => Poll::Ready(Ok(())),
                    Err(Refused::Closed(envelope, reason)) => Poll::Ready(Err((envelope, reason))),
                    Err(Refused::Full(envelope)) => self.park(envelope, context.waker().clone()),
                }
            }
            PostStep::Parked(ticket) => self.wait(ticket, context.waker()),
            PostStep::Done => panic!("a send was polled after it had completed"),
        }
    }
}

/// What waits for room, whatever its machine.
pub(crate) trait Postponed: Send {
    /// Ready when it has found room, or the machine has ended: with how many messages are lost.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<usize>;

    /// Takes it out of the line: how many messages. None when it has found room, and its machine
    /// gets it.
    fn withdraw(&mut self) -> usize;
}

impl<M> Postponed for Posting<M>
where
    M: Machine,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        Future::poll(Pin::new(self), context).map(|result| usize::from(result.is_err()))
    }

    fn withdraw(&mut self) -> usize {
        let is_withdrawn = match std::mem::replace(&mut self.step, PostStep::Done) {
            PostStep::New => true,
            PostStep::Parked(ticket) => self.unpark(ticket).is_some(),
            PostStep::Done => false,
        };
        usize::from(is_withdrawn)
    }
}

impl<M: Machine> Drop for Posting<M> {
    fn drop(&mut self) {
        if let PostStep::Parked(ticket) = self.step {
            // Dropped without a lock: a message may hold an address of this very mailbox.
            drop(self.unpark(ticket));
        }
    }
}
