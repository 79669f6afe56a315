//! Machines from standard files: a document is read, becomes a module of the language and what
//! is noted beside it, and goes the way of every machine from there.
//!
//! Must not know of: what becomes of a module.

use std::collections::BTreeMap;
pub use wink_chart::DefaultKind;

/// What a document says that its module cannot: names that are no names in Rust, and what the
/// language has no words for. All keys are names in the module.
#[derive(Default)]
pub struct Notes {
    /// By the state's module: its id.
    pub states: BTreeMap<String, String>,
    /// By the variant: the event's name.
    pub messages: BTreeMap<String, String>,
    /// By function: what it does, in a few words. One that does nothing is not here.
    pub labels: BTreeMap<String, String>,
    /// By the row's function: its condition as written.
    pub guards: BTreeMap<String, String>,
    /// What is entered by default, in document order.
    pub defaults: Vec<DefaultEntry>,
    /// The events that say that a state is complete.
    pub completions: Vec<Completion>,
    /// The module has functions `__event` and `__failures`, to be called before and after each
    /// message.
    pub has_event: bool,
    /// Straight code is not for this chart.
    pub is_interpreted: bool,
}

/// What is entered by default in a state.
pub struct DefaultEntry {
    /// The state; `None` for the document itself.
    pub of: Option<String>,
    pub kind: DefaultKind,
    pub targets: Vec<Target>,
    pub action: Option<Action>,
}

/// A function of the machine's module that takes the data and the context.
pub struct Action {
    pub function: String,
    /// What it does, in a few words.
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    State(String),
    History { of: String, deep: bool },
}

/// A state whose completion is an event.
pub struct Completion {
    pub of: String,
    /// The variant.
    pub message: String,
    /// The function that makes the message.
    pub function: String,
}
