//! A machine that does what it is sent: its messages carry the code to run.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use wink_chart::{ChildSignal, Delay, RowKind, Shape, StateKind, Text, Trigger};
use wink_runtime::private::{self, Observer, Outcome, Parts, Signal};
use wink_runtime::{
    Chart, ChildEvent, Context, Error, MessageId, Question, Reply, RowId, StateId, System,
};

/// What machines have done, in the order in which they did it.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn push(&self, line: impl Into<String>) {
        self.0
            .lock()
            .expect("no test panics with the log")
            .push(line.into());
    }

    /// How many lines have been written since some were taken.
    pub fn len(&self) -> usize {
        self.0.lock().expect("no test panics with the log").len()
    }

    /// Takes the lines that have been written since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no test panics with the log"))
    }
}

/// Has rows for signals, or, when `DEAF`, none.
pub struct Probe<const DEAF: bool> {
    pub name: &'static str,
    pub log: Log,
    pub kept: Vec<Reply<u32>>,
    /// What to do at the start.
    pub first: Option<Action<DEAF>>,
    /// What to do at the end.
    pub last: Option<Action<DEAF>>,
    /// When to end of itself.
    pub after: Option<u64>,
    /// Panics when it is dropped.
    pub bomb: bool,
}

pub type Action<const DEAF: bool> =
    Box<dyn FnOnce(&mut Probe<DEAF>, &mut Context<Probe<DEAF>>) + Send>;

/// A probe with rows for signals.
pub type Hearing = Probe<false>;
/// A probe without.
pub type Deaf = Probe<true>;

impl<const DEAF: bool> Probe<DEAF> {
    pub fn new(name: &'static str, log: &Log) -> Self {
        Probe {
            name,
            log: log.clone(),
            kept: Vec::new(),
            first: None,
            last: None,
            after: None,
            bomb: false,
        }
    }

    pub fn first(
        mut self,
        action: impl FnOnce(&mut Self, &mut Context<Self>) + Send + 'static,
    ) -> Self {
        self.first = Some(Box::new(action));
        self
    }

    pub fn last(
        mut self,
        action: impl FnOnce(&mut Self, &mut Context<Self>) + Send + 'static,
    ) -> Self {
        self.last = Some(Box::new(action));
        self
    }

    pub fn after(mut self, nanoseconds: u64) -> Self {
        self.after = Some(nanoseconds);
        self
    }

    pub fn write(&self, line: impl std::fmt::Display) {
        self.log.push(format!("{}: {line}", self.name));
    }
}

impl<const DEAF: bool> Drop for Probe<DEAF> {
    fn drop(&mut self) {
        assert!(!self.bomb, "{} explodes", self.name);
    }
}

pub enum Message<const DEAF: bool> {
    /// Writes a line.
    Note(String),
    /// Runs code.
    Do(Action<DEAF>),
    /// A question: how many replies are kept.
    Kept,
    /// A question that is answered later.
    Keep,
    /// A question that is ignored.
    Skip,
    /// A question that nothing receives.
    Miss,
}

/// Runs code in a step.
pub fn act<const DEAF: bool>(
    action: impl FnOnce(&mut Probe<DEAF>, &mut Context<Probe<DEAF>>) + Send + 'static,
) -> Message<DEAF> {
    Message::Do(Box::new(action))
}

/// Writes a line.
pub fn note<const DEAF: bool>(line: impl ToString) -> Message<DEAF> {
    Message::Note(line.to_string())
}

impl<const DEAF: bool> Message<DEAF> {
    fn ask(self) -> Question<Self, u32> {
        Question::new(self, Some)
    }

    pub fn kept() -> Question<Self, u32> {
        Message::Kept.ask()
    }

    pub fn keep() -> Question<Self, u32> {
        Message::Keep.ask()
    }

    pub fn skip() -> Question<Self, u32> {
        Message::Skip.ask()
    }

    pub fn miss() -> Question<Self, u32> {
        Message::Miss.ask()
    }
}

impl<const DEAF: bool> private::Messages for Message<DEAF> {
    type Reply = u32;

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Note(_) => 0,
            Message::Do(_) => 1,
            Message::Kept => 2,
            Message::Keep => 3,
            Message::Skip => 4,
            Message::Miss => 5,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Root;

impl private::StateName for Root {
    const ROOT: Self = Root;

    fn id(self) -> StateId {
        StateId(0)
    }

    fn from_id(id: StateId) -> Option<Self> {
        (id == StateId(0)).then_some(Root)
    }
}

impl private::Resting for Root {
    type State = Self;
    const FIRST: Self = Root;

    fn state(self) -> Self {
        self
    }

