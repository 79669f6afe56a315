//! Credentials for the processes of machines, by which these show others who they are.

use crate::core::Id;
use std::path::Path;
use std::time::Duration;
use wink_runtime::process::protocol::Issued;
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
    pub(super) fn issue(&self, id: Id) -> Result<Issued, String> {
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
        })
    }
}
