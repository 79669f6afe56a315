//! Questions and their replies: a message that carries the way back for its answer.
//!
//! Must not know: mailboxes, drivers, clocks; of a loop's mail only that an answer may go by it.
//! Whoever asks holds a `Pending`, whoever answers a [`ReplyPort`]; the two share one slot and
//! nothing else.

use std::any::Any;
use std::fmt;
use std::mem;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use super::exit::ExitReason;
use super::machine::Messages;
use super::sync::{Mutex, MutexGuard};

mod onward;
#[cfg(feature = "remote")]
mod slots;
mod straight;

#[cfg(feature = "remote")]
pub(crate) use onward::alone;
pub(crate) use onward::{Forward, Onward, Returns, Settle, Spare, port_onward, port_onward_in};
#[cfg(feature = "remote")]
pub(crate) use slots::Slots;
pub(crate) use straight::Straight;

/// A message that asks for a `T`: what `Message::total()` makes of a variant with
/// `#[reply(u32)]`, and what [`call`](crate::Address::call) takes.
pub struct Question<Msg: Messages, T> {
    message: Msg,
    open: Open<Msg, T>,
}

/// Takes a question's answer out of the replies; `None` for another question's.
pub(crate) type Open<Msg, T> = fn(<Msg as Messages>::Reply) -> Option<T>;

impl<Msg: Messages, T> Question<Msg, T> {
    /// Joins a message with the function that opens its answer. Generated code calls this.
    #[doc(hidden)]
    pub const fn new(message: Msg, open: fn(Msg::Reply) -> Option<T>) -> Self {
        Self { message, open }
    }

    /// The message, and the function that opens its answer.
    pub(crate) fn into_parts(self) -> (Msg, Open<Msg, T>) {
        (self.message, self.open)
    }
}

impl<Msg: Messages + fmt::Debug, T> fmt::Debug for Question<Msg, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Question")
            .field(&self.message)
            .finish()
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallError {
    /// The machine has no row for the question in its present state.
    Unhandled,
    /// The machine ignores the question in its present state.
    Ignored,
    /// The machine took the question and dropped the reply without answering.
    Unanswered,
    /// The machine ended, for this reason, before it had answered.
    Died(ExitReason),
    /// The deadline passed first. The machine may still answer; nobody will hear it.
    Late,
    /// The question or its answer could not be read at the other end of a link between nodes.
    Unreadable(String),
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Unhandled => {
                formatter.write_str("no answer: the machine does not receive this question now")
            }
            CallError::Ignored => {
                formatter.write_str("no answer: the machine ignores this question now")
            }
            CallError::Unanswered => {
                formatter.write_str("no answer: the machine dropped the reply")
            }
            CallError::Died(reason) => {
                write!(formatter, "no answer: the machine has ended: {reason:#}")
            }
            CallError::Late => formatter.write_str("no answer in time"),
            CallError::Unreadable(why) => write!(formatter, "no answer: {why}"),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Died(reason) => reason.error().map(|error| error as _),
            _ => None,
        }
    }
}

/// What the two ends share.
type Slot<R> = Arc<Mutex<Settled<R>>>;

/// How far a question has come.
enum Settled<R> {
    /// Nobody has answered; wake this when somebody has.
    No(Option<Waker>),
    /// The answer.
    Answered(R),
    /// Why there is none.
    Refused(CallError),
    /// The port was dropped by a panic: the machine is about to end, and the reason of
    /// that is the reason to tell.
    Lost(Option<Waker>),
    /// Nobody waits at this slot itself: what comes of the question goes on to this one.
    Onward(Box<dyn Onward<R> + Send>),
    #[cfg_attr(not(feature = "remote"), allow(dead_code))]
    /// As `Onward`, to one that many questions go on to, each with its number.
    Common(Arc<dyn Returns<R>>, u64),
    /// As `Lost`, for a question that goes on.
    OnwardLost(Box<dyn Onward<R> + Send>),
    /// The asker has taken the answer or has gone away.
    Taken,
}

fn lock<R>(slot: &Slot<R>) -> MutexGuard<'_, Settled<R>> {
    // Nothing panics while it holds the lock, except a waker; the state is whole then too.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the two ends of one question.
pub(crate) fn port<R>() -> (ReplyPort<R>, Pending<R>) {
    let slot = Arc::new(Mutex::new(Settled::No(None)));
    (
        ReplyPort {
            slot: Some(slot.clone()),
        },
        Pending { slot: Some(slot) },
    )
}

