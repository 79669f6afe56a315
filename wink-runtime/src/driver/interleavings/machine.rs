//! A machine that notes what it is told, as the compiler would write it.

use std::borrow::Cow;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use wink_chart::{MessageId, RowId, Shape, StateId, Trigger};

use crate::core::address::Address;
use crate::core::drive::{self, Drive, Input, Progress};
use crate::core::instance::Instance;
use crate::core::machine::{Machine, Messages};
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::question::Question;
use crate::core::signal::Signal;
use crate::core::steps::{Parts, Steps};
use crate::core::store::Place;
use crate::core::time::Time;
use crate::one_state::{STATES, State, message, row, text};
use crate::private;

/// What happens in one loop, which only one thread at a time may run.
#[derive(Default)]
pub(super) struct Runs {
    /// A step is under way.
    is_busy: AtomicBool,
    /// Two were.
    has_met: AtomicBool,
    notes: Mutex<Vec<(u8, u8)>>,
}

impl Runs {
    /// A step; others get every chance to meet it.
    fn during<T>(&self, step: impl FnOnce() -> T) -> T {
        if self.is_busy.swap(true, Ordering::SeqCst) {
            self.has_met.store(true, Ordering::SeqCst);
        }
        shuttle::thread::yield_now();
        let result = step();
        shuttle::thread::yield_now();
        self.is_busy.store(false, Ordering::SeqCst);
        result
    }

    /// What has been noted.
    ///
    /// # Panics
    /// When two steps of the loop were under way at the same time.
    pub(super) fn take(&self) -> Vec<(u8, u8)> {
        assert!(
            !self.has_met.load(Ordering::SeqCst),
            "two threads ran a loop"
        );
        mem::take(&mut *self.notes.lock().expect("nothing panics under it"))
    }
}

pub(super) struct Clerk {
    runs: Arc<Runs>,
    noted: u32,
}

impl Clerk {
    pub(super) fn new(runs: Arc<Runs>) -> Self {
        Self { runs, noted: 0 }
    }
}

#[derive(Debug)]
pub(super) enum Message {
    /// Note who says it, and which of his messages it is.
    Note { from: u8, number: u8 },
    /// Have another clerk note it.
    Pass {
        to: Address<Clerk>,
        from: u8,
        number: u8,
    },
    /// Have another clerk note so many.
    Flood {
        to: Address<Clerk>,
        from: u8,
        count: u8,
    },
    /// Note it, and have the other clerk do so with the next smaller number.
    Volley {
        own: Address<Clerk>,
        other: Address<Clerk>,
        from: u8,
        left: u8,
    },
    /// How many have you noted?
    Count,
    /// End in a second.
    Later,
    /// End.
    Leave,
    /// Fail.
    Fail,
}

impl Message {
    pub(super) fn count() -> Question<Message, u32> {
        Question::new(Message::Count, Some)
    }
}

impl Messages for Message {
    type Reply = u32;

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Note { .. } => 0,
            Message::Pass { .. } => 1,
            Message::Flood { .. } => 2,
            Message::Count => 3,
            Message::Fail => 4,
            Message::Later => 5,
            Message::Leave => 6,
            Message::Volley { .. } => 7,
        })
    }
}

const CHART: wink_chart::Chart = wink_chart::Chart {
    name: text("tests/Clerk"),
    version: text("1.0.0"),
    data: text("Clerk"),
    documentation: text(""),
    messages: Cow::Borrowed(
        &const {
            [
                message("Note", ""),
                message("Pass", ""),
                message("Flood", ""),
                wink_chart::Message {
                    name: text("Count"),
                    documentation: text(""),
                    shape: Shape::Unit,
                    fields: Cow::Borrowed(&[]),
                    reply: Some(text("u32")),
                },
                message("Fail", ""),
                message("Later", ""),
                message("Leave", ""),
                message("Volley", ""),
            ]
        },
    ),
    states: Cow::Borrowed(STATES),
    rows: Cow::Borrowed(&const { [row(Trigger::Any)] }),
    defaults: Cow::Borrowed(&[]),
    completions: Cow::Borrowed(&[]),
};

impl Machine for Clerk {
    type Message = Message;
    type Store = Place<State, 0>;
    type Locals = ();
    const CHART: &'static wink_chart::Chart = &CHART;
}

impl Steps for Clerk {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        let runs = parts.data.runs.clone();
        runs.during(|| match message {
            Message::Note { from, number } => {
                let mut notes = runs.notes.lock().expect("nothing panics under it");
                notes.push((from, number));
                parts.data.noted += 1;
            }
            Message::Pass { to, from, number } => {
                parts.cx.send(&to, Message::Note { from, number });
            }
            Message::Flood { to, from, count } => {
                for number in 0..count {
                    parts.cx.send(&to, Message::Note { from, number });
                }
            }
            Message::Volley {
                own,
                other,
                from,
                left,
            } => {
                let mut notes = runs.notes.lock().expect("nothing panics under it");
                notes.push((from, left));
                drop(notes);
                parts.data.noted += 1;
                if left > 0 {
                    let next = Message::Volley {
                        own: other.clone(),
                        other: own,
                        from,
                        left: left - 1,
                    };
                    parts.cx.send(&other, next);
                }
            }
            Message::Count => private::answer(&mut parts.cx, parts.data.noted),
            Message::Later => {
                let second = std::time::Duration::from_secs(1);
                parts.cx.set_timer("later", second, Message::Leave);
            }
            Message::Leave => parts.cx.exit(),
            Message::Fail => {
                parts.cx.fail("told to".into());
            }
        });
    }

    fn signal<O: Observer>(_: &mut Parts<Self>, _: &Signal, _: &mut Outcome, _: &mut O) {}

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

impl Drive for Clerk {
    const IS_ASYNC: bool = false;

    fn step<'step, O: Observer + Send>(
        instance: &'step mut Instance<Self>,
        now: Time,
        input: Input<Self>,
        observer: &'step mut O,
    ) -> Progress<'step> {
        Progress::Done(drive::step(instance, now, input, observer))
    }
}
