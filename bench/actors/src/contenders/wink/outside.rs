//! Machines that are talked to by tasks: `send` and `call` from outside.

use tokio::sync::mpsc::unbounded_channel;
use wink::{SpawnOptions, System};

use super::inside::THERE;
use super::machines::{consumer, idle, oracle};
use super::with_system;
use crate::contenders::{Turn, pause};
use crate::sample::{Sample, Scales, Stopwatch, TALLY};
use crate::workload::{ASKERS, BOUND, BURST, PRODUCERS, Row};

/// wink's turn at a row, from tasks to machines.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        // A mailbox always has a bound; this is the largest that does not make anybody wait.
        Row::Send => {
            |threads, count| with_system(threads, move |system| send(system, 1 << 20, 1, count))
        }
        Row::SendBounded => {
            |threads, count| with_system(threads, move |system| send(system, BOUND, 1, count))
        }
        Row::SendMany => |threads, count| {
            with_system(threads, move |system| {
                send(system, 1 << 20, PRODUCERS, count)
            })
        },
        Row::Ask => |threads, count| with_system(threads, move |system| ask(system, 1, count)),
        Row::AskMany => {
            |threads, count| with_system(threads, move |system| ask(system, ASKERS, count))
        }
        Row::Spawn => |threads, count| with_system(threads, move |system| idle(system, count)),
        // The token and the supervision are between machines.
        Row::SendSupervised | Row::Ring | Row::Question | Row::Restart => return None,
    })
}

#[expect(clippy::disallowed_methods, reason = "tasks are what is measured here")]
fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

async fn send(system: System, mailbox: usize, producers: u64, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let data = consumer::Consumer {
        left: 0,
        sum: 0,
        done,
    };
    let consumer = system.spawn_with(data, &SpawnOptions::new().mailbox(mailbox));
    let mut pass = async |count: u64| {
        let share = count / producers;
        let expected = share * producers;
        let expect = consumer::Message::Expect { count: expected };
        consumer.send(expect).await.expect(THERE);
        for _ in 0..producers {
            let consumer = consumer.clone();
            spawn(async move {
                for value in 1..=share {
                    let add = consumer::Message::Add { value };
                    consumer.send(add).await.expect(THERE);
                    if value % BURST == 0 && mailbox > BOUND {
                        pause().await;
                    }
                }
            });
        }
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn ask(system: System, askers: u64, count: u64) -> Sample {
    let oracle = system.spawn(oracle::Oracle);
    let pass = async |count: u64| {
        let tasks: Vec<_> = (0..askers)
            .map(|_| {
                let oracle = oracle.clone();
                spawn(async move {
                    let mut sum = 0;
                    for value in 1..=count / askers {
                        let question = oracle::Message::question(value);
                        sum += oracle.call(question).await.expect(THERE);
                    }
                    sum
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("askers do not panic");
        }
        sum
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn idle(system: System, count: u64) -> Sample {
    TALLY.expect(count);
    let mut machines = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let machine = system.spawn(idle::Idle);
        let touch = idle::Message::Touch { value };
        machine.send(touch).await.expect(THERE);
        machines.push(machine);
        if value % BURST == 0 {
            pause().await;
        }
    }
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}
