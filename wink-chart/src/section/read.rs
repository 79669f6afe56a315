//! Reads a description from bytes that anybody may have written.
//!
//! Must not know of: files, and formats of executables.

use super::{HEADER, MAGIC, Program, VERSION};
use crate::{
    Chart, ChildSignal, Completion, DefaultEntry, DefaultKind, Delay, Field, Message, MessageId,
    Row, RowKind, Shape, State, StateId, StateKind, Target, Text, Trigger,
};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// Deeper than this no module can be nested.
const DEEPEST: usize = 128;

/// Why bytes are no description.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionError {
    /// They do not begin as one.
    NotADescription,
    /// They were written in another version of the format.
    Version {
        /// That version.
        found: u32,
    },
    /// They end before the description does.
    Truncated,
    /// They are no description that a compiler writes.
    Broken {
        /// What is wrong.
        what: &'static str,
    },
}

impl fmt::Display for SectionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SectionError::NotADescription => {
                formatter.write_str("this does not begin as the description of a machine")
            }
            SectionError::Version { found } => write!(
                formatter,
                "the description has format {found}, and this program reads format {VERSION}: \
                 build both with the same version of wink"
            ),
            SectionError::Truncated => formatter.write_str("the description is cut off"),
            SectionError::Broken { what } => {
                write!(formatter, "the description is damaged: {what}")
            }
        }
    }
}

impl core::error::Error for SectionError {}

/// The description in these bytes; what follows it is not looked at.
///
/// A chart that was read may be asked and drawn as a compiled one: all numbers in it are of
/// states and messages that it has.
///
/// # Errors
/// When the bytes are none, are cut off, or contradict themselves.
pub fn read(bytes: &[u8]) -> Result<Program, SectionError> {
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(SectionError::NotADescription);
    };
    if header[..MAGIC.len()] != MAGIC {
        return Err(SectionError::NotADescription);
    }
    let mut numbers = Reader(&header[MAGIC.len()..]);
    let found = numbers.long()?;
    if found != VERSION {
        return Err(SectionError::Version { found });
    }
    let length = numbers.long()? as usize;
    let mut reader = Reader(body.get(..length).ok_or(SectionError::Truncated)?);
    let program = Program {
        chart: chart(&mut reader)?,
        parameters: reader.list(field)?.into(),
    };
    if !reader.0.is_empty() {
        return Err(broken("something follows it"));
    }
    check(&program.chart)?;
    Ok(program)
}

