//! What a node and a machine's process say to each other, and how: frames of a length (4 bytes,
//! little endian) and as many bytes of JSON.
//!
//! Must not know of: sockets.

pub use super::look::{Look, Offer, Place, Taken};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest frame, in bytes, without its length.
pub const LONGEST: usize = 1 << 20;

/// From the node to the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToMachine {
    /// End in good order.
    Stop,
    /// Take this message.
    Send {
        /// Number of the request.
        id: u64,
        /// The message as a person types it.
        text: String,
    },
    /// Answer this question.
    Call {
        /// Number of the request.
        id: u64,
        /// The question as a person types it.
        text: String,
        /// How long the answer is waited for, in milliseconds.
        deadline: u64,
    },
    /// Say how you are.
    Status {
        /// Number of the request.
        id: u64,
    },
    /// Show what can be seen.
    Look {
        /// Number of the request.
        id: u64,
    },
    /// Something happened to a process that the machine asked for.
    Child {
        /// Number of the [`FromMachine::Spawn`].
        id: u64,
        /// What happened.
        news: News,
    },
    /// A process has ended of whose end the machine wanted to hear: see
    /// [`FromMachine::Attend`].
    Ended {
        /// Where it was.
        address: String,
        /// Why it ended.
        reason: String,
    },
    /// Holders of that name are not to be let in any more.
    Withdrawn {
        /// What they are called.
        name: String,
    },
    /// What [`FromMachine::Credential`] asked for, or why there is none.
    Credential {
        /// What came of it.
        result: Result<Issued, String>,
    },
}

/// A credential by which a machine's process shows others who it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The certificates and the key, as text.
    pub pem: String,
    /// For how long it is valid, in milliseconds.
    pub valid: u64,
    /// The names of those who are not to be let in.
    #[serde(default)]
    pub withdrawn: Vec<String>,
}

impl fmt::Debug for Issued {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A key is not to be read in a log.
        write!(formatter, "Issued(for {} ms)", self.valid)
    }
}

/// What happens to a machine's process, told to whoever spawned it or follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// It has started, at this address.
    Started {
        /// Where it is.
        address: String,
        /// Its full name.
        name: String,
        /// Why machines of other processes do not reach it there; nothing when they do.
        #[serde(default)]
        unreachable: Option<String>,
    },
    /// It has failed; `Exited` follows.
    Errored {
        /// Why.
        error: String,
    },
    /// It has ended. Nothing follows.
    Exited {
        /// Why.
        reason: String,
    },
}

/// From the machine to the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromMachine {
    /// It has run its first entry actions.
    Started {
        /// The address that it has taken.
        address: String,
        /// Why machines of other processes do not reach it there; nothing when they do.
        #[serde(default)]
        unreachable: Option<String>,
    },
    /// It asks for a credential, to be reached by others and to reach them.
    Credential,
    /// It will not start: its arguments or its address are wrong.
    Refused {
        /// Why.
        reason: String,
    },
    /// It is alive.
    Pulse,
    /// Something happened in its process.
    Event {
        /// Which machine there: `family/Child#2`, or nothing for the machine itself.
        machine: String,
        /// What kind of thing.
        kind: Kind,
        /// What, as a line for people.
        text: String,
    },
    /// A [`ToMachine::Send`] or [`ToMachine::Call`] is dealt with.
    Answer {
        /// Number of the request.
        id: u64,
        /// What came of it: JSON, nothing, or why not.
        result: Result<String, Refusal>,
    },
    /// What [`ToMachine::Status`] asked.
    Status {
        /// Number of the request.
        id: u64,
        /// How it is.
        status: Status,
    },
    /// What [`ToMachine::Look`] asked.
    Look {
        /// Number of the request.
        id: u64,
        /// What can be seen.
        look: Box<Look>,
    },
    /// Start another machine's process, as a child of this one.
    Spawn {
        /// Number of the request.
        id: u64,
        /// `package/Machine[version][:tag]`.
        name: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// The address of the node that is to start it, when that is another one.
        #[serde(default)]
        node: Option<String>,
    },
    /// That child is to end.
    StopChild {
        /// Number of the [`FromMachine::Spawn`].
        id: u64,
    },
    /// That child is to end at once.
    KillChild {
        /// Number of the [`FromMachine::Spawn`].
        id: u64,
    },
    /// Tell when the process at that address ends, which this one is linked with. Once, and at
    /// once when it is gone already.
    Attend {
        /// Where it is.
        address: String,
        /// The address of the node that runs it.
        node: String,
    },
    /// It has failed; `Exited` follows.
    Errored {
        /// Why.
        error: String,
    },
    /// It has ended. Nothing follows.
    Exited {
        /// Why.
        reason: String,
    },
}

