//! Whether many ask the machines of one loop at once, so that they had better take turns, or one
//! turn answer them all.
//!
//! Must not know of: who asks, who runs loops.

use std::hint;
use std::sync::atomic::Ordering::Relaxed;

use super::current::Pace;
use crate::core::sync::{AtomicBool, AtomicU32, AtomicUsize, thread_local};

/// For how many turns askers gather before each tries again to run the loop for himself.
const TOGETHER: u32 = 32;

/// After so many times that a thread waited in vain for another to have done, threads no longer
/// take turns.
const PATIENCE: u32 = 8;

/// For how long, in nanoseconds, about, a thread asks before another that waits has its turn: what
/// the loop has in its memory then changes hands seldom.
const TURN: u32 = 6_000;

/// How many questions that are at most.
const MOST: u32 = 128;

/// How often a thread that waits looks, and how long it takes between two looks: what it looks at
/// the other one has to fetch back.
const LOOKS: u32 = 48;
const PAUSES: u32 = 24;

/// No thread has this mark.
const NOBODY: usize = 0;

thread_local! {
    static MARK: u8 = const { 0 };
}

/// Another number for each thread that there is.
pub(crate) fn own_mark() -> usize {
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}

/// How crowded it has been lately. A guess: wrong, it costs time and nothing else.
///
/// Where two threads ask the same loop all the time they take turns, of many questions each: the
/// one asks, the other one waits, for less time than it would take to be woken. Where there are
/// more of them, askers gather.
#[derive(Default)]
pub(crate) struct Crowd {
    /// For how many more turns askers gather; 0 when each runs the loop for himself.
    left: AtomicU32,
    /// Somebody runs the loop for a question of his own.
    is_inside: AtomicBool,
    /// How many times more threads take turns, when that is in vain; 0 when they do not.
    patience: AtomicU32,
    /// The mark of the thread whose turn it is.
    holder: AtomicUsize,
    /// How many questions are left of its turn, once another one waits.
    share: AtomicU32,
    /// Another one waits.
    waits: AtomicBool,
}

impl Crowd {
    /// Whether askers gather.
    #[inline]
    pub(crate) fn gathers(&self) -> bool {
        self.left.load(Relaxed) > 0
    }

    /// Another asker has the loop, or no longer has.
    pub(crate) fn set_inside(&self, is_inside: bool) {
        self.is_inside.store(is_inside, Relaxed);
    }

    /// An asker has found that he cannot run the loop at once; whether that is because of another
    /// asker, and threads take turns from now on.
    pub(crate) fn meet(&self) -> bool {
        let is_inside = self.is_inside.load(Relaxed);
        if is_inside {
            self.patience.store(PATIENCE, Relaxed);
        }
        is_inside
    }

    /// Whether it is this thread's turn to ask; waits for that, if no other one does. `pace` is
    /// the loop's, `cost` what a question costs. Where it is not, askers gather from now on.
    #[inline]
    pub(crate) fn await_turn(&self, pace: &Pace, cost: u32) -> bool {
        if self.patience.load(Relaxed) == 0 {
            return true;
        }
        let own = own_mark();
        let is_own = self.holder.load(Relaxed) == own;
        if is_own && (!self.waits.load(Relaxed) || self.take_share()) {
            return true;
        }
        self.wait(own, pace, cost)
    }

    /// One question of the turn's; `false` when the turn is over.
    fn take_share(&self) -> bool {
        let left = self.share.load(Relaxed).saturating_sub(1);
        self.share.store(left, Relaxed);
        if left == 0 {
            self.holder.store(NOBODY, Relaxed);
        }
        left > 0
    }

