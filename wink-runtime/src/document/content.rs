//! Executable content: what generated code calls, one function an element.
//!
//! Must not know of: in what order content runs.

use super::datamodel::{Document, Failure, Origin, PROCESSOR, Raised, Sent, address};
use super::delay::duration;
use super::expression::{Expression, Scope};
use super::session::Crossing;
use super::sessions;
use super::value::Value;
use crate::core::context::Context;
use crate::core::machine::Machine;
use std::borrow::Cow;
use std::time::Duration;

type Outcome = Result<(), Failure>;

/// A `<send>`: constants of the compiled machine.
#[derive(Debug)]
pub struct Sending {
    /// The event's name.
    pub event: Expression,
    /// When, if not at once.
    pub delay: Option<Expression>,
    /// The id by which it can be cancelled.
    pub id: Option<&'static str>,
    /// The variable that is told an id that is made up.
    pub id_location: Option<usize>,
    /// To whom, if not to the machine itself.
    pub target: Option<Expression>,
    /// How.
    pub processor: Option<Expression>,
    /// What the event carries, by name.
    pub parts: &'static [(&'static str, Expression)],
    /// What the event carries as a whole.
    pub content: Option<Expression>,
}

/// Content inside other content.
pub type Branch<M> = fn(&mut M, &mut Context<M>) -> Outcome;

/// Whether the state of that id is active; an id that no state has is active nowhere.
pub fn is_in_named<M: Machine>(cx: &Context<M>, state: &str) -> bool {
    use crate::core::store::Store;
    let found = M::CHART.find_state(state);
    found.is_some_and(|state| cx.store.is_in(M::CHART, state))
}

pub(super) fn value<M: Document>(
    data: &M,
    cx: &Context<M>,
    expression: &Expression,
) -> Result<Value, Failure> {
    expression.value(&Scope {
        data: data.datamodel(),
        is_in: &|state| is_in_named(cx, state),
        name: name_of::<M>(),
    })
}

/// The machine's name: what the document says, or that of its chart.
fn name_of<M: Document>() -> &'static str {
    let chart = || M::CHART.name.as_ref().rsplit('/').next();
    M::NAME.or_else(chart).unwrap_or_default()
}

/// The machine's session.
pub(super) fn own_session<M: Document>(data: &M) -> String {
    data.datamodel().session(name_of::<M>()).to_owned()
}

/// A transition's condition. It can change nothing; when it cannot be evaluated,
/// [`failures`] will say so.
pub fn condition<M: Document>(data: &M, cx: &Context<M>, condition: &Expression) -> bool {
    match value(data, cx, condition) {
        Ok(value) => value.is_true(),
        Err(_) => {
            data.datamodel().fail();
            false
        }
    }
}

/// Raises the errors of conditions that could not be evaluated.
pub fn failures<M: Document>(data: &mut M, cx: &mut Context<M>) {
    for _ in 0..data.datamodel_mut().take_failures() {
        let why = "a condition could not be evaluated".to_owned();
        report(data, cx, "", Failure::execution(why));
    }
}

/// The condition of an `<if>`.
pub fn holds<M: Document>(data: &mut M, cx: &mut Context<M>, condition: &Expression) -> bool {
    match value(data, cx, condition) {
        Ok(value) => value.is_true(),
        Err(failure) => {
            report(data, cx, "", failure);
            false
        }
    }
}

/// The condition of a script's `if`, or an expression that stands for itself.
pub fn is_so<M: Document>(
    data: &M,
    cx: &Context<M>,
    expression: &Expression,
) -> Result<bool, Failure> {
    value(data, cx, expression).map(|value| value.is_true())
}

/// One block of content: a failure breaks it off, and is an event. `place` says where it stands.
pub fn block<M: Document>(data: &mut M, cx: &mut Context<M>, place: &str, body: Branch<M>) {
    // What has failed before is told before.
    failures(data, cx);
    if let Err(failure) = body(data, cx) {
        report(data, cx, place, failure);
    }
}

/// The machine has reached an outermost final state: what it says to who has invoked it.
pub fn finish<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    parts: &[(&'static str, Expression)],
    content: Option<&Expression>,
) {
    let done = payload(data, cx, parts, content);
    data.datamodel_mut().done = done;
}

/// Tells of a failure: by an event when the document listens, and in the log in any case.
pub(super) fn report<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    place: &str,
    failure: Failure,
) {
    let Failure {
        event,
        why,
        send_id,
    } = failure;
    let at = if place.is_empty() { "" } else { " at " };
    cx.log(format!("{event}{at}{place}: {why}"));
    let message = M::message(event, Value::Undefined);
    raise_from(data, cx, message, (Origin::Platform, event, send_id));
}

