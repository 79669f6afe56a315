//! Handing out mail: the way that most letters go.
//!
//! Must not know: any executor, any clock.

use std::hint::cold_path;
use std::mem::{self, ManuallyDrop};

use super::World;
use super::door::Credit;
use super::letter::Spot;
use super::slab::{Slab, Slot};
use crate::core::drive::{Drive, Input, Rest};
use crate::core::instance::Instance;
use crate::core::machine::Messages;

/// What ends a run of letters for one machine.
enum End<M: Drive> {
    /// A question, not yet taken.
    Question,
    /// A step that has left something to be done.
    Step(Result<(), Rest<M>>),
}

impl<M: Drive> Slab<M> {
    /// Hands out letters, at most so many; how many it were. A panic leaves in `current` whose
    /// step it was.
    #[inline(always)]
    pub(super) fn hand_out(&mut self, world: &mut World, budget: usize) -> usize {
        world.home.current.enter(self.door.index);
        let mut left = budget;
        let mut is_first = true;
        while left > 0 && (!self.batch.is_empty() || self.begin_batch(is_first, world)) {
            is_first = false;
            left -= self.hand_run(world, left);
        }
        self.hand_over_gathered(world);
        world.post.end_turn(&self.door, &mut self.batch);
        if !self.credits.is_empty() {
            self.give_room_or_owe(world);
        }
        budget - left
    }

    /// Tells the door which letters were taken; or only at the end of the turn, when all were one
    /// machine's and nobody waits for their room. Who brings a stream of letters is held up each
    /// time that the loop comes to the door.
    #[inline(never)]
    pub(super) fn give_room_or_owe(&mut self, world: &mut World) {
        match self.credits[..] {
            [Credit { count, .. }] if count <= self.may_owe => {}
            [Credit { slot, count, .. }] => {
                self.may_owe = self.may_owe_room(slot);
                match count <= self.may_owe {
                    true => world.has_credits.push(self.door.index),
                    false => self.pay_credits(),
                }
            }
            _ => self.pay_credits(),
        }
    }

    /// Tells the door which letters were taken.
    pub(super) fn pay_credits(&mut self) {
        self.may_owe = 0;
        if !self.credits.is_empty() {
            self.door.give_room(&mut self.credits);
        }
    }

    /// For how many letters that machine's door need not be told yet.
    fn may_owe_room(&self, slot: u32) -> u32 {
        let slot = self.slots.get(slot as usize);
        let instance = slot.and_then(|slot| slot.instance.as_ref());
        let mailbox = instance.and_then(|instance| instance.parts.cx.own_mailbox());
        mailbox.map_or(0, |mailbox| mailbox.may_be_owed())
    }

    /// Hands out letters that follow each other and are for the same machine, at most so many; how
    /// many it were. What is the same for all of them is looked at once.
    #[inline(always)]
    fn hand_run(&mut self, world: &mut World, most: usize) -> usize {
        let Some((letters, gone)) = self.batch.open(most) else {
            return most;
        };
        let before = *gone;
        let mut letters = letters.iter_mut();
        let Some(mut letter) = letters.next() else {
            return most;
        };
        let to = letter.to;
        let index = to.slot();
        let Some(instance) = open(&mut self.slots, to) else {
            return self.hand_noted(world, most);
        };
        world.home.current.attend(index);
        world.lend(&mut instance.parts.cx.post);
        let end = loop {
            let from = letter.from;
            if from.is_odd() {
                if letter.is_foreign() {
                    Credit::add(&mut self.credits, index, to.generation());
                }
                if !letter.port.is_nowhere() {
                    break End::Question;
                }
            }
            *gone += 1;
            let Some(post) = &mut instance.parts.cx.post else {
                return most;
            };
            post.begin_with(from, letter.name);
            let Some(message) = letter.message.take() else {
                break End::Step(Ok(()));
            };
            world.home.current.take(message.id());
            match M::deliver(instance, world.now, message, &mut ()) {
                Ok(true) if instance.parts.cx.is_plain() => {}
                Ok(_) => {
                    cold_path();
                    if !instance.parts.cx.gather(letters.len()) {
                        break End::Step(Ok(()));
                    }
                }
                Err(rest) => {
                    cold_path();
                    break End::Step(Err(rest));
                }
            }
            match letters.next() {
                Some(next) if next.to == to => letter = next,
                _ => {
                    world.lend(&mut instance.parts.cx.post);
                    let handed = *gone - before;
                    self.batch.close();
                    return handed;
                }
            }
        };
        world.lend(&mut instance.parts.cx.post);
        let handed = *gone - before;
        self.batch.close();
        match end {
            End::Step(result) => self.after_letter(index, result, world),
            End::Question => {
                // What its machine has sent before is to be there before the answer.
                self.hand_over_gathered(world);
                self.ask_first(world);
                return handed + 1;
            }
        }
        handed
    }

    /// As [`after`](Self::after), for a letter's step, of which only the mail knew the time. A step
    /// that was away stays at the time at which it began: timers that came due meanwhile are
    /// told at their own.
    #[inline(never)]
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

