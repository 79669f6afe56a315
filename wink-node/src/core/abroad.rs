//! Machines that another node runs for one of this node's: children as any others, of which that
//! node tells; and machines that this node runs for one of another node.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Core, Effect, Id, Machine, Phase};
use crate::name::{Name, Wanted};
use std::net::SocketAddr;
use std::time::Duration;
use wink_runtime::process::protocol::Kind;

/// What another node tells of a machine that it runs for one of this node's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abroad {
    /// It has started.
    Started {
        /// Its full name.
        name: String,
        /// Its address.
        address: String,
        /// Why machines of other processes do not reach it; nothing when they do.
        unreachable: Option<String>,
    },
    /// Something happened in its process, or in one below it.
    Event {
        /// Where: nothing for the machine itself.
        machine: String,
        /// What kind of thing.
        kind: Kind,
        /// What.
        text: String,
    },
    /// It has failed.
    Errored(String),
    /// It has ended, for this reason; `Over` follows.
    Exited(String),
    /// Nothing more will be told: why, when it was lost.
    Over(Option<String>),
}

impl Machine {
    /// Takes over what the node where it is says of it.
    fn is_told(&mut self, name: &str, address: &str) {
        if let Ok(address) = address.parse() {
            self.address = address;
        }
        if let Ok(name) = name.parse::<Name>() {
            (self.base, self.tag) = (name.base, name.tag);
            if let Wanted::Exactly(version) = name.wanted {
                self.version = version;
            }
        }
    }
}

impl Core {
    /// Another node tells of a machine that it runs for one of this node's.
    pub fn abroad(&mut self, now: Duration, id: Id, told: Abroad) {
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        match told {
            Abroad::Started {
                name,
                address,
                unreachable,
            } => {
                machine.is_told(&name, &address);
                self.started(now, id, &address, unreachable);
            }
            Abroad::Event {
                machine,
                kind,
                text,
            } => self.event(id, machine, kind, text),
            Abroad::Errored(error) => machine.error = Some(error),
            Abroad::Exited(reason) => machine.reason = Some(reason),
            Abroad::Over(lost) => {
                // What it failed of is more than that nobody can tell how it is.
                machine.error = machine.error.take().or(lost);
                self.end(now, id, None);
            }
        }
    }

    /// The machine that another node runs at that address.
    pub(super) fn there(&self, address: SocketAddr) -> Option<Id> {
        let mut machines = self.machines.iter();
        let is_it = |machine: &Machine| {
            !machine.is_here() && machine.phase == Phase::Running && machine.address == address
        };
        let found = machines.find(|(_, machine)| is_it(machine));
        found.map(|(&id, _)| id)
    }

    /// The node that runs that machine, when it is another one, and the machine's address there.
    /// Who asks for something of the machine is to ask that node.
    ///
    /// # Errors
    /// When it has not started.
    pub fn runs_there(&self, id: Id) -> Result<Option<(String, String)>, String> {
        let Some(machine) = self.machines.get(&id) else {
            return Ok(None);
        };
        match (&machine.node, machine.phase) {
            (None, _) => Ok(None),
            (Some(node), Phase::Running) => Ok(Some((node.clone(), machine.address.to_string()))),
            (Some(node), _) => Err(format!("the machine has not started yet, on {node}")),
        }
    }

    /// Kills a machine and stops what it has started, for one of another node.
    pub fn kill_for(&mut self, client: super::Client, target: &str) {
        match self.resolve(target) {
            Err(reason) => self.fail(client, reason),
            Ok(id) => {
                if let Some(machine) = self.machines.get_mut(&id) {
                    machine.stoppers.push(client);
                }
                self.kill_child(id);
            }
        }
    }

    /// What was started for machines of a node that has gone is stopped: nobody is left to look
    /// after it, and that node may start it again elsewhere.
    pub(super) fn fence(&mut self, now: Duration, client: super::Client) {
        let is_its = |machine: &Machine| {
            machine.bound.is_some() && machine.spawner == super::Spawner::Client(client)
        };
        let machines = self.machines.iter().filter(|(_, machine)| is_its(machine));
        let ids: Vec<Id> = machines.map(|(&id, _)| id).collect();
        for id in ids.into_iter().rev() {
            self.stop_tree(now, id);
        }
    }

    /// Has another node run it.
    pub(super) fn launch_abroad(&mut self, id: Id, node: String, spawner: String) {
        let Some(machine) = self.machines.get(&id) else {
            return;
        };
        let effect = Effect::LaunchAbroad {
            id,
            node,
            name: machine.base.clone(),
            arguments: machine.arguments.clone(),
            spawner,
        };
        self.effect(effect);
    }
}

impl Machine {
    /// Whether this node runs it itself.
    pub(super) fn is_here(&self) -> bool {
        self.node.is_none()
    }

    /// Whether its name is the whole of what was asked for, since nothing was told yet.
    pub(super) fn is_only_asked_for(&self) -> bool {
        !self.is_here() && self.phase != Phase::Running
    }
}
