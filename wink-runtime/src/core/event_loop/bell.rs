//! Whether something has come for a loop, who runs it now, and who has to be woken for it.
//!
//! Must not know of: what comes, who runs loops.
//!
//! # No wake-up is lost
//! Who brings something first puts it where the loop looks (behind a lock), then calls
//! [`Bell::ring`]. Who runs the loop first hears the bell ([`Bell::claim`], [`Bell::hear`]: both
//! clear `RUNG`), then looks behind the locks. All changes of `state` are read-modify-writes of one
//! atomic, so they have one order:
//!
//! - The ring comes before the runner's [`Bell::release`]: that fails, and the runner looks again.
//! - It comes after: it finds nobody running. Either somebody watches the bell (`WATCHED`), and
//!   leaves off by [`Bell::unwatch`], which says whether it has rung; or the ring says that it is
//!   the one to see to it that somebody runs the loop.
//!
//! A ring that finds `RUNG` set does nothing. Who has set it sees to everything that was put in
//! before the loop looks; and the loop had not looked when this one put its thing in, because a
//! runner clears `RUNG` before it takes the lock, and this one has held that lock since.
//!
//! # Who gathers does not hold up others
//! Askers that come in crowds leave the loop to a task, which lets more of them come first
//! ([`Bell::ring_and_gather`], `GATHERS`). Whoever rings otherwise does not rely on that task: the
//! first one who does takes `GATHERS` away, and sees to it that somebody runs the loop, as if it
//! had not rung. The task then finds that it has, or runs it all the same.

use std::sync::PoisonError;
use std::sync::atomic::Ordering::SeqCst;
use std::task::Waker;

use crate::core::sync::{AtomicU32, Mutex};

/// Somebody runs the loop, and nobody else may.
const RUN: u32 = 1;
/// Something has come since the runner last looked.
const RUNG: u32 = 2;
/// The loop's own driver looks at the bell without being woken.
const WATCHED: u32 = 4;
/// Of who rang since the driver last asked, somebody has gone on with his own affairs.
const LEFT: u32 = 8;
/// Nobody has rung but askers that gather, and the first of them sees to it that somebody runs the
/// loop soon. Only with `RUNG`.
const GATHERS: u32 = 16;

/// What who runs the loop takes away before it looks.
const HEARD: u32 = RUNG | GATHERS;

/// How a loop was left by who answers gathered askers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// There is nothing to do.
    Quiet,
    /// More askers have come, and rely on the caller to come again.
    Gathering,
    /// It was not: somebody else has rung, and the caller runs the loop still.
    Not,
}

/// The bell of one loop.
#[derive(Default)]
pub(crate) struct Bell {
    state: AtomicU32,
    /// Of the loop's own driver.
    waker: Mutex<Option<Waker>>,
}

impl Bell {
    /// Something has come. `true` when nobody runs the loop and nobody looks: the caller must
    /// [`wake`](Self::wake) the loop's driver, or [`claim`](Self::claim) the loop and run it.
    pub(crate) fn ring(&self) -> bool {
        self.ring_as(LEFT)
    }

    fn ring_as(&self, who: u32) -> bool {
        let rung = |state: u32| {
            let is_rung = state & (RUNG | GATHERS) == RUNG;
            (!is_rung).then_some((state | RUNG | who) & !GATHERS)
        };
        let before = self.state.fetch_update(SeqCst, SeqCst, rung);
        before.is_ok_and(|before| before & (RUN | WATCHED) == 0)
    }

    /// As [`ring`](Self::ring), by somebody who stays and would rather run the loop than wait.
    /// Whether nobody does: the caller must claim the loop, or wake its driver.
    pub(crate) fn ring_and_stay(&self) -> bool {
        self.ring_as(0)
    }

    /// As [`ring_and_stay`](Self::ring_and_stay), by an asker that does not mind if others have
    /// their turn first. Whether nobody runs the loop or has rung: the caller must see to it that
    /// somebody does so soon, also when its driver watches.
    pub(crate) fn ring_and_gather(&self) -> bool {
        let rung = |state: u32| (state & RUNG == 0).then_some(state | RUNG | GATHERS);
        let before = self.state.fetch_update(SeqCst, SeqCst, rung);
        before.is_ok_and(|before| before & RUN == 0)
    }

