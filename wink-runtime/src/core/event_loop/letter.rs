//! A message on its way, with what goes with it.
//!
//! Must not know: queues beyond their places, how machines are stepped.

use wink_chart::Text;

use super::fifo::{Fifo, Place};
use crate::core::effect::ReplyOf;
use crate::core::exit::{MachineId, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;

/// Stands for the step of a letter that came from outside of the loop.
pub(crate) const FOREIGN: u32 = u32::MAX;

/// A message on its way to a slot of its machine's slab.
///
/// In this order, since a letter is read right after it was written, word by word: two words
/// that lie and go side by side are read as one, and the processor waits until both are written.
#[repr(C)]
pub(crate) struct Letter<M: Machine> {
    /// Who sent it; [`NOBODY`] for no machine.
    pub(super) sender: MachineId,
    pub(crate) slot: u32,
    pub(crate) generation: u32,
    /// The sender's name.
    pub(super) name: &'static Text,
    /// The step that sent it, of this loop; 0 for none; [`FOREIGN`] for one that came through
    /// the door, which has counted it.
    pub(crate) step: u32,
    /// Where the answer goes; nowhere, when it is no question.
    pub(crate) port: ReplyPort<ReplyOf<M>>,
    /// `None` in an empty place.
    pub(crate) message: Option<M::Message>,
}

impl<M: Machine> Place for Letter<M> {
    const EMPTY: Self = Self {
        sender: NOBODY,
        slot: 0,
        generation: 0,
        name: &M::CHART.name,
        step: 0,
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
    pub(crate) fn new(slot: u32, generation: u32, step: u32, envelope: Envelope<M>) -> Self {
        let mut letter = Self::EMPTY;
        letter.fill(slot, generation, step, envelope);
        letter
    }

    /// Writes a message that is no question where it stays: an empty place.
    #[inline(always)]
    pub(crate) fn write(
        &mut self,
        slot: u32,
        generation: u32,
        step: u32,
        message: M::Message,
        sender: Sender,
    ) {
        self.sender = sender.id;
        self.slot = slot;
        self.generation = generation;
        self.name = sender.name;
        self.step = step;
        self.message = Some(message);
    }

    /// Writes it where it stays: an empty place.
    #[inline(always)]
    pub(crate) fn fill(&mut self, slot: u32, generation: u32, step: u32, envelope: Envelope<M>) {
        let Envelope {
            message,
            sender,
            port,
        } = envelope;
        self.sender = sender.map_or(NOBODY, |sender| sender.id);
        self.name = sender.map_or(&M::CHART.name, |sender| sender.name);
        self.slot = slot;
        self.generation = generation;
        self.step = step;
        self.port = port.unwrap_or(ReplyPort::nowhere());
        self.message = Some(message);
    }

    /// The message with what came with it; nothing in an empty place.
    pub(crate) fn open(self) -> Option<Envelope<M>> {
        Some(Envelope {
            sender: sender(self.sender, self.name),
            message: self.message?,
            port: self.port.if_awaited(),
        })
    }

    /// Whether it came through the door.
    #[inline(always)]
    pub(crate) fn is_foreign(&self) -> bool {
        self.step == FOREIGN
    }
}

#[inline]
pub(super) fn sender(id: MachineId, name: &'static Text) -> Option<Sender> {
    (id != NOBODY).then_some(Sender { id, name })
}

/// A queue with room for a letter.
pub(crate) struct Desk<'post, M: Machine> {
    pub(super) place: &'post mut Letter<M>,
    pub(super) step: u32,
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl<M: Machine> Desk<'_, M> {
    #[inline(always)]
    pub(crate) fn put(self, message: M::Message, sender: Sender) {
        let Self {
            place,
            step,
            slot,
            generation,
        } = self;
        place.write(slot, generation, step, message, sender);
    }
}

/// Takes out the letters for one machine.
pub(crate) fn extract<M: Machine>(
    letters: &mut Fifo<Letter<M>>,
    slot: u32,
    generation: u32,
    found: &mut Vec<Letter<M>>,
) {
    letters.extract(
        |letter| letter.slot == slot && letter.generation == generation,
        found,
    );
}
