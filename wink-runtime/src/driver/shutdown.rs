//! The orderly end of a system, and what would not end.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::system::System;
use crate::core::exit::Identity;
use crate::core::station::Site;

/// What a shutdown came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "machines may have been left that would not stop"]
pub struct Shutdown {
    left: Vec<Identity>,
}

impl Shutdown {
    /// The machines that did not stop in time; empty when all did.
    pub fn left(&self) -> &[Identity] {
        &self.left
    }

    /// Whether every machine has ended.
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl System {
    /// Ends all machines in good order and waits for that: those that the program spawned, the
    /// youngest first, each after its own children. Exit actions run. An async receiver that
    /// is under way has the system's grace to finish, then it is killed. Machines that are
    /// spawned from now on do not start.
    ///
    /// A step that neither ends nor waits cannot be killed. When nothing has ended for twice
    /// the grace, the report names what is left.
    pub async fn shutdown(&self) -> Shutdown {
        self.shared().close();
        let roots = self.list(true);
        for root in roots.into_iter().rev() {
            root.stop();
            if self.patiently(root.closed()).await.is_none() {
                return Shutdown {
                    left: self.machines(),
                };
            }
        }
        // Nothing is left to stop, but the last one may not have told of its end yet.
        let left = match self.patiently(self.wait()).await {
            Some(()) => Vec::new(),
            None => self.machines(),
        };
        Shutdown { left }
    }

    /// Waits for `future`; gives up when no machine has ended for twice the grace.
    async fn patiently<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let shared = self.shared();
        let patience = shared.grace * 2 + Duration::from_millis(1);
        loop {
            let before = shared.gone();
            let mut late = shared.sleep(patience);
            let over = poll_fn(|context| match future.as_mut().poll(context) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => late.as_mut().poll(context).map(|()| None),
            });
            match over.await {
                Some(output) => return Some(output),
                None if shared.gone() == before => return None,
                None => {}
            }
        }
    }
}
