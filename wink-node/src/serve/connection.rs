//! The one way in: requests as they come over the wire, and their answers.

use super::{Input, start};
use crate::core::Client;
use crate::request::{Answer, Failure, Request};
use crate::serve::identity::Identity;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use wink_runtime::remote::{Answers, Kind, NotSent, Peer, Requests, Roles};

/// How many requests there may be at a time.
pub(super) const REQUESTS: usize = 512;

/// How many more there may be that only wait for a machine's end.
const ATTENDING: usize = 16_384;

/// How many answers may wait for a client that does not take them.
const ANSWERS: usize = 65_536;

/// Takes requests as long as the node serves; each has a place in `room` while it lasts.
pub(super) struct Door {
    inputs: mpsc::Sender<Input>,
    room: Arc<Semaphore>,
    attending: Arc<Semaphore>,
    identity: Identity,
    next: AtomicU64,
}

impl Requests for Door {
    fn request(&self, peer: Peer, body: Vec<u8>, answers: Answers) {
        match self.admit(&peer, &body) {
            Err(reason) => start(give(answers, vec![refused(reason)])),
            Ok((request, place)) => match self.identity.answer(&peer, &request) {
                Some(told) => start(give(answers, told)),
                None => {
                    let client = Client(self.next.fetch_add(1, Ordering::Relaxed));
                    let inputs = self.inputs.clone();
                    start(converse(client, request, place, inputs, answers));
                }
            },
        }
    }
}

impl Door {
    pub(super) fn new(
        inputs: mpsc::Sender<Input>,
        room: Arc<Semaphore>,
        identity: Identity,
    ) -> Self {
        Door {
            inputs,
            room,
            attending: Arc::new(Semaphore::new(ATTENDING)),
            identity,
            next: AtomicU64::new(1),
        }
    }

    /// Whether the peer may ask that, now.
    fn admit(&self, peer: &Peer, body: &[u8]) -> Result<(Request, OwnedSemaphorePermit), String> {
        let request = serde_json::from_slice(body).map_err(|problem| {
            format!("no request: {problem}: are node and program of one version?")
        })?;
        may(peer, &request)?;
        let room = match request {
            Request::Attend { .. } => &self.attending,
            _ => &self.room,
        };
        let place = room.clone().try_acquire_owned();
        let place = place.map_err(|_| "the node has too many requests".to_owned())?;
        Ok((request, place))
    }
}

/// Whether the peer's credential allows that.
fn may(peer: &Peer, request: &Request) -> Result<(), String> {
    let (needs, what) = request.needs();
    let is_joining = peer.holder().kind == Kind::Joining;
    let is_join = matches!(request, Request::Join { .. });
    if is_joining != is_join {
        return Err(match is_joining {
            true => "a token is for `wink join`, and for nothing else".to_owned(),
            false => "who joins shows a token: this is a credential already".to_owned(),
        });
    }
    if is_join || peer.may(needs) {
        return Ok(());
    }
    let holder = peer.holder();
    let own = match holder.roles {
        Roles::NONE => "nothing".to_owned(),
        roles => roles.to_string(),
    };
    let names: Vec<&str> = needs.names().collect();
    let (names, kind) = (names.join(","), holder.kind);
    Err(format!(
        "{holder} may not {what} (it may: {own})\nhelp: `wink token --for {kind} --may {names}`, \
         by somebody who may do everything, and `wink join` with that token give a credential \
         that may"
    ))
}

fn refused(reason: String) -> Answer {
    Answer::Failed {
        failure: Failure::Refused,
        reason,
    }
}

async fn converse(
    client: Client,
    request: Request,
    _place: OwnedSemaphorePermit,
    inputs: mpsc::Sender<Input>,
    answers: Answers,
) {
    let (told, mut outgoing) = mpsc::channel(ANSWERS);
    let input = Input::Request(client, request, told);
    if inputs.send(input).await.is_err() {
        let reason = "the node is ending".to_owned();
        return give(answers, vec![refused(reason)]).await;
    }
    loop {
        tokio::select! {
            answer = outgoing.recv() => {
                let Some(answer) = answer else { break };
                if !say(&answers, &answer).await {
                    break;
                }
            }
            () = answers.cancelled() => break,
        }
    }
    let _ = inputs.send(Input::Left(client)).await;
}

async fn give(answers: Answers, told: Vec<Answer>) {
    for answer in told {
        if !say(&answers, &answer).await {
            return;
        }
    }
}

/// Whether whoever asked waits for more.
async fn say(answers: &Answers, answer: &Answer) -> bool {
    // An answer has no map whose keys are no texts: it can be written.
    let Ok(body) = serde_json::to_vec(answer) else {
        return true;
    };
    match answers.send(&body).await {
        Ok(()) => true,
        Err(problem @ NotSent::TooLong { .. }) => {
            let failed = serde_json::to_vec(&refused(format!("the answer is {problem}")));
            let _ = answers.send(&failed.unwrap_or_default()).await;
            false
        }
        Err(_) => false,
    }
}
