//! The life of one machine in its slot: it takes what comes to it, step by step.
//!
//! Must not know: any executor, any clock.

use std::any::Any;
use std::sync::Arc;

use wink_chart::{ChildSignal, Trigger};

use super::World;
use super::alarm::next_look;
use super::current::Aside;
use super::gate;
use super::home::Seat;
use super::job::{Abort, Returned, job};
use super::slab::Slab;
use super::table::{GRACE, PULSE, TIMER};
use crate::core::drive::{Drive, Input, Rest};
use crate::core::exit::{ChildEvent, Error, ExitReason};
use crate::core::instance::Instance;
use crate::core::signal::Signal;
use crate::core::station::{Handle, StationKey};
use crate::core::store::Store;
use crate::core::time::Time;

/// How many letters a machine takes from its stash before others get their turn.
const TURN: usize = 64;

impl<M: Drive> Slab<M> {
    /// What follows a step: its effects, its end, its timers.
    #[inline(never)]
    pub(crate) fn after(&mut self, index: u32, result: Result<(), Rest<M>>, world: &mut World) {
        world.post.end();
        if world.post.has_away() {
            self.hand_over(Some(index), world);
        }
        if world.post.is_pending() {
            world.post.attend();
            if world.post.nests.is_fresh() {
                self.adopt(index, world);
            }
        }
        match result {
            Ok(()) if self.is_done(index) => {}
            Ok(()) => self.completed(index, world),
            Err(rest) => self.send_away(index, rest, world),
        }
    }

    /// Whether a step has left nothing more to be done: the machine has nothing that few have.
    fn is_done(&self, index: u32) -> bool {
        let slot = &self.slots[index as usize];
        let instance = slot.instance.as_ref();
        let is_quiet = instance.is_some_and(|instance| instance.parts.cx.is_quiet());
        slot.gate == 0 && slot.rare.is_none() && is_quiet
    }

    /// A step has completed.
    pub(super) fn completed(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::UNSTARTED != 0 {
            slot.gate &= !gate::UNSTARTED;
            slot.since = world.now;
            self.started(index, world);
        }
        self.perform(index, world);
        let slot = &self.slots[index as usize];
        let reason = slot.instance.as_ref().and_then(Instance::exit_reason);
        if let Some(reason) = reason {
            return self.ended(index, reason, world);
        }
        self.rest(index, world);
        self.settle(index, world);
    }

    /// Whatever keeps the machine from going on may be over.
    pub(crate) fn settle(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & (gate::SHUT & !gate::BLOCKED) != 0 {
            return;
        }
        if let Some(rare) = &mut slot.rare {
            if rare.stopping && !M::STOPS_CHILDREN {
                return self.proceed(index, world);
            }
            if rare.is_drained() {
                return self.stop(index, world);
            }
            if let Some(signal) = rare.signals.pop_front() {
                return self.hear(index, signal, world);
            }
        }
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::BLOCKED != 0 {
            return self.set_alarm(index, TIMER, None, world);
        }
        let deadline = slot.instance.as_ref().and_then(|own| next_look(own, world));
        let is_stashed = slot.gate & gate::STASHED != 0;
        if deadline.is_some() || slot.rare.is_some() {
            self.set_alarm(index, TIMER, deadline, world);
        }
        if is_stashed {
            world.resuming.push_back(self.seat(index));
        }
    }

    /// Hands a step that has to wait to the driver.
    fn send_away(&mut self, index: u32, rest: Rest<M>, world: &mut World) {
        let Some(mailbox) = self.door.mailbox(self.seat(index)) else {
            return;
        };
        self.set_alarm(index, TIMER, None, world);
        let slot = &mut self.slots[index as usize];
        let Some(instance) = slot.instance.take() else {
            return;
        };
        slot.gate |= gate::AWAY;
        let abort = Arc::new(Abort::default());
        let rare = slot.rare();
        rare.id = mailbox.identity().id();
        rare.abort = Some(abort.clone());
        rare.away_in.clear();
        let store = &instance.parts.cx.store;
        store.resting(M::CHART, &mut |state| rare.away_in.push(state));
        let observer = rare.observer.take();
        let needs_grace = rare.stopping;
        mailbox.set_away(true);
        let (instance, own) = (Box::new(instance), Handle(mailbox));
        let seat = self.seat(index);
        let aside = Aside::new(&self.door.home);
        let mut job = job(instance, observer, rest, world.now, own, abort, aside);
        if let Some(watch) = &mut world.watch {
            job = watch.send_away(seat, job);
        }
        world.jobs.push(job);
        if needs_grace {
            self.give_grace(index, world);
        }
    }

