//! An asynchronous step on its way: what a loop hands to its driver and gets back.
//!
//! Must not know: which executor runs it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::current::Aside;
use super::home::What;
use super::panic::catch;
use super::slab::Watching;
use crate::core::drive::{Drive, Rest};
use crate::core::exit::{Error, ExitReason};
use crate::core::instance::Instance;
use crate::core::outcome::Outcome;
use crate::core::station::{BoxFuture, Handle};
use crate::core::time::Time;

/// What comes back from an asynchronous step.
pub(crate) struct Returned<M: Drive> {
    pub(crate) instance: Box<Instance<M>>,
    pub(crate) observer: Option<Watching>,
    /// The error is a panic; `None` inside when it was aborted.
    pub(crate) result: Result<Outcome, Option<Error>>,
}

/// Ends an asynchronous step in the middle.
#[derive(Default)]
pub(crate) struct Abort(Mutex<(bool, Option<Waker>)>);

impl Abort {
    pub(crate) fn abort(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = Some(context.waker().clone());
        state.0
    }
}

/// The step as a future for the driver to run. Dropped, it ends its machine.
pub(crate) fn job<M: Drive>(
    instance: Box<Instance<M>>,
    observer: Option<Watching>,
    rest: Rest<M>,
    now: Time,
    own: Handle,
    abort: Arc<Abort>,
    aside: Aside,
) -> BoxFuture<'static, ()> {
    let machine = own.clone();
    let step = async move {
        let (mut instance, mut observer) = (instance, observer);
        let result = {
            let watching: &mut (dyn crate::Observer + Send) = match &mut observer {
                Some(observer) => &mut **observer,
                None => &mut (),
            };
            let mut watching = Box::new(watching);
            let future = M::finish(&mut instance, now, rest, &mut watching);
            Abortable {
                future: Some(future),
                abort,
            }
            .await
        };
        let returned: Returned<M> = Returned {
            instance,
            observer,
            result,
        };
        machine.0.tell(What::Returned(Box::new(returned)));
    };
    Box::pin(Job {
        own,
        aside,
        step: Box::pin(step),
        over: false,
    })
}

/// Polls a step, catches its panics, and drops it when it is aborted.
struct Abortable<'step> {
    future: Option<BoxFuture<'step, Outcome>>,
    abort: Arc<Abort>,
}

impl Future for Abortable<'_> {
    type Output = Result<Outcome, Option<Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(future) = &mut this.future else {
            return Poll::Ready(Ok(Outcome::NOTHING));
        };
        let result = if this.abort.poll(context) {
            Err(None)
        } else {
            match catch(|| future.as_mut().poll(context)) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(outcome)) => Ok(outcome),
                Err(error) => Err(Some(error)),
            }
        };
        let future = this.future.take();
        Poll::Ready(match catch(|| drop(future)) {
            Ok(()) => result,
            Err(error) => Err(Some(error)),
        })
    }
}

struct Job {
    own: Handle,
    aside: Aside,
    step: BoxFuture<'static, ()>,
    over: bool,
}

impl Future for Job {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let polled = this.aside.carry_out(|| this.step.as_mut().poll(context));
        self.over = polled.is_ready();
        polled
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if !self.over {
            // A question in the hands of the step hears why it has no answer: the end is told
            // before the step is dropped.
            self.own.0.close(&ExitReason::Dropped);
        }
    }
}
