//! The end of one machine: its children first, then its last mail, then everyone is told.
//!
//! Must not know: any executor, any clock.

use std::any::Any;
use std::mem;
use std::sync::Arc;

use super::World;
use super::gate;
use super::home::What;
use super::letter::{Letter, Spot};
use super::panic::catch;
use super::slab::{Rare, Slab};
use super::table::{GRACE, PULSE, TIMER};
use crate::core::drive::{Drive, Input};
use crate::core::effect::ReplyOf;
use crate::core::event::SystemEvent;
use crate::core::exit::{Error, ExitReason, Identity, MachineId};
use crate::core::instance::Instance;
use crate::core::mailbox::Mailbox;
use crate::core::question::{CallError, ReplyPort};
use crate::core::signal::Signal;
use crate::core::station::Handle;

impl<M: Drive> Slab<M> {
    /// The machine is asked to stop.
    pub(crate) fn stop(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::DOWN != 0 {
            return self.stop_restart(index, &ExitReason::Stopped);
        }
        if slot.gate & gate::ENDING != 0 || slot.rare().stopping {
            return;
        }
        slot.rare().stopping = true;
        slot.rare().drains = None;
        if slot.gate & gate::AWAY != 0 {
            return self.give_grace(index, world);
        }
        if M::STOPS_CHILDREN {
            // It is told once, and goes on until its children are down.
            return self.notice(index, Signal::Stop, world);
        }
        if slot.gate & gate::UNSTARTED == 0 {
            self.proceed(index, world);
        }
    }

    /// The machine is asked to stop when it has handled the mail that it has accepted by now.
    pub(super) fn drain_mail(&mut self, index: u32, world: &mut World) {
        let seat = self.seat(index);
        let slot = &mut self.slots[index as usize];
        if M::STOPS_CHILDREN || slot.gate & gate::ENDING != 0 || slot.rare().stopping {
            return self.stop(index, world);
        }
        // What comes from here on waits behind it.
        let mut letters = Vec::new();
        let spot = Spot::new(index, seat.generation);
        let queue = world.post.queue(&self.door);
        queue.extract(&mut self.batch, spot, &mut letters);
        {
            let mut door = self.door.lock();
            door.inbox.extract(spot, &mut letters);
        }
        let rare = slot.rare();
        for letter in letters {
            rare.put_by(letter);
        }
        rare.drains = Some(0);
        if !rare.stash.is_empty() {
            slot.gate |= gate::STASHED;
        }
        self.limit(index);
        self.settle(index, world);
    }

    /// The machine's last step is over, or its step will never be.
    pub(crate) fn ended(&mut self, index: u32, reason: ExitReason, world: &mut World) {
        world.post.end();
        let slot = &mut self.slots[index as usize];
        slot.gate |= gate::ENDING;
        let reason = match reason {
            ExitReason::Errored(error) => self.with_steps(index, error, world).into(),
            reason => reason,
        };
        let slot = &mut self.slots[index as usize];
        slot.rare().reason = Some(reason);
        self.set_alarm(index, TIMER, None, world);
        self.proceed(index, world);
    }

    /// Goes on with an end: stops the children, the youngest first and one after another.
    pub(crate) fn proceed(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        slot.gate |= gate::ENDING;
        let is_away = slot.gate & gate::AWAY != 0;
        let rare = slot.rare();
        if rare.awaits.is_some() || is_away && rare.reason.is_none() {
            return;
        }
        if let Some(child) = rare.next_child(M::STOPS_CHILDREN, &world.home) {
            rare.awaits = Some(child);
            // Until it is over the machine takes nothing.
            return;
        }
        if rare.reason.is_some() {
            return self.send_last_mail(index, world);
        }
        self.save(index, true, world);
        self.step(index, Input::Stop(ExitReason::Stopped), world);
    }

    /// A child is gone.
    pub(crate) fn gone(&mut self, index: u32, child: MachineId, world: &mut World) {
        let rare = self.slots[index as usize].rare();
        // One that is kept and down is not gone.
        let is_gone = |handle: &Handle| handle.identity().id() == child && handle.ended().is_some();
        rare.children.one_has_ended(&world.home);
        if rare.awaits.as_ref().is_some_and(is_gone) {
            rare.awaits = None;
            if self.slots[index as usize].gate & gate::DOWN != 0 {
                return self.bury(index, world);
            }
            self.proceed(index, world);
        }
    }

    /// Gives mail that waits for room the grace to find it.
    fn send_last_mail(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::BLOCKED == 0 {
            return self.finish(index, world);
        }
        if slot.rare().armed[GRACE].is_none() {
            let deadline = world.now + world.site().grace();
            self.set_alarm(index, GRACE, Some(deadline), world);
        }
    }

    pub(crate) fn grace_is_over(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        if slot.gate & gate::AWAY != 0 {
            return self.ended(index, ExitReason::Killed, world);
        }
        if slot.gate & gate::ENDING != 0 && slot.gate & gate::BLOCKED != 0 {
            slot.gate &= !gate::BLOCKED;
            self.abandon_mail(index, world);
            self.finish(index, world);
        }
    }

