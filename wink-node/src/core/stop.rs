//! Stopping: a machine after everything that it has started, the youngest first; asked, then
//! killed.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Client, Core, Effect, Id, Phase, Spawner};
use crate::request::Answer;
use std::time::Duration;
use wink_runtime::process::protocol::ToMachine;

impl Core {
    /// Stops a machine and everything that it has started; answers when that has ended.
    pub fn stop(&mut self, now: Duration, client: Client, target: &str) {
        match self.resolve(target) {
            Err(reason) => self.fail(client, reason),
            Ok(id) => {
                if let Some(machine) = self.machines.get_mut(&id) {
                    machine.stoppers.push(client);
                }
                self.stop_tree(now, id);
            }
        }
    }

    /// Stops everything; [`Effect::Over`] follows when that has ended.
    pub fn shutdown(&mut self, now: Duration, client: Option<Client>) {
        self.closing.get_or_insert_default().extend(client);
        let roots = self.machines.iter().rev().filter(|(_, machine)| {
            let spawner = match machine.spawner {
                Spawner::Machine(spawner, _) => self.machines.get(&spawner),
                Spawner::Client(_) => None,
            };
            spawner.is_none()
        });
        // One tree does not wait for another.
        let roots: Vec<Id> = roots.map(|(&id, _)| id).collect();
        for root in roots {
            self.stop_tree(now, root);
        }
        self.look_whether_over();
    }

    pub(super) fn look_whether_over(&mut self) {
        let Some(closing) = &mut self.closing else {
            return;
        };
        if self.machines.is_empty() && !self.is_over {
            let waiting = std::mem::take(closing);
            self.is_over = true;
            for client in waiting {
                self.answer(client, Answer::Done);
            }
            self.effect(Effect::Over);
        }
    }

    pub(super) fn stop_tree(&mut self, now: Duration, root: Id) {
        let (mut open, mut tree) = (vec![root], Vec::new());
        while let Some(id) = open.pop() {
            if let Some(machine) = self.machines.get_mut(&id) {
                machine.is_stopping = true;
                open.extend(machine.children.iter().copied());
                tree.push(id);
            }
        }
        tree.sort();
        for id in tree.into_iter().rev() {
            self.ask_to_stop(now, id);
        }
    }

    /// Asks a machine to stop, when all that is to end before it has.
    fn ask_to_stop(&mut self, now: Duration, id: Id) {
        let Some(machine) = self.machines.get(&id) else {
            return;
        };
        let is_ready = machine.is_stopping
            && !machine.is_asked
            && machine.children.is_empty()
            && !self.has_younger_sibling(id, machine.spawner);
        if !is_ready {
            return;
        }
        if machine.phase == Phase::Waiting {
            let reason = "stopped before it had started".to_owned();
            self.end(now, id, Some(reason));
            return;
        }
        let deadline = now + self.settings.grace;
        if let Some(machine) = self.machines.get_mut(&id) {
            machine.is_asked = true;
            machine.kill_at = Some(deadline);
        }
        self.effect(Effect::Say(id, ToMachine::Stop));
        self.wake_at(deadline);
    }

    /// A sibling that is younger and is to stop too goes first.
    fn has_younger_sibling(&self, id: Id, spawner: Spawner) -> bool {
        let Spawner::Machine(spawner, _) = spawner else {
            return false;
        };
        let Some(spawner) = self.machines.get(&spawner) else {
            return false;
        };
        let mut younger = spawner.children.range(id..).filter(|&&other| other != id);
        younger.any(|other| {
            let sibling = self.machines.get(other);
            sibling.is_some_and(|sibling| sibling.is_stopping)
        })
    }

    /// A machine has gone: who waited for that is asked now.
    pub(super) fn go_on_stopping(&mut self, now: Duration, spawner: Spawner) {
        let Spawner::Machine(spawner, _) = spawner else {
            return;
        };
        let Some(parent) = self.machines.get(&spawner) else {
            return;
        };
        let siblings: Vec<Id> = parent.children.iter().rev().copied().collect();
        for sibling in siblings {
            self.ask_to_stop(now, sibling);
        }
        self.ask_to_stop(now, spawner);
    }
}
