//! Why machines end and questions have no answer, as bytes.
//!
//! Must not know of: frames.

use super::bytes::{Problem, Reader, WireError, Writer};
use super::frame::{TEXT, cut};
use crate::core::exit::{Error, ErrorKind, ExitReason};
use crate::core::question::CallError;

/// How many causes of an error are told; what comes below is in the text of the last.
const CAUSES: usize = 16;

mod code {
    pub const NORMAL: u8 = 0;
    pub const STOPPED: u8 = 1;
    pub const ERRORED: u8 = 2;
    pub const KILLED: u8 = 3;
    pub const DROPPED: u8 = 4;

    pub const RAISED: u8 = 0;
    pub const PANIC: u8 = 1;
    pub const LOST: u8 = 2;

    pub const UNHANDLED: u8 = 0;
    pub const IGNORED: u8 = 1;
    pub const UNANSWERED: u8 = 2;
    pub const DIED: u8 = 3;
    pub const LATE: u8 = 4;
    pub const UNREADABLE: u8 = 5;
}

/// Writes why a machine ended.
pub fn write(writer: &mut Writer<'_>, reason: &ExitReason) {
    match reason {
        ExitReason::Normal => writer.byte(code::NORMAL),
        ExitReason::Stopped => writer.byte(code::STOPPED),
        ExitReason::Killed => writer.byte(code::KILLED),
        ExitReason::Dropped => writer.byte(code::DROPPED),
        ExitReason::Errored(error) => {
            writer.byte(code::ERRORED);
            write_error(writer, error);
        }
    }
}

/// Reads why a machine ended.
///
/// # Errors
/// When the bytes say no reason.
pub fn read(reader: &mut Reader<'_>) -> Result<ExitReason, WireError> {
    let what = "the reason of an end";
    Ok(match reader.byte(what)? {
        code::NORMAL => ExitReason::Normal,
        code::STOPPED => ExitReason::Stopped,
        code::KILLED => ExitReason::Killed,
        code::DROPPED => ExitReason::Dropped,
        code::ERRORED => ExitReason::Errored(read_error(reader)?),
        other => return Err(reader.error(what, Problem::Unknown(other))),
    })
}

/// The error and its causes, the outermost first. What an error refers to stays behind: a child
/// and a linked machine are told by name.
fn write_error(writer: &mut Writer<'_>, error: &Error) {
    let mut chain = vec![error];
    while let Some(cause) = chain[chain.len() - 1].cause() {
        if chain.len() == CAUSES {
            break;
        }
        chain.push(cause);
    }
    writer.number(chain.len() as u64);
    for (index, error) in chain.iter().enumerate() {
        let is_last = index + 1 == chain.len();
        match error.kind() {
            ErrorKind::Panic { message, location } => {
                writer.byte(code::PANIC);
                writer.text(cut(message, TEXT));
                writer.text(cut(location.as_deref().unwrap_or_default(), TEXT));
            }
            ErrorKind::Lost { node, why } => {
                writer.byte(code::LOST);
                writer.text(cut(node, TEXT));
                writer.text(cut(why, TEXT));
            }
            _ => {
                let text = match is_last {
                    true => format!("{error:#}"),
                    false => error.to_string(),
                };
                writer.byte(code::RAISED);
                writer.text(cut(&text, TEXT));
            }
        }
    }
}

