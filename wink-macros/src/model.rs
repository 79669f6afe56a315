//! What the machine means: arenas indexed by id, names resolved once.
//!
//! After `model::build` nothing is looked up by name any more. Broken parts (an unknown
//! target, an unknown message) have been reported and are left out of the arenas or marked
//! `broken`, so that later stages neither report nor emit them twice.
//!
//! Must not know of: `quote!`, rules (those are `check`'s).

mod build;
mod names;
mod parameters;
mod types;

use crate::ast;
use crate::document::{Action, Notes};
pub use build::build;
use proc_macro2::{Ident, Span};
use syn::Type;
pub use wink_chart::{ChildSignal, MessageId, RowId, RowKind, StateId, StateKind};

/// A machine with all names resolved. Borrows the syntax tree for tokens and spans.
pub struct Chart<'a> {
    pub ast: &'a ast::Machine,
    /// The data struct; `None` when it is missing (reported): then nothing is expanded.
    pub data: Option<&'a ast::Data>,
    pub messages: Vec<Message<'a>>,
    /// Pre-order; the first is the root (the machine itself).
    pub states: Vec<State<'a>>,
    /// Document order.
    pub rows: Vec<Row<'a>>,
    /// Functions in document order.
    pub functions: Vec<Function<'a>>,
    /// What only documents say; for a machine of the language nothing.
    pub document: Option<Document<'a>>,
    /// Some target was reported as unknown and could not be guessed: nobody can say which
    /// states are unreachable.
    pub lost_target: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub usize);

/// What a document says that the language has no words for.
pub struct Document<'a> {
    pub notes: &'a Notes,
    pub defaults: Vec<DefaultEntry<'a>>,
    /// States with the messages that say that they are complete, and the functions that make
    /// those messages.
    pub completions: Vec<(StateId, MessageId, &'a str)>,
}

/// What is entered by default in a state.
pub struct DefaultEntry<'a> {
    pub of: StateId,
    pub kind: wink_chart::DefaultKind,
    pub targets: Vec<Target>,
    pub action: Option<&'a Action>,
}

pub struct Message<'a> {
    pub ast: &'a ast::Variant,
}

pub struct State<'a> {
    /// `None` for the root.
    pub ast: Option<&'a ast::State>,
    pub body: &'a ast::Body,
    pub ident: &'a Ident,
    pub parent: Option<StateId>,
    pub children: Vec<StateId>,
    /// Number of ancestors; 0 for the root.
    pub depth: usize,
    pub kind: StateKind,
    pub initial: Option<StateId>,
    pub entry: Option<FunctionId>,
    pub exit: Option<FunctionId>,
    /// The type that the entry function returns, when it returns one.
    pub local: Option<&'a Type>,
    /// Rows whose source is this state, document order.
    pub rows: Vec<RowId>,
    /// Asked for by some `history(…)` / `deep_history(…)` target.
    pub shallow_history: bool,
    pub deep_history: bool,
}

pub struct Row<'a> {
    pub ast: &'a ast::Row,
    pub source: StateId,
    pub trigger: Trigger,
    pub kind: RowKind,
    pub targets: Vec<Target>,
    /// The function returns `Goto`.
    pub chooses: bool,
    pub reenter: bool,
    pub function: Option<FunctionId>,
    /// A part of it was reported as wrong: it counts as a row for "is it handled?", but
    /// nothing else is reported about it and only a stub is emitted.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    Messages(Vec<MessageId>),
    Any,
    After,
    Always,
    Done,
    Child(ChildSignal),
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    State(StateId),
    History(StateId),
    DeepHistory(StateId),
    Stay,
}

pub struct Function<'a> {
    pub ast: &'a ast::Function,
    /// The state (or root) that declares it.
    pub state: StateId,
    pub parameters: Vec<Parameter<'a>>,
    pub returns: Returns<'a>,
    pub rows: Vec<RowId>,
    /// A parameter or the return type was reported: emit the function as it is, and stub the calls.
    pub broken: bool,
}

pub struct Parameter<'a> {
    pub ast: &'a ast::Parameter,
    pub kind: ParameterKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    Data {
        mutable: bool,
    },
    Context {
        mutable: bool,
    },
    /// `&Local` or `&mut Local` of this state (the declaring one or an ancestor).
    Local {
        of: StateId,
        mutable: bool,
    },
    /// A field of the message. For each alternative of the row the field's index is found by
    /// name (or by `position` among the field parameters, in a tuple variant).
    Field {
        position: usize,
        by_reference: bool,
    },
    /// `Message` or `&Message`, in a `_` row.
    Message {
        by_reference: bool,
    },
    /// `Reply<T>`.
    Reply,
    /// `&Child`
    Child,
    /// `&Error`
    Error,
    /// `&Down`
    Down,
}

/// What a function returns, read from its signature.
#[derive(Clone, Default)]
pub struct Returns<'a> {
    /// The answer, or an entry function's local.
    pub value: Option<&'a Type>,
    /// The last part is `Goto`.
    pub goto: Option<Span>,
}

impl Document<'_> {
    /// Whether straight code can run it: then nothing below is said.
    pub fn is_extended(&self, rows: &[Row<'_>]) -> bool {
        let joint = |row: &Row<'_>| !row.chooses && row.targets.len() > 1;
        self.notes.is_interpreted
            || !self.defaults.is_empty()
            || !self.completions.is_empty()
            || rows.iter().any(joint)
    }
}
