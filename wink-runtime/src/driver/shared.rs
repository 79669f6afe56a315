//! What all clones of a system, its loops and its machines share.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

use tokio::sync::broadcast;

use super::blocking::Blocking;
use super::clock::Clock;
use crate::core::event::{Note, SystemEvent};
use crate::core::event_loop::home::Home;
use crate::core::event_loop::watch::Watcher;
use crate::core::exit::MachineId;
use crate::core::station::{BoxFuture, Handle, Site};
use crate::core::time::{Time, nanoseconds};

pub(crate) struct Shared {
    pub(super) mailbox: usize,
    pub(super) grace: Duration,
    pub(super) pulse: Duration,
    /// For how long children may give no sign of life.
    pub(super) silence: Duration,
    /// For how long calls wait that say nothing of that.
    pub(super) patience: Option<Duration>,
    /// The shortest time for which one may, in nanoseconds.
    pub(super) least_silence: AtomicU64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seed: u64,
    pub(super) log: Box<dyn Fn(&SystemEvent) + Send + Sync>,
    /// Who counts.
    #[cfg(feature = "metrics")]
    pub(super) measures: Option<super::meters::Measures>,
    pub(crate) blocking: Blocking,
    pub(super) events: broadcast::Sender<SystemEvent>,
    /// Somebody listens, or has.
    pub(super) is_heard: AtomicBool,
    next_id: AtomicU64,
    /// Machines that are not gone.
    running: AtomicUsize,
    /// Machines that are gone, counted.
    gone: AtomicU64,
    /// Nothing is spawned any more from outside.
    closing: AtomicBool,
    /// The program has let go of the system.
    orphaned: AtomicBool,
    /// Tasks that wait until no machine runs.
    waiting: Mutex<Vec<Waker>>,
    homes: OnceLock<Vec<Weak<Home>>>,
    /// Futures that are children of machines, and machines elsewhere.
    futures: Mutex<BTreeMap<MachineId, Handle>>,
    /// Those of them that the program has spawned itself.
    own: Mutex<Vec<Handle>>,
}

