//! A question whose asker is there while the machine's step is under way: what came of it lies
//! where he looks when the step is over, and needs no slot.
//!
//! Must not know of: loops.

use super::{CallError, Pending};

/// How far such a question has come.
pub(crate) enum Straight<R> {
    /// It has not been asked so.
    Not,
    /// The step has not dealt with it.
    Asked,
    /// The answer.
    Answered(R),
    /// Why there is none.
    Refused(CallError),
    /// Somebody keeps the way back: the asker waits at this.
    Kept(Pending<R>),
}
