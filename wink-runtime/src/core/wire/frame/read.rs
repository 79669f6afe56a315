//! The insides of frames, from bytes that may be anything.
//!
//! Must not know of: lengths of frames.

use super::super::bytes::{Problem, Reader, WireError};
use super::super::handshake::{Greeting, Refusal};
use super::super::reason;
use super::{Frame, Machine, NAME, TEXT, kind};

/// The frame, and what to call it.
type Read<'a> = Result<(Frame<'a>, &'static str), WireError>;

pub(super) fn control<'a>(code: u8, reader: &mut Reader<'a>) -> Read<'a> {
    let request = "a request's number";
    Ok(match code {
        kind::HELLO => (Frame::Hello(Greeting::read(reader)?), "a greeting"),
        kind::REFUSE => {
            let code = reader.byte("a refusal's code")?;
            let why = reader.text("a refusal's text", TEXT)?.to_owned();
            (Frame::Refuse(Refusal { code, why }), "a refusal")
        }
        kind::FAREWELL => {
            let why = reader.text("a farewell's text", TEXT)?;
            (Frame::Farewell { why }, "a farewell")
        }
        kind::REACH => {
            let frame = Frame::Reach {
                request: reader.number(request)?,
                name: reader.text("a published name", NAME)?,
                machine: reader.text("a machine's name", NAME)?,
                fingerprint: reader.fixed("a fingerprint")?,
            };
            (frame, "a wish to reach a machine")
        }
        kind::REACHED => {
            let request = reader.number(request)?;
            let machine = Machine::read(reader)?;
            (Frame::Reached { request, machine }, "a reached machine")
        }
        kind::UNREACHED => {
            let frame = Frame::Unreached {
                request: reader.number(request)?,
                code: reader.byte("why a machine is not reached")?,
                why: reader.text("why a machine is not reached", TEXT)?,
            };
            (frame, "a machine that is not reached")
        }
        kind::ORDER => {
            let machine = reader.number("a machine")?;
            let what = reader.byte("an order")?;
            if what > Frame::BURY {
                return Err(reader.error("an order", Problem::Unknown(what)));
            }
            (Frame::Order { machine, what }, "an order")
        }
        kind::REQUEST | kind::RESPONSE => {
            let request = reader.number(request)?;
            let body = reader.rest();
            match code {
                kind::REQUEST => (Frame::Request { request, body }, "a request"),
                _ => (Frame::Response { request, body }, "a response"),
            }
        }
        kind::FINISHED | kind::CANCEL => {
            let request = reader.number(request)?;
            match code {
                kind::FINISHED => (Frame::Finished { request }, "the end of a request"),
                _ => (Frame::Cancel { request }, "the end of a request"),
            }
        }
        other => {
            let what = "the kind of a frame";
            return Err(reader.error(what, Problem::Unknown(other)));
        }
    })
}

#[inline]
pub(super) fn mail<'a>(code: u8, reader: &mut Reader<'a>) -> Read<'a> {
    Ok(match code {
        kind::LETTER => {
            let frame = Frame::Letter {
                machine: reader.number("a letter's machine")?,
                question: reader.number("a letter's question")?,
                sender: reader.number("a letter's sender")?,
                payload: reader.rest(),
            };
            (frame, "a letter")
        }
        kind::SENDER => {
            let number = reader.number("a sender's number")?;
            let name = reader.text("a sender's name", NAME)?;
            (Frame::Sender { number, name }, "a sender")
        }
        kind::ANSWER => {
            let question = reader.number("an answer's question")?;
            let payload = reader.rest();
            (Frame::Answer { question, payload }, "an answer")
        }
        kind::UNANSWERED => {
            let question = reader.number("a refused question")?;
            let error = reason::read_call_error(reader)?;
            (Frame::Unanswered { question, error }, "a refused question")
        }
        kind::CREDIT => {
            let machine = reader.number("a credit's machine")?;
            let count = reader.number("a credit")?;
            (Frame::Credit { machine, count }, "a credit")
        }
        kind::ENDED => {
            let machine = reader.number("an ended machine")?;
            let reason = reason::read(reader)?;
            (Frame::Ended { machine, reason }, "the end of a machine")
        }
        kind::DOWN => {
            let frame = Frame::Down {
                machine: reader.number("who is told of an end")?,
                number: reader.number("an ended machine")?,
                name: reader.text("an ended machine's name", NAME)?,
                linked: match reader.byte("a link")? {
                    0 => false,
                    1 => true,
                    other => return Err(reader.error("a link", Problem::Unknown(other))),
                },
                reason: reason::read(reader)?,
            };
            (frame, "the notice of an end")
        }
        kind::TIE => {
            let frame = Frame::Tie {
                machine: reader.number("who is to be told of an end")?,
                number: reader.number("a machine that may end")?,
                name: reader.text("the name of a machine that may end", NAME)?,
                linked: match reader.byte("a tie")? {
                    0 => Some(false),
                    1 => Some(true),
                    2 => None,
                    other => return Err(reader.error("a tie", Problem::Unknown(other))),
                },
            };
            (frame, "a tie")
        }
        other => {
            let what = "the kind of a frame";
            return Err(reader.error(what, Problem::Unknown(other)));
        }
    })
}
