//! What a document remembers: its variables, and the event that it is about.
//!
//! Must not know of: what is done with them.

use super::expression::System;
use super::session::{Crossing, Errand, Invoked, Membership};
use super::sessions::{Invoke, Sessions};
use super::value::Value;
use crate::core::machine::Machine;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

/// A machine from a document with `datamodel="ecmascript"`.
pub trait Document: Machine + 'static {
    /// The ids of its `<data>` elements, in document order.
    const VARIABLES: &'static [&'static str];

    /// How many of them are the document's own and no state's: they stand first.
    const OUTERMOST: usize;

    /// Its `<invoke>`s, in document order.
    const INVOKES: &'static [Invoke<Self>] = &[];

    /// The machines that it invokes.
    type Invoked: Invoked;

    /// Its name, when the document says it.
    const NAME: Option<&'static str>;

    /// What it remembers.
    fn datamodel(&self) -> &Datamodel;

    /// What it remembers, to be changed.
    fn datamodel_mut(&mut self) -> &mut Datamodel;

    /// The message for an event of that name; `None` when nothing in the document listens.
    fn message(event: &str, data: Value) -> Option<Self::Message>;

    /// The message by which it gives itself that errand; `None` when it has no sessions.
    fn errand(errand: Errand) -> Option<Self::Message> {
        drop(errand);
        None
    }

    /// What it has invoked; `None` when it never invokes anything.
    fn sessions_mut(&mut self) -> Option<&mut Sessions<Self::Invoked>> {
        None
    }
}

/// Why content was broken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The event that says so.
    pub event: &'static str,
    /// For a person.
    pub why: String,
    /// The id of the `<send>` that failed.
    pub send_id: Option<String>,
}

impl Failure {
    /// `error.execution`
    pub fn execution(why: String) -> Failure {
        Failure::of("error.execution", why)
    }

    /// `error.communication`
    pub fn communication(why: String) -> Failure {
        Failure::of("error.communication", why)
    }

    fn of(event: &'static str, why: String) -> Failure {
        Failure {
            event,
            why,
            send_id: None,
        }
    }
}

/// Where an event came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Origin {
    Internal,
    Platform,
    /// Another session: it has waited outside before.
    Session(Box<Crossing>),
}

/// An event that waits in the internal queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Raised {
    pub(super) origin: Origin,
    /// As it was raised: its message may stand for others too. The platform's own have the name
    /// of their message.
    pub(super) name: Option<String>,
    /// The id of the `<send>`, when it was one.
    pub(super) id: Option<String>,
}

impl Raised {
    pub(super) fn crossing(event: Crossing) -> Raised {
        Raised {
            name: Some(event.name.clone()),
            id: event.send_id.clone(),
            origin: Origin::Session(Box::new(event)),
        }
    }
}

/// An event that the machine has sent to itself and that has not arrived yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) id: String,
    /// When it is due, in nanoseconds.
    pub(super) due: u64,
}

impl Sent {
    /// Whether it is offered by a message for events of that name.
    fn is_offered_as(&self, event: &str) -> bool {
        let rest = self.name.strip_prefix(event);
        event == "*" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// So many sent events are known by where they came from.
const SENT_MAX: usize = 4_096;

/// The variables of a document, and the event that is being dealt with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Datamodel {
    pub(super) values: Vec<Value>,
    pub(super) event: Value,
    /// Where what waits in the internal queue came from, in the same order.
    pub(super) raised: VecDeque<Raised>,
    /// What is on its way to the machine itself, in the order of sending.
    sent: Vec<Sent>,
    /// How many ids of sent events were made up.
    pub(super) made: u64,
    /// Who has invoked it, and as whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) membership: Option<Membership>,
    /// Variables whose first values came from there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) given: Vec<usize>,
    /// What it has to say to who has invoked it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) told: Vec<Crossing>,
    /// What it says when it has ended.
    #[serde(default, skip_serializing_if = "Value::is_undefined")]
    pub(super) done: Value,
    #[serde(skip)]
    failures: Failures,
}

/// Conditions that could not be evaluated since somebody last asked: they may change nothing,
/// so this is counted behind their backs.
#[derive(Debug, Default)]
struct Failures(AtomicU32);

impl Clone for Failures {
    fn clone(&self) -> Self {
        Failures(AtomicU32::new(self.0.load(Ordering::Relaxed)))
    }
}

impl Datamodel {
    /// With so many variables, all undefined.
    #[doc(hidden)]
    pub fn new(variables: usize) -> Datamodel {
        Datamodel {
            values: vec![Value::Undefined; variables],
            ..Datamodel::default()
        }
    }

    /// The value of the variable at that place among the document's `<data>` elements.
    pub fn get(&self, place: usize) -> Option<&Value> {
        self.values.get(place)
    }

    pub(super) fn note_sent(&mut self, sent: Sent) {
        if self.sent.len() == SENT_MAX {
            self.sent.remove(0);
        }
        self.sent.push(sent);
    }

    /// The event of that message that arrives now, when the machine itself has sent it.
    pub(super) fn take_sent(&mut self, event: &str, now: u64) -> Option<Sent> {
        let due = |(_, sent): &(usize, &Sent)| sent.due <= now && sent.is_offered_as(event);
        let arrived = self.sent.iter().enumerate().filter(due);
        let (place, _) = arrived.min_by_key(|(_, sent)| sent.due)?;
        Some(self.sent.remove(place))
    }

    pub(super) fn forget_sent(&mut self, id: &str) {
        self.sent.retain(|sent| sent.id != id);
    }

    pub(super) fn fail(&self) {
        self.failures.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take_failures(&mut self) -> u32 {
        std::mem::take(self.failures.0.get_mut())
    }

    /// The machine's session: its name, unless it was invoked.
    pub(super) fn session<'a>(&'a self, name: &'a str) -> &'a str {
        let membership = self.membership.as_ref();
        membership.map_or(name, |membership| &membership.session)
    }

    pub(super) fn system(&self, system: System, name: &str) -> Value {
        match system {
            System::Event => self.event.clone(),
            System::SessionId => self.session(name).into(),
            System::Name => name.into(),
            System::IoProcessors => {
                let address = address(self.session(name));
                let location = vec![("location".to_owned(), address.into())];
                let processor = Value::Map(location);
                Value::Map(vec![
                    ("scxml".to_owned(), processor.clone()),
                    (PROCESSOR.to_owned(), processor),
                ])
            }
        }
    }
}

/// The type of the only processor of events that there is.
pub(super) const PROCESSOR: &str = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";

/// The target by which a session sends to itself.
pub(super) fn address(session: &str) -> String {
    format!("#_scxml_{session}")
}
