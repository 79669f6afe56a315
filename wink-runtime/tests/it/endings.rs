//! How a machine ends, and what it takes afterwards.

use crate::machines::whirl::{Message, Whirl, out_of_order};
use std::panic::{AssertUnwindSafe, catch_unwind};
use wink_runtime::{Effect, Error, ExitReason, Instance, Received, Record, Start, StateId, Status};

/// The lines that the machine's steps want told.
fn lines(whirl: &mut Instance<Whirl>) -> Vec<String> {
    let effects = std::iter::from_fn(|| whirl.poll_effect());
    effects
        .map(|effect| match effect {
            Effect::Log(line) => line.into_owned(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_final_state_of_the_root_ends_the_machine() {
    let mut whirl = Whirl::default().start();
    let mut records: Vec<Record> = Vec::new();
    let _ = whirl.dispatch_with(Message::End, &mut records);
    assert_eq!(whirl.status(), Status::Exited);
    assert_eq!(whirl.exit_reason(), Some(ExitReason::Normal));
    let ends = [Record::Exited(StateId(4)), Record::Exited(StateId(0))];
    assert_eq!(records[records.len() - 2..], ends);
    assert_eq!(lines(&mut whirl), ["bye"]);
    assert_eq!(whirl.dispatch(Message::Count).received(), Received::Ended);
}

#[test]
fn exit_cuts_the_step_and_runs_the_exits() {
    let mut whirl = Whirl::default().start();
    let outcome = whirl.dispatch(Message::Exit);
    assert!(outcome.changed());
    assert_eq!(whirl.exit_reason(), Some(ExitReason::Normal));
    assert_eq!(
        whirl.data().count,
        0,
        "what was raised is not taken any more"
    );
    assert_eq!(lines(&mut whirl), ["bye"]);
}

#[test]
fn an_error_ends_the_machine_and_its_effects_leave() {
    let mut whirl = Whirl::default().start();
    let _ = whirl.dispatch(Message::Fail);
    assert_eq!(whirl.status(), Status::Errored);
    assert_eq!(
        whirl.exit_reason(),
        Some(ExitReason::Errored(out_of_order()))
    );
    assert_eq!(whirl.data().count, 0);
    assert_eq!(lines(&mut whirl), ["told", "bye"]);
}

#[test]
fn a_stop_runs_the_exits() {
    let mut whirl = Whirl::default().start();
    let _ = whirl.stop();
    assert_eq!(whirl.exit_reason(), Some(ExitReason::Stopped));
    assert_eq!(lines(&mut whirl), ["bye"]);
    assert_eq!(whirl.stop().received(), Received::Ended);
}

#[test]
fn a_panic_leaves_an_errored_machine_and_no_effects() {
    let mut whirl = Whirl::default().start();
    let panicked = catch_unwind(AssertUnwindSafe(|| whirl.dispatch(Message::Boom)));
    assert!(panicked.is_err());
    assert_eq!(whirl.status(), Status::Errored);
    assert_eq!(lines(&mut whirl), Vec::<String>::new());
    assert_eq!(whirl.dispatch(Message::Count).received(), Received::Ended);
    assert!(matches!(whirl.exit_reason(), Some(ExitReason::Errored(_))));
    assert_eq!(whirl.data().count, 0);
}

#[test]
fn a_driver_says_what_the_panic_was() {
    let mut whirl = Whirl::default().start();
    let _ = catch_unwind(AssertUnwindSafe(|| whirl.dispatch(Message::Boom)));
    whirl.crash(Error::panic("boom", None));
    let Some(ExitReason::Errored(error)) = whirl.exit_reason() else {
        panic!("no error")
    };
    assert_eq!(error.to_string(), "panicked: boom");
}

#[test]
fn a_machine_whose_step_completed_does_not_crash() {
    let mut whirl = Whirl::default().start();
    whirl.crash(Error::panic("boom", None));
    assert_eq!(whirl.status(), Status::Running);
}
