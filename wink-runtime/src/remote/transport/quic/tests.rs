//! What QUIC is asked for, on real sockets.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::*;
use crate::remote::keys::{Authority, Grant, Kind, Roles};

const SILENCE: Duration = Duration::from_secs(10);

/// Somebody who listens, and somebody who connects.
fn two() -> (Quic, Quic) {
    let authority = Authority::generate().expect("an authority");
    let credential = |name| {
        let grant = Grant::new(name, Kind::Node, Roles::ALL);
        authority.issue(&grant).expect("a credential")
    };
    let place = Place::Address("127.0.0.1:0".to_owned());
    let there = Quic::bind(place, &credential("there"), SILENCE).expect("a port");
    let here = Quic::bind(Place::None, &credential("here"), SILENCE).expect("a port");
    (here, there)
}

async fn is_ready<T>(future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

/// What the one who connects has, with nothing hidden: control, then mail.
struct Connected {
    connection: quinn::Connection,
    streams: [Streams; 2],
}

/// As [`Transport::connect`].
async fn connect(here: &Quic, there: &Quic) -> Connected {
    let address = resolve(&there.address).expect("an address");
    let mut client = here.shown().client.clone();
    client.transport_config(here.tuning.to(address).clone());
    let connecting = here.endpoint.connect_with(client, address, NODE);
    let connection = connecting.expect("a name").await.expect("a handshake");
    let open = async |class| {
        let (mut sink, source) = connection.open_bi().await.expect("one of two");
        sink.write_all(&[class]).await.expect("it is there");
        (sink, source)
    };
    let streams = [open(CONTROL).await, open(MAIL).await];
    Connected {
        connection,
        streams,
    }
}

async fn meet(here: &Quic, there: &Quic) -> (Connected, Connection) {
    let (connected, accepted) = tokio::join!(connect(here, there), there.accept());
    let accepted = accepted.expect("it listens");
    let accepted = accepted.map_err(|stranger| stranger.why).expect("let in");
    (connected, accepted)
}

#[tokio::test]
async fn there_are_two_streams_and_no_more() {
    let (here, there) = two();
    let (connected, accepted) = meet(&here, &there).await;
    assert_eq!(accepted.holder.name, "here");
    let connection = &connected.connection;
    assert!(!is_ready(connection.open_bi()).await, "a third one");
    assert!(!is_ready(connection.open_uni()).await, "one for one way");
}

#[tokio::test]
async fn packets_are_long_on_one_computer_and_acknowledged_together() {
    let (here, there) = two();
    let (mut connected, mut accepted) = meet(&here, &there).await;
    let echo = async {
        let mut bytes = Vec::new();
        while let Ok(true) = accepted.mail.0.read(&mut bytes).await {
            accepted.mail.1.write(&bytes).await.expect("it is there");
            bytes.clear();
        }
    };
    let stats = || connected.connection.stats();
    let [_, (sink, source)] = &mut connected.streams;
    let try_out = async {
        let (question, mut answer) = ([7; 6_000], [0; 6_000]);
        // Packets are short until longer ones have been tried.
        while stats().path.current_mtu < 6_000 {
            sink.write_all(&question).await.expect("it is there");
            source.read_exact(&mut answer).await.expect("an answer");
        }
    };
    tokio::select! {
        () = echo => panic!("it hears no more"),
        () = try_out => {}
    }
    assert!(stats().frame_tx.ack_frequency > 0);
}
