//! What a machine's functions can ask for, and what the runtime keeps of a machine besides its
//! data: its place, its status, its timers, the queues of the step under way.
//!
//! Must not know of: generated code, drivers.

use super::address::Address;
use super::effect::{Effect, ReplyOf};
use super::event_loop::post::Post;
use super::exit::{Error, ExitReason, Identity, MachineId, Sender};
use super::machine::{Machine, StateName, Takes};
use super::mailbox::{Envelope, Mailbox};
use super::question::{CallError, Reply, ReplyPort};
use super::status::{Phase, Status};
use super::store::Store;
use super::time::Time;
use super::timers::{Alarm, Timers};
use crate::link::Linkable;
use core::mem::ManuallyDrop;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use wink_chart::{RowId, StateId};

mod answers;
mod asking;
mod deferring;
mod renewing;
mod resting;
mod timing;

pub(crate) use asking::Hearer;

/// What the functions of a machine can ask of the world: `cx: &mut Context`.
///
/// Everything that leaves the machine (messages, answers, log lines, new machines) is kept until
/// the step has completed; a step that panics sends nothing. What stays inside (raised messages,
/// timers) takes effect at once.
///
/// In a machine's module `Context` is an alias for the context of that machine.
pub struct Context<M: Machine> {
    /// Where the machine is. Written by generated code and by the parallel engine only.
    #[doc(hidden)]
    pub store: M::Store,
    pub(crate) phase: Phase,
    /// A loop has it: what it has deferred when it ends is for its successor, or is told.
    is_driven: bool,
    pub(crate) now: Time,
    /// Its own mailbox; where its address leads.
    mailbox: Option<Arc<Mailbox<M>>>,
    /// The mail of the loop that it lives in, lent for the step under way.
    pub(crate) post: Option<Box<Post>>,
    /// What few steps need; made when it is first needed, so that a machine is small and a step
    /// without effects allocates nothing.
    extra: Option<Box<Extra<M>>>,
}

/// The parts of a context that few steps need.
pub(crate) struct Extra<M: Machine> {
    /// Effects, those of completed steps first.
    pub(crate) effects: VecDeque<Effect<M>>,
    /// How many of the effects belong to completed steps.
    committed: usize,
    /// Raised messages and completed states, in order.
    internal: VecDeque<Internal<M>>,
    /// Messages kept until the next change of state, in order.
    pub(crate) deferred: VecDeque<Envelope<M>>,
    /// Where in `deferred` the step's message goes if it is deferred: at the end, unless it has
    /// been there before and keeps its place.
    pub(crate) defer_at: Option<usize>,
    pub(crate) timers: Timers<M>,
    /// The way back for the answer, when the step is about a question.
    port: Option<ReplyPort<ReplyOf<M>>>,
    sender: Option<Sender>,
    exit: Option<ExitReason>,
}

/// What waits in the internal queue.
pub(crate) enum Internal<M: Machine> {
    Message(M::Message),
    Done(StateId),
}

impl<M: Machine> Default for Extra<M> {
    fn default() -> Self {
        Extra {
            effects: VecDeque::new(),
            committed: 0,
            internal: VecDeque::new(),
            deferred: VecDeque::new(),
            defer_at: None,
            timers: Timers::default(),
            port: None,
            sender: None,
            exit: None,
        }
    }
}

/// What functions of a machine call.
impl<M: Machine> Context<M> {
    /// The time of this step, as the driver says. It does not move while a step runs.
    pub fn now(&self) -> Time {
        let turn = self.post.as_ref().map_or(Time::ZERO, |post| post.time());
        self.now.max(turn)
    }

    /// Tells a person a line: on a console printed, on a server written to the machine's log.
    pub fn log(&mut self, line: impl Into<Cow<'static, str>>) {
        self.push_effect(Effect::Log(line.into()));
    }

    /// Gives this machine a message before anything that comes from outside. It is taken in this
    /// same step, after the present transition and what is eventless.
    pub fn raise(&mut self, message: M::Message) {
        self.phase.mark_dirty();
        self.extra().internal.push_back(Internal::Message(message));
    }

