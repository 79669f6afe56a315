//! Steps of machines with `async` functions without a future, as far as they go.
//!
//! Must not know of: what may follow a step beyond whether anything does.

use super::{Facts, asynchronous, refuse_envelope};
use crate::core::mailbox::Envelope;
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::status::Phase;
use crate::core::steps::{Parts, StepsAsync};

/// A step of a machine with `async` functions, as far as it goes without waiting.
pub(crate) enum Begun<Message> {
    /// To its end.
    Done(Outcome),
    /// Not to its end; the message is there when it has not been delivered.
    Open(Outcome, Option<Message>),
}

/// Begins the step for a message. Only what may wait is left open: most steps need no future.
#[inline]
pub(crate) fn begin<M: StepsAsync, O: Observer>(
    parts: &mut Parts<M>,
    message: M::Message,
    observer: &mut O,
) -> Begun<M::Message> {
    let mut outcome = Outcome::NOTHING;
    match M::deliver_now(parts, message, &mut outcome, observer) {
        Some(message) => Begun::Open(outcome, Some(message)),
        None if complete_now(parts, &mut outcome) => Begun::Done(outcome),
        None => Begun::Open(outcome, None),
    }
}

/// Ends the step unless something follows that may wait; whether it has.
#[inline]
fn complete_now<M: StepsAsync>(parts: &mut Parts<M>, outcome: &mut Outcome) -> bool {
    outcome.settled = true;
    if Facts::<M>::HAS_ALWAYS || M::DEFERS && outcome.changed() {
        return false;
    }
    if parts.cx.phase.is_plain() {
        parts.cx.phase.rest();
        return true;
    }
    parts.cx.close(outcome.received());
    if parts.cx.phase.is_ending() || M::SETTLES && parts.cx.has_internal() {
        return false;
    }
    parts.cx.clear_internal();
    parts.cx.phase = Phase::RUNNING;
    parts.cx.commit();
    true
}

/// Carries out what [`begin`] has left open.
pub(crate) async fn resume<M: StepsAsync, O: Observer>(
    parts: &mut Parts<M>,
    mut outcome: Outcome,
    message: Option<M::Message>,
    observer: &mut O,
) -> Outcome {
    if let Some(message) = message {
        M::deliver(parts, message, &mut outcome, observer).await;
    }
    asynchronous::complete(parts, &mut outcome, observer).await;
    if M::DEFERS && outcome.changed() {
        asynchronous::redeliver(parts, &mut outcome, observer).await;
    }
    outcome
}

/// Begins the step for a message from outside with its way back, as far as it goes without
/// waiting.
pub(crate) fn receive_now<M: StepsAsync, O: Observer>(
    parts: &mut Parts<M>,
    envelope: Envelope<M>,
    observer: &mut O,
) -> Begun<M::Message> {
    if parts.cx.phase != Phase::RUNNING {
        return Begun::Done(refuse_envelope(&mut parts.cx, envelope));
    }
    parts.cx.phase = Phase::STEPPING;
    let Envelope {
        message,
        port,
        sender,
    } = envelope;
    parts.cx.open(port, sender);
    begin(parts, message, observer)
}
