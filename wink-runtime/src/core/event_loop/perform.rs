//! What completed steps ask of the loop.
//!
//! Must not know of: what a step is, and any executor.

use super::World;
use super::gate;
use super::life::{Retry, hears};
use super::outbox::{Outbox, Sending};
use super::slab::Slab;
use crate::core::drive::Drive;
use crate::core::effect::Effect;
use crate::core::event::{Note, SystemEvent};
use crate::core::station::{Handle, Newborn, Spawner, Tie};
use std::hint::cold_path;
use std::mem;
use std::sync::Arc;
use std::task::Waker;
use wink_chart::ChildSignal;

impl<M: Drive> Slab<M> {
    /// Performs what completed steps have asked for, in order.
    pub(crate) fn perform(&mut self, index: u32, world: &mut World) {
        loop {
            let slot = &mut self.slots[index as usize];
            let identity = slot.identity();
            let Some(instance) = &mut slot.instance else {
                return;
            };
            let Some(effect) = instance.poll_effect() else {
                return;
            };
            match effect {
                Effect::Log(line) => world.site().report(SystemEvent::Log {
                    machine: identity,
                    line,
                }),
                Effect::Send(mail) => {
                    self.with_outbox(index, world, |outbox, sending| outbox.post(mail, sending));
                }
                Effect::Spawn(newborn) => self.raise_child(index, newborn, world),
                Effect::Watch { machine, linked } => self.watch(index, machine, linked),
                Effect::Stop(machine) => machine.stop(),
                Effect::Order(machine, order) => machine.0.order(order),
                Effect::Answer(port, reply) => drop(port.answer_here(reply, &mut world.post)),
                Effect::Reply(answer) => answer.perform(),
            }
        }
    }

    /// Hands over what that machine's step has sent to other loops, and what others have left
    /// before. What finds no room waits in its machine's outbox, and behind what waits there
    /// already. Whether that holds up its `own` machine is for the caller to see.
    pub(crate) fn hand_over(&mut self, own: Option<u32>, world: &mut World) {
        let is_blocked = |index: &u32| self.slots[*index as usize].gate & gate::BLOCKED != 0;
        let waits = own.filter(is_blocked);
        if waits.is_none() && self.carry(world) {
            return;
        }
        let mut refused = world.post.hand_away(waits);
        while let Some(sender) = refused.sender() {
            let (full, lost) = refused.take_of(sender);
            self.with_outbox(sender, world, |outbox, sending| {
                sending.lost.extend(lost);
                for mail in full {
                    outbox.post(mail, sending);
                }
            });
            if own != Some(sender) {
                self.settle(sender, world);
            }
        }
    }

    /// Hands over what steps that are over have left.
    #[inline(always)]
    pub(crate) fn hand_over_gathered(&mut self, world: &mut World) {
        if world.post.is_gathering() {
            cold_path();
            self.hand_over(None, world);
        }
    }

    /// Lets the outbox of a machine send, and looks whether it holds the machine up.
    pub(crate) fn with_outbox(
        &mut self,
        index: u32,
        world: &mut World,
        send: impl FnOnce(&mut Outbox, &mut Sending<'_>),
    ) {
        let seat = self.seat(index);
        let waker = Waker::from(Arc::new(Retry {
            home: self.door.home.clone(),
            seat,
        }));
        let slot = &mut self.slots[index as usize];
        let from = slot.identity();
        let mut sending = Sending {
            home: self.door.home.number(),
            seat,
            post: &mut world.post,
            waker: &waker,
            lost: Vec::new(),
        };
        let mut outbox = match &mut slot.rare {
            Some(rare) => mem::take(&mut rare.outbox),
            None => Outbox::default(),
        };
        send(&mut outbox, &mut sending);
        let lost = sending.lost;
        if !outbox.is_empty() || slot.rare.is_some() {
            let was = slot.gate & gate::BLOCKED != 0;
            let is = !outbox.is_empty();
            if is && !was {
                slot.gate |= gate::BLOCKED;
                world.blocked.push(seat);
                let receiver = outbox.receiver().map(|receiver| receiver.identity());
                world.home.site().note(Note::Blocked {
                    machine: from,
                    receiver,
                });
                world.post.retry = true;
            } else if was && !is {
                slot.gate &= !gate::BLOCKED;
            }
            slot.rare().outbox = outbox;
        }
        for to in lost {
            let ended = to;
            world
                .site()
                .report(SystemEvent::Undelivered { from, to, ended });
        }
    }

    fn raise_child(&mut self, index: u32, newborn: Newborn, world: &mut World) {
        let Some(spawner) = self.as_spawner(index) else {
            return;
        };
        let child = newborn.handle();
        let own = spawner.handle.clone();
        let future = newborn.0.launch(world.site(), Some(spawner));
        if let Some(future) = future {
            child.watch(own, Tie::Spawner);
            let (site, handle) = (world.site().clone(), child.clone());
            site.adopt(handle.clone());
            world.jobs.push(Box::pin(async move {
                future.await;
                site.release(&handle);
            }));
        }
        let children = &mut self.slots[index as usize].rare().children;
        children.push(child);
    }

    /// What the step has spawned in its own loop are the machine's children.
    pub(crate) fn adopt(&mut self, index: u32, world: &mut World) {
        match self.as_spawner(index) {
            Some(spawner) => {
                let children = &mut self.slots[index as usize].rare().children;
                world.post.adopt(&spawner, children);
            }
            // It has ended meanwhile, and has no children any more.
            None => world.post.abandon_newcomers(),
        }
    }

    /// The machine as its children have it.
    fn as_spawner(&mut self, index: u32) -> Option<Arc<Spawner>> {
        let seat = self.seat(index);
        let slot = &mut self.slots[index as usize];
        let instance = slot.instance.as_ref();
        let guardian = instance.and_then(|instance| instance.parts.data.guardian());
        let rare = slot.rare();
        if rare.as_spawner.is_none() {
            let handle = Handle(self.door.mailbox(seat)?);
            rare.as_spawner = Some(Arc::new(Spawner {
                identity: handle.identity(),
                handle,
                hears_pulses: hears::<M>(ChildSignal::Pulsed),
                hears_starts: M::STOPS_CHILDREN || hears::<M>(ChildSignal::Started),
                supervises: M::STOPS_CHILDREN,
                guardian,
            }));
        }
        rare.as_spawner.clone()
    }

    fn watch(&mut self, index: u32, machine: Handle, linked: bool) {
        let Some(own) = self.door.mailbox(self.seat(index)) else {
            return;
        };
        let own = Handle(own);
        if machine == own {
            return;
        }
        let watched = &mut self.slots[index as usize].rare().watched;
        watched.insert(machine.key(), machine.clone());
        machine.watch(own.clone(), if linked { Tie::Link } else { Tie::Monitor });
        if linked {
            machine.0.note(&own, Tie::Link);
            own.watch(machine, Tie::Link);
        }
    }
}
