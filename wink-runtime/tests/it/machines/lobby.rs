//! A parallel state with histories: for what can be asked of a configuration.

use super::chart::{list, parallel, row, state, states, text, to};
use serde::{Deserialize, Serialize};
use wink_chart::{MessageId, Target};
use wink_runtime::private;
use wink_runtime::{Chart, StateId};

#[derive(Default, Debug, Serialize, Deserialize)]
pub struct Lobby;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    Open,
}

states! {
    Open = 1, Light = 2, Bright = 3, Dim = 4, Heat = 5, Cold = 6, Warm = 7, Closed = 8
}

pub enum Replies {}

impl private::Messages for Message {
    type Reply = Replies;

    fn id(&self) -> MessageId {
        MessageId(0)
    }
}

const CHART: Chart = Chart {
    name: text("tests/Lobby"),
    version: text("0.1.0"),
    data: text("Lobby"),
    documentation: text(""),
    messages: list![super::chart::message("Open", &[])],
    states: list![
        state("lobby", None, Some(8)),
        parallel("open", 0),
        state("light", Some(1), Some(3)),
        state("bright", Some(2), None),
        state("dim", Some(2), None),
        state("heat", Some(1), Some(6)),
        state("cold", Some(5), None),
        state("warm", Some(5), None),
        state("closed", Some(0), None)
    ],
    rows: list![
        row(
            8,
            super::chart::on(&[MessageId(0)]),
            &[Target::DeepHistory(StateId(1))]
        ),
        row(1, super::chart::on(&[MessageId(0)]), &const { [to(8)] })
    ],
    defaults: std::borrow::Cow::Borrowed(&[]),
    completions: std::borrow::Cow::Borrowed(&[]),
};

impl private::Machine for Lobby {
    type Message = Message;
    type Store = private::Configuration<State, 1, 1>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}
