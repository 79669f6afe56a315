//! The system: machines that run in event loops, each loop a task or a thread of tokio's.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::runtime::{self, RuntimeFlavor};

use super::berth::Berth;
use super::blocking::Blocking;
use super::clock::{Clock, TokioClock};
use super::events::{Events, print_event};
use super::lookout::look_after;
use super::run::run;
use super::shared::Shared;
use super::spawn::{SpawnOptions, lay};
use super::vigil::Vigil;
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::event::SystemEvent;
use crate::core::event_loop::EventLoop;
use crate::core::event_loop::egg::Egg;
use crate::core::event_loop::home::Home;
use crate::core::event_loop::slab::Origin;
use crate::core::event_loop::watch::Watch;
use crate::core::exit::{Error, Identity};
use crate::core::observer::Observer;
use crate::core::station::{Handle, Launch, Site};
use crate::core::time::Time;
use crate::registry::Registry;

/// How long the thread of a loop looks for more before it sleeps.
const SPIN: Duration = Duration::from_micros(20);

/// How many events a listener may fall behind.
const EVENTS: usize = 1_024;

/// Runs machines: spawns them, brings their mail, fires their timers, tells of their ends.
///
/// A value, as many in a process as are wanted; clones are the same system. Machines live in
/// event loops. Made inside a current-thread tokio runtime, the system has one loop, a task of
/// that runtime; otherwise it has a thread a loop, as many as the computer has cores unless the
/// builder says otherwise, each with a runtime of its own for async receivers. Dropping the
/// value stops nothing: see [`shutdown`](Self::shutdown).
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

/// What all clones of a system share, and its machines do not.
struct Inner {
    shared: Arc<Shared>,
    homes: Vec<Arc<Home>>,
    registry: Registry,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.orphan();
    }
}

impl System {
    /// A system with the usual settings.
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
            loops: None,
            blocking: None,
            blocked_after: Duration::from_secs(1),
            seed: None,
            silence: Duration::from_secs(10),
            patience: None,
            recent_steps: 0,
            #[cfg(feature = "metrics")]
            metrics: false,
            spin: None,
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
        let shared = self.shared();
        let home = self.home(options);
        let (address, mut egg) = lay(Origin::Once(data), options, &home, true);
        if shared.is_closing() {
            // It has ended before it started.
            drop(egg);
            return address;
        }
        if size_of_val(&observer) > 0 {
            egg.observe(Box::new(observer));
        }
        self.launch(egg);
        address
    }

    /// Spawns a machine that can be made anew at its address: `make` makes its data, at the
    /// start and whenever it is restarted. See
    /// [`Context::spawn_kept`](crate::Context::spawn_kept).
    pub fn spawn_kept<M: Drive>(
        &self,
        make: impl FnMut() -> Result<M, Error> + Send + 'static,
        options: &SpawnOptions,
    ) -> Address<M> {
        let home = self.home(options);
        let (address, egg) = lay(Origin::Again(Box::new(make)), options, &home, true);
        if self.shared().is_closing() {
            // It has ended before it started.
            drop(egg);
        } else {
            self.launch(egg);
        }
        address
    }

    fn launch<M: Drive>(&self, egg: Box<Egg<M>>) {
        let site: Arc<dyn Site> = self.shared().clone();
        // A machine is no future to be run: its loop has it.
        let _ = egg.launch(&site, None);
    }

    /// The loop that the options say, else the one with the fewest machines.
    fn home(&self, options: &SpawnOptions) -> Arc<Home> {
        let homes = &self.inner.homes;
        let count = |home: &&Arc<Home>| home.machines().load(Ordering::Relaxed);
        let place = options.place(&self.site());
        place.unwrap_or_else(|| homes.iter().min_by_key(count).unwrap_or(&homes[0]).clone())
    }

    pub(super) fn homes(&self) -> &[Arc<Home>] {
        &self.inner.homes
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// What the system lends to its machines.
    pub(crate) fn site(&self) -> Arc<dyn Site> {
        self.inner.shared.clone()
    }

    /// The machines that have not ended, the oldest first; all, or those that the program
    /// spawned.
    pub(super) fn list(&self, roots: bool) -> Vec<Handle> {
        let mut found = Vec::new();
        for home in &self.inner.homes {
            home.list(roots, &mut found);
        }
        match roots {
            true => found.extend(self.shared().own()),
            false => found.extend(self.shared().futures()),
        }
        found.sort_by_key(|handle| handle.identity().id());
        found
    }

    /// The events of all machines from now on.
    pub fn events(&self) -> Events {
        let shared = self.shared();
        let receiver = shared.events.subscribe();
        shared.is_heard.store(true, Ordering::SeqCst);
        Events::new(receiver)
    }

    /// The machines that have not ended, the oldest first.
    pub fn machines(&self) -> Vec<Identity> {
        self.list(false).iter().map(Handle::identity).collect()
    }

    /// Waits until no machine runs: every machine that was spawned has ended.
    pub async fn wait(&self) {
        self.shared().wait().await;
    }

    /// The system's own names, groups and topics: one place for those who want one. Others are
    /// made with [`Registry::new`]. A machine is handed it like anything else.
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// The clock's time now.
    pub fn now(&self) -> Time {
        self.shared().now()
    }
}

