//! The door between one loop's machines of one type and everything outside of that loop.
//!
//! Must not know: how machines are stepped, any executor.

use std::any::Any;
use std::mem;
use std::sync::{Arc, PoisonError};

use qcell::QCellOwner;

use super::apart::Apart;
use super::away::{Bag, Left, Run};
use super::current::Step;
use super::home::{Home, Seat};
use super::inbox::Inbox;
use super::letter::Spot;
use super::nest::{AnyNest, Nest};
use super::post::Locker;
use super::shelves::Shelves;
use super::slab::{AnySlab, Slab};
use crate::core::drive::Drive;
use crate::core::exit::{ExitReason, Identity};
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;
use crate::core::station::Handle;
use crate::core::sync::{Mutex, MutexGuard};

pub(crate) struct Door<M: Machine> {
    pub(crate) home: Arc<Home>,
    /// Of the home.
    pub(crate) number: u32,
    pub(crate) index: u32,
    /// The loop's own mail for these machines. The loop writes here while others write behind the
    /// lock.
    pub(super) locker: Apart<Locker<M>>,
    /// What steps of other loops have sent, until they are over.
    pub(super) shelves: Shelves<M>,
    state: Apart<Mutex<DoorState<M>>>,
}

/// What is behind the lock. Held for a few moves at a time; a mailbox's own lock may be taken
/// while this one is held, never the other way round.
pub(crate) struct DoorState<M: Machine> {
    /// Mail from outside of the loop, in the order in which it came.
    pub(crate) inbox: Inbox<M>,
    /// Nothing is in it but questions of askers that gather, and the loop is told of them late.
    gathers: bool,
    /// Who has each slot, until its end has been told.
    desks: Vec<Option<Arc<Mailbox<M>>>>,
    /// Slots that may be given to a new machine, with the generations of their last ones.
    free: Vec<(u32, u32)>,
}

/// Letters of one machine that have been taken one after another.
pub(crate) struct Credit {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
    pub(crate) count: u32,
}

impl Credit {
    /// One more letter of that machine has been taken.
    #[inline(always)]
    pub(crate) fn add(credits: &mut Vec<Self>, slot: u32, generation: u32) {
        match credits.last_mut() {
            Some(last) if last.slot == slot && last.generation == generation => last.count += 1,
            _ => credits.push(Self {
                slot,
                generation,
                count: 1,
            }),
        }
    }
}

