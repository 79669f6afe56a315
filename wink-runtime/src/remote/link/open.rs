//! How a link comes about: each side greets the other one, and both draw the same conclusion.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::site::Elsewhere;
use super::{Exports, Link, Outlets};
use crate::core::event_loop::home::Home;
use crate::core::wire::Limits;
use crate::core::wire::frame::{self, Frame};
use crate::core::wire::handshake::{Agreement, Refusal, agree};
use crate::core::wire::heartbeat::{Heartbeat, Pulse};
use crate::remote::local::Local;
use crate::remote::request::{Incoming, Outgoing};
use crate::remote::transport::Connection;

/// The longest time between two signs of life that is granted to a peer.
const SLOWEST: Duration = Duration::from_secs(15);

/// Greets whoever is at the other end, and waits for its greeting: a connection alone says
/// nothing, since the other side may still refuse the certificate.
///
/// # Errors
/// When the other side refuses, or is refused, or is lost.
pub(in crate::remote) async fn open(
    local: &Arc<Local>,
    mut connection: Connection,
) -> Result<(Arc<Link>, Connection, Vec<u8>), Refusal> {
    if let Some(why) = local.withdrawn(&connection.holder) {
        return Err(refused(&mut connection, Refusal::new(Refusal::ROLE, why)).await);
    }
    let epoch = local.fence().epoch();
    let own = local.greeting(epoch);
    let mut bytes = Vec::new();
    Frame::Hello(own.clone()).write(&mut bytes);
    let lost = |why: String| Refusal::new(Refusal::PROTOCOL, why);
    let written = connection.control.1.write(&bytes).await;
    bytes.clear();
    let greeted = greeting(&mut connection, &mut bytes).await;
    // Why the other side refuses says more than that the connection is over.
    let (peer, taken) = match (greeted, written) {
        (Ok(greeted), Ok(())) => greeted,
        (Err(refusal), _) => return Err(refused(&mut connection, refusal).await),
        (Ok(_), Err(why)) => return Err(lost(why)),
    };
    bytes.drain(..taken);
    let agreement = match agree(&own, &peer) {
        Ok(agreement) => agreement,
        Err(refusal) => return Err(refused(&mut connection, refusal).await),
    };
    let link = link(local, &connection, agreement, epoch);
    Ok((link, connection, bytes))
}

/// Reads the first frame, and how many bytes it takes.
async fn greeting(
    connection: &mut Connection,
    bytes: &mut Vec<u8>,
) -> Result<(crate::core::wire::handshake::Greeting, usize), Refusal> {
    loop {
        if let Some((inside, taken)) = frame::split(bytes, Limits::FRAME_LEAST)? {
            return match Frame::read(inside)? {
                Frame::Hello(greeting) => Ok((greeting, taken)),
                Frame::Refuse(refusal) => Err(refusal),
                _ => Err(Refusal::new(
                    Refusal::PROTOCOL,
                    "the first frame was no greeting",
                )),
            };
        }
        let read = connection.control.0.read(bytes).await;
        match read.map_err(|why| Refusal::new(Refusal::PROTOCOL, why))? {
            true => {}
            false => {
                let why = "the other node went away before it had greeted";
                return Err(Refusal::new(Refusal::PROTOCOL, why));
            }
        }
    }
}

/// Says why, and closes.
async fn refused(connection: &mut Connection, refusal: Refusal) -> Refusal {
    let mut bytes = Vec::new();
    Frame::Refuse(refusal.clone()).write(&mut bytes);
    // It may be gone already.
    let _ = connection.control.1.write(&bytes).await;
    connection.beats.close(&refusal.why);
    refusal
}

fn link(
    local: &Arc<Local>,
    connection: &Connection,
    agreement: Agreement,
    epoch: u64,
) -> Arc<Link> {
    let address = match &*agreement.peer.address {
        "" => connection.address.clone(),
        address => address.to_owned(),
    };
    // A peer that shows itself less often than this side is silent, and lives. What it says is
    // not believed without a bound.
    let slow = agreement.peer.heartbeat.min(SLOWEST) * 2;
    let heartbeat = Heartbeat {
        silence: local.settings.heartbeat.silence.max(slow),
        ..local.settings.heartbeat
    };
    let refusal = local.may_not_stop();
    let site = Arc::new(Elsewhere::new(local.site.clone(), &*address, refusal));
    Arc::new(Link {
        local: local.clone(),
        holder: connection.holder.clone(),
        address,
        agreement,
        epoch,
        home: Home::new(site),
        outlets: Mutex::new(Outlets::default()),
        abroad: Mutex::new(BTreeMap::new()),
        exports: Mutex::new(Exports::default()),
        introduced: Mutex::new(BTreeSet::new()),
        senders: Mutex::new(BTreeMap::new()),
        ties: Mutex::default(),
        mail: Mutex::default(),
        control: Mutex::default(),
        control_waits: Notify::new(),
        control_room: Notify::new(),
        reaching: Mutex::default(),
        outgoing: Outgoing::default(),
        incoming: Incoming::default(),
        pulse: Mutex::new(Pulse::new(heartbeat, local.now())),
        lost: watch::Sender::new(None),
        farewells: AtomicU8::new(0),
        leaving: watch::Sender::new(None),
    })
}
