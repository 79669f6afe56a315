//! A machine as a plain value: started, given messages and time, asked what it did.
//!
//! Must not know of: drivers. A driver uses this same face.

use super::context::{Context, broken};
use super::effect::Effect;
use super::exit::{Error, ExitReason};
use super::machine::{Machine, Messages};
use super::mailbox::{Envelope, Mailbox};
use super::observer::Observer;
use super::outcome::Outcome;
use super::question::{self, CallError, Found, Question};
use super::run;
use super::signal::Signal;
use super::status::Status;
use super::steps::{Parts, Steps, StepsAsync};
use super::store::{Store, with_ancestors};
use super::time::Time;
use core::fmt;
use std::sync::Arc;
use std::time::SystemTime;
use wink_chart::{MessageId, RowKind, StateId, Trigger};

/// A machine that has been started, as a plain value.
///
/// No runtime, no task, no clock: it does something when, and only when, one of its methods is
/// called.
///
/// - **In**: [`dispatch`](Instance::dispatch) a message, [`ask`](Instance::ask) a question,
///   [`advance`](Instance::advance) the time, give it a [`signal`](Instance::signal),
///   [`stop`](Instance::stop) it. Each carries out one step (and those that time or deferred
///   messages bring with it) and says what happened. Machines with `async` functions have the
///   same methods with `_async` at the end of their names.
/// - **Out**: [`poll_effect`](Instance::poll_effect) until it says `None`, after each of the
///   above. An embedded machine's effects wait there for whoever wants them.
/// - **Time**: the machine is at [`Time::ZERO`] when it starts, unless
///   [`start_with`](Start::start_with) said otherwise; it never goes back.
///
/// A panic in a step goes through to the caller. The machine has errored then: it takes nothing
/// more, and what the step had asked for is dropped.
pub struct Instance<M: Machine> {
    pub(crate) parts: Parts<M>,
}

/// Starts a machine as a plain value: `Turnstile::default().start()`.
pub trait Start: Machine {
    /// Starts the machine at [`Time::ZERO`], watched by nobody.
    fn start(self) -> Instance<Self>
    where
        Self: Steps,
    {
        self.start_with(Time::ZERO, &mut ())
    }

    /// Starts the machine: the entries of the machine and of its initial states run, and what is
    /// eventless or raised follows.
    fn start_with<O: Observer>(self, now: Time, observer: &mut O) -> Instance<Self>
    where
        Self: Steps,
    {
        let mut instance = Instance::new(self, now);
        let _ = run::plain::start(&mut instance.parts, observer);
        instance
    }

    /// As [`start`](Start::start), for a machine with `async` functions.
    #[allow(
        async_fn_in_trait,
        reason = "whether it is Send depends on the machine"
    )]
    async fn start_async(self) -> Instance<Self>
    where
        Self: StepsAsync,
    {
        self.start_with_async(Time::ZERO, &mut ()).await
    }

    /// As [`start_with`](Start::start_with), for a machine with `async` functions.
    #[allow(
        async_fn_in_trait,
        reason = "whether it is Send depends on the machine"
    )]
    async fn start_with_async<O: Observer>(self, now: Time, observer: &mut O) -> Instance<Self>
    where
        Self: StepsAsync,
    {
        let mut instance = Instance::new(self, now);
        let _ = run::asynchronous::start(&mut instance.parts, observer).await;
        instance
    }
}

impl<M: Machine> Start for M {}

/// What became of a question that was asked with [`Instance::ask`].
#[derive(Debug)]
pub struct Asked<T> {
    /// What the step did.
    pub outcome: Outcome,
    /// The answer; `Ok(None)` while the machine has kept the question for later.
    pub answer: Result<Option<T>, CallError>,
}

impl<T> Asked<T> {
    /// The answer, if the step gave one.
    pub fn answer(self) -> Option<T> {
        self.answer.ok().flatten()
    }
}

