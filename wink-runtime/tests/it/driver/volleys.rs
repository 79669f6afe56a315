//! Machines of two loops that answer each other letter by letter: the thread of one loop then runs
//! the other as well, in the middle of its own turn.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wink_runtime::{Address, ExitReason, SpawnOptions, System, SystemEvent};

use super::probe::{Deaf, Log, Message, act, note};

fn two_loops(spin: Duration) -> System {
    System::builder().loops(2).spin(spin).log(|_| {}).build()
}

/// Two machines, the first in one loop, the other in the other, each with room for so many.
fn pair(system: &System, log: &Log, room: usize) -> (Address<Deaf>, Address<Deaf>) {
    let options = SpawnOptions::new().mailbox(room);
    let here = system.spawn_with(Deaf::new("here", log), &options);
    let there = system.spawn_with(Deaf::new("there", log), &options);
    (here, there)
}

/// A volley of so many strokes, the next one by `own`; its number is told when it is over.
fn volley(
    number: usize,
    left: usize,
    own: Address<Deaf>,
    other: Address<Deaf>,
    over: UnboundedSender<usize>,
) -> Message<true> {
    act(move |probe: &mut Deaf, cx| {
        probe.write(format!("{number} {left}"));
        if left == 0 {
            over.send(number).expect("the test waits");
            return;
        }
        let next = volley(number, left - 1, other.clone(), own, over);
        cx.send(&other, next);
    })
}

/// Waits until so many volleys are over.
async fn all(count: usize, over: &mut UnboundedReceiver<usize>) {
    for _ in 0..count {
        over.recv().await.expect("volleys end");
    }
}

/// What volley that number has left in the log.
fn strokes(lines: &[String], number: usize) -> Vec<String> {
    let of = format!(": {number} ");
    let own = lines.iter().filter(|line| line.contains(&of));
    own.cloned().collect()
}

/// How a volley of so many strokes looks there, begun by `first`.
fn expected(number: usize, left: usize, first: &str, second: &str) -> Vec<String> {
    let name = |left_now: usize| match (left - left_now).is_multiple_of(2) {
        true => first.to_owned(),
        false => second.to_owned(),
    };
    let all = (0..=left).rev();
    all.map(|now| format!("{}: {number} {now}", name(now)))
        .collect()
}

#[tokio::test]
async fn volleys_go_on_until_they_are_over_and_in_order() {
    for (spin, volleys) in [(0, 1), (20, 1), (0, 3), (20, 64)] {
        let log = Log::default();
        let system = two_loops(Duration::from_micros(spin));
        let (here, there) = pair(&system, &log, 1 << 10);
        let (over, mut finished) = unbounded_channel();
        let left = 4_000 / volleys;
        for number in 0..volleys {
            let first = volley(number, left, here.clone(), there.clone(), over.clone());
            here.send(first).await.expect("it runs");
        }
        all(volleys, &mut finished).await;
        let lines = log.take();
        assert_eq!(lines.len(), volleys * (left + 1));
        for number in 0..volleys {
            let own = strokes(&lines, number);
            assert_eq!(own, expected(number, left, "here", "there"));
        }
        assert!(system.shutdown().await.is_complete());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn two_loops_that_answer_each_other_from_both_sides_wait_for_nobody() {
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log, 1 << 10);
    let (over, mut finished) = unbounded_channel();
    for number in 0..8 {
        let (own, other) = match number % 2 {
            0 => (here.clone(), there.clone()),
            _ => (there.clone(), here.clone()),
        };
        let first = volley(number, 2_000, own.clone(), other, over.clone());
        own.send(first).await.expect("it runs");
    }
    // Others ask meanwhile, and are answered while that goes on.
    let ask = async |machine: &Address<Deaf>| {
        for _ in 0..200 {
            assert_eq!(machine.call(Message::kept()).await, Ok(0));
        }
    };
    tokio::join!(ask(&here), ask(&there), all(8, &mut finished));
    let lines = log.take();
    for number in 0..8 {
        let (first, second) = match number % 2 {
            0 => ("here", "there"),
            _ => ("there", "here"),
        };
        let own = strokes(&lines, number);
        assert_eq!(own, expected(number, 2_000, first, second));
    }
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test]
async fn a_volley_without_end_leaves_others_their_turn() {
    fn forever(own: Address<Deaf>, other: Address<Deaf>) -> Message<true> {
        act(move |_: &mut Deaf, cx| {
            let next = forever(other.clone(), own);
            cx.send(&other, next);
        })
    }
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log, 1 << 10);
    here.send(forever(here.clone(), there.clone()))
        .await
        .expect("it runs");
    for number in 0..200 {
        let machine = if number % 2 == 0 { &here } else { &there };
        machine.send(note(number)).await.expect("it runs");
        assert_eq!(machine.call(Message::kept()).await, Ok(0));
    }
    assert_eq!(log.take().len(), 200);
    here.stop();
    assert_eq!(here.closed().await, ExitReason::Stopped);
    // The other one is there still, and so is its loop.
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test]
async fn letters_one_by_one_and_many_at_once_keep_their_order() {
    let log = Log::default();
    let system = two_loops(Duration::from_micros(20));
    let (here, there) = pair(&system, &log, 8);
    let mut next = 0;
    for round in 0..400 {
        let count = [1, 1, 3, 1, 20, 1][round % 6];
        let to = there.clone();
        let sends = act(move |_, cx| {
            for number in next..next + count {
                cx.send(&to, note(number));
            }
        });
        next += count;
        here.send(sends).await.expect("it runs");
    }
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(there.call(Message::kept()).await, Ok(0));
    let expected = (0..next).map(|number| format!("there: {number}"));
    assert!(log.take().into_iter().eq(expected));
}

