//! What many steps of one loop send to machines of another, one or a few letters each: it is handed
//! over together, and nobody notices.

use std::sync::mpsc::channel;

use wink_runtime::{Address, ExitReason, SpawnOptions, System, SystemEvent};

use super::probe::{Deaf, Log, Message, act, note};

fn two_loops() -> System {
    System::builder().loops(2).log(|_| {}).build()
}

/// Two machines, the first in one loop, the other in the other, each with room for so many.
fn pair(system: &System, log: &Log, room: usize) -> (Address<Deaf>, Address<Deaf>) {
    let options = SpawnOptions::new().mailbox(room);
    let here = system.spawn_with(Deaf::new("here", log), &options);
    let there = system.spawn_with(Deaf::new("there", log), &options);
    (here, there)
}

/// Has the machine find all of these at once: it is held up until they are there.
async fn send_at_once(to: &Address<Deaf>, messages: impl IntoIterator<Item = Message<true>>) {
    // Known is what letters take only when some have been handled.
    assert_eq!(to.call(Message::kept()).await, Ok(0));
    let (goes_on, held) = channel();
    let waits = act(move |_: &mut Deaf, _: &mut _| held.recv().expect("the test goes on"));
    to.send(waits).await.expect("it runs");
    for message in messages {
        to.send(message).await.expect("there is room");
    }
    goes_on.send(()).expect("it waits");
}

/// Sends lines.
fn passes(to: &Address<Deaf>, lines: Vec<String>) -> Message<true> {
    let to = to.clone();
    act(move |_: &mut Deaf, cx| {
        for line in lines {
            cx.send(&to, note(line));
        }
    })
}

fn of(lines: &[String], name: &str) -> Vec<String> {
    let own = lines.iter().filter_map(|line| line.strip_prefix(name));
    own.map(|line| line.trim_start_matches(": ").to_owned())
        .collect()
}

#[tokio::test]
async fn what_many_steps_send_arrives_once_and_in_order() {
    for count in [1, 2, 3, 70, 900] {
        let log = Log::default();
        let system = two_loops();
        let (here, there) = pair(&system, &log, 1 << 12);
        let options = SpawnOptions::new().mailbox(1 << 12).beside(&there);
        let third = system.spawn_with(Deaf::new("third", &log), &options);
        let (mut to_there, mut to_third) = (Vec::new(), Vec::new());
        let mut messages = Vec::new();
        for number in 0..count {
            match number % 7 {
                // More than one, and one for another machine in between.
                3 => {
                    let lines: Vec<_> = (0..5).map(|part| format!("{number}.{part}")).collect();
                    to_there.extend(lines.clone());
                    messages.push(passes(&there, lines));
                }
                5 => {
                    to_third.push(number.to_string());
                    messages.push(passes(&third, vec![number.to_string()]));
                }
                // A step that leads to more than a letter.
                6 => {
                    let (own, lines) = (here.clone(), vec![number.to_string()]);
                    to_there.extend(lines.clone());
                    let to = there.clone();
                    messages.push(act(move |_: &mut Deaf, cx| {
                        cx.monitor(&own);
                        cx.send(&to, note(lines[0].clone()));
                    }));
                }
                _ => {
                    to_there.push(number.to_string());
                    messages.push(passes(&there, vec![number.to_string()]));
                }
            }
        }
        send_at_once(&here, messages).await;
        for machine in [&here, &there, &third] {
            assert_eq!(machine.call(Message::kept()).await, Ok(0));
        }
        let lines = log.take();
        assert_eq!(of(&lines, "there"), to_there);
        assert_eq!(of(&lines, "third"), to_third);
        assert!(system.shutdown().await.is_complete());
    }
}

#[tokio::test]
async fn many_machines_that_send_one_letter_each_have_all_of_them_arrive() {
    let log = Log::default();
    let system = two_loops();
    let (here, there) = pair(&system, &log, 1 << 10);
    let all: Vec<_> = (0..200)
        .map(|_| system.spawn_with(Deaf::new("one", &log), &SpawnOptions::new().beside(&here)))
        .collect();
    let starts = all.clone().into_iter().enumerate().map(|(number, one)| {
        let there = there.clone();
        act(move |_: &mut Deaf, cx| cx.send(&one, passes(&there, vec![number.to_string()])))
    });
    send_at_once(&here, starts).await;
    for machine in all.iter().chain([&here, &there]) {
        assert_eq!(machine.call(Message::kept()).await, Ok(0));
    }
    let expected: Vec<_> = (0..200).map(|number| number.to_string()).collect();
    assert_eq!(of(&log.take(), "there"), expected);
}