fn raise_from<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    message: Option<M::Message>,
    (origin, name, id): (Origin, &str, Option<String>),
) {
    if let Some(message) = message {
        let name = Some(name.to_owned());
        let raised = Raised { origin, name, id };
        data.datamodel_mut().raised.push_back(raised);
        cx.raise(message);
    }
}

/// `<raise>`
pub fn raise<M: Document>(data: &mut M, cx: &mut Context<M>, event: &str) {
    let message = M::message(event, Value::Undefined);
    raise_from(data, cx, message, (Origin::Internal, event, None));
}

/// Notes that the platform raises something, which the caller does.
pub fn raise_platform<M: Document>(data: &mut M) {
    let (origin, name, id) = (Origin::Platform, None, None);
    let raised = Raised { origin, name, id };
    data.datamodel_mut().raised.push_back(raised);
}

/// What `<donedata>` and the like say, as one value.
pub fn payload<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    parts: &[(&'static str, Expression)],
    content: Option<&Expression>,
) -> Value {
    match parts_of(data, cx, parts, content) {
        Ok(value) => value,
        Err(failure) => {
            report(data, cx, "", failure);
            Value::Undefined
        }
    }
}

fn parts_of<M: Document>(
    data: &M,
    cx: &Context<M>,
    parts: &[(&'static str, Expression)],
    content: Option<&Expression>,
) -> Result<Value, Failure> {
    if let Some(content) = content {
        return value(data, cx, content);
    }
    if parts.is_empty() {
        return Ok(Value::Undefined);
    }
    let part = |(name, expression): &(&'static str, Expression)| {
        value(data, cx, expression).map(|part| ((*name).to_owned(), part))
    };
    Ok(Value::Map(
        parts.iter().map(part).collect::<Result<_, _>>()?,
    ))
}

/// Gives the variables their first values, in document order. One that cannot be evaluated is
/// undefined, and an error.
pub fn initialize<M: Document>(data: &mut M, cx: &mut Context<M>, values: &[(usize, Expression)]) {
    for (place, expression) in values {
        if data.datamodel().given.contains(place) {
            continue;
        }
        match value(data, cx, expression) {
            Ok(value) => data.datamodel_mut().values[*place] = value,
            Err(failure) => report(data, cx, M::VARIABLES[*place], failure),
        }
    }
}

/// As [`initialize`], once: `flag` is the place that remembers it.
pub fn initialize_once<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    flag: usize,
    values: &[(usize, Expression)],
) {
    let flag = &mut data.datamodel_mut().values[flag];
    if *flag == Value::Undefined {
        *flag = Value::Bool(true);
        initialize(data, cx, values);
    }
}

/// `<assign>`: `location` is a variable or a part of one.
pub fn assign<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    location: &Expression,
    expression: &Expression,
) -> Outcome {
    let value = value(data, cx, expression)?;
    write(data, cx, location, value)
}

pub(super) fn write<M: Document>(
    data: &mut M,
    cx: &Context<M>,
    location: &Expression,
    written: Value,
) -> Outcome {
    // The way from the variable inwards.
    let mut parts = Vec::new();
    let mut at = location;
    while let Expression::Member([whole, part]) = at {
        parts.push(value(data, cx, part)?);
        at = whole;
    }
    let Expression::Variable(place) = at else {
        return Err(Failure::execution(
            "this is no variable of the document".to_owned(),
        ));
    };
    let mut target = &mut data.datamodel_mut().values[*place];
    for part in parts.iter().rev() {
        target = target
            .member_mut(part)
            .ok_or_else(|| Failure::execution(format!("there is no part `{part}`")))?;
    }
    *target = written;
    Ok(())
}

/// `<log>`
pub fn log<M: Document>(
    data: &M,
    cx: &mut Context<M>,
    label: &str,
    expression: Option<&Expression>,
) -> Outcome {
    let line = match expression {
        Some(expression) => {
            let value = value(data, cx, expression)?;
            let between = if label.is_empty() { "" } else { ": " };
            format!("{label}{between}{value}")
        }
        None => label.to_owned(),
    };
    cx.log(line);
    Ok(())
}

/// `<foreach>`: over a copy of the list, so that the content may change it.
pub fn each<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    list: &Expression,
    [item, index]: [&Expression; 2],
    body: Branch<M>,
) -> Outcome {
    let Value::List(list) = value(data, cx, list)? else {
        return Err(Failure::execution("`array` is no list".to_owned()));
    };
    for (at, one) in list.into_iter().enumerate() {
        write(data, cx, item, one)?;
        if !matches!(index, Expression::Undefined) {
            write(data, cx, index, Value::Number(at as f64))?;
        }
        body(data, cx)?;
    }
    Ok(())
}

