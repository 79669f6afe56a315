//! Questions and their answers, and every way not to get one.

use std::time::Duration;

use wink_runtime::{CallError, ExitReason, SpawnOptions};

use super::probe::{Deaf, Log, Message, act, error_of, quiet};
use super::sleeper::{self, Sleeper};

#[tokio::test(start_paused = true)]
async fn a_question_is_answered() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    assert_eq!(a.call(Message::kept()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered_later() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, cx| {
        let reply = probe.kept.remove(0);
        assert!(reply.is_awaited());
        cx.reply(reply, 42);
    }))
    .await
    .expect("a runs");
    assert_eq!(asking.await.expect("the task ends"), Ok(42));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_reply_is_an_error_at_once() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, _| probe.kept.clear()))
        .await
        .expect("a runs");
    assert_eq!(
        asking.await.expect("the task ends"),
        Err(CallError::Unanswered)
    );
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_not_received_or_ignored_says_so() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    assert_eq!(a.call(Message::miss()).await, Err(CallError::Unhandled));
    assert_eq!(a.call(Message::skip()).await, Err(CallError::Ignored));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_waiting() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let before = system.now();
    let limit = Duration::from_millis(1_500);
    assert_eq!(
        a.call_within(Message::keep(), limit).await,
        Err(CallError::Late)
    );
    assert_eq!(system.now() - before, limit);
    a.send(act(|probe, _| assert!(!probe.kept[0].is_awaited())))
        .await
        .expect("a runs");
    assert_eq!(a.call_within(Message::kept(), limit).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_the_waiting_for_room() {
    let system = quiet();
    let log = Log::default();
    let options = SpawnOptions::new().mailbox(1);
    let slow = system.spawn_with(Sleeper::new(&log), &options);
    let forever = Box::pin(std::future::pending());
    slow.send(sleeper::Message::Wait(forever, "never"))
        .await
        .expect("it runs");
    tokio::task::yield_now().await;
    slow.send(sleeper::Message::Note("fills the mailbox"))
        .await
        .expect("it runs");
    let limit = Duration::from_secs(1);
    let answer = slow.call_within(sleeper::Message::hang(), limit).await;
    assert_eq!(answer, Err(CallError::Late));
    assert_eq!(slow.waiting(), 1, "the question went away with its caller");
}

#[tokio::test(start_paused = true)]
async fn a_caller_in_the_mailbox_hears_why_the_machine_ended() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    a.try_send(act(|_, cx| cx.error("no beans")))
        .expect("there is room");
    let error = a.call(Message::kept()).await.expect_err("a ends before");
    assert_eq!(
        error.to_string(),
        "no answer: the machine has ended: no beans"
    );
    let error = a.call(Message::kept()).await.expect_err("a has ended");
    assert!(matches!(error, CallError::Died(_)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_reply_is_kept_hears_why_the_machine_ended() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|_, cx| cx.exit())).await.expect("a runs");
    let error = asking.await.expect("the task ends");
    assert_eq!(error, Err(CallError::Died(ExitReason::Normal)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_question_panics_hears_the_panic() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    // The reply is in the hands of the step that panics, and so dropped before the machine.
    a.send(act(|probe, _| {
        let _reply = probe.kept.remove(0);
        panic!("the grinder jams");
    }))
    .await
    .expect("a runs");
    let Err(CallError::Died(reason)) = asking.await.expect("the task ends") else {
        panic!("the machine died");
    };
    assert!(
        error_of(&reason).to_string().contains("the grinder jams"),
        "{reason}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failing_step_answers_nothing() {
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &Log::default()));
    let asking = tokio::spawn(a.call(Message::keep()));
    while a.call(Message::kept()).await != Ok(1) {}
    a.send(act(|probe, cx| {
        let reply = probe.kept.remove(0);
        cx.reply(reply, 42);
        panic!("after the answer");
    }))
    .await
    .expect("a runs");
    assert!(matches!(
        asking.await.expect("the task ends"),
        Err(CallError::Died(_))
    ));
}
