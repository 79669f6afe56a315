//! The machine that a supervisor is while it runs: it tells the decisions what happens, and
//! makes what they want effects of its steps.

use std::borrow::Cow;
use std::sync::Arc;

use wink_chart::{ChildSignal, MessageId, Row, RowId, StateId, Trigger};

use super::lock;
use super::shared::{Shared, State as Decided};
use crate::core::address::Address;
use crate::core::context::Context;
use crate::core::drive::{self, Drive, Input, Progress};
use crate::core::effect::Effect;
use crate::core::exit::{ChildEvent, ErrorKind, ExitReason, MachineId};
use crate::core::guardian::Guardian;
use crate::core::instance::Instance;
use crate::core::machine::{Machine, Messages};
use crate::core::mailbox::Order;
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::signal::Signal;
use crate::core::station::Newborn;
use crate::core::steps::{Parts, Steps};
use crate::core::store::Place;
use crate::core::supervisor::{self, ChildKey};
use crate::core::time::Time;
use crate::one_state::{STATES, State, message, row, text};
use crate::private;

/// The machine.
pub struct Manager {
    shared: Arc<Shared>,
    /// The supervisor over this one.
    outer: Option<Address<Manager>>,
}

impl Manager {
    pub(super) fn new(shared: Arc<Shared>, outer: Option<Address<Manager>>) -> Self {
        Self { shared, outer }
    }

    /// Tells the decisions, then performs what they want.
    fn decide(&self, cx: &mut Context<Self>, input: supervisor::Input) {
        let now = cx.now();
        let mut state = lock(&self.shared.state);
        state.now = now;
        state.decisions.handle(now, input);
        for key in std::mem::take(&mut state.removals) {
            let input = supervisor::Input::Remove(key);
            state.decisions.handle(now, input);
        }
        let mut unborn = Vec::new();
        while let Some(effect) = state.decisions.poll_effect() {
            unborn.extend(self.perform(cx, &mut state, effect));
        }
        let deadline = state.decisions.next_deadline();
        drop(state);
        // Their ends are told, maybe to somebody who looks at the tree: the lock is free.
        drop(unborn);
        match deadline {
            Some(deadline) => cx.set_timer(TIMER, deadline - now, Message::Look),
            None => {
                cx.cancel_timer(TIMER);
            }
        }
    }

    /// Makes what is wanted an effect of this step. A child that was never started and never
    /// will be is given back.
    fn perform(
        &self,
        cx: &mut Context<Self>,
        state: &mut Decided,
        effect: supervisor::Effect,
    ) -> Option<Newborn> {
        match effect {
            supervisor::Effect::Start(key) => {
                let seat = state.seat_mut(key)?;
                if let Some(inner) = &seat.inner {
                    *lock(&inner.outer) = Some(cx.address());
                }
                cx.push_effect(match seat.newborn.take() {
                    Some(newborn) => Effect::Spawn(newborn),
                    None => Effect::Order(seat.handle.clone(), Order::Restart),
                });
            }
            supervisor::Effect::Stop(key) => {
                if let Some(seat) = state.seat(key) {
                    cx.push_effect(Effect::Stop(seat.handle.clone()));
                }
            }
            supervisor::Effect::Kill(key) => {
                if let Some(seat) = state.seat(key) {
                    cx.push_effect(Effect::Order(seat.handle.clone(), Order::Kill));
                }
            }
            supervisor::Effect::Bury(key) => {
                // It is down. Of a supervisor that may be started again the children are, too.
                let is_held = self.outer.is_some() && state.decisions.is_ending();
                let mut gone = state.leave(key);
                let seat = match &mut gone {
                    Some(gone) => gone,
                    None if is_held => return None,
                    None => state.seat_mut(key)?,
                };
                seat.is_over = true;
                cx.push_effect(Effect::Order(seat.handle.clone(), Order::Bury));
                return seat.newborn.take();
            }
            supervisor::Effect::Started => {
                if let Some(outer) = &self.outer {
                    let own = cx.address().identity().id();
                    cx.send(outer, Message::Started(own));
                }
            }
            supervisor::Effect::Failed {
                child,
                failures,
                delay,
            } => {
                if !delay.is_zero()
                    && let Some(spec) = state.spec(child)
                {
                    let name = spec.name;
                    cx.log(format!(
                        "child `{name}`: failure {failures} in a row, starts again in {delay:?}"
                    ));
                }
            }
            supervisor::Effect::Ended(ExitReason::Errored(error)) => {
                cx.fail(error);
            }
            supervisor::Effect::Ended(reason) => cx.end_with(reason),
        }
        None
    }

