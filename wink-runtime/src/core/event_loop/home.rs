//! Where a loop is reached from outside: what waits for it, and how it is woken.
//!
//! Must not know: what machines do, any executor. Whoever runs the loop leaves a waker with the
//! [`Bell`].

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, Weak};
use std::time::Duration;

use qcell::QCellOwnerID;

use super::bell::Bell;
use super::crowd::Crowd;
use super::current::{Current, Pace, Step};
use super::door::{AnyDoor, Door};
use super::key::Key;
use super::lend::{Fosters, Lend};
use super::owed;
use crate::core::drive::Drive;
use crate::core::exit::{Identity, MachineId};
use crate::core::signal::Signal;
use crate::core::station::{Handle, Nowhere, Site};
use crate::core::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard};

/// Where a machine sits in its loop. No later machine has the same seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seat {
    pub(crate) slab: u32,
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

/// What a loop is to do with one of its machines, before any mail.
pub(crate) struct Order {
    pub(crate) seat: Seat,
    pub(crate) what: What,
}

pub(crate) enum What {
    /// Put the machine into its slot and start it: an `Egg` of its type.
    Launch(Box<dyn Any + Send>),
    /// It will never start: an `Arc` of its mailbox. So many letters were behind the door.
    Abandon {
        mailbox: Box<dyn Any + Send>,
        unread: usize,
        leaving: Leaving,
    },
    /// End it in good order.
    Stop,
    /// As `Stop`, after the mail that it has accepted.
    Drain,
    /// An asynchronous step is over: a `Returned` of its type.
    Returned(Box<dyn Any + Send>),
    /// End it: what it has left for others to run has failed.
    Fail(crate::core::exit::Error),
    /// A machine that it spawned is gone.
    Gone(MachineId),
    /// End it, or leave it down, until its spawner is started again.
    Hold,
    /// A machine that it spawned is down until then.
    Held(MachineId),
    /// There may be room for mail that it could not send.
    Retry,
    /// Look whether it waits in a circle.
    Untangle,
    /// Tell what it, or all of them, are like.
    Inspect(Box<super::inspect::Request>),
    /// That loop has stood still for so long: tell the spawners of its machines.
    Silence(u32, Duration),
    /// It hears of that other one's end from now on, linked with it or not, or no longer: for
    /// machines that live in another system, which is to know that should this one be lost.
    // Only links to other nodes read it.
    #[cfg_attr(not(feature = "remote"), allow(dead_code))]
    Tied(Identity, Option<bool>),
    /// What its supervisor wants.
    Order(crate::core::mailbox::Order),
}

/// A machine that will never start. Dropped, it is gone: its system may end.
pub(crate) struct Leaving(pub(crate) Arc<Home>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.machines().fetch_sub(1, Ordering::Relaxed);
        self.0.site().over();
    }
}

/// What has come for a loop since it last looked.
#[derive(Default)]
pub(crate) struct Waiting {
    /// Doors with mail in their inbox.
    pub(crate) doors: Vec<u32>,
    pub(crate) orders: Vec<Order>,
    pub(crate) signals: Vec<(Seat, Signal)>,
    /// Nobody will look any more.
    gone: bool,
}

#[derive(Default)]
struct Doors {
    list: Vec<Arc<dyn AnyDoor>>,
    by_type: BTreeMap<TypeId, u32>,
    gone: bool,
}

