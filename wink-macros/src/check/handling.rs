//! Every message in every state in which the machine can rest: received, inherited, ignored or
//! deferred.

use super::reachability::Reach;
use super::{text, tree};
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, MessageId, StateId, StateKind, Trigger};
use proc_macro2::Ident;

/// How sure it is that some row of a state takes a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cover {
    No,
    /// All rows for it have guards.
    Guarded,
    Full,
}

/// What the rows of one state, not its ancestors', do with a message.
pub fn cover(chart: &Chart<'_>, id: StateId, message: MessageId) -> Cover {
    let rows = tree::state(chart, id)
        .rows
        .iter()
        .map(|row| tree::row(chart, *row));
    rows.filter(|row| match &row.trigger {
        Trigger::Messages(messages) => messages.contains(&message),
        Trigger::Any => true,
        _ => false,
    })
    .map(|row| {
        if row.ast.guard.is_some() && !row.broken {
            Cover::Guarded
        } else {
            Cover::Full
        }
    })
    .max()
    .unwrap_or(Cover::No)
}

/// A look at one message.
pub struct Handling<'c, 'a> {
    pub chart: &'c Chart<'a>,
    pub reach: &'c Reach,
    pub message: MessageId,
    /// What counts as handled.
    pub enough: Cover,
}

impl Handling<'_, '_> {
    /// The states in or below `id` in which the machine can rest with nobody to take the message.
    pub fn gaps(&self, id: StateId) -> Vec<StateId> {
        if !self.reach.is_active(id) || cover(self.chart, id, self.message) >= self.enough {
            return Vec::new();
        }
        let state = tree::state(self.chart, id);
        if state.kind == StateKind::Parallel {
            return self.gaps_of_regions(id);
        }
        let mut gaps = Vec::new();
        if self.reach.rests(self.chart, id) && !is_left_at_once(self.chart, id) {
            gaps.push(id);
        }
        for child in &state.children {
            gaps.extend(self.gaps(*child));
        }
        gaps
    }

    /// One region that always takes the message is enough. If there is none, the regions that
    /// take it sometimes are asked to take it always; if nobody does, the whole is.
    fn gaps_of_regions(&self, id: StateId) -> Vec<StateId> {
        let mut partly = Vec::new();
        for region in &tree::state(self.chart, id).children {
            let gaps = self.gaps(*region);
            if gaps.is_empty() && self.reach.is_active(*region) {
                return Vec::new();
            }
            let known = tree::ids(self.chart).any(|inside| {
                (inside == *region || tree::lies_in(self.chart, inside, *region))
                    && cover(self.chart, inside, self.message) >= self.enough
            });
            if known {
                partly.extend(gaps);
            }
        }
        if partly.is_empty() { vec![id] } else { partly }
    }
}

/// Whether an eventless row takes the machine away before any message can come: an unguarded
/// `always` row, or an unguarded `done` row beside a final state.
fn is_left_at_once(chart: &Chart<'_>, id: StateId) -> bool {
    let unguarded = |id: StateId, trigger: Trigger| {
        let mut rows = tree::state(chart, id)
            .rows
            .iter()
            .map(|row| tree::row(chart, *row));
        rows.any(|row| row.trigger == trigger && row.ast.guard.is_none() && tree::goes(row))
    };
    let state = tree::state(chart, id);
    let completes = match state.parent {
        // The machine has ended.
        Some(tree::ROOT) => state.kind == StateKind::Final,
        Some(parent) => state.kind == StateKind::Final && unguarded(parent, Trigger::Done),
        None => false,
    };
    completes || tree::upwards(chart, id).any(|id| unguarded(id, Trigger::Always))
}

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach) {
    // Messages that the same states forget belong together.
    let mut groups: Vec<(Vec<StateId>, Vec<MessageId>)> = Vec::new();
    for index in 0..chart.messages.len() {
        let message = MessageId(index as u16);
        let gaps = Handling {
            chart,
            reach,
            message,
            enough: Cover::Guarded,
        }
        .gaps(tree::ROOT);
        if gaps.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|(states, _)| *states == gaps) {
            Some((_, messages)) => messages.push(message),
            None => groups.push((gaps, vec![message])),
        }
    }
    for (states, messages) in groups {
        match states.as_slice() {
            [state] => in_one(diagnostics, chart, *state, &messages),
            _ => {
                for message in messages {
                    in_many(diagnostics, chart, &states, message);
                }
            }
        }
    }
}

fn in_one(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    state: StateId,
    messages: &[MessageId],
) {
    let names: Vec<String> = messages
        .iter()
        .map(|id| message(chart, *id).to_string())
        .collect();
    let state = tree::state(chart, state);
    // A final state has no rows: what happens there is its parent's to say.
    let place = match (state.kind, state.parent) {
        (StateKind::Final, Some(parent)) => tree::state(chart, parent).ident,
        _ => state.ident,
    };
    let question = messages.iter().find_map(|id| question(chart, *id));
    diagnostics.unhandled_in_state(state.ident, &names, &format!("`mod {place}`"), question);
}

fn in_many(diagnostics: &mut Diagnostics, chart: &Chart<'_>, states: &[StateId], id: MessageId) {
    let names: Vec<String> = states
        .iter()
        .map(|id| tree::state(chart, *id).ident.to_string())
        .collect();
    // The innermost state around all of them.
    let around = tree::upwards(chart, states[0])
        .find(|outer| {
            states
                .iter()
                .all(|state| tree::lies_in(chart, *state, *outer))
        })
        .unwrap_or(tree::ROOT);
    let place = match around {
        tree::ROOT => format!(
            "each of them, or once to `mod {}` for all states",
            chart.states[0].ident
        ),
        _ => {
            let around = tree::state(chart, around).ident;
            format!("each of them, or once to `mod {around}` around them")
        }
    };
    diagnostics.unhandled_in_states(message(chart, id), &names, &place, question(chart, id));
}

fn message<'c>(chart: &'c Chart<'_>, id: MessageId) -> &'c Ident {
    &chart.messages[id.index()].ast.ident
}

/// Name and answer, if the message asks for one.
fn question(chart: &Chart<'_>, id: MessageId) -> Option<(String, String)> {
    let message = chart.messages[id.index()].ast;
    message
        .reply
        .as_ref()
        .map(|answer| (message.ident.to_string(), text::text(answer)))
}
