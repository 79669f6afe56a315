//! ractor: an actor is a task with four channels. A supervisor hears of failures; what it does
//! about them is its own code.

use ractor::{
    Actor, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent, rpc::CallResult,
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Turn, block_on_task, pause, silence_panics};
use crate::sample::{Laps, Sample, Scales, Stopwatch, TALLY, now};
use crate::workload::{ASKERS, BURST, PRODUCERS, RING, Row};

/// ractor's turn at a row.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |threads, count| block_on_task(threads, send(1, count)),
        Row::SendMany => |threads, count| block_on_task(threads, send(PRODUCERS, count)),
        Row::Ring => |threads, count| block_on_task(threads, ring(count)),
        Row::Ask | Row::Question => |threads, count| block_on_task(threads, ask(1, count)),
        Row::AskMany => |threads, count| block_on_task(threads, ask(ASKERS, count)),
        Row::Spawn => |threads, count| block_on_task(threads, idle(count)),
        Row::Restart => |threads, count| block_on_task(threads, restart(count)),
        // Mailboxes have no bound.
        Row::SendSupervised | Row::SendBounded => return None,
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

async fn start<A: Actor>(actor: A, arguments: A::Arguments) -> ActorRef<A::Msg> {
    let started = Actor::spawn(None, actor, arguments).await;
    started.expect("the actor starts").0
}

/// An actor whose state is made by whoever starts it: all that differs is what it handles.
macro_rules! actor {
    ($name:ident, $state:ty, $message:ty, |$myself:ident, $received:ident, $of:ident| $body:expr) => {
        struct $name;

        impl Actor for $name {
            type Msg = $message;
            type State = $state;
            type Arguments = $state;

            async fn pre_start(
                &self,
                _: ActorRef<$message>,
                state: $state,
            ) -> Result<$state, ActorProcessingErr> {
                Ok(state)
            }

            async fn handle(
                &self,
                $myself: ActorRef<$message>,
                $received: $message,
                $of: &mut $state,
            ) -> Result<(), ActorProcessingErr> {
                $body;
                Ok(())
            }
        }
    };
}

struct Summing {
    left: u64,
    sum: u64,
    done: UnboundedSender<u64>,
}

enum Number {
    Expect(u64),
    Add(u64),
}

actor!(Consumer, Summing, Number, |_myself, message, summing| {
    match message {
        Number::Expect(count) => (summing.left, summing.sum) = (count, 0),
        Number::Add(value) => {
            summing.sum += value;
            summing.left -= 1;
            if summing.left == 0 {
                summing.done.send(summing.sum)?;
            }
        }
    }
});

async fn send(producers: u64, count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let summing = Summing {
        left: 0,
        sum: 0,
        done,
    };
    let consumer = start(Consumer, summing).await;
    let mut pass = async |count: u64| {
        let share = count / producers;
        let expect = Number::Expect(share * producers);
        consumer.cast(expect).expect(THERE);
        for _ in 0..producers {
            let consumer = consumer.clone();
            spawn(async move {
                for value in 1..=share {
                    consumer.cast(Number::Add(value)).expect(THERE);
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

struct Place {
    next: Option<ActorRef<Pass>>,
    done: UnboundedSender<u64>,
}

enum Pass {
    Join(ActorRef<Pass>),
    Token { left: u64, sum: u64 },
}

actor!(Member, Place, Pass, |_myself, message, place| {
    match (message, &place.next) {
        (Pass::Join(next), _) => place.next = Some(next),
        (Pass::Token { left, sum }, Some(next)) if left > 0 => next.cast(Pass::Token {
            left: left - 1,
            sum: sum + left,
        })?,
        (Pass::Token { sum, .. }, _) => place.done.send(sum)?,
    }
});

async fn ring(count: u64) -> Sample {
    let (done, mut finished) = unbounded_channel();
    let mut members = Vec::new();
    for _ in 0..RING {
        let done = done.clone();
        members.push(start(Member, Place { next: None, done }).await);
    }
    for (place, member) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()].clone();
        member.cast(Pass::Join(next)).expect(THERE);
    }
    let mut pass = async |left| {
        let token = Pass::Token { left, sum: 0 };
        members[0].cast(token).expect(THERE);
        finished.recv().await.expect(THERE)
    };
    pass(count / 10).await;
    let watch = Stopwatch::start();
    let sum = pass(count).await;
    watch.stop(count, sum)
}

struct Question(u64, RpcReplyPort<u64>);

actor!(Oracle, (), Question, |_myself, question, _state| {
    let Question(value, reply) = question;
    reply.send(value + 1)?;
});

async fn ask(askers: u64, count: u64) -> Sample {
    let oracle = start(Oracle, ()).await;
    let pass = async |count: u64| {
        let tasks: Vec<_> = (0..askers)
            .map(|_| {
                let oracle = oracle.clone();
                spawn(async move {
                    let mut sum = 0;
                    for value in 1..=count / askers {
                        let call = oracle.call(|reply| Question(value, reply), None);
                        match call.await {
                            Ok(CallResult::Success(answer)) => sum += answer,
                            _ => panic!("{THERE}"),
                        }
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

actor!(Idle, (), u64, |_myself, value, _state| TALLY.add(value));

async fn idle(count: u64) -> Sample {
    TALLY.expect(count);
    let mut actors = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let actor = start(Idle, ()).await;
        actor.cast(value).expect(THERE);
        actors.push(actor);
    }
    let sum = TALLY.complete().await;
    scales.stop(count, sum)
}

/// Who hears how much a new actor has handled, and where the actor is.
type Heard = UnboundedSender<(u64, ActorRef<Order>)>;

enum Order {
    Panic,
    Count,
}

actor!(Fragile, (u64, Heard), Order, |myself, order, state| {
    match order {
        Order::Panic => panic!("as ordered"),
        Order::Count => {
            state.0 += 1;
            state.1.send((state.0, myself))?;
        }
    }
});

/// Replaces its child when that has failed, and sends the new one a message.
struct Keeper;

impl Keeper {
    async fn replace(myself: ActorRef<()>, heard: &Heard) -> Result<(), ActorProcessingErr> {
        let state = (0, heard.clone());
        let child = Actor::spawn_linked(None, Fragile, state, myself.into()).await?;
        child.0.cast(Order::Count)?;
        Ok(())
    }
}

impl Actor for Keeper {
    type Msg = ();
    type State = Heard;
    type Arguments = Heard;

    async fn pre_start(
        &self,
        myself: ActorRef<()>,
        heard: Heard,
    ) -> Result<Heard, ActorProcessingErr> {
        Self::replace(myself, &heard).await?;
        Ok(heard)
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<()>,
        event: SupervisionEvent,
        heard: &mut Heard,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(..) => Self::replace(myself, heard).await,
            _ => Ok(()),
        }
    }
}

async fn restart(count: u64) -> Sample {
    silence_panics();
    let (heard, mut hearing) = unbounded_channel();
    let _keeper = start(Keeper, heard).await;
    let (_, mut fragile) = hearing.recv().await.expect(THERE);
    let mut pass = async |count| {
        let mut laps = Laps::new(count);
        for _ in 0..count {
            let start = now();
            fragile.cast(Order::Panic).expect(THERE);
            let (handled, next) = hearing.recv().await.expect(THERE);
            laps.lap(start, handled);
            fragile = next;
        }
        laps.sample()
    };
    pass(count / 10 + 1).await;
    pass(count).await
}
