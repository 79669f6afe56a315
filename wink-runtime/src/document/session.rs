//! One session that a document's machine has invoked: a machine as a plain value inside the data
//! of another, and the events that go between the two.
//!
//! Must not know of: which sessions there are, and when one is invoked.

use super::datamodel::Document;
use super::value::Value;
use crate::core::effect::Effect;
use crate::core::instance::{Instance, Start};
use crate::core::machine::Machine;
use crate::core::snapshot::{Durable, Portable, RestoreError, Snapshot};
use crate::core::status::Status;
use crate::core::steps::Steps;
use crate::core::time::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// An event that goes from one session to another, or that a session takes from outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    pub(super) name: String,
    pub(super) data: Value,
    /// The platform says so, nobody has sent it.
    pub(super) is_platform: bool,
    pub(super) send_id: Option<String>,
    /// The target by which the sender is reached.
    pub(super) origin: Option<String>,
    /// By which id the sender was invoked, when it is one that the receiver has invoked.
    pub(super) invoke_id: Option<String>,
}

/// What a machine gives itself for the sake of its sessions: the only message of a document that
/// is no event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Errand {
    /// The session of that number has something to do.
    Run(u64),
    /// An event arrives from another session.
    Arrive(Crossing),
    /// An event leaves for that target.
    Leave(String, Crossing),
}

/// Who an invoked machine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The id by which it was invoked.
    pub(super) invoke_id: String,
    /// Its session.
    pub(super) session: String,
    /// The session that has invoked it.
    pub(super) parent: String,
}

/// How a session begins.
#[derive(Debug)]
pub struct Beginning {
    pub(super) membership: Membership,
    /// First values for variables of these names.
    pub(super) given: Vec<(String, Value)>,
    pub(super) now: Time,
}

/// What a session has done since it was last asked.
#[derive(Default)]
pub struct Told {
    pub(super) lines: Vec<Cow<'static, str>>,
    pub(super) events: Vec<Crossing>,
    /// With what it has ended, or on what it has failed.
    pub(super) end: Option<Result<Value, String>>,
    pub(super) next: Option<Time>,
}

/// The machines that a document's machine can invoke; generated.
pub trait Invoked: fmt::Debug + Sized {
    /// Starts the machine of the `<invoke>` at that place.
    fn start(place: usize, beginning: Beginning) -> Self;

    /// The machine, whichever it is.
    fn session(&mut self) -> &mut dyn Session;

    /// It is about to be saved: it is that time now.
    fn save(&self, now: Time);
}

/// A document that invokes nothing.
#[derive(Debug, Serialize, Deserialize)]
pub enum Nobody {}

impl Invoked for Nobody {
    fn start(_: usize, _: Beginning) -> Self {
        unreachable!("a document without `<invoke>` starts nothing")
    }

    fn session(&mut self) -> &mut dyn Session {
        match *self {}
    }

    fn save(&self, _: Time) {
        match *self {}
    }
}

/// An invoked machine, whichever it is.
pub trait Session {
    /// Lets time pass.
    fn advance(&mut self, now: Time);

    /// Ends it: its exits run.
    fn stop(&mut self);

    /// Puts an event where it takes them from.
    fn post(&mut self, event: Crossing, now: Time);

    /// What it has done.
    fn told(&mut self) -> Told;

    /// It comes out of a snapshot: it is that time now.
    ///
    /// # Errors
    /// When it does not fit its chart.
    fn restore(&mut self, now: Time) -> Result<(), RestoreError>;
}

/// An invoked machine of this kind.
pub struct Child<C: Machine> {
    held: Held<C>,
    /// What time it is, in nanoseconds, for one that is saved: its own clock stands still as long
    /// as it has nothing to do, and who saves may change nothing.
    saved: AtomicU64,
}

enum Held<C: Machine> {
    Live(Box<Instance<C>>),
    /// Out of a snapshot: nobody has said yet what time it is.
    Saved(Box<Snapshot<C>>),
    Gone,
}

