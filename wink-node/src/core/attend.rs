//! Who hears of a machine's end without having started it: machines of other processes that are
//! linked with its own, and nodes, for such machines of theirs.
//!
//! Must not know of: files, sockets, processes, clocks.

use super::{Client, Core, Effect, Id, Spawner};
use crate::request::Answer;
use std::net::SocketAddr;
use wink_runtime::process::protocol::ToMachine;

/// Who wants to hear of a machine's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attender {
    Machine(Id),
    Client(Client),
}

/// Why a machine is said to have ended that is not there.
const NOBODY: &str = "there is no such machine any more";

impl Core {
    /// A machine is to hear when the one at that address ends, which that node runs.
    pub(super) fn attend(&mut self, id: Id, address: String, node: String) {
        if node != self.address {
            return self.effect(Effect::AttendAbroad { id, node, address });
        }
        let Ok(at) = address.parse::<SocketAddr>() else {
            return;
        };
        match self.attended(at) {
            Some(machine) => {
                // News go to a spawner anyhow.
                let machine = &mut self.machines.get_mut(&machine);
                let machine = machine.as_mut().filter(|machine| {
                    !matches!(machine.spawner, Spawner::Machine(spawner, _) if spawner == id)
                });
                let own = Attender::Machine(id);
                if let Some(machine) = machine
                    && !machine.attenders.contains(&own)
                {
                    machine.attenders.push(own);
                }
            }
            // Of another computer, the address of which is the same, nothing is known here.
            None if at.ip().is_unspecified() => {}
            None => self.tell_ended(id, address, NOBODY.to_owned()),
        }
    }

    /// A node is to hear when the machine at that address ends.
    pub fn attend_for(&mut self, client: Client, target: &str) {
        let at = target.parse().ok().and_then(|at| self.attended(at));
        match at.and_then(|id| self.machines.get_mut(&id)) {
            Some(machine) => machine.attenders.push(Attender::Client(client)),
            None => self.say_ended(client, NOBODY.to_owned()),
        }
    }

    fn attended(&self, address: SocketAddr) -> Option<Id> {
        self.at(address).map(|(id, _)| id).next()
    }

    /// The machine at that address has ended, and another machine is to hear so.
    pub fn tell_ended(&mut self, id: Id, address: String, reason: String) {
        self.effect(Effect::Say(id, ToMachine::Ended { address, reason }));
    }

    fn say_ended(&mut self, client: Client, reason: String) {
        self.answer(client, Answer::Text(reason));
        self.answer(client, Answer::Done);
    }

    pub(super) fn tell_attenders(
        &mut self,
        attenders: Vec<Attender>,
        address: SocketAddr,
        reason: &str,
    ) {
        for attender in attenders {
            match attender {
                Attender::Client(client) => self.say_ended(client, reason.to_owned()),
                Attender::Machine(id) => {
                    self.tell_ended(id, address.to_string(), reason.to_owned());
                }
            }
        }
    }

    /// A client has gone.
    pub(super) fn forget_attending(&mut self, client: Client) {
        for machine in self.machines.values_mut() {
            let own = Attender::Client(client);
            machine.attenders.retain(|attender| *attender != own);
        }
    }
}
