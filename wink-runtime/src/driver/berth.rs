//! Where a loop lies between its turns: its own thread runs it, and now and then one that would
//! otherwise have to wake that and wait.

use std::sync::atomic::{AtomicU32, Ordering};
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
use crate::core::event_loop::home::{Home, Lend};
use crate::core::event_loop::post::Post;
use crate::core::event_loop::{EventLoop, Turn, owed};
use crate::core::sync::{Mutex, MutexGuard};
use crate::core::time::Time;

/// How many letters a thread that lends itself handles at most.
const LENT: usize = 64;

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

/// Nothing is known of what letters cost.
const UNKNOWN: u32 = u32::MAX;

/// A loop, and what is needed to run it.
pub(super) struct Berth {
    /// `None` when its system has ended.
    cabin: Mutex<Option<Cabin>>,
    home: Arc<Home>,
    shared: Arc<Shared>,
    /// Of the loop's own thread: for its asynchronous steps, and for what its machines spawn.
    runtime: Runtime,
    /// What a letter has cost lately, in nanoseconds.
    cost: AtomicU32,
}

struct Cabin {
    event_loop: EventLoop,
    /// For when the loop's thread has itself woken.
    armed: Option<Time>,
    /// How many turns there have been.
    turns: u32,
}

/// What a turn came to.
pub(super) struct Turned {
    /// How many letters were handled.
    letters: usize,
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
            cost: AtomicU32::new(UNKNOWN),
        }
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
        self.turn_by(may_owe, |event_loop, now| event_loop.turn(now, budget))
    }

    fn turn_by(
        &self,
        may_owe: bool,
        turn: impl FnOnce(&mut EventLoop, Time) -> Turn,
    ) -> Option<Turned> {
        let mut cabin = self.cabin();
        let Cabin {
            event_loop,
            armed,
            turns,
        } = cabin.as_mut()?;
        let now = self.shared.now();
        let turn = if may_owe {
            let begun = (*turns % SAMPLE == 0).then(read_clock);
            *turns = turns.wrapping_add(1);
            let turn = owed::during(|| turn(event_loop, now));
            if let Some(begun) = begun {
                self.note_cost(begun, &turn);
            }
            turn
        } else {
            turn(event_loop, now)
        };
        for job in event_loop.take_jobs() {
            self.runtime.spawn(job);
        }
        let next = event_loop.next_deadline();
        let is_alarming = next.is_some_and(|next| armed.is_none_or(|at| next < at || at <= now));
        Some(Turned {
            letters: turn.letters,
            has_more: turn.has_more,
            next,
            is_alarming,
        })
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

    fn note_cost(&self, begun: Instant, turn: &Turn) {
        let spent = (read_clock() - begun).as_nanos() / turn.letters.max(1) as u128;
        // One that is dear may have been held up by something else; two are believed. What
        // unwinding costs does not say that steps are long.
        let most = if turn.has_panicked { CHEAP / 2 } else { MOST };
        let spent = u32::try_from(spent).map_or(most, |spent| spent.min(most));
        let cost = match self.cost.load(Ordering::Relaxed) {
            UNKNOWN => spent,
            cost => cost - cost / 8 + spent / 8,
        };
        self.cost.store(cost, Ordering::Relaxed);
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
        self.cost.load(Ordering::Relaxed) < CHEAP
    }

    fn run(&self, home: &Home) {
        // What machines spawn belongs to the loop's own runtime.
        let _entered = self.runtime.enter();
        self.go_on(home, 0);
    }

    fn serve(&self, home: &Home, bring: &mut dyn FnMut(&mut Post)) {
        let _entered = self.runtime.enter();
        let turn = self.turn_by(true, |event_loop, now| event_loop.serve(now, LENT, bring));
        if let Some(turn) = turn {
            match self.may_rest(&turn) {
                true if home.bell.release(None) => {}
                true => self.go_on(home, 1),
                false => home.bell.hand_over(),
            }
        }
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
        self.home.crowd.turned(turn.letters);
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
