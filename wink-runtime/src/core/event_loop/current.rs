//! What a loop is doing, for others to see while it does it: written in passing by the thread that
//! does it, and read by whoever looks whether a loop is stuck.
//!
//! Must not know of: clocks, threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use wink_chart::MessageId;

use super::home::Home;

/// Whose step is under way. On a cache line of its own: it is written at each step, each part by
/// itself. Who reads it meanwhile may find parts of two steps; it is read where a step takes long.
#[repr(align(128))]
pub(crate) struct Current {
    /// [`RESTS`], or the slab that has its turn.
    slab: AtomicU32,
    slot: AtomicU32,
    message: AtomicU32,
}

impl Default for Current {
    fn default() -> Self {
        Self {
            slab: AtomicU32::new(RESTS),
            slot: AtomicU32::new(0),
            message: AtomicU32::new(NO_MESSAGE),
        }
    }
}

/// A step as it is seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) slab: u32,
    pub(crate) slot: u32,
    /// `None` when it is about no message.
    pub(crate) message: Option<MessageId>,
}

/// No step is under way.
const RESTS: u32 = u32::MAX;
/// It is about no message.
const NO_MESSAGE: u32 = u32::MAX;

impl Current {
    /// It is the turn of that slab's machines.
    #[inline(always)]
    pub(crate) fn enter(&self, slab: u32) {
        self.slab.store(slab, Ordering::Relaxed);
    }

    /// Whose turn it is, to [`enter`](Self::enter) again after something in between.
    #[inline(always)]
    pub(crate) fn turn(&self) -> u32 {
        self.slab.load(Ordering::Relaxed)
    }

    /// A step of that slot of the slab that has its turn begins, with that message.
    #[inline(always)]
    pub(crate) fn begin(&self, slot: u32, message: MessageId) {
        self.attend(slot);
        self.take(message);
    }

    /// Mail is handed to that slot of the slab that has its turn.
    #[inline(always)]
    pub(crate) fn attend(&self, slot: u32) {
        self.slot.store(slot, Ordering::Relaxed);
    }

    /// A step of that slot begins, with that message.
    #[inline(always)]
    pub(crate) fn take(&self, message: MessageId) {
        self.message.store(u32::from(message.0), Ordering::Relaxed);
    }

    /// A step of that slot begins that is about no message.
    pub(crate) fn begin_other(&self, slab: u32, slot: u32) {
        self.enter(slab);
        self.slot.store(slot, Ordering::Relaxed);
        self.message.store(NO_MESSAGE, Ordering::Relaxed);
    }

    /// No step is under way any more.
    #[inline(always)]
    pub(crate) fn rest(&self) {
        self.slab.store(RESTS, Ordering::Relaxed);
    }

    /// The slot whose step is under way, or was the last.
    #[inline(always)]
    pub(crate) fn slot(&self) -> u32 {
        self.slot.load(Ordering::Relaxed)
    }

    /// The message that the step under way is about, or the last one was.
    #[inline(always)]
    pub(crate) fn message(&self) -> Option<MessageId> {
        let message = self.message.load(Ordering::Relaxed);
        u16::try_from(message).ok().map(MessageId)
    }

    /// The step that is under way.
    pub(crate) fn look(&self) -> Option<Step> {
        let slab = self.slab.load(Ordering::Relaxed);
        (slab != RESTS).then_some(Step {
            slab,
            slot: self.slot(),
            message: self.message(),
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
    step: Option<Step>,
}

impl Aside {
    /// Of the step that is under way.
    pub(crate) fn new(home: &Arc<Home>) -> Self {
        Self {
            home: home.clone(),
            step: home.current.look(),
        }
    }

    /// Carries out a piece of it.
    pub(crate) fn carry_out<T>(&self, piece: impl FnOnce() -> T) -> T {
        let Home { aside, asides, .. } = &*self.home;
        asides.step();
        if let Some(Step {
            slab,
            slot,
            message,
        }) = self.step
        {
            aside.begin_other(slab, slot);
            if let Some(message) = message {
                aside.begin(slot, message);
            }
        }
        let result = piece();
        aside.rest();
        asides.step();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, MessageId, Pace, Step};

    #[test]
    fn a_step_is_seen_while_it_is_under_way() {
        let current = Current::default();
        assert_eq!(current.look(), None);
        current.enter(9);
        current.begin(u32::MAX, MessageId(7));
        let (slab, slot, message) = (9, u32::MAX, Some(MessageId(7)));
        let step = Step {
            slab,
            slot,
            message,
        };
        assert_eq!(current.look(), Some(step));
        current.begin_other(0, 3);
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
