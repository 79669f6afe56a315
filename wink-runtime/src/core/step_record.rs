//! One step of one machine, written down.
//!
//! Must not know of: loops, and where it is kept.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::exit::Identity;
use super::portrait::Change;
use super::time::Time;

/// A step that a machine of a system has carried out: what it was about, and what it did.
///
/// Prints as one line, and one more for each effect and each change. See
/// `SystemBuilder::recent_steps`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StepRecord {
    /// When it began, by the system's clock.
    #[serde(serialize_with = "nanoseconds")]
    pub at: Time,
    /// How long it took, waiting included.
    pub took: Duration,
    /// Which machine.
    #[serde(serialize_with = "as_text")]
    pub machine: Identity,
    /// What it was given: the name of a message, or `(start)`, `(time)`, `(stop)`, `(down)`,
    /// `(child started)`, `(child pulsed)`, `(child errored)`, `(child exited)`.
    pub input: Cow<'static, str>,
    /// The message as text, at most 256 bytes of it; `None` when messages have no `Debug`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The machine that sent the message, when it was one.
    #[serde(
        serialize_with = "as_text_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub sender: Option<Identity>,
    /// What became of it: `handled`, `ignored`, `deferred`, `unhandled`, `ended` (it came too
    /// late), `failed`; `done` when it was no message.
    pub outcome: &'static str,
    /// Names of the states in which the machine rested before.
    pub from: Vec<Cow<'static, str>>,
    /// Names of the states in which it rests after it; the root alone when it has ended.
    pub to: Vec<Cow<'static, str>>,
    /// What the step has asked for, in order: messages with whom they are for, log lines, new
    /// machines. The first 32.
    pub effects: Vec<String>,
    /// What it has changed in the data, when that is `Serialize` or `Debug`.
    pub changes: Vec<Change>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn nanoseconds<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.nanoseconds())
}

fn as_text<S: Serializer>(machine: &Identity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(machine)
}

fn as_text_if_any<S: Serializer>(
    machine: &Option<Identity>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match machine {
        Some(machine) => serializer.collect_str(machine),
        None => serializer.serialize_none(),
    }
}

impl fmt::Display for StepRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let input = self.message.as_deref().unwrap_or(&self.input);
        write!(formatter, "{} {input}", self.machine)?;
        if let Some(sender) = self.sender {
            write!(formatter, " from {sender}")?;
        }
        write!(formatter, ": {}", self.outcome)?;
        let (from, to) = (self.from.join(", "), self.to.join(", "));
        match from == to {
            true => write!(formatter, ", [{to}]")?,
            false => write!(formatter, ", [{from}] -> [{to}]")?,
        }
        if let Some(error) = &self.error {
            write!(formatter, ": {error}")?;
        }
        for effect in &self.effects {
            write!(formatter, "\n    {effect}")?;
        }
        for change in &self.changes {
            write!(formatter, "\n    {change}")?;
        }
        Ok(())
    }
}
