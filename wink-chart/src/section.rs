//! The description as bytes: what `wink::main!` puts into a section of a machine's program, so
//! that it can be read without running that.
//!
//! Written while the program is compiled, so everything that writes is `const` and copies texts
//! whole: that costs the compiler next to nothing. `docs/section.md` has the format, byte by
//! byte.
//!
//! Must not know of: files, and formats of executables.

mod read;

pub use read::{SectionError, read};

use crate::{
    Chart, ChildSignal, DefaultEntry, DefaultKind, Field, List, Message, Row, RowKind, Shape,
    State, StateKind, Target, Text, Trigger,
};
use alloc::borrow::Cow;

/// The section's name in an executable of the ELF kind; in one of the Mach-O kind it is
/// `__wink` in the segment `__DATA`.
pub const SECTION: &str = ".wink";

/// What the bytes begin with.
pub const MAGIC: [u8; 8] = *b"WINKDESC";

/// The version of the format, raised by every change of it.
pub const VERSION: u32 = 1;

/// Magic, version, length of what follows.
pub(crate) const HEADER: usize = 16;

/// What a machine's program says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The machine's description.
    pub chart: Chart,
    /// What the program takes as arguments, in order; as the fields of a message, so that the
    /// same kinds and ranges apply.
    pub parameters: List<Field>,
}

/// How many bytes [`bytes`] takes. Parameters that are `None` are left out.
pub const fn length(chart: &Chart, parameters: &[Option<Field>]) -> usize {
    write::<0>(chart, parameters).at
}

/// The description as bytes, all `N` of them: as many as [`length`] says.
///
/// # Panics
/// When `N` is another number, or when a part of the chart is not a constant.
pub const fn bytes<const N: usize>(chart: &Chart, parameters: &[Option<Field>]) -> [u8; N] {
    let writer = write::<N>(chart, parameters);
    assert!(writer.at == N, "as many bytes as `length` says");
    writer.bytes
}

