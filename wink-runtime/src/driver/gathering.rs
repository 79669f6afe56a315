//! A task that answers askers that have gathered, beside them on their own runtime: they all had
//! their turn before it has, and it wakes them without a word to another thread.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::berth::Berth;

/// Somebody has rung the loop's bell and relies on this.
pub(super) struct Gathering {
    berth: Arc<Berth>,
    /// Others had their turn.
    has_waited: bool,
    is_over: bool,
}

impl Gathering {
    pub(super) fn new(berth: Arc<Berth>) -> Self {
        Self {
            berth,
            has_waited: false,
            is_over: false,
        }
    }
}

impl Future for Gathering {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let has_waited = std::mem::replace(&mut self.has_waited, true);
        if has_waited && !self.berth.answer_crowd() {
            self.is_over = true;
            return Poll::Ready(());
        }
        // A task that wakes itself comes last.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Gathering {
    /// Its runtime has ended before it was over: the loop's own thread has to see to it.
    fn drop(&mut self) {
        let bell = &self.berth.home().bell;
        if !self.is_over && bell.call_off() {
            bell.wake();
        }
    }
}
