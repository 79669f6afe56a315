//! Questions whose answers go on to somebody else: a question handed on to another machine,
//! and messages whose sender wants to know that they were handled.
//!
//! Must not know: mailboxes, drivers, how a loop's mail is queued. That a machine panicked with a
//! question in its hands is told when it has ended, and why.

use std::any::Any;
use std::sync::{Arc, PoisonError};

use super::{CallError, Open, Port, Reply, ReplyPort, Settled, Slot};
use crate::core::event_loop::post::Post;
use crate::core::exit::Down;
use crate::core::machine::Messages;
use crate::core::station::{Handle, Tie};
use crate::core::sync::{Mutex, MutexGuard};
use crate::link::ear;

/// Where what comes of a question goes on to.
pub(crate) trait Settle<R> {
    /// The answer, or why there is none. Called on the thread of whoever answers, with no lock
    /// held.
    fn settle(self, settled: Result<R, CallError>);

    /// As [`settle`](Self::settle), with the answer, in a loop between two steps.
    fn answer_here(self, reply: R, post: &mut Post)
    where
        Self: Sized,
    {
        let _ = post;
        self.settle(Ok(reply));
    }

    /// The machine ended and had not read the question: here it is back.
    fn unread(self, message: Box<dyn Any + Send>, error: CallError)
    where
        Self: Sized,
    {
        drop(message);
        self.settle(Err(error));
    }

    /// Whether somebody still waits.
    fn is_awaited(&self) -> bool {
        true
    }
}

/// Makes the end for whoever answers, the machine `to`; what comes of the question goes on.
pub(crate) fn port_onward<R>(settle: impl Settle<R> + Send + 'static, to: Handle) -> ReplyPort<R> {
    port_onward_in(None, settle, to)
}

/// A slot whose question was answered, for the next one.
pub(crate) struct Spare<R>(Slot<R>);

/// As [`port_onward`], in that slot if it is still to be had.
pub(crate) fn port_onward_in<R>(
    spare: Option<Spare<R>>,
    settle: impl Settle<R> + Send + 'static,
    to: Handle,
) -> ReplyPort<R> {
    let settled = Settled::Onward(alone(settle, to));
    if let Some(Spare(mut slot)) = spare
        && let Some(own) = Arc::get_mut(&mut slot)
    {
        *own.get_mut().unwrap_or_else(PoisonError::into_inner) = settled;
        return ReplyPort { slot: Some(slot) };
    }
    let slot = Arc::new(Mutex::new(settled));
    ReplyPort { slot: Some(slot) }
}

impl<R> ReplyPort<R> {
    /// As [`answer`](Self::answer), in a loop between two steps: an asker that is a machine of
    /// this loop gets it by its mail. The slot is left over, if nobody looks there.
    pub(crate) fn answer_here(mut self, reply: R, post: &mut Post) -> Option<Spare<R>> {
        let slot = self.slot.take()?;
        match pass_here(super::lock(&slot), reply, post) {
            None => Some(Spare(slot)),
            Some(reply) => {
                self.slot = Some(slot);
                self.answer(reply);
                None
            }
        }
    }
}

/// Where what comes of many questions goes on to, each by its number.
pub(crate) trait Returns<R>: Send + Sync {
    /// As [`Settle::settle`].
    fn settle(&self, number: u64, reply: R);

    /// Whether somebody still waits.
    fn is_awaited(&self) -> bool;

    /// What settles that question alone: for whatever is no answer.
    fn alone(self: Arc<Self>, number: u64) -> Box<dyn Onward<R> + Send>;
}

/// What settles one question to `to`, as [`port_onward`] has it.
pub(crate) fn alone<R>(
    settle: impl Settle<R> + Send + 'static,
    to: Handle,
) -> Box<dyn Onward<R> + Send> {
    let settle = Held::Own(Some(settle));
    Box::new(Hand { settle, to })
}

/// [`Settle`] in a slot, whatever its type.
pub(crate) trait Onward<R> {
    fn settle(&mut self, settled: Result<R, CallError>);

    /// As [`Settle::answer_here`].
    fn answer_here(&mut self, reply: R, post: &mut Post);

    fn unread(&mut self, message: Box<dyn Any + Send>, error: CallError);

    /// The machine panicked with the question in its hands. `settle` may follow, if somebody can
    /// say why; but the machine's end says it too.
    fn lost(&mut self);

    fn is_awaited(&self) -> bool;
}

/// Settles once, whoever comes first: the answer, or the end of the machine.
struct Hand<S> {
    settle: Held<S>,
    to: Handle,
}

/// Who settles: shared only when the end of a machine may have to.
enum Held<S> {
    Own(Option<S>),
    Shared(Arc<Mutex<Option<S>>>),
}

