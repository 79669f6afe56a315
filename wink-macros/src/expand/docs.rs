//! The machine's transition table for its module's documentation.
//!
//! Must not know of: how the chart is run.

use super::names::Cx;
use super::text::written;
use crate::ast;
use crate::model::{ChildSignal, Row, RowKind, StateId, StateKind, Trigger};
use std::fmt::Write;

/// States and rows as Markdown, to follow what the user wrote about the module.
pub fn table(cx: &Cx<'_>) -> String {
    let mut text =
        String::from("\n\n# States\n\n| state | on | does | goes to |\n|---|---|---|---|");
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
        _ => format!("{}`{}`", "\u{2003}".repeat(model.depth - 1), model.ident),
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
            let ident = &cx.function(function).ast.signature.ident;
            lines.push([word.to_owned(), format!("`{ident}`"), String::new()]);
        }
    }
    for row in &model.rows {
        let row = &cx.chart.rows[row.index()];
        lines.push([on(cx, row), does(cx, row), goes(row)]);
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
                .map(|message| format!("`{}`", cx.messages.variants[message.index()].ident));
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
    match &row.ast.guard {
        Some(guard) => format!("{event} if {}", code(&written(&guard.tokens))),
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
            format!("`{}`", cx.function(function).ast.signature.ident)
        }
        (RowKind::Receive, None) => String::new(),
    }
}

fn goes(row: &Row<'_>) -> String {
    let targets = row.ast.targets.iter().map(|target| match target {
        ast::Target::State(ident) => format!("`{ident}`"),
        ast::Target::History {
            deep: false, of, ..
        } => format!("history of `{of}`"),
        ast::Target::History { deep: true, of, .. } => format!("deep history of `{of}`"),
        ast::Target::Stay(_) => "*stay*".to_owned(),
    });
    targets.collect::<Vec<String>>().join(" or ")
}