/// Where the answer to one question goes. Dropped, it tells the asker so.
pub struct ReplyPort<R> {
    /// `None` once it was used.
    slot: Option<Slot<R>>,
}

impl<R> ReplyPort<R> {
    /// A port that nobody waits at.
    pub(crate) const fn nowhere() -> Self {
        ReplyPort { slot: None }
    }

    /// Whether it leads nowhere.
    #[inline(always)]
    pub(crate) const fn is_nowhere(&self) -> bool {
        self.slot.is_none()
    }

    /// The port, if it leads anywhere.
    pub(crate) fn if_awaited(self) -> Option<Self> {
        (!self.is_nowhere()).then_some(self)
    }

    /// Gives the answer.
    pub(crate) fn answer(mut self, reply: R) {
        self.settle(Settled::Answered(reply));
    }

    /// The question has not been asked: its asker hears nothing.
    pub(crate) fn forget(&mut self) {
        self.slot = None;
    }

    /// Says why there is no answer.
    pub(crate) fn refuse(mut self, error: CallError) {
        self.settle(Settled::Refused(error));
    }

    /// Says why there is no answer; and gives the question itself back, unread, to a sender that
    /// wants that.
    pub(crate) fn give_back(
        mut self,
        error: CallError,
        message: impl FnOnce() -> Box<dyn Any + Send>,
    ) {
        match self.take_onward() {
            Some(mut onward) => onward.unread(message(), error),
            None => self.settle(Settled::Refused(error)),
        }
    }

    fn take_onward(&mut self) -> Option<Box<dyn Onward<R> + Send>> {
        let mut state = lock(self.slot.as_ref()?);
        match mem::replace(&mut *state, Settled::Taken) {
            Settled::Onward(onward) => Some(onward),
            Settled::Common(returns, number) => Some(returns.alone(number)),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Whether somebody still waits for the answer.
    pub(crate) fn is_awaited(&self) -> bool {
        let Some(slot) = &self.slot else { return false };
        match &*lock(slot) {
            Settled::No(_) => true,
            Settled::Onward(onward) => onward.is_awaited(),
            Settled::Common(returns, _) => returns.is_awaited(),
            _ => false,
        }
    }

    fn settle(&mut self, settled: Settled<R>) {
        let Some(slot) = self.slot.take() else { return };
        let mut state = lock(&slot);
        let waker = match &mut *state {
            Settled::No(waker) => waker.take(),
            Settled::Onward(_) | Settled::Common(..) => return onward::pass(state, settled),
            // The asker has gone away: the answer goes nowhere.
            _ => return,
        };
        *state = settled;
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Remembers where the answer to a question was to go, and whom to tell if it gets lost.
pub(crate) struct Witness<R>(Slot<R>);

impl<R> ReplyPort<R> {
    /// For whoever outlives a panic that drops the port.
    pub(crate) fn witness(&self) -> Option<Witness<R>> {
        self.slot.clone().map(Witness)
    }
}

impl<R> Witness<R> {
    /// Tells the asker why there is no answer, if the port was dropped by a panic.
    pub(crate) fn explain(self, error: CallError) {
        let mut state = lock(&self.0);
        if let Settled::OnwardLost(_) = &*state {
            return onward::pass(state, Settled::Refused(error));
        }
        let Settled::Lost(waker) = &mut *state else {
            return;
        };
        let waker = waker.take();
        *state = Settled::Refused(error);
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<R: Send + 'static> ReplyPort<R> {
    /// Turns the port into what a receiver keeps to answer later; `wrap` is the variant of
    /// the machine's replies.
    pub(crate) fn defer<T: 'static>(self, wrap: fn(T) -> R) -> Reply<T> {
        Reply {
            port: Box::new(Wrapped { port: self, wrap }),
        }
    }
}

impl<R> Drop for ReplyPort<R> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.is_nowhere() {
            self.give_up();
        }
    }
}

impl<R> ReplyPort<R> {
    /// It is dropped, and nobody has answered.
    #[cold]
    #[inline(never)]
    fn give_up(&mut self) {
        if std::thread::panicking() {
            self.settle(Settled::Lost(None));
        } else {
            self.settle(Settled::Refused(CallError::Unanswered));
        }
    }
}

impl<R> fmt::Debug for ReplyPort<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReplyPort").finish_non_exhaustive()
    }
}

