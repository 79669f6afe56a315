//! Peers that have a credential and still send what nobody should: the node ends their link,
//! says why, and goes on with others.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use wink_chart::{Chart, MessageId};

use super::link::TURN;
use super::transport::{Connection, Source, Transport as _};
use super::{Authority, Grant, Kind, Limits, MemoryNetwork, Node, Roles};
use crate::core::machine::{Machine, Messages};
use crate::core::store::Place;
use crate::core::wire::frame::{Frame, split};
use crate::core::wire::handshake::Greeting;
use crate::one_state::State;
use crate::private::NoReplies;
use crate::{Address, System};

/// A machine that no loop runs: its mail stays where it is.
struct Deaf;

#[derive(Serialize, Deserialize)]
enum Word {
    Number(u32),
}

impl Messages for Word {
    type Reply = NoReplies;

    fn id(&self) -> MessageId {
        MessageId(0)
    }
}

impl Machine for Deaf {
    type Message = Word;
    type Store = Place<State, 0>;
    type Locals = ();
    const CHART: &'static Chart = &Chart {
        name: Cow::Borrowed("tests/Deaf"),
        version: Cow::Borrowed("0.1.0"),
        data: Cow::Borrowed("Deaf"),
        documentation: Cow::Borrowed(""),
        messages: Cow::Borrowed(&[]),
        states: Cow::Borrowed(&[]),
        rows: Cow::Borrowed(&[]),
        defaults: Cow::Borrowed(&[]),
        completions: Cow::Borrowed(&[]),
    };
}

/// A node, what it says, and a deaf machine on it, usually with room for four letters.
struct Victim {
    network: MemoryNetwork,
    authority: Authority,
    system: System,
    _node: Node,
    log: Arc<Mutex<Vec<String>>>,
    _deaf: Address<Deaf>,
}

impl Victim {
    fn new() -> Self {
        Self::with_room(4)
    }

    /// The deaf machine has room for so many letters.
    fn with_room(letters: usize) -> Self {
        let network = MemoryNetwork::new();
        let authority = Authority::generate().expect("an authority");
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = log.clone();
        let system = System::builder().log(move |event| {
            lines
                .lock()
                .expect("nobody panics with it")
                .push(event.to_string());
        });
        let system = system.build();
        let grant = Grant::new("victim", Kind::Node, Roles::ALL);
        let credential = authority.issue(&grant).expect("a credential");
        let limits = Limits {
            frame: 4_096,
            ..Limits::default()
        };
        let node = Node::builder(&system, credential).network(&network);
        let node = node
            .limits(limits)
            .listen("victim")
            .start()
            .expect("it starts");
        let home = crate::core::event_loop::home::Home::new(system.site());
        let door = Arc::new(crate::core::event_loop::door::Door::<Deaf>::new(home, 0));
        let deaf = Address::of(door.open(letters, false));
        node.publish("deaf", &deaf).expect("it can travel");
        Self {
            network,
            authority,
            system,
            _node: node,
            log,
            _deaf: deaf,
        }
    }

    /// Connects as a node of the cluster would, and says nothing yet.
    async fn connect(&self) -> Connection {
        let grant = Grant::new("villain", Kind::Node, Roles::ALL);
        let holder = self.authority.issue(&grant).expect("a credential");
        let place = self.network.place("", holder.holder().clone());
        place.connect("victim").await.expect("it listens")
    }

    /// Connects, and greets.
    async fn greeted(&self) -> Connection {
        let mut connection = self.connect().await;
        let mut bytes = Vec::new();
        Frame::Hello(Greeting::new("", 1, 1)).write(&mut bytes);
        connection
            .control
            .1
            .write(&bytes)
            .await
            .expect("it is there");
        connection
    }

    /// Waits until the node has closed the connection.
    async fn closed(&self, connection: &mut Connection) {
        let mut bytes = Vec::new();
        while let Ok(true) = connection.mail.0.read(&mut bytes).await {}
    }

    /// The node has said that, and others can still work with it.
    async fn said(&self, part: &str) {
        let lines = self.log.lock().expect("nobody panics with it").clone();
        assert!(
            lines.iter().any(|line| line.contains(part)),
            "{part}: {lines:?}"
        );
        self.lives().await;
    }

    async fn lives(&self) {
        let grant = Grant::new("friend", Kind::Node, Roles::ALL);
        let friend = self.authority.issue(&grant).expect("a credential");
        let friend = Node::builder(&self.system, friend).network(&self.network);
        let friend = friend.listen("friend").start().expect("it starts");
        friend
            .reach::<Deaf>("deaf", "victim")
            .await
            .expect("it is there");
        friend.close().await;
    }
}

