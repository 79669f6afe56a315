//! stakker: actors on one thread, calls in one flat queue. Nothing is supervised or bounded, and
//! a panic ends the thread.

use std::hint::black_box;
use std::time::Instant;

use stakker::{ActorOwn, CX, Ret, Stakker, actor, call, ret_nop, ret_some_to};

use super::Turn;
use crate::sample::{Sample, Scales, Stopwatch, TALLY, now};
use crate::workload::{ASKERS, BURST, PRODUCERS, RING, Row};

/// stakker's turn at a row.
pub fn turn(row: Row) -> Option<Turn> {
    Some(match row {
        Row::Send => |_, count| send(1, count),
        Row::SendMany => |_, count| send(PRODUCERS, count),
        Row::Ring => |_, count| ring(count),
        Row::Ask | Row::Question => |_, count| ask(1, count),
        Row::AskMany => |_, count| ask(ASKERS, count),
        Row::Spawn => |_, count| idle(count),
        // There are no bounds and there is no supervision.
        Row::SendSupervised | Row::SendBounded | Row::Restart => return None,
    })
}

/// Runs until nothing is left to do.
fn run(stakker: &mut Stakker, start: Instant) {
    stakker.run(start, false);
}

/// Adds up what it is sent.
struct Consumer {
    sum: u64,
}

impl Consumer {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { sum: 0 })
    }

    fn add(&mut self, _: CX![], value: u64) {
        self.sum += value;
    }

    /// Takes the sum out.
    fn total(&mut self, _: CX![], ret: Ret<u64>) {
        stakker::ret!([ret], std::mem::take(&mut self.sum));
    }
}

/// Sends in bursts.
struct Producer {
    consumer: stakker::Actor<Consumer>,
}

impl Producer {
    fn init(_: CX![], consumer: stakker::Actor<Consumer>) -> Option<Self> {
        Some(Self { consumer })
    }

    fn burst(&mut self, cx: CX![], sent: u64, count: u64) {
        let last = count.min(sent + BURST);
        for value in sent + 1..=last {
            call!([self.consumer], add(value));
        }
        if last < count {
            call!([cx], burst(last, count));
        }
    }
}

fn send(producers: u64, count: u64) -> Sample {
    let start = now();
    let mut stakker = Stakker::new(start);
    let consumer = actor!(stakker, Consumer::init(), ret_nop!());
    let producers: Vec<ActorOwn<Producer>> = (0..producers)
        .map(|_| actor!(stakker, Producer::init(consumer.clone()), ret_nop!()))
        .collect();
    run(&mut stakker, start);
    let mut pass = |count: u64| {
        let share = count / producers.len() as u64;
        for producer in &producers {
            call!([producer], burst(black_box(0), black_box(share)));
        }
        run(&mut stakker, start);
        let sum = std::rc::Rc::new(std::cell::Cell::new(0));
        let out = sum.clone();
        let ret = Ret::new(move |total: Option<u64>| out.set(total.unwrap_or(0)));
        call!([consumer], total(ret));
        run(&mut stakker, start);
        sum.get()
    };
    pass(count / 10);
    let watch = Stopwatch::start();
    let sum = pass(count);
    watch.stop(count, sum)
}

/// Hands the token on.
struct Member {
    next: Option<stakker::Actor<Member>>,
    /// Written by whoever ends the token's way.
    sum: u64,
}

impl Member {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { next: None, sum: 0 })
    }

    fn join(&mut self, _: CX![], next: stakker::Actor<Member>) {
        self.next = Some(next);
    }

    fn token(&mut self, _: CX![], left: u64, sum: u64) {
        match &self.next {
            Some(next) if left > 0 => call!([next], token(left - 1, sum + left)),
            _ => self.sum = sum,
        }
    }
}

fn ring(count: u64) -> Sample {
    let start = now();
    let mut stakker = Stakker::new(start);
    let members: Vec<ActorOwn<Member>> = (0..RING)
        .map(|_| actor!(stakker, Member::init(), ret_nop!()))
        .collect();
    for (place, member) in members.iter().enumerate() {
        let next = members[(place + 1) % members.len()].clone();
        call!([member], join(next));
    }
    run(&mut stakker, start);
    let mut pass = |count: u64| {
        call!([members[0]], token(black_box(count), 0));
        run(&mut stakker, start);
    };
    pass(count / 10);
    let watch = Stopwatch::start();
    pass(count);
    let last = (count % RING) as usize;
    let sum = members[last].query(&mut stakker, |member, _| member.sum);
    watch.stop(count, sum.unwrap_or(0))
}

/// Answers.
struct Oracle;

impl Oracle {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self)
    }

    fn ask(&mut self, _: CX![], value: u64, ret: Ret<u64>) {
        stakker::ret!([ret], value + 1);
    }
}

/// Asks the next question when it has the answer to the last, on several lines at once.
struct Asker {
    oracle: stakker::Actor<Oracle>,
    sum: u64,
}

impl Asker {
    fn init(_: CX![], oracle: stakker::Actor<Oracle>) -> Option<Self> {
        Some(Self { oracle, sum: 0 })
    }

    fn ask(&mut self, cx: CX![], value: u64, count: u64) {
        let ret = ret_some_to!([cx], |this, cx, answer: u64| {
            this.sum += answer;
            if answer <= count {
                this.ask(cx, answer, count);
            }
        });
        call!([self.oracle], ask(value, ret));
    }
}

fn ask(lines: u64, count: u64) -> Sample {
    let start = now();
    let mut stakker = Stakker::new(start);
    let oracle = actor!(stakker, Oracle::init(), ret_nop!());
    let asker = actor!(stakker, Asker::init(oracle.clone()), ret_nop!());
    run(&mut stakker, start);
    let mut pass = |count: u64| {
        for _ in 0..lines {
            call!([asker], ask(1, black_box(count / lines)));
        }
        run(&mut stakker, start);
        let sum = asker.query(&mut stakker, |asker, _| std::mem::take(&mut asker.sum));
        sum.unwrap_or(0)
    };
    pass(count / 10);
    let watch = Stopwatch::start();
    let sum = pass(count);
    watch.stop(count, sum)
}

/// Does nothing after its first message.
struct Idle;

impl Idle {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self)
    }

    fn touch(&mut self, _: CX![], value: u64) {
        TALLY.add(value);
    }
}

fn idle(count: u64) -> Sample {
    TALLY.expect(u64::MAX);
    let start = now();
    let mut stakker = Stakker::new(start);
    let mut actors: Vec<ActorOwn<Idle>> = Vec::with_capacity(count as usize);
    let scales = Scales::start();
    for value in 1..=count {
        let actor = actor!(stakker, Idle::init(), ret_nop!());
        call!([actor], touch(value));
        actors.push(actor);
        if value % BURST == 0 {
            run(&mut stakker, start);
        }
    }
    run(&mut stakker, start);
    scales.stop(count, TALLY.sum())
}