impl<S> Held<S> {
    fn take(&mut self) -> Option<S> {
        match self {
            Held::Own(settle) => settle.take(),
            Held::Shared(settle) => take(settle),
        }
    }

    fn share(&mut self) -> Arc<Mutex<Option<S>>> {
        let shared = match self {
            Held::Own(settle) => Arc::new(Mutex::new(settle.take())),
            Held::Shared(settle) => settle.clone(),
        };
        *self = Held::Shared(shared.clone());
        shared
    }
}

fn lock<S>(settle: &Mutex<Option<S>>) -> MutexGuard<'_, Option<S>> {
    settle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take<S>(settle: &Mutex<Option<S>>) -> Option<S> {
    lock(settle).take()
}

impl<R, S: Settle<R> + Send + 'static> Onward<R> for Hand<S> {
    fn settle(&mut self, settled: Result<R, CallError>) {
        let Some(settle) = self.settle.take() else {
            return;
        };
        settle.settle(match settled {
            // A machine that ended dropped what it held, one that is to begin again too: the end
            // is the reason to tell.
            Err(CallError::Unanswered) => match self.to.0.ended_or_down() {
                Some(reason) => Err(CallError::Died(reason)),
                None => Err(CallError::Unanswered),
            },
            settled => settled,
        });
    }

    fn answer_here(&mut self, reply: R, post: &mut Post) {
        if let Some(settle) = self.settle.take() {
            settle.answer_here(reply, post);
        }
    }

    fn unread(&mut self, message: Box<dyn Any + Send>, error: CallError) {
        if let Some(settle) = self.settle.take() {
            settle.unread(message, error);
        }
    }

    fn lost(&mut self) {
        let settle = self.settle.share();
        let tell = move |down: &Down| {
            if let Some(settle) = take(&settle) {
                settle.settle(Err(CallError::Died(down.reason().clone())));
            }
        };
        self.to.watch(ear("question", tell), Tie::Monitor);
    }

    fn is_awaited(&self) -> bool {
        match &self.settle {
            Held::Own(settle) => settle.as_ref().is_some_and(S::is_awaited),
            Held::Shared(settle) => lock(settle).as_ref().is_some_and(S::is_awaited),
        }
    }
}

/// Passes on what came of a question that goes on. The lock is free when anybody hears of it.
pub(super) fn pass<R>(mut state: MutexGuard<'_, Settled<R>>, settled: Settled<R>) {
    let mut onward = match std::mem::replace(&mut *state, Settled::Taken) {
        Settled::Onward(onward) | Settled::OnwardLost(onward) => onward,
        Settled::Common(returns, number) => match settled {
            Settled::Answered(reply) => {
                drop(state);
                return returns.settle(number, reply);
            }
            _ => returns.alone(number),
        },
        other => {
            *state = other;
            return;
        }
    };
    let settled = match settled {
        Settled::Answered(reply) => Ok(reply),
        Settled::Refused(error) => Err(error),
        _ => {
            onward.lost();
            *state = Settled::OnwardLost(onward);
            return;
        }
    };
    drop(state);
    onward.settle(settled);
}

/// Passes on an answer in a loop between two steps; it comes back when it does not go on.
fn pass_here<R>(mut state: MutexGuard<'_, Settled<R>>, reply: R, post: &mut Post) -> Option<R> {
    let mut onward = match std::mem::replace(&mut *state, Settled::Taken) {
        Settled::Onward(onward) => onward,
        other => {
            *state = other;
            return Some(reply);
        }
    };
    drop(state);
    onward.answer_here(reply, post);
    None
}

/// A question that was handed on to another machine: its answer is the answer to the first.
pub(crate) struct Forward<Msg: Messages, T> {
    open: Open<Msg, T>,
    port: Box<dyn Port<T> + Send>,
}

impl<Msg: Messages, T> Forward<Msg, T> {
    /// The answers, opened by `open`, become those of `reply`.
    pub(crate) fn new(open: Open<Msg, T>, reply: Reply<T>) -> Self {
        let port = reply.port;
        Self { open, port }
    }
}

impl<Msg: Messages, T> Settle<Msg::Reply> for Forward<Msg, T> {
    fn settle(self, settled: Result<Msg::Reply, CallError>) {
        match settled.map(self.open) {
            Ok(Some(value)) => self.port.answer(value),
            // Generated code opens every answer that it makes; another one would be none.
            Ok(None) => self.port.refuse(CallError::Unanswered),
            Err(error) => self.port.refuse(error),
        }
    }

    fn is_awaited(&self) -> bool {
        self.port.is_awaited()
    }
}
