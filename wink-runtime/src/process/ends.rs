//! The ends of processes that this one is linked with. Who runs a process knows at once when it is
//! gone; from the wire alone that is a silence, which takes seconds.
//!
//! Must not know of: any particular machine.

use super::link::Out;
use super::protocol::FromMachine;
use crate::remote::{Answers, Node as Wire, Peer};
use std::net::SocketAddr;

/// What one process asks another one. The answer is the address of the node that runs it.
const WHO: &[u8] = b"who runs you?";

/// Says to those who ask which node runs this process, and asks each process that it is linked
/// with; the own node is then to tell of that one's end.
pub fn attend(wire: &Wire, out: &Out, node: &str) {
    let own = node.to_owned();
    wire.requests(move |peer: Peer, body: Vec<u8>, answers: Answers| {
        let own = own.clone();
        if body == WHO {
            peer.spawn(async move {
                // Whoever asked may have gone.
                let _ = answers.send(own.as_bytes()).await;
            });
        }
    });
    let out = out.clone();
    wire.linked(move |peer| {
        let (own, out) = (peer.clone(), out.clone());
        peer.spawn(async move {
            if let Some(node) = who_runs(&own).await {
                let address = own.address().to_owned();
                out.send(&FromMachine::Attend { address, node });
            }
        });
    });
}

/// The node that runs the peer; nothing when it is a node itself, or a program that runs alone.
async fn who_runs(peer: &Peer) -> Option<String> {
    let mut answers = peer.request(WHO).await.ok()?;
    let answer = String::from_utf8(answers.next().await?.ok()?).ok()?;
    answer.parse::<SocketAddr>().ok().map(|_| answer)
}

/// A process has ended: links with it are over.
pub fn ended(wire: &Wire, address: &str, reason: &str) {
    let peers = wire.peers().into_iter();
    for peer in peers.filter(|peer| peer.address() == address) {
        peer.lose(&format!("its process has ended: {reason}"));
    }
}