/// What any machine can be asked and given.
impl<M: Machine> Instance<M> {
    /// A machine that has not been started. A driver starts it with
    /// [`Drive::step`](super::drive::Drive::step); by hand, use [`Start`].
    pub fn new(data: M, now: Time) -> Self {
        let mut cx = Context::new();
        cx.now = now;
        Instance {
            parts: Parts {
                data,
                locals: M::Locals::default(),
                cx,
            },
        }
    }

    /// As [`new`](Self::new), for a driver, who runs it under that address.
    #[inline(always)]
    pub(crate) fn of(data: M, now: Time, mailbox: Arc<Mailbox<M>>) -> Self {
        Instance {
            parts: Parts {
                data,
                locals: M::Locals::default(),
                cx: Context::driven(now, mailbox),
            },
        }
    }

    /// As [`new`](Self::new), at the address of a machine that has ended.
    pub(crate) fn successor(data: M, now: Time, cx: Context<M>) -> Self {
        let mut instance = Self::new(data, now);
        instance.parts.cx = cx;
        instance.parts.cx.now = now;
        instance
    }

    /// Drops the machine, but for what its successor can use.
    pub(crate) fn leave(self) -> Context<M> {
        let Parts { data, locals, cx } = self.parts;
        drop(data);
        drop(locals);
        cx.renewed()
    }

    /// What the machine remembers.
    #[inline]
    pub fn data(&self) -> &M {
        &self.parts.data
    }

    /// What the machine remembers, to change it. Nothing that is eventless is looked at before
    /// the next step.
    pub fn data_mut(&mut self) -> &mut M {
        &mut self.parts.data
    }

    /// What the machine remembered last.
    pub fn into_data(self) -> M {
        self.parts.data
    }

    /// Whether the machine runs.
    pub fn status(&self) -> Status {
        self.parts.cx.status()
    }

    /// Why the machine has ended; `None` while it has not.
    pub fn exit_reason(&self) -> Option<ExitReason> {
        self.parts.cx.exit_reason()
    }

    /// Whether the machine is in that state, or in a state inside it.
    #[inline]
    pub fn is_in(&self, state: <M::Store as Store>::State) -> bool {
        self.parts.cx.is_in(state)
    }

    /// The states that the machine rests in, in document order: one, or with parallel regions
    /// one for each. The root alone before the start and after the end.
    pub fn resting(&self) -> Vec<StateId> {
        let mut states = Vec::new();
        self.parts
            .cx
            .store
            .resting(M::CHART, &mut |state| states.push(state));
        states
    }

