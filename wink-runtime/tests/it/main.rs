//! The seam between the compiler and the runtime, by example: machines written by hand as the
//! compiler writes them, and what the runtime makes of them.

mod machines;

#[cfg(feature = "tokio")]
mod asking;
mod asynchronous;
#[cfg(feature = "tokio")]
mod attach;
mod dispatch;
mod drive;
#[cfg(feature = "tokio")]
mod driver;
mod effects;
mod endings;
#[cfg(feature = "tokio")]
mod groups;
mod links;
#[cfg(feature = "tokio")]
mod pools;
mod questions;
#[cfg(feature = "tokio")]
mod recipient;
#[cfg(feature = "tokio")]
mod registry;
mod respondent;
mod settling;
mod snapshots;
mod timers;