fn frames(frames: &[Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in frames {
        frame.write(&mut bytes);
    }
    bytes
}

/// Reads frames until there is such a one.
async fn wait_for(source: &mut dyn Source, is_it: impl Fn(&Frame<'_>) -> bool) {
    let mut bytes = Vec::new();
    loop {
        while let Some((inside, taken)) = split(&bytes, 1 << 20).expect("short") {
            if is_it(&Frame::read(inside).expect("a frame")) {
                return;
            }
            bytes.drain(..taken);
        }
        assert_eq!(source.read(&mut bytes).await, Ok(true), "the link goes on");
    }
}

/// Has the deaf machine numbered: 0, the first.
async fn reach(connection: &mut Connection) {
    let schema = super::codec::schema::<Deaf>().expect("it can travel");
    let reach = frames(&[Frame::Reach {
        request: 1,
        name: "deaf",
        machine: "tests/Deaf",
        fingerprint: schema.fingerprint(),
    }]);
    connection
        .control
        .1
        .write(&reach)
        .await
        .expect("it is there");
    let is_reached = |frame: &Frame<'_>| matches!(frame, Frame::Reached { request: 1, .. });
    wait_for(&mut *connection.control.0, is_reached).await;
}

/// Sends those bytes on the stream of mail, and expects to hear that.
async fn mail(bytes: &[u8], part: &str) {
    let victim = Victim::new();
    let mut connection = victim.greeted().await;
    connection.mail.1.write(bytes).await.expect("it is there");
    victim.closed(&mut connection).await;
    victim.said(part).await;
}

async fn control(bytes: &[u8], part: &str) {
    let victim = Victim::new();
    let mut connection = victim.greeted().await;
    connection
        .control
        .1
        .write(bytes)
        .await
        .expect("it is there");
    victim.closed(&mut connection).await;
    victim.said(part).await;
}

#[tokio::test(start_paused = true)]
async fn who_does_not_greet_is_not_let_in() {
    for (first, part) in [
        (&b"list\n\0\0\0\0\0\0\0\0"[..], "the length of a frame"),
        (b"\x02\0\0\0hi", "the kind of a frame"),
        (b"\x0a\0\0\0\x01notwink!!", "the protocol's mark"),
        (&frames(&[Frame::Finished { request: 1 }]), "no greeting"),
        (
            &frames(&[Frame::Hello(Greeting {
                versions: (7, 9),
                ..Greeting::new("", 1, 1)
            })]),
            "speaks version 1 of the protocol, the other one versions 7 to 9",
        ),
    ] {
        let victim = Victim::new();
        let mut connection = victim.connect().await;
        connection
            .control
            .1
            .write(first)
            .await
            .expect("it is there");
        victim.closed(&mut connection).await;
        victim.said(part).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_not_waited_for() {
    let victim = Victim::new();
    let mut connection = victim.connect().await;
    let begin = victim.system.now();
    victim.closed(&mut connection).await;
    assert!(victim.system.now().since(begin) < Duration::from_secs(11));
    victim.said("it did not greet in time").await;
}

#[tokio::test(start_paused = true)]
async fn breaches_of_the_protocol_end_the_link() {
    let letter = |machine, payload| Frame::Letter {
        machine,
        question: 0,
        sender: 0,
        payload,
    };
    mail(&frames(&[letter(9, b"")]), "was not told of").await;
    mail(
        &frames(&[Frame::Answer {
            question: 3,
            payload: b"",
        }]),
        "nobody asked for",
    )
    .await;
    mail(
        &frames(&[Frame::Cancel { request: 1 }]),
        "a control frame among the mail",
    )
    .await;
    mail(&5_000_u32.to_le_bytes(), "at most 4096 are taken").await;
    mail(&u32::MAX.to_le_bytes(), "at most 4096 are taken").await;
    mail(b"\x01\0\0\0\xff", "there is no code 255").await;
    mail(b"\x02\0\0\0\x10\x80", "the frame ends in the middle of it").await;
    control(
        &frames(&[letter(0, b"")]),
        "a mail frame on the control stream",
    )
    .await;
    control(
        &frames(&[Frame::Hello(Greeting::new("", 1, 1))]),
        "a mail frame",
    )
    .await;
    control(b"\x03\0\0\0\x07\x00\x09", "there is no code 9").await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_letters_ends_the_link_and_fills_nothing() {
    let victim = Victim::new();
    let mut connection = victim.greeted().await;
    reach(&mut connection).await;
    let letter = |number| {
        frames(&[Frame::Letter {
            machine: 0,
            question: 0,
            sender: 0,
            payload: &[0, number],
        }])
    };
    // Four fit into the mailbox, whose machine never takes one; four more may wait for room.
    for number in 0..8 {
        connection
            .mail
            .1
            .write(&letter(number))
            .await
            .expect("it is there");
    }
    victim.lives().await;
    connection
        .mail
        .1
        .write(&letter(8))
        .await
        .expect("it is there");
    victim.closed(&mut connection).await;
    victim
        .said("more than 4 letters to one machine at a time")
        .await;
}

/// A question that is none, and refused at once.
fn nonsense(question: u64) -> Frame<'static> {
    Frame::Letter {
        machine: 0,
        question,
        sender: 0,
        payload: b"\x09",
    }
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_ready_goes_out_in_one_write() {
    let victim = Victim::new();
    let mut connection = victim.greeted().await;
    reach(&mut connection).await;
    let letters = frames(&[1, 2, 3, 4].map(nonsense));
    let (source, sink) = &mut connection.mail;
    sink.write(&letters).await.expect("it is there");
    // What was written at a time is read at a time in memory.
    let mut bytes = Vec::new();
    assert_eq!(source.read(&mut bytes).await, Ok(true));
    let mut come = Vec::new();
    while let Some((inside, taken)) = split(&bytes, 1 << 20).expect("short") {
        come.push(match Frame::read(inside).expect("a frame") {
            Frame::Unanswered { question, .. } => question,
            Frame::Credit { count, .. } => 100 + count,
            other => panic!("{other:?}"),
        });
        bytes.drain(..taken);
    }
    assert_eq!((come, bytes), (vec![0, 1, 2, 3, 104], Vec::new()));
}

/// So that both nodes have something to do at a time.
#[tokio::test(start_paused = true)]
async fn a_part_of_a_crowd_is_answered_before_the_rest_is_read() {
    let count = 3 * TURN as u64 + 1;
    let victim = Victim::with_room(count as usize);
    let mut connection = victim.greeted().await;
    reach(&mut connection).await;
    let questions: Vec<_> = (1..=count).map(nonsense).collect();
    let (source, sink) = &mut connection.mail;
    sink.write(&frames(&questions)).await.expect("it is there");
    let (mut bytes, mut parts, mut next) = (Vec::new(), Vec::new(), 0);
    while next < count {
        assert_eq!(source.read(&mut bytes).await, Ok(true));
        let first = next;
        while let Some((inside, taken)) = split(&bytes, 1 << 20).expect("short") {
            if let Frame::Unanswered { question, .. } = Frame::read(inside).expect("a frame") {
                assert_eq!(question, next, "in their order");
                next += 1;
            }
            bytes.drain(..taken);
        }
        parts.push((next - first) as usize);
    }
    assert_eq!(parts, [TURN, TURN, TURN, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_message_is_refused_alone() {
    let victim = Victim::new();
    let mut connection = victim.greeted().await;
    reach(&mut connection).await;
    for payload in [&[][..], &[1], &[0], &[0, 1, 2], &[255; 12]] {
        let letter = Frame::Letter {
            machine: 0,
            question: 9,
            sender: 0,
            payload,
        };
        connection
            .mail
            .1
            .write(&frames(&[letter]))
            .await
            .expect("it is there");
        let is_refusal = |frame: &Frame<'_>| matches!(frame, Frame::Unanswered { question: 8, .. });
        wait_for(&mut *connection.mail.0, is_refusal).await;
    }
    victim.said("a message for tests/Deaf").await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes on either stream, before or after the greeting: the node lives.
    #[test]
    fn any_bytes_on_any_stream(
        greets: bool,
        control in prop::collection::vec(any::<u8>(), 0..200),
        kinds in prop::collection::vec((1_u8..23, prop::collection::vec(any::<u8>(), 0..30)), 0..10),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let victim = Victim::new();
            let mut connection = match greets {
                true => victim.greeted().await,
                false => victim.connect().await,
            };
            let mut mail = Vec::new();
            for (kind, body) in kinds {
                mail.extend((body.len() as u32 + 1).to_le_bytes());
                mail.push(kind);
                mail.extend(body);
            }
            connection.mail.1.write(&mail).await.expect("it is there");
            let _ = connection.control.1.write(&control).await;
            tokio::time::sleep(Duration::from_secs(30)).await;
            victim.lives().await;
        });
    }
}

/// Frames that are frames, cut off, doubled, nested, in any order, on either stream: whatever
/// they do to their own link, the node and its other peers go on.
#[test]
fn any_frames_on_any_stream() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let victim = runtime.block_on(async { Victim::new() });
    let mut round = 0_u32;
    crate::fuzz::fuzz_dear("frames", 50, |input| {
        round += 1;
        runtime.block_on(async {
            let mut connection = victim.greeted().await;
            if round.is_multiple_of(2) {
                reach(&mut connection).await;
            }
            let stream = match round % 4 {
                0 | 1 => &mut connection.mail.1,
                _ => &mut connection.control.1,
            };
            stream.write(input).await.expect("it is there");
            drop(connection);
            if round.is_multiple_of(20) {
                victim.lives().await;
            }
        });
        String::new()
    });
}
