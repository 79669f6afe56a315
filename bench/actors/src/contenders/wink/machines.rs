//! The machines of the benchmark.

use wink::prelude::*;

/// Adds up what it is sent.
#[machine]
pub mod consumer {
    use tokio::sync::mpsc::UnboundedSender;

    #[data]
    pub struct Consumer {
        /// How many messages are still to come.
        pub left: u64,
        pub sum: u64,
        /// Where the sum goes when all have come.
        pub done: UnboundedSender<u64>,
    }

    #[messages]
    pub enum Message {
        /// Another pass begins.
        Expect {
            count: u64,
        },
        Add {
            value: u64,
        },
    }

    #[receive(Expect)]
    fn expect(consumer: &mut Consumer, count: u64) {
        consumer.left = count;
        consumer.sum = 0;
    }

    #[receive(Add)]
    fn add(consumer: &mut Consumer, value: u64) {
        consumer.sum += value;
        consumer.left -= 1;
        if consumer.left == 0 {
            // Nobody waits only when the turn has been given up.
            let _ = consumer.done.send(consumer.sum);
        }
    }
}

/// Sends in bursts to a consumer.
#[machine]
pub mod producer {
    use super::consumer::{self, Consumer};
    use crate::workload::BURST;

    #[data]
    pub struct Producer {
        pub consumer: Address<Consumer>,
    }

    #[messages]
    pub enum Message {
        /// Send the numbers after `sent` up to `count`.
        Burst { sent: u64, count: u64 },
    }

    #[receive(Burst)]
    fn burst(producer: &Producer, cx: &mut Context, sent: u64, count: u64) {
        let last = count.min(sent + BURST);
        for value in sent + 1..=last {
            cx.send(&producer.consumer, consumer::Message::Add { value });
        }
        if last < count {
            let own = cx.address();
            cx.send(&own, Message::Burst { sent: last, count });
        }
    }
}

/// Hands a token on to the next.
#[machine]
pub mod member {
    use tokio::sync::mpsc::UnboundedSender;

    #[data]
    pub struct Member {
        pub next: Option<Address<Member>>,
        /// Where the sum goes when the token has come to its end.
        pub done: UnboundedSender<u64>,
    }

    #[messages]
    pub enum Message {
        Join { next: Address<Member> },
        Token { left: u64, sum: u64 },
    }

    #[receive(Join)]
    fn join(member: &mut Member, next: Address<Member>) {
        member.next = Some(next);
    }

    #[receive(Token)]
    fn token(member: &Member, cx: &mut Context, left: u64, sum: u64) {
        match &member.next {
            Some(next) if left > 0 => {
                let sum = sum + left;
                cx.send(
                    next,
                    Message::Token {
                        left: left - 1,
                        sum,
                    },
                );
            }
            // Nobody waits only when the turn has been given up.
            _ => _ = member.done.send(sum),
        }
    }
}

/// Answers, to a machine by a message and to anybody else as a question.
#[machine]
pub mod oracle {
    use super::asker::{self, Asker};

    #[data]
    pub struct Oracle;

    #[messages]
    pub enum Message {
        Ask {
            value: u64,
            asker: Address<Asker>,
        },
        #[reply(u64)]
        Question {
            value: u64,
        },
    }

    #[receive(Ask)]
    fn ask(cx: &mut Context, value: u64, asker: Address<Asker>) {
        cx.send(&asker, asker::Message::Answer { answer: value + 1 });
    }

    #[receive(Question)]
    fn question(value: u64) -> u64 {
        value + 1
    }
}

/// Asks the next question when it has the answer to the last, on several lines at once.
#[machine]
pub mod asker {
    use super::oracle::{self, Oracle};
    use tokio::sync::mpsc::UnboundedSender;

    #[data]
    pub struct Asker {
        pub oracle: Address<Oracle>,
        /// It asks by `cx.ask`, instead of two messages.
        pub by_question: bool,
        /// How many questions each line asks.
        pub count: u64,
        pub sum: u64,
        /// How many lines still ask.
        pub lines: u64,
        /// Where the sum goes when no line asks any more.
        pub done: UnboundedSender<u64>,
    }

    #[messages]
    pub enum Message {
        Begin { lines: u64, count: u64 },
        Answer { answer: u64 },
    }

    #[receive(Begin)]
    fn begin(asker: &mut Asker, cx: &mut Context, lines: u64, count: u64) {
        (asker.lines, asker.count, asker.sum) = (lines, count, 0);
        for _ in 0..lines {
            ask(asker, cx, 1);
        }
    }

    #[inline]
    fn ask(asker: &Asker, cx: &mut Context, value: u64) {
        if asker.by_question {
            let question = oracle::Message::question(value);
            return cx.ask(&asker.oracle, question, |answer| Message::Answer {
                answer: answer.expect("the oracle answers"),
            });
        }
        let own = cx.address();
        cx.send(&asker.oracle, oracle::Message::Ask { value, asker: own });
    }

    #[receive(Answer)]
    fn hear(asker: &mut Asker, cx: &mut Context, answer: u64) {
        asker.sum += answer;
        if answer <= asker.count {
            return ask(asker, cx, answer);
        }
        asker.lines -= 1;
        if asker.lines == 0 {
            // Nobody waits only when the turn has been given up.
            let _ = asker.done.send(asker.sum);
        }
    }
}

/// Does nothing after its first message.
#[machine]
pub mod idle {
    use crate::sample::TALLY;

    #[data]
    pub struct Idle;

    #[messages]
    pub enum Message {
        Touch { value: u64 },
    }

    #[receive(Touch)]
    fn touch(value: u64) {
        TALLY.add(value);
    }
}

/// Spawns idle machines and keeps their addresses.
#[machine]
pub mod nursery {
    use super::idle::{self, Idle};
    use crate::workload::BURST;

    #[data]
    pub struct Nursery {
        pub raised: Vec<Address<Idle>>,
    }

    #[messages]
    pub enum Message {
        /// Spawn until so many are there.
        Raise { count: u64 },
    }

    #[receive(Raise)]
    fn raise(nursery: &mut Nursery, cx: &mut Context, count: u64) {
        let there = nursery.raised.len() as u64;
        let last = count.min(there + BURST);
        for value in there + 1..=last {
            let idle = cx.spawn(Idle);
            cx.send(&idle, idle::Message::Touch { value });
            nursery.raised.push(idle);
        }
        if last < count {
            let own = cx.address();
            cx.send(&own, Message::Raise { count });
        }
    }
}

/// Panics when it is told to, and counts what it has been asked since it was made.
#[machine]
pub mod fragile {
    #[data]
    #[derive(Default)]
    pub struct Fragile {
        handled: u64,
    }

    #[messages]
    pub enum Message {
        Panic,
        #[reply(u64)]
        Count,
    }

    #[receive(Panic)]
    fn give_way() {
        panic!("as ordered");
    }

    #[receive(Count)]
    fn count(fragile: &mut Fragile) -> u64 {
        fragile.handled += 1;
        fragile.handled
    }
}
