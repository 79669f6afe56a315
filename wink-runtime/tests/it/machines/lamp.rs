//! A generic machine with an async function and state-local data.

use super::chart::{NO_TEXT, list, message, on, row, state, states, text, to};
use serde::{Deserialize, Serialize};
use std::future::Future;
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, MessageId, RowId, StateId};

/// What the lamp switches: a relay, or a fake of one.
pub trait Relay {
    fn switch(&mut self, on: bool) -> impl Future<Output = ()> + Send;
}

#[derive(Serialize, Deserialize)]
pub struct Lamp<R: Relay> {
    pub relay: R,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    Toggle,
    Blink,
    Count,
}

states! { Off = 1, On = 2 }

pub enum Replies {}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(self.clone() as u16)
    }
}

/// How often the lamp has blinked since it was switched on.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Blinks(pub u32);

#[derive(Default, Serialize, Deserialize)]
pub struct Locals {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s2: Option<Blinks>,
}

const CHART: Chart = Chart {
    name: text("tests/Lamp"),
    version: text("0.1.0"),
    data: text("Lamp"),
    documentation: NO_TEXT,
    messages: list![
        message("Toggle", &[]),
        message("Blink", &[]),
        message("Count", &[])
    ],
    states: list![
        state("lamp", None, Some(1)),
        state("off", Some(0), None),
        state("on", Some(0), None),
    ],
    rows: list![
        row(1, on(&[MessageId(0)]), &const { [to(2)] }),
        row(2, on(&[MessageId(0)]), &const { [to(1)] }),
        row(2, on(&[MessageId(1)]), &[]),
        row(2, on(&[MessageId(2)]), &[]),
    ],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl<R: Relay> private::Machine for Lamp<R> {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = Locals;
    const CHART: &'static Chart = &CHART;

    fn holds(locals: &Locals, state: StateId) -> bool {
        match state.0 {
            2 => locals.s2.is_some(),
            _ => true,
        }
    }
}

async fn light<R: Relay>(lamp: &mut Lamp<R>) -> Blinks {
    lamp.relay.switch(true).await;
    Blinks(0)
}

async fn dark<R: Relay>(lamp: &mut Lamp<R>) {
    lamp.relay.switch(false).await;
}

async fn blink<R: Relay>(lamp: &mut Lamp<R>, blinks: &mut Blinks) {
    lamp.relay.switch(false).await;
    lamp.relay.switch(true).await;
    blinks.0 += 1;
}

/// An `async` function without an `await`, as the compiler emits it: it never waits.
fn count<R: Relay>(blinks: &Blinks, cx: &mut wink_runtime::Context<Lamp<R>>) {
    cx.log(format!("{} blinks", blinks.0));
}

impl<R: Relay> private::StepsAsync for Lamp<R> {
    const SETTLES: bool = false;
    const DEFERS: bool = false;

    async fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        private::entered(&mut parts.cx, outcome, observer, StateId(1));
        parts.cx.store.rest_in(State::Off);
    }

    fn deliver_now<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> Option<Message> {
        match (parts.cx.store.rest, message) {
            (State::Off | State::On, message @ Message::Toggle)
            | (State::On, message @ Message::Blink) => Some(message),
            (State::On, Message::Count) => {
                private::take(outcome, observer, RowId(3));
                if let Some(blinks) = &parts.locals.s2 {
                    count(blinks, &mut parts.cx);
                }
                None
            }
            (_, message) => {
                private::unhandled(outcome, observer, message);
                None
            }
        }
    }

    async fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        match (parts.cx.store.rest, message) {
            (State::Off, Message::Toggle) => {
                private::take(outcome, observer, RowId(0));
                private::exited(&mut parts.cx, observer, StateId(1));
                private::entered(&mut parts.cx, outcome, observer, StateId(2));
                parts.locals.s2 = Some(light(&mut parts.data).await);
                parts.cx.store.rest_in(State::On);
            }
            (State::On, Message::Toggle) => {
                private::take(outcome, observer, RowId(1));
                dark(&mut parts.data).await;
                private::exited(&mut parts.cx, observer, StateId(2));
                parts.locals.s2 = None;
                private::entered(&mut parts.cx, outcome, observer, StateId(1));
                parts.cx.store.rest_in(State::Off);
            }
            (State::On, Message::Blink) => {
                private::take(outcome, observer, RowId(2));
                if let Some(blinks) = &mut parts.locals.s2 {
                    blink(&mut parts.data, blinks).await;
                }
            }
            (_, message) => private::unhandled(outcome, observer, message),
        }
    }

    async fn eventless<O: Observer>(_: &mut Parts<Self>, _: &mut Outcome, _: &mut O) -> bool {
        false
    }

    async fn completed<O: Observer>(_: &mut Parts<Self>, _: StateId, _: &mut Outcome, _: &mut O) {}

    async fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    async fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        if parts.cx.store.rest == State::On {
            dark(&mut parts.data).await;
        }
        let left = parts.cx.store.rest.into();
        private::exited(&mut parts.cx, observer, left);
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

private::impl_drive! { async [<R: Relay>] [Lamp<R>] [] }