    /// What it has sent and nobody had room for is told as lost: it ends.
    pub(crate) fn abandon_mail(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let from = slot.identity();
        for to in slot.rare().outbox.abandon() {
            let ended = from;
            world
                .site()
                .report(SystemEvent::Undelivered { from, to, ended });
        }
    }

    /// Tries again what found no room; whether some still does not.
    pub(crate) fn retry_outbox(&mut self, index: u32, world: &mut World) -> bool {
        if self.slots[index as usize].gate & gate::BLOCKED == 0 {
            return false;
        }
        self.with_outbox(index, world, |outbox, sending| outbox.retry(sending));
        let slot = &mut self.slots[index as usize];
        let is_blocked = slot.gate & gate::BLOCKED != 0;
        let is_ending = slot.gate & gate::ENDING != 0;
        let receiver = slot.rare().outbox.receiver();
        if let Some(mailbox) = self.door.mailbox(self.seat(index)) {
            mailbox.set_waits_for(receiver);
        }
        if is_blocked {
            return true;
        }
        if is_ending {
            self.set_alarm(index, GRACE, None, world);
            self.proceed(index, world);
        } else {
            self.settle(index, world);
        }
        false
    }

    /// Fails, if it waits for room in a circle of machines that wait for each other, and is
    /// the youngest of these.
    pub(crate) fn untangle(&mut self, index: u32, world: &mut World) {
        let slot = &self.slots[index as usize];
        if slot.gate & (gate::SHUT & !gate::BLOCKED) != 0 || slot.gate & gate::BLOCKED == 0 {
            return;
        }
        let Some(own) = self.door.mailbox(self.seat(index)) else {
            return;
        };
        let Some(circle) = circle(&Handle(own.clone())) else {
            return;
        };
        let Some(youngest) = circle.iter().max_by_key(|member| member.identity().id()) else {
            return;
        };
        if *youngest != Handle(own) {
            return youngest.0.tell(What::Untangle);
        }
        let machines: Vec<Identity> = circle.iter().map(Handle::identity).collect();
        world.site().report(SystemEvent::Deadlocked {
            machines: machines.clone(),
        });
        self.fail_blocked(index, Error::deadlock(machines), world);
    }

    /// Tells everyone of the end, as far as the machine is not made anew.
    fn finish(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        let spawner = slot.spawner.as_ref();
        let spawner = spawner.map(|spawner| spawner.handle.identity());
        let rare = slot.rare();
        let is_kept = rare.kept.as_ref().is_some_and(|kept| !kept.is_buried);
        let reason = match is_kept {
            true => rare.reason.take(),
            false => rare.reason.clone(),
        };
        let reason = reason.unwrap_or(ExitReason::Normal);
        if let Some(error) = reason.error() {
            let error = error.clone();
            world.site().report(SystemEvent::Errored {
                machine,
                spawner,
                error,
            });
        }
        let Some(mailbox) = self.mailbox(index) else {
            return self.vacate(index, world);
        };
        for kind in [TIMER, PULSE, GRACE] {
            self.set_alarm(index, kind, None, world);
        }
        let watched = mem::take(&mut self.slots[index as usize].rare().watched);
        if !watched.is_empty() {
            let own = Handle(mailbox.clone());
            for watched in watched.into_values() {
                watched.unwatch(&own);
            }
        }
        self.put_away(index, &reason, world);
        if is_kept {
            return self.lie_down(index, reason, world);
        }
        // Room that its last letters left goes to who waits: it is accepted, and unread.
        self.pay_credits();
        self.close(index, &mailbox, &reason, world);
        match self.slots[index as usize].rare().abort.take() {
            // What the step holds is dropped when the end has been told; the rest follows.
            Some(abort) => abort.abort(),
            None => self.bury_instance(index, world),
        }
    }

    /// Closes the mailbox: whoever waits or watches is told.
    pub(crate) fn close(
        &mut self,
        index: u32,
        mailbox: &Mailbox<M>,
        reason: &ExitReason,
        world: &mut World,
    ) {
        let rare = self.slots[index as usize].rare();
        let mut letters: Vec<Letter<M>> = mem::take(&mut rare.stash).into();
        mailbox.limit().forget();
        let queue = world.post.queue(&self.door);
        queue.extract(&mut self.batch, mailbox.spot(), &mut letters);
        let local = letters.iter().filter(|letter| !letter.is_foreign()).count();
        // Who waits for room in it, in this loop, hears of its end.
        world.post.retry = true;
        let spawner = self.slots[index as usize].spawner.clone();
        let spawner = spawner.map(|spawner| spawner.handle.clone());
        let foreign = mailbox.close(reason, spawner.as_ref(), letters, refuse_letter);
        let rare = self.slots[index as usize].rare();
        rare.unread = foreign + local;
        rare.is_closed = true;
        if let Some(spawner) = spawner {
            spawner.0.tell(What::Gone(mailbox.identity().id()));
        }
    }