    /// An asynchronous step is over.
    pub(crate) fn returned(
        &mut self,
        index: u32,
        returned: Box<dyn Any + Send>,
        world: &mut World,
    ) {
        let Some(returned) = Self::open::<Returned<M>>(returned) else {
            return;
        };
        let Returned {
            instance,
            observer,
            result,
        } = *returned;
        if let Some(mailbox) = self.door.mailbox(self.seat(index)) {
            mailbox.set_away(false);
        }
        let slot = &mut self.slots[index as usize];
        slot.gate &= !gate::AWAY;
        slot.instance = Some(*instance);
        let rare = slot.rare();
        rare.observer = observer;
        rare.abort = None;
        let is_killed = rare.reason.is_some();
        let is_closed = rare.is_closed;
        if world.watch.is_some() {
            let aborted = crate::core::context::broken();
            let noted = match &result {
                Ok(outcome) => Ok(outcome),
                Err(error) => Err(error.as_ref().unwrap_or(&aborted)),
            };
            self.note_return(index, noted, world);
        }
        if is_closed {
            return self.bury_instance(index, world);
        }
        if self.slots[index as usize].gate & gate::DOWN != 0 {
            return self.take_down(index, world);
        }
        world.home.current.begin_other(self.door.index, index);
        match result {
            // Killed in the meantime: its children end first.
            _ if is_killed => {}
            Ok(_) => {
                self.set_alarm(index, GRACE, None, world);
                self.guard(world, |slab, world| slab.completed(index, world));
            }
            Err(error) => {
                self.set_alarm(index, GRACE, None, world);
                let error = error.unwrap_or_else(crate::core::context::broken);
                if let Some(instance) = &mut self.slots[index as usize].instance {
                    instance.crash(error.clone());
                }
                let error = self.with_steps(index, error, world);
                self.explain(index, &error);
                self.ended(index, error.into(), world);
            }
        }
    }

    /// News of another machine.
    pub(crate) fn notice(&mut self, index: u32, signal: Signal, world: &mut World) {
        if let Signal::Child(child, ChildEvent::Exited(_)) = &signal {
            // A future that is a child says so itself.
            self.gone(index, child.id(), world);
        }
        let seat = self.seat(index);
        if self.find(seat).is_none() {
            return;
        }
        let slot = &mut self.slots[index as usize];
        if slot.gate & (gate::ENDING | gate::DOWN) != 0 {
            return;
        }
        let is_busy = slot.gate & (gate::SHUT & !gate::BLOCKED) != 0;
        if slot.rare().stopping && !M::STOPS_CHILDREN {
            return;
        }
        let signals = &mut slot.rare().signals;
        if is_busy || !signals.is_empty() {
            // A slow spawner needs to hear once that its child lives.
            let pulsed = matches!(signal, Signal::Child(_, ChildEvent::Pulsed));
            if !(pulsed && signals.contains(&signal)) {
                signals.push_back(signal);
            }
            return;
        }
        self.hear(index, signal, world);
    }

    fn hear(&mut self, index: u32, signal: Signal, world: &mut World) {
        if let Signal::Down(down) = &signal {
            let id = down.machine().id();
            let rare = self.slots[index as usize].rare();
            let ended = |_: &StationKey, machine: &mut Handle| machine.ended().is_some();
            let of_id = StationKey::all(id);
            let over: Vec<_> = rare.watched.extract_if(of_id, ended).collect();
            if let Some(mailbox) = self.door.mailbox(self.seat(index)) {
                for (_, other) in over {
                    mailbox.unwatch(&other);
                }
            }
        }
        self.step(index, Input::Signal(signal), world);
    }

    /// Hands out mail that has waited.
    pub(crate) fn unstash(&mut self, index: u32, world: &mut World) {
        let seat = self.seat(index);
        for _ in 0..TURN {
            let Some(slot) = self.slots.get_mut(index as usize) else {
                return;
            };
            let is_same = slot.generation == seat.generation;
            if !is_same || slot.gate & gate::SHUT != 0 || slot.gate & gate::STASHED == 0 {
                break;
            }
            let rare = slot.rare();
            let Some(letter) = rare.stash.pop_front() else {
                slot.gate &= !gate::STASHED;
                break;
            };
            rare.held -= u32::from(!letter.is_foreign());
            if rare.stash.is_empty() {
                slot.gate &= !gate::STASHED;
            }
            self.give(index, letter, world);
        }
        if self.find(seat).is_some() {
            self.limit(index);
            // There may be room for those who wait for some.
            world.post.retry = true;
        }
        world.has_credits.push(seat.slab);
    }

    pub(crate) fn time_has_come(&mut self, index: u32, kind: usize, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        slot.rare().armed[kind] = None;
        match kind {
            TIMER if slot.gate & gate::SHUT == 0 => self.timer(index, world),
            PULSE => self.pulse(index, world),
            GRACE => self.grace_is_over(index, world),
            _ => {}
        }
    }

    pub(crate) fn set_alarm(
        &mut self,
        index: u32,
        kind: usize,
        deadline: Option<Time>,
        world: &mut World,
    ) {
        let seat = self.seat(index);
        let slot = &mut self.slots[index as usize];
        if deadline.is_none() && slot.rare.is_none() {
            return;
        }
        let armed = &mut slot.rare().armed[kind];
        if *armed != deadline {
            world.alarms.change(seat, kind, *armed, deadline);
            *armed = deadline;
        }
    }

    /// Why a machine fails that waits in a circle with others.
    pub(crate) fn fail_blocked(&mut self, index: u32, error: Error, world: &mut World) {
        self.slots[index as usize].gate &= !gate::BLOCKED;
        self.abandon_mail(index, world);
        self.step(index, Input::Stop(ExitReason::Errored(error)), world);
    }
}

/// Whether a machine has a row for that sign of its children.
pub(super) fn hears<M: Drive>(sign: ChildSignal) -> bool {
    let trigger = Trigger::Child(sign);
    M::CHART.rows.iter().any(|row| row.trigger == trigger)
}

/// Wakes a loop to look whether one machine's mail finds room.
pub(super) struct Retry {
    pub(super) home: Arc<super::home::Home>,
    pub(super) seat: Seat,
}

impl std::task::Wake for Retry {
    fn wake(self: Arc<Self>) {
        self.home.order(self.seat, super::home::What::Retry);
    }
}
