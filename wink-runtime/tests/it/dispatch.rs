//! Embedded use of a plain machine: what a message does and what is said about it.

use crate::machines::chart::rows;
use crate::machines::turnstile::{Message, State, Turnstile};
use wink_runtime::{Instance, MessageId, Received, Record, RowId, Start, StateId, Status, Time};

#[test]
fn a_start_enters_the_root_and_its_initial_states() {
    let mut records: Vec<Record> = Vec::new();
    let gate = Turnstile::default().start_with(Time::ZERO, &mut records);
    assert_eq!(
        records,
        [Record::Entered(StateId(0)), Record::Entered(StateId(1))]
    );
    assert_eq!(gate.configuration(), ["locked"]);
    assert_eq!(gate.status(), Status::Running);
}

#[test]
fn an_outcome_says_which_rows_were_taken() {
    let mut gate = Turnstile::default().start();
    let outcome = gate.dispatch(Message::Coin { value: 1 });
    assert_eq!(outcome.received(), Received::Handled(RowId(2)));
    assert!(!outcome.changed());

    let outcome = gate.dispatch(Message::Coin { value: 2 });
    assert_eq!(outcome.received(), Received::Handled(RowId(1)));
    assert_eq!(rows(&outcome), [1]);
    assert!(outcome.changed());
    assert!(gate.is_in(State::Unlocked));
    assert!(
        gate.is_in(State::Root_),
        "every state is inside the machine"
    );
    assert!(!gate.is_in(State::Locked));
    assert_eq!(gate.data().coins, 3);
}

#[test]
fn an_observer_is_told_in_order() {
    let mut gate = Turnstile::default().start();
    let mut records: Vec<Record> = Vec::new();
    let _ = gate.dispatch_with(Message::Coin { value: 2 }, &mut records);
    let _ = gate.dispatch_with(Message::Coin { value: 11 }, &mut records);
    assert_eq!(
        records,
        [
            Record::Row(RowId(1)),
            Record::Exited(StateId(1)),
            Record::Entered(StateId(2)),
            Record::Row(RowId(6)),
            Record::Exited(StateId(2)),
            Record::Entered(StateId(2)),
        ]
    );
}

#[test]
fn a_machine_says_what_it_accepts_now() {
    let mut gate = Turnstile::default().start();
    assert_eq!(gate.accepts(), [MessageId(0), MessageId(1), MessageId(2)]);
    let _ = gate.stop();
    assert_eq!(gate.accepts(), []);
}

#[test]
fn a_machine_at_rest_is_small() {
    assert!(
        size_of::<Instance<Turnstile>>() <= 48,
        "{}",
        size_of::<Instance<Turnstile>>()
    );
}
