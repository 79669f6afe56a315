//! Who decides on the spot what becomes of a machine that has failed, where nobody else is
//! concerned.
//!
//! Must not know of: strategies, loops.

use std::fmt;

use super::exit::{ExitReason, MachineId};
use super::time::Time;

/// A spawner's decisions, for the loops in which its children live: a step of the spawner, and the
/// way to its loop and back, would come to the same.
pub trait Guardian: Send + Sync {
    /// Whether that child, which has ended at `now`, is to begin again at once, and nothing else is
    /// to be done: then that is decided. If not, nothing is, and the spawner has to be told.
    fn restarts(&self, child: MachineId, reason: &ExitReason, now: Time) -> bool;

    /// The child has begun again. Whether nothing else follows from it: if not, the spawner has to
    /// be told.
    fn has_restarted(&self, child: MachineId, now: Time) -> bool;
}

impl fmt::Debug for dyn Guardian {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Guardian")
    }
}
