//! Which row takes what is no message: nothing at all (eventless), a completed state, a time-out,
//! news of other machines.
//!
//! Must not know of: what a row does.

use super::actions;
use super::calls::Offer;
use super::code::{Code, say};
use super::guards::{self, Bound};
use super::names::Cx;
use crate::model::{RowId, StateId, Trigger};
use wink_chart::ChildSignal;

/// The body of `eventless`.
pub fn eventless(cx: &Cx<'_>) -> Code {
    let mut code = by_place(cx, &Trigger::Always, "return true;");
    code.text(" false");
    code
}

/// The body of `completed`.
pub fn completed(cx: &Cx<'_>) -> Code {
    let mut arms = Code::new();
    for index in 0..cx.tree.len() as u16 {
        let state = StateId(index);
        let rows = rows_of(cx, state, &Trigger::Done);
        if rows.is_empty() {
            continue;
        }
        let origins = cx.tree.resting_in(state);
        // What was raised before the completion may have left the state in the meantime.
        let inside = cx.any_rest(&origins);
        say!(
            arms,
            "{index} if ::core::matches!(__parts.cx.store.rest, {inside}) => "
        );
        arms.block(chain(cx, &rows, &origins, "return;"));
    }
    or_nothing("match __state.0 ", arms)
}

/// The body of `signal`.
pub fn signal(cx: &Cx<'_>) -> Code {
    let mut arms = Code::new();
    let time_outs = or_nothing("match __row.0 ", after(cx));
    if !time_outs.is_empty() {
        arms.text("__w::Signal::After(__row) => ").block(time_outs);
    }
    let signals = [
        ChildSignal::Started,
        ChildSignal::Pulsed,
        ChildSignal::Errored,
        ChildSignal::Exited,
    ];
    let triggers = signals.into_iter().map(Trigger::Child);
    for trigger in triggers.chain([Trigger::Down]) {
        let rows = by_place(cx, &trigger, "return;");
        if !rows.is_empty() {
            say!(arms, "__w::Signal::{} => ", pattern(&trigger));
            arms.block(rows);
        }
    }
    or_nothing("match __signal ", arms)
}

/// What follows `Signal::` in the pattern of news that set off a row.
pub fn pattern(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Child(ChildSignal::Started) => "Child(__child, __w::ChildEvent::Started)",
        Trigger::Child(ChildSignal::Pulsed) => "Child(__child, __w::ChildEvent::Pulsed)",
        Trigger::Child(ChildSignal::Errored) => "Child(__child, __w::ChildEvent::Errored(__error))",
        Trigger::Child(ChildSignal::Exited) => "Child(__child, __w::ChildEvent::Exited(_))",
        _ => "Down(__down)",
    }
}

/// A `match` with these arms and one that does nothing; no `match` without any.
fn or_nothing(head: &str, mut arms: Code) -> Code {
    let mut code = Code::new();
    if !arms.is_empty() {
        arms.text("_ => {}");
        code.text(head).block(arms);
    }
    code
}

/// One arm for each `after` row; its source is active.
fn after(cx: &Cx<'_>) -> Code {
    let mut arms = Code::new();
    for (index, row) in cx.chart.rows.iter().enumerate() {
        if row.trigger == Trigger::After && !row.broken {
            let origins = cx.tree.resting_in(row.source);
            say!(arms, "{index} => ");
            arms.block(chain(cx, &[RowId(index as u16)], &origins, ""));
        }
    }
    arms
}

/// The rows of a state with this trigger that can be taken.
fn rows_of(cx: &Cx<'_>, state: StateId, trigger: &Trigger) -> Vec<RowId> {
    let rows = cx.chart.states[state.index()].rows.iter().copied();
    rows.filter(|row| {
        let row = &cx.chart.rows[row.index()];
        row.trigger == *trigger && !row.broken
    })
    .collect()
}

/// A `match` on the resting state: the rows with this trigger that it sees, innermost first.
/// Empty when the chart has no such row.
fn by_place(cx: &Cx<'_>, trigger: &Trigger, taken: &str) -> Code {
    let mut groups: Vec<(Vec<RowId>, Vec<StateId>)> = Vec::new();
    for origin in cx.tree.resting_in(StateId::ROOT) {
        let rows: Vec<RowId> = cx
            .tree
            .upwards(origin)
            .flat_map(|state| rows_of(cx, state, trigger))
            .collect();
        if rows.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| *other == rows) {
            Some((_, origins)) => origins.push(origin),
            None => groups.push((rows, vec![origin])),
        }
    }
    let mut arms = Code::new();
    for (rows, origins) in groups {
        arms.text(&cx.any_rest(&origins)).text(" => ");
        arms.block(chain(cx, &rows, &origins, taken));
    }
    or_nothing("match __parts.cx.store.rest ", arms)
}

/// Tries rows one after the other; `taken` follows the one whose guard holds.
fn chain(cx: &Cx<'_>, rows: &[RowId], origins: &[StateId], taken: &str) -> Code {
    let mut code = Code::new();
    for &row in rows {
        let mut body = actions::take(cx, row, origins, Offer::Other);
        body.text(taken);
        match guards::ask(cx, row, Bound::AsTaken) {
            Some(guard) => {
                code.text("if ").append(guard).block(body);
            }
            None => {
                code.append(body);
                break;
            }
        }
    }
    code
}
