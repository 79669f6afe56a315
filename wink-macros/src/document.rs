//! Machines from standard files: a document is read, becomes a module of the language and what
//! is noted beside it, and goes the way of every machine from there.
//!
//! Reading, in this order: `scxml` or `xstate` (text to `ir`), `flat` (states in document order,
//! names resolved), `events` (what becomes a message), `write` (the module). Problems of all of
//! them are collected in `problems`.
//!
//! Must not know of: what becomes of a module.

#[cfg(feature = "scxml")]
mod content;
#[cfg(feature = "scxml")]
mod door;
#[cfg(feature = "scxml")]
pub mod ecmascript;
#[cfg(feature = "scxml")]
mod events;
#[cfg(feature = "scxml")]
mod expressions;
#[cfg(feature = "scxml")]
mod files;
#[cfg(feature = "scxml")]
mod flat;
#[cfg(feature = "scxml")]
mod ir;
#[cfg(feature = "scxml")]
mod names;
#[cfg(feature = "scxml")]
mod problems;
#[cfg(feature = "scxml")]
mod scxml;
#[cfg(feature = "scxml")]
mod write;
#[cfg(feature = "scxml")]
mod xstate;

#[cfg(all(test, feature = "scxml"))]
pub use door::check;
#[cfg(feature = "scxml")]
pub use door::compile;
use proc_macro2::{Ident, TokenStream, TokenTree};
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
    /// The module has a function `__settled`, to be called when nothing is eventless or raised any
    /// more, and the data has `__sessions`.
    pub invokes: bool,
    /// How many rows there are so far.
    pub rows: usize,
}

/// What is said about a document beside its file.
#[derive(Clone)]
pub struct Options {
    /// Attributes of the module.
    pub attributes: TokenStream,
    pub visibility: TokenStream,
    pub module: Ident,
    /// The type of the data.
    pub machine: Ident,
    /// Events with the types that they carry.
    pub events: Vec<(String, TokenStream)>,
    /// Mistakes of expressions are errors when the machine comes there.
    pub late: bool,
    /// The module says in a constant what is wrong with the document.
    pub report: Option<String>,
    /// The file, to be watched.
    pub path: Option<String>,
    /// The files that it names, to be watched.
    pub beside: Vec<String>,
}

/// Whether the tokens inside `machine!` name a document.
pub fn is_document(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    let (first, second) = (tokens.next(), tokens.next());
    // A machine that is written there begins with an attribute, `pub` or `mod`. A word that is none
    // of the formats is told of with those that are.
    matches!(first, Some(TokenTree::Ident(_)))
        && matches!(second, Some(TokenTree::Punct(sign)) if sign.as_char() == '=')
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