/// `<send>`
pub fn send<M: Document>(data: &mut M, cx: &mut Context<M>, sending: &Sending) -> Outcome {
    let id = match (sending.id, sending.id_location) {
        (Some(id), _) => Cow::Borrowed(id),
        (None, Some(place)) => {
            let datamodel = data.datamodel_mut();
            datamodel.made += 1;
            let id = format!("send.{}", datamodel.made);
            datamodel.values[place] = id.clone().into();
            Cow::Owned(id)
        }
        (None, None) => Cow::Borrowed(""),
    };
    let send_id = (!id.is_empty()).then(|| id.clone().into_owned());
    send_as(data, cx, sending, id).map_err(|failure| Failure { send_id, ..failure })
}

fn send_as<M: Document>(
    data: &mut M,
    cx: &mut Context<M>,
    sending: &Sending,
    id: Cow<'static, str>,
) -> Outcome {
    let optional = |expression: &Option<Expression>| -> Result<Option<String>, Failure> {
        let expression = expression.as_ref();
        let value = expression.map(|expression| value(data, cx, expression));
        Ok(value.transpose()?.map(|value| value.to_string()))
    };
    let event = value(data, cx, &sending.event)?.to_string();
    let target = optional(&sending.target)?;
    let delay = match optional(&sending.delay)? {
        Some(text) => {
            duration(&text).ok_or_else(|| Failure::execution(format!("`{text}` is no delay")))?
        }
        None => Duration::ZERO,
    };
    if let Some(processor) = optional(&sending.processor)?
        && !is_processor(&processor)
    {
        return Err(Failure::execution(format!(
            "there is no processor `{processor}`"
        )));
    }
    let carried = parts_of(data, cx, sending.parts, sending.content.as_ref())?;
    let own = address(&own_session(data));
    if let Some(target) = &target
        && target != "#_internal"
        && *target != own
    {
        let event = Crossing {
            name: event,
            data: carried,
            send_id: (!id.is_empty()).then(|| id.clone().into_owned()),
            origin: Some(own),
            ..Crossing::default()
        };
        return sessions::dispatch(data, cx, (target, delay, id), event);
    }
    let message = M::message(&event, carried);
    match target.as_deref() {
        Some("#_internal") => {
            let id = (!id.is_empty()).then(|| id.into_owned());
            raise_from(data, cx, message, (Origin::Internal, &event, id));
        }
        _ => {
            if let Some(message) = message {
                let due = (cx.now() + delay).nanoseconds();
                data.datamodel_mut().note_sent(Sent {
                    name: event,
                    id: id.clone().into_owned(),
                    due,
                });
                send_later(cx, id, delay, message);
            }
        }
    }
    Ok(())
}

fn is_processor(text: &str) -> bool {
    text == PROCESSOR || text == "scxml" || text == PROCESSOR.trim_end_matches("EventProcessor")
}

/// Gives the machine a message after `delay`, unless it is cancelled by that id; several may go
/// by one. One without delay arrives as well when what runs now has come to its end.
pub fn send_later<M: Machine>(
    cx: &mut Context<M>,
    id: Cow<'static, str>,
    delay: Duration,
    message: M::Message,
) {
    cx.add_timer(id, delay, message);
}

/// `<cancel>`
pub fn cancel<M: Document>(data: &mut M, cx: &mut Context<M>, id: &Expression) -> Outcome {
    let id = value(data, cx, id)?.to_string();
    if !id.is_empty() && !sessions::is_own_timer(&id) {
        cx.cancel_timer(&id);
        data.datamodel_mut().forget_sent(&id);
    }
    Ok(())
}
