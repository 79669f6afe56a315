//! A step of a machine with `async` functions as a future that is a plain value until something
//! waits.
//!
//! What an `async fn` keeps lies behind a pinned pointer that the optimizer may not look through,
//! and a step that goes through it several times is several times slower than plain code. So the
//! part that never waits runs outside, and the coroutine is made, on the heap, for the rest only.
//!
//! Must not know of: what may follow a step.

use super::begin::{Begun, begin, resume};
use super::under_way::UnderWay;
use crate::core::observer::Observer;
use crate::core::outcome::Outcome;
use crate::core::status::Phase;
use crate::core::steps::{Parts, StepsAsync};
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;

/// The step for one message, until it is over.
struct Dispatching<'step, M: StepsAsync, O, Open, Rest> {
    /// What the step begins with; gone when it has begun.
    fresh: Option<(&'step mut Parts<M>, M::Message, O)>,
    /// Makes the future of what has been left open.
    open: Open,
    /// What has been left open.
    rest: Later<Rest>,
}

/// A future that is seldom there. Most are not, and to drop one of those is one comparison: the
/// code that drops a coroutine is never merged into a step.
struct Later<Rest>(ManuallyDrop<Option<Pin<Box<Rest>>>>);

impl<Rest> Drop for Later<Rest> {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        #[inline(never)]
        fn really<T>(rest: T) {
            drop(rest);
        }
        if let Some(rest) = self.0.take() {
            really(rest);
        }
    }
}

/// Nothing in it is pinned but what lies in the box.
impl<M: StepsAsync, O, Open, Rest> Unpin for Dispatching<'_, M, O, Open, Rest> {}

impl<'step, M, O, Open, Rest> Dispatching<'step, M, O, Open, Rest>
where
    M: StepsAsync,
    Rest: Future<Output = Outcome>,
{
    /// Polls what has been left open.
    #[cold]
    #[inline(never)]
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<Outcome> {
        match &mut *self.rest.0 {
            Some(rest) => rest.as_mut().poll(context),
            None => panic!("a step was polled after it was over"),
        }
    }
}

impl<'step, M, O, Open, Rest> Future for Dispatching<'step, M, O, Open, Rest>
where
    M: StepsAsync,
    O: Observer,
    Open: Fn(&'step mut Parts<M>, Outcome, Option<M::Message>, O) -> Pin<Box<Rest>>,
    Rest: Future<Output = Outcome>,
{
    type Output = Outcome;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let this = self.get_mut();
        if let Some((parts, message, mut observer)) = this.fresh.take() {
            if parts.cx.phase != Phase::RUNNING {
                // As in the plain `dispatch`: no call here.
                core::hint::cold_path();
                return Poll::Ready(Outcome::ENDED);
            }
            let open = UnderWay { parts: &mut *parts };
            let begun = begin(open.parts, message, &mut observer);
            open.close();
            match begun {
                Begun::Done(outcome) => return Poll::Ready(outcome),
                Begun::Open(outcome, message) => {
                    parts.cx.phase.leave();
                    *this.rest.0 = Some((this.open)(parts, outcome, message, observer));
                }
            }
        }
        this.poll_rest(context)
    }
}

/// As the plain `dispatch`; a future that is ready at once when nothing of the step waits.
#[inline]
pub(crate) fn dispatch_async<'step, M: StepsAsync, O: Observer>(
    parts: &'step mut Parts<M>,
    message: M::Message,
    observer: O,
) -> impl Future<Output = Outcome> + use<'step, M, O> {
    #[cold]
    #[inline(never)]
    fn open<M: StepsAsync, O: Observer>(
        parts: &mut Parts<M>,
        outcome: Outcome,
        message: Option<M::Message>,
        mut observer: O,
    ) -> Pin<Box<impl Future<Output = Outcome>>> {
        Box::pin(async move { resume(parts, outcome, message, &mut observer).await })
    }
    Dispatching {
        fresh: Some((parts, message, observer)),
        open,
        rest: Later(ManuallyDrop::new(None)),
    }
}
