//! Wake-ups of other loops that a turn owes: paid when it is over, or the loop run instead.
//!
//! Must not know of: who runs loops, and how.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::home::Home;
use crate::core::sync::thread_local;

thread_local! {
    /// A turn is under way on this thread, and its wake-ups may wait for its end.
    static DEFERS: Cell<bool> = const { Cell::new(false) };
    static OWED: RefCell<Vec<Arc<Home>>> = const { RefCell::new(Vec::new()) };
}

/// Whether the wake-up of that loop waits for the end of the turn under way on this thread.
pub(crate) fn defer(home: &Arc<Home>) -> bool {
    if is_in_turn() {
        OWED.with(|owed| owed.borrow_mut().push(home.clone()));
        return true;
    }
    false
}

/// Whether a turn is under way on this thread.
pub(crate) fn is_in_turn() -> bool {
    DEFERS.with(Cell::get)
}

/// Runs a turn; what it owes waits for [`pay`].
pub(crate) fn during<T>(turn: impl FnOnce() -> T) -> T {
    /// A turn that unwinds is over too.
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            DEFERS.with(|defers| defers.set(self.0));
        }
    }
    let _reset = Reset(DEFERS.with(|defers| defers.replace(true)));
    turn()
}

/// Wakes that loop's thread now, if this one owes it that.
pub(crate) fn pay_early(home: &Arc<Home>) {
    let is_owed = OWED.with(|owed| {
        let mut owed = owed.borrow_mut();
        let place = owed.iter().position(|other| Arc::ptr_eq(other, home));
        place.map(|place| owed.remove(place))
    });
    if is_owed.is_some() {
        home.bell.wake();
    }
}

/// How many loops a thread runs for others before it wakes their own threads.
const HELPS: usize = 64;

/// Pays what the turns on this thread owe: runs the loops, where that may be done and is likely
/// to cost less, or wakes their threads.
pub(crate) fn pay(may_run: bool) {
    pay_all(may_run, None);
}

/// As [`pay`], on the own thread of a loop that nobody runs at the moment. When that is owed a turn
/// itself, the rest is still owed: the caller sees to its own loop first.
pub(crate) fn pay_others(may_run: bool, own: &Arc<Home>) {
    pay_all(may_run, Some(own));
}

fn pay_all(may_run: bool, own: Option<&Arc<Home>>) {
    let mut helped = 0;
    // Loops that are run here may owe others in turn.
    while let Some(home) = OWED.with(|owed| owed.borrow_mut().pop()) {
        if own.is_some_and(|own| Arc::ptr_eq(own, &home)) {
            return;
        }
        let helps = may_run && helped < HELPS && !home.is_brought_much();
        if helps && home.lend() {
            helped += 1;
        } else {
            home.bell.wake();
        }
    }
}

/// Whether anything is owed.
pub(crate) fn is_due() -> bool {
    OWED.with(|owed| !owed.borrow().is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;
    use std::task::Waker;

    use super::*;
    use crate::core::event_loop::bell::tests::Count;
    use crate::core::station::Nowhere;

    /// A loop whose driver sleeps, and how often that was woken.
    fn asleep() -> (Arc<Home>, Arc<Count>) {
        let home = Home::new(Arc::new(Nowhere::default()));
        let count = Arc::new(Count::default());
        home.bell.set_waker(&Waker::from(count.clone()));
        (home, count)
    }

    #[test]
    fn a_turn_wakes_others_when_it_is_over_and_once() {
        let (home, count) = asleep();
        during(|| {
            home.wake();
            home.wake();
            assert_eq!(count.0.load(SeqCst), 0, "the turn goes on");
        });
        assert_eq!(count.0.load(SeqCst), 0, "and who took it has not paid");
        pay(true);
        assert_eq!(count.0.load(SeqCst), 1, "nobody lends that loop");
        pay(true);
        home.wake();
        assert_eq!(count.0.load(SeqCst), 1, "it has not looked since");
    }

    #[test]
    fn a_turn_that_panics_owes_all_the_same() {
        let (home, count) = asleep();
        let turn = std::panic::AssertUnwindSafe(|| {
            during(|| {
                home.wake();
                std::panic::resume_unwind(Box::new("on purpose"));
            });
        });
        assert!(std::panic::catch_unwind(turn).is_err());
        assert!(!is_in_turn());
        pay(false);
        assert_eq!(count.0.load(SeqCst), 1);
    }

    #[test]
    fn a_loop_that_is_brought_much_is_woken_while_the_turn_goes_on() {
        let (home, count) = asleep();
        during(|| {
            home.knock_with(0, 2);
            assert_eq!(count.0.load(SeqCst), 0);
            home.brought_more(2, 3);
            assert_eq!(count.0.load(SeqCst), 0, "it is not much yet");
            home.brought_more(3, 100_000);
            assert_eq!(count.0.load(SeqCst), 1);
            home.brought_more(100_000, 100_001);
        });
        pay(true);
        assert_eq!(count.0.load(SeqCst), 1, "that was paid");
        let (home, count) = asleep();
        during(|| {
            home.knock_with(0, 100_000);
            assert_eq!(count.0.load(SeqCst), 1);
        });
        pay(true);
        assert_eq!(count.0.load(SeqCst), 1, "nothing was owed");
    }

    #[test]
    fn outside_of_a_turn_nobody_waits() {
        let (home, count) = asleep();
        home.wake();
        assert_eq!(count.0.load(SeqCst), 1);
    }
}