/// Bytes as they come in; those beyond `N` are only counted.
struct Writer<const N: usize> {
    bytes: [u8; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    const fn raw(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if end <= N {
            let (_, rest) = self.bytes.split_at_mut(self.at);
            let (place, _) = rest.split_at_mut(bytes.len());
            place.copy_from_slice(bytes);
        }
        self.at = end;
    }

    const fn byte(&mut self, byte: u8) {
        self.raw(&[byte]);
    }

    const fn short(&mut self, number: u16) {
        self.raw(&number.to_le_bytes());
    }

    const fn count(&mut self, number: usize) {
        assert!(number <= u32::MAX as usize, "a length has 32 bits");
        self.raw(&(number as u32).to_le_bytes());
    }

    const fn str(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    const fn text(&mut self, text: &Text) {
        match text {
            Cow::Borrowed(text) => self.str(text),
            Cow::Owned(_) => panic!("a text of a compiled machine is a constant"),
        }
    }

    const fn optional(&mut self, text: &Option<Text>) {
        match text {
            None => self.byte(0),
            Some(text) => {
                self.byte(1);
                self.text(text);
            }
        }
    }
}

const fn items<T: Clone>(list: &List<T>) -> &[T] {
    match list {
        Cow::Borrowed(items) => items,
        Cow::Owned(_) => panic!("a list of a compiled machine is a constant"),
    }
}

const fn write<const N: usize>(chart: &Chart, parameters: &[Option<Field>]) -> Writer<N> {
    let mut writer = Writer::<N> {
        bytes: [0; N],
        at: 0,
    };
    writer.raw(&MAGIC);
    writer.raw(&VERSION.to_le_bytes());
    // The length is known when all is written.
    writer.count(0);
    write_chart(&mut writer, chart);
    write_parameters(&mut writer, parameters);
    let length = writer.at - HEADER;
    assert!(length <= u32::MAX as usize, "a length has 32 bits");
    if N >= HEADER {
        let (_, rest) = writer.bytes.split_at_mut(HEADER - 4);
        let (place, _) = rest.split_at_mut(4);
        place.copy_from_slice(&(length as u32).to_le_bytes());
    }
    writer
}

const fn write_chart<const N: usize>(writer: &mut Writer<N>, chart: &Chart) {
    writer.text(&chart.name);
    writer.text(&chart.version);
    writer.text(&chart.data);
    writer.text(&chart.documentation);
    let messages = items(&chart.messages);
    writer.count(messages.len());
    let mut at = 0;
    while at < messages.len() {
        write_message(writer, &messages[at]);
        at += 1;
    }
    let states = items(&chart.states);
    writer.count(states.len());
    let mut at = 0;
    while at < states.len() {
        write_state(writer, &states[at]);
        at += 1;
    }
    let rows = items(&chart.rows);
    writer.count(rows.len());
    let mut at = 0;
    while at < rows.len() {
        write_row(writer, &rows[at]);
        at += 1;
    }
    let defaults = items(&chart.defaults);
    writer.count(defaults.len());
    let mut at = 0;
    while at < defaults.len() {
        write_default(writer, &defaults[at]);
        at += 1;
    }
    let completions = items(&chart.completions);
    writer.count(completions.len());
    let mut at = 0;
    while at < completions.len() {
        writer.short(completions[at].of.0);
        writer.short(completions[at].message.0);
        at += 1;
    }
}

const fn write_default<const N: usize>(writer: &mut Writer<N>, default: &DefaultEntry) {
    writer.short(default.of.0);
    writer.byte(match default.kind {
        DefaultKind::Initial => 0,
        DefaultKind::History => 1,
        DefaultKind::DeepHistory => 2,
    });
    write_targets(writer, items(&default.targets));
    writer.optional(&default.action);
}

const fn write_fields<const N: usize>(writer: &mut Writer<N>, fields: &[Field]) {
    writer.count(fields.len());
    let mut at = 0;
    while at < fields.len() {
        write_field(writer, &fields[at]);
        at += 1;
    }
}

const fn write_parameters<const N: usize>(writer: &mut Writer<N>, parameters: &[Option<Field>]) {
    let (mut at, mut count) = (0, 0);
    while at < parameters.len() {
        count += parameters[at].is_some() as usize;
        at += 1;
    }
    writer.count(count);
    at = 0;
    while at < parameters.len() {
        if let Some(parameter) = &parameters[at] {
            write_field(writer, parameter);
        }
        at += 1;
    }
}

const fn write_field<const N: usize>(writer: &mut Writer<N>, field: &Field) {
    writer.text(&field.name);
    writer.text(&field.type_name);
    writer.text(&field.documentation);
}

const fn write_message<const N: usize>(writer: &mut Writer<N>, message: &Message) {
    writer.text(&message.name);
    writer.text(&message.documentation);
    writer.byte(match message.shape {
        Shape::Unit => 0,
        Shape::Tuple => 1,
        Shape::Named => 2,
    });
    writer.optional(&message.reply);
    write_fields(writer, items(&message.fields));
}

const fn write_state<const N: usize>(writer: &mut Writer<N>, state: &State) {
    writer.text(&state.name);
    writer.text(&state.documentation);
    // No chart has so many states that this is one's number.
    writer.short(match state.parent {
        Some(parent) => parent.0,
        None => u16::MAX,
    });
    writer.byte(match state.kind {
        StateKind::Leaf => 0,
        StateKind::Composite => 1,
        StateKind::Parallel => 2,
        StateKind::Final => 3,
    });
    writer.short(match state.initial {
        Some(initial) => initial.0,
        None => u16::MAX,
    });
    writer.optional(&state.entry);
    writer.optional(&state.exit);
    writer.optional(&state.local);
}

const fn write_row<const N: usize>(writer: &mut Writer<N>, row: &Row) {
    writer.short(row.source.0);
    write_trigger(writer, &row.trigger);
    writer.byte(match row.kind {
        RowKind::Receive => 0,
        RowKind::Ignore => 1,
        RowKind::Defer => 2,
    });
    writer.optional(&row.guard);
    write_targets(writer, items(&row.targets));
    writer.byte(row.chooses as u8 | (row.reenter as u8) << 1);
    writer.optional(&row.action);
    writer.text(&row.documentation);
}

const fn write_targets<const N: usize>(writer: &mut Writer<N>, targets: &[Target]) {
    writer.count(targets.len());
    let mut at = 0;
    while at < targets.len() {
        let (kind, state) = match targets[at] {
            Target::State(state) => (0, state.0),
            Target::History(state) => (1, state.0),
            Target::DeepHistory(state) => (2, state.0),
            Target::Stay => (3, 0),
        };
        writer.byte(kind);
        writer.short(state);
        at += 1;
    }
}

const fn write_trigger<const N: usize>(writer: &mut Writer<N>, trigger: &Trigger) {
    match trigger {
        Trigger::Messages(messages) => {
            writer.byte(0);
            let messages = items(messages);
            writer.count(messages.len());
            let mut at = 0;
            while at < messages.len() {
                writer.short(messages[at].0);
                at += 1;
            }
        }
        Trigger::Any => writer.byte(1),
        Trigger::After(delay) => {
            writer.byte(2);
            writer.raw(&delay.nanoseconds.to_le_bytes());
            writer.text(&delay.text);
        }
        Trigger::Always => writer.byte(3),
        Trigger::Done => writer.byte(4),
        Trigger::Child(signal) => writer.byte(match signal {
            ChildSignal::Started => 5,
            ChildSignal::Pulsed => 6,
            ChildSignal::Errored => 7,
            ChildSignal::Exited => 8,
        }),
        Trigger::Down => writer.byte(9),
    }
}
