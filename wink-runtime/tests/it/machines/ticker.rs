//! A machine that goes to and fro by itself, every so many nanoseconds.

use super::chart::{after, list, row, state, states, text, to};
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, MessageId, RowId, StateId};

#[derive(Default)]
pub struct Ticker<const NANOSECONDS: u64> {
    /// When it has changed, in nanoseconds.
    pub changes: Vec<u64>,
}

pub enum Message {}

states! { Tick = 1, Tock = 2 }

pub enum Replies {}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        match *self {}
    }
}

impl<const NANOSECONDS: u64> private::Machine for Ticker<NANOSECONDS> {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &Chart {
        name: text("tests/Ticker"),
        version: text("0.1.0"),
        data: text("Ticker"),
        documentation: text(""),
        messages: list![],
        states: list![
            state("ticker", None, Some(1)),
            state("tick", Some(0), None),
            state("tock", Some(0), None)
        ],
        rows: list![
            row(1, after(NANOSECONDS, "so long"), &const { [to(2)] }),
            row(2, after(NANOSECONDS, "so long"), &const { [to(1)] })
        ],
        defaults: std::borrow::Cow::Borrowed(&[]),
        completions: std::borrow::Cow::Borrowed(&[]),
    };
}

fn enter<const NANOSECONDS: u64, O: Observer>(
    parts: &mut Parts<Ticker<NANOSECONDS>>,
    state: State,
    outcome: &mut Outcome,
    observer: &mut O,
) {
    private::entered(&mut parts.cx, outcome, observer, state.into());
    let row = RowId(state as u16 - 1);
    private::arm(&mut parts.cx, row, NANOSECONDS);
    parts.cx.store.rest_in(state);
}

impl<const NANOSECONDS: u64> private::Steps for Ticker<NANOSECONDS> {
    const SETTLES: bool = false;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        enter(parts, State::Tick, outcome, observer);
    }

    fn deliver<O: Observer>(_: &mut Parts<Self>, message: Message, _: &mut Outcome, _: &mut O) {
        match message {}
    }

    fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        let Signal::After(row) = *signal else { return };
        private::take(outcome, observer, row);
        let left = parts.cx.store.rest;
        private::exited(&mut parts.cx, observer, left.into());
        private::disarm(&mut parts.cx, row);
        parts.data.changes.push(parts.cx.now().nanoseconds());
        let next = if left == State::Tick {
            State::Tock
        } else {
            State::Tick
        };
        enter(parts, next, outcome, observer);
    }

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        let left = parts.cx.store.rest.into();
        private::exited(&mut parts.cx, observer, left);
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}