#[tokio::test]
async fn a_step_that_fails_takes_back_its_own_letters_only() {
    let log = Log::default();
    let system = two_loops();
    let (here, there) = pair(&system, &log, 1 << 10);
    let to = there.clone();
    let fails = act(move |_: &mut Deaf, cx| {
        for _ in 0..20 {
            cx.send(&to, note("never"));
        }
        std::panic::resume_unwind(Box::new("boom"));
    });
    let before = (0..40).map(|number| passes(&there, vec![number.to_string()]));
    let after = (0..3).map(|_| passes(&there, vec!["never".to_owned()]));
    send_at_once(&here, before.chain([fails]).chain(after)).await;
    assert!(matches!(here.closed().await, ExitReason::Errored(_)));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    let expected: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    assert_eq!(of(&log.take(), "there"), expected);
}

#[tokio::test]
async fn whoever_is_answered_finds_what_was_sent_before() {
    let log = Log::default();
    let system = two_loops();
    let (here, there) = pair(&system, &log, 1 << 10);
    for round in 0..50 {
        let count = 20;
        let sends = (0..count).map(|number| passes(&there, vec![number.to_string()]));
        send_at_once(&here, sends).await;
        assert_eq!(here.call(Message::kept()).await, Ok(0));
        assert_eq!(there.call(Message::kept()).await, Ok(0));
        assert_eq!(of(&log.take(), "there").len(), count, "round {round}");
    }
}

#[tokio::test]
async fn what_is_for_a_machine_that_has_ended_is_told_once_a_letter_with_who_sent_it() {
    let log = Log::default();
    let system = two_loops();
    let (here, there) = pair(&system, &log, 1 << 10);
    let other = system.spawn_with(
        Deaf::new("other", &log),
        &SpawnOptions::new().mailbox(1 << 10).beside(&here),
    );
    there.stop();
    there.closed().await;
    let mut events = system.events();
    let by_other = {
        let (there, other) = (there.clone(), other.clone());
        move |_: i32| {
            let (there, other) = (there.clone(), other.clone());
            act(move |_: &mut Deaf, cx| cx.send(&other, passes(&there, vec!["late".into()])))
        }
    };
    let own = (0..30).map(|_| passes(&there, vec!["late".into()]));
    send_at_once(&here, own.chain((0..30).map(by_other))).await;
    let mut told = Vec::new();
    while told.len() < 60 {
        let event = events.next().await.expect("the system is there");
        if let SystemEvent::Undelivered { from, to, .. } = event.expect("few events") {
            assert_eq!(to, there.identity());
            told.push(from);
        }
    }
    for machine in [&here, &other] {
        assert_eq!(machine.call(Message::kept()).await, Ok(0));
        let own = told.iter().filter(|from| **from == machine.identity());
        assert_eq!(own.count(), 30);
    }
    let lines = log.take();
    assert!(lines.iter().all(|line| !line.contains("late")), "{lines:?}");
}

#[tokio::test]
async fn where_the_room_comes_to_its_end_all_arrives_all_the_same() {
    let log = Log::default();
    let system = two_loops();
    // Enough for what is gathered, and far less than what is sent.
    let (here, there) = pair(&system, &log, 300);
    let (goes_on, held) = channel();
    let waits = act(move |_: &mut Deaf, _: &mut _| held.recv().expect("the test goes on"));
    there.send(waits).await.expect("it runs");
    for part in 0..4 {
        let sends = (0..250).map(|number| passes(&there, vec![format!("{}", part * 250 + number)]));
        let sends: Vec<_> = sends.collect();
        match part {
            0 => send_at_once(&here, sends).await,
            _ => {
                if part == 2 {
                    goes_on.send(()).expect("it waits");
                }
                for message in sends {
                    here.send(message).await.expect("it runs");
                }
            }
        }
    }
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    let expected: Vec<_> = (0..1_000).map(|number| number.to_string()).collect();
    assert_eq!(of(&log.take(), "there"), expected);
}
