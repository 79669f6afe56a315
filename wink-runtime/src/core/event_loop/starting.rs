//! How a machine comes into its slot, and its first step.
//!
//! Must not know: any executor, any clock.

use std::any::Any;
use std::sync::Arc;

use super::World;
use super::egg::{Egg, Newcomer, Wishes};
use super::gate;
use super::home::Seat;
use super::nest::Brood;
use super::panic::catch;
use super::record::Record;
use super::slab::{Kept, Origin, Slab, Slot};
use super::table::PULSE;
use crate::core::drive::{Drive, Input};
use crate::core::event::SystemEvent;
use crate::core::exit::{Child, ChildEvent};
use crate::core::instance::Instance;
use crate::core::mailbox::Mailbox;
use crate::core::signal::Signal;
use crate::core::station::Spawner;
use crate::core::time::Time;

impl<M: Drive> Slab<M> {
    /// Puts a new machine into its slot.
    pub(super) fn hatch(&mut self, egg: Box<dyn Any + Send>, world: &mut World) {
        if let Some(egg) = Self::open::<Egg<M>>(egg)
            && let Some((newcomer, spawner)) = egg.hatch()
        {
            let number = spawner.as_ref().and_then(|own| own.handle.0.loop_number());
            if let Some(number) = number.filter(|number| *number != self.door.number) {
                world.home.fosters.add(number);
            }
            self.settle_in(newcomer, spawner, world);
        }
    }

    /// Puts the next new machines into their slots, as long as they are of this type.
    pub(super) fn hatch_all(&mut self, world: &mut World) {
        let slab = self.door.index;
        let mut eggs = world.post.nests.take_eggs::<M>(slab);
        while let Some(Brood { count, spawner, .. }) = world.post.nests.next_of(slab) {
            self.slots.reserve(count);
            world.starting.reserve(count);
            for newcomer in eggs.drain(..count) {
                self.settle_in(newcomer, spawner.clone(), world);
            }
        }
        world.post.nests.put_back(slab, eggs);
    }

    fn settle_in(
        &mut self,
        newcomer: Newcomer<M>,
        spawner: Option<Arc<Spawner>>,
        world: &mut World,
    ) {
        let Newcomer {
            origin,
            mailbox,
            wishes,
        } = newcomer;
        let seat = mailbox.seat();
        mailbox.limit().set(mailbox.capacity());
        world.starting.push_back(seat);
        let is_watched = u32::from(world.watch.is_some());
        let gate = gate::UNSTARTED | (gate::WATCHED * is_watched);
        match origin {
            // Written once, where it stays: a copy would wait until all of it is written.
            Origin::Once(data) if wishes.is_none() && seat.slot as usize == self.slots.len() => {
                self.slots.push(Slot {
                    generation: seat.generation,
                    gate,
                    since: Time::ZERO,
                    instance: Some(Instance::of(data, world.now, mailbox)),
                    spawner,
                    rare: None,
                });
            }
            origin => {
                let slot = self.clear(seat);
                slot.gate = gate | (slot.gate & gate::STASHED);
                slot.spawner = spawner;
                slot.fill(origin, mailbox, wishes, world.now);
            }
        }
    }

    /// The slot for a new machine, empty but for mail that has come for it already.
    fn clear(&mut self, seat: Seat) -> &mut Slot<M> {
        self.grow(seat.slot);
        let slot = &mut self.slots[seat.slot as usize];
        if slot.generation != seat.generation {
            *slot = Slot::VACANT;
        }
        slot.generation = seat.generation;
        slot
    }

    /// Starts the machines whose turn it is, as long as they are of this type and nothing else has
    /// come that goes before.
    pub(super) fn start_all(&mut self, world: &mut World) {
        let turn = world.home.current.turn();
        // What the last step has sent stays sent, whatever fails here.
        world.post.end();
        // One guard for all of them: who was at it is known after a panic.
        while let Err(error) = catch(|| self.start_some(world)) {
            self.panicked(error, world);
        }
        world.home.current.enter(turn);
    }

