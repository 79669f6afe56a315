//! Machines seen without their type: whom to notify, whom to watch, what to start; and what a
//! driver lends to all of them.
//!
//! Must not know: messages, any executor, any clock other than what the driver lends.

use std::fmt;
use std::future::Future;
use std::ops::{Range, RangeInclusive};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use super::event::{Note, SystemEvent};
use super::event_loop::home::{Home, What};
use super::event_loop::inspect::ask_machine;
use super::exit::{ExitReason, Identity, MachineId};
use super::guardian::Guardian;
use super::inspect::MachineView;
use super::mailbox::Order;
use super::signal::Signal;
use super::time::Time;

mod nowhere;

pub(crate) use nowhere::Nowhere;

/// A future on the heap that any thread may run.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a driver lends to its loops and to the mailboxes of their machines.
pub(crate) trait Site: Send + Sync {
    /// The next number that no machine of the system has had.
    fn next_id(&self) -> MachineId {
        MachineId(self.next_ids(1).start)
    }

    /// As many of them.
    fn next_ids(&self, count: u64) -> Range<u64>;

    /// These have not been used. They come again, unless others have been given out since.
    fn give_back(&self, ids: Range<u64>) {
        let _ = ids;
    }

    /// What time it is. Asked by what measures; machines are told the time.
    fn now(&self) -> Time {
        Time::ZERO
    }

    /// How many messages a mailbox holds for which nothing else is said.
    fn mailbox(&self) -> usize;

    /// Ready when so much time has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// What the wall clock says; nothing where there is none.
    fn calendar(&self) -> Option<SystemTime> {
        None
    }

    /// Has work that blocks done where it holds up no loop; ready when it is over. Dropped
    /// before it has begun, the future drops the work too.
    fn block(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        // Nobody can, where no system runs.
        drop(work);
        Box::pin(std::future::ready(()))
    }

    /// Something has happened that the outside may want to know.
    fn report(&self, event: SystemEvent);

    /// What everything by chance depends on.
    fn seed(&self) -> u64 {
        0
    }

    /// Something has happened that is only counted and traced.
    fn note(&self, note: Note) {
        let _ = note;
    }

    /// How long a machine that is asked to stop may go on with what it is doing.
    fn grace(&self) -> Duration;

    /// How long somebody waits for an answer who has not said so; `None` for ever.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// How often a child shows its spawner that it lives.
    fn pulse(&self) -> Duration;

    /// For how long a child may give no sign of life.
    fn silence(&self) -> Duration {
        Duration::MAX
    }

    /// Some child may give none for so long only.
    fn expect_silence(&self, limit: Duration) {
        let _ = limit;
    }

    /// Why machines that live there cannot be asked to end from here; nothing where they can.
    fn refuses_to_stop(&self) -> Option<&str> {
        None
    }

    /// Whether machines that live there live in another system.
    fn is_elsewhere(&self) -> bool {
        false
    }

    /// So many machines have been given their places.
    fn begun(&self, machines: usize);

    /// A machine is gone.
    fn over(&self);

    /// A future runs as somebody's child.
    fn adopt(&self, future: Handle);

    /// It has ended.
    fn release(&self, future: &Handle);

    /// The loop with the fewest machines.
    fn home(&self) -> Arc<Home>;

    /// Which of the system's loops that is, counted from 0.
    fn number_of(&self, home: &Home) -> u32 {
        let _ = home;
        0
    }

    /// What people call the place of the machines in `home`.
    fn place_of(&self, home: &Home) -> String {
        format!("loop {}", self.number_of(home))
    }

    /// Where a machine is to live that one of `own` spawns, when that is elsewhere. So many that
    /// its step has spawned in `own` have not been counted there yet.
    fn choose(&self, own: &Arc<Home>, uncounted: usize) -> Option<Arc<Home>>;
}

/// Why a machine is told of another one's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// It spawned the other one: it hears `errored` and `exited`. Machines keep their spawner
    /// elsewhere.
    Spawner,
    /// It monitors the other one: it hears `down`.
    Monitor,
    /// The two are linked: it hears `down`, and fails with the other one if no row receives it.
    Link,
}