    /// For who sees to it that gathered askers are answered, and cannot: whether the caller must
    /// wake the loop's driver.
    pub(crate) fn call_off(&self) -> bool {
        self.is_rung() && self.ring_as(0)
    }

    /// For who watches: whether anybody relied on that since it was last asked.
    pub(crate) fn was_needed(&self) -> bool {
        self.state.load(SeqCst) & LEFT != 0 && self.state.fetch_and(!LEFT, SeqCst) & LEFT != 0
    }

    /// Whether it has rung and nobody has heard it.
    pub(crate) fn is_rung(&self) -> bool {
        self.state.load(SeqCst) & RUNG != 0
    }

    /// Whether somebody should run the loop, nobody does, and nobody has promised to.
    pub(crate) fn is_wanted(&self) -> bool {
        self.state.load(SeqCst) & (RUN | RUNG | GATHERS) == RUNG
    }

    /// Whether nobody runs the loop.
    pub(crate) fn is_free(&self) -> bool {
        self.state.load(SeqCst) & RUN == 0
    }

    /// Whether nobody runs the loop and nothing has come for it.
    pub(crate) fn is_quiet(&self) -> bool {
        self.state.load(SeqCst) & (RUN | RUNG) == 0
    }

    /// Makes the caller the one who runs the loop, unless somebody does.
    pub(crate) fn claim(&self) -> bool {
        let free = |state: u32| (state & RUN == 0).then_some((state | RUN) & !HEARD);
        self.state.fetch_update(SeqCst, SeqCst, free).is_ok()
    }

    /// As [`claim`](Self::claim), if nothing has come for the loop either.
    pub(crate) fn claim_quiet(&self) -> bool {
        let quiet = |state: u32| (state & (RUN | RUNG) == 0).then_some(state | RUN);
        self.state.fetch_update(SeqCst, SeqCst, quiet).is_ok()
    }

    /// For who runs the loop, before it looks: whether anything has come since it last did.
    pub(crate) fn hear(&self) -> bool {
        self.is_rung() && self.state.fetch_and(!HEARD, SeqCst) & RUNG != 0
    }

    /// For who runs the loop: leaves it to the next, and says whether the loop's driver goes on
    /// to watch the bell. `false` when something has come: the caller runs it still.
    pub(crate) fn release(&self, watch: Option<bool>) -> bool {
        let free = |state: u32| {
            let watched = match watch {
                None => state & WATCHED,
                Some(true) => WATCHED,
                Some(false) => 0,
            };
            (state & RUNG == 0).then_some(watched | state & LEFT)
        };
        self.state.fetch_update(SeqCst, SeqCst, free).is_ok()
    }

    /// For who answers gathered askers: leaves the loop to the next.
    pub(crate) fn leave(&self) -> Left {
        let free = |state: u32| (state & (RUNG | GATHERS) != RUNG).then_some(state & !RUN);
        match self.state.fetch_update(SeqCst, SeqCst, free) {
            Ok(before) if before & RUNG == 0 => Left::Quiet,
            Ok(_) => Left::Gathering,
            Err(_) => Left::Not,
        }
    }

    /// For who runs the loop: leaves it to the loop's driver, with more to do.
    pub(crate) fn hand_over(&self) {
        if self.put_by() {
            self.wake();
        }
    }

    /// For who runs the loop: leaves it to others, with more to do. Whether nobody looks: the
    /// caller must see to it that somebody runs it.
    pub(crate) fn put_by(&self) -> bool {
        let free = |state: u32| Some((state | RUNG) & !(RUN | GATHERS));
        let before = self.state.fetch_update(SeqCst, SeqCst, free);
        before.is_ok_and(|before| before & WATCHED == 0)
    }

    /// For the loop's driver: watches no longer. Whether it has rung, and nobody runs the loop:
    /// the caller is to claim it.
    pub(crate) fn unwatch(&self) -> bool {
        self.state.fetch_and(!WATCHED, SeqCst) & (RUN | RUNG | GATHERS) == RUNG
    }

    /// Leaves the waker of the loop's driver, before it releases the loop.
    pub(crate) fn set_waker(&self, waker: &Waker) {
        let mut own = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *own {
            Some(own) => own.clone_from(waker),
            None => *own = Some(waker.clone()),
        }
    }

