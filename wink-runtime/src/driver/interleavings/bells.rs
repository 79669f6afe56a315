//! The bell alone, in every order that there is.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Poll, Waker};

use shuttle::rand::Rng;
use shuttle::scheduler::DfsScheduler;
use shuttle::sync::Mutex;
use shuttle::{future, thread};

use super::{explore, search};
use crate::core::event_loop::bell::{Bell, Left};

/// A loop whose work is to count what is brought.
#[derive(Default)]
struct Counter {
    bell: Bell,
    brought: Mutex<usize>,
    counted: AtomicUsize,
    is_run: AtomicBool,
    is_over: AtomicBool,
    /// Of askers that have gathered.
    tasks: std::sync::Mutex<Vec<thread::JoinHandle<()>>>,
}

impl Counter {
    fn bring(&self) {
        *self.brought.lock().expect("nothing panics under it") += 1;
    }

    /// A turn, for whoever has claimed the loop; whether nothing more will be brought.
    fn turn(&self) -> bool {
        assert!(
            !self.is_run.swap(true, Ordering::SeqCst),
            "two run the loop"
        );
        self.bell.hear();
        let is_over = self.is_over.load(Ordering::SeqCst);
        let brought = std::mem::take(&mut *self.brought.lock().expect("nothing panics under it"));
        self.counted.fetch_add(brought, Ordering::SeqCst);
        self.is_run.store(false, Ordering::SeqCst);
        is_over
    }

    /// A driver's way to the loop: it has it, or is woken when there is something to do.
    fn claim(&self, waker: &Waker) -> bool {
        self.bell.set_waker(waker);
        let has_it = self.bell.claim();
        if !has_it && self.bell.ring() {
            waker.wake_by_ref();
        }
        has_it
    }

    /// What a loop's own driver does when it is polled.
    fn drive(&self, waker: &Waker) -> Poll<()> {
        if !self.claim(waker) {
            return Poll::Pending;
        }
        loop {
            let is_over = self.turn();
            if self.bell.release(Some(false)) {
                return if is_over {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                };
            }
        }
    }

    /// As [`drive`](Self::drive), by a driver that watches the bell for a while before it
    /// sleeps, as a loop's own thread does.
    fn watch(&self, waker: &Waker, watches: &mut bool) -> Poll<()> {
        // Nobody is woken for a bell that is watched; who leaves off looks once more.
        if std::mem::take(watches) && !self.bell.unwatch() {
            return Poll::Pending;
        }
        if !self.claim(waker) {
            return Poll::Pending;
        }
        loop {
            let is_over = self.turn();
            if self.bell.release(Some(!is_over)) {
                if is_over {
                    return Poll::Ready(());
                }
                *watches = true;
                waker.wake_by_ref();
                return Poll::Pending;
            }
        }
    }

    /// Brings something and goes on.
    fn ring(self: &Arc<Self>) {
        self.bring();
        if self.bell.ring() {
            self.bell.wake();
        }
    }

    /// Brings something and runs the loop, if nobody does.
    fn ring_and_run(self: &Arc<Self>) {
        self.bring();
        if self.bell.ring_and_stay() && self.bell.claim() {
            self.turn();
            if !self.bell.release(None) {
                self.bell.hand_over();
            }
        }
    }
}

/// Brings something as one of a crowd of askers; who is first has a task answer all of them.
fn ring_and_gather(counter: &Arc<Counter>) {
    counter.bring();
    if counter.bell.ring_and_gather() {
        let answering = counter.clone();
        let task = thread::spawn(move || answer_crowd(&answering));
        counter
            .tasks
            .lock()
            .expect("nothing panics under it")
            .push(task);
    }
}

/// As the task that answers a crowd; now and then one that is dropped instead.
fn answer_crowd(counter: &Counter) {
    let bell = &counter.bell;
    loop {
        if shuttle::rand::thread_rng().gen_bool(0.25) {
            if bell.call_off() {
                bell.wake();
            }
            return;
        }
        if !bell.is_rung() || !bell.claim() {
            return;
        }
        counter.turn();
        match bell.leave() {
            Left::Quiet => return,
            Left::Gathering => {}
            Left::Not => return bell.hand_over(),
        }
    }
}

/// How the loop's own thread waits for the next ring.
#[derive(Clone, Copy, PartialEq)]
enum Rest {
    Sleeps,
    Watches,
}

fn model(rest: Rest, rings: &[fn(&Arc<Counter>)]) {
    let counter = Arc::new(Counter::default());
    let driver = counter.clone();
    let driver = thread::spawn(move || {
        let mut watches = false;
        future::block_on(poll_fn(move |context| match rest {
            Rest::Sleeps => driver.drive(context.waker()),
            Rest::Watches => driver.watch(context.waker(), &mut watches),
        }));
    });
    let threads = rings.iter().map(|ring| {
        let (counter, ring) = (counter.clone(), *ring);
        thread::spawn(move || ring(&counter))
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().expect("it ends");
    }
    let tasks = std::mem::take(&mut *counter.tasks.lock().expect("nothing panics under it"));
    for task in tasks {
        task.join().expect("it ends");
    }
    // The last ring: one before it that was lost keeps it from being heard.
    counter.bring();
    counter.is_over.store(true, Ordering::SeqCst);
    if counter.bell.ring() {
        counter.bell.wake();
    }
    driver.join().expect("it hears of the end");
    assert_eq!(counter.counted.load(Ordering::SeqCst), rings.len() + 1);
}

/// There are fewer orders than that.
const ORDERS: usize = 1_000_000;

#[track_caller]
fn search_all(model: fn()) {
    let tried = explore(DfsScheduler::new(Some(ORDERS), false), model);
    assert!(tried < ORDERS, "these were not all");
}

#[test]
fn no_ring_is_lost() {
    search_all(|| model(Rest::Sleeps, &[]));
    search(|| model(Rest::Sleeps, &[Counter::ring, Counter::ring, Counter::ring]));
}

#[test]
fn who_watches_and_leaves_off_misses_nothing() {
    search_all(|| model(Rest::Watches, &[]));
    search(|| model(Rest::Watches, &[Counter::ring, Counter::ring]));
    search(|| {
        let rings = [Counter::ring, Counter::ring_and_run, Counter::ring_and_run];
        model(Rest::Watches, &rings);
    });
}

#[test]
fn who_runs_the_loop_instead_leaves_nothing_behind() {
    search(|| {
        let rings = [Counter::ring, Counter::ring_and_run, Counter::ring_and_run];
        model(Rest::Sleeps, &rings);
    });
}

#[test]
fn askers_that_gather_are_answered_and_hold_up_nobody() {
    search(|| {
        let rings = [ring_and_gather, ring_and_gather, Counter::ring];
        model(Rest::Sleeps, &rings);
    });
    search(|| {
        let rings = [ring_and_gather, Counter::ring_and_run, Counter::ring];
        model(Rest::Watches, &rings);
    });
    search(|| {
        let rings = [ring_and_gather, ring_and_gather, Counter::ring_and_run];
        model(Rest::Sleeps, &rings);
    });
}
