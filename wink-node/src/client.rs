//! A node as the `wink` program sees it.

use crate::request::{Answer, Request};
use crate::transport;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use wink_runtime::process::protocol::{Decoder, FrameError, encode};

/// Why a node does not answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no node at that address.
    NoNode(SocketAddr, io::Error),
    /// It ended before it had answered.
    Lost,
    /// What was said is no frame of this version.
    Frame(FrameError),
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::NoNode(address, error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => write!(
                    formatter,
                    "there is no node at {address}\nhelp: `wink serve DIRECTORY` starts one"
                ),
                _ => write!(
                    formatter,
                    "the node at {address} cannot be reached: {error}"
                ),
            },
            ClientError::Lost => formatter.write_str("the node is gone: it did not answer"),
            ClientError::Frame(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ClientError {}

/// The answers to one request, as they come.
#[derive(Debug)]
pub struct Answers {
    stream: UnixStream,
    decoder: Decoder,
}

/// Asks the node at that address.
///
/// # Errors
/// When there is none, or the request is too long.
pub async fn ask(
    home: &Path,
    address: SocketAddr,
    request: &Request,
) -> Result<Answers, ClientError> {
    let frame = encode(request).map_err(ClientError::Frame)?;
    let no_node = |error| ClientError::NoNode(address, error);
    let mut stream = transport::connect(home, address).await.map_err(no_node)?;
    stream.write_all(&frame).await.map_err(no_node)?;
    Ok(Answers {
        stream,
        decoder: Decoder::default(),
    })
}

impl Answers {
    /// The next answer; the last is [`Answer::Done`] or [`Answer::Failed`].
    ///
    /// # Errors
    /// When the node has gone.
    pub async fn next(&mut self) -> Result<Answer, ClientError> {
        let mut buffer = [0; 16 * 1024];
        loop {
            if let Some(answer) = self.decoder.frame().map_err(ClientError::Frame)? {
                return Ok(answer);
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return Err(ClientError::Lost),
                Ok(length) => self.decoder.push(&buffer[..length]),
            }
        }
    }
}