/// One loop as others see it.
pub(crate) struct Home {
    /// Unique in the process.
    number: u32,
    site: Arc<dyn Site>,
    /// What opens the queues between the loop's machines, until the loop takes it.
    key: Mutex<Option<Key>>,
    /// What makes them.
    lock: QCellOwnerID,
    /// There is no loop behind it.
    is_nowhere: bool,
    waiting: Mutex<Waiting>,
    /// How many letters another loop has brought last.
    brought: AtomicUsize,
    urgent: AtomicBool,
    pub(crate) bell: Bell,
    pub(crate) crowd: Crowd,
    /// What a letter has cost lately, in nanoseconds, as far as known.
    pub(crate) cost: AtomicU32,
    pub(super) lender: OnceLock<Weak<dyn Lend>>,
    /// Whose children its machines are, when these live in other loops.
    pub(super) fosters: Fosters,
    doors: Mutex<Doors>,
    /// How many machines the loop has, those not yet started included.
    machines: AtomicUsize,
    /// How many doors there are.
    door_count: AtomicUsize,
    /// How often a turn has begun or ended.
    pub(crate) turns: Pace,
    /// Whose step the turn under way is at.
    pub(crate) current: Current,
    /// The same of pieces of asynchronous steps, and whose they are: they go on between turns,
    /// and beside one that another thread takes.
    pub(crate) asides: Pace,
    pub(crate) aside: Current,
}

/// For so many letters a loop's own thread is woken, and who has brought them goes on: to handle
/// them takes about as long as that.
const MUCH: usize = if cfg!(all(test, shuttle)) { 3 } else { 256 };

/// Nothing is known of what letters cost.
pub(crate) const UNKNOWN: u32 = u32::MAX;

