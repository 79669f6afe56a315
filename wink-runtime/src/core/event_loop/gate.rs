//! Why a machine is not simply given its mail. None of these: it is.
//!
//! Must not know of: machines.

/// It has not completed its first step.
pub(crate) const UNSTARTED: u32 = 1;
/// A step of it is with the driver.
pub(crate) const AWAY: u32 = 2;
/// Its own mail waits for room.
pub(crate) const BLOCKED: u32 = 4;
/// It is about to end.
pub(crate) const ENDING: u32 = 8;
/// It has ended and may be made anew.
pub(crate) const DOWN: u32 = 16;
/// Mail of its own waits in the stash.
pub(crate) const STASHED: u32 = 32;
/// Somebody observes its steps, or they are recorded.
pub(crate) const WATCHED: u32 = 64;
/// Nobody sits here.
pub(crate) const VACANT: u32 = 128;
/// Its spawner keeps it: it is noted what it handles.
pub(crate) const KEPT: u32 = 256;

/// What keeps a machine from its mail.
pub(crate) const SHUT: u32 = !(STASHED | WATCHED | KEPT);