impl<C: Document + Steps + Default> Child<C> {
    /// Starts the machine.
    pub fn start(beginning: Beginning) -> Self {
        let Beginning {
            membership,
            given,
            now,
        } = beginning;
        let mut data = C::default();
        let datamodel = data.datamodel_mut();
        for (name, value) in given {
            let mut outermost = C::VARIABLES.iter().take(C::OUTERMOST);
            if let Some(place) = outermost.position(|one| *one == name) {
                datamodel.values[place] = value;
                datamodel.given.push(place);
            }
        }
        datamodel.membership = Some(membership);
        Child {
            held: Held::Live(Box::new(data.start_with(now, &mut ()))),
            saved: AtomicU64::new(0),
        }
    }
}

impl<C: Machine> Child<C> {
    /// It is about to be saved: it is that time now.
    pub fn save(&self, now: Time) {
        self.saved.store(now.nanoseconds(), Ordering::Relaxed);
    }

    fn machine(&mut self) -> Option<&mut Instance<C>> {
        match &mut self.held {
            Held::Live(machine) => Some(machine),
            Held::Saved(_) | Held::Gone => None,
        }
    }
}

impl<C: Document + Steps> Session for Child<C> {
    fn advance(&mut self, now: Time) {
        if let Some(machine) = self.machine() {
            let _ = machine.advance(now);
        }
    }

    fn stop(&mut self) {
        if let Some(machine) = self.machine() {
            let _ = machine.stop();
        }
    }

    fn post(&mut self, event: Crossing, now: Time) {
        let Some(machine) = self.machine() else {
            return;
        };
        if let (Status::Running, Some(message)) =
            (machine.status(), C::errand(Errand::Arrive(event)))
        {
            let cx = &mut machine.parts.cx;
            cx.now = cx.now.max(now);
            cx.add_timer(Cow::Borrowed(""), Duration::ZERO, message);
        }
    }

    fn told(&mut self) -> Told {
        let Some(machine) = self.machine() else {
            return Told::default();
        };
        let mut lines = Vec::new();
        while let Some(effect) = machine.poll_effect() {
            if let Effect::Log(line) = effect {
                lines.push(line);
            }
        }
        let why = machine.exit_reason();
        let status = machine.status();
        let next = machine.next_deadline();
        let datamodel = machine.data_mut().datamodel_mut();
        let end = match status {
            Status::Fresh | Status::Running => None,
            Status::Exited => Some(Ok(std::mem::take(&mut datamodel.done))),
            Status::Errored => Some(Err(why.map_or_else(String::new, |why| why.to_string()))),
        };
        Told {
            lines,
            events: std::mem::take(&mut datamodel.told),
            end,
            next,
        }
    }

    fn restore(&mut self, now: Time) -> Result<(), RestoreError> {
        if let Held::Saved(snapshot) = std::mem::replace(&mut self.held, Held::Gone) {
            self.held = Held::Live(Box::new(snapshot.restore(now)?));
        }
        Ok(())
    }
}

impl<C: Machine + fmt::Debug> fmt::Debug for Child<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.held {
            Held::Live(machine) => machine.fmt(formatter),
            Held::Saved(_) => formatter.write_str("Saved"),
            Held::Gone => formatter.write_str("Gone"),
        }
    }
}

impl<C> Serialize for Child<C>
where
    C: Machine + Durable,
    C::Locals: Durable,
    C::Message: Portable,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.held {
            Held::Live(machine) => {
                let now = Time::from_nanoseconds(self.saved.load(Ordering::Relaxed));
                match machine.snapshot_at(now.max(machine.now())) {
                    Ok(snapshot) => snapshot.serialize(serializer),
                    Err(error) => Err(ser::Error::custom(error)),
                }
            }
            Held::Saved(snapshot) => snapshot.serialize(serializer),
            Held::Gone => Err(ser::Error::custom("an invoked machine was not restored")),
        }
    }
}

impl<'de, C> Deserialize<'de> for Child<C>
where
    C: Machine + DeserializeOwned,
    C::Locals: DeserializeOwned,
    C::Message: DeserializeOwned,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let snapshot = Snapshot::<C>::deserialize(deserializer).map_err(de::Error::custom)?;
        let held = Held::Saved(Box::new(snapshot));
        let saved = AtomicU64::new(0);
        Ok(Child { held, saved })
    }
}
