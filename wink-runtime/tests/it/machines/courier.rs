//! Everything that waits: deferred messages, kept replies, named timers, answers.

use super::chart::{
    NO_TEXT, deferring, field, ignoring, list, message, on, question, row, state, states, text, to,
};
use core::time::Duration;
use serde::{Deserialize, Serialize};
use wink_chart::Field;
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, MessageId, Question, Reply, RowId, StateId};

#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Courier {
    pub jobs: Vec<u32>,
    #[serde(skip)]
    pub kept: Option<Reply<u32>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    Job { number: u32 },
    Finish,
    Later,
    Answer,
    Noise,
    Estimate,
    Count,
    Never,
}

#[derive(Debug)]
pub enum Replies {
    Estimate(u32),
    Count(usize),
    #[allow(dead_code, reason = "no state receives the question")]
    Never(()),
}

states! { Idle = 1, Busy = 2 }

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Job { .. } => 0,
            Message::Finish => 1,
            Message::Later => 2,
            Message::Answer => 3,
            Message::Noise => 4,
            Message::Estimate => 5,
            Message::Count => 6,
            Message::Never => 7,
        })
    }
}

impl Message {
    pub fn estimate() -> Question<Message, u32> {
        Question::new(Message::Estimate, |reply| match reply {
            Replies::Estimate(value) => Some(value),
            _ => None,
        })
    }

    pub fn count() -> Question<Message, usize> {
        Question::new(Message::Count, |reply| match reply {
            Replies::Count(value) => Some(value),
            _ => None,
        })
    }

    /// In no state is this received; while idle it is ignored.
    pub fn never() -> Question<Message, ()> {
        Question::new(Message::Never, |reply| match reply {
            Replies::Never(value) => Some(value),
            _ => None,
        })
    }
}

const FIELDS: &[Field] = &[field("number", "u32")];

const CHART: Chart = Chart {
    name: text("tests/Courier"),
    version: text("1.2.0"),
    data: text("Courier"),
    documentation: NO_TEXT,
    messages: list![
        message("Job", FIELDS),
        message("Finish", &[]),
        message("Later", &[]),
        message("Answer", &[]),
        message("Noise", &[]),
        question("Estimate", "u32"),
        question("Count", "usize"),
        question("Never", "()"),
    ],
    states: list![
        state("courier", None, Some(1)),
        state("idle", Some(0), None),
        state("busy", Some(0), None),
    ],
    rows: list![
        row(1, on(&[MessageId(0)]), &const { [to(2)] }),
        deferring(2, on(&[MessageId(0)])),
        row(2, on(&[MessageId(1)]), &const { [to(1)] }),
        row(0, on(&[MessageId(5)]), &[]),
        row(0, on(&[MessageId(3)]), &[]),
        ignoring(1, on(&const { [MessageId(4), MessageId(7)] })),
        deferring(2, on(&[MessageId(6)])),
        row(1, on(&[MessageId(6)]), &[]),
        row(0, on(&[MessageId(2)]), &[]),
    ],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl private::Machine for Courier {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

fn go<O: Observer>(
    parts: &mut Parts<Courier>,
    state: State,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    let left = parts.cx.store.rest.into();
    private::exited(&mut parts.cx, observer, left);
    private::entered(&mut parts.cx, outcome, observer, state.into());
    parts.cx.store.rest_in(state);
}

impl private::Steps for Courier {
    const SETTLES: bool = true;
    const DEFERS: bool = true;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        private::entered(&mut parts.cx, outcome, observer, StateId(1));
        parts.cx.store.rest_in(State::Idle);
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        match (parts.cx.store.rest, message) {
            (State::Idle, Message::Job { number }) => {
                private::take(outcome, observer, RowId(0));
                parts.data.jobs.push(number);
                go(parts, State::Busy, outcome, observer);
            }
            (State::Busy, message @ Message::Job { .. }) => {
                private::defer(&mut parts.cx, outcome, observer, RowId(1), message);
            }
            (State::Busy, Message::Finish) => {
                private::take(outcome, observer, RowId(2));
                go(parts, State::Idle, outcome, observer);
            }
            (_, Message::Estimate) => {
                private::take(outcome, observer, RowId(3));
                let wrap = Replies::Estimate as fn(u32) -> Replies;
                parts.data.kept = Some(private::take_reply(&mut parts.cx, wrap));
            }
            (_, Message::Answer) => {
                private::take(outcome, observer, RowId(4));
                if let Some(reply) = parts.data.kept.take() {
                    parts.cx.reply(reply, 7);
                }
            }
            (State::Idle, Message::Noise | Message::Never) => {
                private::ignore(outcome, observer, RowId(5));
            }
            (State::Busy, message @ Message::Count) => {
                private::defer(&mut parts.cx, outcome, observer, RowId(6), message);
            }
            (State::Idle, Message::Count) => {
                private::take(outcome, observer, RowId(7));
                let answer = parts.data.jobs.len();
                private::answer(&mut parts.cx, Replies::Count(answer));
            }
            (_, Message::Later) => {
                private::take(outcome, observer, RowId(8));
                parts
                    .cx
                    .set_timer("later", Duration::from_secs(2), Message::Finish);
            }
            (_, message) => private::unhandled(outcome, observer, message),
        }
    }

    fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        let left = parts.cx.store.rest.into();
        private::exited(&mut parts.cx, observer, left);
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

private::impl_drive! { sync [] [Courier] [] }
