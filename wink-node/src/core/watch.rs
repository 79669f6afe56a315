//! Looks at a machine, again and again, for somebody who watches it.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::ask::{Pending, Wants};
use super::{Client, Core, Effect, Id};
use crate::request::{Answer, Row, Shown};
use std::time::Duration;
use wink_runtime::process::protocol::{Look, ToMachine};

/// How many may watch one machine.
const WATCHERS: usize = 16;

/// The shortest and the longest time between two looks.
const BETWEEN: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(60)];

/// How long a machine may take to answer before it is said to be busy.
const BUSY: Duration = Duration::from_millis(500);

/// Somebody who watches a machine.
pub(super) struct Watcher {
    client: Client,
    machine: Id,
    every: Duration,
    next: Duration,
    /// Since when the machine has not answered.
    waits: Option<Duration>,
}

impl Core {
    /// Shows a client a machine every so many milliseconds, until the machine has ended or the
    /// client has left.
    pub fn watch(&mut self, now: Duration, client: Client, target: &str, every: u64) {
        let id = match self.resolve(target) {
            Ok(id) => id,
            Err(reason) => return self.fail(client, reason),
        };
        let same = self.watchers.iter().filter(|one| one.machine == id);
        if same.count() >= WATCHERS {
            let reason = format!("{WATCHERS} watch this machine already");
            return self.fail(client, reason);
        }
        let every = Duration::from_millis(every).clamp(BETWEEN[0], BETWEEN[1]);
        self.watchers.push(Watcher {
            client,
            machine: id,
            every,
            next: now,
            waits: None,
        });
        self.look_at_watched(now);
    }

    /// Looks where it is time to. A machine that has not answered the last look for a while is
    /// busy, and is shown without one.
    pub(super) fn look_at_watched(&mut self, now: Duration) {
        let mut watchers = std::mem::take(&mut self.watchers);
        for watcher in watchers.iter_mut().filter(|watcher| watcher.next <= now) {
            watcher.next = now + watcher.every;
            if let Some(since) = watcher.waits {
                let is_busy = now.saturating_sub(since) >= BUSY;
                if let Some(machine) = self.machines.get(&watcher.machine).filter(|_| is_busy) {
                    let row = self.row(now, machine);
                    self.show(watcher.client, row, None);
                }
                continue;
            }
            watcher.waits = Some(now);
            let request = self.next_request;
            self.next_request += 1;
            let pending = Pending::look(watcher.machine, watcher.client);
            self.pending.insert(request, pending);
            let question = ToMachine::Look { id: request };
            self.effect(Effect::Say(watcher.machine, question));
        }
        let next = watchers.iter().map(|watcher| watcher.next).min();
        self.watchers = watchers;
        if let Some(next) = next {
            self.wake_at(next);
        }
    }

    /// A machine shows itself.
    pub(super) fn looked(&mut self, now: Duration, id: Id, request: u64, look: Box<Look>) {
        let pending = self.pending.get(&request);
        let Some(client) = pending.and_then(|pending| pending.looker(id)) else {
            return;
        };
        self.pending.remove(&request);
        for watcher in &mut self.watchers {
            if watcher.client == client {
                watcher.waits = None;
            }
        }
        let Some(machine) = self.machines.get(&id) else {
            return;
        };
        let mut row = self.row(now, machine);
        // The oldest one is the process's own.
        if let Some(own) = look.system.machines.first() {
            if !machine.is_stopping {
                row.state = own.states.join("+");
            }
            row.mail = Some(own.queued);
        }
        let machines = look.system.loops.iter().map(|one| one.machines).sum();
        row.machines = Some(machines);
        self.show(client, row, Some(look));
    }

    fn show(&mut self, client: Client, row: Row, look: Option<Box<Look>>) {
        let shown = Box::new(Shown { row, look });
        self.answer(client, Answer::Shown(shown));
    }

    /// A machine is gone: there is nothing to be seen any more.
    pub(super) fn forget_watchers(&mut self, id: Id, why: &str) {
        let watchers = std::mem::take(&mut self.watchers);
        let (gone, still): (Vec<_>, Vec<_>) = watchers
            .into_iter()
            .partition(|watcher| watcher.machine == id);
        self.watchers = still;
        for watcher in gone {
            self.fail(watcher.client, format!("the machine has ended: {why}"));
        }
    }

    /// A client has gone.
    pub(super) fn forget_watching(&mut self, client: Client) {
        self.watchers.retain(|watcher| watcher.client != client);
    }
}

impl Pending {
    fn look(machine: Id, client: Client) -> Pending {
        Pending {
            machine,
            wants: Wants::Look(client),
            deadline: None,
        }
    }

    /// Who looks at this machine, when that is what is wanted.
    fn looker(&self, machine: Id) -> Option<Client> {
        match self.wants {
            Wants::Look(client) if self.machine == machine => Some(client),
            _ => None,
        }
    }
}
