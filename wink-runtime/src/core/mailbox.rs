//! A machine's mailbox as its addresses see it: whether there is room, who waits for some, and
//! who is told of the end.
//!
//! Must not know: what an address is, what a machine does with its mail, any executor or
//! clock. Who waits is woken by a [`Waker`]. The letters themselves lie with the door and the
//! loop, so that many machines share one queue.

mod posting;
mod room;
mod station;

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use super::effect::ReplyOf;
use super::event_loop::door::Door;
use super::event_loop::home::{Home, Seat};
use super::event_loop::letter::{Letter, Spot};
use super::event_loop::rooms::Limit;
use super::exit::{Child, ChildEvent, ExitReason, Identity, MachineId, Sender};
use super::link::watchers::Watchers;
use super::machine::Machine;
use super::question::ReplyPort;
use super::signal::Signal;
use super::station::{Handle, Site, Spawner};
use super::sync::{Mutex, MutexGuard};

pub(crate) use posting::{Posting, Postponed};

/// A message on its way, with who sent it and where its answer goes.
pub struct Envelope<M: Machine> {
    pub(crate) message: M::Message,
    pub(crate) sender: Option<Sender>,
    pub(crate) port: Option<ReplyPort<ReplyOf<M>>>,
}

impl<M: Machine> Envelope<M> {
    /// A message from nobody that expects no answer.
    pub fn new(message: M::Message) -> Self {
        Self {
            message,
            sender: None,
            port: None,
        }
    }
}

impl<M: Machine> fmt::Debug for Envelope<M>
where
    M::Message: fmt::Debug,
{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Envelope")
            .field("message", &self.message)
            .field("sender", &self.sender.map(Sender::identity))
            .field("is_question", &self.port.is_some())
            .finish()
    }
}

/// What a supervisor wants of a machine that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Start again: the machine is down.
    Restart,
    /// End, and for good. One that runs is stopped first.
    Bury,
    /// End at once, without exit actions.
    Kill,
}

/// Tells a spawner of the end of a machine.
pub(crate) fn tell_spawner(spawner: &Spawner, machine: Identity, reason: &ExitReason) {
    if !spawner.supervises {
        tell_errored(&spawner.handle, machine, reason);
    }
    let exited = ChildEvent::Exited(reason.clone());
    spawner.handle.notify(Signal::Child(Child(machine), exited));
}

/// Tells a spawner of the error that a machine has ended with, if it has.
fn tell_errored(spawner: &Handle, machine: Identity, reason: &ExitReason) {
    let child = Child(machine);
    if let Some(error) = reason.error() {
        spawner.notify(Signal::Child(child, ChildEvent::Errored(error.clone())));
    }
}

/// Why a message was not put into a mailbox.
pub(crate) enum Refused<M: Machine> {
    /// There is no room now.
    Full(Envelope<M>),
    /// Its machine has ended.
    Closed(Envelope<M>, ExitReason),
}

/// What all addresses of a machine share.
pub(crate) struct Mailbox<M: Machine> {
    door: Arc<Door<M>>,
    id: MachineId,
    slot: u32,
    generation: u32,
    /// With [`ROOT`] for a machine that no machine spawned.
    capacity: u32,
    /// How much its neighbours may send it.
    limit: Limit,
    /// Letters that came through the door and have not been handled; with [`SHUT`], nothing more
    /// comes in. Changed under the door's lock.
    pending: AtomicU32,
    /// Senders that wait for room. Changed under the door's lock.
    line: AtomicU32,
    state: Mutex<State<M>>,
}

/// No machine spawned it.
const ROOT: u32 = 1 << 31;

/// The mailbox takes nothing more: it is fuller than any.
const SHUT: u32 = 1 << 31;

/// Of most machines there is nothing to say.
struct State<M: Machine> {
    rare: Option<Box<Rare<M>>>,
}

/// What few machines need before they end.
struct Rare<M: Machine> {
    /// Why the machine ended; nothing goes in any more.
    ended: Option<ExitReason>,
    /// Senders that wait for room with their message, by rising ticket.
    parked: VecDeque<Parked<M>>,
    next_ticket: u64,
    /// Who is told of the end.
    watchers: Watchers,
    /// Tasks that wait for the end.
    closed: Vec<(u64, Waker)>,
    /// For whose room the machine waits.
    waits_for: Option<Handle>,
    /// Letters from its own loop that wait because the machine cannot take any now.
    stashed: usize,
    /// A step of the machine is under way beside its loop.
    is_away: bool,
    /// Why a machine that is kept is down; `None` while it runs.
    down: Option<ExitReason>,
    silence: station::Silence,
}

