//! Walks over the tree of states, and where parts of a row stand.
//!
//! Must not know of: rules.

use crate::ast;
use crate::model::{Chart, Row, RowId, State, StateId, StateKind, Target, Trigger};
use proc_macro2::{Ident, Span};

pub const ROOT: StateId = StateId::ROOT;

pub fn state<'c, 'a>(chart: &'c Chart<'a>, id: StateId) -> &'c State<'a> {
    &chart.states[id.index()]
}

pub fn row<'c, 'a>(chart: &'c Chart<'a>, id: RowId) -> &'c Row<'a> {
    &chart.rows[id.index()]
}

/// All ids, the root's first.
pub fn ids(chart: &Chart<'_>) -> impl Iterator<Item = StateId> + use<> {
    (0..chart.states.len()).map(|index| StateId(index as u16))
}

/// All states but the machine itself.
pub fn inner(chart: &Chart<'_>) -> impl Iterator<Item = StateId> + use<> {
    ids(chart).skip(1)
}

/// The state, its parent, and so on up to the root.
pub fn upwards(chart: &Chart<'_>, from: StateId) -> impl Iterator<Item = StateId> {
    std::iter::successors(Some(from), |id| state(chart, *id).parent)
}

/// Whether `inside` lies somewhere in `outside`; no state lies in itself.
pub fn lies_in(chart: &Chart<'_>, inside: StateId, outside: StateId) -> bool {
    upwards(chart, inside).skip(1).any(|id| id == outside)
}

/// The child of `whole` that is `id` or holds it; `None` when `id` is not inside.
pub fn branch(chart: &Chart<'_>, id: StateId, whole: StateId) -> Option<StateId> {
    upwards(chart, id).find(|id| state(chart, *id).parent == Some(whole))
}

/// A parallel state and the region of it in which a state lies, innermost first.
pub fn regions(chart: &Chart<'_>, id: StateId) -> impl Iterator<Item = (StateId, StateId)> {
    upwards(chart, id).filter_map(|region| {
        let whole = state(chart, region).parent?;
        (state(chart, whole).kind == StateKind::Parallel).then_some((whole, region))
    })
}

/// The state that a target names, whatever it wants of it.
pub fn named(target: Target) -> Option<StateId> {
    match target {
        Target::State(id) | Target::History(id) | Target::DeepHistory(id) => Some(id),
        Target::Stay => None,
    }
}

/// Whether the row can change the configuration.
pub fn goes(row: &Row<'_>) -> bool {
    row.targets.iter().any(|target| named(*target).is_some())
}

/// The targets of a row beside what was written for them. Not for broken rows, in which the
/// two lists need not match.
pub fn targets<'c, 'a>(row: &'c Row<'a>) -> impl Iterator<Item = (Target, &'a ast::Target)> {
    let written: &'a [ast::Target] = &row.ast.targets;
    row.targets.iter().copied().zip(written)
}

/// Where a target stands: the name in it.
pub fn target_span(target: &ast::Target) -> Span {
    match target {
        ast::Target::State(ident) | ast::Target::History { of: ident, .. } => ident.span(),
        ast::Target::Stay(span) => *span,
    }
}

/// A target as it is written.
pub fn target_text(target: &ast::Target) -> String {
    match target {
        ast::Target::State(ident) => ident.to_string(),
        ast::Target::History {
            deep: false, of, ..
        } => format!("history({of})"),
        ast::Target::History { deep: true, of, .. } => format!("deep_history({of})"),
        ast::Target::Stay(_) => "stay".to_owned(),
    }
}

/// Where an `_` or the name of a message stands.
pub fn pattern_span(pattern: &ast::Pattern) -> Span {
    match pattern {
        ast::Pattern::Message(ident) => ident.span(),
        ast::Pattern::Any(span) => *span,
    }
}

/// The first name of a message in a row's patterns.
pub fn first_message<'a>(row: &Row<'a>) -> Option<&'a Ident> {
    let written: &'a [ast::Pattern] = &row.ast.patterns;
    written.iter().find_map(|pattern| match pattern {
        ast::Pattern::Message(ident) => Some(ident),
        ast::Pattern::Any(_) => None,
    })
}

/// Whether a row of `trigger` answers messages.
pub fn is_message(trigger: &Trigger) -> bool {
    matches!(trigger, Trigger::Messages(_) | Trigger::Any)
}

/// Whether `#[allow(lint)]` stands on a state, around it, or on the machine.
pub fn allowed(chart: &Chart<'_>, at: StateId, lint: &str) -> bool {
    upwards(chart, at).any(|id| {
        let allows = match state(chart, id).ast {
            Some(written) => &written.options.allows,
            None => &chart.ast.options.allows,
        };
        allows.iter().any(|allow| allow == lint)
    })
}

/// The same for a row: on its function, its state, around it, or on the machine.
pub fn allowed_on_row(chart: &Chart<'_>, row: &Row<'_>, lint: &str) -> bool {
    row.ast.allows.iter().any(|allow| allow == lint) || allowed(chart, row.source, lint)
}

/// A row as it would be written with another guard, other targets or other options; what is
/// `None` stays as it is.
pub fn written(row: &Row<'_>, guard: Option<&str>, targets: Option<&str>) -> String {
    let mut inside = match (&row.trigger, &row.ast.delay, &row.ast.child) {
        (Trigger::Messages(_) | Trigger::Any, ..) => {
            let names: Vec<String> = row.ast.patterns.iter().map(pattern_text).collect();
            names.join(" | ")
        }
        (_, Some(delay), _) => format!("\"{}\"", delay.text),
        (_, _, Some((signal, _))) => format!("{signal:?}").to_lowercase(),
        _ => String::new(),
    };
    let own = row
        .ast
        .guard
        .as_ref()
        .map(|guard| super::text::compact(&guard.tokens));
    if let Some(guard) = guard.map(str::to_owned).or(own) {
        inside.push_str(" if ");
        inside.push_str(&guard);
    }
    let own: Vec<String> = row.ast.targets.iter().map(target_text).collect();
    let targets = targets.map_or_else(|| own.join(" | "), str::to_owned);
    if !targets.is_empty() {
        inside.push_str(" => ");
        inside.push_str(&targets);
    }
    if row.reenter {
        inside.push_str(", reenter");
    }
    match inside.trim() {
        "" => format!("#[{}]", attribute(row)),
        inside => format!("#[{}({inside})]", attribute(row)),
    }
}

fn pattern_text(pattern: &ast::Pattern) -> String {
    match pattern {
        ast::Pattern::Message(ident) => ident.to_string(),
        ast::Pattern::Any(_) => "_".to_owned(),
    }
}

/// How an attribute of a row is called.
pub fn attribute(row: &Row<'_>) -> &'static str {
    match row.ast.kind {
        ast::RowAttribute::Receive => "receive",
        ast::RowAttribute::Ignore => "ignore",
        ast::RowAttribute::Defer => "defer",
        ast::RowAttribute::After => "after",
        ast::RowAttribute::Always => "always",
        ast::RowAttribute::Done => "done",
        ast::RowAttribute::Child => "child",
        ast::RowAttribute::Down => "down",
    }
}
