//! A value in cache lines of its own: what one processor writes does not take away what lies beside
//! it from another one.
//!
//! Must not know of: what is kept apart.

use std::ops::Deref;

/// Two lines, since processors fetch them in pairs.
#[repr(align(128))]
pub(super) struct Apart<T>(pub(super) T);

impl<T> Deref for Apart<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}