const fn broken(what: &'static str) -> SectionError {
    SectionError::Broken { what }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn raw(&mut self, length: usize) -> Result<&'a [u8], SectionError> {
        let (bytes, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(SectionError::Truncated)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SectionError> {
        let mut array = [0; N];
        array.copy_from_slice(self.raw(N)?);
        Ok(array)
    }

    fn byte(&mut self) -> Result<u8, SectionError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Result<u16, SectionError> {
        self.array().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Result<u32, SectionError> {
        self.array().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Result<Text, SectionError> {
        let length = self.long()? as usize;
        let bytes = self.raw(length)?;
        let text = core::str::from_utf8(bytes).map_err(|_| broken("a text is not UTF-8"))?;
        Ok(Text::Owned(text.to_string()))
    }

    fn optional(&mut self) -> Result<Option<Text>, SectionError> {
        match self.byte()? {
            0 => Ok(None),
            1 => self.text().map(Some),
            _ => Err(broken("a text is neither there nor missing")),
        }
    }

    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, SectionError>,
    ) -> Result<Vec<T>, SectionError> {
        let count = self.long()?;
        if count >= u32::from(u16::MAX) {
            return Err(broken("a list is too long"));
        }
        // No room is made on the word of a number: every item takes bytes.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn state(&mut self) -> Result<Option<StateId>, SectionError> {
        Ok(Some(self.short()?)
            .filter(|&id| id != u16::MAX)
            .map(StateId))
    }
}

fn chart(reader: &mut Reader<'_>) -> Result<Chart, SectionError> {
    Ok(Chart {
        name: reader.text()?,
        version: reader.text()?,
        data: reader.text()?,
        documentation: reader.text()?,
        messages: reader.list(message)?.into(),
        states: reader.list(state)?.into(),
        rows: reader.list(row)?.into(),
        defaults: reader.list(default)?.into(),
        completions: reader.list(completion)?.into(),
    })
}

fn field(reader: &mut Reader<'_>) -> Result<Field, SectionError> {
    Ok(Field {
        name: reader.text()?,
        type_name: reader.text()?,
        documentation: reader.text()?,
    })
}

fn message(reader: &mut Reader<'_>) -> Result<Message, SectionError> {
    Ok(Message {
        name: reader.text()?,
        documentation: reader.text()?,
        shape: match reader.byte()? {
            0 => Shape::Unit,
            1 => Shape::Tuple,
            2 => Shape::Named,
            _ => return Err(broken("a message has no such shape")),
        },
        reply: reader.optional()?,
        fields: reader.list(field)?.into(),
    })
}

fn state(reader: &mut Reader<'_>) -> Result<State, SectionError> {
    Ok(State {
        name: reader.text()?,
        documentation: reader.text()?,
        parent: reader.state()?,
        kind: match reader.byte()? {
            0 => StateKind::Leaf,
            1 => StateKind::Composite,
            2 => StateKind::Parallel,
            3 => StateKind::Final,
            _ => return Err(broken("there is no such kind of state")),
        },
        initial: reader.state()?,
        entry: reader.optional()?,
        exit: reader.optional()?,
        local: reader.optional()?,
    })
}

fn row(reader: &mut Reader<'_>) -> Result<Row, SectionError> {
    let source = StateId(reader.short()?);
    let trigger = trigger(reader)?;
    let kind = match reader.byte()? {
        0 => RowKind::Receive,
        1 => RowKind::Ignore,
        2 => RowKind::Defer,
        _ => return Err(broken("there is no such kind of row")),
    };
    let guard = reader.optional()?;
    let targets = reader.list(target)?.into();
    let options = reader.byte()?;
    if options > 3 {
        return Err(broken("there is no such option of a row"));
    }
    Ok(Row {
        source,
        trigger,
        kind,
        guard,
        targets,
        chooses: options & 1 != 0,
        reenter: options & 2 != 0,
        action: reader.optional()?,
        documentation: reader.text()?,
    })
}

fn default(reader: &mut Reader<'_>) -> Result<DefaultEntry, SectionError> {
    Ok(DefaultEntry {
        of: StateId(reader.short()?),
        kind: match reader.byte()? {
            0 => DefaultKind::Initial,
            1 => DefaultKind::History,
            2 => DefaultKind::DeepHistory,
            _ => return Err(broken("there is no such kind of default")),
        },
        targets: reader.list(target)?.into(),
        action: reader.optional()?,
    })
}

fn completion(reader: &mut Reader<'_>) -> Result<Completion, SectionError> {
    Ok(Completion {
        of: StateId(reader.short()?),
        message: MessageId(reader.short()?),
    })
}

fn target(reader: &mut Reader<'_>) -> Result<Target, SectionError> {
    let (kind, state) = (reader.byte()?, StateId(reader.short()?));
    match kind {
        0 => Ok(Target::State(state)),
        1 => Ok(Target::History(state)),
        2 => Ok(Target::DeepHistory(state)),
        3 => Ok(Target::Stay),
        _ => Err(broken("there is no such target")),
    }
}

fn trigger(reader: &mut Reader<'_>) -> Result<Trigger, SectionError> {
    Ok(match reader.byte()? {
        0 => {
            let messages = reader.list(|reader| reader.short().map(MessageId))?;
            Trigger::Messages(messages.into())
        }
        1 => Trigger::Any,
        2 => Trigger::After(Delay {
            nanoseconds: reader.array().map(u64::from_le_bytes)?,
            text: reader.text()?,
        }),
        3 => Trigger::Always,
        4 => Trigger::Done,
        5 => Trigger::Child(ChildSignal::Started),
        6 => Trigger::Child(ChildSignal::Pulsed),
        7 => Trigger::Child(ChildSignal::Errored),
        8 => Trigger::Child(ChildSignal::Exited),
        9 => Trigger::Down,
        _ => return Err(broken("there is no such trigger")),
    })
}

/// Numbers are of something that is there, and states are in document order.
fn check(chart: &Chart) -> Result<(), SectionError> {
    if chart.states.is_empty() {
        return Err(broken("it has no state, not even the machine itself"));
    }
    check_states(chart)?;
    let is_state = |state: StateId| state.index() < chart.states.len();
    let is_message = |message: MessageId| message.index() < chart.messages.len();
    let leads_nowhere = |target: &Target| match *target {
        Target::State(state) | Target::History(state) | Target::DeepHistory(state) => {
            !is_state(state)
        }
        Target::Stay => false,
    };
    for default in chart.defaults.iter() {
        if !is_state(default.of) || default.targets.iter().any(leads_nowhere) {
            return Err(broken("a default speaks of a state that is not there"));
        }
    }
    for completion in chart.completions.iter() {
        if !is_state(completion.of) || !is_message(completion.message) {
            return Err(broken("a completion speaks of what is not there"));
        }
    }
    for row in chart.rows.iter() {
        if !is_state(row.source) || row.targets.iter().any(leads_nowhere) {
            return Err(broken("a row speaks of a state that is not there"));
        }
        if let Trigger::Messages(messages) = &row.trigger
            && messages.iter().any(|&message| !is_message(message))
        {
            return Err(broken("a row speaks of a message that is not there"));
        }
    }
    for message in chart.messages.iter() {
        let has_fields = !message.fields.is_empty();
        if message.shape == Shape::Unit && has_fields {
            return Err(broken("a message without fields has some"));
        }
    }
    Ok(())
}

fn check_states(chart: &Chart) -> Result<(), SectionError> {
    // The states around the one that is looked at, the outermost first.
    let mut around: Vec<usize> = Vec::new();
    for (index, state) in chart.states.iter().enumerate() {
        match state.parent {
            None if index == 0 => {}
            None => return Err(broken("a state lies in nothing")),
            Some(parent) => {
                let place = around.iter().position(|&one| one == parent.index());
                let depth = place.ok_or(broken("states are not in document order"))?;
                around.truncate(depth + 1);
            }
        }
        if around.len() >= DEEPEST {
            return Err(broken("states lie too deep"));
        }
        around.push(index);
        let wrong = |initial: StateId| {
            let child = chart.states.get(initial.index());
            child.is_none_or(|child| child.parent.map(StateId::index) != Some(index))
        };
        if state.initial.is_some_and(wrong) {
            return Err(broken("an initial child is no child"));
        }
    }
    Ok(())
}

impl Program {
    /// One line that says what arguments the program takes: `<every: Duration> [<count: u32>]`.
    pub fn usage(&self) -> String {
        let words = self.parameters.iter().map(|parameter| {
            let (name, written) = (&parameter.name, &*parameter.type_name);
            let inside = |outer: &str| written.strip_prefix(outer)?.strip_suffix('>');
            match (inside("Option<"), inside("Vec<")) {
                (Some(inner), _) => alloc::format!("[<{name}: {inner}>]"),
                (_, Some(inner)) => alloc::format!("[<{name}: {inner}>]…"),
                _ => alloc::format!("<{name}: {written}>"),
            }
        });
        words.collect::<Vec<String>>().join(" ")
    }
}
