//! What the machine's picture needs to know, as a text: the argument of `wink::__picture!`, which
//! is expanded only while documentation is built. So nobody else pays for a layout.
//!
//! A line for each message, state and row, in the order of the source; fields are separated by
//! tabs. `crate::picture` reads it.
//!
//! Must not know of: how pictures are drawn.

use super::names::Cx;
use crate::ast::Function;
use crate::model::{ChildSignal, Row, RowKind, State, StateKind, Target, Trigger};

/// The chart as lines.
pub fn text(cx: &Cx<'_>) -> String {
    let mut text = line(["c", &cx.data.ident.to_string()]);
    for variant in &cx.messages.variants {
        text += &line(["m", &cx.name_of_message(&variant.ident)]);
    }
    for one in &cx.chart.states {
        text += &state(cx, one);
    }
    for one in &cx.chart.rows {
        text += &row(cx, one);
    }
    text
}

/// A line; what would end a field or a line is a space.
fn line<const N: usize>(fields: [&str; N]) -> String {
    let fields = fields.map(|field| field.replace(char::is_control, " "));
    fields.join("\t") + "\n"
}

fn number(id: Option<u16>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn state(cx: &Cx<'_>, state: &State<'_>) -> String {
    let function = |marked: fn(&Function) -> bool| {
        let mut functions = state.body.functions.iter();
        let function = functions.find(|function| marked(function));
        let name = function.and_then(|function| cx.name_of_function(function));
        name.unwrap_or_default()
    };
    let kind = match state.kind {
        StateKind::Leaf => "leaf",
        StateKind::Composite => "composite",
        StateKind::Parallel => "parallel",
        StateKind::Final => "final",
    };
    line([
        "s",
        &cx.name_of_state(state),
        &number(state.parent.map(|parent| parent.0)),
        kind,
        &number(state.initial.map(|initial| initial.0)),
        &function(|function| function.entry.is_some()),
        &function(|function| function.exit.is_some()),
    ])
}

fn row(cx: &Cx<'_>, row: &Row<'_>) -> String {
    let kind = match row.kind {
        RowKind::Receive => "receive",
        RowKind::Ignore => "ignore",
        RowKind::Defer => "defer",
    };
    let delay = row.ast.delay.as_ref();
    let trigger = match &row.trigger {
        Trigger::Messages(messages) => {
            let numbers = messages.iter().map(|message| message.0.to_string());
            numbers.collect::<Vec<String>>().join(" ")
        }
        Trigger::Any => "any".to_owned(),
        Trigger::After => format!("after {}", delay.map_or("", |delay| delay.text.as_str())),
        Trigger::Always => "always".to_owned(),
        Trigger::Done => "done".to_owned(),
        Trigger::Child(ChildSignal::Started) => "started".to_owned(),
        Trigger::Child(ChildSignal::Pulsed) => "pulsed".to_owned(),
        Trigger::Child(ChildSignal::Errored) => "errored".to_owned(),
        Trigger::Child(ChildSignal::Exited) => "exited".to_owned(),
        Trigger::Down => "down".to_owned(),
    };
    let targets = row.targets.iter().map(|target| match target {
        Target::Stay => "stay".to_owned(),
        Target::State(state) => state.0.to_string(),
        Target::History(state) => format!("h{}", state.0),
        Target::DeepHistory(state) => format!("d{}", state.0),
    });
    let does = row.function.filter(|_| row.kind == RowKind::Receive);
    let does = does.and_then(|function| cx.name_of_function(cx.function(function).ast));
    line([
        "r",
        &row.source.0.to_string(),
        kind,
        &trigger,
        &cx.text_of_guard(row).unwrap_or_default(),
        &targets.collect::<Vec<String>>().join(" "),
        if row.reenter { "reenter" } else { "" },
        &does.unwrap_or_default(),
    ])
}
