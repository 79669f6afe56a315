//! Short constructors for the parts of a chart: what `#[machine]` emits is made of them, so that
//! little has to be compiled for each machine.

use crate::{Field, Row, RowKind, State, StateId, StateKind, Target, Text, Trigger};
use alloc::borrow::Cow;

/// A constant text.
pub const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

/// A constant text that may be missing.
pub const fn optional(text: Option<&'static str>) -> Option<Text> {
    match text {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

/// A field of a message.
pub const fn field(
    name: &'static str,
    type_name: &'static str,
    documentation: &'static str,
) -> Field {
    Field {
        name: text(name),
        type_name: text(type_name),
        documentation: text(documentation),
    }
}

/// A state: its name and documentation, its parent and initial child by number, its entry and
/// exit functions, and the type of its local.
pub const fn state(
    name: [&'static str; 2],
    parent: Option<u16>,
    kind: StateKind,
    initial: Option<u16>,
    [entry, exit, local]: [Option<&'static str>; 3],
) -> State {
    let [name, documentation] = name;
    State {
        name: text(name),
        documentation: text(documentation),
        parent: id(parent),
        kind,
        initial: id(initial),
        entry: optional(entry),
        exit: optional(exit),
        local: optional(local),
    }
}

const fn id(state: Option<u16>) -> Option<StateId> {
    match state {
        Some(state) => Some(StateId(state)),
        None => None,
    }
}

/// A row: the state that declares it, what sets it off and what becomes of a message; where it
/// goes, whether its function chooses and whether it leaves its source; its guard, its function
/// and the documentation of that.
pub const fn row(
    source: u16,
    trigger: Trigger,
    kind: RowKind,
    targets: &'static [Target],
    [chooses, reenter]: [bool; 2],
    [guard, action]: [Option<&'static str>; 2],
    documentation: &'static str,
) -> Row {
    Row {
        source: StateId(source),
        trigger,
        kind,
        guard: optional(guard),
        targets: Cow::Borrowed(targets),
        chooses,
        reenter,
        action: optional(action),
        documentation: text(documentation),
    }
}
