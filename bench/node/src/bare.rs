//! Fork, exec and handshake, without a node: what any supervisor of processes has to pay.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wink_runtime::process::protocol::{Decoder, FromMachine, ToMachine, encode};
use wink_runtime::process::{GRACE, NODE, PULSE};

/// A process of the machine's program, and its end of the channel.
struct Process {
    child: Child,
    _channel: UnixStream,
}

/// Runs the program as a node would and waits until it says that it has started.
fn start(program: &Path) -> Process {
    let (mut channel, theirs) = UnixStream::pair().expect("a pair of sockets");
    let child = Command::new(program)
        .args(["127.0.0.1:0", "127.0.0.1:1"])
        .env(NODE, "127.0.0.1:1")
        .env(PULSE, "2000")
        .env(GRACE, "5000")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let (mut decoder, mut buffer) = (Decoder::default(), [0; 4_096]);
    loop {
        match decoder.frame().expect("it speaks the protocol") {
            Some(FromMachine::Started { .. }) => break,
            // Part of the handshake: whoever gives none says so.
            Some(FromMachine::Credential) => {
                let result = Err("there is no node".to_owned());
                let frame = encode(&ToMachine::Credential { result }).expect("it is short");
                channel.write_all(&frame).expect("it listens");
            }
            Some(_) => {}
            None => {
                let length = channel.read(&mut buffer).expect("it speaks");
                assert!(length > 0, "it ended before it had started");
                decoder.push(&buffer[..length]);
            }
        }
    }
    Process {
        child,
        _channel: channel,
    }
}

impl Process {
    fn end(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
    }
}

/// From the call to the machine's word that it has started.
pub fn start_once(program: &Path) -> Duration {
    let begin = Instant::now();
    let process = start(program);
    let passed = begin.elapsed();
    process.end();
    passed
}

/// From the signal that kills a process to its status.
pub fn death_once(program: &Path) -> Duration {
    let process = start(program);
    let begin = Instant::now();
    process.end();
    begin.elapsed()
}
