//! Who keeps what a machine was last, for its next life.
//!
//! Must not know of: formats, and where it is kept.

use super::exit::{Error, ExitReason};
use super::instance::Instance;
use super::machine::Machine;
use super::time::Time;

/// Keeps a machine's last snapshot.
pub(crate) trait Keeper<M: Machine>: Send {
    /// The machine as it was last; `None` when nothing is kept.
    ///
    /// # Errors
    /// When what is kept does not fit the machine any more.
    fn load(&mut self, now: Time) -> Result<Option<Instance<M>>, Error>;

    /// A step is over, or the machine is about to stop (`is_last`).
    ///
    /// # Errors
    /// When it cannot be kept: what was kept before still is.
    fn save(&mut self, instance: &Instance<M>, is_last: bool) -> Result<(), Error>;

    /// The machine has ended.
    ///
    /// # Errors
    /// When what is kept could not be put where it outlives the program.
    fn ended(&mut self, reason: &ExitReason) -> Result<(), Error>;
}
