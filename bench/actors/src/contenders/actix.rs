//! actix: actors on an arbiter, a single thread. A panic ends the arbiter, so there is no restart.

use actix::{Actor, Arbiter, Context, Handler, MailboxError, Message, System};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Turn, pause};
use crate::sample::{Sample, Scales, Stopwatch, TALLY};
use crate::workload::{ASKERS, BOUND, BURST, PRODUCERS, RING, Row};

/// actix's turn at a row, everything on one arbiter.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |_, count| run(send(false, 16, 1, count)),
        Row::SendBounded => |_, count| run(send_bounded(false, count)),
        Row::SendMany => |_, count| run(send(false, 16, PRODUCERS, count)),
        Row::Ring => |_, count| run(ring(count)),
        Row::Ask | Row::Question => |_, count| run(ask(false, 1, count)),
        Row::AskMany => |_, count| run(ask(false, ASKERS, count)),
        Row::Spawn => |_, count| run(idle(count)),
        Row::SendSupervised | Row::Restart => return None,
    })
}

/// actix's turn at a row, the actor on an arbiter of its own.
pub fn turn_across(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |_, count| run(send(true, 16, 1, count)),
        Row::SendBounded => |_, count| run(send_bounded(true, count)),
        Row::SendMany => |_, count| run(send(true, 16, PRODUCERS, count)),
        Row::Ask | Row::Question => |_, count| run(ask(true, 1, count)),
        Row::AskMany => |_, count| run(ask(true, ASKERS, count)),
        Row::SendSupervised | Row::Ring | Row::Spawn | Row::Restart => return None,
    })
}

/// Why a send may not fail.
const THERE: &str = "the actor runs until the turn is over";

fn run(work: impl Future<Output = Sample>) -> Sample {
    System::new().block_on(work)
}

/// Starts an actor here, or on an arbiter of its own.
fn start<A>(apart: bool, actor: A) -> actix::Addr<A>
where
    A: Actor<Context = Context<A>> + Send,
{
    if apart {
        A::start_in_arbiter(&Arbiter::new().handle(), |_| actor)
    } else {
        actor.start()
    }
}

struct Consumer {
    mailbox: usize,
    left: u64,
    sum: u64,
    done: UnboundedSender<u64>,
}

impl Actor for Consumer {
    type Context = Context<Self>;

    fn started(&mut self, cx: &mut Self::Context) {
        cx.set_mailbox_capacity(self.mailbox);
    }
}

/// Another pass begins.
#[derive(Debug)]
struct Expect(u64);

impl Message for Expect {
    type Result = ();
}

impl Handler<Expect> for Consumer {
    type Result = ();

    fn handle(&mut self, Expect(count): Expect, _: &mut Self::Context) {
        self.left = count;
        self.sum = 0;
    }
}

#[derive(Debug)]
struct Add(u64);

impl Message for Add {
    type Result = ();
}

impl Handler<Add> for Consumer {
    type Result = ();

    fn handle(&mut self, Add(value): Add, _: &mut Self::Context) {
        self.sum += value;
        self.left -= 1;
        if self.left == 0 {
            // Nobody waits only when the turn has been given up.
            let _ = self.done.send(self.sum);
        }
    }
}

async fn send(apart: bool, mailbox: usize, producers: u64, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let consumer = Consumer {
        mailbox,
        left: 0,
        sum: 0,
        done,
    };
    let consumer = start(apart, consumer);
    let mut pass = async |count: u64| {
        let share = count / producers;
        consumer.send(Expect(share * producers)).await.expect(THERE);
        for _ in 0..producers {
            let consumer = consumer.clone();
            actix::spawn(async move {
                for value in 1..=share {
                    // Goes past the mailbox's bound.
                    consumer.do_send(Add(value));
                    if value % BURST == 0 {
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

/// There is no send that waits for room and not for an answer: it tries again.
async fn send_bounded(apart: bool, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let consumer = Consumer {
        mailbox: BOUND,
        left: 0,
        sum: 0,
        done,
    };
    let consumer = start(apart, consumer);
    let mut pass = async |count: u64| {
        consumer.send(Expect(count)).await.expect(THERE);
        for value in 1..=count {
            while consumer.try_send(Add(value)).is_err() {
                pause().await;
            }
        }
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

struct Member {
    next: Option<actix::Addr<Member>>,
    done: UnboundedSender<u64>,
}

impl Actor for Member {
    type Context = Context<Self>;
}

struct Join(actix::Addr<Member>);

impl Message for Join {
    type Result = ();
}

impl Handler<Join> for Member {
    type Result = ();

    fn handle(&mut self, Join(next): Join, _: &mut Self::Context) {
        self.next = Some(next);
    }
}

struct Token {
    left: u64,
    sum: u64,
}

impl Message for Token {
    type Result = ();
}

impl Handler<Token> for Member {
    type Result = ();

    fn handle(&mut self, Token { left, sum }: Token, _: &mut Self::Context) {
        match &self.next {
            Some(next) if left > 0 => next.do_send(Token {
                left: left - 1,
                sum: sum + left,
            }),
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
            Member { next: None, done }.start()
        })
        .collect();
    for (place, member) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()].clone();
        member.send(Join(next)).await.expect(THERE);
    }
    let mut pass = async |left| {
        members[0].do_send(Token { left, sum: 0 });
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

struct Oracle;

impl Actor for Oracle {
    type Context = Context<Self>;
}

struct Ask(u64);

impl Message for Ask {
    type Result = u64;
}

impl Handler<Ask> for Oracle {
    type Result = u64;

    fn handle(&mut self, Ask(value): Ask, _: &mut Self::Context) -> u64 {
        value + 1
    }
}

async fn ask(apart: bool, askers: u64, count: u64) -> Sample {
    let oracle = start(apart, Oracle);
    let pass = async |count: u64| {
        let tasks: Vec<_> = (0..askers)
            .map(|_| {
                let oracle = oracle.clone();
                actix::spawn(async move {
                    let mut sum = 0;
                    for value in 1..=count / askers {
                        sum += oracle.send(Ask(value)).await?;
                    }
                    Ok::<u64, MailboxError>(sum)
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("askers do not panic").expect(THERE);
        }
        sum
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

struct Idle;

impl Actor for Idle {
    type Context = Context<Self>;
}

impl Handler<Add> for Idle {
    type Result = ();

    fn handle(&mut self, Add(value): Add, _: &mut Self::Context) {
        TALLY.add(value);
    }
}

async fn idle(count: u64) -> Sample {
    TALLY.expect(count);
    let mut actors = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let actor = Idle.start();
        actor.do_send(Add(value));
        actors.push(actor);
        if value % BURST == 0 {
            pause().await;
        }
    }
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}
