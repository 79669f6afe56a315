//! The one place of the node where clocks are read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Time since the node began.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// It begins now.
    #[allow(clippy::disallowed_methods, reason = "the node's one clock")]
    pub fn start() -> Self {
        Clock(Instant::now())
    }

    /// How long ago that was.
    pub fn now(&self) -> Duration {
        self.0.elapsed()
    }

    /// That time as tokio's.
    pub fn at(&self, time: Duration) -> Instant {
        self.0 + time
    }
}

/// The calendar time now, since 1970.
#[allow(clippy::disallowed_methods, reason = "logs say when")]
pub fn wall() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

/// A calendar time as RFC 3339 writes it, in UTC with milliseconds: `2026-11-22T08:00:00.000Z`.
pub fn rfc3339(since_1970: Duration) -> String {
    let [year, month, day, hour, minute, second] = civil(since_1970.as_secs());
    let millisecond = since_1970.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

/// A calendar time for the name of a file: `20261122T080000Z`.
pub fn compact(since_1970: Duration) -> String {
    let [year, month, day, hour, minute, second] = civil(since_1970.as_secs());
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month, day, hour, minute, second of a number of seconds since 1970; the days by the
/// algorithm `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
fn civil(seconds: u64) -> [u64; 6] {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = match shifted_month {
        0..10 => shifted_month + 3,
        _ => shifted_month - 9,
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    [year, month, day, rest / 3_600, rest / 60 % 60, rest % 60]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_times_are_written() {
        let written = |seconds: u64| rfc3339(Duration::from_millis(seconds * 1000 + 7));
        assert_eq!(written(0), "1970-01-01T00:00:00.007Z");
        assert_eq!(written(951_782_400), "2000-02-29T00:00:00.007Z");
        assert_eq!(written(1_795_337_999), "2026-11-22T08:59:59.007Z");
        assert_eq!(
            compact(Duration::from_secs(4_102_444_799)),
            "20991231T235959Z"
        );
    }
}