impl Default for System {
    fn default() -> Self {
        Self::new()
    }
}

/// Settings of a [`System`].
pub struct SystemBuilder {
    mailbox: usize,
    grace: Duration,
    pulse: Duration,
    clock: Option<Arc<dyn Clock>>,
    runtime: Option<runtime::Handle>,
    loops: Option<usize>,
    blocking: Option<usize>,
    blocked_after: Duration,
    seed: Option<u64>,
    silence: Duration,
    pub(super) patience: Option<Duration>,
    recent_steps: usize,
    #[cfg(feature = "metrics")]
    metrics: bool,
    spin: Option<Duration>,
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

    /// For how long a child may give no sign of life, because one step holds up its loop: then
    /// it has failed for its spawner, if that lives in a loop that goes on, as any child that
    /// fails, and it is killed when its loop goes on. Usually 10 seconds; `Duration::MAX` is
    /// for ever. A child may have its own, see [`SpawnOptions::silence`]. Nothing is silent
    /// while an async receiver waits; and none is found that is not
    /// [blocked](Self::blocked_after).
    #[must_use]
    pub fn silence(mut self, limit: Duration) -> Self {
        self.silence = limit;
        self
    }

    /// The clock of all timers and deadlines. Usually tokio's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// How many loops, at least one, each on a thread of its own. Usually one, as a task, inside
    /// a current-thread tokio runtime, and elsewhere as many as the computer has cores.
    #[must_use]
    pub fn loops(mut self, loops: usize) -> Self {
        self.loops = Some(loops.max(1));
        self
    }

    /// How many threads, at least one, do work that blocks at a time: see
    /// [`Context::spawn_blocking`](crate::Context::spawn_blocking). Usually 64. The rest waits.
    #[must_use]
    pub fn blocking(mut self, threads: usize) -> Self {
        self.blocking = Some(threads);
        self
    }

    /// When a loop that one step holds up is told of, as
    /// [`SystemEvent::LoopBlocked`]: what may take long belongs into an async receiver, or to
    /// [`Context::spawn_blocking`](crate::Context::spawn_blocking). Usually a second of real
    /// time, looked at by a thread of its own; `Duration::MAX` is never, without the thread.
    #[must_use]
    pub fn blocked_after(mut self, limit: Duration) -> Self {
        self.blocked_after = limit;
        self
    }

    /// Has each loop keep its last steps, so many of them, for
    /// [`System::recent_steps`] and [`Error::recent_steps`]: the message, who sent it, states
    /// before and after, effects, and what has changed in the data when that is `Serialize` or
    /// `Debug`. Usually none are kept, which costs nothing; kept, a step costs microseconds
    /// more. What a step takes in memory is bounded.
    #[cfg(feature = "record")]
    #[must_use]
    pub fn recent_steps(mut self, steps: usize) -> Self {
        self.recent_steps = steps;
        self
    }

