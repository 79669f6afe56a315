//! What is legal and most likely not meant. Every lint can be allowed where it is reported.

use super::handling::{Cover, Handling, cover};
use super::reachability::Reach;
use super::tree;
use crate::ast::{Item, OtherItem};
use crate::diagnostics::{Diagnostics, lint};
use crate::model::{
    Chart, MessageId, ParameterKind, Row, RowId, RowKind, StateId, StateKind, Target, Trigger,
};
use proc_macro2::{Ident, TokenStream, TokenTree};

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach) {
    for id in tree::inner(chart) {
        trap(diagnostics, chart, reach, id);
        only_by_history(diagnostics, chart, reach, id);
    }
    guards(diagnostics, chart, reach);
    received(diagnostics, chart);
    for row in chart.rows.iter().filter(|row| !row.broken) {
        leaves_parallel(diagnostics, chart, row);
    }
    forgotten(diagnostics, chart);
}

/// A state that the machine never leaves again. A machine, or a region, of one state has nowhere
/// else to be, and a function with the context may end the machine.
fn trap(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach, id: StateId) {
    let state = tree::state(chart, id);
    if state.kind == StateKind::Final
        || !reach.rests(chart, id)
        || tree::allowed(chart, id, lint::TRAP_STATE)
        || is_alone(chart, id)
    {
        return;
    }
    let leads_out = |row: &Row<'_>| {
        // What is done is in a final state, not in this one.
        let applies = row.trigger != Trigger::Done;
        let goes = |target: &Target| tree::named(*target).is_some_and(|to| to != id);
        row.broken || applies && row.targets.iter().any(goes)
    };
    let mut rows = tree::upwards(chart, id)
        .flat_map(|id| &tree::state(chart, id).rows)
        .map(|row| tree::row(chart, *row));
    if !rows.any(leads_out) && !neighbours_lead_out(chart, id) && !may_end(chart, id) {
        diagnostics.trap_state(state.ident);
    }
}

/// Whether another region takes the whole parallel state along.
fn neighbours_lead_out(chart: &Chart<'_>, id: StateId) -> bool {
    tree::regions(chart, id).any(|(whole, _)| {
        chart
            .rows
            .iter()
            .filter(|row| tree::lies_in(chart, row.source, whole))
            .any(|row| {
                let outside = |target: &Target| {
                    tree::named(*target).is_some_and(|to| !tree::lies_in(chart, to, whole))
                };
                row.targets.iter().any(outside)
            })
    })
}

/// Whether there is no other state, up to the next region or the machine.
fn is_alone(chart: &Chart<'_>, id: StateId) -> bool {
    for outer in tree::upwards(chart, id) {
        let Some(parent) = tree::state(chart, outer).parent else {
            break;
        };
        let parent = tree::state(chart, parent);
        if parent.kind == StateKind::Parallel {
            break;
        }
        if parent.children.len() > 1 {
            return false;
        }
    }
    tree::state(chart, id).children.is_empty()
}

/// Whether a function of the state or around it says `.exit(…)` or `.error(…)`.
fn may_end(chart: &Chart<'_>, id: StateId) -> bool {
    tree::upwards(chart, id).any(|id| {
        let functions = chart
            .functions
            .iter()
            .filter(|function| function.state == id);
        functions
            .filter(|function| {
                let takes_context =
                    |kind: &ParameterKind| matches!(kind, ParameterKind::Context { .. });
                function
                    .parameters
                    .iter()
                    .any(|parameter| takes_context(&parameter.kind))
            })
            .any(|function| {
                mentions(&function.ast.body, "exit") || mentions(&function.ast.body, "error")
            })
    })
}

/// Whether a name stands anywhere in some tokens.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

fn only_by_history(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach, id: StateId) {
    if !reach.is_active(id)
        || reach.is_active_without_history(id)
        || tree::allowed(chart, id, lint::ONLY_BY_HISTORY)
    {
        return;
    }
    let targets = || chart.rows.iter().flat_map(|row| &row.targets);
    let deep = targets().any(|target| *target == Target::DeepHistory(id));
    if deep || targets().any(|target| *target == Target::History(id)) {
        diagnostics.only_by_history(tree::state(chart, id).ident, deep);
    }
}

/// The last guard before nothing: with it false, the message goes unhandled.
fn guards(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach) {
    let mut found: Vec<(RowId, Vec<MessageId>, Vec<StateId>)> = Vec::new();
    for index in 0..chart.messages.len() {
        let message = MessageId(index as u16);
        for state in (Handling {
            chart,
            reach,
            message,
            enough: Cover::Full,
        })
        .gaps(tree::ROOT)
        {
            let Some(row) = last_guarded(chart, state, message) else {
                continue;
            };
            match found.iter_mut().find(|(known, _, _)| *known == row) {
                Some((_, messages, states)) => {
                    if !messages.contains(&message) {
                        messages.push(message);
                    }
                    if !states.contains(&state) {
                        states.push(state);
                    }
                }
                None => found.push((row, vec![message], vec![state])),
            }
        }
    }
    for (row, messages, states) in found {
        let row = tree::row(chart, row);
        let Some(guard) = &row.ast.guard else {
            continue;
        };
        if row.broken || tree::allowed_on_row(chart, row, lint::GUARD_LEAVES_UNHANDLED) {
            continue;
        }
        let messages: Vec<String> = messages
            .iter()
            .map(|id| chart.messages[id.index()].ast.ident.to_string())
            .collect();
        let states: Vec<String> = states
            .iter()
            .map(|id| tree::state(chart, *id).ident.to_string())
            .collect();
        let text = super::text::compact(&guard.tokens);
        diagnostics.guard_leaves_unhandled(guard.span, guard.end, &text, &messages, &states);
    }
}

