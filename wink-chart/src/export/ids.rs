//! Ids of states in another format: the state's own name wherever that format can bear it.
//!
//! Must not know of: any one format.

use crate::{Chart, StateId};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The ids of a chart's states and of the small states that are drawn beside them. No two are
/// the same, whatever the states are called.
pub(super) struct Ids {
    states: Vec<String>,
    taken: BTreeSet<String>,
}

impl Ids {
    /// The ids of this chart's states. A plain name of which `can_be_id` holds is kept.
    pub(super) fn of(chart: &Chart, can_be_id: impl Fn(StateId, &str) -> bool) -> Ids {
        let names: BTreeSet<&str> = chart.states.iter().map(|state| &*state.name).collect();
        let mut ids = Ids {
            states: Vec::new(),
            taken: names.iter().map(|name| name.to_string()).collect(),
        };
        let mut drawn = BTreeSet::new();
        for state in chart.state_ids() {
            let name = &*chart.state(state).name;
            let keeps_name = is_plain(name) && can_be_id(state, name) && drawn.insert(name);
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

/// A name that every format can bear: letters, digits and `_`, and a letter first.
fn is_plain(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && name.chars().all(is_letter)
}
