//! A machine that its spawner keeps: when it has ended it is down, and begins again when it is
//! told to, at the same address and with the same mail.
//!
//! Must not know: who supervises, any executor, any clock.

use std::mem;

use super::World;
use super::gate;
use super::home::{Home, What};
use super::letter::{Letter, Origin, Spot};
use super::panic::catch;
use super::slab::{Rare, Slab};
use super::table::GRACE;
use crate::core::child_spec::Grace;
use crate::core::drive::Drive;
use crate::core::event::{Note, SystemEvent};
use crate::core::exit::{Error, ExitReason, MachineId};
use crate::core::instance::Instance;
use crate::core::mailbox::tell_spawner;
use crate::core::question::CallError;
use crate::core::station::{Handle, Spawner};
use crate::core::status::Status;
use crate::core::time::Time;

impl<M: Drive> Slab<M> {
    /// Makes the machine.
    ///
    /// # Errors
    /// When its constructor fails or panics.
    pub(crate) fn make(&mut self, index: u32, world: &mut World) -> Result<(), Error> {
        let slot = &mut self.slots[index as usize];
        let Some(kept) = &mut slot.rare().kept else {
            return Ok(());
        };
        if let Some(keeper) = &mut kept.keeper
            && let Some(mut instance) =
                catch(|| keeper.load(world.now)).and_then(|loaded| loaded)?
        {
            instance.parts.cx.set_mailbox(kept.mailbox.clone());
            if kept.restarts > 0 {
                // The deferred messages themselves wait for it: these are copies.
                drop(instance.parts.cx.take_all_deferred());
            }
            slot.instance = Some(instance);
            return Ok(());
        }
        let data = catch(&mut kept.make).and_then(|made| made)?;
        slot.instance = Some(match kept.context.take() {
            Some(context) => Instance::successor(data, world.now, context),
            None => {
                let mut instance = Instance::new(data, world.now);
                instance.parts.cx.set_mailbox(kept.mailbox.clone());
                instance
            }
        });
        Ok(())
    }

    /// Whether it has not begun here and runs nevertheless: it was restored.
    pub(crate) fn goes_on(&self, index: u32) -> bool {
        let instance = self.slots[index as usize].instance.as_ref();
        instance.is_some_and(|instance| instance.status() == Status::Running)
    }

    /// Whether it was started again, and whoever decides for its spawner has been told that it is
    /// there, of which nothing follows.
    pub(crate) fn is_known_to_restart(&self, index: u32, spawner: &Spawner, now: Time) -> bool {
        let slot = &self.slots[index as usize];
        let kept = slot.rare.as_ref().and_then(|rare| rare.kept.as_ref());
        let has_restarted = kept.is_some_and(|kept| kept.restarts > 0);
        let guardian = spawner.guardian.as_ref().filter(|_| has_restarted);
        guardian.is_some_and(|guardian| guardian.has_restarted(slot.identity().id(), now))
    }

    /// A step is over and has left no trouble.
    pub(crate) fn rest(&mut self, index: u32, world: &mut World) {
        if let Some(rare) = &mut self.slots[index as usize].rare
            && let Some(kept) = &mut rare.kept
        {
            kept.record.end();
            kept.witness = None;
            if kept.keeper.is_some() {
                self.save(index, false, world);
            }
        }
    }

    /// Has its keeper save it, if it has one.
    pub(crate) fn save(&mut self, index: u32, is_last: bool, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        if let (Some(rare), Some(instance)) = (&mut slot.rare, &slot.instance)
            && let Some(kept) = &mut rare.kept
            && let Some(keeper) = &mut kept.keeper
            && instance.status() == Status::Running
            && let Err(error) = catch(|| keeper.save(instance, is_last)).and_then(|saved| saved)
        {
            let line = error.to_string().into();
            world.site().report(SystemEvent::Log { machine, line });
        }
    }

    /// Tells its keeper that it has ended.
    pub(crate) fn put_away(&mut self, index: u32, reason: &ExitReason, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        if let Some(rare) = &mut slot.rare
            && let Some(kept) = &mut rare.kept
            && let Some(keeper) = &mut kept.keeper
            && let Err(error) = keeper.ended(reason)
        {
            let line = error.to_string().into();
            world.site().report(SystemEvent::Log { machine, line });
        }
    }

    /// The machine is to be down until its spawner is started again.
    pub(crate) fn hold(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let is_down = slot.gate & gate::DOWN != 0;
        let rare = slot.rare();
        let Some(kept) = &mut rare.kept else {
            return self.stop(index, world);
        };
        kept.is_held = true;
        if !is_down {
            return self.stop(index, world);
        }
        rare.restarts = false;
        self.tell_held(index);
    }

