//! The machine's chart as a constant: the only truth that diagrams, snapshots, the console and
//! the engine of parallel charts read.
//!
//! No token of the user's is in it, so it is written as text, in the words of
//! `wink_chart::describe`.
//!
//! Must not know of: how the chart is run.

use super::code::{Code, say};
use super::names::Cx;
use super::text::written;
use crate::ast::Variant;
use crate::model::{ChildSignal, Row, RowKind, State, StateKind, Target, Trigger};
use proc_macro2::TokenStream;
use quote::ToTokens;
use wink_chart::Shape;

/// `{ use …; &Chart { … } }`
pub fn chart(cx: &Cx<'_>) -> TokenStream {
    let data = cx.data.ident.to_string();
    let name = match &cx.chart.ast.options.name {
        Some(name) => name.to_token_stream().to_string(),
        None => {
            let data = literal(&format!("/{data}"));
            format!("::core::concat!(::core::env!(\"CARGO_PKG_NAME\"), {data})")
        }
    };
    let mut code = Code::new();
    say!(
        code,
        "{{ use ::wink::private::describe::*; &Chart {{ \
             name: text({name}), version: text(::core::env!(\"CARGO_PKG_VERSION\")), \
             data: text({}), documentation: text({}), messages: Borrowed(&[",
        literal(&data),
        literal(&cx.chart.ast.documentation),
    );
    for variant in &cx.messages.variants {
        message(&mut code, cx, variant);
    }
    code.text("]), states: Borrowed(&[");
    for one in &cx.chart.states {
        state(&mut code, cx, one);
    }
    code.text("]), rows: Borrowed(&[");
    for one in &cx.chart.rows {
        row(&mut code, cx, one);
    }
    code.text("]), ");
    document(&mut code, cx);
    code.text("} }");
    code.finish()
}

/// A text as Rust writes it.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

fn optional(text: Option<String>) -> String {
    text.map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})"))
}

fn optional_number(id: Option<u16>) -> String {
    id.map_or_else(|| "None".to_owned(), |id| format!("Some({id})"))
}

/// What only documents say.
fn document(code: &mut Code, cx: &Cx<'_>) {
    code.text("defaults: Borrowed(&[");
    let document = cx.chart.document.as_ref();
    for one in document.iter().flat_map(|document| &document.defaults) {
        let (of, kind) = (one.of.0, one.kind);
        let targets: String = one.targets.iter().map(target).collect();
        let action = optional(one.action.map(|action| action.label.clone()));
        say!(
            code,
            "default({of}, DefaultKind::{kind:?}, &[{targets}], {action}), "
        );
    }
    code.text("]), completions: Borrowed(&[");
    for (of, message, _) in document.iter().flat_map(|document| &document.completions) {
        say!(code, "completion({}, {}), ", of.0, message.0);
    }
    code.text("]), ");
}

fn message(code: &mut Code, cx: &Cx<'_>, variant: &Variant) {
    let name = cx.name_of_message(&variant.ident);
    let documentation = &variant.documentation;
    let reply = optional(variant.reply.as_ref().map(written));
    let shape = match variant.shape {
        Shape::Unit => {
            say!(code, "unit({name:?}, {documentation:?}, {reply}), ");
            return;
        }
        Shape::Tuple => "Tuple",
        Shape::Named => "Named",
    };
    say!(
        code,
        "Message {{ name: text({name:?}), documentation: text({documentation:?}), \
             shape: {shape}, reply: optional({reply}), fields: Borrowed(&["
    );
    for (index, field) in variant.fields.iter().enumerate() {
        let name = match &field.ident {
            Some(ident) => ident.to_string(),
            None => index.to_string(),
        };
        let (ty, documentation) = (written(&field.ty), &field.documentation);
        say!(code, "field({name:?}, {ty:?}, {documentation:?}), ");
    }
    code.text("]) }, ");
}

