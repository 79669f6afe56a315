//! A mailbox that outlives its machine: it stays open while the machine is down, until a
//! supervisor has it started again or buried.
//!
//! Must not know: who supervises, how a machine is made.

use std::task::{Context, Poll};

use super::{Envelope, Inbox, Mailbox, wake};
use crate::core::exit::ExitReason;
use crate::core::machine::Machine;

/// What a supervisor wants of a machine that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Start again: the machine is down.
    Restart,
    /// End, and for good. One that runs is stopped first.
    Bury,
    /// End at once, without exit actions.
    Kill,
}

/// What has been ordered, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Orders {
    restart: bool,
    bury: bool,
    kill: bool,
    /// Why the machine is down; `None` while it runs.
    down: Option<ExitReason>,
}

impl Orders {
    /// Whether the machine is down, and its spawner has been told.
    pub(super) fn is_down(&self) -> bool {
        self.down.is_some()
    }
}

impl<M: Machine> Mailbox<M> {
    pub(super) fn order(&self, order: Order) {
        let mut state = self.lock();
        match order {
            Order::Restart => state.orders.restart = true,
            Order::Bury => {
                state.orders.bury = true;
                state.stop = true;
            }
            Order::Kill => {
                state.orders.kill = true;
                state.stop = true;
            }
        }
        let owner = state.owner.take();
        drop(state);
        wake(owner);
    }

    /// Why the machine is down or has ended; `None` while it runs.
    pub(crate) fn ended_or_down(&self) -> Option<ExitReason> {
        let state = self.lock();
        state.ended.clone().or_else(|| state.orders.down.clone())
    }
}

impl<M: Machine> Inbox<M> {
    /// Whether the machine is to end at once.
    pub(crate) fn is_killed(&self) -> bool {
        self.mailbox.lock().orders.kill
    }

    /// The machine is about to be down: who loses an answer by that can say why.
    pub(crate) fn set_down(&self, reason: &ExitReason) {
        self.mailbox.lock().orders.down = Some(reason.clone());
    }

    /// The machine is down: its spawner is told, everything that waits goes on waiting.
    pub(crate) fn go_down(&self, reason: &ExitReason) {
        let mut state = self.mailbox.lock();
        state.orders.down = Some(reason.clone());
        // It has been; the next one has not.
        state.orders.kill = false;
        // News of what the machine was about; the next one knows nothing of that.
        state.signals.clear();
        let spawners: Vec<_> = state
            .watchers
            .values()
            .filter(|watcher| watcher.spawner)
            .map(|watcher| watcher.handle.clone())
            .collect();
        drop(state);
        for handle in spawners {
            let mut watcher = super::Watcher::new(handle);
            watcher.spawner = true;
            watcher.tell_spawner(self.mailbox.identity, reason);
        }
    }

    /// Puts messages that were accepted and not handled back, before all others.
    pub(crate) fn put_back(&self, envelopes: Vec<Envelope<M>>) {
        let mut state = self.mailbox.lock();
        for envelope in envelopes.into_iter().rev() {
            state.mail.push_front(envelope);
        }
    }

    /// Waits, while the machine is down, for what is to become of it.
    pub(crate) fn poll_order(&self, context: &mut Context<'_>) -> Poll<Order> {
        let mut state = self.mailbox.lock();
        if state.orders.bury || state.orders.kill {
            return Poll::Ready(Order::Bury);
        }
        if std::mem::take(&mut state.orders.restart) {
            state.orders.down = None;
            state.stop = false;
            return Poll::Ready(Order::Restart);
        }
        state.owner = Some(context.waker().clone());
        Poll::Pending
    }
}
