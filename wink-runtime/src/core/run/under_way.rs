//! A step that is under way as plain code.
//!
//! The machine runs until it is told otherwise: only a panic writes down that its step was left.
//! So a step that completes says nothing on its way in and out, and pays nothing.
//!
//! Must not know of: what a step does.

use crate::core::machine::Machine;
use crate::core::steps::Parts;

/// A step that has begun and not completed. Dropped by a panic, it marks the machine.
pub(super) struct UnderWay<'step, M: Machine> {
    pub(super) parts: &'step mut Parts<M>,
}

impl<M: Machine> UnderWay<'_, M> {
    /// The step has got to its end, or to where it says for itself that it is under way.
    #[inline(always)]
    pub(super) fn close(self) {
        core::mem::forget(self);
    }
}

impl<M: Machine> Drop for UnderWay<'_, M> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        self.parts.cx.phase.leave();
    }
}
