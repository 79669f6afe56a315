//! What the documents' executable content does.

use super::expression::{Scope, Value, evaluate, holds};
use std::collections::{BTreeMap, BTreeSet};
use wink_chart::{MessageId, RowId, StateId};
use wink_oracle::{Effects, Event, Function, Program};

/// One piece of executable content.
#[derive(Clone, Debug)]
pub enum Content {
    Raise(String),
    Send {
        /// An expression for the event's name.
        event: String,
        /// An expression for the delay, such as `'1s'`; none for at once.
        delay: Option<String>,
        /// By which it can be cancelled.
        id: Option<String>,
        /// It goes to the internal queue.
        internal: bool,
    },
    Cancel(String),
    Assign {
        location: String,
        value: String,
    },
    /// The branches with their conditions; the last may have none.
    If(Vec<Branch>),
}

/// A condition, and what is done when it holds.
pub type Branch = (Option<String>, Vec<Content>);

/// What a row's guard asks.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    pub condition: Option<String>,
    /// This state has been left before, so that its history is recorded.
    pub left_before: Option<StateId>,
}

/// A message that waits in the external queue.
#[derive(Clone, Debug)]
struct Sent {
    due: u64,
    message: MessageId,
    id: Option<String>,
}

/// The functions of a document, with the data that they work on.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    pub functions: BTreeMap<Function, Vec<Content>>,
    pub guards: BTreeMap<u16, Guard>,
    /// Messages by name, `done.state.ID` included.
    pub messages: BTreeMap<String, MessageId>,
    pub names: Vec<String>,
    pub completions: BTreeMap<u16, MessageId>,
    pub variables: BTreeMap<String, Value>,
    /// Milliseconds.
    pub now: u64,
    external: Vec<Sent>,
    left: BTreeSet<StateId>,
    event: String,
    /// Names of the states that are active while content runs.
    active: BTreeSet<String>,
}

impl Contents {
    /// Takes the message that is due first, at `until` at the latest.
    pub fn next_external(&mut self, until: u64) -> Option<MessageId> {
        let due = self
            .external
            .iter()
            .map(|sent| sent.due)
            .min()
            .filter(|&due| due <= until)?;
        let first = self.external.iter().position(|sent| sent.due == due)?;
        self.now = self.now.max(due);
        Some(self.external.remove(first).message)
    }

    fn names_of(&self, configuration: &BTreeSet<StateId>) -> BTreeSet<String> {
        configuration
            .iter()
            .map(|state| self.names[state.index()].clone())
            .collect()
    }

    fn scope<'s>(&'s self, active: &'s BTreeSet<String>) -> Scope<'s> {
        Scope {
            variables: &self.variables,
            active,
            event: &self.event,
        }
    }

    fn value(&self, source: &str) -> Result<Value, String> {
        evaluate(source, &self.scope(&self.active))
    }

    fn run(&mut self, contents: &[Content], raised: &mut Vec<MessageId>) -> Result<(), String> {
        for content in contents {
            match content {
                Content::Raise(event) => raised.push(self.messages[event]),
                Content::Send {
                    event,
                    delay,
                    id,
                    internal,
                } => {
                    let event = self.value(event)?.text();
                    let Some(&message) = self.messages.get(&event) else {
                        continue;
                    };
                    if *internal {
                        raised.push(message);
                        continue;
                    }
                    let delay = match delay {
                        Some(delay) => milliseconds(&self.value(delay)?.text())?,
                        None => 0,
                    };
                    self.external.push(Sent {
                        due: self.now + delay,
                        message,
                        id: id.clone(),
                    });
                }
                Content::Cancel(id) => {
                    self.external.retain(|sent| sent.id.as_ref() != Some(id));
                }
                Content::Assign { location, value } => {
                    let value = self.value(value)?;
                    self.variables.insert(location.clone(), value);
                }
                Content::If(branches) => {
                    let scope = self.scope(&self.active);
                    let taken = branches.iter().find(|(condition, _)| {
                        condition
                            .as_ref()
                            .is_none_or(|condition| holds(condition, &scope))
                    });
                    if let Some((_, contents)) = taken {
                        self.run(contents, raised)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Milliseconds of a delay such as `1.5s` or `10ms`.
fn milliseconds(delay: &str) -> Result<u64, String> {
    let (number, factor) = match delay.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (delay.strip_suffix('s').unwrap_or(delay), 1_000.0),
    };
    let number: f64 = number
        .parse()
        .map_err(|_| format!("`{delay}` is no delay"))?;
    Ok((number * factor) as u64)
}

impl Program for Contents {
    fn guard(&self, row: RowId, configuration: &BTreeSet<StateId>) -> bool {
        let Some(guard) = self.guards.get(&row.0) else {
            return true;
        };
        let active = self.names_of(configuration);
        let scope = self.scope(&active);
        guard
            .left_before
            .is_none_or(|state| self.left.contains(&state))
            && guard
                .condition
                .as_ref()
                .is_none_or(|condition| holds(condition, &scope))
    }

    fn choose(&self, _row: RowId) -> usize {
        unreachable!("a document's transitions do not choose")
    }

    fn call(&mut self, function: Function, configuration: &BTreeSet<StateId>) -> Effects {
        let mut effects = Effects::default();
        self.active = self.names_of(configuration);
        if let Function::Exit(state) = function {
            self.left.insert(state);
        }
        if let Some(contents) = self.functions.get(&function).cloned() {
            // Content that fails is broken off; no chart here looks for the error event.
            let _ = self.run(&contents, &mut effects.raised);
        }
        effects
    }

    fn take(&mut self, event: Event) {
        if let Event::Message(message) = event {
            let name = self.messages.iter().find(|(_, id)| **id == message);
            self.event = name.map(|(name, _)| name.clone()).unwrap_or_default();
        }
    }

    fn completion(&self, state: StateId) -> Event {
        match self.completions.get(&state.0) {
            Some(&message) => Event::Message(message),
            None => Event::Done(state),
        }
    }
}
