//! A node as the `wink` program sees it.

use crate::request::{Answer, Request};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::UdpSocket;
use wink_runtime::System;
use wink_runtime::remote::{ConnectError, Credential, KeyError, Keys, Node, NotSent, Peer};
use wink_runtime::remote::{NodeError, Responses};

/// How long a node may take to answer the handshake. One that is not there is known at once,
/// when its computer is.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long the other side may take to read that this one leaves.
const FAREWELL: Duration = Duration::from_millis(500);

/// How often, and for how long each time, it is looked whether a node has gone.
const LOOKS: u32 = 100;
const LOOK: Duration = Duration::from_millis(20);

/// Why a node does not answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no node at that address.
    NoNode(SocketAddr, io::Error),
    /// It does not let this one in, or is not let in by it; the keys are in that directory, if
    /// they are in any.
    Refused(ConnectError, Option<PathBuf>),
    /// There are no keys to show.
    Keys(KeyError),
    /// Nothing can be sent here.
    Wire(NodeError),
    /// It ended, or was lost, before it had answered: why.
    Lost(String),
    /// What is at that address is in the cluster, but takes no requests: a machine itself.
    NoAnswers(SocketAddr),
    /// The request is too long.
    TooLong(NotSent),
    /// What it said is no answer of this version.
    Unreadable(String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::NoNode(address, error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => write!(
                    formatter,
                    "there is no node at {address}\nhelp: `wink serve DIRECTORY` starts one"
                ),
                io::ErrorKind::TimedOut => write!(
                    formatter,
                    "there is no node at {address}, or it cannot be heard: nothing has answered \
                     within {PATIENCE:?}"
                ),
                _ => write!(
                    formatter,
                    "the node at {address} cannot be reached: {error}"
                ),
            },
            ClientError::Refused(error, keys) => {
                let ConnectError { address, why } = error;
                write!(formatter, "no link with the node at {address}: {why}")?;
                match keys {
                    Some(keys) => write!(
                        formatter,
                        "\nhelp: the keys in {} were shown; `--keys` chooses others, and `wink \
                         join` gets some of another cluster",
                        keys.display()
                    ),
                    None => Ok(()),
                }
            }
            ClientError::Keys(error) => error.fmt(formatter),
            ClientError::Wire(error) => error.fmt(formatter),
            ClientError::Lost(why) => {
                write!(
                    formatter,
                    "the node is gone before it had answered all: {why}"
                )
            }
            ClientError::NoAnswers(address) => write!(
                formatter,
                "there is no node at {address}: what is there takes no requests\nhelp: it is a \
                 machine's own address, perhaps; `--node` takes that of its node, which passes on \
                 what the machine is sent"
            ),
            ClientError::TooLong(error) => error.fmt(formatter),
            ClientError::Unreadable(why) => write!(
                formatter,
                "what the node answers cannot be read: {why}: are node and program of one version?"
            ),
        }
    }
}

impl std::error::Error for ClientError {}

/// The answers to one request, as they come.
#[derive(Debug)]
pub struct Answers {
    responses: Responses,
    peer: Peer,
    address: SocketAddr,
    /// Whether anything was answered.
    heard: bool,
    // What carries them, as long as they come.
    _node: Node,
    _system: System,
}

/// Asks the node at that address as the user whose keys are in that directory.
///
/// # Errors
/// When there are no keys, no node, when one refuses the other, and when the request is too long.
pub async fn ask(
    keys: &Path,
    address: SocketAddr,
    request: &Request,
) -> Result<Answers, ClientError> {
    let user = match Keys::open(keys).and_then(|keys| keys.user()) {
        Ok(user) => user,
        // Where there is no node either, that is what is to be known first.
        Err(KeyError::Missing(path)) if address.ip().is_loopback() => {
            let missing = tokio::time::sleep(FAREWELL);
            tokio::select! {
                error = absence(address) => return Err(ClientError::NoNode(address, error)),
                () = missing => return Err(ClientError::Keys(KeyError::Missing(path))),
            }
        }
        Err(error) => return Err(ClientError::Keys(error)),
    };
    ask_as(user, Some(keys), address, request).await
}

/// Asks the node at that address as the holder of that credential; `keys` says where it is from.
///
/// # Errors
/// As [`ask`].
pub async fn ask_as(
    credential: Credential,
    keys: Option<&Path>,
    address: SocketAddr,
    request: &Request,
) -> Result<Answers, ClientError> {
    // What happens on the wire is what is returned.
    let system = System::builder().log(|_| {}).build();
    let node = Node::builder(&system, credential).start();
    let node = node.map_err(ClientError::Wire)?;
    let place = address.to_string();
    let peer = tokio::select! {
        biased;
        connected = node.connect(&place) => connected
            .map_err(|error| ClientError::Refused(error, keys.map(Path::to_owned)))?,
        error = absence(address) => return Err(ClientError::NoNode(address, error)),
        () = tokio::time::sleep(PATIENCE) => {
            let late = io::ErrorKind::TimedOut.into();
            return Err(ClientError::NoNode(address, late));
        }
    };
    let body = serde_json::to_vec(request);
    let body = body.map_err(|error| ClientError::Unreadable(error.to_string()))?;
    let responses = peer.request(&body).await.map_err(ClientError::TooLong)?;
    Ok(Answers {
        responses,
        peer,
        address,
        heard: false,
        _node: node,
        _system: system,
    })
}

/// Ready when the computer of that address says that nobody listens there, or cannot be asked;
/// QUIC itself waits for an answer that never comes.
pub(crate) async fn absence(address: SocketAddr) -> io::Error {
    let asked = async {
        let own: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(own).await?;
        socket.connect(address).await?;
        // Too short to be anything: a node passes over it.
        socket.send(&[0]).await?;
        loop {
            socket.recv(&mut [0; 16]).await?;
        }
    };
    let asked: io::Result<std::convert::Infallible> = asked.await;
    match asked {
        Err(error) => error,
        Ok(never) => match never {},
    }
}

/// Waits until there is no node at that address any more, for a while; whether it has gone.
pub async fn gone(address: SocketAddr) -> bool {
    for _ in 0..LOOKS {
        let absent = tokio::time::timeout(LOOK, absence(address)).await;
        if absent.is_ok_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            return true;
        }
    }
    false
}

impl Answers {
    /// The next answer; the last is [`Answer::Done`] or [`Answer::Failed`].
    ///
    /// # Errors
    /// When the node has gone.
    pub async fn next(&mut self) -> Result<Answer, ClientError> {
        let body = match self.responses.next().await {
            Some(Ok(body)) => body,
            Some(Err(error)) => return Err(ClientError::Lost(error.why)),
            None if self.heard || self.peer.is_lost() => {
                return Err(ClientError::Lost("it has said nothing more".to_owned()));
            }
            None => return Err(ClientError::NoAnswers(self.address)),
        };
        self.heard = true;
        let answer = serde_json::from_slice(&body);
        answer.map_err(|error| ClientError::Unreadable(error.to_string()))
    }

    /// Wants no more answers, and leaves; that the node knows it at once.
    pub async fn finish(self) {
        let Answers {
            responses,
            peer,
            _node,
            _system,
            ..
        } = self;
        drop(responses);
        peer.leave("it has what it asked for");
        let _ = tokio::time::timeout(FAREWELL, peer.closed()).await;
    }
}
