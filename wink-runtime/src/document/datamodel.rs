//! What a document remembers: its variables, and the event that it is about.
//!
//! Must not know of: what is done with them.

use super::expression::System;
use super::value::Value;
use crate::core::machine::Machine;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

/// A machine from a document with `datamodel="ecmascript"`.
pub trait Document: Machine {
    /// The ids of its `<data>` elements, in document order.
    const VARIABLES: &'static [&'static str];

    /// What it remembers.
    fn datamodel(&self) -> &Datamodel;

    /// What it remembers, to be changed.
    fn datamodel_mut(&mut self) -> &mut Datamodel;

    /// The message for an event of that name; `None` when nothing in the document listens.
    fn message(event: &str, data: Value) -> Option<Self::Message>;
}

/// Why content was broken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The event that says so.
    pub event: &'static str,
    /// For a person.
    pub why: String,
}

impl Failure {
    /// `error.execution`
    pub fn execution(why: String) -> Failure {
        let event = "error.execution";
        Failure { event, why }
    }

    /// `error.communication`
    pub fn communication(why: String) -> Failure {
        let event = "error.communication";
        Failure { event, why }
    }
}

/// Where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Origin {
    Internal,
    Platform,
}

/// The variables of a document, and the event that is being dealt with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Datamodel {
    pub(super) values: Vec<Value>,
    pub(super) event: Value,
    /// Where what waits in the internal queue came from, in the same order.
    pub(super) raised: VecDeque<Origin>,
    /// How many ids of sent events were made up.
    pub(super) made: u64,
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

    pub(super) fn fail(&self) {
        self.failures.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take_failures(&mut self) -> u32 {
        std::mem::take(self.failures.0.get_mut())
    }

    pub(super) fn system(&self, system: System, name: &str) -> Value {
        match system {
            System::Event => self.event.clone(),
            System::SessionId | System::Name => name.into(),
            System::IoProcessors => {
                let location = vec![("location".to_owned(), address(name).into())];
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

/// The target by which a machine of that name sends to itself.
pub(super) fn address(name: &str) -> String {
    format!("#_scxml_{name}")
}
