//! A message on its way from a step, whatever its machine.
//!
//! Must not know of: who delivers it.

use super::Address;
use crate::core::effect::ReplyOf;
use crate::core::event_loop::home::Seat;
use crate::core::event_loop::post::Post;
use crate::core::exit::{Identity, Sender};
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::{Envelope, Posting, Postponed, Refused};
use crate::core::question::ReplyPort;
use crate::core::station::Handle;
use std::fmt;

/// A message that a step has sent to some machine: delivered when the step has completed.
pub struct Mail {
    pub(super) from: Sender,
    pub(super) parcel: Box<dyn Deliver>,
}

/// Why mail has not arrived.
pub(crate) enum Undelivered {
    /// There is no room yet.
    Full(Mail),
    /// The machine has ended, and so many messages were for it.
    Closed(usize),
}

impl Mail {
    /// Who sent it.
    pub fn from(&self) -> Identity {
        self.from.identity()
    }

    /// Whom it is for.
    pub fn to(&self) -> Identity {
        self.parcel.to()
    }

    /// The message's name in the chart of its receiver.
    pub fn name(&self) -> &'static str {
        self.parcel.name()
    }

    /// How many messages it is.
    pub(crate) fn count(&self) -> usize {
        self.parcel.count()
    }

    /// The machine that it is for.
    pub(crate) fn receiver(&self) -> Handle {
        self.parcel.handle()
    }

    /// Whether it is for a machine of that loop.
    pub(crate) fn is_for(&self, home: u32) -> bool {
        self.parcel.place().0 == home
    }

    /// Whether it is for that machine.
    pub(crate) fn is_to(&self, home: u32, seat: Seat) -> bool {
        self.parcel.place() == (home, seat)
    }

    /// Delivers it if there is room. What a machine sends itself needs none.
    pub(crate) fn try_deliver(self, post: &mut Post, to_itself: bool) -> Result<(), Undelivered> {
        let (from, count) = (self.from, self.count());
        let delivered = self.parcel.try_deliver(post, to_itself);
        delivered.map_err(|parcel| match parcel {
            Some(parcel) => Undelivered::Full(Mail { from, parcel }),
            None => Undelivered::Closed(count),
        })
    }

    /// Delivers it when there is room; nothing when that is done already.
    pub(crate) fn deliver(self) -> Option<Box<dyn Postponed>> {
        self.parcel.deliver()
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mail({} -> {})", self.from(), self.to())
    }
}

/// An envelope and its mailbox, whatever its messages.
pub(super) trait Deliver: Send {
    fn to(&self) -> Identity;

    fn name(&self) -> &'static str;

    fn count(&self) -> usize {
        1
    }

    fn handle(&self) -> Handle;

    fn place(&self) -> (u32, Seat);

    /// The parcel comes back when there is no room, and nothing when there is no machine.
    fn try_deliver(
        self: Box<Self>,
        post: &mut Post,
        to_itself: bool,
    ) -> Result<(), Option<Box<dyn Deliver>>>;

    fn deliver(self: Box<Self>) -> Option<Box<dyn Postponed>>;
}

/// What the message is called; `?` when it is gone.
pub(super) fn name_of<M: Machine>(message: Option<&M::Message>) -> &'static str {
    let found = message.and_then(|message| M::CHART.messages.get(message.id().index()));
    found.map_or("?", |message| &message.name)
}

pub(super) struct Parcel<M: Machine> {
    pub(super) to: Address<M>,
    /// Taken when it is delivered.
    pub(super) envelope: Option<Envelope<M>>,
    /// Makes the way back for the answer.
    pub(super) seal: Option<Seal<ReplyOf<M>>>,
}

pub(crate) type Seal<R> = Box<dyn FnOnce() -> ReplyPort<R> + Send>;

impl<M: Machine> Parcel<M> {
    /// What is to be delivered.
    fn take(&mut self) -> Option<Envelope<M>> {
        let mut envelope = self.envelope.take()?;
        if let Some(seal) = self.seal.take() {
            envelope.port = Some(seal());
        }
        Some(envelope)
    }
}

impl<M> Deliver for Parcel<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn to(&self) -> Identity {
        self.to.identity()
    }

    fn name(&self) -> &'static str {
        name_of::<M>(self.envelope.as_ref().map(|envelope| &envelope.message))
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
        let Some(envelope) = self.take() else {
            return Ok(());
        };
        if post.is_at(self.to.place().0) {
            let refused = match post.deliver(self.to.mailbox(), envelope, to_itself) {
                Ok(()) => return Ok(()),
                Err(envelope) => envelope,
            };
            if self.to.ended().is_some() {
                return Err(None);
            }
            self.envelope = Some(refused);
            return Err(Some(self));
        }
        match self.to.mailbox.try_push(envelope, false) {
            Ok(()) => Ok(()),
            Err(Refused::Closed(..)) => Err(None),
            Err(Refused::Full(envelope)) => {
                self.envelope = Some(envelope);
                Err(Some(self))
            }
        }
    }

    fn deliver(mut self: Box<Self>) -> Option<Box<dyn Postponed>> {
        let envelope = self.take()?;
        Some(Box::new(Posting::new(self.to.mailbox, envelope)))
    }
}
