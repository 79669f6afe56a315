//! The seam between the compiler and the runtime, by example: machines written by hand as the
//! compiler writes them, and what the runtime makes of them.

mod machines;

mod asynchronous;
mod dispatch;
mod drive;
#[cfg(feature = "tokio")]
mod driver;
mod effects;
mod endings;
mod questions;
mod settling;
mod snapshots;
mod timers;
