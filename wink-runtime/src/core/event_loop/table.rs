//! When machines of a loop want to hear of the time, the next one first.
//!
//! Must not know: clocks, and what happens then.

use std::collections::BTreeSet;

use super::home::Seat;
use crate::core::time::Time;

/// A timer of the machine's own.
pub(crate) const TIMER: usize = 0;
/// It is to show its spawner that it lives.
pub(crate) const PULSE: usize = 1;
/// Its grace is over.
pub(crate) const GRACE: usize = 2;

#[derive(Default)]
pub(crate) struct Table {
    times: BTreeSet<(Time, Seat, usize)>,
}

impl Table {
    /// Moves what a machine has set, sets it or takes it back.
    pub(crate) fn change(
        &mut self,
        seat: Seat,
        kind: usize,
        before: Option<Time>,
        after: Option<Time>,
    ) {
        if let Some(before) = before {
            self.times.remove(&(before, seat, kind));
        }
        if let Some(after) = after {
            self.times.insert((after, seat, kind));
        }
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.times.first().map(|(time, ..)| *time)
    }

    /// Takes the next one that has come.
    pub(crate) fn pop(&mut self, now: Time) -> Option<(Seat, usize)> {
        if self.next()? > now {
            return None;
        }
        self.times.pop_first().map(|(_, seat, kind)| (seat, kind))
    }
}
