//! Letters and answers.

use super::machines::{Cluster, Counter, Message, Two, logged};
use std::time::Duration;
use wink::remote::{Limits, MemoryNetwork, Node};
use wink::{CallError, SpawnOptions, TrySendError};

#[tokio::test(start_paused = true)]
async fn letters_and_questions_arrive_in_order() {
    let two = Two::new();
    let (_, counter) = two.counter().await;
    for number in 0..1_000 {
        counter.send(Message::Add(number)).await.expect("it lives");
    }
    assert_eq!(counter.call(Message::sum()).await, Ok(499_500));
    let all = counter.call(Message::all()).await.expect("an answer");
    assert!(all.into_iter().eq(0..1_000));
}

#[tokio::test(start_paused = true)]
async fn many_questions_are_under_way_at_a_time() {
    let two = Two::new();
    let (_, counter) = two.counter().await;
    counter.send(Message::Add(3)).await.expect("it lives");
    let calls: Vec<_> = (0..500)
        .map(|times| {
            let counter = counter.clone();
            tokio::spawn(async move { counter.call(Message::repeat("ab".to_owned(), times)).await })
        })
        .collect();
    for (times, call) in calls.into_iter().enumerate() {
        let answer = call.await.expect("no panic").expect("an answer");
        assert_eq!(answer.len(), 2 * times);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_its_deadline() {
    let two = Two::new();
    let (_, counter) = two.counter().await;
    let late = counter
        .call_within(Message::later(), Duration::from_secs(3))
        .await;
    assert_eq!(late, Err(CallError::Late));
    // The one that was late is answered by the next, and nobody minds.
    let late = counter
        .call_within(Message::later(), Duration::from_secs(3))
        .await;
    assert_eq!(late, Err(CallError::Late));
    assert_eq!(counter.call(Message::sum()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_there_keeps_senders_here_waiting() {
    let two = Two::new();
    let system = &two.there_system;
    let slow = system.spawn_with(Counter::default(), &SpawnOptions::new().mailbox(8));
    two.there.publish("slow", &slow).expect("it can travel");
    let address = two
        .here
        .reach::<Counter>("slow", "there")
        .await
        .expect("it is there");
    // Nothing runs between these: the window is what the mailbox holds.
    for number in 0..8 {
        address
            .try_send(Message::Add(number))
            .expect("there is room");
    }
    let full = address
        .try_send(Message::Add(8))
        .expect_err("there is none");
    assert!(matches!(full, TrySendError::Full(Message::Add(8))));
    for number in 8..100 {
        address.send(Message::Add(number)).await.expect("it waits");
    }
    let all = address.call(Message::all()).await.expect("an answer");
    assert!(all.into_iter().eq(0..100));
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_is_an_error_and_harms_nobody() {
    let cluster = Cluster::new();
    let network = MemoryNetwork::new();
    let small = Limits {
        frame: 4_096,
        ..Limits::default()
    };
    let (here_system, here_log) = logged();
    let (there_system, _) = logged();
    let start = |system, name, limits| {
        let builder = Node::builder(system, cluster.node(name)).limits(limits);
        builder
            .network(&network)
            .listen(name)
            .start()
            .expect("it starts")
    };
    let here = start(&here_system, "here", Limits::default());
    let there = start(&there_system, "there", small);
    there
        .publish("counter", &there_system.spawn(Counter::default()))
        .expect("it can travel");
    let counter = here
        .reach::<Counter>("counter", "there")
        .await
        .expect("it is there");
    let long = Message::repeat("a".repeat(5_000), 1);
    let error = counter.call(long).await.expect_err("too long");
    assert!(
        error.to_string().contains("the other node takes 4096"),
        "{error}"
    );
    // Without a question the log says so.
    let fail = Message::Fail("a".repeat(5_000));
    counter.send(fail).await.expect("it lives");
    assert_eq!(counter.call(Message::sum()).await, Ok(0));
    assert!(
        here_log.has("`Fail` cannot be sent"),
        "{:?}",
        here_log.lines()
    );
    // An answer that is too long for this side: here frames may be longer.
    let answer = counter.call(Message::repeat("a".to_owned(), 100_000)).await;
    assert_eq!(answer.map(|text| text.len()), Ok(100_000));
    let answer = counter
        .call(Message::repeat("a".to_owned(), 2_000_000))
        .await;
    assert!(
        matches!(answer, Err(CallError::Unreadable(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn nothing_of_a_burst_is_lost_over_quic() {
    let cluster = Cluster::new();
    let (here_system, _) = logged();
    let (there_system, _) = logged();
    let there = Node::builder(&there_system, cluster.node("there"));
    let there = there.listen("127.0.0.1:0").start().expect("it starts");
    let here = Node::builder(&here_system, cluster.node("here"))
        .start()
        .expect("it starts");
    there
        .publish("counter", &there_system.spawn(Counter::default()))
        .expect("it can travel");
    let counter = here
        .reach::<Counter>("counter", there.local_address())
        .await;
    let counter = counter.expect("it is there");
    for number in 0..100_000 {
        counter.send(Message::Add(number)).await.expect("it lives");
    }
    assert_eq!(counter.call(Message::sum()).await, Ok(100_000 * 99_999 / 2));
    here.close().await;
    there.close().await;
}
