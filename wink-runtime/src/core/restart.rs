//! How often and how soon a child is started again: a window of restarts, and delays that grow.
//!
//! Must not know: children, clocks, where randomness comes from (a seed is handed in).

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use super::time::{Time, nanoseconds};

/// How many restarts in what time a supervisor puts up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Intensity {
    /// So many restarts are borne within the period; one more is one too many.
    pub restarts: u32,
    /// Over how long they are counted: any stretch of time of this length.
    pub period: Duration,
}

impl Intensity {
    /// So many restarts within that period.
    pub const fn new(restarts: u32, period: Duration) -> Self {
        Self { restarts, period }
    }
}

impl Default for Intensity {
    /// One restart in five seconds, as in Erlang/OTP.
    fn default() -> Self {
        Self::new(1, Duration::from_secs(5))
    }
}

impl fmt::Display for Intensity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} in {:?}", self.restarts, self.period)
    }
}

/// The restarts of the last period: a window that slides, not one that is emptied now and then.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// When the restarts were, the oldest first; at most one more than the intensity bears.
    times: VecDeque<Time>,
}

impl Window {
    /// Whether the intensity bears one more restart at `now`.
    pub fn has_room(&mut self, now: Time, intensity: Intensity) -> bool {
        while let Some(oldest) = self.times.front()
            && now.since(*oldest) > intensity.period
        {
            self.times.pop_front();
        }
        self.times.len() < intensity.restarts as usize
    }

    /// Counts a restart at `now`; whether the intensity bears it.
    pub fn admits(&mut self, now: Time, intensity: Intensity) -> bool {
        let is_borne = self.has_room(now, intensity);
        if is_borne {
            self.times.push_back(now);
        }
        is_borne
    }
}

/// How long a child that fails again and again waits before it is started.
///
/// The first restart waits `first`, each further one in a row twice as long as the one before,
/// at most `most`. Of each delay a part is chance, so that many that failed together do not all
/// come back together. A child that has run long enough in between begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BackOff {
    first: Duration,
    most: Duration,
    chance: u8,
}

impl BackOff {
    /// No delay.
    pub const NONE: Self = Self {
        first: Duration::ZERO,
        most: Duration::ZERO,
        chance: 0,
    };

    /// Delays from `first`, doubled at each failure in a row, up to `most`; up to half of each
    /// is taken off by chance.
    pub const fn new(first: Duration, most: Duration) -> Self {
        Self {
            first,
            most,
            chance: 50,
        }
    }

    /// How much of each delay chance may take off: 0 to 100 per cent. Usually 50.
    #[must_use]
    pub const fn jitter(mut self, percent: u8) -> Self {
        self.chance = if percent > 100 { 100 } else { percent };
        self
    }

    /// The longest delay.
    pub const fn most(self) -> Duration {
        self.most
    }

    /// The delay before a restart after so many failures in a row, at least one.
    pub fn delay(self, failures: u32, random: &mut Random) -> Duration {
        let doublings = failures.saturating_sub(1).min(63);
        let whole = nanoseconds(self.first)
            .saturating_mul(1 << doublings)
            .min(nanoseconds(self.most));
        let part = u128::from(whole) * u128::from(self.chance) / 100;
        let part = u64::try_from(part).unwrap_or(whole);
        Duration::from_nanos(whole - random.at_most(part))
    }
}

/// Numbers by chance, the same for the same seed: SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of that seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to `most`, both included.
    pub(crate) fn at_most(&mut self, most: u64) -> u64 {
        if most == 0 {
            return 0;
        }
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        // The high word of the product: even enough for delays, and no division.
        let wide = u128::from(word) * (u128::from(most) + 1);
        u64::try_from(wide >> 64).unwrap_or(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> Time {
        Time::ZERO + Duration::from_secs(seconds)
    }

    #[test]
    fn the_window_slides() {
        // (restarts borne, period in seconds, times of restarts, how many are borne)
        let table: [(u32, u64, &[u64], usize); 7] = [
            (1, 5, &[0], 1),
            (1, 5, &[0, 5], 1),
            (1, 5, &[0, 6, 12, 18], 4),
            (0, 5, &[0], 0),
            (5, 5, &[0, 4, 8, 12, 16, 20, 24, 28], 8),
            (3, 10, &[0, 1, 2, 3], 3),
            (3, 10, &[0, 1, 2, 11, 12, 13], 6),
        ];
        for (restarts, period, times, borne) in table {
            let intensity = Intensity::new(restarts, Duration::from_secs(period));
            let mut window = Window::default();
            let admitted = times
                .iter()
                .take_while(|time| window.admits(at(**time), intensity))
                .count();
            assert_eq!(admitted, borne, "{intensity} at {times:?}");
        }
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let back_off = BackOff::new(SECOND, 10 * SECOND).jitter(0);
        let mut random = Random::new(1);
        let delays: Vec<u64> = [1, 2, 3, 4, 5, 60, u32::MAX]
            .into_iter()
            .map(|failures| back_off.delay(failures, &mut random).as_secs())
            .collect();
        assert_eq!(delays, [1, 2, 4, 8, 10, 10, 10]);
        assert_eq!(BackOff::NONE.delay(9, &mut random), Duration::ZERO);
    }

    #[test]
    fn chance_takes_off_no_more_than_it_may_and_repeats_with_its_seed() {
        let back_off = BackOff::new(8 * SECOND, 8 * SECOND);
        let delays = |seed| {
            let mut random = Random::new(seed);
            let mut next = || back_off.delay(1, &mut random);
            (0..1_000).map(|_| next()).collect::<Vec<_>>()
        };
        let some = delays(7);
        assert!(
            some.iter()
                .all(|delay| (4 * SECOND..=8 * SECOND).contains(delay))
        );
        assert!(some.iter().any(|delay| *delay < 5 * SECOND));
        assert!(some.iter().any(|delay| *delay > 7 * SECOND));
        assert_eq!(some, delays(7));
        assert_ne!(some, delays(8));
    }
}
