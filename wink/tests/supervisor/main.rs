//! Supervisors that run: real machines under real trees, on time that is paused and moves on
//! when every task waits.
#![cfg(all(feature = "tokio", feature = "saved"))]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

mod declared;
mod groups;
mod looked_at;
mod machines;
mod many;
mod neighbours;
mod nested;
mod restarts;
mod saved;
mod silence;
mod stops;
mod tasks;
mod trouble;

use std::time::Duration;
