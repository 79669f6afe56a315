//! Machines in loops on threads of their own: what crosses from one to another, and who runs them.

use std::cell::Cell;
use std::time::Duration;

use wink_runtime::{Address, ExitReason, SpawnOptions, System, SystemEvent};

use super::probe::{Deaf, Log, Message, act, note};

fn two_loops(spin: Duration) -> System {
    System::builder().loops(2).spin(spin).log(|_| {}).build()
}

/// Two machines, the first in one loop, the other in the other.
fn pair(system: &System, log: &Log) -> (Address<Deaf>, Address<Deaf>) {
    let here = system.spawn(Deaf::new("here", log));
    let there = system.spawn(Deaf::new("there", log));
    (here, there)
}

#[tokio::test]
async fn a_step_that_fails_sends_nothing_to_another_loop() {
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log);
    let to = there.clone();
    let fails = act(move |_, cx| {
        cx.send(&to, note("never"));
        std::panic::resume_unwind(Box::new("boom"));
    });
    here.send(fails).await.expect("it runs");
    here.closed().await;
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    assert_eq!(log.take(), [""; 0]);
}

#[tokio::test]
async fn a_letter_to_a_machine_of_another_loop_that_has_ended_is_reported() {
    let log = Log::default();
    let system = two_loops(Duration::ZERO);
    let (here, there) = pair(&system, &log);
    there.stop();
    assert_eq!(there.closed().await, ExitReason::Stopped);
    let mut events = system.events();
    let to = there.clone();
    let sends = act(move |_, cx| cx.send(&to, note("late")));
    here.send(sends).await.expect("it runs");
    loop {
        let event = events.next().await.expect("the system is there");
        if let SystemEvent::Undelivered { from, to, .. } = event.expect("few events") {
            assert_eq!((from, to), (here.identity(), there.identity()));
            return;
        }
    }
}

#[tokio::test]
async fn letters_to_several_loops_and_machines_keep_their_order() {
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log);
    let others: Vec<_> = (0..6)
        .map(|_| system.spawn(Deaf::new("one of them", &Log::default())))
        .collect();
    let to = there.clone();
    let sends = act(move |_, cx| {
        for number in 0..3_000 {
            cx.send(&to, note(number));
            cx.send(&others[number % others.len()], note(number));
        }
    });
    here.send(sends).await.expect("it runs");
    // It is given the question when all its mail has found room.
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    let expected: Vec<_> = (0..3_000)
        .map(|number| format!("there: {number}"))
        .collect();
    assert_eq!(log.take(), expected);
}

#[tokio::test]
async fn a_stream_from_two_sides_keeps_the_order_of_each_and_questions_in_it() {
    const COUNT: usize = 20_000;
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let here = system.spawn(Deaf::new("here", &log));
    let room = SpawnOptions::new().mailbox(1 << 20);
    let there = system.spawn_with(Deaf::new("there", &log), &room);
    let to = there.clone();
    let sends = act(move |_, cx| {
        for number in 0..COUNT {
            cx.send(&to, note(format!("here {number}")));
        }
    });
    here.send(sends).await.expect("it runs");
    let mut entries = Vec::new();
    for number in 0..COUNT {
        let outside = note(format!("outside {number}"));
        there.send(outside).await.expect("it runs");
        if number % 5_000 == 0 {
            assert_eq!(there.call(Message::kept()).await, Ok(0));
            let last = format!("there: outside {number}");
            entries.extend(log.take());
            assert!(entries.contains(&last), "{number}");
        }
    }
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    entries.extend(log.take());
    assert_eq!(entries.len(), 2 * COUNT);
    for sender in ["here", "outside"] {
        let prefix = format!("there: {sender} ");
        let own = entries
            .iter()
            .filter_map(|entry| entry.strip_prefix(&prefix));
        let own: Vec<usize> = own
            .map(|number| number.parse().expect("a number"))
            .collect();
        assert!(own.iter().copied().eq(0..COUNT), "from {sender}");
    }
}

