//! What there is of a system where a machine is embedded.
//!
//! Must not know of: drivers.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{BoxFuture, Handle, Site};
use crate::core::event::SystemEvent;
use crate::core::event_loop::home::Home;

/// The place of a machine that no driver runs: it numbers what the machine spawns, and its
/// time never passes.
#[derive(Debug, Default)]
pub(crate) struct Nowhere(AtomicU64);

impl Site for Nowhere {
    fn next_ids(&self, count: u64) -> Range<u64> {
        let start = self.0.fetch_add(count, Ordering::Relaxed);
        start..start + count
    }

    fn mailbox(&self) -> usize {
        1
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }

    fn report(&self, _: SystemEvent) {}

    fn grace(&self) -> Duration {
        Duration::ZERO
    }

    fn pulse(&self) -> Duration {
        Duration::MAX
    }

    fn begun(&self, _: usize) {}

    fn over(&self) {}

    fn adopt(&self, _: Handle) {}

    fn release(&self, _: &Handle) {}

    fn home(&self) -> Arc<Home> {
        Home::nowhere()
    }

    fn place_of(&self, _: &Home) -> String {
        "no loop".to_owned()
    }

    fn choose(&self, _: &Arc<Home>, _: usize) -> Option<Arc<Home>> {
        None
    }
}
