//! Where a loop lies between its turns: its own thread runs it, and now and then one that would
//! otherwise have to wake that and wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

#[cfg(not(all(test, shuttle)))]
use tokio::runtime::Handle as Runtime;

use super::gathering::Gathering;
#[cfg(all(test, shuttle))]
use super::interleavings::Runtime;
use super::shared::Shared;
use super::stopwatch::read_clock;
use crate::core::event_loop::bell::Left;
use crate::core::event_loop::crowd::own_mark;
use crate::core::event_loop::home::{Home, UNKNOWN};
use crate::core::event_loop::lend::{Errand, Lend};
use crate::core::event_loop::{EventLoop, Turn, owed};
use crate::core::sync::{Mutex, MutexGuard};
use crate::core::time::Time;

/// How many letters a thread that lends itself handles at most.
const LENT: usize = 64;

/// The same of a thread in the middle of another loop's turn.
const CARRIED: usize = 16;

/// The same of a task that answers many.
const CROWD: usize = 256;

/// How many turns it takes in a row.
const TURNS: u32 = 16;

/// What a letter may cost in nanoseconds, as far as known, for a loop to be run by who asks: about
/// what it costs to wake a thread and to be woken.
const CHEAP: u32 = 10_000;

/// What a letter counts for at most.
const MOST: u32 = 6 * CHEAP;

/// One turn in so many is measured.
const SAMPLE: u32 = 32;

/// A loop, and what is needed to run it.
pub(super) struct Berth {
    /// `None` when its system has ended.
    cabin: Mutex<Option<Cabin>>,
    home: Arc<Home>,
    shared: Arc<Shared>,
    /// Of the loop's own thread: for its asynchronous steps, and for what its machines spawn.
    runtime: Runtime,
    /// Where the runtime is, when the loop is one of its tasks.
    host: Option<Host>,
}

/// The thread of a runtime that has one.
#[derive(Default)]
struct Host {
    /// The mark of the thread that has polled the loop last.
    thread: AtomicUsize,
}

struct Cabin {
    event_loop: EventLoop,
    /// For when the loop's thread has itself woken.
    armed: Option<Time>,
    /// How many turns there have been.
    turns: u32,
}

/// What a turn came to: how many letters, and whether a step has panicked.
trait Measured {
    fn came_to(&self) -> (usize, bool);
}

impl Measured for Turn {
    fn came_to(&self) -> (usize, bool) {
        (self.letters, self.has_panicked)
    }
}

impl Measured for Option<Turn> {
    fn came_to(&self) -> (usize, bool) {
        self.as_ref().map_or((1, false), Turn::came_to)
    }
}

/// What a turn came to.
pub(super) struct Turned {
    /// There is more to do at once.
    pub(super) has_more: bool,
    /// When the next turn is due although nothing comes.
    pub(super) next: Option<Time>,
    /// The loop's thread has to see to its alarm.
    is_alarming: bool,
}

impl Berth {
    pub(super) fn new(
        event_loop: EventLoop,
        home: Arc<Home>,
        shared: Arc<Shared>,
        runtime: impl Into<Runtime>,
    ) -> Self {
        Self {
            cabin: Mutex::new(Some(Cabin {
                event_loop,
                armed: None,
                turns: 0,
            })),
            home,
            shared,
            runtime: runtime.into(),
            host: None,
        }
    }

    /// As [`new`](Self::new), for a loop that is a task beside others, on a runtime with one
    /// thread. Nobody runs it on another one.
    pub(super) fn beside(
        event_loop: EventLoop,
        home: Arc<Home>,
        shared: Arc<Shared>,
        runtime: impl Into<Runtime>,
    ) -> Self {
        let mut berth = Self::new(event_loop, home, shared, runtime);
        berth.host = Some(Host::default());
        berth
    }

    /// This is the thread of the runtime that the loop is a task of.
    pub(super) fn note_thread(&self) {
        if let Some(host) = &self.host {
            host.thread.store(own_mark(), Ordering::Relaxed);
        }
    }