    /// Counts mail, steps, restarts and more through the `metrics` facade, for each kind of
    /// machine: the names are in the repository's `docs/observation.md`. Usually nothing is
    /// counted, which costs nothing; counted, a step takes two looks at the clock more.
    ///
    /// The program's recorder must have been installed before.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn metrics(mut self) -> Self {
        self.metrics = true;
        self
    }

    /// How long the thread of a loop that has nothing left to do looks for more before it sleeps,
    /// when more has come soon before. Usually 20 microseconds; never on a computer with one core.
    /// To be woken costs a thread, and whoever wakes it, more than most steps.
    ///
    /// For the same reason a task that waits for the answer of a machine may run that machine's
    /// loop for a moment on its own thread, as long as the loop's steps are known to be short; on
    /// a current-thread runtime, of which the loop is a task, always. With zero, a loop's thread
    /// sleeps at once, and nobody else runs the loop.
    #[must_use]
    pub fn spin(mut self, spin: Duration) -> Self {
        self.spin = Some(spin);
        self
    }

    /// What everything by chance depends on, such as the delays of supervisors: the same seed,
    /// the same chances. Usually another one each time; [`System::seed`] says which.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The current-thread runtime to run on. Usually the one that the system is built in.
    #[must_use]
    pub fn runtime(mut self, runtime: runtime::Handle) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Where every event goes as it happens, on the thread where it happens: it must not wait.
    ///
    /// Usually the standard error stream, one line each, for log lines, for errors that no
    /// spawner hears, and for messages that were not delivered. Every address of the system
    /// keeps it: give it weak ones only, or the two keep each other for ever.
    #[must_use]
    pub fn log(mut self, log: impl Fn(&SystemEvent) + Send + Sync + 'static) -> Self {
        self.log = Box::new(log);
        self
    }

    /// The system.
    ///
    /// # Panics
    /// When the operating system gives no thread.
    pub fn build(self) -> System {
        let runtime = self.runtime.or_else(|| runtime::Handle::try_current().ok());
        let is_single = |runtime: &runtime::Handle| {
            matches!(runtime.runtime_flavor(), RuntimeFlavor::CurrentThread)
        };
        let host = runtime.filter(|runtime| self.loops.is_none() && is_single(runtime));
        let clock = self.clock.unwrap_or_else(|| {
            let _entered = host.as_ref().map(runtime::Handle::enter);
            Arc::new(TokioClock::new())
        });
        let mut shared = Shared::new(
            self.mailbox,
            self.grace,
            self.pulse,
            clock,
            self.log,
            EVENTS,
        );
        shared.seed = self.seed.unwrap_or_else(super::watching::any_seed);
        #[cfg(feature = "metrics")]
        if self.metrics {
            shared.measures = Some(super::meters::Measures::default());
        }
        shared.silence = self.silence;
        shared.patience = self.patience;
        shared.expect_silence(self.silence);
        if let Some(threads) = self.blocking {
            shared.blocking = Blocking::with(threads);
        }
        let shared = Arc::new(shared);
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let loops = match host {
            Some(_) => 1,
            None => self.loops.unwrap_or_else(cores),
        };
        let homes: Vec<Arc<Home>> = (0..loops).map(|_| Home::new(shared.clone())).collect();
        shared.set_homes(&homes);
        for home in &homes {
            let mut event_loop = EventLoop::new(home.clone());
            let watchers = shared.watchers();
            if self.recent_steps > 0 || !watchers.is_empty() {
                event_loop.watch(Watch::new(shared.clone(), self.recent_steps, watchers));
            }
            match &host {
                Some(runtime) => {
                    shared.blocking.set_runtime(runtime);
                    let (home, shared) = (home.clone(), shared.clone());
                    let berth = Berth::beside(event_loop, home, shared, runtime.clone());
                    let berth = Arc::new(berth);
                    if !self.spin.is_some_and(|spin| spin.is_zero()) {
                        berth.lend();
                    }
                    drop(runtime.spawn(run(berth, None)));
                }
                None => start_thread(event_loop, home, &shared, self.spin),
            }
        }
        look_after(&shared, self.blocked_after);
        System {
            inner: Arc::new(Inner {
                shared,
                homes,
                registry: Registry::new(),
            }),
        }
    }
}

/// Runs a loop on a thread of its own, which looks for more before it sleeps for as long as
/// `spin` says.
fn start_thread(
    event_loop: EventLoop,
    home: &Arc<Home>,
    shared: &Arc<Shared>,
    spin: Option<Duration>,
) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("the operating system gives a runtime what it needs");
    shared.blocking.set_runtime(runtime.handle());
    let (owner, own) = (home.clone(), runtime.handle().clone());
    let berth = Arc::new(Berth::new(event_loop, owner, shared.clone(), own));
    let is_alone = std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2);
    let spin = spin.unwrap_or(SPIN);
    // On a single core who looks keeps what he looks for from coming.
    let spin = if is_alone { Duration::ZERO } else { spin };
    if !spin.is_zero() {
        berth.lend();
    }
    let life = run(berth, Some(Vigil::new(spin)));
    let thread = std::thread::Builder::new().name("wink".to_owned());
    // Nobody joins it: it ends when its system has.
    let started = thread.spawn(move || runtime.block_on(life));
    drop(started.expect("the operating system gives a thread"));
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
