//! What nodes say to each other, and what a node and a program do.

use super::fuzz;
use crate::core::wire::Limits;
use crate::core::wire::frame::{Frame, split};
use crate::core::wire::handshake::{Greeting, agree};
use crate::core::wire::heartbeat::read_beat;

/// The kind of a frame, without what it says.
fn kind(frame: &Frame<'_>) -> String {
    let shown = format!("{frame:?}");
    let end = shown.find([' ', '(', '{']).unwrap_or(shown.len());
    shown[..end].to_owned()
}

/// As a link reads a stream: frame after frame, until one is none.
#[test]
fn frames() {
    fuzz("frames", |input| {
        let (mut at, mut words) = (0, String::new());
        loop {
            let (inside, taken) = match split(&input[at..], Limits::FRAME_LEAST) {
                Ok(Some(found)) => found,
                Ok(None) => return words,
                Err(error) => return format!("{words} {}", error.what),
            };
            assert!(taken <= input.len() - at);
            match Frame::read(inside) {
                Ok(frame) => {
                    // What was read is written as the same bytes: there are no two forms.
                    let mut again = Vec::new();
                    frame.write(&mut again);
                    let is_exact = again == input[at..at + taken];
                    let reread = Frame::read(&again[4..]).expect("what was written can be read");
                    assert_eq!(reread, frame);
                    if words.len() < 64 {
                        words += &format!(" {}{}", kind(&frame), u8::from(is_exact));
                    }
                }
                Err(error) => return format!("{words} {}: {:?}", error.what, error.problem),
            }
            at += taken;
        }
    });
}

/// Two nodes that greet each other: both draw the same conclusion, whatever one of them says.
#[test]
fn greetings() {
    fuzz("greetings", |input| {
        let Ok(Frame::Hello(peer)) = Frame::read(input) else {
            return format!("{:?}", Frame::read(input).map_err(|error| error.what));
        };
        let own = Greeting::new("127.0.0.1:42000", 1, 2);
        match (agree(&own, &peer), agree(&peer, &own)) {
            (Ok(here), Ok(there)) => {
                assert_eq!(here.version, there.version);
                assert!(here.frame >= Limits::FRAME_LEAST);
                format!("agreed on {}", here.version)
            }
            (Err(here), Err(there)) => {
                assert_eq!(here.code, there.code);
                format!("refused: {}", here.code)
            }
            (here, there) => panic!("{here:?} here, {there:?} there"),
        }
    });
}

#[test]
fn signs_of_life() {
    fuzz("beats", |input| match read_beat(input) {
        Ok(_) => {
            assert_eq!(input.len(), 8);
            "a beat".to_owned()
        }
        Err(_) => {
            assert_ne!(input.len(), 8);
            "none".to_owned()
        }
    });
}

/// The channel between a node and a machine's program, cut into any pieces.
#[cfg(feature = "console")]
#[test]
fn channel() {
    use crate::process::protocol::{Decoder, FromMachine, ToMachine};
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    fn decode<T: DeserializeOwned + Debug>(input: &[u8], piece: usize) -> (Vec<String>, bool) {
        let (mut decoder, mut read) = (Decoder::default(), Vec::new());
        for piece in input.chunks(piece) {
            decoder.push(piece);
            loop {
                match decoder.frame::<T>() {
                    Ok(Some(message)) => read.push(format!("{message:?}")),
                    Ok(None) => break,
                    Err(_) => return (read, false),
                }
            }
        }
        (read, true)
    }

    fn words(read: &(Vec<String>, bool)) -> String {
        let mut words = format!("{} ", read.1);
        for message in read.0.iter().take(3) {
            words += message.split([' ', '(']).next().unwrap_or_default();
        }
        words
    }

    fuzz("channel", |input| {
        let from = decode::<FromMachine>(input, input.len().max(1));
        assert_eq!(decode::<FromMachine>(input, 3), from);
        let to = decode::<ToMachine>(input, input.len().max(1));
        assert_eq!(decode::<ToMachine>(input, 3), to);
        words(&from) + &words(&to)
    });
}

/// The description in a program's section, which may be anybody's program.
#[test]
fn sections() {
    fuzz("sections", |input| match wink_chart::section::read(input) {
        Ok(program) => format!("{} messages", program.chart.messages.len()),
        Err(error) => {
            let text = error.to_string();
            text.split(|letter: char| letter.is_ascii_digit())
                .next()
                .unwrap_or_default()
                .to_owned()
        }
    });
}
