//! Connections: one request each, and its answers.

use super::{Input, start};
use crate::core::Client;
use crate::request::{Answer, Failure, Request};
use crate::transport::Listener;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::{Semaphore, mpsc};
use wink_runtime::process::protocol::{Decoder, encode};

/// How many connections there may be.
pub(super) const CONNECTIONS: usize = 512;

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many answers may wait for a client that does not take them.
const ANSWERS: usize = 65_536;

/// Takes connections as long as the node serves; each has a place in `room` while it lasts.
pub(super) async fn accept(listener: Listener, inputs: mpsc::Sender<Input>, room: Arc<Semaphore>) {
    let mut next = 1;
    while !inputs.is_closed() {
        let stream = match listener.accept().await {
            Ok(stream) => stream,
            Err(error) => {
                // Out of descriptors, as a rule: others have to end first.
                eprintln!("wink: a connection cannot be taken: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let client = Client(next);
        next += 1;
        let (inputs, room) = (inputs.clone(), room.clone());
        start(async move {
            match room.try_acquire() {
                Ok(_place) => converse(stream, client, inputs).await,
                Err(_) => refuse(stream, "the node has too many connections").await,
            }
        });
    }
}

async fn converse(mut stream: UnixStream, client: Client, inputs: mpsc::Sender<Input>) {
    let request = tokio::time::timeout(PATIENCE, read(&mut stream)).await;
    let request = match request {
        Ok(Ok(Some(request))) => request,
        Ok(Ok(None)) => return,
        Ok(Err(problem)) => return refuse(stream, &problem).await,
        Err(_) => return refuse(stream, "no request came").await,
    };
    let (answers, mut outgoing) = mpsc::channel(ANSWERS);
    let input = Input::Request(client, request, answers);
    if inputs.send(input).await.is_err() {
        return refuse(stream, "the node is ending").await;
    }
    let (mut reader, mut writer) = stream.into_split();
    let mut rest = [0; 64];
    loop {
        tokio::select! {
            answer = outgoing.recv() => {
                let Some(answer) = answer else { break };
                let Ok(frame) = encode(&answer) else { continue };
                if writer.write_all(&frame).await.is_err() {
                    break;
                }
            }
            // Nothing more is said; that it closes is heard.
            read = reader.read(&mut rest) => match read {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            },
        }
    }
    let _ = inputs.send(Input::Left(client)).await;
}

/// The request; `None` when nothing was said.
async fn read(stream: &mut UnixStream) -> Result<Option<Request>, String> {
    let (mut decoder, mut buffer) = (Decoder::default(), [0; 4096]);
    loop {
        match decoder.frame() {
            Ok(Some(request)) => return Ok(Some(request)),
            Ok(None) => {}
            Err(problem) => {
                return Err(format!("{problem}: are node and program of one version?"));
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return Ok(None),
            Ok(length) => decoder.push(&buffer[..length]),
        }
    }
}

async fn refuse(mut stream: UnixStream, reason: &str) {
    let answer = Answer::Failed {
        failure: Failure::Refused,
        reason: reason.to_owned(),
    };
    if let Ok(frame) = encode(&answer) {
        let _ = stream.write_all(&frame).await;
    }
}
