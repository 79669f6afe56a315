//! One step of one machine, whatever it is about.
//!
//! Must not know: any executor, any clock.

use super::World;
use super::door::Credit;
use super::letter::Letter;
use super::panic::catch;
use super::slab::Slab;
use crate::core::drive::{Drive, Input, Rest};
use crate::core::exit::Error;
use crate::core::instance::Instance;
use crate::core::machine::Messages;
use crate::core::time::Time;

impl<M: Drive> Slab<M> {
    /// Has it seen from outside whose step is under way.
    fn note_step(&self, index: u32, input: &Input<M>) {
        let current = &self.door.home.current;
        current.begin_other(self.door.index, index);
        if let Input::Message(envelope) = input {
            current.begin(index, envelope.message.id());
        }
    }

    /// Carries out one step that is not plain mail.
    pub(crate) fn step(&mut self, index: u32, input: Input<M>, world: &mut World) {
        self.guard(world, |slab, world| {
            slab.note_step(index, &input);
            let now = world.now;
            let is_watched = world.watch.is_some();
            if is_watched {
                slab.note_begin(index, &input, world);
            }
            let slot = &mut slab.slots[index as usize];
            let rare = slot.rare.as_mut();
            let observer = rare.and_then(|rare| rare.observer.as_mut());
            let Some(instance) = &mut slot.instance else {
                return;
            };
            world.post.begin();
            // The input says what time it is: that of a timer is its own.
            world.post.now.set(Time::ZERO);
            if !is_watched {
                // What a step that is watched sends shows as an effect.
                world.lend(&mut instance.parts.cx.post);
            }
            let result = match observer {
                Some(observer) => M::begin(instance, now, input, observer),
                None => M::begin(instance, now, input, &mut ()),
            };
            world.take_back(&mut instance.parts.cx.post);
            world.post.now.set(now);
            world.post.end();
            let result = result.map(|outcome| {
                if is_watched {
                    slab.note_end(index, &outcome, world);
                }
            });
            slab.after(index, result, world);
        });
    }

    /// Gives a letter to a machine that may be given it.
    pub(crate) fn give(&mut self, index: u32, letter: Letter<M>, world: &mut World) {
        if letter.is_foreign() {
            let seat = self.seat(index);
            Credit::add(&mut self.credits, seat.slot, seat.generation);
        }
        let mut rare = self.slots[index as usize].rare.as_mut();
        if let Some(rare) = &mut rare
            && let Some(kept) = &mut rare.kept
        {
            let Some(message) = &letter.message else {
                return;
            };
            kept.record.begin(message.id());
            kept.witness = letter.port.witness();
        }
        let is_seen = world.watch.is_some() || rare.is_some_and(|rare| rare.observer.is_some());
        if letter.port.is_nowhere() && !is_seen {
            return self.deliver(index, letter, world);
        }
        if let Some(envelope) = letter.open() {
            self.step(index, Input::Message(envelope), world);
        }
    }

    /// Carries out the step for a letter that is no question and that nobody else sees.
    #[inline(never)]
    fn deliver(&mut self, index: u32, letter: Letter<M>, world: &mut World) {
        let (from, name) = (letter.from, letter.name);
        let Some(message) = letter.message else {
            return;
        };
        let Some(instance) = &mut self.slots[index as usize].instance else {
            return;
        };
        let current = &world.home.current;
        let turn = current.turn();
        current.enter(self.door.index);
        current.begin(index, message.id());
        let now = world.now;
        world.post.begin_with(from, name);
        world.lend(&mut instance.parts.cx.post);
        match Self::attempt(instance, now, message) {
            Ok(result) => {
                world.take_back(&mut instance.parts.cx.post);
                let result = result.map(drop);
                self.guard(world, |slab, world| slab.after_letter(index, result, world));
            }
            Err(error) => self.panicked(error, world),
        }
        world.home.current.enter(turn);
    }

    /// Has the machine's code handle the message.
    ///
    /// A panic is caught in the function that this code is merged into: each function that it has
    /// to pass is looked at twice, and twice more when it has something to drop. As small as can
    /// be, since unwinding reads what is written of it up to the place of the panic.
    #[inline(never)]
    fn attempt(
        instance: &mut Instance<M>,
        now: Time,
        message: M::Message,
    ) -> Result<Result<bool, Rest<M>>, Error> {
        catch(|| M::deliver(instance, now, message, &mut ()))
    }
}