fn read_error(reader: &mut Reader<'_>) -> Result<Error, WireError> {
    let what = "an error";
    let count = reader.number("the causes of an error")?;
    if count == 0 || count > CAUSES as u64 {
        return Err(reader.error("the causes of an error", Problem::Number));
    }
    let mut chain = Vec::new();
    for _ in 0..count {
        chain.push(match reader.byte(what)? {
            code::RAISED => ErrorKind::Raised {
                message: reader.text(what, TEXT)?.to_owned(),
            },
            code::PANIC => ErrorKind::Panic {
                message: reader.text(what, TEXT)?.to_owned(),
                location: match reader.text("the place of a panic", TEXT)? {
                    "" => None,
                    place => Some(place.to_owned()),
                },
            },
            code::LOST => ErrorKind::Lost {
                node: reader.text("a lost node", TEXT)?.to_owned(),
                why: reader.text("why a node is lost", TEXT)?.to_owned(),
            },
            other => return Err(reader.error(what, Problem::Unknown(other))),
        });
    }
    let mut error = None;
    for kind in chain.into_iter().rev() {
        error = Some(Error::with_cause(kind, error));
    }
    error.ok_or_else(|| reader.error(what, Problem::Truncated))
}

/// Writes why a question has no answer.
pub fn write_call_error(writer: &mut Writer<'_>, error: &CallError) {
    match error {
        CallError::Unhandled => writer.byte(code::UNHANDLED),
        CallError::Ignored => writer.byte(code::IGNORED),
        CallError::Unanswered => writer.byte(code::UNANSWERED),
        CallError::Late => writer.byte(code::LATE),
        CallError::Died(reason) => {
            writer.byte(code::DIED);
            write(writer, reason);
        }
        CallError::Unreadable(why) => {
            writer.byte(code::UNREADABLE);
            writer.text(cut(why, TEXT));
        }
    }
}

/// Reads why a question has no answer.
///
/// # Errors
/// When the bytes say nothing of the kind.
pub fn read_call_error(reader: &mut Reader<'_>) -> Result<CallError, WireError> {
    let what = "why a question has no answer";
    Ok(match reader.byte(what)? {
        code::UNHANDLED => CallError::Unhandled,
        code::IGNORED => CallError::Ignored,
        code::UNANSWERED => CallError::Unanswered,
        code::LATE => CallError::Late,
        code::DIED => CallError::Died(read(reader)?),
        code::UNREADABLE => CallError::Unreadable(reader.text(what, TEXT)?.to_owned()),
        other => return Err(reader.error(what, Problem::Unknown(other))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::exit::{Child, Identity, MachineId};

    fn there_and_back(reason: &ExitReason) -> ExitReason {
        let mut bytes = Vec::new();
        write(&mut Writer(&mut bytes), reason);
        let mut reader = Reader::new(&bytes);
        let read = read(&mut reader).expect("what was written can be read");
        reader.finish("it").expect("nothing is left");
        read
    }

    #[test]
    fn reasons_arrive_as_they_were() {
        let panic = Error::panic("boom", Some("src/main.rs:3:5".into()));
        for reason in [
            ExitReason::Normal,
            ExitReason::Stopped,
            ExitReason::Killed,
            ExitReason::Dropped,
            Error::raised("no beans").into(),
            panic.into(),
            Error::panic("boom", None).into(),
            Error::lost("10.0.0.2:42000", "silent for 10s").into(),
        ] {
            assert_eq!(there_and_back(&reason), reason);
        }
    }

    #[test]
    fn of_what_stays_behind_the_words_arrive() {
        let child = Child::new(Identity::new(MachineId::new(7), "family/Child"));
        let error = Error::child(child, Error::panic("boom", None));
        let ExitReason::Errored(read) = there_and_back(&error.clone().into()) else {
            panic!("it errored");
        };
        assert_eq!(format!("{read:#}"), format!("{error:#}"));
        assert_eq!(read.root_cause(), error.root_cause());
    }

    #[test]
    fn a_long_chain_is_told_in_short() {
        let child = Child::new(Identity::new(MachineId::new(7), "family/Child"));
        let mut error = Error::raised("the bottom");
        for _ in 0..1_000 {
            error = Error::child(child, error);
        }
        let ExitReason::Errored(read) = there_and_back(&error.into()) else {
            panic!("it errored");
        };
        assert!(format!("{read:#}").len() < 2 * TEXT);
    }
}
