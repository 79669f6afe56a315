//! The time that a driver hands to its machines.

use std::time::SystemTime;

use crate::core::station::BoxFuture;
use crate::core::time::Time;
use crate::core::timers::later;

/// A monotonic clock that a system runs on: handed in with
/// `System::builder().clock(…)`.
///
/// `now` and `sleep_until` must agree: after a sleep, `now` is not before the deadline.
pub trait Clock: Send + Sync + 'static {
    /// What time it is. Never earlier than an earlier answer.
    fn now(&self) -> Time;

    /// Ready when `deadline` has come; at once when it lies in the past.
    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()>;

    /// What a wall clock says now, for timers that are set for a time of the calendar. It may
    /// jump, forth and back.
    ///
    /// Of a clock that does not say otherwise, time zero is the beginning of 1970, UTC.
    fn calendar(&self) -> SystemTime {
        later(SystemTime::UNIX_EPOCH, self.now().since(Time::ZERO))
    }
}

/// The clock of a tokio runtime. Its origin is its creation. It stands still while tokio's own
/// time is paused, which makes tests that need no sleep; so does its calendar, which otherwise is
/// the computer's and follows whoever sets that.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    origin: tokio::time::Instant,
    /// The same moment on the clocks of the computer, which nothing pauses.
    real: std::time::Instant,
    calendar: SystemTime,
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
            real: std::time::Instant::now(),
            calendar: SystemTime::now(),
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

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the clock that others are handed"
    )]
    fn calendar(&self) -> SystemTime {
        // Tokio's time may be paused: only what was set is taken from the real clocks.
        let expected = later(self.calendar, self.real.elapsed());
        let now = later(self.calendar, self.origin.elapsed());
        match SystemTime::now().duration_since(expected) {
            Ok(ahead) => later(now, ahead),
            Err(behind) => now.checked_sub(behind.duration()).unwrap_or(now),
        }
    }
}