/// The row that is asked last about a message, of a state and then those around it.
fn last_guarded(chart: &Chart<'_>, state: StateId, message: MessageId) -> Option<RowId> {
    let outermost = tree::upwards(chart, state)
        .filter(|id| cover(chart, *id, message) != Cover::No)
        .last()?;
    let takes = |row: &&RowId| match &tree::row(chart, **row).trigger {
        Trigger::Messages(messages) => messages.contains(&message),
        Trigger::Any => true,
        _ => false,
    };
    tree::state(chart, outermost)
        .rows
        .iter()
        .rfind(takes)
        .copied()
}

/// A message that is only ever ignored or deferred. What no row names at all is an error
/// already.
fn received(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for (index, message) in chart.messages.iter().enumerate() {
        let id = MessageId(index as u16);
        let rows = || {
            chart.rows.iter().filter(|row| match &row.trigger {
                Trigger::Messages(messages) => messages.contains(&id),
                Trigger::Any => true,
                _ => false,
            })
        };
        let allowed = message
            .ast
            .allows
            .iter()
            .any(|allow| allow == lint::NEVER_RECEIVED)
            || tree::allowed(chart, tree::ROOT, lint::NEVER_RECEIVED);
        if !allowed && rows().next().is_some() && rows().all(|row| row.kind != RowKind::Receive) {
            diagnostics.never_received(&message.ast.ident);
        }
    }
}

/// A row in a region whose least common ancestor lies outside the parallel state.
fn leaves_parallel(diagnostics: &mut Diagnostics, chart: &Chart<'_>, row: &Row<'_>) {
    if tree::allowed_on_row(chart, row, lint::LEAVES_PARALLEL) {
        return;
    }
    for (target, written) in tree::targets(row) {
        let Some(to) = tree::named(target) else {
            continue;
        };
        // The outermost parallel state that is left.
        let left = tree::regions(chart, row.source)
            .filter(|(whole, region)| match tree::branch(chart, to, *whole) {
                // Another region is an error.
                Some(branch) if branch != *region => false,
                Some(branch) => {
                    let local = to != branch && tree::lies_in(chart, to, row.source);
                    // The region itself has no smaller common ancestor with what is in it.
                    to == branch || (row.source == *region && (row.reenter || !local))
                }
                None => true,
            })
            .last();
        if let Some((whole, region)) = left {
            let again = to == whole || tree::lies_in(chart, to, whole);
            let name = |id| tree::state(chart, id).ident;
            diagnostics.leaves_parallel(
                tree::target_span(written),
                name(region),
                name(whole),
                again,
            );
        }
    }
}

/// A function that takes the machine's data or its context like an action, and that nobody calls.
fn forgotten(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for id in tree::ids(chart) {
        if tree::allowed(chart, id, lint::FORGOTTEN_ATTRIBUTE) {
            continue;
        }
        for item in &tree::state(chart, id).body.items {
            let Item::Other(other) = item else { continue };
            let Some(name) = &other.declared else {
                continue;
            };
            if looks_like_action(chart, other, name) && !is_called(chart, name) {
                diagnostics.forgotten_attribute(name);
            }
        }
    }
}

/// `fn name(…)` that is not `pub` and takes the data or the context.
fn looks_like_action(chart: &Chart<'_>, item: &OtherItem, name: &Ident) -> bool {
    let is_private = matches!(item.visibility, None | Some(syn::Visibility::Inherited));
    // Somebody's macro may call it, or a test harness.
    let mut attributes = item.attributes.clone().into_iter();
    let foreign = attributes.any(|token| match token {
        TokenTree::Group(group) => !mentions(&group.stream(), "doc"),
        _ => false,
    });
    if !is_private || foreign {
        return false;
    }
    let tokens: Vec<TokenTree> = item.rest.clone().into_iter().collect();
    let after_name = tokens.windows(3).find_map(|window| match window {
        [
            TokenTree::Ident(keyword),
            TokenTree::Ident(ident),
            TokenTree::Group(group),
        ] if keyword == "fn" && ident == name => Some(group.stream()),
        _ => None,
    });
    let Some(parameters) = after_name else {
        return false;
    };
    let data = chart
        .data
        .is_some_and(|data| mentions(&parameters, &data.ident.to_string()));
    data || mentions(&parameters, "Context")
}

/// Whether the name is said anywhere but where it is declared.
fn is_called(chart: &Chart<'_>, name: &Ident) -> bool {
    let name = name.to_string();
    chart.states.iter().any(|state| {
        let body = state.body;
        let in_functions = body
            .functions
            .iter()
            .any(|function| mentions(&function.body, &name));
        let in_rows = body
            .rows
            .iter()
            .chain(body.functions.iter().flat_map(|one| &one.rows));
        let in_guards = in_rows
            .filter_map(|row| row.guard.as_ref())
            .any(|guard| mentions(&guard.tokens, &name));
        let in_items = body.items.iter().any(|item| match item {
            Item::Other(other) => {
                let declares = other.declared.as_ref().is_some_and(|ident| *ident == name);
                count(&other.rest, &name) > usize::from(declares)
            }
            _ => false,
        });
        in_functions || in_guards || in_items
    })
}

fn count(tokens: &TokenStream, name: &str) -> usize {
    tokens
        .clone()
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) => usize::from(ident == name),
            TokenTree::Group(group) => count(&group.stream(), name),
            _ => 0,
        })
        .sum()
}