/// What tells machines apart in a table that holds their handles, those of several systems
/// too: two systems may give the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StationKey {
    id: MachineId,
    place: usize,
}

impl StationKey {
    /// The keys of all machines of that number.
    pub(crate) fn all(id: MachineId) -> RangeInclusive<Self> {
        Self { id, place: 0 }..=Self {
            id,
            place: usize::MAX,
        }
    }
}

/// A machine's mailbox, whatever its messages.
pub(crate) trait Station: Send + Sync {
    fn identity(&self) -> Identity;

    /// The number of the loop that it lives in, of a machine of a loop.
    fn loop_number(&self) -> Option<u32> {
        None
    }

    /// Tells the machine something that overtakes its mail.
    fn notify(&self, signal: Signal);

    /// Tells the machine's loop what to do with it, before anything else.
    fn tell(&self, what: What) {
        drop(what);
    }

    /// Asks the machine to end in good order, before it takes any more mail.
    fn stop(&self);

    /// As [`stop`](Self::stop), after the mail that the machine has accepted; at once where
    /// nothing like that waits.
    fn drain(&self) {
        self.stop();
    }

    /// Has a machine that is kept lie down until its spawner is started again, which hears when it
    /// is down. `false` when it cannot.
    fn hold(&self) -> bool {
        false
    }

    /// What a supervisor wants of it. What no supervisor keeps can only stop.
    fn order(&self, order: Order) {
        match order {
            Order::Restart => {}
            Order::Bury | Order::Kill => self.stop(),
        }
    }

    /// Has `watcher` told when the machine ends; at once when it has ended.
    fn watch(&self, watcher: Handle, tie: Tie);

    /// How many machines are told of the end.
    fn watchers(&self) -> usize;

    /// Takes a watcher off again.
    fn unwatch(&self, watcher: &Handle);

    /// As [`unwatch`](Self::unwatch), but who spawned the machine goes on hearing of it.
    fn untie(&self, watcher: &Handle) {
        self.unwatch(watcher);
    }

    /// It is about to watch that other one: to be taken back at its own end, if it likes, and to be
    /// told to where it lives, if that is elsewhere.
    fn note(&self, watched: &Handle, tie: Tie) {
        let _ = (watched, tie);
    }

    /// It no longer watches that other one.
    fn forget(&self, watched: &Handle) {
        let _ = watched;
    }

    /// Why the machine ended; `None` while it runs.
    fn ended(&self) -> Option<ExitReason>;

    /// Why the machine has ended, or is down for now.
    fn ended_or_down(&self) -> Option<ExitReason> {
        self.ended()
    }

    /// Says for how long the machine may give no sign of life.
    fn set_silence(&self, limit: Duration) {
        let _ = limit;
    }

    /// Whether the machine lives in that loop, which has stood still for `time`, and that is
    /// longer than it may be; only the first time.
    fn is_silent(&self, home: u32, time: Duration, usual: Duration) -> bool {
        let _ = (home, time, usual);
        false
    }

    /// For whose room the machine waits with its mail.
    fn waits_for(&self) -> Option<Handle> {
        None
    }

    /// Ends the mailbox: nothing goes in any more.
    fn close(&self, reason: &ExitReason) {
        let _ = reason;
    }

    /// Ready when the machine has ended; `key` is the waiting task's, for `forget_closed`.
    fn poll_closed(&self, key: &mut Option<u64>, context: &mut Context<'_>) -> Poll<ExitReason>;

    /// Forgets a task that waits.
    fn forget_closed(&self, key: u64);
}

/// An address of a machine of any type: for whoever watches it, stops it, or lists it.
///
/// Made by [`Address::handle`](crate::Address::handle). Equal when the machine is the same.
#[derive(Clone)]
pub struct Handle(pub(crate) Arc<dyn Station>);

impl Handle {
    /// Whose address it is.
    pub fn identity(&self) -> Identity {
        self.0.identity()
    }

    /// Asks the machine to end in good order: its children first, then its exit actions. It
    /// takes no more mail. Ending is over when [`closed`](Self::closed) is.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// As [`stop`](Self::stop), but the machine first handles, in order, the mail that it has
    /// accepted when its loop hears of this. What it accepts later is left unread, as at any stop;
    /// what it has deferred, too. A future has no mail, and a machine of another node or process
    /// stops at once.
    pub fn drain(&self) {
        self.0.drain();
    }

