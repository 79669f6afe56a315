//! Process groups, and publishing by type.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::time::Duration;

use wink_runtime::{
    Address, ExitReason, Group, Missed, MissedWhy, Recipient, SpawnOptions, System, Topics,
};

use crate::driver::probe::{Deaf, Log, act, note, pass, quiet, watched};

/// A machine that writes what it gets.
fn member(system: &System, log: &Log, name: &'static str) -> (Address<Deaf>, Recipient<String>) {
    let machine = system.spawn_with(Deaf::new(name, log), &SpawnOptions::new().mailbox(1));
    let recipient = machine.recipient_with(|line: String| note(line));
    (machine, recipient)
}

#[tokio::test(start_paused = true)]
async fn members_join_leave_and_get_what_is_broadcast() {
    let log = Log::default();
    let system = quiet();
    let group = Group::new();
    let (_a, first) = member(&system, &log, "a");
    let (_b, second) = member(&system, &log, "b");
    assert!(group.join(&first));
    assert!(group.join(&second));
    assert!(!group.join(&first), "it is one already");
    assert_eq!(group.members(), [first.clone(), second.clone()]);
    let delivery = group.broadcast("hello".to_owned()).await;
    assert_eq!((delivery.reached(), delivery.is_complete()), (2, true));
    pass(Duration::from_millis(1)).await;
    assert!(group.leave(&first));
    assert!(!group.leave(&first), "it is none any more");
    assert_eq!(group.broadcast("again".to_owned()).await.reached(), 1);
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["a: hello", "b: hello", "b: again"]);
    assert_eq!(first.handle().watchers(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_ends_has_left() {
    let system = quiet();
    let group = Group::new();
    let (a, first) = member(&system, &Log::default(), "a");
    let (_b, second) = member(&system, &Log::default(), "b");
    group.join(&first);
    group.join(&second);
    a.stop();
    a.closed().await;
    assert_eq!(group.members(), [second]);
    assert!(!group.join(&first), "who has ended cannot join");
    assert_eq!(group.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_is_dropped_leaves_nothing_at_its_members() {
    let system = quiet();
    let (a, first) = member(&system, &Log::default(), "a");
    let group = Group::new();
    group.join(&first);
    assert_eq!(a.handle().watchers(), 1);
    drop(group);
    assert_eq!(a.handle().watchers(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_dropped_in_silence() {
    let log = Log::default();
    let system = quiet();
    let group = Group::new();
    let (_fast, fast) = member(&system, &log, "fast");
    let (slow, busy) = member(&system, &log, "slow");
    group.join(&fast);
    group.join(&busy);
    // It has not started: its mailbox, which has room for one, is full.
    slow.try_send(note("first")).expect("there is room for one");
    let delivery = group.try_broadcast("now".to_owned());
    let missed = Missed {
        member: slow.identity(),
        why: MissedWhy::Full,
    };
    assert_eq!((delivery.reached(), delivery.missed()), (1, &[missed][..]));
    assert_eq!(
        delivery.missed()[0].to_string(),
        format!("{slow}: its mailbox is full")
    );
    let delivery = group.broadcast("patiently".to_owned()).await;
    assert_eq!((delivery.reached(), delivery.missed()), (2, &[][..]));
    pass(Duration::from_millis(1)).await;
    let mut lines = log.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "fast: now",
            "fast: patiently",
            "slow: first",
            "slow: patiently"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_member_that_ends_while_it_is_waited_for_is_in_the_report() {
    let system = quiet();
    let group = Group::new();
    let (machine, recipient) = member(&system, &Log::default(), "machine");
    group.join(&recipient);
    machine
        .try_send(act(|_, cx| cx.exit()))
        .expect("there is room for one");
    let delivery = group.broadcast("late".to_owned()).await;
    let why = MissedWhy::Ended(ExitReason::Normal);
    assert!(
        delivery.missed() == [Missed { member: machine.identity(), why }]
            // It was put into the mailbox in the moment in which room came.
            || delivery.reached() == 1
    );
    assert!(group.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_step_broadcasts_when_it_has_completed() {
    let log = Log::default();
    let system = quiet();
    let group = Group::new();
    let (_a, first) = member(&system, &log, "a");
    let (_b, second) = member(&system, &log, "b");
    group.join(&first);
    group.join(&second);
    for fails in [false, true] {
        let group = group.clone();
        system.spawn(Deaf::new("sender", &Log::default()).first(move |_, cx| {
            (1..=3).for_each(|number| cx.broadcast(&group, number.to_string()));
            if fails {
                std::panic::resume_unwind(Box::new("boom"));
            }
        }));
    }
    pass(Duration::from_millis(1)).await;
    let lines = log.take();
    for name in ["a", "b"] {
        let own: Vec<_> = lines.iter().filter(|line| line.starts_with(name)).collect();
        assert_eq!(
            own,
            [
                &format!("{name}: 1"),
                &format!("{name}: 2"),
                &format!("{name}: 3")
            ]
        );
    }
}

#[derive(Clone)]
struct Rain(u32);

#[derive(Clone)]
struct Sun;

#[tokio::test(start_paused = true)]
async fn subscribers_get_events_of_their_type() {
    let log = Log::default();
    let system = watched(&Log::default());
    let topics = Topics::new();
    let umbrella = system.spawn(Deaf::new("umbrella", &log));
    let both = system.spawn(Deaf::new("both", &log));
    let rain = |machine: &Address<Deaf>| machine.recipient_with(|rain: Rain| note(rain.0));
    let sun = both.recipient_with(|_: Sun| note("sun"));
    assert!(topics.subscribe(&rain(&umbrella)));
    assert!(topics.subscribe(&rain(&both)));
    assert!(topics.subscribe(&sun));
    assert!(!topics.subscribe(&sun), "once is enough");
    assert_eq!(topics.publish(Rain(3)).await.reached(), 2);
    assert_eq!(topics.try_publish(Sun).reached(), 1);
    pass(Duration::from_millis(1)).await;
    let mut lines = log.take();
    lines.sort();
    assert_eq!(lines, ["both: 3", "both: sun", "umbrella: 3"]);
    assert!(topics.unsubscribe(&rain(&both)));
    both.stop();
    both.closed().await;
    let from = topics.clone();
    system.spawn(Deaf::new("cloud", &Log::default()).first(move |_, cx| {
        cx.publish(&from, Rain(4));
        cx.publish(&from, Sun);
    }));
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["both: leaves", "umbrella: 4"]);
    assert!(topics.topic::<Sun>().is_empty());
}
