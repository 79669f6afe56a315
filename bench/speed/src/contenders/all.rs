//! Everything that is compared. `main.rs` compiles this folder for each way of driving: a machine
//! that is driven from one place is what a program has, and what lets the optimizer decide as it
//! would there. And five times for each, so that no single address decides.
//!
//! Must not know of: how time is taken.

pub mod levels;
pub mod mixed;
pub mod toggle;
