//! Machines there that end, nodes that are lost.

use super::machines::{Counter, Message, Two};
use std::time::Duration;
use wink::remote::Peer;
use wink::{CallError, ErrorKind, ExitReason};

fn is_lost(reason: &ExitReason) -> bool {
    let error = reason.error().map(wink::Error::kind);
    matches!(error, Some(ErrorKind::Lost { .. }))
}

#[tokio::test(start_paused = true)]
async fn an_end_there_is_known_here_with_its_reason() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    assert_eq!(here.ended(), None);
    here.send(Message::Fail("no beans".into()))
        .await
        .expect("it lives");
    let reason = here.closed().await;
    assert_eq!(reason, there.closed().await);
    assert_eq!(reason.to_string(), "no beans");
    let error = here.send(Message::Exit).await.expect_err("it has ended");
    assert!(matches!(error.message, Message::Exit));
    assert_eq!(
        here.call(Message::sum()).await,
        Err(CallError::Died(reason))
    );
}

#[tokio::test(start_paused = true)]
async fn callers_of_a_machine_that_dies_hear_why() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let waits = tokio::spawn({
        let here = here.clone();
        async move { here.call(Message::later()).await }
    });
    here.call(Message::sum())
        .await
        .expect("the other one was asked before");
    here.send(Message::Panic).await.expect("it lives");
    let error = waits.await.expect("no panic").expect_err("it died");
    let CallError::Died(reason) = error else {
        panic!("{error:?}");
    };
    assert!(reason.to_string().contains("boom"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn stopping_works_from_afar() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    here.stop();
    assert_eq!(here.closed().await, ExitReason::Stopped);
    assert_eq!(there.ended(), Some(ExitReason::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_cut_cable_is_noticed_after_ten_seconds_and_not_before() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    let begin = tokio::time::Instant::now();
    let waits = here.call(Message::later());
    two.network.cut();
    let error = waits.await.expect_err("nobody answers");
    let passed = begin.elapsed();
    assert!(
        matches!(&error, CallError::Died(reason) if is_lost(reason)),
        "{error}"
    );
    assert!(error.to_string().contains("silent for 10"), "{error}");
    assert!(
        (Duration::from_secs(8)..Duration::from_secs(11)).contains(&passed),
        "{passed:?}"
    );
    assert!(is_lost(&here.closed().await));
    assert!(
        two.here_log.has("declared dead"),
        "{:?}",
        two.here_log.lines()
    );
    // The machine there has not noticed, and can be reached anew.
    assert_eq!(there.ended(), None);
    two.network.mend();
    let again = two
        .here
        .reach::<Counter>("counter", "there")
        .await
        .expect("it is there");
    assert_eq!(again.call(Message::sum()).await, Ok(0));
    assert!(
        is_lost(&here.closed().await),
        "an address that was lost stays so"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_peer_says_late_does_not_count() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let back = two.here_system.spawn(Counter::default());
    two.here.publish("back", &back).expect("it can travel");
    let from_there = two
        .there
        .reach::<Counter>("back", "here")
        .await
        .expect("it is there");
    from_there.send(Message::Add(1)).await.expect("it lives");
    assert_eq!(from_there.call(Message::sum()).await, Ok(1));
    two.network.cut();
    // Sent in time, but it arrives when this node has been declared dead.
    from_there
        .send(Message::Add(100))
        .await
        .expect("nobody has noticed yet");
    assert!(is_lost(&here.closed().await));
    assert!(is_lost(&from_there.closed().await));
    two.network.mend();
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(back.call(Message::sum()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_link_without_mail_lives_by_its_heartbeats() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(here.ended(), None);
    assert_eq!(here.call(Message::sum()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_node_that_leaves_says_so_behind_its_mail() {
    let two = Two::new();
    let (there, here) = two.counter().await;
    for number in 0..500 {
        here.send(Message::Add(number)).await.expect("it lives");
    }
    two.here.close().await;
    assert!(is_lost(&here.closed().await));
    assert_eq!(there.call(Message::sum()).await, Ok(500 * 499 / 2));
    assert!(
        two.there_log.has("parted: it has left: the node ends"),
        "{:?}",
        two.there_log.lines()
    );
    assert!(!two.there_log.has("lost"), "{:?}", two.there_log.lines());
    assert_eq!(two.there.peers(), Vec::<Peer>::new());
}

#[tokio::test(start_paused = true)]
async fn reaching_nobody_fails_at_once() {
    let two = Two::new();
    let error = two.here.reach::<Counter>("counter", "nowhere").await;
    let error = error.expect_err("nobody is there");
    assert_eq!(
        error.to_string(),
        "no link with nowhere: nobody listens at nowhere"
    );
}

#[test]
fn callers_hear_of_it_when_the_runtime_of_their_node_ends() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let first = runtime();
    let (two, here) = first.block_on(async {
        let two = Two::new();
        let (_, here) = two.counter().await;
        (two, here)
    });
    let call = here.call(Message::sum());
    drop(first);
    let error = runtime().block_on(call).expect_err("nobody can answer");
    assert!(
        matches!(&error, CallError::Died(reason) if is_lost(reason)),
        "{error}"
    );
    drop(two);
}
