//! Where rows may go: not into another region, not into the history of a leaf, not twice.

use super::tree;
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, Row, StateKind, Target};

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for row in chart.rows.iter().filter(|row| !row.broken) {
        twice(diagnostics, row);
        for (target, written) in tree::targets(row) {
            history(diagnostics, chart, target, written);
            other_region(diagnostics, chart, row, target, written);
        }
    }
}

fn twice(diagnostics: &mut Diagnostics, row: &Row<'_>) {
    for (index, (second, written)) in tree::targets(row).enumerate() {
        if let Some((_, first)) = tree::targets(row)
            .take(index)
            .find(|(first, _)| *first == second)
        {
            let text = tree::target_text(written);
            diagnostics.target_twice(tree::target_span(written), tree::target_span(first), &text);
        }
    }
}

fn history(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    target: Target,
    written: &ast::Target,
) {
    let (Target::History(of) | Target::DeepHistory(of)) = target else {
        return;
    };
    let ast::Target::History {
        of: ident, deep, ..
    } = written
    else {
        return;
    };
    if matches!(
        tree::state(chart, of).kind,
        StateKind::Leaf | StateKind::Final
    ) {
        diagnostics.history_of_leaf(ident, *deep);
    }
}

/// A region that names a state of its neighbour would throw the whole parallel state out to
/// get there; nobody means that.
fn other_region(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    row: &Row<'_>,
    target: Target,
    written: &ast::Target,
) {
    let Some(id) = tree::named(target) else {
        return;
    };
    let (ast::Target::State(ident) | ast::Target::History { of: ident, .. }) = written else {
        return;
    };
    for (whole, region) in tree::regions(chart, row.source) {
        match tree::branch(chart, id, whole) {
            Some(other) if other != region => {
                let name = |id| tree::state(chart, id).ident;
                let moved = tree::written(row, None, Some(&tree::target_text(written)));
                diagnostics.other_region(ident, name(other), name(whole), &moved);
                return;
            }
            _ => {}
        }
    }
}
