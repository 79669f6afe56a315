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

/// How many loops a thread runs for others before it wakes their own threads.
const HELPS: usize = 64;

/// Pays what the turns on this thread owe: runs the loops, where that may be done and is likely
/// to cost less, or wakes their threads.
pub(crate) fn pay(may_run: bool) {
    let mut helped = 0;
    // Loops that are run here may owe others in turn.
    while let Some(home) = OWED.with(|owed| owed.borrow_mut().pop()) {
        if may_run && helped < HELPS && home.lend() {
            helped += 1;
        } else {
            home.bell.wake();
        }
    }
}