impl<M: Machine> Default for Rare<M> {
    fn default() -> Self {
        Self {
            ended: None,
            parked: VecDeque::new(),
            next_ticket: 0,
            watchers: Watchers::default(),
            closed: Vec::new(),
            waits_for: None,
            stashed: 0,
            is_away: false,
            down: None,
            silence: station::Silence::default(),
        }
    }
}

struct Parked<M: Machine> {
    ticket: u64,
    envelope: Envelope<M>,
    waker: Waker,
}

impl<M: Machine> Mailbox<M> {
    /// An empty mailbox for `capacity` messages, at least one.
    ///
    /// Merged into whoever makes one, who puts it on the heap at once: what is written somewhere
    /// else word by word and then copied costs more than all of it.
    #[inline(always)]
    pub(crate) fn new(
        door: Arc<Door<M>>,
        seat: Seat,
        id: MachineId,
        capacity: usize,
        is_root: bool,
    ) -> Self {
        let capacity = u32::try_from(capacity.max(1)).unwrap_or(u32::MAX);
        Self {
            door,
            id,
            slot: seat.slot,
            generation: seat.generation,
            capacity: capacity.min(ROOT - 1) | if is_root { ROOT } else { 0 },
            limit: Limit::default(),
            pending: AtomicU32::new(0),
            line: AtomicU32::new(0),
            state: Mutex::new(State { rare: None }),
        }
    }

