//! Bare tokio: an actor is a task that reads a channel. No supervision, no names, no states.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Threads, Turn, block_on_task, pause, silence_panics};
use crate::sample::{Laps, Sample, Scales, Stopwatch, TALLY, now};
use crate::workload::{ASKERS, BOUND, BURST, PRODUCERS, RING, Row};

/// Tokio's turn at a row.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::SendSupervised => return None,
        Row::Send => |threads, count| block_on_task(threads, send(1, count)),
        Row::SendBounded => |threads, count| block_on_task(threads, send_bounded(count)),
        Row::SendMany => |threads, count| block_on_task(threads, send(PRODUCERS, count)),
        Row::Ring => |threads, count| block_on_task(threads, ring(count)),
        Row::Ask | Row::Question => |threads, count| block_on_task(threads, ask(1, count)),
        Row::AskMany => |threads, count| block_on_task(threads, ask(ASKERS, count)),
        Row::Spawn => |threads, count| block_on_task(threads, idle(count)),
        Row::Restart => restart,
    })
}

#[expect(clippy::disallowed_methods, reason = "tasks are what is measured here")]
fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

async fn send(producers: u64, count: u64) -> Sample {
    send_pass(producers, count / 10).await;
    let watch = Stopwatch::start();
    let sum = send_pass(producers, count).await;
    watch.stop(count, sum)
}

async fn send_pass(producers: u64, count: u64) -> u64 {
    let (sender, mut receiver) = mpsc::unbounded_channel::<u64>();
    let consumer = spawn(async move {
        let mut sum = 0;
        while let Some(value) = receiver.recv().await {
            sum += value;
        }
        sum
    });
    for _ in 0..producers {
        let sender = sender.clone();
        spawn(async move {
            for value in 1..=count / producers {
                sender.send(value).expect("the consumer is there");
                if value % BURST == 0 {
                    pause().await;
                }
            }
        });
    }
    drop(sender);
    consumer.await.expect("the consumer does not panic")
}

async fn send_bounded(count: u64) -> Sample {
    send_bounded_pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = send_bounded_pass(count).await;
    watch.stop(count, sum)
}

async fn send_bounded_pass(count: u64) -> u64 {
    let (sender, mut receiver) = mpsc::channel::<u64>(BOUND);
    let consumer = spawn(async move {
        let mut sum = 0;
        while let Some(value) = receiver.recv().await {
            sum += value;
        }
        sum
    });
    spawn(async move {
        for value in 1..=count {
            sender.send(value).await.expect("the consumer is there");
        }
    });
    consumer.await.expect("the consumer does not panic")
}

/// How far the token has still to go, and the sum of all its distances so far.
type Token = (u64, u64);

async fn ring(count: u64) -> Sample {
    let (first, mut receiver) = mpsc::unbounded_channel::<Token>();
    let (done, mut finished) = mpsc::unbounded_channel();
    for member in 1..=RING {
        let (mut next, mut following) = (first.clone(), None);
        if member < RING {
            let (sender, receiver) = mpsc::unbounded_channel();
            next = sender;
            following = Some(receiver);
        }
        let done = done.clone();
        spawn(async move {
            while let Some((left, sum)) = receiver.recv().await {
                let _ = match left {
                    0 => done.send(sum).is_ok(),
                    _ => next.send((left - 1, sum + left)).is_ok(),
                };
            }
        });
        match following {
            Some(following) => receiver = following,
            None => break,
        }
    }
    let mut pass = async |count| {
        first.send((count, 0)).expect("the ring is there");
        finished.recv().await.expect("the token arrives")
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

async fn ask(askers: u64, count: u64) -> Sample {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(u64, oneshot::Sender<u64>)>();
    spawn(async move {
        while let Some((value, reply)) = receiver.recv().await {
            let _ = reply.send(value + 1);
        }
    });
    let pass = async |count: u64| {
        let tasks: Vec<_> = (0..askers)
            .map(|_| {
                let sender = sender.clone();
                spawn(async move {
                    let mut sum = 0;
                    for value in 1..=count / askers {
                        let (reply, answer) = oneshot::channel();
                        sender.send((value, reply)).expect("somebody answers");
                        sum += answer.await.expect("there is an answer");
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

async fn idle(count: u64) -> Sample {
    TALLY.expect(count);
    let mut actors = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let (sender, mut receiver) = mpsc::unbounded_channel::<u64>();
        spawn(async move {
            while let Some(value) = receiver.recv().await {
                TALLY.add(value);
            }
        });
        sender.send(value).expect("the actor is there");
        actors.push(sender);
        if value % BURST == 0 {
            pause().await;
        }
    }
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}

enum Order {
    Panic,
    Count(oneshot::Sender<u64>),
}

/// In place: the task catches the panic and goes on with a new state and the old channel.
fn restart(threads: Threads, count: u64) -> Sample {
    silence_panics();
    block_on_task(threads, async move {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Order>();
        spawn(async move {
            let mut handled = 0;
            while let Some(order) = receiver.recv().await {
                let step = catch_unwind(AssertUnwindSafe(|| match order {
                    Order::Panic => panic!("as ordered"),
                    Order::Count(reply) => {
                        handled += 1;
                        let _ = reply.send(handled);
                    }
                }));
                if step.is_err() {
                    handled = 0;
                }
            }
        });
        let pass = async |count| {
            let mut laps = Laps::new(count);
            for _ in 0..count {
                let (reply, answer) = oneshot::channel();
                let start = now();
                let sent = sender.send(Order::Panic).is_ok();
                let sent = sent && sender.send(Order::Count(reply)).is_ok();
                match answer.await {
                    Ok(handled) if sent => laps.lap(start, handled),
                    _ => resume_unwind(Box::new("the actor has not come back")),
                }
            }
            laps.sample()
        };
        pass(count / 10 + 1).await;
        pass(count).await
    })
}