    fn from_id(id: StateId) -> Option<Self> {
        <Self as private::StateName>::from_id(id)
    }
}

impl From<Root> for StateId {
    fn from(_: Root) -> Self {
        StateId(0)
    }
}

pub const fn text(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

pub const fn message(name: &'static str) -> wink_chart::Message {
    wink_chart::Message {
        name: text(name),
        documentation: text(""),
        shape: Shape::Unit,
        fields: Cow::Borrowed(&[]),
        reply: None,
    }
}

pub const fn row(trigger: Trigger) -> wink_chart::Row {
    wink_chart::Row {
        source: StateId(0),
        trigger,
        kind: RowKind::Receive,
        guard: None,
        targets: Cow::Borrowed(&[]),
        chooses: false,
        reenter: false,
        action: None,
        documentation: text(""),
    }
}

const STATES: &[wink_chart::State] = &[wink_chart::State {
    name: text("root"),
    documentation: text(""),
    parent: None,
    kind: StateKind::Leaf,
    initial: None,
    entry: None,
    exit: None,
    local: None,
}];

pub const fn chart(
    name: &'static str,
    messages: &'static [wink_chart::Message],
    rows: &'static [wink_chart::Row],
) -> Chart {
    Chart {
        name: text(name),
        version: text("1.0.0"),
        data: text("Probe"),
        documentation: text(""),
        messages: Cow::Borrowed(messages),
        states: Cow::Borrowed(STATES),
        rows: Cow::Borrowed(rows),
        defaults: Cow::Borrowed(&[]),
        completions: Cow::Borrowed(&[]),
    }
}

const MESSAGES: &[wink_chart::Message] = &[
    message("Note"),
    message("Do"),
    message("Kept"),
    message("Keep"),
    message("Skip"),
    message("Miss"),
];
const AFTER: wink_chart::Row = row(Trigger::After(Delay {
    nanoseconds: 0,
    text: text("as the data says"),
}));
const DEAF_ROWS: &[wink_chart::Row] = &[AFTER, row(Trigger::Any)];
const HEARING_ROWS: &[wink_chart::Row] = &[
    AFTER,
    row(Trigger::Any),
    row(Trigger::Child(ChildSignal::Started)),
    row(Trigger::Child(ChildSignal::Pulsed)),
    row(Trigger::Child(ChildSignal::Errored)),
    row(Trigger::Child(ChildSignal::Exited)),
    row(Trigger::Down),
];
const DEAF_CHART: Chart = chart("tests/Deaf", MESSAGES, DEAF_ROWS);
const HEARING_CHART: Chart = chart("tests/Hearing", MESSAGES, HEARING_ROWS);

impl<const DEAF: bool> private::Machine for Probe<DEAF> {
    type Message = Message<DEAF>;
    type Store = private::Place<Root, 0>;
    type Locals = ();
    const CHART: &'static Chart = if DEAF { &DEAF_CHART } else { &HEARING_CHART };
}

impl<const DEAF: bool> private::Steps for Probe<DEAF> {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        if let Some(nanoseconds) = parts.data.after {
            private::arm(&mut parts.cx, RowId(0), nanoseconds);
        }
        if let Some(first) = parts.data.first.take() {
            first(&mut parts.data, &mut parts.cx);
        }
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message<DEAF>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        match message {
            Message::Skip => return private::ignore(outcome, observer, RowId(1)),
            Message::Miss => return private::unhandled(outcome, observer, message),
            _ => private::take(outcome, observer, RowId(1)),
        }
        match message {
            Message::Note(line) => parts.data.write(line),
            Message::Do(action) => action(&mut parts.data, &mut parts.cx),
            Message::Kept => {
                let kept = parts.data.kept.len();
                private::answer(&mut parts.cx, u32::try_from(kept).expect("a few"));
            }
            Message::Keep => {
                let reply = private::take_reply(&mut parts.cx, |answer: u32| answer);
                parts.data.kept.push(reply);
            }
            Message::Skip | Message::Miss => {}
        }
    }

    fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        if let Signal::After(row) = signal {
            private::take(outcome, observer, *row);
            parts.data.write("time is over");
            return parts.cx.exit();
        }
        if DEAF {
            return;
        }
        let (row, line) = match signal {
            Signal::Child(_, ChildEvent::Started) => (2, "child started".to_owned()),
            Signal::Child(_, ChildEvent::Pulsed) => (3, "child pulsed".to_owned()),
            Signal::Child(_, ChildEvent::Errored(error)) => {
                (4, format!("child errored: {error:#}"))
            }
            Signal::Child(_, ChildEvent::Exited(reason)) => (5, format!("child exited: {reason}")),
            Signal::Down(down) => (6, format!("down: {}", down.reason())),
            _ => return,
        };
        private::take(outcome, observer, RowId(row));
        parts.data.write(line);
    }

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        parts.data.write("leaves");
        if let Some(last) = parts.data.last.take() {
            last(&mut parts.data, &mut parts.cx);
        }
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

impl<const DEAF: bool> private::Drive for Probe<DEAF> {
    const IS_ASYNC: bool = false;

    fn step<'step, O: Observer + Send>(
        instance: &'step mut wink_runtime::Instance<Self>,
        now: wink_runtime::Time,
        input: private::Input<Self>,
        observer: &'step mut O,
    ) -> private::Progress<'step> {
        private::Progress::Done(private::step(instance, now, input, observer))
    }
}

/// A system that writes what happens in it to the log, as lines that begin with `!`.
pub fn watched(log: &Log) -> System {
    let log = log.clone();
    System::builder()
        .log(move |event| log.push(format!("! {event}")))
        .build()
}

/// A system that writes nothing.
pub fn quiet() -> System {
    System::builder().log(|_| {}).build()
}

/// Lets so much time pass. It is paused: it moves on when every task waits.
pub async fn pass(time: std::time::Duration) {
    let ended = tokio::time::timeout(time, std::future::pending::<()>()).await;
    assert!(ended.is_err());
}

/// The error of a machine that has ended with one.
pub fn error_of(reason: &wink_runtime::ExitReason) -> &Error {
    reason.error().expect("the machine has failed")
}
