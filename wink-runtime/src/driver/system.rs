//! The system: machines that run on tokio, each a task of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::{broadcast, watch};

use super::clock::{Clock, TokioClock};
use super::events::Events;
use super::spawn::{SpawnOptions, prepare_observed};
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::event::SystemEvent;
use crate::core::exit::{Identity, MachineId};
use crate::core::observer::Observer;
use crate::core::station::{BoxFuture, Handle, Host, Site};
use crate::core::time::Time;

/// How many events a listener may fall behind.
const EVENTS: usize = 1_024;

/// Runs machines: spawns them, brings their mail, fires their timers, tells of their ends.
///
/// A value, as many in a process as are wanted; clones are the same system. Machines run on
/// the tokio runtime that the system was made in, on any of its threads. Dropping the value
/// stops nothing: see [`shutdown`](Self::shutdown).
///
/// ```no_run
/// # async fn run<M: wink_runtime::Drive + Default>() {
/// let system = wink_runtime::System::new();
/// let gate = system.spawn(M::default());
/// println!("{gate} runs");
/// let reason = gate.closed().await;
/// println!("{gate} {reason}");
/// system.shutdown().await;
/// # }
/// ```
#[derive(Clone)]
pub struct System {
    inner: Arc<Inner>,
}

impl System {
    /// A system with the usual settings, on the tokio runtime that this is called in.
    ///
    /// # Panics
    /// Outside of a tokio runtime; [`SystemBuilder::runtime`] can name one.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A system with other settings.
    pub fn builder() -> SystemBuilder {
        SystemBuilder {
            mailbox: 1_024,
            grace: Duration::from_secs(5),
            pulse: Duration::from_secs(2),
            clock: None,
            runtime: None,
            log: Box::new(print_event),
        }
    }

    /// Spawns a machine. It starts as soon as the runtime gets to it; what is sent before then
    /// waits in its mailbox.
    ///
    /// Nobody but [`Address::closed`] and [`events`](Self::events) tells of its end, and its
    /// error goes to the system's log. After a shutdown has begun, the machine does not start
    /// and has ended as [`ExitReason::Dropped`](crate::ExitReason::Dropped).
    pub fn spawn<M: Drive>(&self, data: M) -> Address<M> {
        self.spawn_with(data, &SpawnOptions::new())
    }

    /// As [`spawn`](Self::spawn), with options.
    pub fn spawn_with<M: Drive>(&self, data: M, options: &SpawnOptions) -> Address<M> {
        self.spawn_observed(data, options, ())
    }

    /// As [`spawn_with`](Self::spawn_with), with somebody who is told what the machine's steps
    /// do, on the thread and at the moment that they do it.
    pub fn spawn_observed<M: Drive>(
        &self,
        data: M,
        options: &SpawnOptions,
        observer: impl Observer + Send + 'static,
    ) -> Address<M> {
        let site: Arc<dyn Site> = self.inner.clone();
        let (address, newborn) = prepare_observed(data, options, &site, Box::new(observer));
        let mut roots = self.inner.lock_roots();
        if let Some(roots) = roots.as_mut() {
            let handle = newborn.handle();
            roots.insert(handle.identity().id(), handle.clone());
            self.inner
                .run(handle, newborn.into_life(self.inner.clone(), None));
        }
        address
    }

    /// What the system lends to its machines.
    pub(crate) fn site(&self) -> Arc<dyn Site> {
        self.inner.clone()
    }

    /// The events of all machines from now on.
    pub fn events(&self) -> Events {
        Events::new(self.inner.events.subscribe())
    }

    /// The machines that have not ended, the oldest first.
    pub fn machines(&self) -> Vec<Identity> {
        self.inner
            .lock_machines()
            .values()
            .map(Handle::identity)
            .collect()
    }

    /// Waits until no machine runs: every machine that was spawned has ended.
    pub async fn wait(&self) {
        let mut running = self.inner.running.subscribe();
        // The sender lives as long as `self`.
        let _ = running.wait_for(|count| *count == 0).await;
    }

    /// The clock's time now.
    pub fn now(&self) -> Time {
        self.inner.clock.now()
    }

    /// Ends all machines in good order and waits for that: those that the program spawned, the
    /// youngest first, each after its own children. Exit actions run. An async receiver that
    /// is under way has the system's grace to finish, then it is killed. Machines that are
    /// spawned from now on do not start.
    ///
    /// A step that neither ends nor waits cannot be killed. When nothing has ended for twice
    /// the grace, the report names what is left.
    pub async fn shutdown(&self) -> Shutdown {
        let roots = self.inner.lock_roots().take().unwrap_or_default();
        for root in roots.into_values().rev() {
            root.stop();
            if self.patiently(root.closed()).await.is_none() {
                return Shutdown {
                    left: self.machines(),
                };
            }
        }
        // Nothing is left to stop, but the last one may not have told of its end yet.
        let left = match self.patiently(self.wait()).await {
            Some(()) => Vec::new(),
            None => self.machines(),
        };
        Shutdown { left }
    }

    /// Waits for `future`; gives up when no machine has ended for twice the grace.
    async fn patiently<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let patience = self.inner.grace * 2 + Duration::from_millis(1);
        loop {
            let before = *self.inner.running.borrow();
            let mut late = self.inner.sleep(patience);
            let over = poll_fn(|context| match future.as_mut().poll(context) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => late.as_mut().poll(context).map(|()| None),
            });
            match over.await {
                Some(output) => return Some(output),
                None if *self.inner.running.borrow() == before => return None,
                None => {}
            }
        }
    }
}