    fn start_some(&mut self, world: &mut World) {
        let slab = self.door.index;
        while let Some(seat) = world.starting.front()
            && seat.slab == slab
        {
            let seat = *seat;
            world.starting.pop_front();
            if self.find(seat).is_some() && !self.start_plainly(seat.slot, world) {
                self.first_step(seat.slot, world);
            }
            if world.post.nests.is_waiting() || world.home.has_orders() {
                return;
            }
        }
    }

    /// Starts a machine that nobody keeps or watches; `false` when it is not one of these. Of most
    /// nothing is left to be done after their first step.
    #[inline]
    fn start_plainly(&mut self, index: u32, world: &mut World) -> bool {
        let slot = &mut self.slots[index as usize];
        if slot.gate != gate::UNSTARTED || slot.rare.is_some() {
            return false;
        }
        let Some(instance) = &mut slot.instance else {
            return false;
        };
        let now = world.now;
        world.home.current.begin_other(self.door.index, index);
        world.post.begin();
        world.lend(&mut instance.parts.cx.post);
        let result = M::start_now(instance, now, &mut ());
        world.take_back(&mut instance.parts.cx.post);
        world.post.end();
        if result.is_err() || world.post.is_pending() || !instance.parts.cx.is_quiet() {
            self.after(index, result, world);
            return true;
        }
        slot.gate = 0;
        slot.since = now;
        self.started(index, world);
        true
    }

    pub(crate) fn first_step(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::UNSTARTED == 0 || slot.gate & (gate::AWAY | gate::ENDING) != 0 {
            return;
        }
        world.home.current.begin_other(self.door.index, index);
        if slot.instance.is_none()
            && let Err(error) = self.make(index, world)
        {
            return self.ended(index, error.into(), world);
        }
        if self.goes_on(index) {
            return self.guard(world, |slab, world| slab.completed(index, world));
        }
        self.step(index, Input::Start, world);
    }

    pub(super) fn started(&mut self, index: u32, world: &mut World) {
        let slot = &self.slots[index as usize];
        let machine = slot.identity();
        let spawner = slot.spawner.as_deref();
        world.site().report(SystemEvent::Started {
            machine,
            spawner: spawner.map(|spawner| spawner.identity),
        });
        let Some(spawner) = spawner else { return };
        if spawner.hears_starts && !self.is_known_to_restart(index, spawner, world.now) {
            let started = Signal::Child(Child(machine), ChildEvent::Started);
            spawner.handle.notify(started);
        }
        if spawner.hears_pulses {
            let deadline = self.next_pulse(index, world);
            self.set_alarm(index, PULSE, Some(deadline), world);
        }
    }
}

impl<M: Drive> Slot<M> {
    /// Puts the machine in, as it was said to be.
    fn fill(
        &mut self,
        origin: Origin<M>,
        mailbox: Arc<Mailbox<M>>,
        wishes: Option<Box<Wishes<M>>>,
        now: Time,
    ) {
        let mut keeper = None;
        if let Some(wishes) = wishes {
            self.gate |= gate::WATCHED * u32::from(wishes.observer.is_some());
            let rare = self.rare();
            rare.observer = wishes.observer;
            rare.grace = wishes.grace;
            rare.pulse = wishes.pulse;
            rare.label = wishes.label;
            keeper = wishes.keeper;
        }
        match origin {
            Origin::Once(data) => self.instance = Some(Instance::of(data, now, mailbox)),
            Origin::Again(make) => {
                self.gate |= gate::KEPT;
                // It is saved after each step.
                self.gate |= gate::WATCHED * u32::from(keeper.is_some());
                self.rare().id = mailbox.identity().id();
                self.rare().kept = Some(Kept {
                    mailbox,
                    context: None,
                    make,
                    record: Record::default(),
                    restarts: 0,
                    keeper,
                    is_buried: false,
                    is_held: false,
                    holds: Vec::new(),
                    witness: None,
                });
            }
        }
    }
}
