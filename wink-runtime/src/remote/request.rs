//! Requests between programs over a link: any bytes, with any number of answers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::error::ConnectError;
use super::link::Link;
use super::node::Peer;
use crate::core::event::PeerEvent;
use crate::core::wire::frame::Frame;
use crate::core::wire::handshake::Refusal;

/// How many answers to a request may wait for whoever asked; then the peer waits.
const WAITING: usize = 64;

/// What a node does when it is asked for something that is no machine: the control protocol of a
/// program that serves.
pub trait Requests: Send + Sync + 'static {
    /// `peer` asks for something. What the peer may do is for this function to check: see
    /// [`Peer::may`]. It must not wait: answers may be given later, from a task.
    fn request(&self, peer: Peer, body: Vec<u8>, answers: Answers);
}

impl<F: Fn(Peer, Vec<u8>, Answers) + Send + Sync + 'static> Requests for F {
    fn request(&self, peer: Peer, body: Vec<u8>, answers: Answers) {
        self(peer, body, answers);
    }
}

/// Answers one request: as often as there is something to say. Dropped, it was the last answer.
pub struct Answers {
    link: Arc<Link>,
    request: u64,
    cancelled: watch::Receiver<bool>,
}

impl Answers {
    /// One answer. Waits while the peer does not read what was sent before.
    ///
    /// # Errors
    /// When nobody waits for it any more, or when it is too long for the peer.
    pub async fn send(&self, body: &[u8]) -> Result<(), NotSent> {
        if self.is_cancelled() {
            return Err(NotSent::Cancelled);
        }
        // What stands before the body in a frame.
        let most = self.link.longest_frame() - 16;
        if body.len() > most {
            let size = body.len();
            return Err(NotSent::TooLong { size, most });
        }
        let request = self.request;
        let frame = Frame::Response { request, body };
        self.link.command_in_turn(&frame).await;
        Ok(())
    }

    /// Whether nobody waits for answers any more.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow() || self.link.is_lost()
    }

    /// Waits until nobody waits for answers any more.
    pub async fn cancelled(&self) {
        let mut cancelled = self.cancelled.clone();
        tokio::select! {
            _ = cancelled.wait_for(|is_cancelled| *is_cancelled) => {}
            _ = self.link.closed() => {}
        }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.link.incoming.cancel(self.request);
        if !self.link.is_lost() {
            let request = self.request;
            self.link.command(&Frame::Finished { request });
        }
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Answers")
            .field(&self.request)
            .finish()
    }
}

/// Why an answer or a request was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// Nobody waits for it.
    Cancelled,
    /// It is longer than what the peer takes, in bytes.
    TooLong {
        /// How long it is.
        size: usize,
        /// How long it may be.
        most: usize,
    },
}

impl fmt::Display for NotSent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSent::Cancelled => formatter.write_str("not sent: nobody waits for it any more"),
            NotSent::TooLong { size, most } => write!(
                formatter,
                "not sent: {size} bytes long, and the other node takes {most}: send it in parts"
            ),
        }
    }
}

impl std::error::Error for NotSent {}

/// The answers to a request, as they come. Dropped, nobody waits for more.
pub struct Responses {
    link: Arc<Link>,
    request: u64,
    bodies: mpsc::Receiver<Result<Vec<u8>, String>>,
}

impl Responses {
    /// The next answer; `None` after the last.
    ///
    /// # Errors
    /// When the link is lost before the last answer; nothing follows.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, ConnectError>> {
        let body = self.bodies.recv().await?;
        Some(body.map_err(|why| ConnectError {
            address: self.link.address().to_owned(),
            why,
        }))
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        if self.link.outgoing.forget(self.request) && !self.link.is_lost() {
            let request = self.request;
            self.link.command(&Frame::Cancel { request });
        }
    }
}

impl fmt::Debug for Responses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Responses")
            .field(&self.request)
            .finish()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under these locks but the allocator.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Bodies = mpsc::Sender<Result<Vec<u8>, String>>;

/// Requests of this side.
#[derive(Default)]
pub(super) struct Outgoing {
    next: AtomicU64,
    waiting: Mutex<BTreeMap<u64, Bodies>>,
}

impl Outgoing {
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) async fn response(&self, request: u64, body: Vec<u8>) {
        let bodies = lock(&self.waiting).get(&request).cloned();
        if let Some(bodies) = bodies {
            // Whoever asked may have gone away.
            let _ = bodies.send(Ok(body)).await;
        }
    }

    pub(super) fn finished(&self, request: u64) {
        lock(&self.waiting).remove(&request);
    }

    fn forget(&self, request: u64) -> bool {
        lock(&self.waiting).remove(&request).is_some()
    }

    pub(super) fn lose(&self, why: &str) {
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        for bodies in waiting.into_values() {
            // One place is kept for this: see `ask`.
            let _ = bodies.try_send(Err(why.to_owned()));
        }
    }
}

/// Requests of the peer.
#[derive(Default)]
pub(super) struct Incoming {
    open: Mutex<BTreeMap<u64, watch::Sender<bool>>>,
}

impl Incoming {
    pub(super) fn cancel(&self, request: u64) {
        let open = lock(&self.open).remove(&request);
        if let Some(open) = open {
            open.send_replace(true);
        }
    }

    pub(super) fn lose(&self) {
        let open = std::mem::take(&mut *lock(&self.open));
        for open in open.into_values() {
            open.send_replace(true);
        }
    }
}

impl Link {
    /// Asks for something that is no machine.
    pub(super) async fn ask(self: &Arc<Self>, body: &[u8]) -> Result<Responses, NotSent> {
        let most = self.longest_frame() - 16;
        if body.len() > most {
            let size = body.len();
            return Err(NotSent::TooLong { size, most });
        }
        let request = self.outgoing.number();
        let (sender, bodies) = mpsc::channel(WAITING);
        let responses = Responses {
            link: self.clone(),
            request,
            bodies,
        };
        lock(&self.outgoing.waiting).insert(request, sender);
        if self.is_lost() {
            self.outgoing.lose("the link is over");
        }
        self.command_in_turn(&Frame::Request { request, body })
            .await;
        Ok(responses)
    }

    /// The peer asks for something that is no machine.
    ///
    /// # Errors
    /// When the peer asks for more things at a time than it may.
    pub(super) fn serve_request(
        self: &Arc<Self>,
        request: u64,
        body: Vec<u8>,
    ) -> Result<(), Refusal> {
        let (sender, cancelled) = watch::channel(false);
        let mut open = lock(&self.incoming.open);
        if open.len() >= self.local().settings.limits.machines as usize
            || open.contains_key(&request)
        {
            let why = "more requests at a time than this node bears";
            return Err(Refusal::new(Refusal::PROTOCOL, why));
        }
        open.insert(request, sender);
        drop(open);
        let answers = Answers {
            link: self.clone(),
            request,
            cancelled,
        };
        match self.local().requests.get() {
            Some(requests) => {
                let peer = Peer::new(self.clone());
                let requests = requests.clone();
                let answered = crate::core::event_loop::panic::catch(|| {
                    requests.request(peer, body, answers);
                });
                if let Err(error) = answered {
                    self.report(PeerEvent::Unread(format!("a request: {error}")));
                }
            }
            // Without an answer the asker knows that there is none to come.
            None => drop(answers),
        }
        Ok(())
    }
}