    #[cold]
    #[inline(never)]
    fn wait(&self, own: usize, pace: &Pace, cost: u32) -> bool {
        let mut is_next = false;
        let mut before = pace.count();
        for _ in 0..LOOKS {
            if !is_next {
                is_next = !self.waits.swap(true, Relaxed);
            }
            (0..PAUSES).for_each(|_| hint::spin_loop());
            let holder = self.holder.load(Relaxed);
            let now = pace.count();
            // Nobody asks, or has asked since the last look.
            let is_quiet = now == before && now.is_multiple_of(2);
            before = now;
            if holder != NOBODY && !is_quiet {
                continue;
            }
            if holder != NOBODY {
                let patience = self.patience.load(Relaxed).saturating_sub(1);
                self.patience.store(patience, Relaxed);
            } else if !is_next {
                // He who waits has not seen it yet.
                continue;
            } else {
                self.patience.store(PATIENCE, Relaxed);
            }
            self.holder.store(own, Relaxed);
            self.share
                .store((TURN / cost.max(1)).clamp(1, MOST), Relaxed);
            if is_next {
                self.waits.store(false, Relaxed);
            }
            return true;
        }
        if is_next {
            self.waits.store(false, Relaxed);
        } else {
            // There are more than two.
            self.left.store(TOGETHER, Relaxed);
        }
        false
    }

    /// Askers gather from now on.
    #[cfg(all(test, shuttle))]
    pub(crate) fn gather(&self) {
        self.left.store(TOGETHER, Relaxed);
    }

    /// There has been a turn for those that have gathered.
    pub(crate) fn turned(&self) {
        let left = self.left.load(Relaxed).saturating_sub(1);
        self.left.store(left, Relaxed);
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    /// What a question costs: a turn is of three.
    const COST: u32 = TURN / 3;

    #[test]
    fn nobody_waits_before_two_have_met() {
        let (crowd, pace) = (Crowd::default(), Pace::default());
        assert!(
            !crowd.meet() && crowd.await_turn(&pace, COST),
            "no other asker is there"
        );
        crowd.holder.store(NOBODY + 1, Relaxed);
        pace.step();
        assert!(crowd.await_turn(&pace, COST));
        crowd.set_inside(true);
        assert!(crowd.meet());
        assert!(!crowd.await_turn(&pace, COST), "that one is at it for long");
    }

    #[test]
    fn who_asks_no_longer_loses_the_turn() {
        let (crowd, pace) = (Crowd::default(), Pace::default());
        crowd.set_inside(true);
        assert!(crowd.meet());
        crowd.holder.store(NOBODY + 1, Relaxed);
        assert!(crowd.await_turn(&pace, COST));
        assert_eq!(crowd.holder.load(Relaxed), own_mark());
        assert!(!crowd.gathers() && !crowd.waits.load(Relaxed));
        // Where that happens again and again there are no turns to be taken.
        for _ in 1..PATIENCE {
            assert_ne!(crowd.patience.load(Relaxed), 0);
            crowd.holder.store(NOBODY + 1, Relaxed);
            assert!(crowd.await_turn(&pace, COST));
        }
        assert_eq!(crowd.patience.load(Relaxed), 0);
    }

    #[test]
    fn a_turn_is_of_so_many_questions_once_another_waits() {
        let (crowd, pace) = (Crowd::default(), Pace::default());
        crowd.set_inside(true);
        assert!(crowd.meet() && crowd.await_turn(&pace, COST));
        (0..10).for_each(|_| assert!(crowd.await_turn(&pace, COST)));
        crowd.waits.store(true, Relaxed);
        assert!(crowd.await_turn(&pace, COST) && crowd.await_turn(&pace, COST));
        assert!(
            !crowd.await_turn(&pace, COST),
            "the other one is to come first, and does not"
        );
        assert!(crowd.gathers(), "nor does he leave off");
    }

    #[test]
    fn askers_gather_for_a_while_where_there_are_more_than_two() {
        let (crowd, pace) = (Crowd::default(), Pace::default());
        crowd.set_inside(true);
        assert!(crowd.meet());
        crowd.holder.store(NOBODY + 1, Relaxed);
        crowd.waits.store(true, Relaxed);
        pace.step();
        assert!(!crowd.await_turn(&pace, COST));
        (0..TOGETHER).for_each(|_| {
            assert!(crowd.gathers());
            crowd.turned();
        });
        assert!(!crowd.gathers());
    }
}
