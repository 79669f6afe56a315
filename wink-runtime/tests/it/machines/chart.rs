//! Short ways to write the constants of a chart.

use std::borrow::Cow;
use wink_chart::{
    Delay, Field, Message, Row, RowId, RowKind, Shape, State, StateId, StateKind, Target, Text,
    Trigger,
};

pub const NO_TEXT: Text = Cow::Borrowed("");

/// A constant list; a function could not promote what it is given.
macro_rules! list {
    ($($items:tt)*) => {
        std::borrow::Cow::Borrowed(&[$($items)*])
    };
}
pub(super) use list;

pub const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

pub const fn message(name: &'static str, fields: &'static [Field]) -> Message {
    let shape = if fields.is_empty() {
        Shape::Unit
    } else {
        Shape::Named
    };
    Message {
        name: text(name),
        documentation: NO_TEXT,
        shape,
        fields: Cow::Borrowed(fields),
        reply: None,
    }
}

pub const fn question(name: &'static str, reply: &'static str) -> Message {
    Message {
        name: text(name),
        documentation: NO_TEXT,
        shape: Shape::Unit,
        fields: Cow::Borrowed(&[]),
        reply: Some(text(reply)),
    }
}

pub const fn field(name: &'static str, type_name: &'static str) -> Field {
    Field {
        name: text(name),
        type_name: text(type_name),
        documentation: NO_TEXT,
    }
}

pub const fn state(name: &'static str, parent: Option<u16>, initial: Option<u16>) -> State {
    let kind = if initial.is_some() {
        StateKind::Composite
    } else {
        StateKind::Leaf
    };
    state_of_kind(name, parent, initial, kind)
}

pub const fn final_state(name: &'static str, parent: u16) -> State {
    state_of_kind(name, Some(parent), None, StateKind::Final)
}

pub const fn parallel(name: &'static str, parent: u16) -> State {
    state_of_kind(name, Some(parent), None, StateKind::Parallel)
}

const fn state_of_kind(
    name: &'static str,
    parent: Option<u16>,
    initial: Option<u16>,
    kind: StateKind,
) -> State {
    State {
        name: text(name),
        documentation: NO_TEXT,
        parent: match parent {
            Some(parent) => Some(StateId(parent)),
            None => None,
        },
        kind,
        initial: match initial {
            Some(initial) => Some(StateId(initial)),
            None => None,
        },
        entry: None,
        exit: None,
        local: None,
    }
}

pub const fn row(source: u16, trigger: Trigger, targets: &'static [Target]) -> Row {
    row_of_kind(source, trigger, targets, RowKind::Receive)
}

pub const fn deferring(source: u16, trigger: Trigger) -> Row {
    row_of_kind(source, trigger, &[], RowKind::Defer)
}

pub const fn ignoring(source: u16, trigger: Trigger) -> Row {
    row_of_kind(source, trigger, &[], RowKind::Ignore)
}

const fn row_of_kind(
    source: u16,
    trigger: Trigger,
    targets: &'static [Target],
    kind: RowKind,
) -> Row {
    Row {
        source: StateId(source),
        trigger,
        kind,
        guard: None,
        targets: Cow::Borrowed(targets),
        chooses: targets.len() > 1,
        reenter: false,
        action: None,
        documentation: NO_TEXT,
    }
}

pub const fn on(messages: &'static [wink_chart::MessageId]) -> Trigger {
    Trigger::Messages(Cow::Borrowed(messages))
}

pub const fn after(nanoseconds: u64, as_written: &'static str) -> Trigger {
    Trigger::After(Delay {
        nanoseconds,
        text: text(as_written),
    })
}

pub const fn to(state: u16) -> Target {
    Target::State(StateId(state))
}

/// The row ids of an outcome as numbers.
pub fn rows(outcome: &wink_runtime::Outcome) -> Vec<u16> {
    outcome.rows().map(|RowId(row)| row).collect()
}

/// The generated enum of states.
macro_rules! states {
    ($($state:ident = $id:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum State {
            Root_ = 0,
            $($state = $id),+
        }

        impl wink_runtime::private::StateName for State {
            const ROOT: Self = State::Root_;

            fn id(self) -> wink_runtime::StateId {
                wink_runtime::StateId(self as u16)
            }

            fn from_id(id: wink_runtime::StateId) -> Option<Self> {
                match id.0 {
                    0 => Some(State::Root_),
                    $($id => Some(State::$state),)+
                    _ => None,
                }
            }
        }

        impl wink_runtime::private::Resting for State {
            type State = Self;
            const FIRST: Self = State::Root_;

            fn state(self) -> Self {
                self
            }

            fn from_id(id: wink_runtime::StateId) -> Option<Self> {
                <Self as wink_runtime::private::StateName>::from_id(id)
            }
        }

        impl From<State> for wink_runtime::StateId {
            fn from(state: State) -> Self {
                wink_runtime::StateId(state as u16)
            }
        }
    };
}
pub(super) use states;