/// What kind of thing a [`FromMachine::Event`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A machine inside of the process has started.
    Started,
    /// A machine wrote a line.
    Log,
    /// A machine inside of the process has failed.
    Errored,
    /// A machine inside of the process has ended.
    Exited,
    /// Anything else that somebody should know.
    Notice,
}

/// Why a message was not taken, or a question not answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong.
    pub reason: String,
    /// What to type instead.
    pub help: Option<String>,
    /// What the machine has a row for now.
    pub accepts: Vec<String>,
    /// The deadline passed.
    pub is_late: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)?;
        if let Some(help) = &self.help {
            write!(formatter, "\nhelp: {help}")?;
        }
        match self.accepts.is_empty() {
            true => Ok(()),
            false => write!(formatter, "\naccepts {}", self.accepts.join(", ")),
        }
    }
}

/// How a machine is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The states in which it rests, joined by `+`.
    pub state: String,
    /// How many messages wait in its mailbox.
    pub mail: usize,
    /// How many machines its process has.
    pub machines: usize,
}

/// Why bytes are no frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// A frame is longer than [`LONGEST`].
    TooLong {
        /// How long it says that it is.
        length: usize,
    },
    /// A frame's bytes are not what is expected.
    Malformed {
        /// What is wrong.
        what: String,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::TooLong { length } => write!(
                formatter,
                "a frame of {length} bytes: at most {LONGEST} are taken"
            ),
            FrameError::Malformed { what } => write!(formatter, "a frame cannot be read: {what}"),
        }
    }
}

impl std::error::Error for FrameError {}

/// A frame.
///
/// # Errors
/// When it would be too long.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message).map_err(malformed)?;
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(FrameError::TooLong { length });
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

fn malformed(problem: serde_json::Error) -> FrameError {
    FrameError::Malformed {
        what: problem.to_string(),
    }
}

/// Takes frames out of bytes as they come.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// How many of them have been read.
    read: usize,
}

impl Decoder {
    /// More bytes have come.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 && self.read == self.bytes.len() {
            self.bytes.clear();
            self.read = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame; `None` when it has not come whole.
    ///
    /// # Errors
    /// When what came is no frame: nothing that follows can be read either.
    pub fn frame<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let waiting = &self.bytes[self.read..];
        let Some((length, rest)) = waiting.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > LONGEST {
            return Err(FrameError::TooLong { length });
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let message = serde_json::from_slice(body).map_err(malformed)?;
        self.read += 4 + length;
        if self.read > LONGEST {
            self.bytes.drain(..self.read);
            self.read = 0;
        }
        Ok(Some(message))
    }

    /// Whether nothing has come of a frame that has not come whole.
    pub fn is_between_frames(&self) -> bool {
        self.read == self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_in_pieces() {
        let first = ToMachine::Send {
            id: 1,
            text: "coin 5".to_owned(),
        };
        let bytes = [encode(&first).unwrap(), encode(&ToMachine::Stop).unwrap()].concat();
        for size in 1..bytes.len() {
            let (mut decoder, mut read) = (Decoder::default(), Vec::new());
            for piece in bytes.chunks(size) {
                decoder.push(piece);
                while let Some(message) = decoder.frame::<ToMachine>().unwrap() {
                    read.push(message);
                }
            }
            assert_eq!(read, [first.clone(), ToMachine::Stop]);
            assert!(decoder.is_between_frames());
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        let mut decoder = Decoder::default();
        decoder.push(&u32::MAX.to_le_bytes());
        let length = u32::MAX as usize;
        assert_eq!(
            decoder.frame::<ToMachine>(),
            Err(FrameError::TooLong { length })
        );
        for body in ["", "{", "{\"Fly\":{}}", "\"Stop\" x", "[[[[", "null"] {
            let mut decoder = Decoder::default();
            decoder.push(&(body.len() as u32).to_le_bytes());
            decoder.push(body.as_bytes());
            assert!(decoder.frame::<ToMachine>().is_err(), "{body}");
        }
        // Nested deeper than the stack is: refused by the parser's bound.
        let mut decoder = Decoder::default();
        decoder.push(&200_000_u32.to_le_bytes());
        decoder.push(&vec![b'['; 200_000]);
        assert!(decoder.frame::<ToMachine>().is_err());
        let long = ToMachine::Send {
            id: 1,
            text: "x".repeat(LONGEST),
        };
        assert!(matches!(encode(&long), Err(FrameError::TooLong { .. })));
    }
}