    /// The mailbox of a machine that no driver runs.
    pub(crate) fn nowhere() -> Self {
        let door = Arc::new(Door::new(Home::nowhere(), 0));
        let id = door.home.site().next_id();
        let mailbox = Self::new(door, Seat::NOWHERE, id, 1, false);
        mailbox.shut();
        mailbox.lock().rare().ended = Some(ExitReason::Dropped);
        mailbox
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            id: self.id,
            name: &M::CHART.name,
        }
    }

    /// The machine as who sends something.
    #[inline(always)]
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            id: self.id,
            name: &M::CHART.name,
        }
    }

    #[inline(always)]
    pub(crate) fn limit(&self) -> &Limit {
        &self.limit
    }

    #[inline(always)]
    pub(crate) fn seat(&self) -> Seat {
        Seat {
            slab: self.door.index,
            slot: self.slot,
            generation: self.generation,
        }
    }

    /// Where its letters go.
    #[inline(always)]
    pub(crate) fn spot(&self) -> Spot {
        Spot::new(self.slot, self.generation)
    }

    #[inline(always)]
    pub(crate) fn door(&self) -> &Door<M> {
        &self.door
    }

    /// The door, to be kept.
    #[inline(always)]
    pub(crate) fn shared_door(&self) -> &Arc<Door<M>> {
        &self.door
    }

    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.door.home
    }

    pub(crate) fn site(&self) -> &Arc<dyn Site> {
        self.door.home.site()
    }

    #[inline(always)]
    pub(crate) fn capacity(&self) -> u32 {
        self.capacity & !ROOT
    }

    /// Whether no machine spawned it.
    pub(crate) fn is_root(&self) -> bool {
        self.capacity & ROOT != 0
    }

    /// Why the machine ended; `None` while it runs.
    pub(crate) fn ended(&self) -> Option<ExitReason> {
        self.lock().ended().cloned()
    }

    /// Why the machine is down or has ended; `None` while it runs.
    pub(crate) fn ended_or_down(&self) -> Option<ExitReason> {
        let state = self.lock();
        let rare = state.rare.as_ref()?;
        rare.ended.clone().or_else(|| rare.down.clone())
    }

    /// Says why the machine is down, or that it no longer is.
    pub(crate) fn set_down(&self, reason: Option<ExitReason>) {
        self.lock().rare().down = reason;
    }

    /// Says whether a step of the machine is under way beside its loop.
    pub(crate) fn set_away(&self, is_away: bool) {
        self.lock().rare().is_away = is_away;
    }

    /// Whether nothing waits and no step is under way.
    pub(crate) fn is_resting(&self) -> bool {
        let counted = {
            let _door = self.door.lock();
            self.pending() + self.line.load(Ordering::Relaxed)
        };
        let state = self.lock();
        let rare = state.rare.as_ref();
        let is_busy = rare.is_some_and(|rare| rare.is_away || rare.stashed > 0);
        let is_resting = counted == 0 && !is_busy && state.ended().is_none();
        drop(state);
        is_resting && self.door.home.is_asleep()
    }

    /// How many messages wait, those of senders that wait for room included.
    pub(crate) fn len(&self) -> usize {
        let counted = {
            let _door = self.door.lock();
            self.pending() + self.line.load(Ordering::Relaxed)
        };
        let stashed = self.lock().rare.as_ref().map_or(0, |rare| rare.stashed);
        counted as usize + stashed
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Nothing that can panic runs under the lock but the allocator and wakers; the
        // state is whole then too.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how many letters the loop keeps for the machine.
    pub(crate) fn set_stashed(&self, count: usize) {
        let mut state = self.lock();
        if count > 0 || state.rare.is_some() {
            state.rare().stashed = count;
        }
    }

    /// Says for whose room the machine waits.
    pub(crate) fn set_waits_for(&self, other: Option<Handle>) {
        let mut state = self.lock();
        if other.is_some() || state.rare.is_some() {
            let before = std::mem::replace(&mut state.rare().waits_for, other);
            drop(state);
            drop(before);
        }
    }

    /// Waits for the end: ready with the reason, or the task of `context` is woken under `key`.
    pub(crate) fn poll_closed(
        &self,
        key: &mut Option<u64>,
        context: &mut Context<'_>,
    ) -> Poll<ExitReason> {
        let mut state = self.lock();
        if let Some(reason) = state.ended() {
            return Poll::Ready(reason.clone());
        }
        let rare = state.rare();
        let own = *key.get_or_insert_with(|| {
            rare.next_ticket += 1;
            rare.next_ticket
        });
        match rare.closed.iter_mut().find(|(key, _)| *key == own) {
            Some((_, waker)) => waker.clone_from(context.waker()),
            None => rare.closed.push((own, context.waker().clone())),
        }
        Poll::Pending
    }

    /// Forgets a waker of [`poll_closed`](Self::poll_closed).
    pub(crate) fn forget_closed(&self, own: u64) {
        if let Some(rare) = &mut self.lock().rare {
            rare.closed.retain(|(key, _)| *key != own);
        }
    }

    /// Ends the mailbox, once. Everyone who waits or watches is told why; before that, each
    /// letter that is left unread, those in `own` and those behind the door, is given to
    /// `refuse`. Returns how many that came through the door were left; a second end changes
    /// nothing.
    pub(crate) fn close(
        &self,
        reason: &ExitReason,
        spawner: Option<&Handle>,
        own: Vec<Letter<M>>,
        refuse: fn(Letter<M>, &ExitReason),
    ) -> usize {
        let mut state = self.lock();
        if state.ended().is_some() {
            return 0;
        }
        let mut watchers = Watchers::default();
        let mut woken = Vec::new();
        let mut waited_for = None;
        if state.rare.is_some() {
            let rare = state.rare();
            watchers = std::mem::take(&mut rare.watchers);
            woken.extend(rare.closed.drain(..).map(|(_, waker)| waker));
            // Parked messages stay: each waiting sender fetches its own back.
            woken.extend(rare.parked.iter().map(|parked| parked.waker.clone()));
            waited_for = rare.waits_for.take();
        }
        state.rare().ended = Some(reason.clone());
        drop(state);
        drop(waited_for);
        let mut door = self.door.lock();
        self.shut();
        let desk = door.leave(self.slot, self.generation);
        let unread = self.pending();
        let mut letters = own;
        if unread > 0 {
            door.inbox.extract(self.spot(), &mut letters);
        }
        drop(door);
        drop(desk);
        for letter in letters {
            refuse(letter, reason);
        }
        for waker in woken {
            waker.wake();
        }
        if let Some(spawner) = spawner {
            tell_errored(spawner, self.identity(), reason);
            let exited = ChildEvent::Exited(reason.clone());
            spawner.notify(Signal::Child(Child(self.identity()), exited));
        }
        watchers.tell(self.identity(), reason);
        unread as usize
    }

    pub(crate) fn unwatch(&self, watcher: &Handle) {
        let forgotten = {
            let mut state = self.lock();
            let rare = state.rare.as_mut();
            rare.and_then(|rare| rare.watchers.remove(watcher))
        };
        // The lock is free again: this may drop the last handle of another mailbox.
        drop(forgotten);
    }

    fn untie(&self, watcher: &Handle) {
        let forgotten = {
            let mut state = self.lock();
            let rare = state.rare.as_mut();
            rare.and_then(|rare| rare.watchers.untie(watcher))
        };
        drop(forgotten);
    }

    /// Takes watchers off that have ended, when many have come since the last time.
    fn sweep(&self) {
        let due = self
            .lock()
            .rare
            .as_ref()
            .and_then(|rare| rare.watchers.due());
        let Some(handles) = due else { return };
        let has_ended = |handle: &Handle| handle.ended().is_some();
        let ended: Vec<Handle> = handles.into_iter().filter(has_ended).collect();
        let swept = self.lock().rare().watchers.sweep(&ended);
        drop(swept);
    }
}

impl<M: Machine> State<M> {
    /// Why the machine ended.
    fn ended(&self) -> Option<&ExitReason> {
        self.rare.as_ref()?.ended.as_ref()
    }

    fn rare(&mut self) -> &mut Rare<M> {
        self.rare.get_or_insert_default()
    }
}
