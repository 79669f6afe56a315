//! Letters that are put into queues one by one: those of effects, and questions.
//!
//! Must not know: how machines are stepped.

use super::Post;
use crate::core::event_loop::door::Door;
use crate::core::event_loop::letter::{Letter, Origin, Spot, UNKNOWN};
use crate::core::machine::Machine;
use crate::core::mailbox::{Envelope, Mailbox};

impl Post {
    /// Whether a letter to that machine of this loop finds room.
    pub(in crate::core::event_loop) fn has_room<M: Machine>(
        &mut self,
        mailbox: &Mailbox<M>,
    ) -> bool {
        if !mailbox.limit().is_set() && mailbox.ended().is_none() {
            // Its launch is on the way.
            mailbox.limit().set(mailbox.capacity());
        }
        self.queue(mailbox.door()).has_room(mailbox)
    }

    /// Whether all that has come through the door for that machine lies in its queue, where a
    /// letter that is put now comes after it.
    pub(in crate::core::event_loop) fn has_nothing_behind<M: Machine>(
        &mut self,
        door: &Door<M>,
        mailbox: &Mailbox<M>,
    ) -> bool {
        !self.queue(door).has_arrived && mailbox.has_all_arrived(&door.lock().inbox)
    }

    /// Puts an effect's letter into its queue if there is room; a machine needs none for what
    /// it sends itself.
    ///
    /// # Errors
    /// The envelope, when there is no room or no such machine.
    pub(crate) fn deliver<M: Machine>(
        &mut self,
        mailbox: &Mailbox<M>,
        envelope: Envelope<M>,
        to_itself: bool,
    ) -> Result<(), Envelope<M>> {
        if !self.has_room(mailbox) && !to_itself {
            return Err(envelope);
        }
        let letter = Letter::new(mailbox.spot(), Origin::LOCAL, envelope);
        self.put(mailbox.door(), letter);
        Ok(())
    }

    /// Puts a message that nobody has sent into its queue, where it stays.
    #[inline]
    pub(crate) fn write<M: Machine>(&mut self, door: &Door<M>, to: Spot, message: M::Message) {
        let queue = door.locker.open(&mut self.key.owner);
        if queue.letters.is_full() {
            queue.letters.grow();
        }
        if let Some(place) = queue.letters.place() {
            place.write(to, Origin::LOCAL, message, UNKNOWN);
        }
        if queue.wants_turn() {
            self.ready.push_back(door.index);
        }
    }

    /// Puts a letter into its queue.
    pub(crate) fn put<M: Machine>(&mut self, door: &Door<M>, letter: Letter<M>) {
        let queue = door.locker.open(&mut self.key.owner);
        queue.letters.push_back(letter);
        if queue.wants_turn() {
            self.ready.push_back(door.index);
        }
    }
}
