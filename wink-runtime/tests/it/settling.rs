//! What follows a microstep: eventless rows, raised messages, deferred messages.

use crate::machines::chart::rows;
use crate::machines::courier::{self, Courier};
use crate::machines::whirl::{Message, Whirl};
use wink_runtime::{ErrorKind, ExitReason, Received, Record, RowId, Start, Status};

#[test]
fn raised_messages_are_taken_in_the_same_step() {
    let mut whirl = Whirl::default().start();
    let outcome = whirl.dispatch(Message::Twice);
    assert_eq!(outcome.received(), Received::Handled(RowId(8)));
    assert_eq!(rows(&outcome), [8, 9, 9]);
    assert_eq!(whirl.data().count, 2);
}

#[test]
fn an_eventless_cycle_ends_in_an_error_that_names_its_states() {
    let mut whirl = Whirl::default().start();
    let outcome = whirl.dispatch(Message::Spin);
    assert_eq!(outcome.received(), Received::Handled(RowId(0)));
    assert_eq!(rows(&outcome), [0, 1, 2, 1], "the first four");
    assert_eq!(
        outcome.count(),
        1_001,
        "the message's row and those up to the bound"
    );
    assert_eq!(whirl.status(), Status::Errored);
    let Some(ExitReason::Errored(error)) = whirl.exit_reason() else {
        panic!("no error")
    };
    let ErrorKind::Endless { states } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(states, &["right", "left"]);
}

#[test]
fn raising_without_end_ends_in_an_error_that_names_the_state() {
    let mut whirl = Whirl::default().start();
    let _ = whirl.dispatch(Message::Raise);
    let Some(ExitReason::Errored(error)) = whirl.exit_reason() else {
        panic!("no error")
    };
    assert_eq!(error.to_string(), "eventless steps without end: calm");
}

#[test]
fn deferred_messages_come_back_in_order_after_a_change_of_state() {
    use courier::Message;
    let mut courier = Courier::default().start();
    let _ = courier.dispatch(Message::Job { number: 1 });
    for number in [2, 3] {
        let outcome = courier.dispatch(Message::Job { number });
        assert_eq!(outcome.received(), Received::Deferred(RowId(1)));
    }
    assert_eq!(courier.data().jobs, [1]);

    // Idle again, job 2 makes it busy, job 3 is kept once more.
    let mut records: Vec<Record> = Vec::new();
    let outcome = courier.dispatch_with(Message::Finish, &mut records);
    assert_eq!(outcome.received(), Received::Handled(RowId(2)));
    assert_eq!(rows(&outcome), [2, 0]);
    assert_eq!(courier.data().jobs, [1, 2]);
    assert_eq!(records.last(), Some(&Record::Deferred(RowId(1))));

    let _ = courier.dispatch(Message::Job { number: 4 });
    let _ = courier.dispatch(Message::Finish);
    assert_eq!(
        courier.data().jobs,
        [1, 2, 3],
        "what waited longer goes first"
    );
    let _ = courier.dispatch(Message::Finish);
    assert_eq!(courier.data().jobs, [1, 2, 3, 4]);
}
