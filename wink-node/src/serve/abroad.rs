//! Machines that another node runs for one of this node's: asked for over the wire, heard of as
//! long as they live, and ended with it.

use super::{Input, Server, start};
use crate::client;
use crate::core::{Abroad, Id};
use crate::request::{Answer, Request};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::lookup_host;
use tokio::sync::mpsc;
use wink_runtime::process::protocol::Kind;
use wink_runtime::remote::{Node, Peer, Responses};

/// How long another node may take to answer the handshake.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is wanted of a machine abroad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Stop,
    Kill,
}

/// A machine abroad, as the task sees it that asked for it.
struct Child {
    id: Id,
    /// Where, as it was asked for.
    node: String,
    inputs: mpsc::Sender<Input>,
    /// What the node there says that it is: its name and address.
    known: Option<(String, String)>,
    wish: Option<Wish>,
}

impl Server {
    /// Has another node run a machine for one of this node's.
    pub(super) fn launch_abroad(&mut self, id: Id, node: String, request: Request) {
        let (say, wishes) = mpsc::unbounded_channel();
        self.abroad.insert(id, say);
        let child = Child {
            id,
            node,
            inputs: self.inputs.clone(),
            known: None,
            wish: None,
        };
        let wire = self.wire.clone();
        start(async move {
            let (id, inputs) = (child.id, child.inputs.clone());
            let lost = child.live(&wire, &request, wishes).await.err();
            let _ = inputs.send(Input::Abroad(id, Abroad::Over(lost))).await;
        });
    }

    /// Whether that is a machine abroad; then it is told.
    pub(super) fn wish(&self, id: Id, wish: Wish) -> bool {
        let say = self.abroad.get(&id);
        // One that hears no more is about to end.
        let _ = say.map(|say| say.send(wish));
        say.is_some()
    }
}

impl Child {
    /// Tells of the machine until it has ended.
    async fn live(
        mut self,
        wire: &Node,
        request: &Request,
        mut wishes: mpsc::UnboundedReceiver<Wish>,
    ) -> Result<(), String> {
        let (peer, mut responses) = tokio::select! {
            biased;
            asked = self.ask(wire, request) => asked?,
            // Nobody there has heard of it.
            _ = wishes.recv() => return Ok(()),
        };
        loop {
            tokio::select! {
                body = responses.next() => {
                    let body = match body {
                        Some(body) => body.map_err(|error| self.lost(&error.why))?,
                        None => return Err(self.lost("it has said nothing more")),
                    };
                    let answer = serde_json::from_slice(&body);
                    let answer = answer.map_err(|error| self.lost(&error.to_string()))?;
                    if self.take(answer, &peer).await? {
                        return Ok(());
                    }
                }
                wish = wishes.recv() => match wish {
                    Some(wish) => self.carry_out(wish, &peer).await,
                    // This node is at its end; dropped, the request ends the machine there.
                    None => return Ok(()),
                },
            }
        }
    }

    fn lost(&self, why: &str) -> String {
        format!("the node {} is lost: {why}", self.node)
    }

    async fn ask(&self, wire: &Node, request: &Request) -> Result<(Peer, Responses), String> {
        let node = &self.node;
        let unreached = |why: String| format!("the node {node} cannot be reached: {why}");
        let found = lookup_host(node).await;
        let address = found.map_err(|error| unreached(error.to_string()))?.next();
        let address: SocketAddr = address.ok_or_else(|| unreached("no address".to_owned()))?;
        let place = address.to_string();
        let peer = tokio::select! {
            biased;
            peer = wire.connect(&place) => peer.map_err(|error| unreached(error.why))?,
            error = client::absence(address) => return Err(unreached(error.to_string())),
            () = tokio::time::sleep(PATIENCE) => {
                return Err(unreached(format!("nothing has answered within {PATIENCE:?}")));
            }
        };
        let body = serde_json::to_vec(request).map_err(|error| error.to_string())?;
        let responses = peer.request(&body).await;
        Ok((peer, responses.map_err(|error| error.to_string())?))
    }

    async fn tell(&self, told: Abroad) {
        // Nobody hears it when this node is at its end.
        let _ = self.inputs.send(Input::Abroad(self.id, told)).await;
    }

    /// Takes what the node there says; whether it was the last.
    async fn take(&mut self, answer: Answer, peer: &Peer) -> Result<bool, String> {
        match answer {
            Answer::Started {
                name,
                address,
                unreachable,
                ..
            } => {
                self.known = Some((name.clone(), address.clone()));
                if let Some(wish) = self.wish.take() {
                    self.carry_out(wish, peer).await;
                }
                let started = Abroad::Started {
                    name,
                    address,
                    unreachable,
                };
                self.tell(started).await;
            }
            Answer::Event {
                machine,
                kind,
                text,
            } => match self.is_own(&machine) {
                true => self.event(kind, text).await,
                false => {
                    let event = Abroad::Event {
                        machine,
                        kind,
                        text,
                    };
                    self.tell(event).await;
                }
            },
            Answer::Done => return Ok(true),
            // That it has failed after its start was told as an event.
            Answer::Failed { .. } if self.known.is_some() => return Ok(true),
            Answer::Failed { reason, .. } => return Err(reason),
            _ => {}
        }
        Ok(false)
    }

    /// Whether that is the machine itself, by its full name and address. Before it has started
    /// there is nobody else.
    fn is_own(&self, machine: &str) -> bool {
        let is_it = |(name, address): &(String, String)| {
            let rest = machine.strip_prefix(name.as_str());
            rest.and_then(|rest| rest.strip_prefix('@')) == Some(address.as_str())
        };
        self.known.as_ref().is_none_or(is_it)
    }

    /// Something happened to the machine itself.
    async fn event(&self, kind: Kind, text: String) {
        let told = match kind {
            // That is an answer too.
            Kind::Started => return,
            Kind::Errored | Kind::Exited if self.known.is_none() => return,
            Kind::Errored => Abroad::Errored(text),
            Kind::Exited => Abroad::Exited(text),
            kind => Abroad::Event {
                machine: String::new(),
                kind,
                text,
            },
        };
        self.tell(told).await;
    }

    /// Asks for what is wanted; what comes of it is told as news of the machine.
    async fn carry_out(&mut self, wish: Wish, peer: &Peer) {
        let Some((_, address)) = &self.known else {
            self.wish = Some(wish);
            return;
        };
        let target = address.clone();
        let request = match wish {
            Wish::Stop => Request::Stop { target },
            Wish::Kill => Request::Kill { target },
        };
        if let Ok(body) = serde_json::to_vec(&request) {
            // Asked is done: the answer is that it ends.
            let _ = peer.request(&body).await;
        }
    }
}
