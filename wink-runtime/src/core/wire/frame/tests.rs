use super::*;
use crate::core::exit::Error;
use crate::core::wire::bytes::Problem;
use proptest::prelude::*;

const LIMIT: u32 = 1 << 20;

fn there_and_back(frame: &Frame<'_>) {
    let mut bytes = Vec::new();
    frame.write(&mut bytes);
    let (inside, taken) = split(&bytes, LIMIT)
        .expect("within the limit")
        .expect("the whole frame");
    assert_eq!(taken, bytes.len());
    assert_eq!(Frame::read(inside).as_ref(), Ok(frame));
    for end in 0..bytes.len() {
        assert_eq!(split(&bytes[..end], LIMIT), Ok(None), "{frame:?} to {end}");
    }
    // No front of a frame is a frame, but of those that end in bytes of their own.
    let open = matches!(
        frame,
        Frame::Letter { .. }
            | Frame::Answer { .. }
            | Frame::Request { .. }
            | Frame::Response { .. }
    );
    for end in 0..inside.len() {
        assert!(open || Frame::read(&inside[..end]).is_err(), "{frame:?}");
    }
    let mut longer = inside.to_vec();
    longer.push(0);
    assert!(open || Frame::read(&longer).is_err(), "{frame:?}");
}

fn reason() -> ExitReason {
    Error::raised("no beans").into()
}

const MACHINE: Machine = Machine {
    machine: 3,
    number: 700,
    window: 16,
};

/// One of each kind, and another one of those that can say different things.
fn examples() -> Vec<Frame<'static>> {
    let machine = MACHINE;
    vec![
        Frame::Hello(Greeting::new("127.0.0.1:42000", 5, 6)),
        Frame::Refuse(Refusal::new(Refusal::ROLE, "may not send")),
        Frame::Farewell { why: "done" },
        Frame::Reach {
            request: 1,
            name: "gate",
            machine: "samples/Turnstile",
            fingerprint: u64::MAX,
        },
        Frame::Reached {
            request: 1,
            machine,
        },
        Frame::Unreached {
            request: 1,
            code: 2,
            why: "there is none",
        },
        Frame::Order {
            machine: 3,
            what: Frame::BURY,
        },
        Frame::Request {
            request: 9,
            body: b"list",
        },
        Frame::Response {
            request: 9,
            body: b"",
        },
        Frame::Finished { request: 9 },
        Frame::Cancel { request: 9 },
        Frame::Letter {
            machine: 3,
            question: 0,
            sender: 8,
            payload: b"abc",
        },
        Frame::Sender {
            number: 7,
            name: "samples/Lamp",
        },
        Frame::Answer {
            question: 5,
            payload: b"",
        },
        Frame::Unanswered {
            question: 5,
            error: CallError::Died(reason()),
        },
        Frame::Unanswered {
            question: 5,
            error: CallError::Unreadable("too short".into()),
        },
        Frame::Credit {
            machine: 3,
            count: 1 << 40,
        },
        Frame::Ended {
            machine: 3,
            reason: ExitReason::Stopped,
        },
        Frame::Down {
            machine: 3,
            number: 12,
            name: "family/Child",
            linked: true,
            reason: reason(),
        },
        Frame::Tie {
            machine: 3,
            number: 12,
            name: "family/Child",
            linked: Some(true),
        },
        Frame::Tie {
            machine: 3,
            number: 12,
            name: "family/Child",
            linked: None,
        },
    ]
}

#[test]
fn every_frame_arrives_as_it_was() {
    for frame in examples() {
        there_and_back(&frame);
    }
}

/// How the page writes it: what it says, as Rust prints it, and its bytes.
fn row(frame: &Frame<'_>) -> String {
    let mut bytes = Vec::new();
    frame.write(&mut bytes);
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let said = match frame {
        // Too much for a line.
        Frame::Hello(_) => "Hello, reached at 127.0.0.1:42000, run 5, link 6".to_owned(),
        Frame::Ended { .. } => "Ended { machine: 3 }, stopped".to_owned(),
        Frame::Down { .. } => "Down, 3 is told that 12, family/Child, raised `no beans`".to_owned(),
        Frame::Unanswered { error, .. } => format!("Unanswered {{ question: 5 }}, {error}"),
        frame => format!("{frame:?}"),
    };
    format!("    {said}\n      {}\n", bytes.join(" "))
}

/// The page that others would write a program by, and the program.
const PAGE: &str = include_str!("../../../../../docs/protocol.md");

#[test]
fn the_page_shows_these_bytes() {
    let rows: String = examples().iter().map(row).collect();
    assert!(
        PAGE.contains(&rows),
        "docs/protocol.md should show:\n{rows}"
    );
}

#[test]
fn a_frame_that_is_too_long_is_refused_at_its_length() {
    let mut bytes = 1_025_u32.to_le_bytes().to_vec();
    let error = split(&bytes, 1_024).expect_err("one too many");
    assert_eq!(
        error.to_string(),
        "the length of a frame, at byte 0 of its frame: 1025 bytes long; at most 1024 are taken"
    );
    bytes[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    split(&bytes, LIMIT).expect_err("far too many");
}

#[test]
fn what_people_type_is_no_frame() {
    for text in ["start echo/Echo :0", "list", "GET / HTTP/1.1\r\n\r\n", ""] {
        let frame = Frame::read(text.as_bytes());
        let error = frame.expect_err("no frame begins with a letter");
        assert!(matches!(
            error.problem,
            Problem::Unknown(_) | Problem::Truncated
        ));
    }
}

proptest! {
    /// No bytes make the reader panic, or take more memory than they have.
    #[test]
    fn any_bytes_are_a_frame_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(frame) = Frame::read(&bytes) {
            let mut again = Vec::new();
            frame.write(&mut again);
            let (inside, _) = split(&again, LIMIT).expect("short").expect("whole");
            // Frames that are alike may be written in two ways only where a later version may
            // say more.
            prop_assert_eq!(Frame::read(inside), Ok(frame));
        }
    }

    /// A known kind, then anything: the likely way to be wrong.
    #[test]
    fn any_inside_of_a_known_kind(kind in 1_u8..23, mut bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        bytes.insert(0, kind);
        let _ = Frame::read(&bytes);
    }

    /// However the bytes of a stream come in pieces, the same frames come out.
    #[test]
    fn frames_do_not_depend_on_the_pieces(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 1..10),
        piece in 1_usize..40,
    ) {
        let mut stream = Vec::new();
        for payload in &payloads {
            Frame::Answer { question: 1, payload }.write(&mut stream);
        }
        let (mut found, mut kept) = (Vec::new(), Vec::new());
        for piece in stream.chunks(piece) {
            kept.extend_from_slice(piece);
            while let Some((inside, taken)) = split(&kept, LIMIT).expect("short frames") {
                let Ok(Frame::Answer { payload, .. }) = Frame::read(inside) else {
                    panic!("an answer");
                };
                found.push(payload.to_vec());
                kept.drain(..taken);
            }
        }
        prop_assert_eq!(found, payloads);
        prop_assert!(kept.is_empty());
    }
}