    /// Has a machine that is down started again by its constructor: see
    /// [`Context::spawn_kept`](crate::Context::spawn_kept). Its address and its mail are what
    /// they were.
    pub fn restart(&self) {
        self.0.order(Order::Restart);
    }

    /// Ends a machine that is down for good; one that runs is stopped first.
    pub fn bury(&self) {
        self.0.order(Order::Bury);
    }

    /// Ends the machine without its exit actions, in the middle of an async receiver too. Its
    /// children end in good order. A step that neither ends nor waits cannot be killed.
    pub fn kill(&self) {
        self.0.order(Order::Kill);
    }

    /// Why the machine ended; `None` while it runs.
    pub fn ended(&self) -> Option<ExitReason> {
        self.0.ended()
    }

    /// How many machines are told when this one ends: its spawner, and those that monitor it
    /// or are linked with it.
    pub fn watchers(&self) -> usize {
        self.0.watchers()
    }

    /// What the machine is like now; `None` when it has ended, or is a future.
    ///
    /// Its loop tells between two steps, before any more mail. The future is pending as long as
    /// the loop is in a step that does not end.
    pub async fn inspect(&self) -> Option<MachineView> {
        ask_machine(&self.0).await
    }

    /// Waits until the machine has ended.
    pub fn closed(&self) -> Closed {
        Closed {
            station: self.0.clone(),
            key: None,
        }
    }

    pub(crate) fn notify(&self, signal: Signal) {
        self.0.notify(signal);
    }

    pub(crate) fn watch(&self, watcher: Handle, tie: Tie) {
        self.0.watch(watcher, tie);
    }

    pub(crate) fn unwatch(&self, watcher: &Handle) {
        self.0.unwatch(watcher);
    }

    pub(crate) fn key(&self) -> StationKey {
        let place = Arc::as_ptr(&self.0).cast::<()>() as usize;
        StationKey {
            id: self.identity().id(),
            place,
        }
    }
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.0), Arc::as_ptr(&other.0))
    }
}

impl Eq for Handle {}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.identity(), formatter)
    }
}

/// Waits for the end of a machine: ready with the reason.
#[must_use = "futures do nothing unless they are awaited"]
pub struct Closed {
    station: Arc<dyn Station>,
    key: Option<u64>,
}

impl Future for Closed {
    type Output = ExitReason;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ExitReason> {
        let this = self.get_mut();
        this.station.poll_closed(&mut this.key, context)
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.station.forget_closed(key);
        }
    }
}

impl fmt::Debug for Closed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Closed({})", self.station.identity())
    }
}

/// A machine that a step has spawned and that has not started: for the driver to run.
///
/// Dropped instead, it ends as [`ExitReason::Dropped`].
pub struct Newborn(pub(crate) Box<dyn Launch>);

impl Newborn {
    /// The machine's address.
    pub fn handle(&self) -> Handle {
        self.0.handle()
    }
}

impl fmt::Debug for Newborn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Newborn({:?})", self.handle())
    }
}

/// What is in a [`Newborn`], whatever its type.
pub(crate) trait Launch: Send {
    fn handle(&self) -> Handle;

    /// Has its loop start it. The spawner hears of it. What is no machine is a future, which the
    /// spawner's driver is to run.
    fn launch(
        self: Box<Self>,
        site: &Arc<dyn Site>,
        spawner: Option<Arc<Spawner>>,
    ) -> Option<BoxFuture<'static, ()>>;
}

/// Who spawned a machine.
#[derive(Clone, Debug)]
pub(crate) struct Spawner {
    /// Its address, and whose that is.
    pub(crate) handle: Handle,
    pub(crate) identity: Identity,
    /// Whether it has a row for signs of life.
    pub(crate) hears_pulses: bool,
    /// Whether it has a row for a start, or keeps its children itself.
    pub(crate) hears_starts: bool,
    /// Whether it is a supervisor: the end of a child that it keeps tells it everything.
    pub(crate) supervises: bool,
    /// Who may decide in its place.
    pub(crate) guardian: Option<Arc<dyn Guardian>>,
}
