//! Ids of states in a Mermaid diagram: the state's own name wherever Mermaid can bear it.

use crate::{Chart, StateId};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Words that cannot be the id of a state, in lower case.
const RESERVED: [&str; 25] = [
    // Mermaid's grammar gives these a meaning.
    "accdescr",
    "acctitle",
    "as",
    "choice",
    "class",
    "classdef",
    "click",
    "default",
    "direction",
    "end",
    "fork",
    "hide",
    "href",
    "join",
    "note",
    "scale",
    "state",
    "statediagram",
    "style",
    "title",
    // It calls the whole diagram by this name.
    "root",
    // It keeps states in JavaScript objects, which have these names already.
    "constructor",
    "prototype",
    "tostring",
    "valueof",
];

/// The ids of a chart's states and of the small states that are drawn beside them. No two are
/// the same, whatever the states are called.
pub(super) struct Ids {
    states: Vec<String>,
    taken: BTreeSet<String>,
}

impl Ids {
    pub(super) fn of(chart: &Chart) -> Ids {
        let names: BTreeSet<&str> = chart.states.iter().map(|state| &*state.name).collect();
        let mut ids = Ids {
            states: Vec::new(),
            taken: names.iter().map(|name| name.to_string()).collect(),
        };
        let mut drawn = BTreeSet::new();
        for state in chart.state_ids() {
            let name = &*chart.state(state).name;
            // The machine may have a state that is called as its module is.
            let keeps_name =
                state != StateId::ROOT && can_be_id(name, &names) && drawn.insert(name);
            let id = match keeps_name {
                true => name.to_string(),
                false => ids.unused(&format!("state_{}", state.0)),
            };
            ids.states.push(id);
        }
        ids
    }

    pub(super) fn state(&self, state: StateId) -> &str {
        &self.states[state.index()]
    }

    /// An id for a small state that is drawn beside `state`.
    pub(super) fn beside(&mut self, state: StateId, suffix: &str) -> String {
        let wanted = format!("{}_{suffix}", self.state(state));
        self.unused(&wanted)
    }

    fn unused(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_string();
        while !self.taken.insert(id.clone()) {
            id.push('_');
        }
        id
    }
}

fn can_be_id(name: &str, names: &BTreeSet<&str>) -> bool {
    let is_plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_reserved = RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word));
    // Other names that JavaScript's objects have are in camel case, which states are not.
    let is_object_s = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.contains(|letter: char| letter.is_ascii_uppercase());
    // Mermaid calls a composite's marks after the composite.
    let is_mark = ["_start", "_end"].iter().any(|mark| {
        name.strip_suffix(mark).is_some_and(|owner| {
            owner == "root" || owner.starts_with("state_") || names.contains(owner)
        })
    });
    is_plain && !is_reserved && !is_object_s && !is_mark
}
