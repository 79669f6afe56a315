//! The sessions that a document's machine has invoked: when each begins, what it is given and
//! what it says, and when it ends.
//!
//! SCXML 1.0, 6.4 and 6.5. A session runs inside the steps of the machine that has invoked it:
//! its timers are one timer of that machine, what it says arrives there as what the machine sends
//! to itself does.
//!
//! Must not know of: what kinds of machine there are to invoke.

use super::content::{Branch, block, own_session, report, value, write};
use super::datamodel::{Document, Failure, Raised, address};
use super::expression::Expression;
use super::session::{Beginning, Crossing, Errand, Invoked, Membership};
use super::value::Value;
use crate::core::context::Context;
use crate::core::snapshot::RestoreError;
use crate::core::time::Time;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;

type Outcome = Result<(), Failure>;

/// An `<invoke>`: constants of the compiled machine.
pub struct Invoke<M: Document> {
    /// The state in which it stands.
    pub state: &'static str,
    /// Where it stands, for a person.
    pub at: &'static str,
    /// Its id, when the document says it.
    pub id: Option<&'static str>,
    /// The place that is told an id that is made up.
    pub id_location: Option<Expression>,
    /// What is invoked, when it is not known to be SCXML.
    pub kind: Option<Expression>,
    /// Which document, when that is computed.
    pub source: Option<Expression>,
    /// The names of documents that can be invoked, with their places among all machines.
    pub documents: &'static [(&'static str, usize)],
    /// First values for the session's variables.
    pub parts: &'static [(&'static str, Expression)],
    /// What the session hears of everything.
    pub forwards: bool,
    /// What is done with an event of the session before anything else.
    pub finalize: Option<Branch<M>>,
}

/// The sessions of a machine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sessions<I> {
    /// Places of the invokes whose states have been entered and not left since the machine last
    /// came to rest.
    pending: Vec<usize>,
    /// In the order in which they were invoked.
    active: Vec<Active<I>>,
    /// How many there have been.
    count: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Active<I> {
    number: u64,
    place: usize,
    id: String,
    /// Nothing when it has ended; what it has said is under way still.
    machine: Option<I>,
}

impl<I> Default for Sessions<I> {
    fn default() -> Self {
        Sessions {
            pending: Vec::new(),
            active: Vec::new(),
            count: 0,
        }
    }
}

impl<I: Invoked> Sessions<I> {
    /// They are about to be saved with their machine: it is that time now.
    pub fn save(&self, now: Time) {
        let machines = self.active.iter();
        for machine in machines.filter_map(|active| active.machine.as_ref()) {
            machine.save(now);
        }
    }

    /// They come out of a snapshot: it is that time now.
    ///
    /// # Errors
    /// When one does not fit its chart.
    pub fn restore(&mut self, now: Time) -> Result<(), RestoreError> {
        let machines = self.active.iter_mut();
        for machine in machines.filter_map(|active| active.machine.as_mut()) {
            machine.session().restore(now)?;
        }
        Ok(())
    }

    /// The ids of the sessions that run.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let running = self.active.iter().filter(|one| one.machine.is_some());
        running.map(|one| one.id.as_str())
    }

    fn machine(&mut self, number: u64) -> Option<&mut I> {
        let mut active = self.active.iter_mut();
        active.find(|one| one.number == number)?.machine.as_mut()
    }
}

/// The name of the timer by which a session is woken.
fn timer(number: u64) -> String {
    format!("\u{1}session {number}")
}

/// Whether a timer is none of the document's own.
pub(super) fn is_own_timer(name: &str) -> bool {
    name.starts_with('\u{1}')
}

/// A state with these invokes is entered.
pub fn entered<M: Document>(data: &mut M, places: &[usize]) {
    if let Some(sessions) = data.sessions_mut() {
        sessions.pending.extend(places);
    }
}

/// A state with these invokes is left: what it has invoked is cancelled.
pub fn left<M: Document>(data: &mut M, cx: &mut Context<M>, places: &[usize]) {
    let Some(sessions) = data.sessions_mut() else {
        return;
    };
    sessions.pending.retain(|place| !places.contains(place));
    let (cancelled, kept) = std::mem::take(&mut sessions.active)
        .into_iter()
        .partition(|one| places.contains(&one.place));
    sessions.active = kept;
    let cancelled: Vec<Active<M::Invoked>> = cancelled;
    for mut one in cancelled {
        cx.cancel_timer(&timer(one.number));
        if let Some(machine) = &mut one.machine {
            let session = machine.session();
            session.stop();
            // What it sends while it is cancelled nobody takes; what it sent before has arrived.
            for line in session.told().lines {
                cx.log(line);
            }
        }
    }
}