    /// Names of the states that the machine rests in, in document order.
    pub fn configuration(&self) -> Vec<&'static str> {
        self.resting()
            .iter()
            .map(|state| &*M::CHART.states[state.index()].name)
            .collect()
    }

    /// The messages that an active state has a `receive` row for, in the order of their
    /// declaration. A guard may still refuse one.
    pub fn accepts(&self) -> Vec<MessageId> {
        if self.status() != Status::Running {
            return Vec::new();
        }
        let mut active = vec![false; M::CHART.states.len()];
        for state in self.resting() {
            with_ancestors(M::CHART, state).for_each(|state| active[state.index()] = true);
        }
        let mut accepted = vec![false; M::CHART.messages.len()];
        let rows = M::CHART.rows.iter();
        for row in rows.filter(|row| row.kind == RowKind::Receive && active[row.source.index()]) {
            match &row.trigger {
                Trigger::Messages(messages) => {
                    messages
                        .iter()
                        .for_each(|message| accepted[message.index()] = true);
                }
                Trigger::Any => accepted.fill(true),
                _ => {}
            }
        }
        (0..)
            .map(MessageId)
            .zip(accepted)
            .filter_map(|(id, yes)| yes.then_some(id))
            .collect()
    }

    /// How many messages it has deferred.
    pub(crate) fn deferred_count(&self) -> usize {
        self.parts.cx.deferred_count()
    }

    /// The machine's time: what it was last told.
    pub fn now(&self) -> Time {
        self.parts.cx.now
    }

    /// When [`advance`](Instance::advance) has something to do next.
    pub fn next_deadline(&self) -> Option<Time> {
        self.parts.cx.next_deadline()
    }

    /// Tells the machine that it is that time of the calendar at its [`now`](Instance::now).
    /// Timers for it, or for a time before, are due then: [`advance`](Instance::advance) fires
    /// them. Nobody else tells a machine that no system runs.
    pub fn tell_calendar(&mut self, calendar: SystemTime) {
        self.parts.cx.tell_calendar(calendar);
    }

    /// The next time of the calendar for which a timer is set: when
    /// [`tell_calendar`](Instance::tell_calendar) has something to do next.
    pub fn next_calendar(&self) -> Option<SystemTime> {
        self.parts.cx.next_calendar()
    }

    /// Takes the next effect of the steps that have completed.
    pub fn poll_effect(&mut self) -> Option<Effect<M>> {
        self.parts.cx.poll_effect()
    }

    /// Tells a machine that has not ended, and whose step a driver has seen panic, what the
    /// panic was. What the step had asked for is dropped. Nothing, when the last step completed.
    pub fn crash(&mut self, error: Error) {
        self.parts.cx.bury(|| error);
    }

    /// The question as an envelope, and where its answer will be found.
    fn envelope<T>(question: Question<M::Message, T>) -> (Envelope<M>, Asking<M, T>) {
        let (message, open) = question.into_parts();
        let (port, pending) = question::port();
        let envelope = Envelope {
            message,
            port: Some(port),
            sender: None,
        };
        (envelope, Asking { pending, open })
    }

    /// Gives the answers among the step's effects to those who wait, and looks whether it was
    /// this one.
    fn answered<T>(&mut self, outcome: Outcome, mut asking: Asking<M, T>) -> Asked<T> {
        self.parts.cx.give_answers();
        let answer = match asking.pending.take() {
            Found::Answer(reply) => (asking.open)(reply).map(Some).ok_or(CallError::Unanswered),
            Found::Nothing => Ok(None),
            Found::Error(error) => Err(error),
            Found::Lost => {
                let reason = self.exit_reason().unwrap_or_else(|| broken().into());
                Err(CallError::Died(reason))
            }
        };
        Asked { outcome, answer }
    }
}

/// The asker's end of a question.
struct Asking<M: Machine, T> {
    pending: question::Pending<<M::Message as Messages>::Reply>,
    open: fn(<M::Message as Messages>::Reply) -> Option<T>,
}

/// Machines without `async` functions. The bounds stand at the methods, so that the compiler says
/// which twin is meant instead of that there is no such method.
impl<M: Machine> Instance<M> {
    /// Gives the machine a message and carries out the step to its end.
    #[inline]
    pub fn dispatch(&mut self, message: M::Message) -> Outcome
    where
        M: Steps,
    {
        run::plain::dispatch(&mut self.parts, message, &mut ())
    }

    /// As [`dispatch`](Instance::dispatch), told to an observer.
    #[inline]
    pub fn dispatch_with<O: Observer>(&mut self, message: M::Message, observer: &mut O) -> Outcome
    where
        M: Steps,
    {
        run::plain::dispatch(&mut self.parts, message, observer)
    }

    /// Asks the machine a question and carries out the step to its end.
    pub fn ask<T>(&mut self, question: Question<M::Message, T>) -> Asked<T>
    where
        M: Steps,
    {
        self.ask_with(question, &mut ())
    }

    /// As [`ask`](Instance::ask), told to an observer.
    pub fn ask_with<T, O: Observer>(
        &mut self,
        question: Question<M::Message, T>,
        observer: &mut O,
    ) -> Asked<T>
    where
        M: Steps,
    {
        let (envelope, asking) = Self::envelope(question);
        let outcome = run::plain::receive(&mut self.parts, envelope, observer);
        self.answered(outcome, asking)
    }

