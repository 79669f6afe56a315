//! Machines that cannot leave their thread: declared like any other, embedded, never spawned.

use super::chart::{list, row, state, states, text};
use std::rc::Rc;
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{Chart, MessageId, RowId, StateId};

#[derive(Default)]
pub struct Homebody {
    pub memory: Rc<u32>,
}

#[derive(Default)]
pub struct Dreamer {
    pub memory: Rc<u32>,
}

pub struct Message(pub Rc<u32>);

states! { Home = 1 }

pub enum Replies {}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(0)
    }
}

const CHART: Chart = Chart {
    name: text("tests/Homebody"),
    version: text("0.1.0"),
    data: text("Homebody"),
    documentation: text(""),
    messages: list![super::chart::message("Message", &[])],
    states: list![
        state("homebody", None, Some(1)),
        state("home", Some(0), None)
    ],
    rows: list![row(1, super::chart::on(&[MessageId(0)]), &[])],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl private::Machine for Homebody {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

impl private::Machine for Dreamer {
    type Message = Message;
    type Store = private::Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

impl private::Steps for Homebody {
    const SETTLES: bool = false;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, _: &mut O) {
        parts.cx.store.rest_in(State::Home);
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        parts.data.memory = message.0;
    }

    fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    fn leave<O: Observer>(_: &mut Parts<Self>, _: &mut Outcome, _: &mut O) {}
}

impl private::StepsAsync for Dreamer {
    const SETTLES: bool = false;
    const DEFERS: bool = false;

    async fn enter_initial<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, _: &mut O) {
        parts.cx.store.rest_in(State::Home);
    }

    fn deliver_now<O: Observer>(
        _: &mut Parts<Self>,
        message: Message,
        _: &mut Outcome,
        _: &mut O,
    ) -> Option<Message> {
        Some(message)
    }

    async fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        // The data and the message are held while this waits.
        std::future::ready(()).await;
        parts.data.memory = message.0;
    }

    async fn eventless<O: Observer>(_: &mut Parts<Self>, _: &mut Outcome, _: &mut O) -> bool {
        false
    }

    async fn completed<O: Observer>(_: &mut Parts<Self>, _: StateId, _: &mut Outcome, _: &mut O) {}

    async fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    async fn leave<O: Observer>(_: &mut Parts<Self>, _: &mut Outcome, _: &mut O) {}
}

private::impl_drive! { sync [] [Homebody] [] }
private::impl_drive! { async [] [Dreamer] [] }