    /// Whether the machine is in that state, or in a state inside it.
    ///
    /// In an action that runs between exits and entries the machine is in the state that
    /// encloses both; in an entry or exit function it is in the state concerned.
    pub fn is_in(&self, state: <M::Store as Store>::State) -> bool {
        self.store.is_in(M::CHART, state.id())
    }

    /// Sends a message to another machine. It leaves when this step has completed, for another loop
    /// perhaps together with what a few short steps after it send there (64 messages at most, for
    /// half a millisecond or so); messages from one machine to another arrive in the order in which
    /// they were sent. One that does not fit into the other's mailbox waits, and this machine takes
    /// no further message until it fits.
    #[inline(always)]
    pub fn send<T, Message>(&mut self, to: &Address<T>, message: Message)
    where
        T: Takes<Message> + 'static,
        T::Message: Send,
        ReplyOf<T>: Send,
    {
        // Nothing on this path panics; and a message that is not to be dropped then stays in
        // registers until it is written where it is read.
        let message = ManuallyDrop::new(T::message(message));
        // What went before as an effect arrives before.
        if !self.phase.is_dirty()
            && let Some(post) = &mut self.post
            && let Some(own) = &self.mailbox
            && let Some(desk) = post.desk(to)
        {
            return desk.put(ManuallyDrop::into_inner(message), own.sender());
        }
        self.send_slowly(to, Some(ManuallyDrop::into_inner(message)));
    }

    /// Has this machine's `down` rows hear of it when that machine, or that future's
    /// [`Task`](crate::Task), ends; at once when it has.
    pub fn monitor(&mut self, other: &impl Linkable) {
        self.push_effect(Effect::Watch {
            machine: other.handle(),
            linked: false,
        });
    }

    /// Ties this machine and that one, or that future's [`Task`](crate::Task), together: each
    /// hears of the other's end in its `down` rows, at once when it has ended, and fails when the
    /// other has failed and no row receives that. With itself nothing is tied.
    pub fn link(&mut self, other: &impl Linkable) {
        self.push_effect(Effect::Watch {
            machine: other.handle(),
            linked: true,
        });
    }

    /// This machine's own address, to be given to others. An embedded machine that no driver runs
    /// has one too; what is sent there is told that the machine has ended.
    #[inline]
    pub fn address(&mut self) -> Address<M> {
        Address::of(match &self.mailbox {
            Some(own) => own.clone(),
            None => self.mailbox().clone(),
        })
    }

    /// Answers a question that an earlier step, or this one, kept as a [`Reply`].
    pub fn reply<T: Send + 'static>(&mut self, reply: Reply<T>, value: T) {
        self.push_effect(Effect::Reply(reply.with(value)));
    }

    /// Ends the machine after the present transition: the exits of all active states run, then
    /// it has exited. Nothing that is eventless or raised is taken any more.
    pub fn exit(&mut self) {
        self.phase.finish();
    }

    /// Ends the machine with an error after the present transition: the exits of all active
    /// states run, then its spawner hears that it has errored, then that it has exited.
    ///
    /// The first error of a step is the one that is told.
    pub fn error(&mut self, error: impl Into<Error>) {
        self.fail(error.into());
    }

    /// Who sent the message that this step is about, when that was a machine.
    pub fn sender(&self) -> Option<Identity> {
        self.sent_by().map(Sender::identity)
    }
}

/// What the runtime calls.
impl<M: Machine> Context<M> {
    pub(crate) fn new() -> Self {
        Context {
            store: M::Store::EMPTY,
            phase: Phase::FRESH,
            is_driven: false,
            now: Time::ZERO,
            mailbox: None,
            post: None,
            extra: None,
        }
    }

    /// Of a machine that a driver runs under that address.
    #[inline(always)]
    pub(crate) fn driven(now: Time, mailbox: Arc<Mailbox<M>>) -> Self {
        Context {
            store: M::Store::EMPTY,
            phase: Phase::FRESH,
            is_driven: true,
            now,
            mailbox: Some(mailbox),
            post: None,
            extra: None,
        }
    }