/// The machine may have come to rest: then what it has to invoke is invoked, in the order of the
/// document.
pub fn settled<M: Document>(data: &mut M, cx: &mut Context<M>, taken: bool) {
    if taken || cx.has_internal() || cx.phase.is_ending() {
        return;
    }
    let Some(sessions) = data.sessions_mut() else {
        return;
    };
    let mut pending = std::mem::take(&mut sessions.pending);
    pending.sort_unstable();
    for place in pending {
        if let Err(failure) = invoke(data, cx, place) {
            report(data, cx, M::INVOKES[place].at, failure);
        }
    }
}

fn is_scxml(kind: &str) -> bool {
    let kind = kind.trim_end_matches('/');
    kind == "scxml" || kind == "http://www.w3.org/TR/scxml"
}

/// The place of the document of that name.
fn chosen(named: &str, documents: &[(&str, usize)]) -> Result<usize, Failure> {
    let mut documents = documents.iter();
    let found = documents.find(|(name, _)| *name == named);
    found.map(|(_, place)| *place).ok_or_else(|| {
        let why = format!("no document `{named}` was there when this one was compiled");
        Failure::communication(why)
    })
}

fn invoke<M: Document>(data: &mut M, cx: &mut Context<M>, place: usize) -> Outcome {
    let invoke = &M::INVOKES[place];
    if let Some(kind) = &invoke.kind {
        let kind = value(data, cx, kind)?.to_string();
        if !is_scxml(&kind) {
            let why = format!("nothing of the type `{kind}` can be invoked");
            return Err(Failure::execution(why));
        }
    }
    let document = match &invoke.source {
        Some(source) => chosen(&value(data, cx, source)?.to_string(), invoke.documents)?,
        None => invoke
            .documents
            .first()
            .map_or(0, |(_, document)| *document),
    };
    let id = match invoke.id {
        Some(id) => id.to_owned(),
        None => {
            let datamodel = data.datamodel_mut();
            datamodel.made += 1;
            format!("{}.{}", invoke.state, datamodel.made)
        }
    };
    if let Some(location) = &invoke.id_location {
        write(data, cx, location, id.clone().into())?;
    }
    let mut given = Vec::new();
    for (name, expression) in invoke.parts {
        given.push(((*name).to_owned(), value(data, cx, expression)?));
    }
    let parent = own_session(data);
    let membership = Membership {
        session: format!("{parent}.{id}"),
        invoke_id: id.clone(),
        parent,
    };
    let beginning = Beginning {
        membership,
        given,
        now: cx.now(),
    };
    let machine = Some(M::Invoked::start(document, beginning));
    let Some(sessions) = data.sessions_mut() else {
        return Ok(());
    };
    sessions.count += 1;
    let number = sessions.count;
    sessions.active.push(Active {
        number,
        place,
        id,
        machine,
    });
    hear(data, cx, number);
    Ok(())
}

/// Takes what a session has said and done, and sees to it that it is woken.
fn hear<M: Document>(data: &mut M, cx: &mut Context<M>, number: u64) {
    let Some(sessions) = data.sessions_mut() else {
        return;
    };
    let mut active = sessions.active.iter_mut();
    let Some(active) = active.find(|one| one.number == number) else {
        return;
    };
    let Some(machine) = &mut active.machine else {
        return;
    };
    let told = machine.session().told();
    let mut events = told.events;
    if let Some(end) = told.end {
        active.machine = None;
        let (name, data) = match end {
            Ok(done) => (format!("done.invoke.{}", active.id), done),
            Err(why) => ("error.execution".to_owned(), why.into()),
        };
        events.push(Crossing {
            name,
            data,
            is_platform: true,
            invoke_id: Some(active.id.clone()),
            ..Crossing::default()
        });
    }
    for line in told.lines {
        cx.log(line);
    }
    for event in events {
        give(cx, Duration::ZERO, Errand::Arrive(event));
    }
    match told.next {
        Some(next) => {
            if let Some(message) = M::errand(Errand::Run(number)) {
                let delay = next.since(cx.now());
                cx.set_timer(timer(number), delay, message);
            }
        }
        None => drop(cx.cancel_timer(&timer(number))),
    }
}

/// The machine gives itself an errand.
fn give<M: Document>(cx: &mut Context<M>, delay: Duration, errand: Errand) {
    if let Some(message) = M::errand(errand) {
        cx.add_timer(Cow::Borrowed(""), delay, message);
    }
}

