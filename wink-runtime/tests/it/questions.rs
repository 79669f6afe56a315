//! Questions to an embedded machine: answered now, later, or never.

use crate::machines::courier::{Courier, Message};
use crate::machines::turnstile::{self, Turnstile};
use wink_runtime::{CallError, ExitReason, Received, RowId, Start};

#[test]
fn a_question_is_answered_in_its_step() {
    let mut gate = Turnstile { coins: 3 }.start();
    let asked = gate.ask(turnstile::Message::total());
    assert_eq!(asked.outcome.received(), Received::Handled(RowId(0)));
    assert_eq!(asked.answer, Ok(Some(3)));
    assert!(gate.poll_effect().is_none(), "the answer has been given");
}

#[test]
fn a_kept_question_has_no_answer_yet() {
    let mut courier = Courier::default().start();
    let asked = courier.ask(Message::estimate());
    assert_eq!(asked.answer, Ok(None));
    assert!(courier.data().kept.is_some());
}

#[test]
fn a_deferred_question_has_no_answer_yet() {
    let mut courier = Courier::default().start();
    let _ = courier.dispatch(Message::Job { number: 1 });
    let asked = courier.ask(Message::count());
    assert_eq!(asked.outcome.received(), Received::Deferred(RowId(6)));
    assert_eq!(asked.answer, Ok(None));
}

#[test]
fn a_question_that_nothing_receives_says_why() {
    let mut courier = Courier::default().start();
    assert_eq!(
        courier.ask(Message::never()).answer,
        Err(CallError::Ignored)
    );
    let _ = courier.dispatch(Message::Job { number: 1 });
    assert_eq!(
        courier.ask(Message::never()).answer,
        Err(CallError::Unhandled)
    );
    let _ = courier.stop();
    let died = CallError::Died(ExitReason::Stopped);
    assert_eq!(courier.ask(Message::never()).answer, Err(died));
}

#[test]
fn a_question_sent_as_a_message_is_answered_to_nobody() {
    let mut gate = Turnstile::default().start();
    let outcome = gate.dispatch(turnstile::Message::Total);
    assert!(outcome.is_handled());
    assert!(gate.poll_effect().is_none());
}
