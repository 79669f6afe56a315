//! Whether a step has left anything to be looked after.
//!
//! Must not know of: who looks after it.

use super::{Context, Extra};
use crate::core::machine::Machine;

impl<M: Machine> Context<M> {
    /// Whether the machine runs, and the step has left nothing with the mail of its loop.
    pub(crate) fn is_settled(&self) -> bool {
        let is_pending = self.post.as_ref().is_some_and(|post| post.is_pending());
        self.is_running() && !is_pending
    }

    /// Whether the machine runs, and the last step has needed nothing that few steps need.
    #[inline(always)]
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_plain() && self.is_running()
    }

    /// Leaves what the step has sent to other loops with what other steps have, if that is all that
    /// it has led to, and more letters `follow` in the same go; whether it has.
    #[inline(never)]
    pub(crate) fn gather(&mut self, follow: usize) -> bool {
        let may = self.is_quiet();
        let post = self
            .post
            .as_mut()
            .filter(|post| may && post.may_gather(follow));
        post.is_some_and(|post| post.gather())
    }

    /// Whether the last step has needed nothing that few steps need.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.extra.as_ref().is_none_or(|extra| extra.is_at_rest())
    }

    /// Whether the last step has left nothing to be looked after, and no time is set.
    #[inline]
    pub(crate) fn is_at_rest(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_none_or(|extra| extra.has_left_nothing() && extra.timers.len() == 0)
    }
}

impl<M: Machine> Extra<M> {
    /// Whether the last step has left nothing here to be looked after: as with most of those that
    /// have once answered a question. Who has ever set a time may have to be woken at another one.
    #[cold]
    #[inline(never)]
    fn is_at_rest(&self) -> bool {
        self.has_left_nothing() && self.timers.is_untouched()
    }

    /// Whether the last step has left nothing, times aside.
    #[inline]
    fn has_left_nothing(&self) -> bool {
        self.effects.is_empty() && self.exit.is_none() && self.internal.is_empty()
    }
}
