//! The process's own place on the wire: machines of other processes reach this one at its
//! address, and it reaches them.
//!
//! Must not know of: any particular machine.

use super::ends;
use super::link::Link;
use super::node::Node;
use super::protocol::{FromMachine, Issued, ToMachine};
use crate::core::address::Address;
use crate::core::machine::Machine;
use crate::driver::System;
use crate::remote::{Credential, Node as Wire};
use std::net::UdpSocket;
use std::time::Duration;
use tokio::sync::watch;

/// What publishes a machine whose messages can travel.
pub type Publish<M> = fn(&Wire, &Address<M>) -> Result<(), String>;

/// The wire, once it is known whether there is one.
#[derive(Debug)]
pub struct Known(watch::Sender<Option<Result<Wire, String>>>);

impl Known {
    pub fn new() -> Self {
        Known(watch::Sender::new(None))
    }

    fn tell(&self, wire: Result<Wire, String>) {
        self.0.send_replace(Some(wire));
    }

    /// # Errors
    /// Why there is none.
    pub async fn get(&self) -> Result<Wire, String> {
        let mut known = self.0.subscribe();
        match known.wait_for(Option::is_some).await {
            Ok(known) => known.clone().unwrap_or_else(|| Err(String::new())),
            // The sender is its own.
            Err(_) => Err("the process ends".to_owned()),
        }
    }
}

/// The process on the wire.
pub struct Open {
    wire: Wire,
    /// For how long its credential is valid.
    valid: Duration,
}

/// Asks for a credential; the answer is for [`open`].
pub fn ask(link: &Link) {
    link.out.send(&FromMachine::Credential);
}

/// Waits for the credential, and listens at that socket. What else is heard meanwhile is kept.
///
/// # Errors
/// When there is no credential, or it cannot be used.
pub async fn open(
    link: &mut Link,
    system: &System,
    socket: &UdpSocket,
    pulse: Duration,
) -> Result<Open, String> {
    let issued = loop {
        match link.incoming.recv().await {
            None => return Err("the node is gone".to_owned()),
            Some(ToMachine::Credential { result }) => break result?,
            Some(other) => link.early.push_back(other),
        }
    };
    let valid = Duration::from_millis(issued.valid);
    let socket = socket.try_clone().map_err(|error| error.to_string())?;
    let wire = Wire::builder(system, read(&issued)?)
        .socket(socket)
        .heartbeat(pulse, pulse * 5)
        .start();
    let wire = wire.map_err(|error| error.to_string())?;
    wire.refuse(issued.withdrawn);
    Ok(Open { wire, valid })
}

fn read(issued: &Issued) -> Result<Credential, String> {
    let credential = Credential::from_pem(&issued.pem, "the credential from the node");
    credential.map_err(|error| error.to_string())
}

impl Open {
    /// Lets others reach the process's machine.
    ///
    /// # Errors
    /// When its messages cannot travel.
    pub fn publish<M: Machine>(
        &self,
        address: &Address<M>,
        publish: Option<Publish<M>>,
    ) -> Result<(), String> {
        match publish {
            Some(publish) => publish(&self.wire, address),
            None => Err(format!(
                "the messages of `{}` cannot travel: derive `Serialize` and `Deserialize` for them \
                 and for what answers them",
                M::CHART.name
            )),
        }
    }

    /// Has the node tell of the ends of processes that this one is linked with.
    pub fn attend(&self, link: &Link, node: &Node) {
        ends::attend(&self.wire, &link.out, node.address());
    }

    /// The process at that address has ended.
    pub fn ended(&self, address: &str, reason: &str) {
        ends::ended(&self.wire, address, reason);
    }

    /// Lets holders of that name in no more.
    pub fn refuse(&self, name: String) {
        self.wire.refuse([name]);
    }

    /// When the next credential is to be asked for, from now on.
    pub fn renewal(&self) -> Duration {
        self.valid / 2
    }

    /// Shows another credential from now on.
    ///
    /// # Errors
    /// When there is none, or it cannot be used; the one before stays.
    pub fn renew(&mut self, result: Result<Issued, String>) -> Result<(), String> {
        let issued = result?;
        self.valid = Duration::from_millis(issued.valid);
        self.wire.renew(&read(&issued)?)
    }
}

/// Says whether there is a wire, to those who wait for it.
pub fn tell(node: &Node, open: &Result<Open, String>) {
    let wire = match open {
        Ok(open) => Ok(open.wire.clone()),
        Err(why) => Err(why.clone()),
    };
    node.wire().tell(wire);
}

/// For how long what was said last may take to arrive.
const FAREWELL: Duration = Duration::from_millis(500);

/// The process is about to end: what its machines have said last arrives before.
pub async fn close(node: &Node, open: Option<Open>) {
    node.wire().tell(Err("the process ends".to_owned()));
    if let Some(open) = open {
        // Whoever does not listen has been told by its own node.
        let _ = tokio::time::timeout(FAREWELL, open.wire.close()).await;
    }
}