impl Shared {
    pub(super) fn new(
        mailbox: usize,
        grace: Duration,
        pulse: Duration,
        clock: Arc<dyn Clock>,
        log: Box<dyn Fn(&SystemEvent) + Send + Sync>,
        events: usize,
    ) -> Self {
        Self {
            mailbox,
            grace,
            pulse,
            silence: Duration::MAX,
            patience: None,
            least_silence: AtomicU64::new(u64::MAX),
            clock,
            seed: 0,
            log,
            #[cfg(feature = "metrics")]
            measures: None,
            blocking: Blocking::default(),
            events: broadcast::Sender::new(events),
            is_heard: AtomicBool::new(false),
            next_id: AtomicU64::new(1),
            running: AtomicUsize::new(0),
            gone: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            orphaned: AtomicBool::new(false),
            waiting: Mutex::default(),
            homes: OnceLock::new(),
            futures: Mutex::default(),
            own: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(super) fn set_homes(&self, homes: &[Arc<Home>]) {
        // Set once, where the system is built.
        let _ = self.homes.set(homes.iter().map(Arc::downgrade).collect());
    }

    pub(super) fn homes(&self) -> &[Weak<Home>] {
        self.homes.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.wake_loops();
    }

    pub(super) fn orphan(&self) {
        self.orphaned.store(true, Ordering::SeqCst);
        self.wake_loops();
    }

    /// Whether its loops have nothing more to do, ever.
    pub(super) fn is_over(&self) -> bool {
        (self.closing.load(Ordering::SeqCst) || self.orphaned.load(Ordering::SeqCst))
            && self.running.load(Ordering::SeqCst) == 0
    }

    /// A machine that lives elsewhere is the program's own: it counts as the system's until what is
    /// returned is dropped.
    #[cfg(feature = "remote")]
    pub(crate) fn keep(self: &Arc<Self>, machine: Handle) -> Kept {
        self.adopt(machine.clone());
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.push(machine.clone());
        Kept(self.clone(), machine)
    }

    /// What the program has spawned that no loop runs.
    pub(super) fn own(&self) -> Vec<Handle> {
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.clone()
    }

    /// The futures that are children of machines.
    pub(super) fn futures(&self) -> Vec<Handle> {
        let futures = self.futures.lock().unwrap_or_else(PoisonError::into_inner);
        futures.values().cloned().collect()
    }

    /// How many machines are gone.
    pub(super) fn gone(&self) -> u64 {
        self.gone.load(Ordering::SeqCst)
    }

    /// Who is told of the steps of one loop.
    pub(super) fn watchers(&self) -> Vec<Box<dyn Watcher>> {
        #[allow(unused_mut, reason = "without features there is nobody")]
        let mut watchers: Vec<Box<dyn Watcher>> = Vec::new();
        #[cfg(feature = "tracing")]
        if super::trace::wants_steps() {
            watchers.push(Box::new(super::trace::StepSpans::default()));
        }
        #[cfg(feature = "metrics")]
        if let Some(measures) = &self.measures {
            watchers.push(measures.watcher());
        }
        watchers
    }

    fn wake_loops(&self) {
        for home in self.homes.get().into_iter().flatten() {
            if let Some(home) = home.upgrade() {
                home.wake();
            }
        }
    }

    /// Waits until no machine runs.
    pub(super) async fn wait(&self) {
        poll_fn(|context| {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if self.running.load(Ordering::SeqCst) == 0 {
                return Poll::Ready(());
            }
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

impl Site for Shared {
    fn next_ids(&self, count: u64) -> Range<u64> {
        let start = self.next_id.fetch_add(count, Ordering::Relaxed);
        start..start + count
    }

    fn give_back(&self, ids: Range<u64>) {
        let Range { start, end } = ids;
        // Numbers that are not the last ones stay unused.
        let relaxed = Ordering::Relaxed;
        let _ = self.next_id.compare_exchange(end, start, relaxed, relaxed);
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn seed(&self) -> u64 {
        self.seed
    }

    fn mailbox(&self) -> usize {
        self.mailbox
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep_until(self.clock.now() + duration)
    }

    fn block(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.blocking.run(work)
    }

    fn calendar(&self) -> Option<SystemTime> {
        Some(self.clock.calendar())
    }

    fn report(&self, event: SystemEvent) {
        (self.log)(&event);
        #[cfg(feature = "tracing")]
        super::trace::event(&event);
        #[cfg(feature = "metrics")]
        if let Some(measures) = &self.measures {
            measures.event(&event);
        }
        if self.is_heard.load(Ordering::Relaxed) {
            // Nobody listens any more: nothing is lost, the log has it.
            let _ = self.events.send(event);
        }
    }

    fn note(&self, note: Note) {
        #[cfg(feature = "tracing")]
        super::trace::note(&note);
        #[cfg(feature = "metrics")]
        if let Some(measures) = &self.measures {
            measures.note(&note);
        }
        let _ = note;
    }

    fn grace(&self) -> Duration {
        self.grace
    }

    fn silence(&self) -> Duration {
        self.silence
    }

    fn patience(&self) -> Option<Duration> {
        self.patience
    }

    fn expect_silence(&self, limit: Duration) {
        self.least_silence
            .fetch_min(nanoseconds(limit), Ordering::Relaxed);
    }

    fn pulse(&self) -> Duration {
        self.pulse
    }

    fn begun(&self, machines: usize) {
        self.running.fetch_add(machines, Ordering::SeqCst);
    }

    fn over(&self) {
        self.gone.fetch_add(1, Ordering::SeqCst);
        if self.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            let waiting = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                std::mem::take(&mut *waiting)
            };
            for waker in waiting {
                waker.wake();
            }
            if self.is_over() {
                self.wake_loops();
            }
        }
    }

    fn adopt(&self, future: Handle) {
        let id = future.identity().id();
        let mut futures = self.futures.lock().unwrap_or_else(PoisonError::into_inner);
        futures.insert(id, future);
        drop(futures);
        self.begun(1);
    }

    fn release(&self, future: &Handle) {
        let id = future.identity().id();
        let mut futures = self.futures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = futures.remove(&id);
        drop(futures);
        if known.is_some() {
            self.over();
        }
    }

    fn home(&self) -> Arc<Home> {
        let homes = self.homes.get().into_iter().flatten();
        let count = |home: &Arc<Home>| home.machines().load(Ordering::Relaxed);
        let fewest = homes.filter_map(Weak::upgrade).min_by_key(count);
        // Without loops nothing starts.
        fewest.unwrap_or_else(Home::nowhere)
    }

    fn number_of(&self, home: &Home) -> u32 {
        let mut homes = self.homes.get().into_iter().flatten();
        let place = homes.position(|other| std::ptr::eq(other.as_ptr(), home));
        place
            .and_then(|place| u32::try_from(place).ok())
            .unwrap_or(0)
    }

    fn choose(&self, own: &Arc<Home>, uncounted: usize) -> Option<Arc<Home>> {
        let homes = self.homes.get().map_or(&[][..], Vec::as_slice);
        if homes.len() < 2 {
            return None;
        }
        let mut fewest = own.machines().load(Ordering::Relaxed) + uncounted;
        let mut chosen = None;
        for home in homes {
            // Its own is counted above.
            if std::ptr::eq(home.as_ptr(), Arc::as_ptr(own)) {
                continue;
            }
            let Some(home) = home.upgrade() else { continue };
            let machines = home.machines().load(Ordering::Relaxed);
            if machines < fewest {
                (fewest, chosen) = (machines, Some(home));
            }
        }
        chosen
    }
}

/// A machine elsewhere that the system waits for. Dropped, it has ended.
#[cfg(feature = "remote")]
pub(crate) struct Kept(Arc<Shared>, Handle);

#[cfg(feature = "remote")]
impl Drop for Kept {
    fn drop(&mut self) {
        let Kept(shared, machine) = self;
        let mut own = shared.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|one| one != machine);
        drop(own);
        shared.release(machine);
    }
}
