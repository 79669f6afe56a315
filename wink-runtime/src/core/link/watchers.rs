//! Who is told of one end, and as what.
//!
//! Must not know: whose end it is, locks, executors. The caller tells when no lock is held.

use super::ties::Ties;
use crate::core::exit::{Child, ChildEvent, Down, ExitReason, Identity};
use crate::core::signal::Signal;
use crate::core::station::{Handle, StationKey, Tie};

/// Those who are told, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    ties: Ties<StationKey, Watcher>,
}

impl Watchers {
    pub(crate) fn len(&self) -> usize {
        self.ties.len()
    }

    /// Adds a tie to what the watcher has already.
    pub(crate) fn tie(&mut self, watcher: Handle, tie: Tie) {
        self.ties
            .get_or_insert(watcher.key(), || Watcher::new(watcher))
            .tie(tie);
    }

    /// The watcher hears nothing any more, unless it is the spawner.
    pub(crate) fn untie(&mut self, watcher: &Handle) -> Option<Watcher> {
        let known = self.ties.get_mut(watcher.key())?;
        (known.monitor, known.link) = (false, false);
        if known.spawner {
            return None;
        }
        self.ties.remove(watcher.key())
    }

    /// The watcher hears nothing any more at all.
    pub(crate) fn remove(&mut self, watcher: &Handle) -> Option<Watcher> {
        self.ties.remove(watcher.key())
    }

    /// When many have come since the last time: all of them, to be asked, under no lock, whether
    /// they have ended. Those go to [`sweep`](Self::sweep).
    pub(crate) fn due(&self) -> Option<Vec<Handle>> {
        let handles = || {
            self.ties
                .values()
                .map(|watcher| watcher.handle.clone())
                .collect()
        };
        self.ties.is_due().then(handles)
    }

    /// Takes off those that have ended themselves.
    pub(crate) fn sweep(&mut self, ended: &[Handle]) -> Vec<Watcher> {
        self.ties.sweep(ended.iter().map(Handle::key))
    }

    /// Tells everybody.
    pub(crate) fn tell(self, machine: Identity, reason: &ExitReason) {
        for watcher in self.ties.into_values() {
            watcher.tell(machine, reason);
        }
    }
}

/// Somebody who is told of an end, and as what.
#[derive(Debug)]
pub(crate) struct Watcher {
    handle: Handle,
    spawner: bool,
    monitor: bool,
    link: bool,
}

impl Watcher {
    pub(crate) fn new(handle: Handle) -> Self {
        Self {
            handle,
            spawner: false,
            monitor: false,
            link: false,
        }
    }

    pub(crate) fn tie(&mut self, tie: Tie) {
        match tie {
            Tie::Spawner => self.spawner = true,
            Tie::Monitor => self.monitor = true,
            Tie::Link => self.link = true,
        }
    }

    pub(crate) fn tell(&self, machine: Identity, reason: &ExitReason) {
        if self.spawner {
            let child = Child(machine);
            if let Some(error) = reason.error() {
                let errored = ChildEvent::Errored(error.clone());
                self.handle.notify(Signal::Child(child, errored));
            }
            let exited = ChildEvent::Exited(reason.clone());
            self.handle.notify(Signal::Child(child, exited));
        }
        if self.monitor || self.link {
            let down = Down::new(machine, reason.clone(), self.link);
            self.handle.notify(Signal::Down(down));
        }
    }
}
