//! Rows of one state beside each other: two for one message, the place of `_`, options that
//! say nothing.

use super::tree;
use crate::ast::Pattern;
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, Row, RowKind, StateId, StateKind, Trigger};
use proc_macro2::Span;

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for id in tree::ids(chart) {
        messages(diagnostics, chart, id);
        signals(diagnostics, chart, id);
        after_any(diagnostics, chart, id);
    }
    for row in chart.rows.iter().filter(|row| !row.broken) {
        patterns(diagnostics, row);
        kept(diagnostics, chart, row);
        reenter(diagnostics, chart, row);
        done(diagnostics, chart, row);
    }
}

/// The sound rows of a state, in document order. One on an entry or exit function is a mistake
/// of its own.
fn rows<'c, 'a>(chart: &'c Chart<'a>, id: StateId) -> impl Iterator<Item = &'c Row<'a>> {
    let is_action = |row: &&Row<'_>| {
        row.function.is_some_and(|id| {
            let function = chart.functions[id.0].ast;
            function.entry.is_some() || function.exit.is_some()
        })
    };
    tree::state(chart, id)
        .rows
        .iter()
        .map(|id| tree::row(chart, *id))
        .filter(move |row| !row.broken && !is_action(row))
}

/// A second row for a message that an unguarded one takes.
fn messages(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    let mut taken: Vec<Option<(Span, &Row<'_>)>> = vec![None; chart.messages.len()];
    let mut any: Option<(Span, &Row<'_>)> = None;
    for row in rows(chart, id) {
        match &row.trigger {
            Trigger::Messages(messages) => {
                let named = || messages.iter().map(|id| id.index()).zip(&row.ast.patterns);
                for (message, pattern) in named() {
                    if let (Some(first), Pattern::Message(ident)) = (taken[message], pattern) {
                        let second = (ident.span(), row);
                        never_taken(diagnostics, chart, second, first, &ident.to_string());
                    }
                }
                if row.ast.guard.is_none() {
                    for (message, pattern) in named() {
                        taken[message].get_or_insert((tree::pattern_span(pattern), row));
                    }
                }
            }
            Trigger::Any => {
                let span = row
                    .ast
                    .patterns
                    .first()
                    .map_or(row.ast.span, tree::pattern_span);
                match any {
                    Some(first) => never_taken(diagnostics, chart, (span, row), first, "_"),
                    None if row.ast.guard.is_none() => any = Some((span, row)),
                    None => {}
                }
            }
            _ => {}
        }
    }
}

/// The same for rows that messages do not set off. Two unguarded time-outs are two times.
fn signals(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    let mut taken: Vec<&Row<'_>> = Vec::new();
    for row in rows(chart, id) {
        if tree::is_message(&row.trigger) || row.trigger == Trigger::After {
            continue;
        }
        if let Some(first) = taken.iter().find(|first| first.trigger == row.trigger) {
            let first = (first.ast.span, *first);
            let second = (row.ast.span, row);
            never_taken(diagnostics, chart, second, first, tree::attribute(row));
        } else if row.ast.guard.is_none() {
            taken.push(row);
        }
    }
}

fn never_taken(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    (place, second): (Span, &Row<'_>),
    (span, first): (Span, &Row<'_>),
    what: &str,
) {
    let written = |row, guard| tree::written(row, guard, None);
    let function = second
        .function
        .map(|id| &chart.functions[id.0].ast.signature.ident);
    let help = match (function, &second.ast.guard) {
        // Rows on a `mod` come before those on the functions in it.
        (Some(function), Some(_)) if first.function.is_none() && first.targets.is_empty() => {
            let (above, below) = (written(second, None), written(first, None));
            format!("move `{below}` below `{above}` on `fn {function}`")
        }
        _ => {
            let guarded = written(first, Some("…"));
            format!("remove one of them, or give the first a guard: `{guarded}`")
        }
    };
    let state = tree::state(chart, second.source).ident;
    diagnostics
        .never_taken(place, span, &format!("`{what}`"), state)
        .help(help);
}

/// A row for a message after `_`. The rows on a `mod` stand before those on its functions because
/// there is no other place for them; among themselves they have an order, too.
fn after_any(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    for on_function in [false, true] {
        let mut any: Option<Span> = None;
        for row in rows(chart, id).filter(|row| row.function.is_some() == on_function) {
            match (&row.trigger, any) {
                (Trigger::Any, None) => any = row.ast.patterns.first().map(tree::pattern_span),
                (Trigger::Messages(_), Some(any)) => {
                    if let Some(message) = tree::first_message(row) {
                        let state = tree::state(chart, id).ident;
                        diagnostics.row_after_any(message.span(), any, state, message);
                    }
                }
                _ => {}
            }
        }
    }
}

/// One message twice among the alternatives of a row, and `_` beside others.
fn patterns(diagnostics: &mut Diagnostics, row: &Row<'_>) {
    let written = &row.ast.patterns;
    for (index, pattern) in written.iter().enumerate() {
        match pattern {
            Pattern::Any(span) if written.len() > 1 => {
                diagnostics.any_beside_others(*span, tree::attribute(row));
                return;
            }
            Pattern::Any(_) => {}
            Pattern::Message(second) => {
                let same =
                    |first: &Pattern| matches!(first, Pattern::Message(first) if first == second);
                if written[..index].iter().any(same) {
                    diagnostics.pattern_twice(second);
                }
            }
        }
    }
}

/// `ignore` and `defer` call nothing. Below a guarded `receive` on the same function they say
/// what becomes of the rest.
fn kept(diagnostics: &mut Diagnostics, chart: &Chart<'_>, row: &Row<'_>) {
    let (Some(id), RowKind::Ignore | RowKind::Defer) = (row.function, row.kind) else {
        return;
    };
    let function = &chart.functions[id.0];
    if function.ast.entry.is_some() || function.ast.exit.is_some() {
        return;
    }
    let mut rows = function.rows.iter().map(|row| tree::row(chart, *row));
    if rows.all(|row| row.kind != RowKind::Receive) {
        let written = tree::written(row, None, None);
        diagnostics.needless_function(row.ast.span, &written, &function.ast.signature.ident);
    }
}

fn reenter(diagnostics: &mut Diagnostics, chart: &Chart<'_>, row: &Row<'_>) {
    let Some(reenter) = row.ast.reenter else {
        return;
    };
    if !tree::goes(row) {
        diagnostics.reenter_nothing(reenter, &tree::written(row, None, Some("state")));
    } else if row.source == tree::ROOT {
        diagnostics.reenter_root(reenter, chart.states[0].ident);
    }
}

/// `done` is said of a whole whose final child was reached; without one it is never said.
fn done(diagnostics: &mut Diagnostics, chart: &Chart<'_>, row: &Row<'_>) {
    if row.trigger != Trigger::Done {
        return;
    }
    let source = tree::state(chart, row.source);
    let name = source.ident;
    let has_final = |id: StateId| {
        let children = &tree::state(chart, id).children;
        children
            .iter()
            .any(|child| tree::state(chart, *child).kind == StateKind::Final)
    };
    let (message, help) = if row.source == tree::ROOT {
        (
            "a machine that is done has ended: no row of its own is taken".to_owned(),
            "what happens at the end belongs in `#[exit]` on the machine".to_owned(),
        )
    } else if source.children.is_empty() {
        (
            format!("`{name}` has no children, so it is never done"),
            format!(
                "put the row on the state whose final child is reached, or write \
                `#[always(=> …)]` on `{name}`"
            ),
        )
    } else if source.kind == StateKind::Parallel {
        let endless = source
            .children
            .iter()
            .find(|region| !can_end(chart, **region, &has_final));
        let Some(region) = endless else { return };
        let region = tree::state(chart, *region).ident;
        (
            format!("`{name}` is never done: its region `{region}` has no final state"),
            format!(
                "write a final state into `mod {region}`: `#[state(final)] pub mod \
                finished {{}}`"
            ),
        )
    } else if !has_final(row.source) {
        (
            format!("`{name}` is never done: it has no final child"),
            format!(
                "write a final state into `mod {name}`: `#[state(final)] pub mod finished \
                {{}}`"
            ),
        )
    } else {
        return;
    };
    diagnostics.done_never(row.ast.span, message, help);
}

/// Whether a region can be done: by a final child, or by all its own regions.
fn can_end(chart: &Chart<'_>, id: StateId, has_final: &impl Fn(StateId) -> bool) -> bool {
    let region = tree::state(chart, id);
    match region.kind {
        StateKind::Parallel => region
            .children
            .iter()
            .all(|child| can_end(chart, *child, has_final)),
        _ => has_final(id),
    }
}