    /// Its spawner hears that it is down, if that waits for it.
    fn tell_held(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        if let Some(rare) = &mut slot.rare
            && let Some(kept) = &mut rare.kept
            && mem::take(&mut kept.is_held)
            && let Some(spawner) = &slot.spawner
        {
            let held = What::Held(kept.mailbox.identity().id());
            spawner.handle.0.tell(held);
        }
    }

    /// A child is down until this machine is started again.
    pub(crate) fn held(&mut self, index: u32, child: MachineId, world: &mut World) {
        let rare = self.slots[index as usize].rare();
        let awaits = rare.awaits.as_ref().map(Handle::identity);
        if awaits.is_some_and(|awaits| awaits.id() == child) {
            rare.awaits = None;
            self.proceed(index, world);
        }
    }

    /// Has a machine that is down begin again.
    pub(crate) fn restart(&mut self, index: u32, world: &mut World) {
        let seat = self.seat(index);
        let slot = &mut self.slots[index as usize];
        let kept = slot.rare().kept.as_ref();
        let is_buried = kept.is_some_and(|kept| kept.is_buried);
        if slot.gate & gate::DOWN == 0 || is_buried {
            return;
        }
        // One whose killed step is not back yet begins when it is.
        if slot.gate & gate::AWAY != 0 {
            slot.rare().restarts = true;
            return;
        }
        self.rise(index, world);
        if let Some(kept) = &self.slots[index as usize].rare().kept {
            kept.mailbox.set_down(None);
        }
        world.starting.push_back(seat);
    }

    /// The machine is not down any more: it is about to start.
    fn rise(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        slot.gate = (slot.gate & !gate::DOWN) | gate::UNSTARTED;
        let machine = slot.identity();
        let rare = slot.rare();
        rare.reason = None;
        rare.stopping = false;
        rare.killed = false;
        rare.restarts = false;
        if let Some(kept) = &mut rare.kept {
            kept.restarts += 1;
            let restarts = kept.restarts;
            world.site().note(Note::Restarted { machine, restarts });
        }
    }

    /// The machine is down: its spawner is told, everything that waits goes on waiting.
    pub(crate) fn lie_down(&mut self, index: u32, reason: ExitReason, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        slot.gate &= gate::KEPT | gate::WATCHED | gate::STASHED | gate::AWAY;
        slot.gate |= gate::DOWN;
        let Some(rare) = &mut slot.rare else { return };
        rare.signals.clear();
        rare.release_held();
        let abort = rare.abort.take();
        let Some(kept) = &mut rare.kept else { return };
        let poison = kept.record.fall(reason.is_failure());
        if let Some((message, failures)) = poison {
            let message = M::CHART.messages.get(usize::from(message.0));
            world.site().report(SystemEvent::Poison {
                machine,
                message: message.map_or("?", |message| &message.name),
                failures,
            });
        }
        world.site().report(SystemEvent::Down {
            machine,
            reason: reason.clone(),
        });
        // A supervisor that would only have it begin again need not be asked.
        let guardian = slot.spawner.as_ref().and_then(|own| own.guardian.as_ref());
        let is_free = abort.is_none() && !kept.is_held;
        if let Some(guardian) = guardian.filter(|_| is_free)
            && guardian.restarts(machine.id(), &reason, world.now)
        {
            self.put_down(index, world);
            return self.start_again(index, world);
        }
        kept.mailbox.set_down(Some(reason.clone()));
        if let Some(spawner) = &slot.spawner {
            tell_spawner(spawner, machine, &reason);
        }
        rare.reason = Some(reason);
        self.tell_held(index);
        match abort {
            // What the step holds is dropped when the end has been told; the rest follows.
            Some(abort) => abort.abort(),
            None => self.take_down(index, world),
        }
    }

    /// A machine that has ended a moment ago begins again.
    fn start_again(&mut self, index: u32, world: &mut World) {
        self.rise(index, world);
        match world.starting.is_empty() {
            // Before its next letter, which so need not wait.
            true => self.first_step(index, world),
            false => world.starting.push_back(self.seat(index)),
        }
    }

    /// As [`put_down`](Self::put_down); one that was to begin again after that does.
    pub(crate) fn take_down(&mut self, index: u32, world: &mut World) {
        self.put_down(index, world);
        if mem::take(&mut self.slots[index as usize].rare().restarts) {
            self.restart(index, world);
        }
    }

    /// Drops what the machine was; what it had accepted and not handled waits for the next one.
    fn put_down(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let (to, instance) = (Spot::new(index, slot.generation), slot.instance.as_mut());
        let deferred = instance.map(|instance| instance.parts.cx.take_all_deferred());
        let deferred = deferred.unwrap_or_default();
        let changes = !deferred.is_empty();
        for envelope in deferred.into_iter().rev() {
            slot.gate |= gate::STASHED;
            let rare = slot.rare();
            rare.held += 1;
            rare.stash
                .push_front(Letter::new(to, Origin::LOCAL, envelope));
        }
        self.drop_instance(index, world);
        if changes {
            self.limit(index);
        }
    }

