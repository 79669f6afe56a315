//! What people and programs see of a system that runs: its last steps, its traces, its counters.
#![cfg(all(feature = "record", feature = "tracing", feature = "metrics"))]
#![allow(missing_docs, reason = "nobody reads the documentation of a test")]

mod counted;
mod machines;
mod page;
mod steps;
mod traced;
