//! What reaches a machine besides messages: its time-outs, and news of other machines.
//!
//! Must not know of: who finds out that a machine has ended, and how.

use super::exit::{Child, ChildEvent, Down};
use wink_chart::RowId;

/// Something that happened to a machine and is no message.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// The time of this `after` row has come; its state has been active for so long.
    After(RowId),
    /// A machine that this one spawned shows a sign of life or death.
    Child(Child, ChildEvent),
    /// A machine that this one monitors, or is linked with, has ended.
    Down(Down),
    /// It is to stop, and to stop its children itself: only for machines that say so, see
    /// [`Drive::STOPS_CHILDREN`](crate::Drive::STOPS_CHILDREN).
    Stop,
}
