//! A machine between two steps as plain data, and a machine from such data.
//!
//! Everything is kept by name, so that a saved machine can be read by a person and says clearly
//! when it no longer fits. Must not know of: where a snapshot is kept, formats.

use super::context::Context;
use super::fingerprint::fingerprint;
use super::instance::Instance;
use super::machine::{Machine, Messages};
use super::mailbox::Envelope;
use super::status::{Phase, Status};
use super::steps::Parts;
use super::store::{Store, history_slots};
use super::time::Time;
use core::fmt;
use core::marker::PhantomData;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wink_chart::{Chart, RowId, StateId, Trigger};

mod check;
mod timers;

pub use check::RestoreError;
use timers::SavedTimer;

/// A machine whose data and state-local data can be saved.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be saved: it is not `Serialize` and `Deserialize`",
    label = "a durable machine's data and state-local data are saved with it",
    note = "add `#[derive(Serialize, Deserialize)]` to it, and to the types of its fields"
)]
pub trait Durable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Durable for T {}

/// Messages that can leave their process: be saved, or be sent to another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave its process: it is not `Serialize` and `Deserialize`",
    label = "messages that are saved, or sent to another process, are written as data",
    note = "add `#[derive(Serialize, Deserialize)]` to the `#[messages]` enum"
)]
pub trait Portable: Messages + Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Messages + Serialize + DeserializeOwned> Portable for T {}

/// A machine as data: what it remembers, where it is, what its timers have left.
///
/// Made by [`Instance::snapshot`] to be written, and by deserializing it to be
/// [restored](Snapshot::restore). States are kept by name. Not kept are ways back to callers:
/// who waits for the answer to a deferred or kept question hears that the machine has gone.
#[derive(Serialize, Deserialize)]
#[serde(
    transparent,
    bound(
        serialize = "M: Serialize, M::Locals: Serialize, M::Message: Serialize",
        deserialize = "M: DeserializeOwned, M::Locals: DeserializeOwned, \
                       M::Message: DeserializeOwned"
    )
)]
pub struct Snapshot<M: Machine> {
    image: Image<M, M::Locals, M::Message>,
}

/// A [`Snapshot`] that borrows from its machine; it is written the same.
#[derive(Serialize)]
#[serde(
    transparent,
    bound(serialize = "M: Serialize, M::Locals: Serialize, M::Message: Serialize")
)]
pub struct SnapshotView<'machine, M: Machine> {
    image: Image<&'machine M, &'machine M::Locals, &'machine M::Message>,
}

/// What is written. The field names are the format.
#[derive(Serialize, Deserialize)]
struct Image<Data, Locals, Message> {
    machine: String,
    version: String,
    /// Sixteen hexadecimal digits.
    chart: String,
    /// The resting states.
    states: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    histories: Vec<History>,
    data: Data,
    locals: Locals,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    timers: Vec<SavedTimer<Message>>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    deferred: Vec<Message>,
}

/// What a history has recorded.
#[derive(Serialize, Deserialize)]
struct History {
    of: String,
    deep: bool,
    states: Vec<String>,
}

/// Why a machine cannot be saved now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaveError {
    /// It does not run: it has not been started, or it has ended.
    NotRunning(Status),
    /// Its last steps have effects that nobody has taken: they would be lost. Take them with
    /// [`Instance::poll_effect`] first.
    Effects,
    /// It will send a message later to an address, which means nothing outside of its process.
    Mail,
    /// It waits for the answer to a question, which would not find it anywhere else.
    Question,
}

impl fmt::Display for SaveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            SaveError::NotRunning(Status::Fresh) => "the machine has not been started",
            SaveError::NotRunning(_) => "the machine has ended",
            SaveError::Effects => {
                "the machine's last steps have effects that have not been taken (poll_effect)"
            }
            SaveError::Mail => {
                "the machine will send a message later (send_after) to an address that means \
                 nothing outside of this process"
            }
            SaveError::Question => {
                "the machine waits for the answer to a question (ask_within): save it when that \
                 is there"
            }
        })
    }
}

impl std::error::Error for SaveError {}

/// The fingerprint of a machine's chart, computed once by the compiler.
struct FingerprintOf<M>(PhantomData<M>);

impl<M: Machine> FingerprintOf<M> {
    const VALUE: u64 = fingerprint(M::CHART);
}

fn fingerprint_text<M: Machine>() -> String {
    format!("{:016x}", FingerprintOf::<M>::VALUE)
}

fn name(chart: &Chart, state: StateId) -> String {
    chart.states[state.index()].name.clone().into_owned()
}

