//! The description as bytes: written by the compiler, read from anybody.

use wink_chart::Field;
use wink_chart::describe::*;
use wink_chart::export::{json, mermaid};
use wink_chart::section::{self, Program, SectionError};

const PARAMETERS: &[Option<Field>] = &[
    Some(field("every", "Duration", "")),
    None,
    Some(field("count", "Option<u32>", "")),
];

/// Every kind of state, trigger, row and target.
const CHART: &Chart = &Chart {
    name: text("test/Machine"),
    version: text("1.2.3-rc.1"),
    data: text("Machine"),
    documentation: text("Größe, \"quoted\"\nand a second line."),
    messages: Borrowed(&[
        unit("Push", "Pushes.", None),
        unit("Total", "", Some("u32")),
        Message {
            name: text("Coin"),
            documentation: text(""),
            shape: Named,
            reply: None,
            fields: Borrowed(&[field("value", "u32", "How much.")]),
        },
    ]),
    states: Borrowed(&[
        state(["machine", ""], None, Composite, Some(1), [None; 3]),
        state(
            ["work", "Works."],
            Some(0),
            Parallel,
            None,
            [Some("begin"), None, None],
        ),
        state(["left", ""], Some(1), Composite, Some(3), [None; 3]),
        state(
            ["idle", ""],
            Some(2),
            Leaf,
            None,
            [None, Some("leave"), Some("Local")],
        ),
        leaf(["right", ""], 1, None, None),
        state(["over", ""], Some(0), Final, None, [None; 3]),
    ]),
    rows: Borrowed(&[
        go(0, &[MessageId(0), MessageId(1)], &[to(1)]),
        call(
            3,
            &[MessageId(2)],
            &[history(2), deep_history(1), Target::Stay],
            "pay",
            "Pays.",
        ),
        row(1, Trigger::Any, Defer, &[], [false; 2], [None; 2], ""),
        row(
            1,
            Trigger::Always,
            Receive,
            &[to(5)],
            [true, false],
            [Some("x > 1"), None],
            "",
        ),
        row(
            1,
            Trigger::Done,
            Receive,
            &[to(5)],
            [false, true],
            [None; 2],
            "",
        ),
        row(1, Trigger::Down, Ignore, &[], [false; 2], [None; 2], ""),
        row(
            1,
            Trigger::Child(Started),
            Receive,
            &[],
            [true; 2],
            [None; 2],
            "",
        ),
        row(
            1,
            Trigger::Child(Pulsed),
            Receive,
            &[],
            [false; 2],
            [None; 2],
            "",
        ),
        row(
            1,
            Trigger::Child(Errored),
            Receive,
            &[],
            [false; 2],
            [None; 2],
            "",
        ),
        row(
            1,
            Trigger::Child(Exited),
            Receive,
            &[],
            [false; 2],
            [None; 2],
            "",
        ),
        row(
            4,
            Trigger::After(Delay {
                nanoseconds: 5_000_000_000,
                text: text("5s"),
            }),
            Receive,
            &[to(4)],
            [false; 2],
            [None; 2],
            "",
        ),
    ]),
    defaults: Borrowed(&[
        default(2, DefaultKind::Initial, &[to(3)], Some("first")),
        default(2, DefaultKind::History, &[to(3), Target::Stay], None),
        default(1, DefaultKind::DeepHistory, &[to(4), to(3)], None),
    ]),
    completions: Borrowed(&[completion(1, 0)]),
};

/// As `wink::main!` writes it.
static SECTION: [u8; section::length(CHART, PARAMETERS)] = section::bytes(CHART, PARAMETERS);

/// The numbers of the format, so that a change of it is seen.
#[test]
fn what_is_written_is_what_the_page_says() {
    assert_eq!(&SECTION[..8], b"WINKDESC");
    assert_eq!(&SECTION[8..12], [1, 0, 0, 0]);
    let length = u32::from_le_bytes([SECTION[12], SECTION[13], SECTION[14], SECTION[15]]);
    assert_eq!(length as usize, SECTION.len() - 16);
    assert_eq!(&SECTION[16..32], b"\x0c\0\0\0test/Machine");
}

#[test]
fn what_is_written_is_read_back() {
    let read = section::read(&SECTION).unwrap();
    let written = Program {
        chart: CHART.clone(),
        parameters: PARAMETERS.iter().flatten().cloned().collect(),
    };
    assert_eq!(read, written);
    assert_eq!(read.usage(), "<every: Duration> [<count: u32>]");
    // A linker may fill a section up.
    let mut padded = SECTION.to_vec();
    padded.extend([0; 13]);
    assert_eq!(section::read(&padded), Ok(written));
}

#[test]
fn nothing_that_is_cut_off_is_read() {
    for end in 0..SECTION.len() {
        let expected = match end {
            0..16 => SectionError::NotADescription,
            _ => SectionError::Truncated,
        };
        assert_eq!(section::read(&SECTION[..end]), Err(expected), "{end}");
    }
    assert_eq!(
        section::read(b"\x7fELF and other things that are no machine"),
        Err(SectionError::NotADescription)
    );
    let mut newer = SECTION.to_vec();
    newer[8] = 2;
    assert_eq!(
        section::read(&newer),
        Err(SectionError::Version { found: 2 })
    );
}

/// Every byte changed to several others: refused, or a chart that can be drawn.
#[test]
fn nothing_that_is_read_breaks_what_draws_it() {
    let (mut refused, mut drawn) = (0, 0);
    for place in 0..SECTION.len() {
        for change in [1, 2, 4, 0x80, 0xff] {
            let mut bytes = SECTION.to_vec();
            bytes[place] ^= change;
            match section::read(&bytes) {
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
                Ok(program) => {
                    let chart = &program.chart;
                    assert!(!json(chart).is_empty() && !mermaid(chart).is_empty());
                    drawn += 1;
                }
            }
        }
    }
    assert!(
        refused > 500 && drawn > 500,
        "{refused} refused, {drawn} drawn"
    );
}

/// A number that promises more than there is takes no memory.
#[test]
fn an_absurd_length_is_only_a_number() {
    let mut bytes = SECTION.to_vec();
    bytes[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(section::read(&bytes), Err(SectionError::Truncated));
}
