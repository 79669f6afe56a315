//! Loops, doors, bells and berths under every order of threads that a search finds: `.ci/run`
//! runs these tests with `--cfg shuttle`, which puts shuttle's locks and atomics into
//! `core::sync`. What runs is the code that systems run, but for the clock, tokio's runtime and
//! the threads themselves.
//!
//! A wake-up that is lost is a deadlock, which shuttle reports together with the schedule that led
//! there. `WINK_INTERLEAVINGS` says how many orders each test tries, `WINK_INTERLEAVINGS_SEED`
//! which ones.

mod bells;
mod gathered;
mod machine;
mod mail;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, Runner, future, thread};

use self::machine::{Clerk, Runs};
use super::berth::Berth;
use super::clock::Clock;
use super::run::run;
use super::shared::Shared;
use super::spawn::{SpawnOptions, lay};
use super::vigil::Vigil;
use crate::core::address::Address;
use crate::core::event_loop::EventLoop;
use crate::core::event_loop::home::Home;
use crate::core::event_loop::slab::Origin;
use crate::core::station::{BoxFuture, Launch, Site};
use crate::core::time::Time;

/// How many orders of threads a test tries, when nothing else is said.
const TRIES: usize = 300;

/// Of how many changes of mind the scheduler is capable that otherwise lets the same thread go on.
const DEPTH: usize = 3;

/// How long a thread watches its bell, as the stopwatch of these tests runs.
const SPIN: Duration = Duration::from_micros(20);

fn number(variable: &str, usual: usize) -> usize {
    let said = std::env::var(variable).ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(usual)
}

/// Runs `model` in many orders of its threads: any thread after any, and one for as long as it
/// can.
fn search(model: fn()) {
    let tries = number("WINK_INTERLEAVINGS", TRIES);
    let seed = number("WINK_INTERLEAVINGS_SEED", 1) as u64;
    explore(RandomScheduler::new_from_seed(seed, tries), model);
    explore(PctScheduler::new_from_seed(seed, DEPTH, tries), model);
}

/// How many orders were tried.
fn explore(scheduler: impl Scheduler + 'static, model: fn()) -> usize {
    let mut config = Config::new();
    // A turn of a loop calls deep.
    config.stack_size = 0x4_0000;
    Runner::new(scheduler, config).run(model)
}

/// The stopwatch of these tests: any time, so that either is done of what depends on it.
pub(super) fn any_time() -> Instant {
    #[allow(clippy::disallowed_methods, reason = "something to count from")]
    static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let chance: u32 = shuttle::rand::thread_rng().gen_range(0..4);
    *ORIGIN + SPIN * chance
}

/// In the place of tokio's.
#[derive(Clone)]
pub(super) struct Runtime;

impl From<tokio::runtime::Handle> for Runtime {
    fn from(_: tokio::runtime::Handle) -> Self {
        Self
    }
}

impl Runtime {
    pub(super) fn spawn(&self, job: BoxFuture<'static, ()>) {
        drop(future::spawn(job));
    }

    pub(super) fn enter(&self) {}
}

/// Time passes when somebody waits for it.
#[derive(Default)]
struct Patient(Arc<std::sync::Mutex<Time>>);

impl Clock for Patient {
    fn now(&self) -> Time {
        *self.0.lock().expect("nothing panics under it")
    }

    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()> {
        let time = self.0.clone();
        Box::pin(async move {
            let mut time = time.lock().expect("nothing panics under it");
            *time = time.max(deadline);
        })
    }
}

/// Others get their turn when the future waits: a thread that watches its bell looks for ever, if
/// the scheduler prefers it.
async fn fair(life: impl Future<Output = ()>) {
    let mut life = pin!(life);
    poll_fn(|context| {
        let polled = life.as_mut().poll(context);
        if polled.is_pending() {
            thread::yield_now();
        }
        polled
    })
    .await;
}

/// A system of loops, each on a thread of shuttle's.
struct Model {
    shared: Arc<Shared>,
    homes: Vec<Arc<Home>>,
    runs: Vec<Arc<Runs>>,
    threads: Vec<thread::JoinHandle<()>>,
    said: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Model {
    fn new(loops: usize) -> Self {
        let said = Arc::new(std::sync::Mutex::new(Vec::new()));
        let lines = said.clone();
        let log = move |event: &crate::SystemEvent| {
            let mut lines = lines.lock().expect("nothing panics under it");
            lines.push(event.to_string());
        };
        let clock = Arc::new(Patient::default());
        let second = Duration::from_secs(1);
        let shared = Arc::new(Shared::new(1, second, second, clock, Box::new(log), 1));
        let homes: Vec<Arc<Home>> = (0..loops).map(|_| Home::new(shared.clone())).collect();
        shared.set_homes(&homes);
        let threads = homes.iter().map(|home| {
            let event_loop = EventLoop::new(home.clone());
            let berth = Berth::new(event_loop, home.clone(), shared.clone(), Runtime);
            let berth = Arc::new(berth);
            berth.lend();
            thread::spawn(move || future::block_on(fair(run(berth, Some(Vigil::new(SPIN))))))
        });
        Self {
            threads: threads.collect(),
            runs: homes.iter().map(|_| Arc::default()).collect(),
            shared,
            homes,
            said,
        }
    }

    /// Spawns a machine in that loop, with room for so many messages.
    fn spawn(&self, place: usize, room: usize) -> Address<Clerk> {
        let clerk = Clerk::new(self.runs[place].clone());
        let options = SpawnOptions::new().mailbox(room);
        let (address, egg) = lay(Origin::Once(clerk), &options, &self.homes[place], true);
        let site: Arc<dyn Site> = self.shared.clone();
        assert!(egg.launch(&site, None).is_none(), "a loop has it");
        address
    }

    /// Runs the rest of the program in a thread of its own.
    fn thread(life: impl Future<Output = ()> + Send + 'static) -> thread::JoinHandle<()> {
        thread::spawn(move || future::block_on(life))
    }

    /// Asks all machines to stop, and waits until every loop's thread has ended. What has been
    /// noted in each loop, and what the system has said.
    fn end(self) -> (Vec<Vec<(u8, u8)>>, Vec<String>) {
        let mut all = Vec::new();
        for home in &self.homes {
            home.list(false, &mut all);
        }
        for machine in &all {
            machine.stop();
        }
        drop(all);
        self.shared.close();
        future::block_on(self.shared.wait());
        for thread in self.threads {
            thread.join().expect("a loop's thread ends");
        }
        let notes = self.runs.iter().map(|runs| runs.take()).collect();
        let said = std::mem::take(&mut *self.said.lock().expect("nothing panics under it"));
        (notes, said)
    }
}
