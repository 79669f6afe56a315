//! Real time, for what costs a thread real time: whether to sleep, whose loop to run. No machine is
//! told.

use std::time::Instant;

#[cfg(not(all(test, shuttle)))]
#[allow(
    clippy::disallowed_methods,
    reason = "what a turn costs and whether to sleep are questions of real time"
)]
pub(super) fn read_clock() -> Instant {
    Instant::now()
}

/// Any time: what is decided by it may be decided either way.
#[cfg(all(test, shuttle))]
pub(super) fn read_clock() -> Instant {
    super::interleavings::any_time()
}