    pub(crate) fn sent_by(&self) -> Option<Sender> {
        let extra = self.extra.as_ref().and_then(|extra| extra.sender);
        extra.or_else(|| self.post.as_ref()?.sender())
    }

    pub(crate) fn extra(&mut self) -> &mut Extra<M> {
        self.extra.get_or_insert_default()
    }

    pub(crate) fn extra_if_any(&self) -> Option<&Extra<M>> {
        self.extra.as_deref()
    }

    pub(crate) fn status(&self) -> Status {
        self.phase.status()
    }

    /// Says under which address a driver runs the machine.
    pub(crate) fn set_mailbox(&mut self, mailbox: Arc<Mailbox<M>>) {
        self.mailbox = Some(mailbox);
        self.is_driven = true;
    }

    /// The number under which a driver runs the machine.
    pub(crate) fn number(&self) -> Option<MachineId> {
        self.mailbox.as_ref().map(|own| own.identity().id())
    }

    /// Its mailbox, if a driver runs it.
    pub(crate) fn own_mailbox(&self) -> Option<&Mailbox<M>> {
        self.mailbox.as_deref()
    }

    pub(crate) fn mailbox(&mut self) -> &Arc<Mailbox<M>> {
        #[cold]
        #[inline(never)]
        fn nowhere<M: Machine>() -> Arc<Mailbox<M>> {
            Arc::new(Mailbox::nowhere())
        }
        self.mailbox.get_or_insert_with(nowhere)
    }

    /// Sends what cannot be pushed into a queue of the machine's own loop.
    #[inline(never)]
    fn send_slowly<T>(&mut self, to: &Address<T>, message: Option<T::Message>)
    where
        T: Machine + 'static,
        T::Message: Send,
        ReplyOf<T>: Send,
    {
        let Some(message) = message else { return };
        if !self.phase.is_dirty()
            && let Some(post) = &mut self.post
            && let Some(bag) = post.bag(to)
        {
            return bag.follow(message);
        }
        let sender = self.mailbox().sender();
        let extra = self.extra.as_deref();
        let message = match &mut self.post {
            // What went before as an effect arrives before.
            Some(post) if extra.is_none_or(|extra| extra.effects.is_empty()) => {
                if post.grow(to)
                    && let Some(desk) = post.desk(to)
                {
                    return desk.put(message, sender);
                }
                let message = match post.put_home(to, message, sender) {
                    Ok(()) => return,
                    Err(message) => message,
                };
                match post.send_away(to, message, sender) {
                    Ok(()) => return self.phase.owe(),
                    Err(message) => message,
                }
            }
            _ => message,
        };
        self.push_effect(Effect::Send(to.mail(message, sender)));
    }

    #[inline(always)]
    pub(crate) fn is_running(&self) -> bool {
        self.phase == Phase::RUNNING
    }

    /// It is that time, or later.
    pub(crate) fn set_now(&mut self, now: Time) {
        self.now = self.now.max(now);
    }

    pub(crate) fn push_effect(&mut self, effect: Effect<M>) {
        self.phase.mark_dirty();
        self.extra().effects.push_back(effect);
    }

    pub(crate) fn fail(&mut self, error: Error) {
        self.phase.fail();
        let exit = &mut self.extra().exit;
        if !matches!(exit, Some(ExitReason::Errored(_))) {
            *exit = Some(error.into());
        }
    }

    /// Ends the machine from outside, for this reason.
    pub(crate) fn end_with(&mut self, reason: ExitReason) {
        self.phase.finish();
        self.extra().exit.get_or_insert(reason);
    }

    /// A step that never completed: what it asked for is dropped, and the machine has errored.
    /// Nothing, when the machine is in another phase.
    pub(crate) fn bury(&mut self, error: impl FnOnce() -> Error) {
        if self.phase.is_broken() {
            self.phase = Phase::ERRORED;
            let extra = self.extra();
            extra.effects.truncate(extra.committed);
            if !matches!(extra.exit, Some(ExitReason::Errored(_))) {
                extra.exit = Some(error().into());
            }
            self.clear();
        }
    }

