//! A mailbox without its machine's type.
//!
//! Must not know of: messages.

use super::{Mailbox, Order};
use crate::core::effect::ReplyOf;
use crate::core::event_loop::home::What;
use crate::core::exit::{ExitReason, Identity};
use crate::core::link::watchers::Watcher;
use crate::core::machine::Machine;
use crate::core::signal::Signal;
use crate::core::station::{Handle, Station, Tie};
use std::task::{Context, Poll};
use std::time::Duration;

/// For how long a machine may give no sign of life.
#[derive(Default)]
pub(super) struct Silence {
    /// `None` when its system says so.
    limit: Option<Duration>,
    /// Its spawner has been told that it gives none.
    is_told: bool,
}

impl<M> Station for Mailbox<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn loop_number(&self) -> Option<u32> {
        Some(self.door.number)
    }

    fn identity(&self) -> Identity {
        Mailbox::identity(self)
    }

    fn notify(&self, signal: Signal) {
        self.door.home.signal(self.seat(), signal);
    }

    fn tell(&self, what: What) {
        self.door.home.order(self.seat(), what);
    }

    fn stop(&self) {
        self.tell(What::Stop);
    }

    fn drain(&self) {
        self.tell(What::Drain);
    }

    fn hold(&self) -> bool {
        self.tell(What::Hold);
        true
    }

    fn order(&self, order: Order) {
        self.tell(What::Order(order));
    }

    fn watch(&self, watcher: Handle, tie: Tie) {
        let mut state = self.lock();
        if let Some(reason) = state.ended().cloned() {
            drop(state);
            let mut watcher = Watcher::new(watcher);
            watcher.tie(tie);
            watcher.tell(self.identity(), &reason);
            return;
        }
        state.rare().watchers.tie(watcher, tie);
        drop(state);
        self.sweep();
    }

    fn watchers(&self) -> usize {
        let state = self.lock();
        state.rare.as_ref().map_or(0, |rare| rare.watchers.len())
    }

    fn unwatch(&self, watcher: &Handle) {
        Mailbox::unwatch(self, watcher);
    }

    fn untie(&self, watcher: &Handle) {
        Mailbox::untie(self, watcher);
    }

    fn note(&self, watched: &Handle, tie: Tie) {
        if self.door.home.site().is_elsewhere() {
            let is_linked = matches!(tie, Tie::Link);
            self.tell(What::Tied(watched.identity(), Some(is_linked)));
        }
    }

    fn forget(&self, watched: &Handle) {
        if self.door.home.site().is_elsewhere() {
            self.tell(What::Tied(watched.identity(), None));
        }
    }

    fn ended(&self) -> Option<ExitReason> {
        Mailbox::ended(self)
    }

    fn ended_or_down(&self) -> Option<ExitReason> {
        Mailbox::ended_or_down(self)
    }

    fn set_silence(&self, limit: Duration) {
        self.lock().rare().silence.limit = Some(limit);
    }

    fn is_silent(&self, home: u32, time: Duration, usual: Duration) -> bool {
        if self.home().number() != home {
            return false;
        }
        let mut state = self.lock();
        let limit = state.rare.as_ref().and_then(|rare| rare.silence.limit);
        if state.ended().is_some() || time < limit.unwrap_or(usual) {
            return false;
        }
        !std::mem::replace(&mut state.rare().silence.is_told, true)
    }

    fn waits_for(&self) -> Option<Handle> {
        let state = self.lock();
        state.rare.as_ref()?.waits_for.clone()
    }

    fn close(&self, reason: &ExitReason) {
        Mailbox::close(self, reason, None, Vec::new(), |letter, _| drop(letter));
    }

    fn poll_closed(&self, key: &mut Option<u64>, context: &mut Context<'_>) -> Poll<ExitReason> {
        Mailbox::poll_closed(self, key, context)
    }

    fn forget_closed(&self, own: u64) {
        Mailbox::forget_closed(self, own);
    }
}
