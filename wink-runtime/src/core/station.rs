//! Machines seen without their type: whom to notify, whom to watch, what to start; and what a
//! driver lends to all of them.
//!
//! Must not know: messages, any executor, any clock other than what the driver lends.

use std::fmt;
use std::future::Future;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use super::event::SystemEvent;
use super::exit::{ExitReason, Identity, MachineId};
use super::mailbox::Order;
use super::signal::Signal;
use super::time::Time;

/// A future on the heap that any thread may run.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a driver lends to the mailboxes of its machines.
pub trait Site: Send + Sync {
    /// The next number that no machine of the system has had.
    fn next_id(&self) -> MachineId;

    /// How many messages a mailbox holds for which nothing else is said.
    fn mailbox(&self) -> usize;

    /// Ready when so much time has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The place of a machine that no driver runs: it numbers what the machine spawns, and its
/// time never passes.
#[derive(Debug, Default)]
pub(crate) struct Nowhere(AtomicU64);

impl Site for Nowhere {
    fn next_id(&self) -> MachineId {
        MachineId(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn mailbox(&self) -> usize {
        1
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Why a machine is told of another one's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// It spawned the other one: it hears `errored` and `exited`.
    Spawner,
    /// It monitors the other one: it hears `down`.
    Monitor,
    /// The two are linked: it hears `down`, and fails with the other one if no row receives it.
    Link,
}

/// What tells machines apart in a table that holds their handles, those of several systems
/// too: two systems may give the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Tells the machine something that overtakes its mail.
    fn notify(&self, signal: Signal);

    /// Asks the machine to end in good order, before it takes any more mail.
    fn stop(&self);

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

    /// Why the machine ended; `None` while it runs.
    fn ended(&self) -> Option<ExitReason>;

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

    /// Has a machine that is down started again by its constructor: see
    /// [`prepare_kept`](crate::prepare_kept). Its address and its mail are what they were.
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

    /// The machine's whole life, for an executor to run. `spawner` is who hears of it.
    pub fn into_life(
        self,
        host: Arc<dyn Host>,
        spawner: Option<Spawner>,
    ) -> BoxFuture<'static, ()> {
        self.0.into_life(host, spawner)
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

    fn into_life(
        self: Box<Self>,
        host: Arc<dyn Host>,
        spawner: Option<Spawner>,
    ) -> BoxFuture<'static, ()>;
}

/// Who spawned a machine.
#[derive(Clone, Debug)]
pub struct Spawner {
    /// Its address.
    pub handle: Handle,
    /// Whether it has a row for signs of life.
    pub hears_pulses: bool,
}

/// What a running machine asks of its driver: all that an executor must bring to run machines.
///
/// `System` is the one on tokio; with
/// [`prepare`](crate::prepare) and [`Newborn::into_life`] machines run on any other.
pub trait Host: Site {
    /// What time it is.
    fn now(&self) -> Time;

    /// Ready when that time has come.
    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()>;

    /// Runs a machine's life.
    fn run(&self, machine: Handle, life: BoxFuture<'static, ()>);

    /// Something has happened that the outside may want to know.
    fn report(&self, event: SystemEvent);

    /// How long a machine that is asked to stop may go on with what it is doing.
    fn grace(&self) -> Duration;

    /// How often a child shows its spawner that it lives.
    fn pulse(&self) -> Duration;
}
