//! Which states and rows a test-suite has covered.

use crate::core::observer::Observer;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use wink_chart::{Chart, RowId, StateId};

/// Counts the states that were entered and the rows that were taken.
///
/// It is an [`Observer`]: hand it to `start_with`, `dispatch_with` and the others in tests, and
/// ask in the end what was missed. What several tests have counted is put together by
/// [`Coverage::join`].
///
/// ```ignore
/// let mut coverage = Coverage::of(Turnstile::CHART);
/// let mut gate = Turnstile::default().start_with(Time::ZERO, &mut coverage);
/// gate.dispatch_with(Message::Push, &mut coverage);
/// assert!(coverage.is_complete(), "{coverage}");
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    chart: &'static Chart,
    states: BTreeMap<StateId, u64>,
    rows: BTreeMap<RowId, u64>,
}

impl Coverage {
    /// Nothing yet, of this machine.
    pub fn of(chart: &'static Chart) -> Coverage {
        Coverage {
            chart,
            states: BTreeMap::new(),
            rows: BTreeMap::new(),
        }
    }

    /// Adds what another one of the same machine has counted.
    ///
    /// # Panics
    /// When it is one of another machine.
    pub fn join(&mut self, other: &Coverage) {
        assert_eq!(
            self.chart, other.chart,
            "coverages of one machine are joined"
        );
        for (&state, times) in &other.states {
            *self.states.entry(state).or_default() += times;
        }
        for (&row, times) in &other.rows {
            *self.rows.entry(row).or_default() += times;
        }
    }

    /// How often this state was entered.
    pub fn entered(&self, state: StateId) -> u64 {
        self.states.get(&state).copied().unwrap_or(0)
    }

    /// How often this row was taken, ignored its message or deferred it.
    pub fn taken(&self, row: RowId) -> u64 {
        self.rows.get(&row).copied().unwrap_or(0)
    }

    /// The states that were never entered. The machine itself is none of them.
    pub fn missed_states(&self) -> BTreeSet<StateId> {
        let states = self.chart.state_ids().skip(1);
        states.filter(|&state| self.entered(state) == 0).collect()
    }

    /// The rows that were never taken.
    pub fn missed_rows(&self) -> BTreeSet<RowId> {
        let rows = self.chart.row_ids();
        rows.filter(|&row| self.taken(row) == 0).collect()
    }

    /// Was every state entered and every row taken?
    pub fn is_complete(&self) -> bool {
        self.missed_states().is_empty() && self.missed_rows().is_empty()
    }

    fn count_row(&mut self, row: RowId) {
        *self.rows.entry(row).or_default() += 1;
    }
}

impl Observer for Coverage {
    fn row(&mut self, row: RowId) {
        self.count_row(row);
    }

    fn entered(&mut self, state: StateId) {
        *self.states.entry(state).or_default() += 1;
    }

    fn ignored(&mut self, row: RowId) {
        self.count_row(row);
    }

    fn deferred(&mut self, row: RowId) {
        self.count_row(row);
    }
}

/// How much was covered, and a line for everything that was missed, with a shortest path to it.
impl fmt::Display for Coverage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (states, rows) = (self.missed_states(), self.missed_rows());
        let (all_states, all_rows) = (self.chart.states.len() - 1, self.chart.rows.len());
        write!(
            formatter,
            "{}: {} of {all_states} states, {} of {all_rows} rows",
            self.chart.name,
            all_states - states.len(),
            all_rows - rows.len()
        )?;
        if states.is_empty() && rows.is_empty() {
            return Ok(());
        }
        let explored = self.chart.explore();
        let way = |path: Option<wink_chart::Path>| match path {
            Some(path) => explored.path_label(&path),
            None => "no path leads there".to_owned(),
        };
        for state in states {
            let name = &self.chart.state(state).name;
            let path = way(explored.path_to_state(state));
            write!(formatter, "\n  missed the state {name} ({path})")?;
        }
        for id in rows {
            let row = self.chart.row(id);
            let (label, source) = (
                self.chart.row_label(row),
                &self.chart.state(row.source).name,
            );
            let path = way(explored.path_to_row(id));
            write!(formatter, "\n  missed `{label}` of {source} ({path})")?;
        }
        Ok(())
    }
}
