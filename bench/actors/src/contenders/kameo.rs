//! kameo: an actor is a task with one channel, each message a box; supervisors restart in place.

use std::convert::Infallible;
use std::time::Duration;

use kameo::actor::{Actor, ActorRef, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Turn, block_on_task, pause, silence_panics};
use crate::sample::{Laps, Sample, Scales, Stopwatch, TALLY, now};
use crate::workload::{ASKERS, BOUND, BURST, PRODUCERS, RING, Row};

/// kameo's turn at a row.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::SendSupervised => return None,
        Row::Send => |threads, count| block_on_task(threads, send(false, 1, count)),
        Row::SendBounded => |threads, count| block_on_task(threads, send(true, 1, count)),
        Row::SendMany => |threads, count| block_on_task(threads, send(false, PRODUCERS, count)),
        Row::Ring => |threads, count| block_on_task(threads, ring(count)),
        Row::Ask | Row::Question => |threads, count| block_on_task(threads, ask(1, count)),
        Row::AskMany => |threads, count| block_on_task(threads, ask(ASKERS, count)),
        Row::Spawn => |threads, count| block_on_task(threads, idle(count)),
        Row::Restart => |threads, count| block_on_task(threads, restart(count)),
    })
}

/// Why a send may not fail.
const THERE: &str = "the actor runs until the turn is over";

#[expect(clippy::disallowed_methods, reason = "tasks are what is measured here")]
fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

/// An actor that starts as it is given.
macro_rules! actor {
    ($name:ident) => {
        impl Actor for $name {
            type Args = Self;
            type Error = Infallible;

            async fn on_start(actor: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
                Ok(actor)
            }
        }
    };
}

struct Consumer {
    left: u64,
    sum: u64,
    done: UnboundedSender<u64>,
}

actor!(Consumer);

/// Another pass begins.
struct Expect(u64);

impl Message<Expect> for Consumer {
    type Reply = ();

    async fn handle(&mut self, Expect(count): Expect, _: &mut Context<Self, ()>) {
        self.left = count;
        self.sum = 0;
    }
}

struct Add(u64);

impl Message<Add> for Consumer {
    type Reply = ();

    async fn handle(&mut self, Add(value): Add, _: &mut Context<Self, ()>) {
        self.sum += value;
        self.left -= 1;
        if self.left == 0 {
            // Nobody waits only when the turn has been given up.
            let _ = self.done.send(self.sum);
        }
    }
}

async fn send(bounded: bool, producers: u64, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let consumer = Consumer {
        left: 0,
        sum: 0,
        done,
    };
    let mailbox = if bounded {
        mailbox::bounded(BOUND)
    } else {
        mailbox::unbounded()
    };
    let consumer = Consumer::spawn_with_mailbox(consumer, mailbox);
    let mut pass = async |count: u64| {
        let share = count / producers;
        let expect = Expect(share * producers);
        consumer.ask(expect).await.expect(THERE);
        for _ in 0..producers {
            let consumer = consumer.clone();
            spawn(async move {
                for value in 1..=share {
                    consumer.tell(Add(value)).send().await.expect(THERE);
                    if value % BURST == 0 && !bounded {
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

struct Member {
    next: Option<ActorRef<Member>>,
    done: UnboundedSender<u64>,
}

actor!(Member);

struct Join(ActorRef<Member>);

impl Message<Join> for Member {
    type Reply = ();

    async fn handle(&mut self, Join(next): Join, _: &mut Context<Self, ()>) {
        self.next = Some(next);
    }
}

struct Token {
    left: u64,
    sum: u64,
}

impl Message<Token> for Member {
    type Reply = ();

    async fn handle(&mut self, Token { left, sum }: Token, _: &mut Context<Self, ()>) {
        match &self.next {
            Some(next) if left > 0 => {
                let token = Token {
                    left: left - 1,
                    sum: sum + left,
                };
                next.tell(token).send().await.expect(THERE);
            }
            // Nobody waits only when the turn has been given up.
            _ => _ = self.done.send(sum),
        }
    }
}

async fn ring(count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let members: Vec<_> = (0..RING)
        .map(|_| {
            let done = done.clone();
            Member::spawn(Member { next: None, done })
        })
        .collect();
    for (place, member) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()].clone();
        member.tell(Join(next)).send().await.expect(THERE);
    }
    let mut pass = async |left| {
        let token = Token { left, sum: 0 };
        members[0].tell(token).send().await.expect(THERE);
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

struct Oracle;

actor!(Oracle);

struct Ask(u64);

impl Message<Ask> for Oracle {
    type Reply = u64;

    async fn handle(&mut self, Ask(value): Ask, _: &mut Context<Self, u64>) -> u64 {
        value + 1
    }
}

async fn ask(askers: u64, count: u64) -> Sample {
    let oracle = Oracle::spawn(Oracle);
    let pass = async |count: u64| {
        let tasks: Vec<_> = (0..askers)
            .map(|_| {
                let oracle = oracle.clone();
                spawn(async move {
                    let mut sum = 0;
                    for value in 1..=count / askers {
                        sum += oracle.ask(Ask(value)).await.expect(THERE);
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

struct Idle;

actor!(Idle);

impl Message<Add> for Idle {
    type Reply = ();

    async fn handle(&mut self, Add(value): Add, _: &mut Context<Self, ()>) {
        TALLY.add(value);
    }
}

async fn idle(count: u64) -> Sample {
    TALLY.expect(count);
    let mut actors = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let actor = Idle::spawn(Idle);
        actor.tell(Add(value)).send().await.expect(THERE);
        actors.push(actor);
        if value % BURST == 0 {
            pause().await;
        }
    }
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}

/// Does nothing but supervise.
struct Keeper;

actor!(Keeper);

/// Counts what it has been asked since it was made.
struct Fragile(u64);

impl Actor for Fragile {
    type Args = UnboundedSender<()>;
    type Error = Infallible;

    async fn on_start(up: Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        // Nobody waits only when the turn has been given up.
        let _ = up.send(());
        Ok(Fragile(0))
    }
}

struct Panic;

impl Message<Panic> for Fragile {
    type Reply = ();

    async fn handle(&mut self, _: Panic, _: &mut Context<Self, ()>) {
        panic!("as ordered");
    }
}

struct Count;

impl Message<Count> for Fragile {
    type Reply = u64;

    async fn handle(&mut self, _: Count, _: &mut Context<Self, u64>) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// The new one is asked when it says that it starts: what was in the mailbox at the panic may be
/// refused.
async fn restart(count: u64) -> Sample {
    silence_panics();
    let keeper = Keeper::spawn(Keeper);
    let (up, mut starts) = unbounded_channel();
    let fragile = Fragile::supervise(&keeper, up)
        .restart_limit(u32::MAX, Duration::from_secs(1))
        .spawn()
        .await;
    starts.recv().await.expect(THERE);
    let mut pass = async |count| {
        let mut laps = Laps::new(count);
        for _ in 0..count {
            let start = now();
            fragile.tell(Panic).send().await.expect(THERE);
            starts.recv().await.expect(THERE);
            let handled = fragile.ask(Count).await.expect(THERE);
            laps.lap(start, handled);
        }
        laps.sample()
    };
    pass(count / 10 + 1).await;
    pass(count).await
}
