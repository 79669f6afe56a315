//! Something that only listens: a function that is called when one of those that it watches ends.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::task::next_identity;
use crate::core::exit::{Down, ExitReason, Identity};
use crate::core::signal::Signal;
use crate::core::station::{Handle, Station, Tie};

struct Ear<F> {
    identity: Identity,
    hear: F,
}

/// A listener for [`Handle::watch`]. `hear` is called on the thread on which the other one ends,
/// with no lock held; it must not wait.
pub(crate) fn ear(name: &'static str, hear: impl Fn(&Down) + Send + Sync + 'static) -> Handle {
    let identity = next_identity(name);
    Handle(Arc::new(Ear { identity, hear }))
}

impl<F: Fn(&Down) + Send + Sync> Station for Ear<F> {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn notify(&self, signal: Signal) {
        if let Signal::Down(down) = signal {
            (self.hear)(&down);
        }
    }

    fn stop(&self) {}

    // Nobody outside of the crate gets an ear's handle, and an ear does not end.
    fn watch(&self, _: Handle, _: Tie) {}

    fn watchers(&self) -> usize {
        0
    }

    fn unwatch(&self, _: &Handle) {}

    fn ended(&self) -> Option<ExitReason> {
        None
    }

    fn poll_closed(&self, _: &mut Option<u64>, _: &mut Context<'_>) -> Poll<ExitReason> {
        Poll::Pending
    }

    fn forget_closed(&self, _: u64) {}
}