fn state(code: &mut Code, cx: &Cx<'_>, state: &State<'_>) {
    let name = cx.name_of_state(state);
    let documentation = state.ast.map_or("", |ast| ast.documentation.as_str());
    let function = |marked: fn(&crate::ast::Function) -> bool| {
        let mut functions = state.body.functions.iter();
        let function = functions.find(|function| marked(function));
        optional(function.and_then(|function| cx.name_of_function(function)))
    };
    let entry = function(|function| function.entry.is_some());
    let exit = function(|function| function.exit.is_some());
    let local = state.local.map(written);
    let kind = match (state.kind, state.parent, &local) {
        (StateKind::Leaf, Some(parent), None) => {
            let parent = parent.0;
            say!(
                code,
                "leaf([{name:?}, {documentation:?}], {parent}, {entry}, {exit}), "
            );
            return;
        }
        (StateKind::Leaf, ..) => "Leaf",
        (StateKind::Composite, ..) => "Composite",
        (StateKind::Parallel, ..) => "Parallel",
        (StateKind::Final, ..) => "Final",
    };
    let parent = optional_number(state.parent.map(|parent| parent.0));
    let initial = optional_number(state.initial.map(|initial| initial.0));
    let local = optional(local);
    say!(
        code,
        "state([{name:?}, {documentation:?}], {parent}, {kind}, {initial}, \
             [{entry}, {exit}, {local}]), "
    );
}

fn row(code: &mut Code, cx: &Cx<'_>, row: &Row<'_>) {
    let source = row.source.0;
    let targets: String = row.targets.iter().map(target).collect();
    let receives = row.kind == RowKind::Receive;
    let function = row
        .function
        .filter(|_| receives)
        .map(|function| cx.function(function).ast);
    let action = function.and_then(|function| cx.name_of_function(function));
    let documentation = function.map_or("", |function| &function.documentation);
    let plain = receives && row.ast.guard.is_none() && !row.chooses && !row.reenter;
    if let (true, Trigger::Messages(messages)) = (plain, &row.trigger) {
        let messages = ids(messages);
        match action {
            None => say!(code, "go({source}, {messages}, &[{targets}]), "),
            Some(action) => say!(
                code,
                "call({source}, {messages}, &[{targets}], {action:?}, {documentation:?}), "
            ),
        }
        return;
    }
    let kind = match row.kind {
        RowKind::Receive => "Receive",
        RowKind::Ignore => "Ignore",
        RowKind::Defer => "Defer",
    };
    let (chooses, reenter) = (row.chooses, row.reenter);
    let guard = optional(cx.text_of_guard(row));
    let (trigger, action) = (trigger(row), optional(action));
    say!(
        code,
        "row({source}, Trigger::{trigger}, {kind}, &[{targets}], [{chooses}, {reenter}], \
             [{guard}, {action}], {documentation:?}), "
    );
}

/// `&[MessageId(0), …]`
fn ids(messages: &[crate::model::MessageId]) -> String {
    let ids: String = messages
        .iter()
        .map(|message| format!("MessageId({}), ", message.0))
        .collect();
    format!("&[{ids}]")
}

fn trigger(row: &Row<'_>) -> String {
    match &row.trigger {
        Trigger::Messages(messages) => format!("Messages(Borrowed({}))", ids(messages)),
        Trigger::Any => "Any".to_owned(),
        Trigger::After => {
            let delay = row.ast.delay.as_ref();
            let nanoseconds = delay.map_or(0, |delay| delay.nanoseconds);
            let text = delay.map_or("", |delay| &delay.text);
            format!("After(Delay {{ nanoseconds: {nanoseconds}, text: text({text:?}) }})")
        }
        Trigger::Always => "Always".to_owned(),
        Trigger::Done => "Done".to_owned(),
        Trigger::Child(ChildSignal::Started) => "Child(Started)".to_owned(),
        Trigger::Child(ChildSignal::Pulsed) => "Child(Pulsed)".to_owned(),
        Trigger::Child(ChildSignal::Errored) => "Child(Errored)".to_owned(),
        Trigger::Child(ChildSignal::Exited) => "Child(Exited)".to_owned(),
        Trigger::Down => "Down".to_owned(),
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Stay => "Target::Stay, ".to_owned(),
        Target::State(state) => format!("to({}), ", state.0),
        Target::History(state) => format!("history({}), ", state.0),
        Target::DeepHistory(state) => format!("deep_history({}), ", state.0),
    }
}