impl Default for System {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("System")
            .field("machines", &self.machines())
            .finish()
    }
}

/// What a shutdown came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "machines may have been left that would not stop"]
pub struct Shutdown {
    left: Vec<Identity>,
}

impl Shutdown {
    /// The machines that did not stop in time; empty when all did.
    pub fn left(&self) -> &[Identity] {
        &self.left
    }

    /// Whether every machine has ended.
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

/// Settings of a [`System`].
pub struct SystemBuilder {
    mailbox: usize,
    grace: Duration,
    pulse: Duration,
    clock: Option<Arc<dyn Clock>>,
    runtime: Option<runtime::Handle>,
    log: Box<dyn Fn(&SystemEvent) + Send + Sync>,
}

impl SystemBuilder {
    /// How many messages a mailbox holds, at least one, for machines that are spawned without
    /// [`SpawnOptions::mailbox`]. Usually 1,024.
    #[must_use]
    pub fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = messages;
        self
    }

    /// How long a machine that is asked to stop may go on with an async receiver, and how long
    /// its last mail may wait for room. Usually 5 seconds.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How often a child shows its spawner that it lives, when that has a row for it. Usually
    /// 2 seconds; at least a millisecond.
    #[must_use]
    pub fn pulse(mut self, pulse: Duration) -> Self {
        self.pulse = pulse.max(Duration::from_millis(1));
        self
    }

    /// The clock of all timers and deadlines. Usually tokio's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The runtime to run on. Usually the one that the system is built in.
    #[must_use]
    pub fn runtime(mut self, runtime: runtime::Handle) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Where every event goes as it happens, on the thread where it happens: it must not wait.
    ///
    /// Usually the standard error stream, one line each, for log lines, for errors that no
    /// spawner hears, and for messages that were not delivered.
    #[must_use]
    pub fn log(mut self, log: impl Fn(&SystemEvent) + Send + Sync + 'static) -> Self {
        self.log = Box::new(log);
        self
    }

    /// The system.
    ///
    /// # Panics
    /// Outside of a tokio runtime, when none was named.
    pub fn build(self) -> System {
        let runtime = self.runtime.unwrap_or_else(runtime::Handle::current);
        let clock = self.clock.unwrap_or_else(|| {
            let _entered = runtime.enter();
            Arc::new(TokioClock::new())
        });
        System {
            inner: Arc::new(Inner {
                mailbox: self.mailbox,
                grace: self.grace,
                pulse: self.pulse,
                clock,
                runtime,
                log: self.log,
                next_id: AtomicU64::new(1),
                roots: Mutex::new(Some(BTreeMap::new())),
                machines: Mutex::new(BTreeMap::new()),
                running: watch::Sender::new(0),
                events: broadcast::Sender::new(EVENTS),
            }),
        }
    }
}

impl fmt::Debug for SystemBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SystemBuilder")
            .field("mailbox", &self.mailbox)
            .field("grace", &self.grace)
            .field("pulse", &self.pulse)
            .finish_non_exhaustive()
    }
}

/// What all clones of a system, and all its machines, share.
struct Inner {
    mailbox: usize,
    grace: Duration,
    pulse: Duration,
    clock: Arc<dyn Clock>,
    runtime: runtime::Handle,
    log: Box<dyn Fn(&SystemEvent) + Send + Sync>,
    next_id: AtomicU64,
    /// Machines that the program spawned; `None` once a shutdown has begun.
    roots: Mutex<Option<BTreeMap<MachineId, Handle>>>,
    /// All machines that have not ended.
    machines: Mutex<BTreeMap<MachineId, Handle>>,
    /// How many these are.
    running: watch::Sender<usize>,
    events: broadcast::Sender<SystemEvent>,
}

impl Inner {
    fn lock_roots(&self) -> MutexGuard<'_, Option<BTreeMap<MachineId, Handle>>> {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_machines(&self) -> MutexGuard<'_, BTreeMap<MachineId, Handle>> {
        self.machines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget(&self, machine: MachineId) {
        if let Some(roots) = self.lock_roots().as_mut() {
            roots.remove(&machine);
        }
        let mut machines = self.lock_machines();
        machines.remove(&machine);
        self.running.send_replace(machines.len());
    }
}

impl Site for Inner {
    fn next_id(&self) -> MachineId {
        MachineId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    fn mailbox(&self) -> usize {
        self.mailbox
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep_until(self.clock.now() + duration)
    }
}

impl Host for Inner {
    fn now(&self) -> Time {
        self.clock.now()
    }

    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()> {
        self.clock.sleep_until(deadline)
    }

    fn run(&self, machine: Handle, life: BoxFuture<'static, ()>) {
        let mut machines = self.lock_machines();
        machines.insert(machine.identity().id(), machine);
        self.running.send_replace(machines.len());
        drop(machines);
        self.runtime.spawn(life);
    }

    fn report(&self, event: SystemEvent) {
        (self.log)(&event);
        if let SystemEvent::Exited { machine, .. } = &event {
            self.forget(machine.id());
        }
        // Nobody listens: nothing is lost, the log has it.
        let _ = self.events.send(event);
    }

    fn grace(&self) -> Duration {
        self.grace
    }

    fn pulse(&self) -> Duration {
        self.pulse
    }
}

/// The usual log: what nobody else might hear.
fn print_event(event: &SystemEvent) {
    match event {
        SystemEvent::Log { .. }
        | SystemEvent::Errored { spawner: None, .. }
        | SystemEvent::Undelivered { .. }
        | SystemEvent::Poison { .. } => eprintln!("{event}"),
        _ => {}
    }
}
