//! Machines whose receivers wait.

use std::time::Duration;

use wink_runtime::{CallError, ExitReason};

use super::probe::{Log, pass, quiet};
use super::sleeper::{Message, Sleeper};

#[tokio::test(start_paused = true)]
async fn mail_waits_while_a_receiver_waits() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Sleeper::new(&log));
    let b = system.spawn(Sleeper::new(&log));
    let wait = Box::pin(pass(Duration::from_secs(3)));
    a.send(Message::Wait(wait, "a waited"))
        .await
        .expect("a runs");
    a.send(Message::Note("a goes on")).await.expect("a runs");
    b.send(Message::Note("b is not held up"))
        .await
        .expect("b runs");
    pass(Duration::from_secs(2)).await;
    assert_eq!(log.take(), ["b is not held up"]);
    assert_eq!(a.waiting(), 1);
    pass(Duration::from_secs(2)).await;
    assert_eq!(log.take(), ["a waited", "a goes on"]);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_may_call_another_machine() {
    let log = Log::default();
    let system = quiet();
    let other = system.spawn(super::probe::Deaf::new("other", &log));
    let a = system.spawn(Sleeper::new(&log));
    let call = Box::pin(async move {
        let kept = other.call(super::probe::Message::kept()).await;
        assert_eq!(kept, Ok(0));
    });
    a.send(Message::Wait(call, "answered"))
        .await
        .expect("a runs");
    a.send(Message::Note("next")).await.expect("a runs");
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["answered", "next"]);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_gets_the_grace_to_finish() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Sleeper::new(&log));
    let wait = Box::pin(pass(Duration::from_secs(3)));
    a.send(Message::Wait(wait, "waited")).await.expect("a runs");
    tokio::task::yield_now().await;
    a.send(Message::Note("never")).await.expect("a runs");
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    assert_eq!(log.take(), ["waited", "sleeper leaves"]);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_does_not_finish_is_killed_and_its_caller_hears_so() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Sleeper::new(&log));
    let asking = tokio::spawn(a.call(Message::hang()));
    pass(Duration::from_millis(1)).await;
    let before = system.now();
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Killed);
    assert_eq!(system.now() - before, Duration::from_secs(5));
    let answer = asking.await.expect("the task ends");
    assert_eq!(answer, Err(CallError::Died(ExitReason::Killed)));
    assert!(
        log.take().is_empty(),
        "no exit runs in the middle of a step"
    );
}

#[tokio::test(start_paused = true)]
async fn an_exit_action_that_does_not_finish_is_killed_too() {
    let log = Log::default();
    let system = quiet();
    let hanging = Sleeper {
        hangs_at_the_end: true,
        ..Sleeper::new(&log)
    };
    let a = system.spawn(hanging);
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Killed);
    let b = system.spawn(Sleeper {
        hangs_at_the_end: true,
        ..Sleeper::new(&log)
    });
    b.send(Message::Note("b runs")).await.expect("b runs");
    let shutdown = system.shutdown().await;
    assert!(shutdown.is_complete());
    assert_eq!(b.ended(), Some(ExitReason::Killed));
}
