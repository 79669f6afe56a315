//! Handing out mail: the way that most letters go.
//!
//! Must not know: any executor, any clock.

use super::World;
use super::door::Credit;
use super::letter::Letter;
use super::slab::Slab;
use crate::core::drive::{Drive, Input};
use crate::core::machine::Messages;

impl<M: Drive> Slab<M> {
    /// Hands out the letters of the batch. A panic leaves in `current` whose step it was.
    #[inline]
    pub(super) fn hand_out(&mut self, world: &mut World, left: &mut usize) {
        let mut is_first = true;
        while *left > 0 {
            let Some(letter) = self.batch.front() else {
                // What its machines have sent each other in the meantime follows at once, when
                // nothing else waits.
                if (is_first || world.may_go_on()) && self.take_batch(world) {
                    is_first = false;
                    continue;
                }
                return;
            };
            *left -= 1;
            let (index, generation) = (letter.slot, letter.generation);
            let instance = match self.slots.get_mut(index as usize) {
                Some(slot) if slot.is_ready(generation) => slot.instance.as_mut(),
                _ => None,
            };
            let Some(instance) = instance else {
                self.divert_first(world);
                continue;
            };
            if letter.is_foreign() {
                Credit::add(&mut self.credits, index, generation);
            }
            world.post.begin_with(letter);
            if !letter.port.is_nowhere() {
                if let Some(message) = &letter.message {
                    self.current.begin(self.mark, index, message.id());
                }
                self.ask_first(world);
                continue;
            }
            let message = letter.message.take();
            self.batch.skip();
            let Some(message) = message else { continue };
            self.current.begin(self.mark, index, message.id());
            world.lend(&mut instance.parts.cx.post);
            let result = M::deliver(instance, world.now, message, &mut ());
            world.take_back(&mut instance.parts.cx.post);
            let is_quiet = instance.parts.cx.is_quiet() && !world.post.is_pending();
            if result.is_err() || !is_quiet {
                self.after(index, result, world);
            }
        }
    }

    /// As for any other letter, for a question.
    #[inline(never)]
    fn ask_first(&mut self, world: &mut World) {
        let index = self.current.slot();
        let Some(envelope) = self.batch.pop_front().and_then(Letter::open) else {
            return;
        };
        let Some(instance) = &mut self.slots[index as usize].instance else {
            return;
        };
        world.lend(&mut instance.parts.cx.post);
        let input = Input::Message(envelope);
        let result = M::begin(instance, world.now, input, &mut ()).map(drop);
        world.take_back(&mut instance.parts.cx.post);
        // Nearly always the answer is all that a question leads to.
        let is_plain = result.is_ok() && !world.post.is_pending();
        if is_plain && instance.parts.cx.give_only_answer() {
            return;
        }
        let is_quiet = instance.parts.cx.is_quiet() && !world.post.is_pending();
        if result.is_err() || !is_quiet {
            self.after(index, result, world);
        }
    }

    /// Whether there is anything in it.
    #[inline(always)]
    fn take_batch(&mut self, world: &mut World) -> bool {
        let refused = world.post.queue(&self.door).take(&mut self.batch);
        world.post.retry |= refused;
        !self.batch.is_empty()
    }

    #[cold]
    #[inline(never)]
    fn divert_first(&mut self, world: &mut World) {
        if let Some(letter) = self.batch.pop_front() {
            self.divert(letter, world);
        }
    }
}
