//! What the diagrams of all formats say in the same words.
//!
//! Must not know of: any one format, and what has to be escaped in it.

use crate::{Chart, Row, StateId, Target};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Is the machine itself drawn, as a state around all others? Only when it has something to say.
pub(super) fn root_is_drawn(chart: &Chart) -> bool {
    let root = chart.state(StateId::ROOT);
    root.entry.is_some()
        || root.exit.is_some()
        || chart.states.len() == 1
        || chart.rows.iter().any(|row| row.source == StateId::ROOT)
}

/// The name that a state is shown by: the machine goes by that of its data.
pub(super) fn title(chart: &Chart, state: StateId) -> &str {
    match state {
        StateId::ROOT => &chart.data,
        _ => &chart.state(state).name,
    }
}

/// What stands at a row's arrow.
pub(super) fn edge_label(chart: &Chart, row: &Row) -> String {
    let mut label = chart.row_label(row);
    if row.reenter {
        label.push_str(" (reenter)");
    }
    label
}

/// What a state does without going anywhere: its entry and exit, and its rows that may stay.
pub(super) fn lines(chart: &Chart, state: StateId) -> Vec<String> {
    let described = chart.state(state);
    let mut lines = Vec::new();
    for (what, function) in [("entry", &described.entry), ("exit", &described.exit)] {
        if let Some(function) = function {
            lines.push(format!("{what} / {function}"));
        }
    }
    for row in chart.rows.iter().filter(|row| row.source == state) {
        if stays(row) {
            lines.push(edge_label(chart, row));
        }
    }
    lines
}

/// Can this row be taken without going anywhere?
pub(super) fn stays(row: &Row) -> bool {
    row.targets.is_empty() || row.targets.contains(&Target::Stay)
}
