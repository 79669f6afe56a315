//! What several threads meet at: locks, atomics, and what each thread has for itself.
//!
//! Must not know of: who shares what.
//!
//! These are the standard library's. Compiled with `--cfg shuttle`, the crate's own tests have
//! others, at which a test decides which thread goes on: see `src/driver/interleavings.rs`.

#[cfg(not(all(test, shuttle)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
#[cfg(not(all(test, shuttle)))]
pub(crate) use std::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, shuttle)))]
pub(crate) use std::thread_local;

#[cfg(all(test, shuttle))]
pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
#[cfg(all(test, shuttle))]
pub(crate) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(all(test, shuttle))]
pub(crate) use shuttle::thread_local;
