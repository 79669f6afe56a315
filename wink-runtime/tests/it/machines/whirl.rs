//! Everything that can go wrong or come to an end: cycles, errors, panics, final states.

use super::chart::{NO_TEXT, final_state, list, message, on, row, state, states, text, to};
use wink_chart::Trigger;
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, Error, MessageId, RowId, StateId};

#[derive(Default, Debug)]
pub struct Whirl {
    pub count: u32,
}

#[derive(Clone, Debug)]
pub enum Message {
    Spin,
    Raise,
    Boom,
    Fail,
    Exit,
    End,
    Twice,
    Count,
}

states! { Calm = 1, Left = 2, Right = 3, Over = 4 }

pub enum Replies {}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(self.clone() as u16)
    }
}

const CHART: Chart = Chart {
    name: text("tests/Whirl"),
    version: text("0.1.0"),
    data: text("Whirl"),
    documentation: NO_TEXT,
    messages: list![
        message("Spin", &[]),
        message("Raise", &[]),
        message("Boom", &[]),
        message("Fail", &[]),
        message("Exit", &[]),
        message("End", &[]),
        message("Twice", &[]),
        message("Count", &[]),
    ],
    states: list![
        state("whirl", None, Some(1)),
        state("calm", Some(0), None),
        state("left", Some(0), None),
        state("right", Some(0), None),
        final_state("over", 0),
    ],
    rows: list![
        row(1, on(&[MessageId(0)]), &const { [to(2)] }),
        row(2, Trigger::Always, &const { [to(3)] }),
        row(3, Trigger::Always, &const { [to(2)] }),
        row(0, on(&[MessageId(1)]), &[]),
        row(0, on(&[MessageId(2)]), &[]),
        row(0, on(&[MessageId(3)]), &[]),
        row(0, on(&[MessageId(4)]), &[]),
        row(1, on(&[MessageId(5)]), &const { [to(4)] }),
        row(0, on(&[MessageId(6)]), &[]),
        row(0, on(&[MessageId(7)]), &[]),
    ],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl private::Machine for Whirl {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

fn go<O: Observer>(
    parts: &mut Parts<Whirl>,
    state: State,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    let left = parts.cx.store.rest.into();
    private::exited(&mut parts.cx, observer, left);
    private::entered(&mut parts.cx, outcome, observer, state.into());
    parts.cx.store.rest_in(state);
}

impl private::Steps for Whirl {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        private::entered(&mut parts.cx, outcome, observer, StateId(1));
        parts.cx.store.rest_in(State::Calm);
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        match (parts.cx.store.rest, message) {
            (State::Calm, Message::Spin) => {
                private::take(outcome, observer, RowId(0));
                go(parts, State::Left, outcome, observer);
            }
            (State::Calm, Message::End) => {
                private::take(outcome, observer, RowId(7));
                go(parts, State::Over, outcome, observer);
                private::finish(&mut parts.cx);
            }
            (_, Message::Raise) => {
                private::take(outcome, observer, RowId(3));
                parts.cx.raise(Message::Raise);
            }
            (_, Message::Boom) => {
                private::take(outcome, observer, RowId(4));
                parts.cx.log("never told");
                std::panic::resume_unwind(Box::new("boom"));
            }
            (_, Message::Fail) => {
                private::take(outcome, observer, RowId(5));
                parts.cx.log("told");
                parts.cx.error("out of order");
                parts.cx.raise(Message::Count);
            }
            (_, Message::Exit) => {
                private::take(outcome, observer, RowId(6));
                parts.cx.exit();
                parts.cx.raise(Message::Count);
            }
            (_, Message::Twice) => {
                private::take(outcome, observer, RowId(8));
                parts.cx.raise(Message::Count);
                parts.cx.raise(Message::Count);
            }
            (_, Message::Count) => {
                private::take(outcome, observer, RowId(9));
                parts.data.count += 1;
            }
            (_, message) => private::unhandled(outcome, observer, message),
        }
    }

    fn eventless<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> bool {
        match parts.cx.store.rest {
            State::Left => {
                private::take(outcome, observer, RowId(1));
                go(parts, State::Right, outcome, observer);
                true
            }
            State::Right => {
                private::take(outcome, observer, RowId(2));
                go(parts, State::Left, outcome, observer);
                true
            }
            _ => false,
        }
    }

    fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        if parts.cx.store.passing.is_none() {
            let left = parts.cx.store.rest.into();
            private::exited(&mut parts.cx, observer, left);
        }
        // What the function with `#[exit]` on the machine does.
        parts.cx.log("bye");
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

private::impl_drive! { sync [] [Whirl] [] }

/// The error that `Message::Fail` ends the machine with.
pub fn out_of_order() -> Error {
    Error::raised("out of order")
}
