//! The core: what a machine does, as plain values and functions.
//!
//! Must not know of: clocks, sockets, files, tasks, threads, randomness of the operating system.
//! Time is an argument; whatever a machine asks of the world is an effect that a driver takes.

pub mod address;
pub mod child_spec;
pub mod context;
pub mod drive;
pub mod effect;
pub mod event;
pub(crate) mod event_loop;
pub mod exit;
pub mod fingerprint;
pub(crate) mod guardian;
pub mod inspect;
pub mod instance;
pub(crate) mod keeper;
pub mod link;
pub mod machine;
pub mod mailbox;
pub mod observer;
pub mod outcome;
pub mod parallel;
pub mod portrait;
pub mod question;
pub mod restart;
pub(crate) mod run;
pub mod signal;
pub mod snapshot;
pub mod station;
pub mod status;
pub(crate) mod step_record;
pub mod steps;
pub mod store;
pub mod supervisor;
pub(crate) mod sync;
pub mod time;
pub(crate) mod timers;
pub mod wire;