    /// Forgets the driver: the loop is gone.
    pub(crate) fn forget_waker(&self) {
        let mut own = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = own.take();
        drop(own);
        drop(forgotten);
    }

    /// Wakes the loop's driver.
    pub(crate) fn wake(&self) {
        let own = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        let waker = own.clone();
        drop(own);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    /// How often somebody was woken.
    #[derive(Default)]
    pub(crate) struct Count(pub(crate) AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    fn bell() -> (Bell, Arc<Count>) {
        let (bell, count) = (Bell::default(), Arc::new(Count::default()));
        bell.set_waker(&Waker::from(count.clone()));
        (bell, count)
    }

    #[test]
    fn only_the_first_ring_has_to_see_to_it() {
        let (bell, _) = bell();
        assert!(bell.ring());
        assert!(!bell.ring() && !bell.ring_and_stay());
        assert!(bell.claim() && !bell.claim());
        assert!(!bell.is_rung(), "who claims is about to look");
    }

    #[test]
    fn a_loop_for_which_something_has_come_is_not_quiet() {
        let (bell, _) = bell();
        assert!(bell.claim_quiet() && !bell.claim_quiet());
        assert!(bell.release(None) && bell.ring());
        assert!(!bell.claim_quiet());
        assert!(bell.claim() && bell.release(Some(true)));
        assert!(bell.claim_quiet(), "who watches does not run it");
    }

    #[test]
    fn who_runs_the_loop_cannot_leave_what_came_in_the_meantime() {
        let (bell, count) = bell();
        assert!(bell.claim());
        assert!(!bell.ring(), "somebody runs it");
        assert!(!bell.release(Some(false)) && !bell.is_free());
        assert!(bell.hear() && !bell.hear());
        assert!(bell.release(Some(false)) && bell.is_quiet());
        assert!(bell.ring(), "nobody looks any more");
        assert_eq!(count.0.load(SeqCst), 0, "that is for who rings to do");
    }

    #[test]
    fn who_watches_is_not_woken_and_leaves_nothing_behind() {
        let (bell, count) = bell();
        assert!(bell.claim() && bell.release(Some(true)));
        assert!(!bell.ring_and_stay() && !bell.was_needed());
        assert!(bell.claim(), "whoever stays runs the loop");
        bell.hand_over();
        assert_eq!(count.0.load(SeqCst), 0, "the driver watches");
        assert!(bell.is_rung() && bell.unwatch());
        assert!(bell.claim() && bell.release(None));
        assert!(!bell.unwatch(), "nothing has come");
        assert!(bell.ring() && bell.was_needed() && !bell.was_needed());
    }

    #[test]
    fn who_gathers_is_relied_on_by_askers_only() {
        let (bell, _) = bell();
        assert!(bell.ring_and_gather() && !bell.ring_and_gather());
        assert!(!bell.is_wanted(), "somebody has promised to");
        assert!(bell.ring(), "who is not answered soon has it run now");
        assert!(bell.is_wanted() && !bell.ring() && !bell.ring_and_gather());
        assert!(bell.claim() && !bell.is_rung());
        assert!(!bell.ring_and_gather(), "somebody runs it");
        assert_eq!(bell.leave(), Left::Gathering);
        assert!(bell.is_free() && bell.call_off() && !bell.call_off());
        assert!(bell.claim() && !bell.ring());
        assert_eq!(bell.leave(), Left::Not);
        assert!(bell.hear() && bell.leave() == Left::Quiet && bell.is_quiet());
    }

    #[test]
    fn who_watches_leaves_gathered_askers_alone() {
        let (bell, _) = bell();
        assert!(bell.claim() && bell.release(Some(true)));
        assert!(bell.ring_and_gather(), "who watches does not see to it");
        assert!(!bell.unwatch() && !bell.is_wanted());
        assert!(bell.claim() && bell.release(Some(true)) && bell.ring_and_gather());
        assert!(!bell.call_off(), "who watches does now");
        assert!(bell.is_wanted() && bell.unwatch());
    }

    #[test]
    fn what_is_handed_over_wakes_a_driver_that_sleeps() {
        let (bell, count) = bell();
        assert!(bell.claim());
        bell.hand_over();
        assert_eq!(count.0.load(SeqCst), 1);
        assert!(bell.is_rung() && bell.is_free());
    }
}