    pub(crate) fn drop_instance(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        let instance = slot.instance.take();
        let turn = world.home.current.turn();
        world.home.current.begin_other(self.door.index, index);
        let dropped = catch(|| instance.map(Instance::leave));
        world.home.current.enter(turn);
        let rare = self.slots[index as usize].rare.as_mut();
        match dropped {
            Ok(context) => {
                if let Some(kept) = rare.and_then(|rare| rare.kept.as_mut()) {
                    kept.context = context;
                }
            }
            Err(error) => {
                let line = format!("dropping the machine's data {error}").into();
                world.site().report(SystemEvent::Log { machine, line });
            }
        }
    }

    /// The last of a machine whose end has been told.
    pub(crate) fn bury_instance(&mut self, index: u32, world: &mut World) {
        let slot = &mut self.slots[index as usize];
        let machine = slot.identity();
        let deferred = match &mut slot.instance {
            Some(instance) => instance.parts.cx.take_all_deferred(),
            None => Vec::new(),
        };
        let rare = slot.rare();
        let unread = rare.unread + deferred.len();
        let reason = rare.reason.clone().unwrap_or(ExitReason::Normal);
        for envelope in deferred {
            refuse::<M>(envelope.message, envelope.port, &reason);
        }
        self.drop_instance(index, world);
        world.site().report(SystemEvent::Exited {
            machine,
            reason,
            unread,
        });
        self.vacate(index, world);
    }

    /// A machine that was to sit there will never start; its mailbox is closed. What is left of
    /// its mail is told.
    pub(crate) fn abandon(
        &mut self,
        mailbox: Box<dyn Any + Send>,
        unread: usize,
        world: &mut World,
    ) {
        let Some(mailbox) = Self::open::<Arc<Mailbox<M>>>(mailbox) else {
            return;
        };
        let seat = mailbox.seat();
        let mut letters: Vec<Letter<M>> = Vec::new();
        if let Some(slot) = self.slots.get_mut(seat.slot as usize)
            && slot.generation == seat.generation
        {
            slot.gate = gate::VACANT;
            letters.extend(slot.rare.take().into_iter().flat_map(|rare| rare.stash));
        }
        mailbox.limit().forget();
        let queue = world.post.queue(&self.door);
        queue.extract(&mut self.batch, mailbox.spot(), &mut letters);
        let local = letters.iter().filter(|letter| !letter.is_foreign()).count();
        world.post.retry = true;
        for letter in letters {
            refuse_letter(letter, &ExitReason::Dropped);
        }
        self.door.free(seat);
        if unread + local > 0 {
            world.site().report(SystemEvent::Exited {
                machine: mailbox.identity(),
                reason: ExitReason::Dropped,
                unread: unread + local,
            });
        }
    }

    /// Frees the slot.
    pub(crate) fn vacate(&mut self, index: u32, world: &mut World) {
        let seat = self.seat(index);
        let slot = &mut self.slots[index as usize];
        slot.gate = gate::VACANT;
        slot.instance = None;
        slot.spawner = None;
        let rare = slot.rare.take();
        drop(rare);
        self.door.free(seat);
        let home = &self.door.home;
        home.machines()
            .fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        world.site().over();
    }
}

impl<M: Drive> Rare<M> {
    /// Keeps a letter for when the machine can take it.
    pub(super) fn put_by(&mut self, letter: Letter<M>) {
        self.held += u32::from(!letter.is_foreign());
        self.stash.push_back(letter);
        if let Some(behind) = &mut self.drains {
            *behind += 1;
        }
    }

    /// Whether it is to stop, and has handled everything that came before it was told so.
    pub(super) fn is_drained(&self) -> bool {
        self.drains.is_some_and(|behind| self.stash.len() <= behind)
    }
}

/// Deals with a letter that its machine has not read before it ended for this reason: whoever
/// asked is told, and a sender that wants its message back gets it.
pub(crate) fn refuse_letter<M: Drive>(letter: Letter<M>, reason: &ExitReason) {
    if let Some(envelope) = letter.open() {
        refuse::<M>(envelope.message, envelope.port, reason);
    }
}

/// As [`refuse_letter`], for a message that is no letter any more.
pub(crate) fn refuse<M: Drive>(
    message: M::Message,
    port: Option<ReplyPort<ReplyOf<M>>>,
    reason: &ExitReason,
) {
    if let Some(port) = port {
        port.give_back(CallError::Died(reason.clone()), || Box::new(message));
    }
}

/// The machines that wait for each other's room in a circle that this one is part of.
fn circle(own: &Handle) -> Option<Vec<Handle>> {
    let mut members = vec![own.clone()];
    loop {
        let next = members.last()?.0.waits_for()?;
        if next == *own {
            return Some(members);
        }
        // A circle further on that this one is no part of.
        if members.contains(&next) {
            return None;
        }
        members.push(next);
    }
}
