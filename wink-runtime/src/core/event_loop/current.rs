//! What a loop is doing, for others to see while it does it: written in passing by the thread that
//! does it, and read by whoever looks whether a loop is stuck.
//!
//! Must not know of: clocks, threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wink_chart::MessageId;

use super::home::Home;

/// Whose step is under way. On a cache line of its own: it is written at each step.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Current(AtomicU64);

/// A step as it is seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) slab: u32,
    pub(crate) slot: u32,
    /// `None` when it is about no message.
    pub(crate) message: Option<MessageId>,
}

/// A step is under way.
const BUSY: u64 = 1 << 63;
/// It is about no message.
const NO_MESSAGE: u16 = u16::MAX;
/// As many kinds of machines can be told apart.
const SLABS: u32 = (1 << 15) - 1;

/// What all steps of one slab's machines have in common.
#[derive(Clone, Copy)]
pub(crate) struct Mark(u64);

impl Mark {
    pub(crate) fn of(slab: u32) -> Self {
        Self(BUSY | u64::from(slab & SLABS) << 48)
    }
}

impl Current {
    /// A step of that slot begins, with that message.
    #[inline(always)]
    pub(crate) fn begin(&self, slab: Mark, slot: u32, message: MessageId) {
        let step = slab.0 | u64::from(slot) << 16 | u64::from(message.0);
        self.0.store(step, Ordering::Relaxed);
    }

    /// A step of that slot begins that is about no message.
    pub(crate) fn begin_other(&self, slab: Mark, slot: u32) {
        self.begin(slab, slot, MessageId(NO_MESSAGE));
    }

    /// No step is under way any more.
    #[inline(always)]
    pub(crate) fn rest(&self) {
        self.0.store(self.last() & !BUSY, Ordering::Relaxed);
    }

    /// The slot whose step is under way, or was the last.
    pub(crate) fn slot(&self) -> u32 {
        (self.last() >> 16) as u32
    }

    fn last(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The step that is under way.
    pub(crate) fn look(&self) -> Option<Step> {
        let step = self.last();
        let message = step as u16;
        (step & BUSY != 0).then_some(Step {
            slab: (step >> 48) as u32 & SLABS,
            slot: (step >> 16) as u32,
            message: (message != NO_MESSAGE).then_some(MessageId(message)),
        })
    }
}

/// How often a loop has begun or ended something of one kind: odd while it is at it.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Pace(AtomicU64);

impl Pace {
    /// Something begins, or ends.
    #[inline(always)]
    pub(crate) fn step(&self) {
        let count = self.0.load(Ordering::Relaxed);
        // Only one thread at a time writes: whoever runs the loop.
        self.0.store(count.wrapping_add(1), Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An asynchronous step, which goes on as a task of the loop's thread.
pub(crate) struct Aside {
    home: Arc<Home>,
    step: u64,
}

impl Aside {
    /// Of the step that is under way.
    pub(crate) fn new(home: &Arc<Home>, current: &Current) -> Self {
        Self {
            home: home.clone(),
            step: current.last(),
        }
    }

    /// Carries out a piece of it.
    pub(crate) fn carry_out<T>(&self, piece: impl FnOnce() -> T) -> T {
        let Home { aside, asides, .. } = &*self.home;
        asides.step();
        aside.0.store(self.step, Ordering::Relaxed);
        let result = piece();
        aside.rest();
        asides.step();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, Mark, MessageId, Pace, SLABS, Step};

    #[test]
    fn a_step_is_seen_while_it_is_under_way() {
        let current = Current::default();
        assert_eq!(current.look(), None);
        current.begin(Mark::of(SLABS), u32::MAX, MessageId(7));
        let (slab, slot, message) = (SLABS, u32::MAX, Some(MessageId(7)));
        let step = Step {
            slab,
            slot,
            message,
        };
        assert_eq!(current.look(), Some(step));
        current.begin_other(Mark::of(0), 3);
        let (slab, slot, message) = (0, 3, None);
        let step = Step {
            slab,
            slot,
            message,
        };
        assert_eq!(current.look(), Some(step));
        current.rest();
        assert_eq!((current.look(), current.slot()), (None, 3));
    }

    #[test]
    fn the_pace_is_odd_while_something_is_done() {
        let pace = Pace::default();
        pace.step();
        assert_eq!(pace.count(), 1);
        pace.step();
        assert_eq!(pace.count(), 2);
    }
}
