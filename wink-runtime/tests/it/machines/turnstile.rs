//! The turnstile of the language page: guards, a choosing row, a time-out, a question.

use super::chart::{after, field, list, message, on, question, row, state, text, to};
use serde::{Deserialize, Serialize};
use wink_chart::Field;
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, MessageId, Question, RowId, StateId};

#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Turnstile {
    pub coins: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    Coin { value: u32 },
    Push,
    Total,
}

#[allow(dead_code)]
pub type Context = wink_runtime::Context<Turnstile>;

fn total(gate: &Turnstile) -> u32 {
    gate.coins
}

pub mod locked {
    use super::*;

    pub(super) fn pay(gate: &mut Turnstile, value: u32) {
        gate.coins += value;
    }

    pub(super) fn refuse(cx: &mut Context) {
        cx.log("pay first");
    }
}

pub mod unlocked {
    use super::*;

    pub(super) fn extra(gate: &mut Turnstile, value: u32) -> __wink_goto::extra::Goto {
        use __wink_goto::extra::Goto;
        gate.coins += value;
        if value > 10 {
            Goto::Unlocked
        } else {
            Goto::Locked
        }
    }

    pub(super) mod __wink_goto {
        pub mod extra {
            pub enum Goto {
                Unlocked,
                Locked,
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
#[non_exhaustive]
pub enum State {
    Root_ = 0,
    Locked = 1,
    Unlocked = 2,
}

impl private::StateName for State {
    const ROOT: Self = State::Root_;

    fn id(self) -> StateId {
        StateId(self as u16)
    }

    fn from_id(id: StateId) -> Option<Self> {
        match id.0 {
            0 => Some(State::Root_),
            1 => Some(State::Locked),
            2 => Some(State::Unlocked),
            _ => None,
        }
    }
}

impl private::Resting for State {
    type State = Self;
    const FIRST: Self = State::Root_;

    fn state(self) -> Self {
        self
    }

    fn from_id(id: StateId) -> Option<Self> {
        <Self as private::StateName>::from_id(id)
    }
}

impl From<State> for StateId {
    fn from(state: State) -> StateId {
        StateId(state as u16)
    }
}

#[derive(Debug)]
pub enum Replies {
    Total(u32),
}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Coin { .. } => 0,
            Message::Push => 1,
            Message::Total => 2,
        })
    }
}

impl Message {
    pub fn total() -> Question<Message, u32> {
        Question::new(Message::Total, |reply| match reply {
            Replies::Total(value) => Some(value),
            #[allow(unreachable_patterns)]
            _ => None,
        })
    }
}

const FIELDS: &[Field] = &[field("value", "u32")];

pub const CHART: Chart = Chart {
    name: text("samples/Turnstile"),
    version: text("0.1.0"),
    data: text("Turnstile"),
    documentation: text(""),
    messages: list![
        message("Coin", FIELDS),
        message("Push", &[]),
        question("Total", "u32"),
    ],
    states: list![
        state("turnstile", None, Some(1)),
        state("locked", Some(0), None),
        state("unlocked", Some(0), None),
    ],
    rows: list![
        row(0, on(&[MessageId(2)]), &[]),
        row(1, on(&[MessageId(0)]), &const { [to(2)] }),
        row(1, on(&[MessageId(0)]), &[]),
        row(1, on(&[MessageId(1)]), &[]),
        row(2, on(&[MessageId(1)]), &const { [to(1)] }),
        row(2, after(5_000_000_000, "5s"), &const { [to(1)] }),
        row(2, on(&[MessageId(0)]), &const { [to(2), to(1)] }),
    ],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl private::Machine for Turnstile {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

/// What leaving `unlocked` takes.
fn leave_unlocked<O: Observer>(parts: &mut Parts<Turnstile>, observer: &mut O) {
    private::exited(&mut parts.cx, observer, StateId(2));
    private::disarm(&mut parts.cx, RowId(5));
}

fn enter_unlocked<O: Observer>(
    parts: &mut Parts<Turnstile>,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    private::entered(&mut parts.cx, outcome, observer, StateId(2));
    private::arm(&mut parts.cx, RowId(5), 5_000_000_000);
    parts.cx.store.rest_in(State::Unlocked);
}

fn enter_locked<O: Observer>(
    parts: &mut Parts<Turnstile>,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    private::entered(&mut parts.cx, outcome, observer, StateId(1));
    parts.cx.store.rest_in(State::Locked);
}

impl private::Steps for Turnstile {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        enter_locked(parts, outcome, observer);
    }

    #[inline]
    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        match parts.cx.store.rest {
            State::Locked => match message {
                Message::Coin { value } if value >= 2 => {
                    private::take(outcome, observer, RowId(1));
                    private::exited(&mut parts.cx, observer, StateId(1));
                    locked::pay(&mut parts.data, value);
                    enter_unlocked(parts, outcome, observer);
                }
                Message::Coin { value } => {
                    private::take(outcome, observer, RowId(2));
                    locked::pay(&mut parts.data, value);
                }
                Message::Push => {
                    private::take(outcome, observer, RowId(3));
                    locked::refuse(&mut parts.cx);
                }
                Message::Total => {
                    private::take(outcome, observer, RowId(0));
                    let answer = total(&parts.data);
                    private::answer(&mut parts.cx, Replies::Total(answer));
                }
            },
            State::Unlocked => match message {
                Message::Push => {
                    private::take(outcome, observer, RowId(4));
                    leave_unlocked(parts, observer);
                    enter_locked(parts, outcome, observer);
                }
                Message::Coin { value } => {
                    private::take(outcome, observer, RowId(6));
                    match unlocked::extra(&mut parts.data, value) {
                        unlocked::__wink_goto::extra::Goto::Unlocked => {
                            leave_unlocked(parts, observer);
                            enter_unlocked(parts, outcome, observer);
                        }
                        unlocked::__wink_goto::extra::Goto::Locked => {
                            leave_unlocked(parts, observer);
                            enter_locked(parts, outcome, observer);
                        }
                    }
                }
                Message::Total => {
                    private::take(outcome, observer, RowId(0));
                    let answer = total(&parts.data);
                    private::answer(&mut parts.cx, Replies::Total(answer));
                }
            },
            State::Root_ => private::unhandled(outcome, observer, message),
        }
    }

    fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        if let Signal::After(RowId(5)) = signal {
            private::take(outcome, observer, RowId(5));
            leave_unlocked(parts, observer);
            enter_locked(parts, outcome, observer);
        }
    }

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        match parts.cx.store.rest {
            State::Locked => private::exited(&mut parts.cx, observer, StateId(1)),
            State::Unlocked => leave_unlocked(parts, observer),
            State::Root_ => {}
        }
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

private::impl_drive! { sync [] [Turnstile] [] }