    /// As [`bury`](Self::bury), where the error is kept elsewhere and the machine dropped soon,
    /// with all that waits in it.
    pub(crate) fn break_off(&mut self, error: &Error) {
        if self.phase.is_broken() {
            self.phase = Phase::ERRORED;
            self.store = M::Store::EMPTY;
            if let Some(extra) = &mut self.extra {
                extra.effects.truncate(extra.committed);
                if let Some(port) = extra.port.take() {
                    port.refuse(CallError::Died(error.clone().into()));
                }
            }
        }
    }

    /// Why the machine has ended; `None` while it has not.
    pub(crate) fn exit_reason(&self) -> Option<ExitReason> {
        let told = self.extra.as_ref().and_then(|extra| extra.exit.clone());
        match self.status() {
            Status::Fresh | Status::Running => None,
            Status::Exited => Some(told.unwrap_or(ExitReason::Normal)),
            Status::Errored => Some(told.unwrap_or_else(|| broken().into())),
        }
    }

    /// Takes what came with the step's message.
    pub(crate) fn open(&mut self, port: Option<ReplyPort<ReplyOf<M>>>, sender: Option<Sender>) {
        if let Some(post) = &mut self.post {
            post.forget_sender();
        }
        if port.is_some() || sender.is_some() {
            self.phase.mark_dirty();
            let extra = self.extra();
            extra.port = port;
            extra.sender = sender;
        }
    }

    pub(crate) fn clear_internal(&mut self) {
        if let Some(extra) = &mut self.extra {
            extra.internal.clear();
        }
    }

    pub(crate) fn has_internal(&self) -> bool {
        self.extra
            .as_ref()
            .is_some_and(|extra| !extra.internal.is_empty())
    }

    pub(crate) fn next_internal(&mut self) -> Option<Internal<M>> {
        self.extra.as_mut()?.internal.pop_front()
    }

    pub(crate) fn push_done(&mut self, state: StateId) {
        self.phase.mark_dirty();
        self.extra().internal.push_back(Internal::Done(state));
    }

    /// The step has completed: its effects may leave.
    pub(crate) fn commit(&mut self) {
        if let Some(extra) = &mut self.extra {
            extra.committed = extra.effects.len();
        }
    }

    pub(crate) fn poll_effect(&mut self) -> Option<Effect<M>> {
        let extra = self.extra.as_mut()?;
        extra.committed = extra.committed.checked_sub(1)?;
        extra.effects.pop_front()
    }

    pub(crate) fn has_effects(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.committed > 0)
    }

    /// Arms the timer of an `after` row.
    pub(crate) fn arm(&mut self, row: RowId, delay: u64) {
        let deadline = self.now().later(delay);
        self.extra().timers.arm(deadline, Alarm::After(row));
    }

    pub(crate) fn disarm(&mut self, row: RowId) {
        if let Some(extra) = &mut self.extra {
            extra.timers.disarm(row);
        }
    }

    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.extra.as_ref()?.timers.next_deadline()
    }

    /// The machine has ended: nothing is active, no timer runs, no message waits any more.
    pub(crate) fn clear(&mut self) {
        self.store = M::Store::EMPTY;
        let reason = self.exit_reason().unwrap_or(ExitReason::Normal);
        let Some(extra) = &mut self.extra else { return };
        extra.timers.clear();
        extra.internal.clear();
        let given_up = match self.is_driven {
            true => VecDeque::new(),
            false => std::mem::take(&mut extra.deferred),
        };
        let waiting = given_up.into_iter().filter_map(|envelope| envelope.port);
        for port in waiting.chain(extra.port.take()) {
            port.refuse(CallError::Died(reason.clone()));
        }
    }
}

/// The error of a step that neither completed nor was caught.
pub(crate) fn broken() -> Error {
    Error::raised("a step of this machine did not complete: it panicked, or its future was dropped")
}
