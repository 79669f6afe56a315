//! A number that two charts share when, and practically only when, they have one structure.
//!
//! Must not know of: machines. Works on the description alone, at compile time where it can.

use wink_chart::{
    Chart, ChildSignal, Completion, DefaultEntry, DefaultKind, Message, Row, RowKind, Shape, State,
    StateKind, Target,
};
use wink_chart::{List, Text, Trigger};

/// FNV-1a, 64 bits: small, the same on every computer, and enough to tell versions of one
/// chart apart. It protects against mistakes, not against malice.
struct Hash(u64);

impl Hash {
    const fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    const fn byte(self, byte: u8) -> Hash {
        Hash((self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3))
    }

    const fn number(self, number: u64) -> Hash {
        let bytes = number.to_le_bytes();
        let mut hash = self;
        let mut index = 0;
        while index < bytes.len() {
            hash = hash.byte(bytes[index]);
            index += 1;
        }
        hash
    }

    /// The length first, so that no two lists of texts run together.
    const fn text(self, text: &Text) -> Hash {
        let bytes = match text {
            Text::Borrowed(text) => text.as_bytes(),
            Text::Owned(text) => text.as_bytes(),
        };
        let mut hash = self.number(bytes.len() as u64);
        let mut index = 0;
        while index < bytes.len() {
            hash = hash.byte(bytes[index]);
            index += 1;
        }
        hash
    }

    const fn optional_text(self, text: &Option<Text>) -> Hash {
        match text {
            Some(text) => self.byte(1).text(text),
            None => self.byte(0),
        }
    }
}

/// The items of a list, where `Deref` cannot be called.
pub(crate) const fn items<T: Clone>(list: &List<T>) -> &[T] {
    match list {
        List::Borrowed(items) => items,
        List::Owned(items) => items.as_slice(),
    }
}

/// The chart's structure in a number: its messages with their fields, its states with their
/// nesting, its rows with their triggers and targets.
///
/// What a machine *is* counts, not how it is written down: documentation, names of functions,
/// texts of guards, the chart's own name and its version do not.
pub const fn fingerprint(chart: &Chart) -> u64 {
    let mut hash = Hash::new();
    let messages = items(&chart.messages);
    hash = hash.number(messages.len() as u64);
    let mut index = 0;
    while index < messages.len() {
        hash = message(hash, &messages[index]);
        index += 1;
    }
    let states = items(&chart.states);
    hash = hash.number(states.len() as u64);
    let mut index = 0;
    while index < states.len() {
        hash = state(hash, &states[index]);
        index += 1;
    }
    let rows = items(&chart.rows);
    hash = hash.number(rows.len() as u64);
    let mut index = 0;
    while index < rows.len() {
        hash = row(hash, &rows[index]);
        index += 1;
    }
    let defaults = items(&chart.defaults);
    let mut index = 0;
    while index < defaults.len() {
        hash = default(hash, &defaults[index]);
        index += 1;
    }
    let completions = items(&chart.completions);
    let mut index = 0;
    while index < completions.len() {
        let Completion { of, message } = completions[index];
        hash = hash.byte(8).number(of.0 as u64).number(message.0 as u64);
        index += 1;
    }
    hash.0
}

const fn default(hash: Hash, default: &DefaultEntry) -> Hash {
    let kind = match default.kind {
        DefaultKind::Initial => 0,
        DefaultKind::History => 1,
        DefaultKind::DeepHistory => 2,
    };
    let hash = hash.byte(7).number(default.of.0 as u64).byte(kind);
    targets(hash, items(&default.targets))
}

/// The lines in a number.
pub(crate) fn of_lines(lines: &[String]) -> u64 {
    let mut hash = Hash::new().number(lines.len() as u64);
    for line in lines {
        hash = hash.number(line.len() as u64);
        for byte in line.bytes() {
            hash = hash.byte(byte);
        }
    }
    hash.0
}

const fn message(hash: Hash, message: &Message) -> Hash {
    let shape = match message.shape {
        Shape::Unit => 0,
        Shape::Tuple => 1,
        Shape::Named => 2,
    };
    let fields = items(&message.fields);
    let mut hash = hash
        .text(&message.name)
        .byte(shape)
        .number(fields.len() as u64);
    let mut index = 0;
    while index < fields.len() {
        hash = hash
            .text(&fields[index].name)
            .text(&fields[index].type_name);
        index += 1;
    }
    hash.optional_text(&message.reply)
}

const fn state(hash: Hash, state: &State) -> Hash {
    let kind = match state.kind {
        StateKind::Leaf => 0,
        StateKind::Composite => 1,
        StateKind::Parallel => 2,
        StateKind::Final => 3,
    };
    // No state has this number, so "none" is told apart.
    let parent = match state.parent {
        Some(parent) => parent.0 as u64,
        None => u64::MAX,
    };
    let initial = match state.initial {
        Some(initial) => initial.0 as u64,
        None => u64::MAX,
    };
    hash.text(&state.name)
        .number(parent)
        .byte(kind)
        .number(initial)
        .optional_text(&state.local)
}

const fn row(hash: Hash, row: &Row) -> Hash {
    let kind = match row.kind {
        RowKind::Receive => 0,
        RowKind::Ignore => 1,
        RowKind::Defer => 2,
    };
    let hash = hash.number(row.source.0 as u64).byte(kind);
    let hash = trigger(hash, &row.trigger).byte(row.reenter as u8);
    targets(hash, items(&row.targets))
}

const fn targets(hash: Hash, targets: &[Target]) -> Hash {
    let mut hash = hash.number(targets.len() as u64);
    let mut index = 0;
    while index < targets.len() {
        hash = match targets[index] {
            Target::State(state) => hash.byte(0).number(state.0 as u64),
            Target::History(state) => hash.byte(1).number(state.0 as u64),
            Target::DeepHistory(state) => hash.byte(2).number(state.0 as u64),
            Target::Stay => hash.byte(3),
        };
        index += 1;
    }
    hash
}

const fn trigger(hash: Hash, trigger: &Trigger) -> Hash {
    match trigger {
        Trigger::Messages(messages) => {
            let messages = items(messages);
            let mut hash = hash.byte(0).number(messages.len() as u64);
            let mut index = 0;
            while index < messages.len() {
                hash = hash.number(messages[index].0 as u64);
                index += 1;
            }
            hash
        }
        Trigger::Any => hash.byte(1),
        Trigger::After(delay) => hash.byte(2).number(delay.nanoseconds),
        Trigger::Always => hash.byte(3),
        Trigger::Done => hash.byte(4),
        Trigger::Child(signal) => hash.byte(5).byte(match signal {
            ChildSignal::Started => 0,
            ChildSignal::Pulsed => 1,
            ChildSignal::Errored => 2,
            ChildSignal::Exited => 3,
        }),
        Trigger::Down => hash.byte(6),
    }
}
