//! Running a loop on the thread of whoever would otherwise wait for it.
//!
//! Must not know of: threads, executors, what is asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::home::Home;
use super::owed;
use super::post::Post;
use crate::core::time::Time;

/// How often an asker tries to have a loop that another one has.
const CLAIMS: u32 = 8;

/// What a question is taken to cost, in nanoseconds, at least and at most.
const LEAST: u32 = 200;
const MOST: u32 = 10_000;

/// Runs a loop on the thread of whoever would have to wake it.
pub(crate) trait Lend: Send + Sync {
    /// Whether a turn on this thread is likely to cost less than the wake-up would.
    fn is_willing(&self) -> bool;

    /// Whether the loop's own driver is on a thread that goes on while this one waits.
    fn is_elsewhere(&self) -> bool;

    /// Runs the loop, which the caller has claimed, for a while.
    fn run(&self, home: &Home);

    /// As [`run`](Self::run), for a loop for which nothing has come, on that errand. Nothing is
    /// done when the loop is gone.
    fn serve(&self, home: &Home, errand: &mut dyn Errand);

    /// As [`serve`](Self::serve), in the middle of another loop's turn at that time.
    fn carry(&self, home: &Arc<Home>, now: Time, errand: &mut dyn Errand);

    /// Sees to it that somebody runs the loop when others on this thread have had their turn, and
    /// so perhaps have asked too. `false` when there is no way, or that is likely to cost more than
    /// a wake-up.
    fn gather(self: Arc<Self>) -> bool;
}

/// What somebody who waits for it has a loop do before anything else.
pub(crate) trait Errand {
    /// Puts it into the loop's mail; for which slab. `None` when it cannot be done so.
    fn bring(&mut self, post: &mut Post) -> Option<u32>;

    /// Takes what came of it.
    fn fetch(&mut self, post: &mut Post);
}

impl Home {
    /// Who lends the loop, while it is there.
    pub(super) fn lender(&self) -> Option<Arc<dyn Lend>> {
        self.lender.get().and_then(Weak::upgrade)
    }

    /// As [`hurry`](Self::hurry), if nothing has come for the loop: it is run on that errand.
    /// Otherwise nothing is done.
    pub(crate) fn serve(&self, errand: &mut dyn Errand) {
        if owed::is_in_turn() || self.crowd.gathers() {
            return;
        }
        let Some(lender) = self.lender() else {
            return;
        };
        if !lender.is_willing() {
            return;
        }
        let cost = self.cost.load(Ordering::Relaxed);
        for _ in 0..CLAIMS {
            if !self.crowd.await_turn(&self.turns, cost) {
                return;
            }
            if self.bell.claim_quiet() {
                self.crowd.set_inside(true);
                lender.serve(self, errand);
                self.crowd.set_inside(false);
                return owed::pay(true);
            }
            if !self.crowd.meet() {
                return;
            }
        }
    }

    /// Runs the loop on that errand, in the middle of the turn of loop `number` at that time, if
    /// nothing has come for it and that may be done. Otherwise nothing is done.
    pub(super) fn carry(
        self: &Arc<Self>,
        lender: &dyn Lend,
        errand: &mut dyn Errand,
        number: u32,
        now: Time,
    ) {
        let is_ready = self.bell.is_quiet() && !self.crowd.gathers();
        if !is_ready || self.fosters.has(number) || !owed::is_in_turn() {
            return;
        }
        if lender.is_willing() && self.bell.claim_quiet() {
            lender.carry(self, now, errand);
        }
    }

    /// Whether some other thread is about to deal with what has come, and soon enough to look out
    /// for that.
    pub(crate) fn is_run_elsewhere(&self) -> bool {
        if self.gathers() || self.bell.is_free() || owed::is_in_turn() {
            return false;
        }
        self.lender().is_some_and(|lender| lender.is_elsewhere())
    }

    /// What a question costs who runs the loop for its answer, in nanoseconds, about.
    pub(crate) fn price(&self) -> u32 {
        self.cost.load(Ordering::Relaxed).clamp(LEAST, MOST)
    }
}

/// Of which loops machines have children in one loop. Loops whose numbers differ by a multiple of
/// 64 may be taken for each other.
#[derive(Default)]
pub(crate) struct Fosters(AtomicU64);

impl Fosters {
    const fn bit(number: u32) -> u64 {
        1 << (number % u64::BITS)
    }

    /// A machine of that loop has a child here.
    pub(super) fn add(&self, number: u32) {
        self.0.fetch_or(Self::bit(number), Ordering::Relaxed);
    }

    /// Whether one may have, or have had.
    fn has(&self, number: u32) -> bool {
        self.0.load(Ordering::Relaxed) & Self::bit(number) != 0
    }
}
