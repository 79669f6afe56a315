//! A machine with an `async` receiver: it waits for what it is sent.

use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{BoxFuture, Chart, ChildEvent, MessageId, Question, Reply, RowId, StateId};

use super::probe::{Log, Root, chart, message, row};
use wink_chart::{ChildSignal, Trigger};

pub struct Sleeper {
    pub log: Log,
    /// Its exit action waits for ever.
    pub hangs_at_the_end: bool,
}

impl Sleeper {
    pub fn new(log: &Log) -> Self {
        Sleeper {
            log: log.clone(),
            hangs_at_the_end: false,
        }
    }
}

pub enum Message {
    /// Waits for this, then writes the line.
    Wait(BoxFuture<'static, ()>, &'static str),
    /// Writes the line.
    Note(&'static str),
    /// Spawns a machine that does nothing.
    Hire,
    /// A question whose receiver waits for ever with the reply in its hands.
    Hang,
}

impl Message {
    pub fn hang() -> Question<Message, u32> {
        Question::new(Message::Hang, Some)
    }
}

impl private::Messages for Message {
    type Reply = u32;

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Wait(..) => 0,
            Message::Note(_) => 1,
            Message::Hang => 2,
            Message::Hire => 3,
        })
    }
}

const MESSAGES: &[wink_chart::Message] = &[
    message("Wait"),
    message("Note"),
    message("Hang"),
    message("Hire"),
];
const ROWS: &[wink_chart::Row] = &[row(Trigger::Any), row(Trigger::Child(ChildSignal::Pulsed))];
const CHART: Chart = chart("tests/Sleeper", MESSAGES, ROWS);

impl private::Machine for Sleeper {
    type Message = Message;
    type Store = private::Place<Root, 0>;
    type Locals = ();
    const CHART: &'static Chart = &CHART;
}

impl private::StepsAsync for Sleeper {
    const SETTLES: bool = false;
    const DEFERS: bool = false;

    async fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
    }

    fn deliver_now<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) -> Option<Message> {
        let Message::Note(line) = message else {
            return Some(message);
        };
        private::take(outcome, observer, RowId(0));
        parts.data.log.push(line);
        None
    }

    async fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        match message {
            Message::Wait(future, line) => {
                future.await;
                parts.data.log.push(line);
            }
            Message::Note(line) => parts.data.log.push(line),
            Message::Hire => {
                let child = super::probe::Deaf::new("hired", &parts.data.log);
                parts.cx.spawn(child);
            }
            Message::Hang => {
                let reply: Reply<u32> = private::take_reply(&mut parts.cx, |answer: u32| answer);
                std::future::pending::<()>().await;
                parts.cx.reply(reply, 0);
            }
        }
    }

    async fn eventless<O: Observer>(_: &mut Parts<Self>, _: &mut Outcome, _: &mut O) -> bool {
        false
    }

    async fn completed<O: Observer>(_: &mut Parts<Self>, _: StateId, _: &mut Outcome, _: &mut O) {}

    async fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        if matches!(signal, Signal::Child(_, ChildEvent::Pulsed)) {
            private::take(outcome, observer, RowId(1));
            parts.data.log.push("hears a pulse");
        }
    }

    async fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        if parts.data.hangs_at_the_end {
            std::future::pending::<()>().await;
        }
        parts.data.log.push("sleeper leaves");
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

private::impl_drive! { async [] [Sleeper] [] }
