//! Networks that are slow, lossy, or cut for a while.

use super::machines::{Counter, Message, Two};
use std::time::Duration;
use tokio::time::Instant;
use wink::{CallError, ErrorKind, ExitReason};

fn is_lost(reason: &ExitReason) -> bool {
    let error = reason.error().map(wink::Error::kind);
    matches!(error, Some(ErrorKind::Lost { .. }))
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_while_the_cable_is_out_arrives_when_it_is_in_again() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.cut();
    for number in 0..50 {
        here.send(Message::Add(number)).await.expect("it lives");
    }
    let answer = tokio::spawn(here.call(Message::all()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!answer.is_finished());
    two.network.mend();
    let all = answer.await.expect("no panic").expect("an answer");
    assert!(all.into_iter().eq(0..50));
    assert_eq!(here.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_slow_network_takes_its_time_and_keeps_order_and_links() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.delay(Duration::from_secs(3));
    let begin = Instant::now();
    for number in 0..50 {
        here.send(Message::Add(number)).await.expect("it lives");
    }
    let all = here.call(Message::all()).await.expect("an answer");
    assert!(all.into_iter().eq(0..50));
    let passed = begin.elapsed();
    assert!(
        (Duration::from_secs(6)..Duration::from_secs(7)).contains(&passed),
        "{passed:?}"
    );
    let late = here
        .call_within(Message::sum(), Duration::from_secs(5))
        .await;
    assert_eq!(late, Err(CallError::Late));
    // Signs of life are late, but they come.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(here.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_network_slower_than_the_silence_is_a_lost_peer() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.delay(Duration::from_secs(30));
    let error = here
        .call(Message::sum())
        .await
        .expect_err("nobody is heard");
    assert!(
        matches!(&error, CallError::Died(reason) if is_lost(reason)),
        "{error}"
    );
    // The late answer harms nobody, and with a better network all is well.
    two.network.delay(Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let again = two.here.reach::<Counter>("counter", "there").await;
    assert_eq!(
        again.expect("it is there").call(Message::sum()).await,
        Ok(0)
    );
}

/// Half a connection is none: each side finds out, the one that hears as well as the deaf one.
#[tokio::test(start_paused = true)]
async fn a_cable_that_is_broken_in_one_direction_is_noticed_at_both_ends() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let back = two.here_system.spawn(Counter::default());
    two.here.publish("back", &back).expect("it can travel");
    let from_there = two.there.reach::<Counter>("back", "here").await;
    let from_there = from_there.expect("it is there");
    two.network.cut_from("there");
    assert!(is_lost(&here.closed().await));
    assert!(is_lost(&from_there.closed().await));
    two.network.mend();
    let again = two.here.reach::<Counter>("counter", "there").await;
    again.expect("it is there");
}

#[tokio::test(start_paused = true)]
async fn some_lost_signs_of_life_are_no_death_but_all_of_them_are() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    // Every second one: four seconds between two of them.
    two.network.lose_one_in(2);
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(here.ended(), None);
    two.network.lose_one_in(1);
    assert!(is_lost(&here.closed().await));
}
