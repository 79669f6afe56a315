//! Exactly one initial state where a machine starts, and where history or a region needs one.

use super::tree;
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, StateId, StateKind, Target};
use proc_macro2::Span;

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for id in tree::ids(chart) {
        let whole = tree::state(chart, id);
        if whole.kind == StateKind::Parallel {
            regions(diagnostics, chart, id);
            continue;
        }
        let mut marked = whole
            .children
            .iter()
            .filter_map(|child| mark(chart, *child));
        if let Some(first) = marked.next() {
            for second in marked {
                diagnostics.second_initial(second, first, whole.ident);
            }
        } else if let Some(child) = whole.children.first() {
            missing(diagnostics, chart, id, *child);
        }
    }
}

/// Where `initial` stands in `#[state(initial)]`.
fn mark(chart: &Chart<'_>, id: StateId) -> Option<Span> {
    tree::state(chart, id).ast?.options.initial
}

/// A composite in which no child is marked: fine, it rests in itself, unless somebody needs it.
fn missing(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId, child: StateId) {
    let whole = tree::state(chart, id);
    let child = tree::state(chart, child).ident;
    if id == tree::ROOT {
        diagnostics.no_initial(whole.ident, "the machine", child);
        return;
    }
    let parent = whole.parent.map(|parent| tree::state(chart, parent));
    if let Some(parent) = parent.filter(|parent| parent.kind == StateKind::Parallel) {
        let reason = format!("it is a region of the parallel state `{}`", parent.ident);
        diagnostics.no_initial_for(whole.ident, reason, None, child);
    } else if let Some(span) = remembered(chart, id) {
        let reason = "its history is a target, and at first there is none".to_owned();
        let place = Some((
            span,
            format!("the history of `{}` is wanted here", whole.ident),
        ));
        diagnostics.no_initial_for(whole.ident, reason, place, child);
    }
}

/// The first target that asks for the history of a state.
fn remembered(chart: &Chart<'_>, id: StateId) -> Option<Span> {
    chart
        .rows
        .iter()
        .filter(|row| !row.broken)
        .flat_map(tree::targets)
        .find_map(|(target, ast)| match target {
            Target::History(of) | Target::DeepHistory(of) if of == id => {
                Some(tree::target_span(ast))
            }
            _ => None,
        })
}

fn regions(diagnostics: &mut Diagnostics, chart: &Chart<'_>, id: StateId) {
    let whole = tree::state(chart, id);
    for child in &whole.children {
        let region = tree::state(chart, *child);
        let Some(ast::State { options, .. }) = region.ast else {
            continue;
        };
        if let Some(initial) = options.initial {
            diagnostics.initial_region(initial, region.ident, whole.ident);
        }
        if let Some(span) = options.is_final {
            diagnostics.final_region(span, region.ident, whole.ident);
        }
    }
}
