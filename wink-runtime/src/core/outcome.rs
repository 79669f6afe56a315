//! What a step did, in a few bytes.
//!
//! Must not know of: who carries out the step, and what its functions did.

use wink_chart::RowId;

/// How many rows an [`Outcome`] names; it counts the others.
const NAMED_ROWS: usize = 4;

/// What became of the message that a step was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Received {
    /// The step had no message (start, stop, a time-out that was no longer due).
    #[default]
    None,
    /// This row took it (in a parallel state: the first of several).
    Handled(RowId),
    /// This row drops it.
    Ignored(RowId),
    /// This row keeps it until the next change of state.
    Deferred(RowId),
    /// No row of an active state takes it; it was dropped.
    Unhandled,
    /// The machine has ended; it was dropped.
    Ended,
}

/// What a step did: what became of its message, which rows were taken, whether states changed.
///
/// It covers the whole step: the message's own rows, those of the eventless and raised steps
/// that followed, and those of deferred messages that the change of state brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub(crate) received: Received,
    rows: [u16; NAMED_ROWS],
    count: u16,
    changed: bool,
    /// The step's own message has been dealt with; what follows is not about it.
    pub(crate) settled: bool,
}

impl Outcome {
    /// Nothing has happened yet.
    pub(crate) const NOTHING: Outcome = Outcome {
        received: Received::None,
        rows: [0; NAMED_ROWS],
        count: 0,
        changed: false,
        settled: false,
    };

    /// The machine had ended before.
    pub(crate) const ENDED: Outcome = Outcome {
        received: Received::Ended,
        ..Outcome::NOTHING
    };

    /// What became of the message.
    #[inline]
    pub const fn received(&self) -> Received {
        self.received
    }

    /// Whether a row took the message.
    pub const fn is_handled(&self) -> bool {
        matches!(self.received, Received::Handled(_))
    }

    /// The rows that were taken, in order: the first four of [`Outcome::count`].
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowId> + '_ {
        self.rows[..NAMED_ROWS.min(self.count as usize)]
            .iter()
            .map(|&row| RowId(row))
    }

    /// How many rows were taken, at most 65,535 of them counted.
    pub const fn count(&self) -> usize {
        self.count as usize
    }

    /// Whether any state was left or entered.
    #[inline]
    pub const fn changed(&self) -> bool {
        self.changed
    }

    #[inline]
    pub(crate) fn take(&mut self, row: RowId) {
        if !self.settled && matches!(self.received, Received::None) {
            self.received = Received::Handled(row);
        }
        if let Some(named) = self.rows.get_mut(self.count as usize) {
            *named = row.0;
        }
        self.count = self.count.saturating_add(1);
    }

    /// Says what became of the message, unless that is known already.
    #[inline]
    pub(crate) fn receive(&mut self, received: Received) {
        if !self.settled && matches!(self.received, Received::None) {
            self.received = received;
        }
    }

    #[inline]
    pub(crate) fn change(&mut self) {
        self.changed = true;
    }

    /// Adds what a later step did to this one. What became of the message stays.
    pub(crate) fn append(&mut self, later: &Outcome) {
        for row in later.rows() {
            if let Some(named) = self.rows.get_mut(self.count as usize) {
                *named = row.0;
            }
            self.count = self.count.saturating_add(1);
        }
        let unnamed = later.count.saturating_sub(NAMED_ROWS as u16);
        self.count = self.count.saturating_add(unnamed);
        self.changed |= later.changed;
    }
}
