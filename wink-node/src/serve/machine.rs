//! A process as the node hears it: what it says, what it prints, that it has ended.

use super::{Input, start};
use crate::core::Id;
use crate::log::Entry;
use crate::process::{Launched, Process};
use std::io;
use std::os::fd::OwnedFd;
use std::process::{ChildStderr, ChildStdout};
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};
use wink_runtime::process::protocol::{Decoder, FromMachine, ToMachine, encode};

/// The longest line that is kept whole, in bytes.
const LONGEST: usize = 16 * 1024;

/// How long what a process has said last may take to be read once it has ended.
const REST: Duration = Duration::from_secs(1);

/// Hears of a process until it has ended.
///
/// # Errors
/// When there are no more descriptors; the process has been killed then.
pub(super) fn watch(
    id: Id,
    launched: Launched,
    words: mpsc::UnboundedReceiver<ToMachine>,
    log: mpsc::Sender<Entry>,
    inputs: mpsc::Sender<Input>,
) -> io::Result<Process> {
    let Launched {
        process,
        channel,
        stdout,
        stderr,
    } = launched;
    let prepared = || -> io::Result<_> {
        channel.set_nonblocking(true)?;
        let channel = UnixStream::from_std(channel)?;
        let ended = readable(process.descriptor()?)?;
        Ok((channel, ended, pipe_of(stdout)?, pipe_of_errors(stderr)?))
    };
    let (channel, ended, stdout, stderr) = match prepared() {
        Ok(prepared) => prepared,
        Err(error) => {
            process.kill();
            process.wait(REST);
            process.reap();
            return Err(error);
        }
    };
    let (reader, writer) = channel.into_split();
    start(write(writer, words));
    let (out_done, out) = oneshot::channel();
    let (err_done, err) = oneshot::channel();
    start(lines(stdout, "out", log.clone(), out_done));
    start(lines(stderr, "err", log, err_done));
    let group = Process::of(process.pid);
    start(async move {
        hear(id, reader, ended, group, &inputs).await;
        let last_words = async {
            let _ = out.await;
            err.await.ok().flatten()
        };
        let last_words = tokio::time::timeout(REST, last_words).await.ok().flatten();
        let _ = inputs.send(Input::Exited(id, last_words)).await;
    });
    Ok(process)
}

/// To be waited for until it can be read.
#[allow(
    deprecated,
    reason = "the other way is unsafe, for types that close what they do not own; this one owns it"
)]
fn readable(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(descriptor, Interest::READABLE)
}

fn pipe_of(output: ChildStdout) -> io::Result<pipe::Receiver> {
    pipe::Receiver::from_owned_fd(OwnedFd::from(output))
}

fn pipe_of_errors(output: ChildStderr) -> io::Result<pipe::Receiver> {
    pipe::Receiver::from_owned_fd(OwnedFd::from(output))
}

async fn write(mut writer: OwnedWriteHalf, mut words: mpsc::UnboundedReceiver<ToMachine>) {
    while let Some(message) = words.recv().await {
        let Ok(frame) = encode(&message) else {
            continue;
        };
        if writer.write_all(&frame).await.is_err() {
            return;
        }
    }
}

/// Takes what a process says until it has ended, and all of it.
async fn hear(
    id: Id,
    mut reader: OwnedReadHalf,
    ended: AsyncFd<OwnedFd>,
    group: Option<Process>,
    inputs: &mpsc::Sender<Input>,
) {
    let (mut decoder, mut buffer) = (Decoder::default(), vec![0; 16 * 1024]);
    let mut is_open = true;
    loop {
        tokio::select! {
            read = reader.read(&mut buffer), if is_open => match read {
                Ok(0) | Err(_) => is_open = false,
                Ok(length) => {
                    decoder.push(&buffer[..length]);
                    is_open = pass_on(id, &mut decoder, inputs).await;
                }
            },
            _ = ended.readable() => break,
        }
    }
    // What it has started goes with it; and with that, the last who could hold the channel.
    if let Some(group) = group {
        group.kill_group();
    }
    let rest = async {
        while is_open {
            match reader.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(length) => {
                    decoder.push(&buffer[..length]);
                    is_open = pass_on(id, &mut decoder, inputs).await;
                }
            }
        }
    };
    let _ = tokio::time::timeout(REST, rest).await;
}

/// Whether the machine can be heard further.
async fn pass_on(id: Id, decoder: &mut Decoder, inputs: &mpsc::Sender<Input>) -> bool {
    loop {
        let message = match decoder.frame::<FromMachine>() {
            Ok(None) => return true,
            Ok(Some(message)) => message,
            Err(problem) => {
                // Nothing that follows can be understood; its silence will end it.
                let error = format!("it speaks another language than this node: {problem}");
                let _ = inputs
                    .send(Input::Said(id, FromMachine::Errored { error }))
                    .await;
                return false;
            }
        };
        if inputs.send(Input::Said(id, message)).await.is_err() {
            return false;
        }
    }
}

/// Puts what a process prints into its log, a line each; tells the last line at the end.
async fn lines(
    mut output: impl AsyncRead + Unpin,
    kind: &'static str,
    log: mpsc::Sender<Entry>,
    done: oneshot::Sender<Option<String>>,
) {
    let (mut line, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    let mut last = None;
    loop {
        let length = match output.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        for &byte in &buffer[..length] {
            if byte != b'\n' {
                line.push(byte);
            }
            if byte == b'\n' || line.len() >= LONGEST {
                // While the log does not keep up, the process waits.
                last = write_line(&mut line, kind, &log).await.or(last);
            }
        }
    }
    last = write_line(&mut line, kind, &log).await.or(last);
    let _ = done.send(last);
}

async fn write_line(
    line: &mut Vec<u8>,
    kind: &'static str,
    log: &mpsc::Sender<Entry>,
) -> Option<String> {
    let text = String::from_utf8_lossy(line).into_owned();
    line.clear();
    if text.is_empty() {
        return None;
    }
    let _ = log.send(Entry::Line(kind, text.clone())).await;
    Some(text)
}
