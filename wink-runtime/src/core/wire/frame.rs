//! Frames: everything that goes over a link, one after the other.
//!
//! Must not know of: who sends them, and what becomes of them.

mod read;

use super::bytes::{Problem, Reader, WireError, Writer};
use super::handshake::{Greeting, Refusal};
use super::reason;
use crate::core::exit::ExitReason;
use crate::core::question::CallError;

/// The longest name of anything, in bytes.
pub const NAME: usize = 512;
/// The longest explanation, in bytes.
pub const TEXT: usize = 16 * 1_024;

/// One frame. What can be long is borrowed from where it was received.
///
/// Machines are numbered in the order in which their owner has told of them, for each link
/// anew: who was not told of a machine has no number for it.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame<'a> {
    /// The first frame of each side.
    Hello(Greeting),
    /// Instead of a hello, or after one that cannot be agreed with. The last frame.
    Refuse(Refusal),
    /// The last frame of a node that leaves in good order.
    Farewell {
        /// Why it leaves.
        why: &'a str,
    },
    /// Asks for a machine by its name.
    Reach {
        /// To know the answer by.
        request: u64,
        /// What the machine is published as.
        name: &'a str,
        /// The chart's name that is expected, `package/Machine`.
        machine: &'a str,
        /// The fingerprint of the messages that would be sent.
        fingerprint: u64,
    },
    /// Here it is.
    Reached {
        /// What was asked.
        request: u64,
        /// The machine.
        machine: Machine,
    },
    /// It cannot be reached.
    Unreached {
        /// What was asked.
        request: u64,
        /// Why, for programs.
        code: u8,
        /// Why, for people; of messages that differ, how the owner's look.
        why: &'a str,
    },
    /// What a supervisor or a person wants of a machine.
    Order {
        /// The machine.
        machine: u64,
        /// What: see [`Frame::STOP`] and its siblings.
        what: u8,
    },
    /// Anything that programs agree on: the control protocol of nodes.
    Request {
        /// To know the answers by.
        request: u64,
        /// The request itself.
        body: &'a [u8],
    },
    /// One of the answers to a request.
    Response {
        /// What was asked.
        request: u64,
        /// The answer itself.
        body: &'a [u8],
    },
    /// There are no more answers.
    Finished {
        /// What was asked.
        request: u64,
    },
    /// Nobody waits for more answers.
    Cancel {
        /// What was asked.
        request: u64,
    },
    /// A message for a machine.
    Letter {
        /// The machine.
        machine: u64,
        /// One more than the question's number; 0 when no answer is expected.
        question: u64,
        /// One more than the number of the sender in its system; 0 for nobody.
        sender: u64,
        /// The message.
        payload: &'a [u8],
    },
    /// Who sends: once, before the first letter of that machine.
    Sender {
        /// Its number in its system.
        number: u64,
        /// Its chart's name.
        name: &'a str,
    },
    /// The answer to a question.
    Answer {
        /// The question's number.
        question: u64,
        /// The answer.
        payload: &'a [u8],
    },
    /// A question has no answer.
    Unanswered {
        /// The question's number.
        question: u64,
        /// Why.
        error: CallError,
    },
    /// So many more letters may be sent to the machine.
    Credit {
        /// The machine.
        machine: u64,
        /// How many.
        count: u64,
    },
    /// The machine has ended.
    Ended {
        /// The machine.
        machine: u64,
        /// Why.
        reason: ExitReason,
    },
    /// A machine of the sender's that this one watches has ended.
    Down {
        /// Who is told.
        machine: u64,
        /// Who has ended: its number in its system.
        number: u64,
        /// Its chart's name.
        name: &'a str,
        /// Whether the two were linked.
        linked: bool,
        /// Why it ended.
        reason: ExitReason,
    },
    /// A machine of the receiver's is to hear of the end of one of the sender's, or no longer: it
    /// has ended too when the link is lost.
    Tie {
        /// Who is to be told.
        machine: u64,
        /// Whose end it is: its number in its system.
        number: u64,
        /// Its chart's name.
        name: &'a str,
        /// Whether the two are linked; nothing when they no longer have to do with each other.
        linked: Option<bool>,
    },
}

