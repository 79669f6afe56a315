//! Handing out mail: the way that most letters go.
//!
//! Must not know: any executor, any clock.

use super::World;
use super::door::Credit;
use super::slab::Slab;
use crate::core::drive::{Drive, Input, Rest};
use crate::core::machine::Messages;

impl<M: Drive> Slab<M> {
    /// Hands out letters, at most so many; how many it were. A panic leaves in `current` whose
    /// step it was.
    #[inline(always)]
    pub(super) fn hand_out(&mut self, world: &mut World, budget: usize) -> usize {
        let mut left = budget;
        let mut is_first = true;
        loop {
            if world.post.is_pending() {
                self.after_last(world);
            }
            if left == 0 {
                break;
            }
            if !world.post.queue(&self.door).letters.has_apart() {
                // What its machines have sent each other in the meantime follows at once, when
                // nothing else waits.
                if !(is_first || world.may_go_on()) || !self.begin_batch(world) {
                    break;
                }
                is_first = false;
            }
            let post = &mut *world.post;
            let queue = post.queue(&self.door);
            let Some(letter) = queue.letters.front() else {
                break;
            };
            left -= 1;
            let index = letter.slot;
            let Some(slot) = self.slots.get_mut(index as usize) else {
                self.divert_first(world);
                continue;
            };
            if slot.generation != letter.generation || slot.gate != 0 {
                self.divert_first(world);
                continue;
            }
            let Some(instance) = &mut slot.instance else {
                self.divert_first(world);
                continue;
            };
            let (from, name) = (letter.from, letter.name);
            if from.is_odd() {
                if letter.is_foreign() {
                    Credit::add(&mut self.credits, index, letter.generation);
                }
                if !letter.port.is_nowhere() {
                    self.ask_first(world);
                    continue;
                }
            }
            let message = letter.message.take();
            queue.letters.skip();
            let Some(message) = message else { continue };
            post.begin_with(from, name);
            world.home.current.begin(index, message.id());
            world.lend(&mut instance.parts.cx.post);
            let result = M::deliver(instance, world.now, message, &mut ());
            world.lend(&mut instance.parts.cx.post);
            let is_quiet = matches!(result, Ok(true)) && instance.parts.cx.is_plain();
            if !is_quiet {
                self.after_letter(index, result.map(drop), world);
            }
        }
        budget - left
    }

    /// What the last step has left to be done.
    #[cold]
    #[inline(never)]
    fn after_last(&mut self, world: &mut World) {
        self.after_letter(world.home.current.slot(), Ok(()), world);
    }

    /// As [`after`](Self::after), for a letter's step, of which only the mail knew the time. A step
    /// that was away stays at the time at which it began: timers that came due meanwhile are
    /// told at their own.
    pub(super) fn after_letter(
        &mut self,
        index: u32,
        result: Result<(), Rest<M>>,
        world: &mut World,
    ) {
        if let Some(instance) = &mut self.slots[index as usize].instance {
            instance.parts.cx.set_now(world.now);
        }
        self.after(index, result, world);
    }

    /// Whether there is anything in it.
    #[inline(always)]
    fn begin_batch(&mut self, world: &mut World) -> bool {
        let post = &mut *world.post;
        let queue = post.queue(&self.door);
        queue.unpack();
        if queue.letters.is_empty() {
            return false;
        }
        let refused = queue.set_apart();
        post.retry |= refused;
        true
    }

    /// As for any other letter, for a question.
    #[inline(never)]
    fn ask_first(&mut self, world: &mut World) {
        let letter = world.post.queue(&self.door).letters.pop_front();
        let Some(letter) = letter else { return };
        let index = letter.slot;
        world.post.begin_with(letter.from, letter.name);
        let Some(envelope) = letter.open() else {
            return;
        };
        let Some(instance) = &mut self.slots[index as usize].instance else {
            return;
        };
        world.home.current.begin(index, envelope.message.id());
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

    #[cold]
    #[inline(never)]
    fn divert_first(&mut self, world: &mut World) {
        let letter = world.post.queue(&self.door).letters.pop_front();
        if let Some(letter) = letter {
            self.divert(letter, world);
        }
    }
}
