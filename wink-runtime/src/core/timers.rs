//! The timers of one machine, the next one to fire first.
//!
//! Must not know of: clocks, and what a timer that fires does.

use super::address::Mail;
use super::machine::Machine;
use super::time::Time;
use std::borrow::Cow;
use wink_chart::RowId;

/// What a timer is there for.
pub(crate) enum Alarm<M: Machine> {
    /// When to take an `after` row, unless its state is left before.
    After(RowId),
    /// When to give the machine a message of its own, unless the name is cancelled before.
    Named(Cow<'static, str>, M::Message),
    /// When to send a message that the machine addressed in advance.
    Send(Mail),
}

/// A timer that has been armed.
pub(crate) struct Timer<M: Machine> {
    pub(crate) deadline: Time,
    pub(crate) alarm: Alarm<M>,
}

/// Armed timers, latest deadline first, so that the next to fire is taken from the end. Of two
/// with one deadline the one that was armed first fires first.
pub(crate) struct Timers<M: Machine> {
    latest_first: Vec<Timer<M>>,
}

impl<M: Machine> Default for Timers<M> {
    fn default() -> Self {
        Timers {
            latest_first: Vec::new(),
        }
    }
}

impl<M: Machine> Timers<M> {
    pub(crate) fn arm(&mut self, deadline: Time, alarm: Alarm<M>) {
        let place = self
            .latest_first
            .partition_point(|timer| timer.deadline > deadline);
        self.latest_first.insert(place, Timer { deadline, alarm });
    }

    /// Forgets the timers of that row.
    pub(crate) fn disarm(&mut self, row: RowId) {
        self.latest_first
            .retain(|timer| !matches!(timer.alarm, Alarm::After(armed) if armed == row));
    }

    /// Forgets the timer of that name; whether there was one.
    pub(crate) fn cancel(&mut self, name: &str) -> bool {
        let before = self.latest_first.len();
        self.latest_first
            .retain(|timer| !matches!(&timer.alarm, Alarm::Named(armed, _) if armed == name));
        self.latest_first.len() < before
    }

    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.latest_first.last().map(|timer| timer.deadline)
    }

    /// Takes the next timer that is due at `now`.
    pub(crate) fn pop_due(&mut self, now: Time) -> Option<Timer<M>> {
        self.latest_first.pop_if(|timer| timer.deadline <= now)
    }

    /// All timers, the next to fire first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Timer<M>> {
        self.latest_first.iter().rev()
    }

    pub(crate) fn clear(&mut self) {
        self.latest_first.clear();
    }
}
