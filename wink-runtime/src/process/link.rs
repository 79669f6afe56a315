//! The machine's end of the pair of sockets: a thread that reads, a thread that writes.

use super::protocol::{Decoder, FromMachine, ToMachine, encode};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many frames wait to be written before whoever sends more waits.
const WAITING: usize = 1_024;

/// How long the last frames may take.
const FLUSH: Duration = Duration::from_secs(2);

/// What the machine hears and says.
pub struct Link {
    pub out: Out,
    /// Ends when the node is gone. The node bounds how much it asks at a time.
    pub incoming: UnboundedReceiver<ToMachine>,
    /// What was heard while something else was waited for.
    pub early: VecDeque<ToMachine>,
    /// Dropped when the machine has ended: until then the reader, when the node is gone, waits
    /// for it, but not for ever.
    pub running: Sender<()>,
}

/// Where frames to the node go.
#[derive(Clone, Debug)]
pub struct Out(SyncSender<Item>);

#[derive(Debug)]
enum Item {
    Frame(Vec<u8>),
    Flush(Sender<()>),
}

impl Link {
    /// Takes the socket that the standard input is; `None` when it is none. What the machine
    /// itself runs later finds nothing there.
    #[allow(
        clippy::disallowed_methods,
        reason = "the node is heard though the machine's loop is stuck"
    )]
    pub fn open(grace: Duration) -> Option<Link> {
        let socket = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
        let reader = UnixStream::from(socket);
        // A file or a terminal has no peer.
        reader.peer_addr().ok()?;
        let writer = reader.try_clone().ok()?;
        let nothing = std::fs::File::open("/dev/null").ok()?;
        nix::unistd::dup2_stdin(&nothing).ok()?;
        let (out, frames) = sync_channel(WAITING);
        let (heard, incoming) = unbounded_channel();
        let (running, ended) = channel();
        std::thread::spawn(move || write(writer, &frames));
        std::thread::spawn(move || {
            read(reader, &heard);
            drop(heard);
            // An orderly end takes no longer. What else the process has started goes with it.
            if ended.recv_timeout(grace) == Err(RecvTimeoutError::Timeout) {
                end_group();
            }
        });
        Some(Link {
            out: Out(out),
            incoming,
            early: VecDeque::new(),
            running,
        })
    }

    /// What the node says next; `None` when it is gone.
    pub async fn next(&mut self) -> Option<ToMachine> {
        match self.early.pop_front() {
            Some(early) => Some(early),
            None => self.incoming.recv().await,
        }
    }
}

/// Kills this process and everything that it has started: nobody is left who would.
pub fn end_group() -> ! {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::{getpgrp, getpid};
    // Only a group of its own, as a node gives it.
    if getpgrp() == getpid() {
        let _ = killpg(getpgrp(), Signal::SIGKILL);
    }
    std::process::exit(1);
}

fn read(mut socket: UnixStream, heard: &UnboundedSender<ToMachine>) {
    let (mut decoder, mut buffer) = (Decoder::default(), vec![0; 64 * 1024]);
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => decoder.push(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        }
        loop {
            match decoder.frame() {
                Ok(None) => break,
                Ok(Some(message)) => {
                    if heard.send(message).is_err() {
                        return;
                    }
                }
                // Not our node, or another version of it.
                Err(_) => return,
            }
        }
    }
}

fn write(mut socket: UnixStream, frames: &Receiver<Item>) {
    // A node that is gone hears nothing; the reader notices that.
    let mut is_open = true;
    while let Ok(item) = frames.recv() {
        match item {
            Item::Frame(frame) => is_open = is_open && socket.write_all(&frame).is_ok(),
            Item::Flush(done) => drop(done),
        }
    }
}

impl Out {
    /// Says something to the node; waits while that takes nothing.
    pub fn send(&self, message: &FromMachine) {
        let frame = encode(message).or_else(|problem| {
            // Too long to be told as it is.
            let told = match message {
                FromMachine::Answer { id, .. } => FromMachine::Answer {
                    id: *id,
                    result: Err(super::protocol::Refusal {
                        reason: format!("the answer cannot be sent: {problem}"),
                        ..Default::default()
                    }),
                },
                _ => FromMachine::Event {
                    machine: String::new(),
                    kind: super::protocol::Kind::Notice,
                    text: format!("something cannot be told: {problem}"),
                },
            };
            encode(&told)
        });
        if let Ok(frame) = frame {
            // The writer lives as long as this.
            let _ = self.0.send(Item::Frame(frame));
        }
    }

    /// Waits until everything said so far is written, for a while.
    pub fn flush(&self) {
        let (done, written) = channel();
        if self.0.try_send(Item::Flush(done)).is_ok() {
            // Dropped when it is written.
            let _ = written.recv_timeout(FLUSH);
        }
    }
}
