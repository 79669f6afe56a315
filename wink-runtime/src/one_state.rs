//! Charts of the machines that are written by hand in this crate: all of them have one state.
//!
//! What people write goes through the compiler, which lives in a crate above this one.

use std::borrow::Cow;

use wink_chart::{Message, Row, RowKind, Shape, State as Node, StateId, StateKind, Text, Trigger};

use crate::core::machine::StateName;
use crate::core::store::Resting;

/// The one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State;

impl StateName for State {
    const ROOT: Self = State;

    fn id(self) -> StateId {
        StateId(0)
    }

    fn from_id(id: StateId) -> Option<Self> {
        (id == StateId(0)).then_some(State)
    }
}

impl Resting for State {
    type State = State;
    const FIRST: Self = State;

    fn state(self) -> State {
        self
    }

    fn from_id(id: StateId) -> Option<Self> {
        <State as StateName>::from_id(id)
    }
}

impl From<State> for StateId {
    fn from(_: State) -> Self {
        StateId(0)
    }
}

pub(crate) const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

pub(crate) const fn message(name: &'static str, explanation: &'static str) -> Message {
    Message {
        name: text(name),
        documentation: text(explanation),
        shape: Shape::Unit,
        fields: Cow::Borrowed(&[]),
        reply: None,
    }
}

pub(crate) const fn row(trigger: Trigger) -> Row {
    Row {
        source: StateId(0),
        trigger,
        kind: RowKind::Receive,
        guard: None,
        targets: Cow::Borrowed(&[]),
        chooses: false,
        reenter: false,
        action: None,
        documentation: text(""),
    }
}

pub(crate) const STATES: &[Node] = &[Node {
    name: text("root"),
    documentation: text(""),
    parent: None,
    kind: StateKind::Leaf,
    initial: None,
    entry: None,
    exit: None,
    local: None,
}];