    /// Ends a machine for good; one that runs is stopped first.
    pub(crate) fn bury(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let rare = slot.rare();
        if let Some(kept) = &mut rare.kept {
            kept.is_buried = true;
        }
        if slot.gate & gate::DOWN == 0 {
            return self.stop(index, world);
        }
        // Children that are down with it are buried before it.
        if slot.rare().awaits.is_some() {
            return;
        }
        if let Some(child) = slot.rare().next_child(M::STOPS_CHILDREN, &world.home) {
            slot.rare().awaits = Some(child);
            return;
        }
        if slot.gate & gate::AWAY != 0 {
            // Its killed step will be back.
            slot.rare().is_closed = true;
        }
        slot.gate = (slot.gate & !gate::DOWN) | gate::ENDING;
        let reason = slot.rare().reason.clone();
        let reason = reason.unwrap_or(ExitReason::Normal);
        // Its spawner has heard of the end.
        let spawner = slot.spawner.take();
        let is_away = slot.gate & gate::AWAY != 0;
        let Some(mailbox) = self.door.mailbox(self.seat(index)) else {
            return;
        };
        self.close(index, &mailbox, &reason, world);
        if let Some(spawner) = spawner {
            spawner.handle.0.tell(What::Gone(mailbox.identity().id()));
        }
        if !is_away {
            self.bury_instance(index, world);
        }
    }

    /// Ends a machine at once, without its exit actions.
    pub(crate) fn kill(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        // Its own grace may have run out a moment before its supervisor's patience: it is down,
        // and what becomes of it has yet to be said.
        if slot.gate & gate::DOWN != 0 {
            return self.stop_restart(index, &ExitReason::Killed);
        }
        self.end_at_once(index, ExitReason::Killed, world);
    }

    /// Ends a machine for this reason without its exit actions, unless it is down or at its end.
    pub(crate) fn end_at_once(&mut self, index: u32, reason: ExitReason, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::DOWN != 0 || slot.rare().reason.is_some() {
            return;
        }
        let rare = slot.rare();
        rare.killed = true;
        rare.stopping = true;
        self.ended(index, reason, world);
    }

    /// A machine that is down is to stop. When it was to begin again as soon as its killed step
    /// is back, it does not, and that was one more end.
    pub(crate) fn stop_restart(&mut self, index: u32, reason: &ExitReason) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        if mem::take(&mut slot.rare().restarts)
            && let Some(spawner) = &slot.spawner
        {
            tell_spawner(spawner, machine, reason);
        }
    }

    /// The machine is to stop and has an asynchronous step under way: it may finish that.
    pub(crate) fn give_grace(&mut self, index: u32, world: &mut World) {
        let usual = Grace::Within(world.site().grace());
        let grace = self.slots[index as usize].rare().grace;
        let deadline: Option<Time> = match grace.unwrap_or(usual) {
            Grace::Kill => return self.ended(index, ExitReason::Killed, world),
            Grace::Within(grace) => Some(world.now + grace),
            Grace::Forever => None,
        };
        self.set_alarm(index, GRACE, deadline, world);
    }

    /// Whoever asked the question at which the machine failed is told so.
    pub(crate) fn explain(&mut self, index: u32, error: &Error) {
        if let Some(rare) = &mut self.slots[index as usize].rare
            && let Some(kept) = &mut rare.kept
            && let Some(witness) = kept.witness.take()
        {
            witness.explain(CallError::Died(error.clone().into()));
        }
    }
}

impl<M: Drive> Rare<M> {
    /// The youngest child that is still to go, and has been told to: to be down, when this is a
    /// supervisor that may be started again, otherwise to end for good.
    pub(crate) fn next_child(&mut self, is_supervisor: bool, home: &Home) -> Option<Handle> {
        let is_buried = self.kept.as_ref().is_none_or(|kept| kept.is_buried);
        if is_buried {
            self.release_held();
        }
        let child = self.children.pop_youngest(home)?;
        match &mut self.kept {
            Some(kept) if is_supervisor && !is_buried && child.0.hold() => {
                kept.holds.push(child.clone());
            }
            _ => child.bury(),
        }
        Some(child)
    }

    /// Children that are down with it are its children as before.
    pub(crate) fn release_held(&mut self) {
        if let Some(kept) = &mut self.kept {
            while let Some(child) = kept.holds.pop() {
                self.children.push(child);
            }
        }
    }
}