/// The asker's end.
pub(crate) struct Pending<R> {
    /// `None` once an answer or an error was taken.
    slot: Option<Slot<R>>,
}

/// What the asker finds.
#[derive(Debug, PartialEq)]
pub(crate) enum Found<R> {
    /// Nothing yet.
    Nothing,
    /// The answer.
    Answer(R),
    /// Why there is none.
    Error(CallError),
    /// The machine panicked with the question in its hands: ask why it ended.
    Lost,
}

impl<R> Pending<R> {
    /// Of a question that has no way back yet.
    pub(crate) const NOWHERE: Self = Self { slot: None };

    /// Takes what is there. After an answer or an error was taken, there is nothing more.
    pub(crate) fn take(&mut self) -> Found<R> {
        self.look(None)
    }

    /// As [`take`](Self::take), and the task of `context` is woken when something comes.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Found<R>> {
        match self.look(Some(context.waker())) {
            Found::Nothing => Poll::Pending,
            found => Poll::Ready(found),
        }
    }

    fn look(&mut self, waker: Option<&Waker>) -> Found<R> {
        let Some(slot) = &self.slot else {
            return Found::Nothing;
        };
        let mut state = lock(slot);
        let found = match mem::replace(&mut *state, Settled::Taken) {
            Settled::No(old) => {
                *state = Settled::No(waker.cloned().or(old));
                return Found::Nothing;
            }
            Settled::Answered(reply) => Found::Answer(reply),
            Settled::Refused(error) => Found::Error(error),
            Settled::Lost(old) => {
                *state = Settled::Lost(waker.cloned().or(old));
                return Found::Lost;
            }
            // Of a question that goes on there is no asker's end.
            Settled::Taken | Settled::Onward(_) | Settled::Common(..) | Settled::OnwardLost(_) => {
                Found::Nothing
            }
        };
        drop(state);
        self.slot = None;
        found
    }
}

impl<R> Drop for Pending<R> {
    fn drop(&mut self) {
        let Some(slot) = self.slot.take() else { return };
        let unread = mem::replace(&mut *lock(&slot), Settled::Taken);
        // The lock is free again: dropping an answer may run anything.
        drop(unread);
    }
}

/// Answers one question, now or later: what a receiver of a question takes as a parameter
/// when it does not return the answer itself.
///
/// It may be kept in the machine's data or handed to a task. Dropped without an answer, it
/// is [`CallError::Unanswered`] for the caller, at once.
pub struct Reply<T> {
    port: Box<dyn Port<T> + Send>,
}

impl<T: 'static> Reply<T> {
    /// Answers. This takes effect at once; to answer as part of a step, so that a failing
    /// step answers nothing, use the context's `reply`.
    ///
    /// When the asker no longer waits, the answer goes nowhere.
    pub fn answer(self, value: T) {
        self.port.answer(value);
    }

    /// Whether somebody still waits: not when the caller's deadline has passed, or when its
    /// task has gone away.
    pub fn is_awaited(&self) -> bool {
        self.port.is_awaited()
    }

    /// The answer as an effect: given when it is performed, and
    /// [`CallError::Unanswered`] when it is dropped.
    pub(crate) fn with(self, value: T) -> Answer
    where
        T: Send,
    {
        Answer(Box::new(move || self.answer(value)))
    }
}

impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reply").finish_non_exhaustive()
    }
}

/// An answer that waits for the end of its step.
pub struct Answer(Box<dyn FnOnce() + Send>);

impl Answer {
    /// Gives the answer to whoever asked.
    pub fn perform(self) {
        (self.0)();
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Answer").finish_non_exhaustive()
    }
}

/// A [`ReplyPort`] seen through one variant of the replies.
trait Port<T> {
    fn answer(self: Box<Self>, value: T);
    fn refuse(self: Box<Self>, error: CallError);
    fn is_awaited(&self) -> bool;
}

struct Wrapped<T, R> {
    port: ReplyPort<R>,
    wrap: fn(T) -> R,
}

impl<T, R> Port<T> for Wrapped<T, R> {
    fn answer(self: Box<Self>, value: T) {
        self.port.answer((self.wrap)(value));
    }

    fn refuse(self: Box<Self>, error: CallError) {
        self.port.refuse(error);
    }

    fn is_awaited(&self) -> bool {
        self.port.is_awaited()
    }
}

#[cfg(test)]
mod tests;
