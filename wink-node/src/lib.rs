//! The node: starts machines as processes by name, watches them, stops them, keeps their logs.
//!
//! What is decided is a value ([`core`]): requests, news of processes and the time go in, effects
//! come out. [`serve`] performs them.
#![forbid(unsafe_code)]
#![cfg(unix)]

pub mod catalog;
pub mod client;
mod clock;
pub mod core;
pub mod executable;
mod journal;
mod log;
pub mod name;
mod notify;
pub mod places;
mod process;
pub mod request;
pub mod serve;
