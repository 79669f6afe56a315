//! What the standards (SCXML, XState) have in common and wink says otherwise: what stands for a
//! composite that rests in itself, for a choice, for a delay.
//!
//! Must not know of: the syntax of either.

use super::ids::Ids;
use crate::{
    Chart, DefaultKind, Delay, MessageId, Row, RowKind, StateId, StateKind, Target, Trigger,
};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The ids of a document's states, and those of the states that only the document has.
pub(super) fn ids(chart: &Chart) -> Ids {
    Ids::of(chart, |state, name| {
        // The machine may have a state that is called as its module is.
        let namesakes = chart.states.iter().filter(|other| other.name == name);
        state != StateId::ROOT || namesakes.count() == 1
    })
}

/// The state that stands for a composite in which nothing is active. No other id has a point.
pub(super) fn rest(ids: &Ids, state: StateId) -> String {
    format!("{}.rest", ids.state(state))
}

/// The node that stands for a history.
pub(super) fn history(ids: &Ids, state: StateId, is_deep: bool) -> String {
    let what = if is_deep { "deep_history" } else { "history" };
    format!("{}.{what}", ids.state(state))
}

/// Has this state children, and no initial one among them?
pub(super) fn rests_in_itself(chart: &Chart, state: StateId) -> bool {
    let described = chart.state(state);
    described.kind != StateKind::Parallel
        && described.initial.is_none()
        && chart.children(state).next().is_some()
}

/// The histories of this state that something goes to: the shallow one first.
pub(super) fn histories(chart: &Chart, state: StateId) -> Vec<bool> {
    let is_target = |wanted: Target| {
        let rows = chart.rows.iter().flat_map(|row| row.targets.iter());
        let defaults = chart.defaults.iter().flat_map(|one| one.targets.iter());
        rows.chain(defaults).any(|&target| target == wanted)
    };
    let is_told = |kind| chart.default_of(state, kind).is_some();
    let mut histories = Vec::new();
    if is_target(Target::History(state)) || is_told(DefaultKind::History) {
        histories.push(false);
    }
    if is_target(Target::DeepHistory(state)) || is_told(DefaultKind::DeepHistory) {
        histories.push(true);
    }
    histories
}

/// What a history does that has nothing to remember: what the chart says, or an entry of the
/// state itself. Where it leads, and the function that runs.
pub(super) fn history_default<'a>(
    chart: &'a Chart,
    ids: &Ids,
    state: StateId,
    is_deep: bool,
) -> (Vec<String>, Option<&'a str>) {
    let kind = match is_deep {
        true => DefaultKind::DeepHistory,
        false => DefaultKind::History,
    };
    if let Some(default) = chart.default_of(state, kind) {
        return (targets(ids, &default.targets), default.action.as_deref());
    }
    let described = chart.state(state);
    let targets = match (described.kind, described.initial) {
        (StateKind::Parallel, _) => {
            let regions = chart.children(state);
            regions
                .map(|region| String::from(ids.state(region)))
                .collect()
        }
        (_, Some(initial)) => [String::from(ids.state(initial))].into(),
        (_, None) => [rest(ids, state)].into(),
    };
    (targets, None)
}

/// The ids of targets.
pub(super) fn targets(ids: &Ids, targets: &[Target]) -> Vec<String> {
    let id = |&target: &Target| match target {
        Target::State(state) => Some(String::from(ids.state(state))),
        Target::History(state) => Some(history(ids, state, false)),
        Target::DeepHistory(state) => Some(history(ids, state, true)),
        Target::Stay => None,
    };
    targets.iter().filter_map(id).collect()
}

/// A message as an event: its own name where that is one word. One that says that a state is
/// complete has the name that the standard gives it, which begins with `done`.
pub(super) fn event_name(chart: &Chart, ids: &Ids, message: MessageId, done: &str) -> String {
    let name = &*chart.message(message).name;
    if let Some(completion) = chart.completions.iter().find(|one| one.message == message) {
        return format!("{done}{}", ids.state(completion.of));
    }
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let namesakes = chart.messages.iter().filter(|other| other.name == name);
    match !name.is_empty() && name.chars().all(is_letter) && namesakes.count() == 1 {
        true => String::from(name),
        false => format!("wink.message.{}", message.0),
    }
}

/// One way that a row can be taken. A row that chooses has one for each of its targets.
pub(super) struct Way {
    /// Where it goes, to all of these together; nowhere if there are none.
    pub targets: Vec<Target>,
    /// The text of its condition.
    pub condition: Option<String>,
    /// The index of the target, when the row's function chooses.
    pub choice: Option<usize>,
}

/// The ways in which a row can be taken, in order.
pub(super) fn ways(chart: &Chart, row: &Row) -> Vec<Way> {
    let guard = row.guard.as_deref();
    let moves = |target: &Target| *target != Target::Stay;
    if !row.chooses {
        return Vec::from([Way {
            targets: row.targets.iter().copied().filter(moves).collect(),
            condition: guard.map(String::from),
            choice: None,
        }]);
    }
    let function = row.action.as_deref().unwrap_or("choose");
    let targets = row.targets.iter().enumerate();
    let way = |(index, &target): (usize, &Target)| {
        let chosen = format!("{function}() == {}", chart.target_label(target));
        Way {
            targets: Some(target).into_iter().filter(moves).collect(),
            condition: Some(match guard {
                Some(guard) => format!("({guard}) && {chosen}"),
                None => chosen,
            }),
            choice: Some(index),
        }
    };
    targets.map(way).collect()
}

/// Does the transition leave its source and enter it again, in the words of the standards? One
/// whose targets all lie inside the source does so only when the row says it.
pub(super) fn is_external(chart: &Chart, row: &Row, targets: &[Target]) -> bool {
    let lies_inside = |&target: &Target| match target {
        Target::State(state) => chart.is_descendant(state, row.source),
        // What a state around the source remembers may lie inside the source too; both standards
        // ask that when they come there.
        Target::History(of) | Target::DeepHistory(of) => {
            of == row.source
                || chart.is_descendant(of, row.source)
                || chart.is_descendant(row.source, of)
        }
        Target::Stay => true,
    };
    row.reenter || !targets.iter().all(lies_inside)
}

/// The messages that this row can be set off by, as far as its own state has no earlier row that
/// takes them in any case. Rows like `_` name none, and so mean what is left.
pub(super) fn messages(chart: &Chart, row: &Row) -> Vec<MessageId> {
    match &row.trigger {
        Trigger::Messages(messages) => messages.to_vec(),
        Trigger::Any => {
            let is_left = |&id: &MessageId| {
                !chart.rows.iter().any(|other| {
                    let takes = match &other.trigger {
                        Trigger::Messages(messages) => messages.contains(&id),
                        _ => false,
                    };
                    other.source == row.source && other.guard.is_none() && takes
                })
            };
            chart.message_ids().filter(is_left).collect()
        }
        _ => Vec::new(),
    }
}

/// The kind of a row, when it is not received.
pub(super) fn kind(row: &Row) -> Option<&'static str> {
    match row.kind {
        RowKind::Receive => None,
        RowKind::Ignore => Some("ignore"),
        RowKind::Defer => Some("defer"),
    }
}

/// A delay in milliseconds, as a decimal number.
pub(super) fn milliseconds(delay: &Delay) -> String {
    let (whole, rest) = (delay.nanoseconds / 1_000_000, delay.nanoseconds % 1_000_000);
    match rest {
        0 => format!("{whole}"),
        rest => {
            let digits = format!("{rest:06}");
            format!("{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}
