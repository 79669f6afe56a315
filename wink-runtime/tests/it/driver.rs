//! The system on tokio: mail, calls, timers, children, links, panics, stopping. Nothing here
//! sleeps: tokio's time is paused, and moves on when every task waits.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

pub mod probe;
pub mod sleeper;

mod across;
mod addresses;
mod calls;
mod children;
mod gathered;
mod inspect;
mod links;
mod litters;
mod loops;
mod mail;
mod panics;
mod receivers;
mod silence;
mod stopping;
mod threads;
mod time;
mod volleys;