/// What the machine has given itself is due.
pub fn errand<M: Document>(data: &mut M, cx: &mut Context<M>, errand: &Errand) {
    match errand {
        Errand::Run(number) => {
            let now = cx.now();
            let machine = data
                .sessions_mut()
                .and_then(|sessions| sessions.machine(*number));
            if let Some(machine) = machine {
                machine.session().advance(now);
                hear(data, cx, *number);
            }
        }
        Errand::Arrive(event) => arrive(data, cx, event.clone()),
        Errand::Leave(target, event) => {
            if let Err(failure) = deliver(data, cx, target, event.clone()) {
                let send_id = event.send_id.clone();
                report(data, cx, "", Failure { send_id, ..failure });
            }
        }
    }
}

/// An event from another session is offered next.
fn arrive<M: Document>(data: &mut M, cx: &mut Context<M>, event: Crossing) {
    match M::message(&event.name, event.data.clone()) {
        Some(message) => {
            let raised = Raised::crossing(event);
            data.datamodel_mut().raised.push_back(raised);
            cx.raise(message);
        }
        // No transition listens, but others may.
        None => {
            data.datamodel_mut().event = event.value();
            received(data, cx, &event);
        }
    }
}

/// An event from outside has become `_event`: the sessions' own content comes first, and those
/// that hear of everything are told.
pub(super) fn received<M: Document>(data: &mut M, cx: &mut Context<M>, event: &Crossing) {
    let now = cx.now();
    let Some(sessions) = data.sessions_mut() else {
        return;
    };
    let all: Vec<(u64, usize, bool)> = sessions
        .active
        .iter()
        .map(|one| {
            let is_own = event.invoke_id.as_ref() == Some(&one.id);
            (one.number, one.place, is_own)
        })
        .collect();
    for (number, place, is_own) in all {
        let invoke = &M::INVOKES[place];
        if let Some(finalize) = invoke.finalize.filter(|_| is_own) {
            block(data, cx, invoke.at, finalize);
        }
        let sessions = data.sessions_mut().filter(|_| invoke.forwards);
        if let Some(machine) = sessions.and_then(|sessions| sessions.machine(number)) {
            machine.session().post(event.clone(), now);
            hear(data, cx, number);
        }
    }
}

/// An empty `<finalize>`: the variable takes the part of the event's data that has its name.
pub fn take_part<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    name: &str,
    location: &Expression,
) -> Outcome {
    let event = &data.datamodel().event;
    let part = event.member(&"data".into());
    let Some(Value::Map(parts)) = part else {
        return Ok(());
    };
    match parts.into_iter().find(|(key, _)| key == name) {
        Some((_, part)) => write(data, cx, location, part),
        None => Ok(()),
    }
}

/// Whether an event can be meant for another session: `send` then leaves it to [`dispatch`].
pub(super) fn dispatch<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    (target, delay, id): (&str, Duration, Cow<'static, str>),
    event: Crossing,
) -> Outcome {
    if delay.is_zero() {
        return deliver(data, cx, target, event);
    }
    let Some(message) = M::errand(Errand::Leave(target.to_owned(), event)) else {
        return Err(nobody(target));
    };
    cx.add_timer(id, delay, message);
    Ok(())
}

/// Hands an event to the session that the target names.
fn deliver<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    target: &str,
    event: Crossing,
) -> Outcome {
    let now = cx.now();
    let own = own_session(data);
    if let Some(membership) = &data.datamodel().membership
        && (target == "#_parent" || target == address(&membership.parent))
    {
        let invoke_id = Some(membership.invoke_id.clone());
        let event = Crossing { invoke_id, ..event };
        data.datamodel_mut().told.push(event);
        return Ok(());
    }
    let Some(sessions) = data.sessions_mut() else {
        return Err(nobody(target));
    };
    let is_meant = |id: &str| {
        target.strip_prefix("#_") == Some(id) || target == address(&format!("{own}.{id}"))
    };
    // Of two with one id the last.
    let mut active = sessions.active.iter_mut().rev();
    let found = active.find(|one| one.machine.is_some() && is_meant(&one.id));
    let Some((number, machine)) =
        found.and_then(|one| one.machine.as_mut().map(|machine| (one.number, machine)))
    else {
        return Err(nobody(target));
    };
    machine.session().post(event, now);
    hear(data, cx, number);
    Ok(())
}

fn nobody(target: &str) -> Failure {
    match target.starts_with("#_") {
        true => Failure::communication(format!("there is nobody at `{target}`")),
        false => Failure::execution(format!("`{target}` is no target")),
    }
}