impl<M: Machine> Door<M> {
    pub(crate) fn new(home: Arc<Home>, index: u32) -> Self {
        Self {
            number: home.number(),
            locker: Apart(Locker::new(home.lock())),
            shelves: Shelves::new(),
            home,
            index,
            state: Apart(Mutex::new(DoorState {
                inbox: Inbox::default(),
                gathers: false,
                desks: Vec::new(),
                free: Vec::new(),
            })),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, DoorState<M>> {
        // Nothing that can panic runs under the lock but the allocator.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a new machine its slot and its mailbox.
    pub(crate) fn open(self: &Arc<Self>, capacity: usize, is_root: bool) -> Arc<Mailbox<M>> {
        let id = self.home.site().next_id();
        let mut state = self.lock();
        let (slot, before) = state.vacancy();
        let seat = Seat {
            slab: self.index,
            slot,
            generation: before + 1,
        };
        let mailbox = Mailbox::new(self.clone(), seat, id, capacity, is_root);
        let mailbox = Arc::new(mailbox);
        state.desks[slot as usize] = Some(mailbox.clone());
        drop(state);
        self.home.count(1);
        mailbox
    }

    /// The mailbox of the machine that sits there.
    pub(crate) fn mailbox(&self, seat: Seat) -> Option<Arc<Mailbox<M>>> {
        let state = self.lock();
        state
            .sitting(Spot::new(seat.slot, seat.generation))
            .cloned()
    }

    /// The slot may be given to another machine.
    pub(crate) fn free(&self, seat: Seat) {
        let mut state = self.lock();
        // A slot whose generations are used up is never given again.
        if seat.generation < u32::MAX {
            state.free.push((seat.slot, seat.generation));
        }
    }

    /// Takes in the letters of that bag, which another loop's machines have sent, in order. What
    /// finds no room or no machine comes back; all from that slot, when its mail `waits` already.
    pub(super) fn take_in(&self, bag: &mut Bag<M>, waits: Option<u32>) -> Vec<Left<M>> {
        let Bag { letters, runs, .. } = bag;
        let mut left = Vec::new();
        let mut state = self.lock();
        let before = state.inbox.len();
        let admit = |run: &Run<M>| match waits == Some(run.by) {
            false => run.to.mailbox().admit(run.count),
            true => 0,
        };
        // Nearly always there is room for all of them.
        let mut whole = runs.iter();
        let cut = whole.find_map(|run| {
            let admitted = admit(run);
            (admitted < run.count).then_some((run, admitted))
        });
        match cut {
            None => state.inbox.append(letters),
            Some(cut) => {
                let behind = whole.as_slice();
                let ahead = &runs[..runs.len() - behind.len() - 1];
                let ahead = ahead.iter().map(|run| (run, run.count));
                let behind = behind.iter().map(|run| (run, admit(run)));
                for (run, admitted) in ahead.chain([cut]).chain(behind) {
                    let mut messages = letters.take_messages(run.count);
                    let spot = run.to.mailbox().spot();
                    let inbox = &mut state.inbox;
                    inbox.push_many(spot, run.from, &mut messages, admitted);
                    if !messages.is_empty() {
                        left.push(run.left(messages));
                    }
                }
            }
        }
        let is_news = state.is_news(before);
        let brought = state.inbox.len();
        drop(state);
        match is_news {
            true => self.home.knock_with(self.index, brought),
            false => self.home.brought_more(before, brought),
        }
        left
    }

    /// Letters of these machines have been taken: what waits for room gets it.
    pub(crate) fn give_room(&self, taken: &mut Vec<Credit>) {
        let mut woken = Vec::new();
        let mut state = self.lock();
        let before = state.inbox.len();
        for credit in taken.drain(..) {
            let state = &mut *state;
            if let Some(Some(mailbox)) = state.desks.get(credit.slot as usize)
                && mailbox.seat().generation == credit.generation
            {
                mailbox.taken(credit.count, &mut state.inbox, &mut woken);
            }
        }
        let is_news = state.is_news(before);
        drop(state);
        if is_news {
            self.home.knock(self.index);
        }
        for waker in woken {
            waker.wake();
        }
    }
}

impl<M: Machine> DoorState<M> {
    /// A slot that nobody else is given, and its last generation.
    pub(super) fn vacancy(&mut self) -> (u32, u32) {
        self.free.pop().unwrap_or_else(|| {
            let slot = u32::try_from(self.desks.len()).unwrap_or(u32::MAX);
            self.desks.push(None);
            (slot, 0)
        })
    }

    /// The mailbox of the machine that sits there.
    fn sitting(&self, spot: Spot) -> Option<&Arc<Mailbox<M>>> {
        let mailbox = self.desks.get(spot.slot() as usize)?.as_ref()?;
        (mailbox.spot() == spot).then_some(mailbox)
    }

    /// Its machine may be found from here on.
    pub(super) fn enter(&mut self, mailbox: &Arc<Mailbox<M>>) {
        if let Some(desk) = self.desks.get_mut(mailbox.seat().slot as usize) {
            *desk = Some(mailbox.clone());
        }
    }

    /// Whether the loop has to be told at once that there is mail: there were `before` letters.
    #[inline(always)]
    pub(crate) fn is_news(&mut self, before: usize) -> bool {
        let is_first = before == 0 && !self.inbox.is_empty();
        mem::take(&mut self.gathers) || is_first
    }

    /// As [`is_news`](Self::is_news), when that may be a little later.
    pub(crate) fn is_news_for_crowd(&mut self, before: usize) -> bool {
        let is_first = before == 0 && !self.inbox.is_empty();
        self.gathers |= is_first;
        is_first
    }

    /// Takes all mail, in exchange for an empty inbox.
    pub(crate) fn take(&mut self, arrived: &mut Inbox<M>) {
        self.gathers = false;
        arrived.exchange(&mut self.inbox);
    }

    /// That machine takes no more mail.
    pub(crate) fn leave(&mut self, slot: u32, generation: u32) -> Option<Arc<Mailbox<M>>> {
        let desk = self.desks.get_mut(slot as usize)?;
        desk.take_if(|mailbox| mailbox.seat().generation == generation)
    }
}

/// A door, whatever the type of its machines.
pub(crate) trait AnyDoor: Any + Send + Sync {
    /// What a loop needs to have such machines.
    fn furnish(self: Arc<Self>) -> (Box<dyn AnySlab>, Box<dyn AnyNest>);

    /// Takes back what that step has sent to its machines.
    fn rollback(&self, key: &mut QCellOwner, step: u64);

    /// How many letters of the loop wait for its machines.
    fn queued(&self, key: &mut QCellOwner) -> usize;

    /// Drops these.
    fn empty(&self, key: &mut QCellOwner);

    /// How many letters from outside wait for its machines.
    fn backlog(&self) -> usize;

    /// The machines that have not ended; all, or those that no machine spawned.
    fn list(&self, roots: bool, found: &mut Vec<Handle>);

    /// The machine that sits there, until its end has been told.
    fn sits_at(&self, spot: Spot) -> Option<Handle>;

    /// Takes those out that have ended.
    fn retain(&self, spots: &mut Vec<Spot>);

    /// Whose step that is, and the name of its message.
    fn name(&self, step: Step) -> Option<(Identity, Option<&'static str>)>;

    /// Ends all of them: their loop is gone.
    fn abandon(&self);
}

impl<M: Drive> AnyDoor for Door<M> {
    fn furnish(self: Arc<Self>) -> (Box<dyn AnySlab>, Box<dyn AnyNest>) {
        let nest = Nest::new(self.clone());
        (Box::new(Slab::new(self)), Box::new(nest))
    }

    fn rollback(&self, key: &mut QCellOwner, step: u64) {
        self.locker.open(key).rollback(step);
    }

    fn queued(&self, key: &mut QCellOwner) -> usize {
        self.locker.open(key).len()
    }

    fn empty(&self, key: &mut QCellOwner) {
        self.locker.open(key).clear();
    }

    fn backlog(&self) -> usize {
        self.lock().inbox.len()
    }

    fn list(&self, roots: bool, found: &mut Vec<Handle>) {
        let state = self.lock();
        let mailboxes = state.desks.iter().flatten();
        let mailboxes = mailboxes.filter(|mailbox| mailbox.is_root() || !roots);
        found.extend(mailboxes.map(|mailbox| Handle(mailbox.clone())));
    }

    fn sits_at(&self, spot: Spot) -> Option<Handle> {
        let state = self.lock();
        Some(Handle(state.sitting(spot)?.clone()))
    }

    fn retain(&self, spots: &mut Vec<Spot>) {
        let state = self.lock();
        spots.retain(|spot| state.sitting(*spot).is_some());
    }

    fn name(&self, step: Step) -> Option<(Identity, Option<&'static str>)> {
        let state = self.lock();
        let mailbox = state.desks.get(step.slot as usize)?.as_ref()?;
        // What was read while it changed may fit to nothing here.
        let message = step.message;
        let message = message.and_then(|message| M::CHART.messages.get(message.index()));
        Some((mailbox.identity(), message.map(|message| &*message.name)))
    }

    fn abandon(&self) {
        let mut all = Vec::new();
        self.list(false, &mut all);
        for handle in &all {
            handle.0.close(&ExitReason::Dropped);
            self.home.site().over();
        }
        let letters = mem::take(&mut self.lock().inbox);
        drop(letters);
    }
}
