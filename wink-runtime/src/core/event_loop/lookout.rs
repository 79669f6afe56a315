//! Whether a loop is stuck in one step, judged from how its pace looks from outside.
//!
//! Must not know of: clocks, threads; what a loop does.

use std::time::Duration;

use crate::core::time::Time;

/// What is seen of one loop, from one look to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lookout {
    count: u64,
    since: Time,
    told: bool,
}

/// What a look shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing that has not been told.
    Nothing,
    /// It has been at one thing for so long, at least.
    Stuck(Duration),
    /// It still is.
    StillStuck(Duration),
    /// It was at one thing for so long, about, and goes on.
    GoesOn(Duration),
}

impl Lookout {
    /// Looks at a loop's pace at `now`: stuck is who has been at one thing for `limit`.
    pub(crate) fn look(&mut self, count: u64, now: Time, limit: Duration) -> Seen {
        let time = now.since(self.since);
        if count != self.count || count.is_multiple_of(2) {
            let was_told = self.told;
            *self = Self {
                count,
                since: now,
                told: false,
            };
            return match was_told {
                true => Seen::GoesOn(time),
                false => Seen::Nothing,
            };
        }
        if self.told {
            return Seen::StillStuck(time);
        }
        self.told = time >= limit;
        match self.told {
            true => Seen::Stuck(time),
            false => Seen::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Lookout, Seen, Time};

    /// Looks each 250 ms at these counts, with a limit of a second.
    fn looks(counts: &[u64]) -> Vec<(u64, Seen)> {
        let mut lookout = Lookout::default();
        let mut seen = Vec::new();
        for (number, count) in (1..).zip(counts) {
            let now = Duration::from_millis(250) * number;
            let look = lookout.look(*count, Time::ZERO + now, Duration::from_secs(1));
            if !matches!(look, Seen::Nothing | Seen::StillStuck(_)) {
                seen.push((u64::from(number), look));
            }
        }
        seen
    }

    #[test]
    fn a_loop_that_sleeps_or_goes_on_is_not_stuck() {
        assert_eq!(looks(&[0; 20]), []);
        assert_eq!(looks(&[6; 20]), []);
        assert_eq!(looks(&[1, 3, 5, 7, 9, 11, 13, 15, 17]), []);
        assert_eq!(looks(&[1, 1, 1, 1, 3, 3, 3, 3, 2, 5, 5, 5, 5]), []);
    }

    #[test]
    fn a_loop_that_is_at_one_thing_for_the_limit_is_told_once() {
        let second = Duration::from_secs(1);
        assert_eq!(
            looks(&[4, 5, 5, 5, 5, 5, 5, 5, 5]),
            [(6, Seen::Stuck(second))]
        );
    }

    #[test]
    fn that_it_goes_on_is_told_once_and_it_may_be_stuck_again() {
        let second = Duration::from_secs(1);
        let time = Duration::from_millis(1_250);
        assert_eq!(
            looks(&[5, 5, 5, 5, 5, 7, 7, 7, 7, 7, 8, 8, 8]),
            [
                (5, Seen::Stuck(second)),
                (6, Seen::GoesOn(time)),
                (10, Seen::Stuck(second)),
                (11, Seen::GoesOn(time)),
            ]
        );
    }
}