    /// Lets time pass until `now`. Every timer that comes due on the way fires at its own
    /// deadline, in order, each as a step of its own: to advance by ten seconds is the same as to
    /// advance ten times by one. Time does not go back.
    pub fn advance(&mut self, now: Time) -> Outcome
    where
        M: Steps,
    {
        self.advance_with(now, &mut ())
    }

    /// As [`advance`](Instance::advance), told to an observer.
    pub fn advance_with<O: Observer>(&mut self, now: Time, observer: &mut O) -> Outcome
    where
        M: Steps,
    {
        run::plain::advance(&mut self.parts, now, observer)
    }

    /// Tells the machine of something that is no message.
    pub fn signal(&mut self, signal: &Signal) -> Outcome
    where
        M: Steps,
    {
        run::plain::signal(&mut self.parts, signal, &mut ())
    }

    /// Ends the machine: the exits of all active states run, the machine's own last.
    pub fn stop(&mut self) -> Outcome
    where
        M: Steps,
    {
        self.stop_with(&mut ())
    }

    /// As [`stop`](Instance::stop), told to an observer.
    pub fn stop_with<O: Observer>(&mut self, observer: &mut O) -> Outcome
    where
        M: Steps,
    {
        run::plain::stop(&mut self.parts, ExitReason::Stopped, observer)
    }
}

/// Machines with `async` functions.
impl<M: Machine> Instance<M> {
    /// See [`Instance::dispatch`]. The future is ready at once when nothing of the step waits.
    #[inline]
    pub fn dispatch_async(&mut self, message: M::Message) -> impl Future<Output = Outcome>
    where
        M: StepsAsync,
    {
        run::dispatch_async(&mut self.parts, message, ())
    }

    /// See [`Instance::dispatch_with`].
    #[inline]
    pub fn dispatch_with_async<O: Observer>(
        &mut self,
        message: M::Message,
        observer: &mut O,
    ) -> impl Future<Output = Outcome>
    where
        M: StepsAsync,
    {
        run::dispatch_async(&mut self.parts, message, observer)
    }

    /// See [`Instance::ask`].
    pub async fn ask_async<T>(&mut self, question: Question<M::Message, T>) -> Asked<T>
    where
        M: StepsAsync,
    {
        self.ask_with_async(question, &mut ()).await
    }

    /// See [`Instance::ask_with`].
    pub async fn ask_with_async<T, O: Observer>(
        &mut self,
        question: Question<M::Message, T>,
        observer: &mut O,
    ) -> Asked<T>
    where
        M: StepsAsync,
    {
        let (envelope, asking) = Self::envelope(question);
        let outcome = run::asynchronous::receive(&mut self.parts, envelope, observer).await;
        self.answered(outcome, asking)
    }

    /// See [`Instance::advance`].
    pub async fn advance_async(&mut self, now: Time) -> Outcome
    where
        M: StepsAsync,
    {
        self.advance_with_async(now, &mut ()).await
    }

    /// See [`Instance::advance_with`].
    pub async fn advance_with_async<O: Observer>(&mut self, now: Time, observer: &mut O) -> Outcome
    where
        M: StepsAsync,
    {
        run::asynchronous::advance(&mut self.parts, now, observer).await
    }

    /// See [`Instance::signal`].
    pub async fn signal_async(&mut self, signal: &Signal) -> Outcome
    where
        M: StepsAsync,
    {
        run::asynchronous::signal(&mut self.parts, signal, &mut ()).await
    }

    /// See [`Instance::stop`].
    pub async fn stop_async(&mut self) -> Outcome
    where
        M: StepsAsync,
    {
        self.stop_with_async(&mut ()).await
    }

    /// See [`Instance::stop_with`].
    pub async fn stop_with_async<O: Observer>(&mut self, observer: &mut O) -> Outcome
    where
        M: StepsAsync,
    {
        run::asynchronous::stop(&mut self.parts, ExitReason::Stopped, observer).await
    }
}

impl<M: Machine + fmt::Debug> fmt::Debug for Instance<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Instance")
            .field("data", &self.parts.data)
            .field("configuration", &self.configuration())
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
