//! A future as a machine, so that it can be a supervisor's child.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use wink_chart::{MessageId, RowId, StateId, Trigger};

use crate::core::drive::{self, Drive, Input, Progress};
use crate::core::exit::Error;
use crate::core::instance::Instance;
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::Envelope;
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::signal::Signal;
use crate::core::station::BoxFuture;
use crate::core::steps::{Parts, Steps};
use crate::core::store::Place;
use crate::core::time::Time;
use crate::one_state::{STATES, State, message, row, text};
use crate::private;

/// What a supervised future is ready with: `()`, or a result whose error is its failure.
pub trait TaskEnd {
    /// Whether it has done what it should.
    ///
    /// # Errors
    /// Why it has not.
    fn end(self) -> Result<(), Error>;
}

impl TaskEnd for () {
    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<E: Into<Error>> TaskEnd for Result<(), E> {
    fn end(self) -> Result<(), Error> {
        self.map_err(Into::into)
    }
}

/// The machine: it starts, runs its future as one step, and ends with it.
pub struct Task {
    future: Option<BoxFuture<'static, Result<(), Error>>>,
}

impl Task {
    pub(super) fn new<F>(future: F) -> Self
    where
        F: Future<Output: TaskEnd> + Send + 'static,
    {
        Self {
            future: Some(Box::pin(async move { future.await.end() })),
        }
    }
}

/// What a task tells itself.
pub enum Message {
    /// Run the future.
    Run,
    /// The future is ready.
    Over(Result<(), Error>),
}

impl Messages for Message {
    type Reply = ();

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Run => 0,
            Message::Over(_) => 1,
        })
    }
}

const CHART: wink_chart::Chart = wink_chart::Chart {
    name: text("wink/Task"),
    version: text(env!("CARGO_PKG_VERSION")),
    data: text("Task"),
    documentation: text("Runs a future."),
    messages: Cow::Borrowed(&[
        message("Run", "Run the future."),
        message("Over", "The future is ready."),
    ]),
    states: Cow::Borrowed(STATES),
    rows: Cow::Borrowed(&[row(Trigger::Any)]),
    defaults: Cow::Borrowed(&[]),
    completions: Cow::Borrowed(&[]),
};

#[diagnostic::do_not_recommend]
impl Machine for Task {
    type Message = Message;
    type Store = Place<State, 0>;
    type Locals = ();
    const CHART: &'static wink_chart::Chart = &CHART;
}

impl Steps for Task {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        // A step of its own, so that the task has started before its future has ended.
        parts.cx.set_timer("run", Duration::ZERO, Message::Run);
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        match message {
            Message::Run => {}
            Message::Over(Ok(())) => parts.cx.exit(),
            Message::Over(Err(error)) => parts.cx.fail(error),
        }
    }

    fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

#[diagnostic::do_not_recommend]
impl Drive for Task {
    const IS_ASYNC: bool = true;

    fn step<'step, O: Observer + Send>(
        instance: &'step mut Instance<Self>,
        now: Time,
        input: Input<Self>,
        observer: &'step mut O,
    ) -> Progress<'step> {
        let runs = matches!(input, Input::Time);
        match instance.parts.data.future.take_if(|_| runs) {
            Some(future) => Progress::Waiting(Box::pin(async move {
                let over = Message::Over(future.await);
                let input = Input::Message(Envelope::new(over));
                drive::step(instance, now, input, observer)
            })),
            None => Progress::Done(drive::step(instance, now, input, observer)),
        }
    }
}