/// A machine as its owner tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its number on this link.
    pub machine: u64,
    /// Its number in its system, by which it is known as a sender.
    pub number: u64,
    /// How many letters may be on their way to it.
    pub window: u32,
}

mod kind {
    pub const HELLO: u8 = 1;
    pub const REFUSE: u8 = 2;
    pub const FAREWELL: u8 = 3;
    pub const REACH: u8 = 4;
    pub const REACHED: u8 = 5;
    pub const UNREACHED: u8 = 6;
    pub const ORDER: u8 = 7;
    pub const REQUEST: u8 = 8;
    pub const RESPONSE: u8 = 9;
    pub const FINISHED: u8 = 10;
    pub const CANCEL: u8 = 11;
    pub const LETTER: u8 = 16;
    pub const SENDER: u8 = 17;
    pub const ANSWER: u8 = 18;
    pub const UNANSWERED: u8 = 19;
    pub const CREDIT: u8 = 20;
    pub const ENDED: u8 = 21;
    pub const DOWN: u8 = 22;
    pub const TIE: u8 = 23;
}

impl<'a> Frame<'a> {
    /// The order to end in good order.
    pub const STOP: u8 = 0;
    /// The order to end at once.
    pub const KILL: u8 = 1;
    /// The order to start again.
    pub const RESTART: u8 = 2;
    /// The order to end for good.
    pub const BURY: u8 = 3;

    /// Appends the frame with its length before it.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        frame(bytes, |bytes| self.body(bytes));
    }

    fn body(&self, bytes: &mut Vec<u8>) {
        let mut writer = Writer(bytes);
        match self {
            Frame::Hello(greeting) => {
                writer.byte(kind::HELLO);
                greeting.write(&mut writer);
            }
            Frame::Refuse(refusal) => {
                writer.byte(kind::REFUSE);
                writer.byte(refusal.code);
                writer.text(cut(&refusal.why, TEXT));
            }
            Frame::Farewell { why } => {
                writer.byte(kind::FAREWELL);
                writer.text(cut(why, TEXT));
            }
            Frame::Reach {
                request,
                name,
                machine,
                fingerprint,
            } => {
                writer.byte(kind::REACH);
                writer.number(*request);
                writer.text(name);
                writer.text(machine);
                writer.fixed(*fingerprint);
            }
            Frame::Reached { request, machine } => {
                writer.byte(kind::REACHED);
                writer.number(*request);
                machine.write(&mut writer);
            }
            Frame::Unreached { request, code, why } => {
                writer.byte(kind::UNREACHED);
                writer.number(*request);
                writer.byte(*code);
                writer.text(cut(why, TEXT));
            }
            Frame::Order { machine, what } => {
                writer.byte(kind::ORDER);
                writer.number(*machine);
                writer.byte(*what);
            }
            Frame::Request { request, body } => blob(&mut writer, kind::REQUEST, *request, body),
            Frame::Response { request, body } => blob(&mut writer, kind::RESPONSE, *request, body),
            Frame::Finished { request } => blob(&mut writer, kind::FINISHED, *request, &[]),
            Frame::Cancel { request } => blob(&mut writer, kind::CANCEL, *request, &[]),
            _ => self.mail(&mut writer),
        }
    }

    fn mail(&self, writer: &mut Writer<'_>) {
        match self {
            Frame::Letter {
                machine,
                question,
                sender,
                payload,
            } => {
                letter_head(writer, *machine, *question, *sender);
                writer.rest(payload);
            }
            Frame::Sender { number, name } => {
                writer.byte(kind::SENDER);
                writer.number(*number);
                writer.text(cut(name, NAME));
            }
            Frame::Answer { question, payload } => blob(writer, kind::ANSWER, *question, payload),
            Frame::Unanswered { question, error } => {
                writer.byte(kind::UNANSWERED);
                writer.number(*question);
                reason::write_call_error(writer, error);
            }
            Frame::Credit { machine, count } => {
                writer.byte(kind::CREDIT);
                writer.number(*machine);
                writer.number(*count);
            }
            Frame::Ended { machine, reason } => {
                writer.byte(kind::ENDED);
                writer.number(*machine);
                reason::write(writer, reason);
            }
            Frame::Down {
                machine,
                number,
                name,
                linked,
                reason,
            } => {
                writer.byte(kind::DOWN);
                writer.number(*machine);
                writer.number(*number);
                writer.text(cut(name, NAME));
                writer.byte(u8::from(*linked));
                reason::write(writer, reason);
            }
            Frame::Tie {
                machine,
                number,
                name,
                linked,
            } => {
                writer.byte(kind::TIE);
                writer.number(*machine);
                writer.number(*number);
                writer.text(cut(name, NAME));
                writer.byte(linked.map_or(2, u8::from));
            }
            // Everything else has been written by who called.
            _ => {}
        }
    }

    /// Reads the inside of a frame, to its last byte.
    ///
    /// # Errors
    /// When the bytes are no frame of this protocol.
    pub fn read(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let code = reader.byte("the kind of a frame")?;
        let (frame, what) = match code {
            kind::LETTER..=kind::TIE => read::mail(code, &mut reader)?,
            _ => read::control(code, &mut reader)?,
        };
        reader.finish(what)?;
        Ok(frame)
    }
}

