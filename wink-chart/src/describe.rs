//! Short constructors for the parts of a chart: what `#[machine]` emits is made of them and
//! imports all of this module, so that little has to be compiled for each machine.
//!
//! Must not know of: anything but the description.

pub use crate::DefaultKind;
pub use crate::{Chart, ChildSignal::*, Delay, Message, MessageId, RowKind::*, Shape::*};
use crate::{Completion, DefaultEntry, Field, Row, State, StateId, Text};
pub use crate::{StateKind::*, Target, Trigger};
pub use alloc::borrow::Cow::Borrowed;
pub use core::option::Option::{self, None, Some};

/// A constant text.
pub const fn text(text: &'static str) -> Text {
    Borrowed(text)
}

/// A constant text that may be missing.
pub const fn optional(text: Option<&'static str>) -> Option<Text> {
    match text {
        Some(text) => Some(Borrowed(text)),
        None => None,
    }
}

/// A message without fields: its name and documentation, and the type of its answer.
pub const fn unit(
    name: &'static str,
    documentation: &'static str,
    reply: Option<&'static str>,
) -> Message {
    Message {
        name: text(name),
        documentation: text(documentation),
        shape: Unit,
        fields: Borrowed(&[]),
        reply: optional(reply),
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
    kind: crate::StateKind,
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

/// A leaf without a local: its name and documentation, its parent, its entry and exit functions.
pub const fn leaf(
    name: [&'static str; 2],
    parent: u16,
    entry: Option<&'static str>,
    exit: Option<&'static str>,
) -> State {
    state(name, Some(parent), Leaf, None, [entry, exit, None])
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
    kind: crate::RowKind,
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
        targets: Borrowed(targets),
        chooses,
        reenter,
        action: optional(action),
        documentation: text(documentation),
    }
}

/// A row that receives these messages, and has neither guard nor function.
pub const fn go(source: u16, messages: &'static [MessageId], targets: &'static [Target]) -> Row {
    let trigger = Trigger::Messages(Borrowed(messages));
    row(
        source,
        trigger,
        Receive,
        targets,
        [false, false],
        [None, None],
        "",
    )
}

/// A row that receives these messages with a function, and has no guard.
pub const fn call(
    source: u16,
    messages: &'static [MessageId],
    targets: &'static [Target],
    action: &'static str,
    documentation: &'static str,
) -> Row {
    let trigger = Trigger::Messages(Borrowed(messages));
    let functions = [None, Some(action)];
    row(
        source,
        trigger,
        Receive,
        targets,
        [false, false],
        functions,
        documentation,
    )
}

/// What is entered by default in a state, and the function that runs then.
pub const fn default(
    of: u16,
    kind: DefaultKind,
    targets: &'static [Target],
    action: Option<&'static str>,
) -> DefaultEntry {
    DefaultEntry {
        of: StateId(of),
        kind,
        targets: Borrowed(targets),
        action: optional(action),
    }
}

/// The message that says that a state is complete.
pub const fn completion(of: u16, message: u16) -> Completion {
    Completion {
        of: StateId(of),
        message: MessageId(message),
    }
}

/// The target that is a state.
pub const fn to(state: u16) -> Target {
    Target::State(StateId(state))
}

/// The target that is a state's history.
pub const fn history(state: u16) -> Target {
    Target::History(StateId(state))
}

/// The target that is a state's deep history.
pub const fn deep_history(state: u16) -> Target {
    Target::DeepHistory(StateId(state))
}
