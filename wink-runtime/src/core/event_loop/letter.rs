//! A message on its way, with what goes with it.
//!
//! Must not know: queues beyond their places, how machines are stepped.

use std::mem::{forget, replace};

use wink_chart::Text;

use super::fifo::{Fifo, Place};
use crate::core::effect::ReplyOf;
use crate::core::exit::{MachineId, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;

/// Who sent a letter, and whether there is anything about it that few letters have: machines'
/// numbers leave the upper bits free, so that both are looked at at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct From(u64);

impl From {
    /// It is a question, or came through the door.
    const ODD: u64 = 1 << 63;
    const FOREIGN: u64 = 1 << 62;

    /// A letter of the loop from nobody.
    pub(super) const NOBODY: Self = Self(0);

    #[inline(always)]
    pub(super) const fn new(origin: Origin, sender: MachineId) -> Self {
        Self(origin.0 | sender.0)
    }

    /// Whether it is a question, or came through the door.
    #[inline(always)]
    pub(super) const fn is_odd(self) -> bool {
        self.0 & Self::ODD != 0
    }

    /// The sender; [`NOBODY`] for no machine.
    #[inline(always)]
    pub(super) const fn sender(self) -> MachineId {
        MachineId(self.0 & !(Self::ODD | Self::FOREIGN))
    }
}

/// Which way a letter came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin(u64);

impl Origin {
    /// Sent by a machine of the loop.
    pub(crate) const LOCAL: Self = Self(0);

    /// Likewise, and a question.
    pub(crate) const ASKED: Self = Self(From::ODD);

    /// Through the door, which has counted it.
    pub(crate) const FOREIGN: Self = Self(From::ODD | From::FOREIGN);
}

/// A machine in its slab, in one word: its slot, and which of those who have had that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot(u64);

impl Spot {
    #[inline(always)]
    pub(crate) const fn new(slot: u32, generation: u32) -> Self {
        Self((generation as u64) << 32 | slot as u64)
    }

    #[inline(always)]
    pub(crate) const fn slot(self) -> u32 {
        self.0 as u32
    }

    #[inline(always)]
    pub(crate) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// A message on its way to a slot of its machine's slab.
///
/// In this order, since a letter is read right after it was written, word by word: two words
/// that lie and go side by side are read as one, and the processor waits until both are written.
#[repr(C)]
pub(crate) struct Letter<M: Machine> {
    /// Who sent it.
    pub(super) from: From,
    /// Whom it is for.
    pub(crate) to: Spot,
    /// The sender's name.
    pub(super) name: &'static Text,
    /// Where the answer goes; nowhere, when it is no question.
    pub(crate) port: ReplyPort<ReplyOf<M>>,
    /// `None` in an empty place.
    pub(crate) message: Option<M::Message>,
}

impl<M: Machine> Place for Letter<M> {
    const EMPTY: Self = Self {
        from: From::NOBODY,
        to: Spot(0),
        name: &M::CHART.name,
        port: ReplyPort::nowhere(),
        message: None,
    };

    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.message.is_none()
    }
}

/// Nobody, as who sends something.
pub(crate) const UNKNOWN: Sender = Sender {
    id: NOBODY,
    name: &NAMELESS,
};

pub(super) static NAMELESS: Text = Text::Borrowed("");

/// No machine has this number.
pub(super) const NOBODY: MachineId = MachineId(0);

impl<M: Machine> Letter<M> {
    #[inline(always)]
    pub(crate) fn new(to: Spot, origin: Origin, envelope: Envelope<M>) -> Self {
        let mut letter = Self::EMPTY;
        letter.fill(to, origin, envelope);
        letter
    }

    /// Writes a message that is no question where it stays: an empty place.
    #[inline(always)]
    pub(crate) fn write(&mut self, to: Spot, origin: Origin, message: M::Message, sender: Sender) {
        self.from = From::new(origin, sender.id);
        self.to = to;
        self.name = sender.name;
        // The place is empty: nothing has to be dropped.
        forget(self.message.replace(message));
    }

    /// Writes a message that has come from elsewhere where it stays: an empty place.
    #[inline(always)]
    pub(super) fn unpack(
        &mut self,
        from: From,
        name: &'static Text,
        to: Spot,
        port: ReplyPort<ReplyOf<M>>,
        message: M::Message,
    ) {
        self.from = from;
        self.to = to;
        self.name = name;
        // As above: both are empty.
        forget(replace(&mut self.port, port));
        forget(self.message.replace(message));
    }

    /// Writes it where it stays: an empty place.
    #[inline(always)]
    pub(crate) fn fill(&mut self, to: Spot, origin: Origin, envelope: Envelope<M>) {
        let Envelope {
            message,
            sender,
            port,
        } = envelope;
        let id = sender.map_or(NOBODY, |sender| sender.id);
        let is_odd = u64::from(port.is_some()) << 63;
        self.from = From::new(Origin(origin.0 | is_odd), id);
        self.name = sender.map_or(&M::CHART.name, |sender| sender.name);
        self.to = to;
        self.port = port.unwrap_or(ReplyPort::nowhere());
        self.message = Some(message);
    }

    /// The message with what came with it; nothing in an empty place.
    pub(crate) fn open(self) -> Option<Envelope<M>> {
        Some(Envelope {
            sender: sender(self.from, self.name),
            message: self.message?,
            port: self.port.if_awaited(),
        })
    }

    /// Whether it came through the door.
    #[inline(always)]
    pub(crate) fn is_foreign(&self) -> bool {
        self.from.0 & From::FOREIGN != 0
    }
}

#[inline]
pub(super) fn sender(from: From, name: &'static Text) -> Option<Sender> {
    let id = from.sender();
    (id != NOBODY).then_some(Sender { id, name })
}

/// A queue with room for a letter.
pub(crate) struct Desk<'post, M: Machine> {
    pub(super) place: &'post mut Letter<M>,
    pub(super) to: Spot,
}

impl<M: Machine> Desk<'_, M> {
    #[inline(always)]
    pub(crate) fn put(self, message: M::Message, sender: Sender) {
        let Self { place, to } = self;
        place.write(to, Origin::LOCAL, message, sender);
    }

    /// As [`put`](Self::put), for a question with the way back for its answer.
    #[inline]
    pub(crate) fn put_question(
        self,
        message: M::Message,
        sender: Sender,
        port: ReplyPort<ReplyOf<M>>,
    ) {
        let Self { place, to } = self;
        place.write(to, Origin::ASKED, message, sender);
        // As there: the place is empty.
        forget(replace(&mut place.port, port));
    }
}

/// Takes out the letters for one machine.
pub(crate) fn extract<M: Machine>(
    letters: &mut Fifo<Letter<M>>,
    to: Spot,
    found: &mut Vec<Letter<M>>,
) {
    letters.extract(|letter| letter.to == to, found);
}
