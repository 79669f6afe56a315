//! Two states of one name, and names that the language or the generated code needs.

use super::{Blame, tree};
use crate::ast::{Body, Item};
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, FunctionId, StateId};

pub fn check(diagnostics: &mut Diagnostics, blame: &mut Blame, chart: &Chart<'_>) {
    duplicates(diagnostics, blame, chart);
    reserved(diagnostics, chart);
    blame.machine = generated(diagnostics, chart);
}

fn duplicates(diagnostics: &mut Diagnostics, blame: &mut Blame, chart: &Chart<'_>) {
    for (index, second) in chart.states.iter().enumerate().skip(1) {
        let before = &chart.states[1..index];
        if let Some(first) = before.iter().find(|first| first.ident == second.ident) {
            diagnostics.duplicate_state(second.ident, first.ident);
            // Paths lead to the first one.
            let id = StateId(index as u16);
            for (at, function) in chart.functions.iter().enumerate() {
                if function.state == id || tree::lies_in(chart, function.state, id) {
                    blame.functions.push(FunctionId(at));
                }
            }
            continue;
        }
        let variant = variant(&second.ident.to_string());
        let same = |name: &str| crate::check::names::variant(name) == variant;
        if let Some(first) = before.iter().find(|first| same(&first.ident.to_string())) {
            diagnostics.same_variant(second.ident, first.ident, &variant);
        }
    }
}

/// The variant of a state in the generated enums, for example `WaitingForCoin`.
fn variant(name: &str) -> String {
    let words = name
        .trim_start_matches("r#")
        .split('_')
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        })
        .collect()
}

fn reserved(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    for state in chart.states.iter().skip(1) {
        let name = state.ident.to_string();
        let meaning = match name.as_str() {
            "stay" => "as a target, `stay` means that nothing changes",
            "history" | "deep_history" => "as a target, it is the memory of another state",
            _ if name.starts_with("r#") => "it is a keyword of Rust",
            _ if variant(&name) == "Self" => "it would be the variant `State::Self`",
            _ => continue,
        };
        diagnostics.reserved_state(state.ident, meaning);
    }
}

/// Items of the user beside generated ones of the same name; whether there are any.
fn generated(diagnostics: &mut Diagnostics, chart: &Chart<'_>) -> bool {
    let mut clash = false;
    let data = chart.ast.data.as_ref().map(|data| &data.ident);
    let messages = chart.ast.messages.as_ref().map(|messages| &messages.ident);
    let states = chart.states[0].children.iter();
    let states = states.map(|id| tree::state(chart, *id).ident);
    for ident in data
        .into_iter()
        .chain(messages)
        .chain(declared(&chart.ast.body))
        .chain(states)
    {
        let what = match ident.to_string().as_str() {
            "State" => "the enum of all states",
            "Context" => "the type of the context",
            "Replies" => "the enum of all answers",
            "Locals" if chart.states.iter().any(|state| state.local.is_some()) => {
                "the struct of all state-local data"
            }
            _ => continue,
        };
        diagnostics.generated_name(ident, what);
        clash = true;
    }
    clash
}

/// The items in a module that are not ours and have a name.
fn declared(body: &Body) -> impl Iterator<Item = &proc_macro2::Ident> {
    body.items.iter().filter_map(|item| match item {
        Item::Other(other) => other.declared.as_ref(),
        _ => None,
    })
}