/// The `after` rows of a state, in document order.
fn after_rows(chart: &Chart, state: StateId) -> impl Iterator<Item = RowId> + '_ {
    let rows = (0..).map(RowId).zip(chart.rows.iter());
    rows.filter(move |(_, row)| row.source == state && matches!(row.trigger, Trigger::After(_)))
        .map(|(id, _)| id)
}

impl<M: Machine> Instance<M> {
    /// The machine as data, to be written with serde.
    ///
    /// # Errors
    /// When it does not run, or when something would be lost that cannot be written.
    pub fn snapshot(&self) -> Result<SnapshotView<'_, M>, SaveError>
    where
        M: Durable,
        M::Locals: Durable,
        M::Message: Portable,
    {
        self.snapshot_at(self.now())
    }

    /// As [`snapshot`](Self::snapshot), of a machine that has not been told that it is `now`.
    pub(crate) fn snapshot_at(&self, now: Time) -> Result<SnapshotView<'_, M>, SaveError>
    where
        M: Durable,
        M::Locals: Durable,
        M::Message: Portable,
    {
        let Parts { data, locals, cx } = &self.parts;
        data.saved(now);
        match cx.status() {
            Status::Running if cx.has_effects() => return Err(SaveError::Effects),
            Status::Running => {}
            status => return Err(SaveError::NotRunning(status)),
        }
        let mut states = Vec::new();
        cx.store
            .resting(M::CHART, &mut |state| states.push(name(M::CHART, state)));
        let extra = cx.extra_if_any();
        let waiting = extra
            .map(|extra| extra.deferred.iter())
            .into_iter()
            .flatten();
        let image = Image {
            machine: M::CHART.name.clone().into_owned(),
            version: M::CHART.version.clone().into_owned(),
            chart: fingerprint_text::<M>(),
            states,
            histories: histories::<M>(&cx.store),
            data,
            locals,
            timers: timers::save(cx, now)?,
            deferred: waiting.map(|envelope| &envelope.message).collect(),
        };
        Ok(SnapshotView { image })
    }
}

fn histories<M: Machine>(store: &M::Store) -> Vec<History> {
    let slots = history_slots(M::CHART).into_iter().enumerate();
    let histories = slots.map(|(slot, (state, deep))| {
        let mut states = Vec::new();
        store.recorded(slot, &mut |state| states.push(name(M::CHART, state)));
        History {
            of: name(M::CHART, state),
            deep,
            states,
        }
    });
    histories
        .filter(|history| !history.states.is_empty())
        .collect()
}

impl<M: Machine> Snapshot<M> {
    /// The name of the saved machine, for example `samples/Turnstile`.
    pub fn machine(&self) -> &str {
        &self.image.machine
    }

    /// The version of the package that saved it.
    pub fn version(&self) -> &str {
        &self.image.version
    }

    /// Names of the states that the saved machine rests in.
    pub fn states(&self) -> &[String] {
        &self.image.states
    }

    /// Says that the snapshot is one of this program's version and chart, whatever it says
    /// itself: for a program that knows that its change of the machine does not matter. Names
    /// that the chart no longer has are still refused.
    #[must_use]
    pub fn for_this_version(mut self) -> Self {
        self.image.version = M::CHART.version.clone().into_owned();
        self.image.chart = fingerprint_text::<M>();
        self
    }

    /// The machine, as it was, at `now`: in the same states, without running an entry function,
    /// its timers with the time that they had left. Those for a time of the calendar are for
    /// the same time; they are due when that has passed meanwhile.
    ///
    /// # Errors
    /// When the snapshot is of another machine or of another version of its chart, and when it
    /// says something that cannot be: a state that the chart does not have, two active children
    /// of one state, a region without an active state.
    pub fn restore(self, now: Time) -> Result<Instance<M>, RestoreError> {
        let image = self.image;
        check::same_chart::<M>(&image.machine, &image.version, &image.chart)?;
        let resting = check::configuration(M::CHART, &image.states)?;
        check::locals::<M>(&image.locals, &resting)?;
        let mut cx = Context::<M>::new();
        cx.now = now;
        cx.store = M::Store::from_resting(M::CHART, &resting);
        for history in &image.histories {
            let (slot, states) =
                check::history(M::CHART, &history.of, history.deep, &history.states)?;
            cx.store.record(slot, &states);
        }
        for timer in image.timers {
            timers::restore(&mut cx, timer)?;
        }
        if !image.deferred.is_empty() {
            cx.extra().deferred = image.deferred.into_iter().map(Envelope::new).collect();
        }
        cx.phase = Phase::RUNNING;
        let mut data = image.data;
        data.restored(now)?;
        Ok(Instance {
            parts: Parts {
                data,
                locals: image.locals,
                cx,
            },
        })
    }
}
