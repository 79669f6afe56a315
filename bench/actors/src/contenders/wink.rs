//! wink: machines written in its language, that talk to each other or are talked to from outside.

pub mod inside;
mod machines;
pub mod outside;

use super::{Threads, block_on_task};
use crate::sample::Sample;
use ::wink::System;

/// A system, and what is done with it: on one thread one loop in the caller's runtime; on two,
/// the system's own threads. The caller is a task, as with all others.
fn with_system<F>(threads: Threads, work: impl FnOnce(System) -> F + Send + 'static) -> Sample
where
    F: Future<Output = Sample> + Send + 'static,
{
    block_on_task(threads, async { work(system()).await })
}

/// Errors are what the row about restarting is about: nobody has to read them.
fn system() -> System {
    System::builder().log(|_| {}).build()
}
