//! Machines that talk to each other: in one loop, where the system has one; across two, where it
//! has two.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use wink::{Address, ChildSpec, SpawnOptions, Supervisor, System};

use super::machines::{asker, consumer, fragile, member, nursery, oracle, producer};
use super::with_system;
use crate::contenders::{Turn, silence_panics};
use crate::sample::{Laps, Sample, Scales, Stopwatch, TALLY, now};
use crate::workload::{ASKERS, BOUND, PRODUCERS, RING, Row};

/// wink's turn at a row, from machine to machine.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        // A mailbox always has a bound; this is the largest that does not make anybody wait.
        Row::Send => {
            |threads, count| with_system(threads, move |system| send(system, 1 << 20, 1, count))
        }
        Row::SendBounded => {
            |threads, count| with_system(threads, move |system| send(system, BOUND, 1, count))
        }
        Row::SendSupervised => {
            |threads, count| with_system(threads, move |system| send_supervised(system, count))
        }
        Row::SendMany => |threads, count| {
            with_system(threads, move |system| {
                send(system, 1 << 20, PRODUCERS, count)
            })
        },
        Row::Ring => |threads, count| with_system(threads, move |system| ring(system, count)),
        Row::Ask => {
            |threads, count| with_system(threads, move |system| ask(system, 1, false, count))
        }
        Row::Question => {
            |threads, count| with_system(threads, move |system| ask(system, 1, true, count))
        }
        Row::AskMany => {
            |threads, count| with_system(threads, move |system| ask(system, ASKERS, false, count))
        }
        Row::Spawn => |threads, count| with_system(threads, move |system| idle(system, count)),
        Row::Restart => |threads, count| {
            // Before the system, which notes where a machine panics in a hook before this one.
            silence_panics();
            with_system(threads, move |system| restart(system, count))
        },
    })
}

/// Why a send may not fail.
pub const THERE: &str = "the machine runs until the turn is over";

async fn send(system: System, mailbox: usize, producers: u64, count: u64) -> Sample {
    let (done, finished) = unbounded_channel();
    let data = consumer::Consumer {
        left: 0,
        sum: 0,
        done,
    };
    let consumer = system.spawn_with(data, &SpawnOptions::new().mailbox(mailbox));
    send_to(&system, consumer, finished, producers, count).await
}

async fn send_supervised(system: System, count: u64) -> Sample {
    let (done, finished) = unbounded_channel();
    let make = move || consumer::Consumer {
        left: 0,
        sum: 0,
        done: done.clone(),
    };
    let supervisor = Supervisor::builder("keeper")
        .child(ChildSpec::new("consumer").mailbox(1 << 20), make)
        .start(&system);
    let consumer = supervisor
        .address::<consumer::Consumer>("consumer")
        .expect("it was declared");
    send_to(&system, consumer, finished, 1, count).await
}

async fn send_to(
    system: &System,
    consumer: Address<consumer::Consumer>,
    mut finished: UnboundedReceiver<u64>,
    producers: u64,
    count: u64,
) -> Sample {
    let producers: Vec<Address<producer::Producer>> = (0..producers)
        .map(|_| {
            system.spawn(producer::Producer {
                consumer: consumer.clone(),
            })
        })
        .collect();
    let mut pass = async |count: u64| {
        let share = count / producers.len() as u64;
        let expected = share * producers.len() as u64;
        let expect = consumer::Message::Expect { count: expected };
        consumer.send(expect).await.expect(THERE);
        for producer in &producers {
            let burst = producer::Message::Burst {
                sent: 0,
                count: share,
            };
            producer.send(burst).await.expect(THERE);
        }
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn ring(system: System, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let members: Vec<Address<member::Member>> = (0..RING)
        .map(|_| {
            system.spawn(member::Member {
                next: None,
                done: done.clone(),
            })
        })
        .collect();
    for (place, member) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()].clone();
        let join = member::Message::Join { next };
        member.send(join).await.expect(THERE);
    }
    let mut pass = async |count| {
        let token = member::Message::Token {
            left: count,
            sum: 0,
        };
        members[0].send(token).await.expect(THERE);
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn ask(system: System, lines: u64, by_question: bool, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let oracle = system.spawn(oracle::Oracle);
    let asker = system.spawn(asker::Asker {
        oracle,
        by_question,
        count: 0,
        sum: 0,
        lines: 0,
        done,
    });
    let mut pass = async |count| {
        let begin = asker::Message::Begin {
            lines,
            count: count / lines,
        };
        asker.send(begin).await.expect(THERE);
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn idle(system: System, count: u64) -> Sample {
    TALLY.expect(count);
    let nursery = system.spawn(nursery::Nursery {
        raised: Vec::with_capacity(count as usize),
    });
    let scales = Scales::start();
    let raise = nursery::Message::Raise { count };
    nursery.send(raise).await.expect(THERE);
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}

/// A supervisor starts its child again in place: address and mail stay.
async fn restart(system: System, count: u64) -> Sample {
    let supervisor = Supervisor::builder("keeper")
        .intensity(u32::MAX, Duration::from_secs(1))
        .child("fragile", fragile::Fragile::default)
        .start(&system);
    let fragile = supervisor
        .address::<fragile::Fragile>("fragile")
        .expect("it was declared");
    let pass = async |count| {
        let mut laps = Laps::new(count);
        for _ in 0..count {
            let start = now();
            let give_way = fragile::Message::Panic;
            fragile.send(give_way).await.expect(THERE);
            let question = fragile::Message::count();
            let handled = fragile.call(question).await.expect(THERE);
            laps.lap(start, handled);
        }
        laps.sample()
    };
    pass(count / 10 + 1).await;
    pass(count).await
}
