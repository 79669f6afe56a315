//! After how many questions and answers those whom they concern have their turn, before the rest
//! of what has come is read.
//!
//! Must not know of: clocks, connections.

use std::time::Duration;

use crate::core::time::Time;

/// So many, unless all at a time are faster. When all are, the calls between two nodes soon come
/// and go as one crowd, and of the two nodes one works while the other waits. Where each has a
/// processor that is half of what they can do; where both share one, nothing is won by working at
/// a time, and each turn costs packets of its own. Tried in `bench/wire` with 8 to 64: with
/// fewer than 16 each turn costs more than it is worth, with more than 24 the two wait for each
/// other again.
pub(in crate::remote) const TURN: usize = 20;

/// How many questions and answers one measurement is long: enough for the two nodes to fall into
/// step, or out of it.
const PERIOD: usize = 4_096;

/// How often the two ways are measured, by turns.
const TRIALS: u32 = 4;

/// For how many periods the faster way is kept.
const KEPT: u32 = 32;

/// How many questions and answers must have come at a time, on average, that it is a crowd.
const CROWD: usize = 8;

/// Finds out which way is the faster one, and forgets it after a while. Nodes that ask each other
/// count the same questions and so try the same at a time.
pub(super) struct Turns {
    /// All that has come is read at a time.
    is_whole: bool,
    /// How many periods it is since the ways were compared.
    periods: u32,
    /// The least that a period took in turns, and the least as a whole.
    least: [Duration; 2],
    /// Since when frames are counted.
    begun: Option<Time>,
    frames: usize,
    reads: usize,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            is_whole: false,
            periods: 0,
            least: [Duration::MAX; 2],
            begun: None,
            frames: 0,
            reads: 0,
        }
    }
}

impl Turns {
    /// After how many questions and answers others have their turn.
    pub(super) fn size(&self) -> usize {
        match self.is_whole {
            true => usize::MAX,
            false => TURN,
        }
    }

    /// So many questions and answers were read at a time.
    pub(super) fn count(&mut self, frames: usize, now: impl FnOnce() -> Time) {
        self.frames += frames;
        self.reads += usize::from(frames > 0);
        if self.frames < PERIOD {
            return;
        }
        let now = now();
        let is_crowd = self.reads * CROWD <= self.frames;
        let begun = self.begun.replace(now);
        (self.frames, self.reads) = (0, 0);
        // Of single calls, one after the other, nothing can be learnt.
        if let (Some(begun), true) = (begun, is_crowd) {
            self.end_period(now.since(begun));
        }
    }

    fn end_period(&mut self, took: Duration) {
        if self.periods < TRIALS {
            let least = &mut self.least[usize::from(self.is_whole)];
            *least = took.min(*least);
        }
        self.periods += 1;
        self.is_whole = match self.periods {
            TRIALS => self.is_whole_faster(),
            ..TRIALS => !self.is_whole,
            _ => self.is_whole,
        };
        if self.periods >= TRIALS + KEPT {
            (self.periods, self.is_whole) = (0, false);
            self.least = [Duration::MAX; 2];
        }
    }

    /// By a tenth at least: less is chance.
    fn is_whole_faster(&self) -> bool {
        let [turns, whole] = self.least;
        whole.saturating_mul(10) < turns.saturating_mul(9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads so many periods, and returns how many of them were read as a whole.
    fn read(turns: &mut Turns, periods: u32, now: &mut Time, took: impl Fn(bool) -> u64) -> u32 {
        let mut whole = 0;
        for _ in 0..periods {
            let is_whole = turns.size() == usize::MAX;
            whole += u32::from(is_whole);
            *now = *now + Duration::from_micros(took(is_whole));
            for _ in 0..PERIOD / 16 {
                turns.count(16, || *now);
            }
        }
        whole
    }

    #[test]
    fn turns_are_kept_where_they_are_faster() {
        let (mut turns, mut now) = (Turns::default(), Time::ZERO);
        // The first period has no beginning.
        assert_eq!(read(&mut turns, 1, &mut now, |_| 0), 0);
        let took = |is_whole: bool| if is_whole { 8_000 } else { 5_000 };
        assert_eq!(read(&mut turns, TRIALS, &mut now, took), TRIALS / 2);
        assert_eq!(read(&mut turns, KEPT, &mut now, took), 0);
        assert_eq!(read(&mut turns, TRIALS, &mut now, took), TRIALS / 2);
    }

    #[test]
    fn all_is_read_at_a_time_where_turns_cost_until_that_is_tried_again() {
        let (mut turns, mut now) = (Turns::default(), Time::ZERO);
        read(&mut turns, 1, &mut now, |_| 0);
        let shared = |is_whole: bool| if is_whole { 8_000 } else { 11_000 };
        assert_eq!(read(&mut turns, TRIALS, &mut now, shared), TRIALS / 2);
        assert_eq!(read(&mut turns, KEPT, &mut now, shared), KEPT);
        let apart = |is_whole: bool| if is_whole { 8_000 } else { 5_000 };
        assert_eq!(read(&mut turns, TRIALS, &mut now, apart), TRIALS / 2);
        assert_eq!(read(&mut turns, KEPT, &mut now, apart), 0);
    }

    #[test]
    fn chance_and_single_calls_decide_nothing() {
        let (mut turns, mut now) = (Turns::default(), Time::ZERO);
        read(&mut turns, 1, &mut now, |_| 0);
        let alike = |is_whole: bool| if is_whole { 9_500 } else { 10_000 };
        read(&mut turns, TRIALS, &mut now, alike);
        assert_eq!(read(&mut turns, KEPT, &mut now, alike), 0);
        for _ in 0..10 * PERIOD {
            now = now + Duration::from_micros(80);
            turns.count(1, || now);
            assert_eq!(turns.size(), TURN);
        }
    }
}