    fn name_of(&self, machine: MachineId) -> Cow<'static, str> {
        let state = lock(&self.shared.state);
        let spec = state.key_of(machine).and_then(|key| state.spec(key));
        spec.map_or(Cow::Borrowed("gone"), |spec| spec.name.clone())
    }

    fn key_of(&self, machine: MachineId) -> Option<ChildKey> {
        lock(&self.shared.state).key_of(machine)
    }

    /// A child has run its first step. A supervisor has not started before its children have,
    /// and says so itself.
    fn started(&self, machine: MachineId) -> Option<supervisor::Input> {
        let state = lock(&self.shared.state);
        let key = state.key_of(machine)?;
        let is_supervisor = state.seat(key).is_some_and(|seat| seat.inner.is_some());
        (!is_supervisor).then_some(supervisor::Input::Started(key))
    }
}

/// However it ends, what it has not started it never will, unless it is nested and may be started
/// again itself: whoever waits for that is told, when the lock is free.
impl Drop for Manager {
    fn drop(&mut self) {
        if self.outer.is_none() {
            self.shared.abandon();
        }
    }
}

const TIMER: &str = "deadline";

/// What a supervisor can be sent.
pub enum Message {
    /// There is something new: a child was added or removed, or time has passed.
    Look,
    /// The children of a nested supervisor have started.
    Started(MachineId),
}

impl Messages for Message {
    type Reply = ();

    fn id(&self) -> MessageId {
        MessageId(match self {
            Message::Look => 0,
            Message::Started(_) => 1,
        })
    }
}

const ROWS: &[Row] = &[
    row(Trigger::Any),
    row(Trigger::Child(ChildSignal::Started)),
    row(Trigger::Child(ChildSignal::Errored)),
    row(Trigger::Child(ChildSignal::Exited)),
];

const CHART: wink_chart::Chart = wink_chart::Chart {
    name: text("wink/Supervisor"),
    version: text(env!("CARGO_PKG_VERSION")),
    data: text("Manager"),
    documentation: text("Starts, watches and stops its children."),
    messages: Cow::Borrowed(&[
        message("Look", "There is something new."),
        message(
            "Started",
            "The children of a nested supervisor have started.",
        ),
    ]),
    states: Cow::Borrowed(STATES),
    rows: Cow::Borrowed(ROWS),
    defaults: Cow::Borrowed(&[]),
    completions: Cow::Borrowed(&[]),
};

#[diagnostic::do_not_recommend]
impl Machine for Manager {
    type Message = Message;
    type Store = Place<State, 0>;
    type Locals = ();
    const CHART: &'static wink_chart::Chart = &CHART;
}

impl Steps for Manager {
    const SETTLES: bool = true;
    const DEFERS: bool = false;

    fn enter_initial<O: Observer>(
        parts: &mut Parts<Self>,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::entered(&mut parts.cx, outcome, observer, StateId(0));
        parts.data.decide(&mut parts.cx, supervisor::Input::Start);
    }

    fn deliver<O: Observer>(
        parts: &mut Parts<Self>,
        message: Message,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        private::take(outcome, observer, RowId(0));
        let input = match message {
            Message::Look => Some(supervisor::Input::Time),
            Message::Started(machine) => {
                let key = parts.data.key_of(machine);
                key.map(supervisor::Input::Started)
            }
        };
        if let Some(input) = input {
            parts.data.decide(&mut parts.cx, input);
        }
    }

    fn signal<O: Observer>(
        parts: &mut Parts<Self>,
        signal: &Signal,
        outcome: &mut Outcome,
        observer: &mut O,
    ) {
        let (row, input) = match signal {
            Signal::Stop => (0, Some(supervisor::Input::Stop)),
            Signal::Child(child, ChildEvent::Started) => (1, parts.data.started(child.id())),
            // What follows says it too, but for this one: that it was killed.
            Signal::Child(child, ChildEvent::Errored(error)) => {
                if let ErrorKind::Silent { .. } = error.kind() {
                    let name = parts.data.name_of(child.id());
                    parts.cx.log(format!("child `{name}`: {error}"));
                }
                (2, None)
            }
            Signal::Child(child, ChildEvent::Exited(reason)) => {
                let key = parts.data.key_of(child.id());
                (
                    3,
                    key.map(|key| supervisor::Input::Ended(key, reason.clone())),
                )
            }
            Signal::Child(_, ChildEvent::Pulsed) | Signal::Down(_) | Signal::After(_) => return,
        };
        private::take(outcome, observer, RowId(row));
        if let Some(input) = input {
            parts.data.decide(&mut parts.cx, input);
        }
    }

    fn leave<O: Observer>(parts: &mut Parts<Self>, _: &mut Outcome, observer: &mut O) {
        private::exited(&mut parts.cx, observer, StateId(0));
    }
}

#[diagnostic::do_not_recommend]
impl Drive for Manager {
    const IS_ASYNC: bool = false;
    const STOPS_CHILDREN: bool = true;

    fn guardian(&self) -> Option<Arc<dyn Guardian>> {
        Some(self.shared.clone())
    }

    fn step<'step, O: Observer + Send>(
        instance: &'step mut Instance<Self>,
        now: Time,
        input: Input<Self>,
        observer: &'step mut O,
    ) -> Progress<'step> {
        Progress::Done(drive::step(instance, now, input, observer))
    }
}
