//! `always` rows that would run for ever, and final states that are none.

use super::tree;
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, Row, RowId, StateId, StateKind, Target, Trigger};

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for row in chart
        .rows
        .iter()
        .filter(|row| !row.broken && row.trigger == Trigger::Always)
    {
        stays(diagnostics, row);
    }
    cycles(diagnostics, chart);
    for id in tree::inner(chart) {
        finals(diagnostics, chart, id);
        parallels(diagnostics, chart, id);
    }
}

fn stays(diagnostics: &mut Diagnostics, row: &Row<'_>) {
    if tree::goes(row) {
        return;
    }
    // With a guard, the function may make it false.
    if row.ast.guard.is_none() || row.function.is_none() {
        let guard = row.ast.guard.is_none().then_some("…");
        let written = tree::written(row, guard, Some("state"));
        diagnostics.always_stays(row.ast.span, row.ast.guard.is_some(), &written);
    }
}

/// The `always` row that is certain to be taken while the machine rests in `id`: the first one
/// asked has no guard, and one target.
fn certain<'c, 'a>(chart: &'c Chart<'a>, id: StateId) -> Option<(RowId, &'c Row<'a>, Target)> {
    for id in tree::upwards(chart, id) {
        for row_id in &tree::state(chart, id).rows {
            let row = tree::row(chart, *row_id);
            if row.trigger != Trigger::Always {
                continue;
            }
            return match row.targets.as_slice() {
                _ if row.broken || row.ast.guard.is_some() => None,
                [Target::State(_) | Target::History(_) | Target::DeepHistory(_)] => {
                    Some((*row_id, row, row.targets[0]))
                }
                _ => None,
            };
        }
    }
    None
}

/// Where the machine rests after `id` was entered.
fn rests(chart: &Chart<'_>, id: StateId, into: &mut Vec<StateId>) {
    let state = tree::state(chart, id);
    match (state.kind, state.initial) {
        (StateKind::Parallel, _) => {
            for region in &state.children {
                rests(chart, *region, into);
            }
        }
        (StateKind::Composite, Some(initial)) => rests(chart, initial, into),
        _ => into.push(id),
    }
}

fn cycles(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    let mut known = vec![false; chart.states.len()];
    for start in tree::inner(chart) {
        let mut here = Vec::new();
        rests(chart, start, &mut here);
        if here != [start] {
            continue;
        }
        let mut path = Vec::new();
        follow(diagnostics, chart, start, &mut path, &mut known);
    }
}

/// Depth first: `path` is how the search came here; what is `known` was followed to its end.
fn follow(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    at: StateId,
    path: &mut Vec<(StateId, RowId)>,
    known: &mut [bool],
) {
    if let Some(start) = path.iter().position(|(state, _)| *state == at) {
        // Begin where the source begins, whatever the search began with.
        let mut cycle = path[start..].to_vec();
        let first = (0..cycle.len())
            .min_by_key(|index| cycle[*index].1)
            .unwrap_or(0);
        cycle.rotate_left(first);
        let names: Vec<String> = cycle
            .iter()
            .map(|(state, _)| tree::state(chart, *state).ident.to_string())
            .collect();
        let row = tree::row(chart, cycle[0].1);
        diagnostics.eventless_cycle(row.ast.span, &names, &tree::written(row, Some("…"), None));
        return;
    }
    if known[at.index()] {
        return;
    }
    if let Some((row_id, _, target)) = certain(chart, at) {
        path.push((at, row_id));
        let mut next = Vec::new();
        if let Some(target) = tree::named(target) {
            rests(chart, target, &mut next);
        }
        for next in next {
            follow(diagnostics, chart, next, path, known);
        }
        path.pop();
    }
    known[at.index()] = true;
}

fn finals(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    let state = tree::state(chart, id);
    let Some(options) = state.ast.map(|written| &written.options) else {
        return;
    };
    let Some(span) = options.is_final else { return };
    if let Some(parallel) = options.parallel {
        diagnostics.parallel_final(parallel, state.ident);
        return;
    }
    if let Some(child) = state.children.first() {
        diagnostics.final_with_children(state.ident, tree::state(chart, *child).ident, span);
    }
    let parent = state
        .parent
        .map_or(state.ident, |parent| tree::state(chart, parent).ident);
    for row in &state.rows {
        let row = tree::row(chart, *row);
        let written = tree::written(row, None, None);
        diagnostics.row_on_final(row.ast.span, state.ident, parent, &written);
    }
}

fn parallels(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    let state = tree::state(chart, id);
    let Some(options) = state.ast.map(|written| &written.options) else {
        return;
    };
    if let (Some(span), None, true) = (
        options.parallel,
        options.is_final,
        state.children.is_empty(),
    ) {
        diagnostics.no_regions(span, state.ident);
    }
}