    /// Lets others run the loop.
    pub(super) fn lend(self: &Arc<Self>) {
        let lender: Arc<dyn Lend> = self.clone();
        self.home.set_lender(Arc::downgrade(&lender));
    }

    pub(super) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Whoever has claimed the loop has it to himself: this lock is never waited for, but while
    /// the system goes down.
    fn cabin(&self) -> MutexGuard<'_, Option<Cabin>> {
        // A panic in a turn is caught there; what is left after another one is dropped.
        self.cabin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a turn, for whoever has claimed the loop. What it owes other loops is left to be paid,
    /// when `may_owe`. `None` when there is no loop any more.
    pub(super) fn turn(&self, budget: usize, may_owe: bool) -> Option<Turned> {
        let mut cabin = self.cabin();
        let cabin = cabin.as_mut()?;
        let now = self.shared.now();
        let turn = match may_owe {
            true => self.measured(cabin, |event_loop| event_loop.turn(now, budget)),
            false => self.timed(cabin, |event_loop| event_loop.turn(now, budget)),
        };
        Some(self.after(cabin, turn))
    }

    /// Carries out a turn, whose wake-ups of other loops wait; now and then it is measured.
    fn measured<T: Measured>(
        &self,
        cabin: &mut Cabin,
        turn: impl FnOnce(&mut EventLoop) -> T,
    ) -> T {
        owed::during(|| self.timed(cabin, turn))
    }

    /// As [`measured`](Self::measured), in the middle of another turn on this thread.
    fn timed<T: Measured>(&self, cabin: &mut Cabin, turn: impl FnOnce(&mut EventLoop) -> T) -> T {
        let begun = cabin.turns.is_multiple_of(SAMPLE).then(read_clock);
        cabin.turns = cabin.turns.wrapping_add(1);
        let turn = turn(&mut cabin.event_loop);
        if let Some(begun) = begun {
            let (letters, has_panicked) = turn.came_to();
            self.note_cost(begun, letters, has_panicked);
        }
        turn
    }

    /// Has what a turn has left done.
    fn after(&self, cabin: &mut Cabin, turn: Turn) -> Turned {
        for job in cabin.event_loop.take_jobs() {
            self.runtime.spawn(job);
        }
        let next = cabin.event_loop.next_deadline();
        let armed = cabin.armed;
        let is_alarming = next
            .is_some_and(|next| armed.is_none_or(|at| next < at || at <= cabin.event_loop.now()));
        Turned {
            has_more: turn.has_more,
            next,
            is_alarming,
        }
    }

    /// Says for when the loop's thread has itself woken.
    pub(super) fn set_armed(&self, at: Option<Time>) {
        if let Some(cabin) = &mut *self.cabin() {
            cabin.armed = at;
        }
    }

    /// Drops the loop: its thread has ended, or the runtime that it was a task of.
    pub(super) fn clear(&self) {
        let cabin = self.cabin().take();
        drop(cabin);
    }

    fn note_cost(&self, begun: Instant, letters: usize, has_panicked: bool) {
        let spent = (read_clock() - begun).as_nanos() / letters.max(1) as u128;
        // One that is dear may have been held up by something else; two are believed. What
        // unwinding costs does not say that steps are long.
        let most = if has_panicked { CHEAP / 2 } else { MOST };
        let spent = u32::try_from(spent).map_or(most, |spent| spent.min(most));
        let known = &self.home.cost;
        let cost = match known.load(Ordering::Relaxed) {
            UNKNOWN => spent,
            cost => cost - cost / 8 + spent / 8,
        };
        known.store(cost, Ordering::Relaxed);
    }
}

impl Lend for Berth {
    #[cfg(not(all(test, shuttle)))]
    fn gather(self: Arc<Self>) -> bool {
        let here = Runtime::try_current();
        let is_near = here.is_ok() && self.is_willing();
        if let (Ok(here), true) = (here, is_near) {
            drop(here.spawn(Gathering::new(self)));
        }
        is_near
    }

    #[cfg(all(test, shuttle))]
    fn gather(self: Arc<Self>) -> bool {
        let runtime = self.runtime.clone();
        runtime.spawn(Box::pin(Gathering::new(self)));
        true
    }

