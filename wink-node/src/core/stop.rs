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
        for id in self.tree(root) {
            if let Some(machine) = self.machines.get_mut(&id) {
                machine.is_stopping = true;
            }
        }
        self.ask_tree_to_stop(now, root);
    }

    /// A machine and all that it and those have started.
    fn tree(&self, root: Id) -> Vec<Id> {
        let (mut open, mut tree) = (vec![root], Vec::new());
        while let Some(id) = open.pop() {
            if let Some(machine) = self.machines.get(&id) {
                open.extend(machine.children.iter().copied());
                tree.push(id);
            }
        }
        tree
    }

    fn ask_tree_to_stop(&mut self, now: Duration, root: Id) {
        let mut tree = self.tree(root);
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
            && !self.waits_for_younger(id);
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
            // Elsewhere it has a tree of its own, and a node that kills it after its grace.
            machine.kill_at = machine.is_here().then_some(deadline);
        }
        self.effect(Effect::Say(id, ToMachine::Stop));
        self.wake_at(deadline);
    }

    /// Whether a younger sibling, of it or of one that it descends from, is to stop before it.
    fn waits_for_younger(&self, id: Id) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(machine) = self.machines.get(&id) else {
                return false;
            };
            // What goes on running has no place in the order.
            if !machine.is_stopping {
                return false;
            }
            let Spawner::Machine(spawner, _) = machine.spawner else {
                return false;
            };
            let Some(parent) = self.machines.get(&spawner) else {
                return false;
            };
            let mut younger = parent.children.range(id..).filter(|&&other| other != id);
            let is_stopping = |other: &Id| {
                let sibling = self.machines.get(other);
                sibling.is_some_and(|sibling| sibling.is_stopping)
            };
            if younger.any(is_stopping) {
                return true;
            }
            next = Some(spawner);
        }
        false
    }

    /// A machine has gone: who waited for that is asked now.
    pub(super) fn go_on_stopping(&mut self, now: Duration, spawner: Spawner) {
        if let Spawner::Machine(spawner, _) = spawner {
            self.ask_tree_to_stop(now, spawner);
        }
    }
}
