//! Credentials for the processes of machines, by which these show others who they are.

use super::Server;
use crate::core::{Client, Id};
use crate::request::Answer;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use wink_runtime::process::protocol::{Issued, ToMachine};
use wink_runtime::remote::{Authority, Credential, Grant, KeyError, Keys, Kind, Roles};

/// For how long a credential is valid. A process asks for the next one before that is over.
const VALID: Duration = Duration::from_secs(3_600);

/// What gives credentials to processes.
pub(super) enum Issuer {
    /// The cluster was made here: each process has a credential of its own.
    Authority(Box<Authority>),
    /// The computer has joined a cluster, and nobody here can sign: processes show what the node
    /// does. They are its user's, who can read that anyway.
    Own(Credential),
    /// Why there are none.
    Nobody(String),
}

impl Issuer {
    /// The keys in that directory; they are made when there are none.
    pub(super) fn open(directory: &Path) -> Self {
        let issuer = Keys::open_or_init(directory).and_then(|keys| match keys.authority() {
            Ok(authority) => Ok(Issuer::Authority(Box::new(authority))),
            Err(KeyError::NoAuthority(_)) => keys.node().map(Issuer::Own),
            Err(error) => Err(error),
        });
        issuer.unwrap_or_else(|error| Issuer::Nobody(error.to_string()))
    }

    /// A credential for the process of that machine. It may send and look, and nothing else:
    /// what it starts and stops, it does by its node.
    pub(super) fn issue(&self, id: Id, withdrawn: &BTreeSet<String>) -> Result<Issued, String> {
        let issued;
        let credential = match self {
            Issuer::Authority(authority) => {
                let name = format!("process-{}", id.0);
                let roles = Roles::SEND | Roles::OBSERVE;
                let grant = Grant::new(name, Kind::Node, roles).valid(VALID);
                issued = authority.issue(&grant).map_err(|error| error.to_string())?;
                &issued
            }
            Issuer::Own(credential) => credential,
            Issuer::Nobody(why) => return Err(why.clone()),
        };
        Ok(Issued {
            pem: credential.to_pem(),
            valid: u64::try_from(VALID.as_millis()).unwrap_or(u64::MAX),
            withdrawn: withdrawn.iter().cloned().collect(),
        })
    }
}

impl Server {
    /// Lets holders of that name in no more: by this node, and by the processes of its machines.
    pub(super) fn withdraw(&mut self, client: Client, name: String) {
        if let Err(reason) = self.write_withdrawn(&name) {
            return self.fail(client, reason);
        }
        self.withdrawn.insert(name.clone());
        for running in self.running.values() {
            let told = ToMachine::Withdrawn { name: name.clone() };
            // One that hears no more is about to end.
            let _ = running.say.send(told);
        }
        self.answer(client, Answer::Done);
        self.wire.refuse([name]);
    }

    fn write_withdrawn(&self, name: &str) -> Result<(), String> {
        let keys = Keys::open(&self.options.keys).map_err(|error| error.to_string())?;
        let own = keys.node().map_err(|error| error.to_string())?;
        if own.holder().name == name {
            return Err(format!("`{name}` is this node itself"));
        }
        keys.withdraw(name).map_err(|error| error.to_string())
    }
}
