//! Machines on other nodes: two systems in one process, linked in memory or over QUIC.
#![cfg(feature = "remote")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is a program: tasks are its own, and so is its paused time"
)]

mod addresses;
mod ends;
mod host;
mod links;
mod machines;
mod mail;
mod network;
mod placement;
mod reaching;
mod requests;
mod strangers;
mod supervised;