#[tokio::test]
async fn who_fails_in_a_volley_fails_alone() {
    for _ in 0..20 {
        let log = Log::default();
        let system = two_loops(Duration::ZERO);
        let (here, there) = pair(&system, &log, 1 << 10);
        let (over, mut finished) = unbounded_channel();
        let first = volley(0, 501, here.clone(), there.clone(), over.clone());
        here.send(first).await.expect("it runs");
        all(1, &mut finished).await;
        let mut events = system.events();
        let (to, back) = (there.clone(), here.clone());
        let sends = act(move |_: &mut Deaf, cx| {
            let fails = act(move |_: &mut Deaf, cx| {
                cx.send(&back, note("never"));
                std::panic::resume_unwind(Box::new("boom"));
            });
            cx.send(&to, fails);
        });
        here.send(sends).await.expect("it runs");
        assert!(matches!(there.closed().await, ExitReason::Errored(_)));
        let to = there.clone();
        let sends = act(move |_: &mut Deaf, cx| cx.send(&to, note("late")));
        here.send(sends).await.expect("it runs");
        assert_eq!(here.call(Message::kept()).await, Ok(0));
        loop {
            let event = events.next().await.expect("the system is there");
            if let SystemEvent::Undelivered { from, to, .. } = event.expect("few events") {
                assert_eq!((from, to), (here.identity(), there.identity()));
                break;
            }
        }
        let lines = log.take();
        assert!(
            lines.iter().all(|line| !line.contains("never")),
            "{lines:?}"
        );
        assert!(system.shutdown().await.is_complete());
    }
}

#[tokio::test]
async fn a_stroke_that_fails_takes_back_what_it_has_played() {
    /// As a volley, whose last stroke fails.
    fn falls(left: usize, own: Address<Deaf>, other: Address<Deaf>) -> Message<true> {
        act(move |_: &mut Deaf, cx| {
            if left == 0 {
                cx.send(&other, note("never"));
                cx.send(&other, note("never"));
                std::panic::resume_unwind(Box::new("boom"));
            }
            let next = falls(left - 1, other.clone(), own);
            cx.send(&other, next);
        })
    }
    // Whether the last one is carried depends on what strokes seem to cost.
    for left in [501, 502].repeat(8) {
        let log = Log::default();
        let system = two_loops(Duration::from_micros(20));
        let (here, there) = pair(&system, &log, 1 << 10);
        let (over, mut finished) = unbounded_channel();
        let first = volley(0, 501, here.clone(), there.clone(), over.clone());
        here.send(first).await.expect("it runs");
        all(1, &mut finished).await;
        log.take();
        let first = falls(left, here.clone(), there.clone());
        here.send(first).await.expect("it runs");
        let (fails, lives) = match left % 2 {
            0 => (&here, &there),
            _ => (&there, &here),
        };
        assert!(matches!(fails.closed().await, ExitReason::Errored(_)));
        assert_eq!(lives.call(Message::kept()).await, Ok(0));
        assert_eq!(log.take(), [""; 0]);
        assert!(system.shutdown().await.is_complete());
    }
}

#[tokio::test]
async fn a_letter_to_itself_by_way_of_another_loop_comes_back() {
    let log = Log::default();
    let system = two_loops(Duration::ZERO);
    let (here, there) = pair(&system, &log, 1);
    let beside = system.spawn(Deaf::new("beside", &log));
    let (over, mut finished) = unbounded_channel();
    for number in 0..300 {
        let (own, to, beside, over) = (here.clone(), there.clone(), beside.clone(), over.clone());
        let sends = act(move |_: &mut Deaf, cx| {
            let onward = act(move |_: &mut Deaf, cx| {
                let back = act(move |_: &mut Deaf, cx| {
                    let ends = act(move |_: &mut Deaf, _: &mut _| {
                        over.send(number).expect("the test waits");
                    });
                    cx.send(&own, ends);
                });
                cx.send(&beside, back);
            });
            cx.send(&to, onward);
        });
        here.send(sends).await.expect("it runs");
    }
    for number in 0..300 {
        assert_eq!(finished.recv().await, Some(number));
    }
    assert!(system.shutdown().await.is_complete());
}
