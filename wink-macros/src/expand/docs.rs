//! The machine's transition table for its module's documentation.
//!
//! Must not know of: how the chart is run.

use super::names::Cx;
use crate::model::{ChildSignal, Row, RowKind, StateId, StateKind, Target, Trigger};
use std::fmt::Write;

/// States and rows as Markdown, to follow the picture.
pub fn table(cx: &Cx<'_>) -> String {
    let mut text = String::from("\n\n| state | on | does | goes to |\n|---|---|---|---|");
    for index in 0..cx.tree.len() as u16 {
        state(cx, StateId(index), &mut text);
    }
    text.push('\n');
    text
}

fn state(cx: &Cx<'_>, id: StateId, text: &mut String) {
    let model = &cx.chart.states[id.index()];
    let mut name = match id {
        StateId::ROOT => "*everywhere*".to_owned(),
        _ => {
            let indent = "\u{2003}".repeat(model.depth - 1);
            format!("{indent}{}", code(&cx.name_of_state(model)))
        }
    };
    let initial = model
        .parent
        .is_some_and(|parent| cx.chart.states[parent.index()].initial == Some(id));
    let marks = [
        (initial, "initial"),
        (model.kind == StateKind::Parallel, "parallel"),
        (model.kind == StateKind::Final, "final"),
    ];
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        let _ = write!(name, " ({mark})");
    }
    let mut lines: Vec<[String; 3]> = Vec::new();
    for (word, function) in [("entry", model.entry), ("exit", model.exit)] {
        if let Some(function) = function {
            let name = cx.name_of_function(cx.function(function).ast);
            let does = name.map(|name| code(&name)).unwrap_or_default();
            lines.push([word.to_owned(), does, String::new()]);
        }
    }
    for row in &model.rows {
        let row = &cx.chart.rows[row.index()];
        lines.push([on(cx, row), does(cx, row), goes(cx, row)]);
    }
    if lines.is_empty() {
        if id == StateId::ROOT {
            return;
        }
        lines.push(Default::default());
    }
    for (index, [on, does, goes]) in lines.iter().enumerate() {
        let name = if index == 0 { name.as_str() } else { "" };
        let _ = write!(text, "\n| {name} | {on} | {does} | {goes} |");
    }
}

fn on(cx: &Cx<'_>, row: &Row<'_>) -> String {
    let event = match &row.trigger {
        Trigger::Messages(messages) => {
            let names = messages
                .iter()
                .map(|message| &cx.messages.variants[message.index()].ident)
                .map(|ident| code(&cx.name_of_message(ident)));
            names.collect::<Vec<String>>().join(", ")
        }
        Trigger::Any => "any other message".to_owned(),
        Trigger::After => {
            let delay = row
                .ast
                .delay
                .as_ref()
                .map_or("", |delay| delay.text.as_str());
            format!("after {delay}")
        }
        Trigger::Always => "always".to_owned(),
        Trigger::Done => "done".to_owned(),
        Trigger::Child(ChildSignal::Started) => "child started".to_owned(),
        Trigger::Child(ChildSignal::Pulsed) => "child pulsed".to_owned(),
        Trigger::Child(ChildSignal::Errored) => "child errored".to_owned(),
        Trigger::Child(ChildSignal::Exited) => "child exited".to_owned(),
        Trigger::Down => "down".to_owned(),
    };
    match cx.text_of_guard(row) {
        Some(guard) => format!("{event} if {}", code(&guard)),
        None => event,
    }
}

/// Code in a cell of a table: a bar would end the cell.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn does(cx: &Cx<'_>, row: &Row<'_>) -> String {
    match (row.kind, row.function) {
        (RowKind::Ignore, _) => "*ignored*".to_owned(),
        (RowKind::Defer, _) => "*deferred*".to_owned(),
        (RowKind::Receive, Some(function)) => {
            let name = cx.name_of_function(cx.function(function).ast);
            name.map(|name| code(&name)).unwrap_or_default()
        }
        (RowKind::Receive, None) => String::new(),
    }
}

fn goes(cx: &Cx<'_>, row: &Row<'_>) -> String {
    let name = |state: StateId| code(&cx.name_of_state(&cx.chart.states[state.index()]));
    let targets = row.targets.iter().map(|target| match *target {
        Target::State(state) => name(state),
        Target::History(of) => format!("history of {}", name(of)),
        Target::DeepHistory(of) => format!("deep history of {}", name(of)),
        Target::Stay => "*stay*".to_owned(),
    });
    let together = !row.chooses && row.targets.len() > 1;
    let between = if together { " and " } else { " or " };
    targets.collect::<Vec<String>>().join(between)
}