static NEXT_HOME: AtomicU32 = AtomicU32::new(1);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under these locks but the allocator.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Home {
    pub(crate) fn new(site: Arc<dyn Site>) -> Arc<Self> {
        Arc::new(Self::with(site, false))
    }

    /// The home of machines that no loop runs.
    pub(crate) fn nowhere() -> Arc<Self> {
        Arc::new(Self::with(Arc::new(Nowhere::default()), true))
    }

    fn with(site: Arc<dyn Site>, is_nowhere: bool) -> Self {
        let key = Key::take();
        Self {
            number: NEXT_HOME.fetch_add(1, Ordering::Relaxed),
            site,
            lock: key.id(),
            key: Mutex::new(Some(key)),
            is_nowhere,
            waiting: Mutex::default(),
            brought: AtomicUsize::new(0),
            urgent: AtomicBool::new(false),
            bell: Bell::default(),
            crowd: Crowd::default(),
            cost: AtomicU32::new(UNKNOWN),
            lender: OnceLock::new(),
            fosters: Fosters::default(),
            doors: Mutex::default(),
            machines: AtomicUsize::new(0),
            door_count: AtomicUsize::new(0),
            turns: Pace::default(),
            current: Current::default(),
            asides: Pace::default(),
            aside: Current::default(),
        }
    }

    /// Whether no loop runs its machines.
    pub(crate) fn is_nowhere(&self) -> bool {
        self.is_nowhere
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// What opens the queues between the loop's machines: for the loop, which takes it once.
    ///
    /// # Panics
    /// When it has been taken.
    pub(super) fn take_key(&self) -> Key {
        lock(&self.key).take().expect("a home has one loop")
    }

    /// What makes these queues.
    pub(super) fn lock(&self) -> QCellOwnerID {
        self.lock
    }

    pub(crate) fn site(&self) -> &Arc<dyn Site> {
        &self.site
    }

    pub(crate) fn machines(&self) -> &AtomicUsize {
        &self.machines
    }

    /// The door to the machines of one type; made when it is first asked for. `None` when the
    /// loop is gone.
    pub(crate) fn door<M: Drive>(self: &Arc<Self>) -> Option<Arc<Door<M>>> {
        if self.is_nowhere {
            return Some(Arc::new(Door::new(self.clone(), 0)));
        }
        let mut doors = lock(&self.doors);
        if doors.gone {
            return None;
        }
        let next = doors.list.len();
        let index = *doors
            .by_type
            .entry(TypeId::of::<M>())
            .or_insert(u32::try_from(next).unwrap_or(u32::MAX));
        if index as usize == next {
            doors
                .list
                .push(Arc::new(Door::<M>::new(self.clone(), index)));
            self.door_count.store(next + 1, Ordering::Release);
        }
        let door: Arc<dyn Any + Send + Sync> = doors.list[index as usize].clone();
        drop(doors);
        door.downcast().ok()
    }

    /// Whether there are more doors than that.
    pub(crate) fn has_doors_from(&self, index: usize) -> bool {
        self.door_count.load(Ordering::Acquire) > index
    }

    /// The doors from that index on.
    pub(crate) fn doors_from(&self, index: usize) -> Vec<Arc<dyn AnyDoor>> {
        lock(&self.doors)
            .list
            .get(index..)
            .unwrap_or_default()
            .to_vec()
    }

    /// The door with that index, as long as the loop is there.
    pub(super) fn door_at(&self, index: u32) -> Option<Arc<dyn AnyDoor>> {
        lock(&self.doors).list.get(index as usize).cloned()
    }

    /// Whose step the turn under way is at, and the name of its message: seen from outside, and
    /// so perhaps over by now.
    pub(crate) fn under_way(&self) -> Option<(Identity, Option<&'static str>)> {
        self.name(self.current.look()?)
    }

    fn name(&self, step: Step) -> Option<(Identity, Option<&'static str>)> {
        let doors = self.doors_from(step.slab as usize);
        doors.first()?.name(step)
    }

    /// The same of the asynchronous step that its thread is at.
    pub(crate) fn aside_under_way(&self) -> Option<(Identity, Option<&'static str>)> {
        self.name(self.aside.look()?)
    }

    /// Its machines that have not ended.
    pub(crate) fn list(&self, roots: bool, found: &mut Vec<Handle>) {
        for door in self.doors_from(0) {
            door.list(roots, found);
        }
    }

    /// Lets others run the loop on their threads. Said once, before anybody has an address.
    pub(crate) fn set_lender(&self, lender: Weak<dyn Lend>) {
        // A second one changes nothing.
        let _ = self.lender.set(lender);
    }

    /// There is mail behind that door.
    pub(crate) fn knock(self: &Arc<Self>, door: u32) {
        lock(&self.waiting).doors.push(door);
        self.wake();
    }

    /// As [`knock`](Self::knock), by another loop, which has brought so many letters. For many its
    /// thread is woken at once, so that both go on side by side: the turn under way may bring more
    /// for as long as it lasts.
    pub(crate) fn knock_with(self: &Arc<Self>, door: u32, brought: usize) {
        self.brought.store(brought, Ordering::Relaxed);
        lock(&self.waiting).doors.push(door);
        if self.bell.ring() && (brought >= MUCH || !owed::defer(self)) {
            self.bell.wake();
        }
    }

    /// Another loop has brought more letters behind a door at which somebody has knocked, so many
    /// where there were fewer. When they have become many, whoever owes the loop its wake-up for
    /// the first ones pays it now.
    pub(crate) fn brought_more(self: &Arc<Self>, before: usize, brought: usize) {
        if before < MUCH && brought >= MUCH {
            self.brought.store(brought, Ordering::Relaxed);
            owed::pay_early(self);
        }
    }

    /// Whether another loop has brought so much last that two threads are faster than one.
    pub(crate) fn is_brought_much(&self) -> bool {
        self.brought.load(Ordering::Relaxed) >= MUCH
    }

    /// As [`knock`](Self::knock), by somebody who waits for what the loop makes of it: see
    /// [`hurry`](Self::hurry).
    pub(crate) fn knock_and_stay(self: &Arc<Self>, door: u32) {
        lock(&self.waiting).doors.push(door);
        if self.bell.ring_and_stay() && !owed::defer(self) {
            self.stay();
        }
    }

    /// As [`knock_and_stay`](Self::knock_and_stay), by one of many, who may be answered together.
    pub(crate) fn knock_and_gather(self: &Arc<Self>, door: u32) {
        lock(&self.waiting).doors.push(door);
        if !self.bell.ring_and_gather() {
            return;
        }
        let lender = self.lender();
        let is_seen_to = lender.is_some_and(Lend::gather);
        if !is_seen_to && self.bell.call_off() {
            self.stay();
        }
    }

    /// Whether an asker had better wait for others: many ask, and none of them in a turn.
    pub(crate) fn gathers(&self) -> bool {
        self.crowd.gathers() && !owed::is_in_turn()
    }

    /// Runs the loop here and now, for somebody who waits for what it does, if nobody runs it and
    /// that is likely to cost less than to wait for its own thread.
    pub(crate) fn hurry(&self) {
        if self.bell.is_wanted() && !owed::is_in_turn() && self.lend() {
            owed::pay(true);
        }
    }

    fn stay(&self) {
        if self.lend() {
            owed::pay(true);
        } else {
            self.bell.wake();
        }
    }

    /// Runs the loop on this thread, no turn being under way on it; `false` when whoever had to
    /// wake it still has to. What that owes is left to [`owed::pay`].
    pub(crate) fn lend(&self) -> bool {
        let Some(lender) = self.lender() else {
            return false;
        };
        if !lender.is_willing() {
            return false;
        }
        if self.bell.claim() {
            lender.run(self);
        }
        // If not, somebody has claimed it since, and looks.
        true
    }

    /// Runs the loop on this thread, whatever its steps cost, if nobody runs it and it may be
    /// lent to other threads at all: its own does not come to it.
    pub(crate) fn stand_in(&self) {
        let Some(lender) = self.lender() else {
            return;
        };
        if lender.is_elsewhere() && self.bell.claim() {
            lender.run(self);
        }
        owed::pay(false);
    }

    pub(crate) fn order(self: &Arc<Self>, seat: Seat, what: What) {
        if self.is_nowhere {
            return;
        }
        let mut waiting = lock(&self.waiting);
        if waiting.gone {
            // Unlocked first: what is dropped may give an order itself.
            drop(waiting);
            return drop(what);
        }
        waiting.orders.push(Order { seat, what });
        drop(waiting);
        self.urgent.store(true, Ordering::Release);
        self.wake();
    }

    pub(crate) fn signal(self: &Arc<Self>, seat: Seat, signal: Signal) {
        let mut waiting = lock(&self.waiting);
        if !waiting.gone {
            waiting.signals.push((seat, signal));
        }
        drop(waiting);
        self.wake();
    }

    /// Has the loop look.
    pub(crate) fn wake(self: &Arc<Self>) {
        if self.bell.ring() && !owed::defer(self) {
            self.bell.wake();
        }
    }

    /// How many letters wait behind the door at which somebody has knocked first.
    pub(crate) fn backlog(&self) -> usize {
        let first = lock(&self.waiting).doors.first().copied();
        let door = first.and_then(|door| lock(&self.doors).list.get(door as usize).cloned());
        door.map_or(0, |door| door.backlog())
    }

    /// Whether the loop has dealt with everything that has come.
    pub(crate) fn is_asleep(&self) -> bool {
        self.bell.is_quiet()
    }

    /// Takes everything that waits, if the bell has rung or `anyway`, in exchange for vectors
    /// that are empty.
    pub(crate) fn take(&self, waiting: &mut Waiting) {
        self.urgent.store(false, Ordering::Release);
        mem::swap(&mut *lock(&self.waiting), waiting);
    }

    /// Whether there are orders.
    #[inline]
    pub(crate) fn has_orders(&self) -> bool {
        self.urgent.load(Ordering::Acquire)
    }

    /// Takes the orders, if there are any.
    pub(crate) fn take_orders(&self) -> Vec<Order> {
        if !self.urgent.load(Ordering::Acquire) {
            return Vec::new();
        }
        self.urgent.store(false, Ordering::Release);
        mem::take(&mut lock(&self.waiting).orders)
    }

    /// The loop is gone: nobody will look any more.
    pub(crate) fn close(&self) -> (Vec<Arc<dyn AnyDoor>>, Waiting) {
        let mut doors = lock(&self.doors);
        doors.gone = true;
        doors.by_type.clear();
        let list = mem::take(&mut doors.list);
        drop(doors);
        self.bell.forget_waker();
        let gone = Waiting {
            gone: true,
            ..Waiting::default()
        };
        (list, mem::replace(&mut *lock(&self.waiting), gone))
    }
}