#[tokio::test]
async fn who_ends_in_the_middle_of_a_stream_leaves_the_mail_of_others_alone() {
    const COUNT: usize = 5_000;
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log);
    system.spawn(Deaf::new("in the first loop", &Log::default()));
    let room = SpawnOptions::new().mailbox(1 << 20);
    let ends = system.spawn_with(Deaf::new("ends", &Log::default()), &room);
    let (to, other) = (there.clone(), ends.clone());
    let sends = act(move |_, cx| {
        for number in 0..COUNT {
            cx.send(&other, note("in vain"));
            cx.send(&to, note(number));
            if number == COUNT / 2 {
                other.stop();
            }
        }
    });
    here.send(sends).await.expect("it runs");
    assert_eq!(ends.closed().await, ExitReason::Stopped);
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    let expected = (0..COUNT).map(|number| format!("there: {number}"));
    assert!(log.take().into_iter().eq(expected));
}

#[tokio::test]
async fn who_asks_again_and_again_lets_others_have_their_turn() {
    for spin in [Duration::ZERO, Duration::from_micros(20)] {
        let system = two_loops(spin);
        let (here, _) = pair(&system, &Log::default());
        let (asked, is_over) = (Cell::new(0), Cell::new(false));
        let asks = async {
            while !is_over.get() {
                assert_eq!(here.call(Message::kept()).await, Ok(0));
                asked.set(asked.get() + 1);
            }
        };
        let other = async {
            while asked.get() < 1_000 {
                tokio::task::yield_now().await;
            }
            is_over.set(true);
        };
        tokio::join!(asks, other);
        assert!(asked.get() >= 1_000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn askers_and_senders_on_many_threads_lose_nothing() {
    for spin in [Duration::ZERO, Duration::from_micros(20)] {
        let log = Log::default();
        let system = two_loops(spin);
        let (here, there) = pair(&system, &log);
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let (here, there) = (here.clone(), there.clone());
                tokio::spawn(async move {
                    for number in 0..200 {
                        let to = there.clone();
                        let line = format!("{task} {number}");
                        let hands_on = act(move |_, cx| cx.send(&to, note(line)));
                        here.send(hands_on).await.expect("it runs");
                        assert_eq!(here.call(Message::kept()).await, Ok(0));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no task fails");
        }
        assert_eq!(there.call(Message::kept()).await, Ok(0));
        let lines = log.take();
        assert_eq!(lines.len(), 8 * 200);
        for task in 0..8 {
            let prefix = format!("there: {task} ");
            let own = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
            let expected = (0..200).map(|number| number.to_string());
            assert!(own.eq(expected), "the order of task {task}");
        }
        assert!(system.shutdown().await.is_complete());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_may_spawn_tasks_whoever_runs_its_loop() {
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &Log::default());
    for _ in 0..100 {
        let spawns = || {
            let (done, finished) = tokio::sync::oneshot::channel();
            let spawns = act(move |_: &mut Deaf, _: &mut _| {
                tokio::spawn(
                    async move { done.send(std::thread::current().name() == Some("wink")) },
                );
            });
            (spawns, finished)
        };
        let (spawns_here, by_here) = spawns();
        let (spawns_there, by_there) = spawns();
        let to = there.clone();
        // The other loop may have its turn in the middle of this one's.
        let both = act(move |_: &mut Deaf, cx| cx.send(&to, spawns_there));
        here.send(both).await.expect("it runs");
        here.send(spawns_here).await.expect("it runs");
        // Who asks may be who runs the step.
        let (answer, by_here, by_there) =
            tokio::join!(here.call(Message::kept()), by_here, by_there);
        assert_eq!(answer, Ok(0));
        assert_eq!(
            (by_here, by_there),
            (Ok(true), Ok(true)),
            "on the loops' threads"
        );
    }
}
