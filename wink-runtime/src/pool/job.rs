//! One message of a pool, from its sender to its worker and back.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};

use super::Inner;
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::effect::ReplyOf;
use crate::core::exit::ExitReason;
use crate::core::mailbox::Envelope;
use crate::core::question::{CallError, Found, Pending, ReplyPort, Settle, port, port_onward};
use crate::core::station::BoxFuture;

/// A message that a pool has taken: ready when a worker has handled it.
///
/// # Errors
/// [`CallError::Died`] when the worker that had been given the message ended, or failed on it;
/// [`CallError::Unhandled`] and [`CallError::Ignored`] when the worker does not receive it in its
/// state; [`CallError::Unanswered`] when the pool was dropped first.
///
/// Dropped, it changes nothing: the message is handled all the same.
#[must_use = "it says whether the message was handled; drop it if that does not matter"]
pub struct Job(Pending<()>);

impl Future for Job {
    type Output = Result<(), CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context).map(|found| match found {
            Found::Answer(()) => Ok(()),
            Found::Error(error) => Err(error),
            Found::Lost | Found::Nothing => Err(CallError::Unanswered),
        })
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Job").finish_non_exhaustive()
    }
}

/// A message that waits for a worker.
pub(super) struct Work<M: Drive> {
    message: M::Message,
    /// What leads it to its worker, in a pool that goes by keys.
    pub(super) key: u64,
    done: Done<M>,
}

/// Whom it is told that a message was handled.
enum Done<M: Drive> {
    /// Who has sent it.
    Handled(ReplyPort<()>),
    /// Who has asked it.
    Answered(ReplyPort<ReplyOf<M>>),
}

impl<M: Drive> Done<M> {
    /// Tells what became of it. Why the worker ended, if it failed on it.
    fn settle(self, settled: Result<ReplyOf<M>, CallError>) -> Option<ExitReason> {
        let lost = match &settled {
            Err(CallError::Died(reason)) => Some(reason.clone()),
            _ => None,
        };
        match (self, settled) {
            // It was handled; an answer, if it was a question, is for nobody.
            (Done::Handled(port), Ok(_) | Err(CallError::Unanswered)) => port.answer(()),
            (Done::Handled(port), Err(error)) => port.refuse(error),
            (Done::Answered(port), Ok(reply)) => port.answer(reply),
            (Done::Answered(port), Err(error)) => port.refuse(error),
        }
        lost
    }
}

/// A question that a pool is asked: made by [`Pool::call`](crate::Pool::call).
pub(super) struct Asked<M: Drive>(Pending<ReplyOf<M>>);

impl<M: Drive> Future for Asked<M> {
    type Output = Result<ReplyOf<M>, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context).map(|found| match found {
            Found::Answer(reply) => Ok(reply),
            Found::Error(error) => Err(error),
            Found::Lost | Found::Nothing => Err(CallError::Unanswered),
        })
    }
}

/// What goes with a message that is offered to a pool, and what waits for it.
pub(super) trait Wait<M: Drive>: Sized {
    /// A message and who waits for it.
    fn work(message: M::Message, key: u64) -> (Work<M>, Self);
}

impl<M: Drive> Wait<M> for Job {
    fn work(message: M::Message, key: u64) -> (Work<M>, Self) {
        let (done, pending) = port();
        let done = Done::Handled(done);
        (Work { message, key, done }, Job(pending))
    }
}

impl<M: Drive> Wait<M> for Asked<M> {
    fn work(message: M::Message, key: u64) -> (Work<M>, Self) {
        let (done, pending) = port();
        let done = Done::Answered(done);
        (Work { message, key, done }, Asked(pending))
    }
}

impl<M: Drive> Work<M> {
    /// Whether it is a question that nobody waits for any more.
    pub(super) fn is_forsaken(&self) -> bool {
        matches!(&self.done, Done::Answered(port) if !port.is_awaited())
    }

    /// Gives it to a worker.
    pub(super) fn give(self, pool: &Arc<Inner<M>>, worker: &Address<M>) {
        let done = Arc::new(Mutex::new(Some(self.done)));
        let given = Given {
            pool: Arc::downgrade(pool),
            worker: worker.clone(),
            key: self.key,
            done: done.clone(),
        };
        let mut envelope = Envelope::new(self.message);
        envelope.port = Some(port_onward(given, worker.handle()));
        let sending = worker.post(envelope);
        let (pool, worker, key) = (Arc::downgrade(pool), worker.clone(), self.key);
        run_by_itself(Box::pin(async move {
            let Err((envelope, _)) = sending.await else {
                return;
            };
            // It is not with the worker: whatever becomes of the port is nothing to the job.
            let taken = done.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (Some(done), Some(pool)) = (taken, pool.upgrade()) else {
                return;
            };
            let message = envelope.message;
            drop(envelope.port);
            pool.returned(&worker, Work { message, key, done });
        }));
    }
}

/// A message that a worker has been given.
struct Given<M: Drive> {
    pool: Weak<Inner<M>>,
    worker: Address<M>,
    key: u64,
    /// Empty when the worker did not take it after all.
    done: Arc<Mutex<Option<Done<M>>>>,
}

impl<M: Drive> Settle<ReplyOf<M>> for Given<M> {
    fn settle(self, settled: Result<ReplyOf<M>, CallError>) {
        let Some(done) = self
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        else {
            return;
        };
        let lost = done.settle(settled);
        if let Some(pool) = self.pool.upgrade() {
            pool.settled(&self.worker, lost);
        }
    }

    fn unread(self, message: Box<dyn Any + Send>, error: CallError) {
        let message = match message.downcast::<M::Message>() {
            Ok(message) => *message,
            Err(_) => return Settle::<ReplyOf<M>>::settle(self, Err(error)),
        };
        let Some(done) = self
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        else {
            return;
        };
        if let Some(pool) = self.pool.upgrade() {
            pool.returned(
                &self.worker,
                Work {
                    message,
                    key: self.key,
                    done,
                },
            );
        }
    }
}

/// Runs a short future without an executor: on this thread as far as it goes, then on the thread
/// that wakes it.
fn run_by_itself(future: BoxFuture<'static, ()>) {
    let running = Arc::new(Running {
        state: Mutex::new(State {
            future: Some(future),
            again: false,
        }),
    });
    running.run();
}

struct Running {
    state: Mutex<State>,
}

struct State {
    /// Out while it is polled.
    future: Option<BoxFuture<'static, ()>>,
    /// It was woken while it was polled.
    again: bool,
}

impl Running {
    fn run(self: Arc<Self>) {
        let waker = Waker::from(self.clone());
        let mut context = Context::from_waker(&waker);
        loop {
            let future = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.again = state.future.is_none();
                state.future.take()
            };
            // Somebody polls it, and sees that it was woken; or it is done.
            let Some(mut future) = future else { return };
            if future.as_mut().poll(&mut context).is_ready() {
                return;
            }
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.future = Some(future);
            if !std::mem::take(&mut state.again) {
                return;
            }
        }
    }
}

impl Wake for Running {
    fn wake(self: Arc<Self>) {
        self.run();
    }
}
