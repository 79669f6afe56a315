//! Machines that another node runs for one of this node's: asked for over the wire, heard of as
//! long as they live, and ended with it; what is asked of them is passed on.

use super::{Input, Server, start};
use crate::client;
use crate::core::{Abroad, Client, Id};
use crate::request::{Answer, Failure, Request};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::lookup_host;
use tokio::sync::mpsc;
use wink_runtime::process::protocol::Kind;
use wink_runtime::remote::{Node, Peer, Responses};

/// How long another node may take to answer the handshake.
const PATIENCE: Duration = Duration::from_secs(5);

/// Of how many machines of other nodes a machine may hear the ends.
const ATTENDED: usize = 1_024;

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

    /// The node that is to answer, when that is another one; the request then says where the
    /// machine is there.
    ///
    /// # Errors
    /// When the machine has not started there.
    pub(super) fn is_for(&self, request: &mut Request) -> Result<Option<String>, String> {
        let Some(target) = request.target() else {
            return Ok(None);
        };
        let Ok(id) = self.core.resolve(target) else {
            return Ok(None);
        };
        Ok(self.core.runs_there(id)?.map(|(node, address)| {
            *target = address;
            node
        }))
    }

    /// Asks another node what this one was asked, and hands its answers on.
    pub(super) fn pass_on(&mut self, client: Client, node: String, request: &Request) {
        let Some(answers) = self.clients.remove(&client) else {
            return;
        };
        let (wire, request) = (self.wire.clone(), request.clone());
        start(async move {
            let passed = tokio::select! {
                passed = hand_on(&wire, &node, &request, &answers) => passed,
                // Nobody wants to know any more.
                () = answers.closed() => return,
            };
            if let Err(reason) = passed {
                let failure = Failure::Refused;
                let _ = answers.send(Answer::Failed { failure, reason }).await;
            }
        });
    }

    /// Asks another node to say when a machine of its ends, for one of this node's.
    pub(super) fn attend_abroad(&mut self, id: Id, node: String, address: String) {
        let tasks = self.attending.entry(id).or_default();
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= ATTENDED {
            // That one's silence tells it too, later.
            return;
        }
        let (wire, inputs) = (self.wire.clone(), self.inputs.clone());
        tasks.spawn(async move {
            let target = address.clone();
            let request = Request::Attend { target };
            let Ok((_peer, mut responses)) = ask(&wire, &node, &request).await else {
                return;
            };
            if let Ok(Answer::Text(reason)) = answer(&node, &mut responses).await {
                let _ = inputs.send(Input::Ended(id, address, reason)).await;
            }
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

fn lost(node: &str, why: &str) -> String {
    format!("the node {node} is lost: {why}")
}

/// Asks another node.
async fn ask(wire: &Node, node: &str, request: &Request) -> Result<(Peer, Responses), String> {
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

/// What a node has answered.
///
/// # Errors
/// When the node is lost, or says what cannot be read.
async fn answer(node: &str, responses: &mut Responses) -> Result<Answer, String> {
    let body = match responses.next().await {
        Some(body) => body.map_err(|error| lost(node, &error.why))?,
        None => return Err(lost(node, "it has said nothing more")),
    };
    serde_json::from_slice(&body).map_err(|error| lost(node, &error.to_string()))
}

/// Hands on all answers of another node.
async fn hand_on(
    wire: &Node,
    node: &str,
    request: &Request,
    answers: &mpsc::Sender<Answer>,
) -> Result<(), String> {
    let (_peer, mut responses) = ask(wire, node, request).await?;
    loop {
        let answer = answer(node, &mut responses).await?;
        let is_last = matches!(answer, Answer::Done | Answer::Failed { .. });
        if answers.send(answer).await.is_err() || is_last {
            return Ok(());
        }
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
            asked = ask(wire, &self.node, request) => asked?,
            // Nobody there has heard of it.
            _ = wishes.recv() => return Ok(()),
        };
        loop {
            tokio::select! {
                answer = answer(&self.node, &mut responses) => {
                    if self.take(answer?, &peer).await? {
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