    /// Takes what has come in the meantime; `false` when there is nothing, or others are to have
    /// their turn before. What its machines have sent each other follows at once when nothing else
    /// waits, and one letter that is alone by [`hand_lone`](Self::hand_lone).
    #[inline(always)]
    fn begin_batch(&mut self, is_first: bool, world: &mut World) -> bool {
        if !is_first && (!world.post.is_idle() || world.has_to_begin()) {
            return false;
        }
        let post = &mut *world.post;
        let queue = post.queue(&self.door);
        queue.unpack();
        if queue.letters.is_empty() {
            return false;
        }
        if !is_first
            && let Some(letter) = queue.alone()
            && !letter.from.is_odd()
            && open(&mut self.slots, letter.to).is_some()
        {
            return false;
        }
        let refused = queue.next_epoch();
        queue.hand_over(&mut self.batch);
        post.retry |= refused;
        true
    }

    /// Hands out letters each of which is alone, from where it is, at most so many; how many it
    /// were. The next is what the step for the last has sent, if no other slab has its turn then.
    ///
    /// Between machines that wait for each other's letters each is alone, and a batch of one would
    /// cost more than its step. So what no plain step changes is looked at once for all of them;
    /// and every way out is said to be a rare one, since the compiler merges a step's code only
    /// into loops that it takes for long ones.
    #[inline(always)]
    pub(super) fn hand_lone(&mut self, world: &mut World, most: usize) -> usize {
        world.home.current.enter(self.door.index);
        let mut handed = 0;
        let mut asks = false;
        // Where nothing else leads to it, it stays in a register.
        let mut lent = None;
        world.lend(&mut lent);
        loop {
            let Some(post) = &mut lent else {
                cold_path();
                break;
            };
            let queue = post.queue(&self.door);
            let Some(letter) = queue.alone() else {
                cold_path();
                break;
            };
            let (to, from, name) = (letter.to, letter.from, letter.name);
            if from.is_odd() {
                cold_path();
                asks = !M::IS_ASYNC;
                break;
            }
            let Some(instance) = open(&mut self.slots, to) else {
                cold_path();
                break;
            };
            let Some(message) = letter.message.take() else {
                cold_path();
                break;
            };
            // Nothing panics before the step has it; and what is not to be dropped then need not
            // lie in memory, where it would be read as one before it is written as many.
            let message = ManuallyDrop::new(message);
            queue.letters.took_alone();
            post.begin_with(from, name);
            world.home.current.begin(to.slot(), message.id());
            mem::swap(&mut lent, &mut instance.parts.cx.post);
            let message = ManuallyDrop::into_inner(message);
            let result = M::deliver(instance, world.now, message, &mut ());
            mem::swap(&mut lent, &mut instance.parts.cx.post);
            handed += 1;
            if !matches!(result, Ok(true)) || !instance.parts.cx.is_plain() {
                cold_path();
                world.lend(&mut lent);
                self.after_lone(to.slot(), result.map(drop), world);
                return handed;
            }
            let is_idle = lent.as_ref().is_some_and(|post| post.is_idle());
            if handed >= most || !is_idle {
                cold_path();
                break;
            }
        }
        if handed > 0
            && let Some(post) = &mut lent
        {
            post.end_lone(&self.door);
        }
        world.lend(&mut lent);
        // It is with the world again: nothing has to be dropped.
        mem::forget(lent);
        match handed == 0 && asks {
            true => usize::from(self.answer_lone(world)),
            false => handed,
        }
    }

    /// What a letter that was alone has led to.
    #[inline(never)]
    fn after_lone(&mut self, index: u32, result: Result<(), Rest<M>>, world: &mut World) {
        self.after_letter(index, result, world);
        world.post.end_turn(&self.door, &mut self.batch);
        if !self.credits.is_empty() {
            self.give_room_or_owe(world);
        }
    }

    /// As for any other letter, for a question.
    #[inline(never)]
    fn ask_first(&mut self, world: &mut World) {
        let Some(letter) = self.batch.pop_front() else {
            return;
        };
        if !M::IS_ASYNC {
            return self.answer_letter(letter, world);
        }
        let index = letter.to.slot();
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
        if is_plain && instance.parts.cx.give_only_answer(&mut world.post) {
            return;
        }
        let is_quiet = instance.parts.cx.is_quiet() && !world.post.is_pending();
        if result.is_err() || !is_quiet {
            self.after(index, result, world);
        }
    }

    /// Says how much the machine may still be sent by its neighbours.
    pub(crate) fn limit(&mut self, index: u32) {
        let Some(mailbox) = self.mailbox(index) else {
            return;
        };
        let held = self.slots[index as usize]
            .rare
            .as_ref()
            .map_or(0, |rare| rare.held);
        let limit = mailbox.capacity().saturating_sub(held);
        mailbox.set_stashed(held as usize);
        mailbox.limit().set(limit);
    }

    #[cold]
    #[inline(never)]
    pub(super) fn divert_first(&mut self, world: &mut World) {
        if let Some(letter) = self.batch.pop_front() {
            self.divert(letter, world);
        }
    }
}

/// The machine that sits there, if nothing keeps it from being given its mail.
#[inline(always)]
pub(super) fn open<M: Drive>(slots: &mut [Slot<M>], to: Spot) -> Option<&mut Instance<M>> {
    let slot = slots.get_mut(to.slot() as usize)?;
    // A look at one word, since the two lie side by side.
    let gated = u64::from(slot.gate) << 32 | u64::from(slot.generation);
    match gated == u64::from(to.generation()) {
        true => slot.instance.as_mut(),
        false => None,
    }
}
