//! The shape of a machine's messages as serde sees them: what two nodes compare before the first
//! letter, so that bytes are never read as something that they are not.
//!
//! The shape is found by deserializing made-up values, once for each variant of each enum, as
//! the crate serde-reflection does it. Types that could harm whoever reads them are refused:
//! those that contain themselves (a few bytes would fill the stack) and lists of elements
//! without bytes (a few bytes would make a list without end).
//!
//! Must not know of: the format of the payload.

mod probe;

use std::fmt;

use serde::de::DeserializeOwned;

use crate::core::fingerprint;
use crate::core::machine::{Messages, ReadReply};
use probe::Probe;
use wink_chart::{Chart, MessageId};

/// The shape of one type, written out: `Coin { value: u32 }`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A number, a text, nothing.
    Leaf(&'static str),
    /// There or not.
    Option(Box<Shape>),
    /// Any number of them.
    List(Box<Shape>),
    /// Any number of pairs.
    Map(Box<Shape>, Box<Shape>),
    /// One after the other, by name where they have names.
    Fields(Vec<(&'static str, Shape)>),
    /// One of these.
    Choice(Vec<(&'static str, Shape)>),
}

impl Shape {
    /// The fewest bytes that a value takes in the wire's format.
    fn least(&self) -> usize {
        match self {
            Shape::Leaf("()") => 0,
            Shape::Leaf(_) | Shape::Option(_) | Shape::List(_) | Shape::Map(..) => 1,
            Shape::Fields(fields) => fields.iter().map(|(_, shape)| shape.least()).sum(),
            Shape::Choice(_) => 1,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |formatter: &mut fmt::Formatter<'_>, fields: &[(&str, Shape)], between: &str| {
            for (index, (name, shape)) in fields.iter().enumerate() {
                let before = if index > 0 { between } else { "" };
                write!(formatter, "{before}{name}")?;
                match (name.is_empty(), shape) {
                    (true, shape) => write!(formatter, "{shape}")?,
                    (false, Shape::Leaf("()")) => {}
                    (false, Shape::Fields(_)) if between == " | " => write!(formatter, " {shape}")?,
                    (false, shape) if between == " | " => write!(formatter, " ({shape})")?,
                    (false, shape) => write!(formatter, ": {shape}")?,
                }
            }
            Ok(())
        };
        match self {
            Shape::Leaf(name) => formatter.write_str(name),
            Shape::Option(shape) => write!(formatter, "{shape}?"),
            Shape::List(shape) => write!(formatter, "[{shape}]"),
            Shape::Map(key, value) => write!(formatter, "[{key}: {value}]"),
            Shape::Fields(fields) if fields.iter().all(|(name, _)| name.is_empty()) => {
                formatter.write_str("(")?;
                list(formatter, fields, ", ")?;
                formatter.write_str(")")
            }
            Shape::Fields(fields) => {
                formatter.write_str("{ ")?;
                list(formatter, fields, ", ")?;
                formatter.write_str(" }")
            }
            Shape::Choice(choices) => {
                formatter.write_str("<")?;
                list(formatter, choices, " | ")?;
                formatter.write_str(">")
            }
        }
    }
}

/// Why messages cannot travel, whatever is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaError {
    /// A type contains itself.
    Recursive {
        /// Where, as serde calls it.
        within: String,
    },
    /// A list whose elements have no bytes.
    EmptyElements {
        /// Where, as serde calls it.
        within: String,
    },
    /// A type is read according to what it finds, which the wire's format does not tell: an
    /// untagged or internally tagged enum, a flattened field, a JSON value.
    SelfDescribing {
        /// Where, as serde calls it.
        within: String,
    },
    /// A type accepts none of the values that were tried.
    Opaque {
        /// Where, as serde calls it.
        within: String,
        /// What it said of the last one.
        why: String,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SchemaError::Recursive { within } => write!(
                formatter,
                "{within} contains itself: a few bytes from outside could fill the stack; send \
                 it as a list of its parts"
            ),
            SchemaError::EmptyElements { within } => write!(
                formatter,
                "{within} has a list of elements without bytes: send their number instead"
            ),
            SchemaError::SelfDescribing { within } => write!(
                formatter,
                "{within} is read by what its bytes say that they are, which the wire's do not: \
                 take `#[serde(untagged)]`, `#[serde(tag)]`, `#[serde(flatten)]` off it, or send \
                 it as text"
            ),
            SchemaError::Opaque { within, why } => write!(
                formatter,
                "the shape of {within} cannot be found out: {why}; send it as the text or the \
                 number that it is made of"
            ),
        }
    }
}

impl std::error::Error for SchemaError {}

/// What a machine can be sent and what it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// One message a line: `Coin { value: u32 }`, `Total -> u32`.
    lines: Vec<String>,
}

impl Schema {
    /// The schema of the machine with that chart.
    ///
    /// # Errors
    /// When the messages or the answers cannot travel.
    pub fn of<Msg>(chart: &Chart) -> Result<Self, SchemaError>
    where
        Msg: Messages + DeserializeOwned,
        Msg::Reply: ReadReply,
    {
        let mut lines = Vec::new();
        if chart.messages.is_empty() {
            // It is sent nothing, and can be watched all the same.
            return Ok(Self { lines });
        }
        // A messages enum may be given any form by serde: its variants are those that serde sees.
        match shape(&|probe| Msg::deserialize(probe).map(drop))? {
            Shape::Choice(choices) => {
                for (name, shape) in choices {
                    let choice = Shape::Choice(vec![(name, shape)]).to_string();
                    lines.push(choice.trim_matches(['<', '>']).to_owned());
                }
            }
            other => lines.push(other.to_string()),
        }
        for (index, message) in chart.messages.iter().enumerate() {
            if message.reply.is_some() {
                let question = MessageId(u16::try_from(index).unwrap_or(u16::MAX));
                let answer = shape(&|probe| Msg::Reply::read_reply(question, probe).map(drop))?;
                lines.push(format!("{} -> {answer}", message.name));
            }
        }
        Ok(Self { lines })
    }

    /// A number that two schemas share when, and practically only when, they are the same.
    pub fn fingerprint(&self) -> u64 {
        fingerprint::of_lines(&self.lines)
    }

    /// One message a line; then one answer a line.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// In which messages another schema differs from this one, in words; the other's text.
    pub fn difference(&self, other: &str) -> String {
        let theirs: Vec<&str> = other.lines().collect();
        let mut said = Vec::new();
        for line in &self.lines {
            if !theirs.contains(&&**line) {
                said.push(format!("here `{line}`"));
            }
        }
        for line in &theirs {
            if !self.lines.iter().any(|own| own == line) {
                said.push(format!("there `{line}`"));
            }
        }
        if said.is_empty() {
            said.push("the order of the messages".to_owned());
        }
        said.truncate(8);
        said.join(", ")
    }
}

/// Reads a made-up value.
type Read<'a> = &'a dyn Fn(Probe<'_>) -> Result<(), probe::Failed>;

fn shape(read: Read<'_>) -> Result<Shape, SchemaError> {
    probe::trace(read)
}

#[cfg(test)]
mod tests;
