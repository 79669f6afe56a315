//! The time that a driver hands to its machines.

use crate::core::station::BoxFuture;
use crate::core::time::Time;

/// A monotonic clock that a system runs on: handed in with
/// `System::builder().clock(…)`.
///
/// `now` and `sleep_until` must agree: after a sleep, `now` is not before the deadline.
pub trait Clock: Send + Sync + 'static {
    /// What time it is. Never earlier than an earlier answer.
    fn now(&self) -> Time;

    /// Ready when `deadline` has come; at once when it lies in the past.
    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()>;
}

/// The clock of a tokio runtime. Its origin is its creation. It stands still while tokio's own
/// time is paused, which makes tests that need no sleep.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    origin: tokio::time::Instant,
}

#[cfg(feature = "tokio")]
impl TokioClock {
    /// A clock that starts now.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the clock that others are handed"
    )]
    pub fn new() -> Self {
        Self {
            origin: tokio::time::Instant::now(),
        }
    }
}

#[cfg(feature = "tokio")]
impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "tokio")]
impl Clock for TokioClock {
    fn now(&self) -> Time {
        Time::ZERO + self.origin.elapsed()
    }

    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()> {
        // Past the end of tokio's time there is no deadline: nothing lasts that long.
        match self.origin.checked_add(deadline.since(Time::ZERO)) {
            Some(deadline) => Box::pin(tokio::time::sleep_until(deadline)),
            None => Box::pin(std::future::pending()),
        }
    }
}