    fn is_willing(&self) -> bool {
        match &self.host {
            // Whatever it costs, it is done on this thread.
            Some(host) => host.thread.load(Ordering::Relaxed) == own_mark(),
            None => self.home.cost.load(Ordering::Relaxed) < CHEAP,
        }
    }

    fn is_elsewhere(&self) -> bool {
        self.host.is_none()
    }

    fn run(&self, home: &Home) {
        // What machines spawn belongs to the loop's own runtime.
        let _entered = self.runtime.enter();
        self.go_on(home, 0);
    }

    fn serve(&self, home: &Home, errand: &mut dyn Errand) {
        // The thread of a runtime is there already.
        let _entered = self.host.is_none().then(|| self.runtime.enter());
        let Some(turn) = self.turn_on(errand) else {
            return;
        };
        match turn.is_none_or(|turn| self.may_rest(&turn)) {
            true if home.bell.release(None) => {}
            true => self.go_on(home, 1),
            false => home.bell.hand_over(),
        }
    }

    fn carry(&self, home: &Arc<Home>, now: Time, errand: &mut dyn Errand) {
        // Whoever has the turn under way has entered the runtime of a loop of the same system, and
        // these end together: to enter this one's takes 3 % of a question and its answer.
        let Some(turn) = self.carry_turn(now, errand) else {
            return;
        };
        if turn.is_alarming || self.shared.is_over() {
            return home.bell.hand_over();
        }
        let is_left = !turn.has_more && home.bell.release(None);
        // What is left is for the end of the turn under way.
        if !is_left && home.bell.put_by() && !owed::defer(home) {
            home.bell.wake();
        }
    }
}

impl Berth {
    /// A turn on somebody's errand. `None` when there is no loop any more, and no turn when it has
    /// left nothing to look after.
    fn turn_on(&self, errand: &mut dyn Errand) -> Option<Option<Turned>> {
        let mut cabin = self.cabin();
        let cabin = cabin.as_mut()?;
        let turn = self.measured(cabin, |event_loop| event_loop.serve(LENT, errand));
        Some(turn.map(|turn| self.after(cabin, turn)))
    }
}

impl Berth {
    /// A turn in the middle of another loop's. `None` when there is no loop any more.
    fn carry_turn(&self, now: Time, errand: &mut dyn Errand) -> Option<Turned> {
        let mut cabin = self.cabin();
        let cabin = cabin.as_mut()?;
        let turn = self.timed(cabin, |event_loop| event_loop.carry(now, CARRIED, errand));
        Some(self.after(cabin, turn))
    }
}

impl Berth {
    /// Answers askers that have gathered; whether more have come, and the caller is to come again
    /// when others have had their turn.
    pub(super) fn answer_crowd(&self) -> bool {
        let bell = &self.home.bell;
        if !bell.is_rung() || !bell.claim() {
            // Somebody has answered them, or is about to.
            return false;
        }
        let goes_on = {
            let _entered = self.runtime.enter();
            self.take_turn_for_crowd()
        };
        owed::pay(true);
        goes_on
    }

    fn take_turn_for_crowd(&self) -> bool {
        let bell = &self.home.bell;
        let Some(turn) = self.turn(CROWD, true) else {
            return false;
        };
        self.home.crowd.turned();
        if !self.may_rest(&turn) {
            bell.hand_over();
            return false;
        }
        match bell.leave() {
            Left::Quiet => false,
            Left::Gathering => true,
            Left::Not => {
                self.go_on(&self.home, 1);
                false
            }
        }
    }

    /// Takes turns until there is nothing more to do, or there have been enough.
    fn go_on(&self, home: &Home, before: u32) {
        for _ in before..TURNS {
            let Some(turn) = self.turn(LENT, true) else {
                return;
            };
            if !self.may_rest(&turn) {
                break;
            }
            if home.bell.release(None) {
                return;
            }
        }
        home.bell.hand_over();
    }

    /// Whether the loop's own thread need not see to anything.
    fn may_rest(&self, turn: &Turned) -> bool {
        !(turn.has_more || turn.is_alarming || self.shared.is_over())
    }
}