impl Machine {
    fn write(self, writer: &mut Writer<'_>) {
        writer.number(self.machine);
        writer.number(self.number);
        writer.number(u64::from(self.window));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            machine: reader.number("a machine")?,
            number: reader.number("a machine's number")?,
            window: reader.small("a machine's window")?.max(1),
        })
    }
}

/// Begins a letter; the message follows, to the frame's end.
#[inline]
pub fn letter_head(writer: &mut Writer<'_>, machine: u64, question: u64, sender: u64) {
    writer.byte(kind::LETTER);
    writer.number(machine);
    writer.number(question);
    writer.number(sender);
}

/// Begins an answer; the answer itself follows, to the frame's end.
#[inline]
pub fn answer_head(writer: &mut Writer<'_>, question: u64) {
    writer.byte(kind::ANSWER);
    writer.number(question);
}

/// How many bytes the length of a frame takes.
const LENGTH: usize = 4;

/// Appends what `body` appends, with its length before it: four bytes, the lowest first.
/// Returns that length.
#[inline]
pub fn frame(bytes: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>)) -> usize {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; LENGTH]);
    body(bytes);
    let length = bytes.len() - start - LENGTH;
    let before = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    bytes[start..start + LENGTH].copy_from_slice(&before);
    length
}

/// Takes one frame off the front of `bytes`: the frame without its length, and how many bytes
/// both take. `None` when it has not come as a whole.
///
/// # Errors
/// When it is longer than `limit`, as soon as its length has come.
#[inline]
pub fn split(bytes: &[u8], limit: u32) -> Result<Option<(&[u8], usize)>, WireError> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH>() else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*length);
    if length > limit {
        return Err(oversized(u64::from(length), limit));
    }
    let length = length as usize;
    Ok(rest.get(..length).map(|frame| (frame, LENGTH + length)))
}

fn oversized(size: u64, limit: u32) -> WireError {
    let limit = u64::from(limit);
    WireError {
        what: "the length of a frame",
        at: 0,
        problem: Problem::Oversized { size, limit },
    }
}

fn blob(writer: &mut Writer<'_>, kind: u8, number: u64, body: &[u8]) {
    writer.byte(kind);
    writer.number(number);
    writer.rest(body);
}

/// The front of a text, at most so many bytes, in whole characters.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

#[cfg(test)]
mod tests;
