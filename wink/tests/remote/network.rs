//! Networks that are slow, lossy, or cut for a while.

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use super::machines::{Cluster, Counter, Message, Two};
use tokio::time::Instant;
use wink::remote::Node;
use wink::{Address, CallError, ErrorKind, ExitReason, System};

fn is_lost(reason: &ExitReason) -> bool {
    let error = reason.error().map(wink::Error::kind);
    matches!(error, Some(ErrorKind::Lost { .. }))
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_while_the_cable_is_out_arrives_when_it_is_in_again() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.cut();
    for number in 0..50 {
        here.send(Message::Add(number)).await.expect("it lives");
    }
    let answer = tokio::spawn(here.call(Message::all()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!answer.is_finished());
    two.network.mend();
    let all = answer.await.expect("no panic").expect("an answer");
    assert!(all.into_iter().eq(0..50));
    assert_eq!(here.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_slow_network_takes_its_time_and_keeps_order_and_links() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.delay(Duration::from_secs(3));
    let begin = Instant::now();
    for number in 0..50 {
        here.send(Message::Add(number)).await.expect("it lives");
    }
    let all = here.call(Message::all()).await.expect("an answer");
    assert!(all.into_iter().eq(0..50));
    let passed = begin.elapsed();
    assert!(
        (Duration::from_secs(6)..Duration::from_secs(7)).contains(&passed),
        "{passed:?}"
    );
    let late = here
        .call_within(Message::sum(), Duration::from_secs(5))
        .await;
    assert_eq!(late, Err(CallError::Late));
    // Signs of life are late, but they come.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(here.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_network_slower_than_the_silence_is_a_lost_peer() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    two.network.delay(Duration::from_secs(30));
    let error = here
        .call(Message::sum())
        .await
        .expect_err("nobody is heard");
    assert!(
        matches!(&error, CallError::Died(reason) if is_lost(reason)),
        "{error}"
    );
    // The late answer harms nobody, and with a better network all is well.
    two.network.delay(Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let again = two.here.reach::<Counter>("counter", "there").await;
    assert_eq!(
        again.expect("it is there").call(Message::sum()).await,
        Ok(0)
    );
}

/// Half a connection is none: each side finds out, the one that hears as well as the deaf one.
#[tokio::test(start_paused = true)]
async fn a_cable_that_is_broken_in_one_direction_is_noticed_at_both_ends() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    let back = two.here_system.spawn(Counter::default());
    two.here.publish("back", &back).expect("it can travel");
    let from_there = two.there.reach::<Counter>("back", "here").await;
    let from_there = from_there.expect("it is there");
    two.network.cut_from("there");
    assert!(is_lost(&here.closed().await));
    assert!(is_lost(&from_there.closed().await));
    two.network.mend();
    let again = two.here.reach::<Counter>("counter", "there").await;
    again.expect("it is there");
}

#[tokio::test(start_paused = true)]
async fn some_lost_signs_of_life_are_no_death_but_all_of_them_are() {
    let two = Two::new();
    let (_, here) = two.counter().await;
    // Every second one: four seconds between two of them.
    two.network.lose_one_in(2);
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(here.ended(), None);
    two.network.lose_one_in(1);
    assert!(is_lost(&here.closed().await));
}

/// Somebody on the way who hands on every packet twice, and has kept them.
struct Echoing {
    address: SocketAddr,
    to_node: UdpSocket,
    kept: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Echoing {
    fn before(node: &str) -> std::io::Result<Self> {
        let (front, back) = (
            UdpSocket::bind("127.0.0.1:0")?,
            UdpSocket::bind("127.0.0.1:0")?,
        );
        back.connect(node)?;
        let kept: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let own = Self {
            address: front.local_addr()?,
            to_node: back.try_clone()?,
            kept: kept.clone(),
        };
        let (to_peer, from_node) = (front.try_clone()?, back.try_clone()?);
        let peer = Arc::new(OnceLock::new());
        let whose = peer.clone();
        std::thread::spawn(move || {
            let mut packet = vec![0; 65_536];
            while let Ok((length, from)) = front.recv_from(&mut packet) {
                let packet = &packet[..length];
                whose.get_or_init(|| from);
                kept.lock().expect("no panic").push(packet.to_vec());
                // The second one is the replay.
                let _ = (back.send(packet), back.send(packet));
            }
        });
        std::thread::spawn(move || {
            let mut packet = vec![0; 65_536];
            while let Ok(length) = from_node.recv(&mut packet) {
                let (packet, Some(peer)) = (&packet[..length], peer.get()) else {
                    continue;
                };
                let _ = (to_peer.send_to(packet, peer), to_peer.send_to(packet, peer));
            }
        });
        Ok(own)
    }

    /// Everything that the peer has sent, once more.
    fn replay(&self) -> usize {
        let kept = self.kept.lock().expect("no panic").clone();
        for packet in &kept {
            self.to_node.send(packet).expect("the node is there");
        }
        kept.len()
    }
}

#[tokio::test]
async fn what_was_sent_once_is_not_taken_twice() {
    let cluster = Cluster::new();
    let (here_system, there_system) = (System::new(), System::new());
    let there = Node::builder(&there_system, cluster.node("there"));
    let there = there.listen("127.0.0.1:0").start().expect("it starts");
    let here = Node::builder(&here_system, cluster.node("here"));
    let here = here.start().expect("it starts");
    let counter = there_system.spawn(Counter::default());
    there.publish("counter", &counter).expect("it can travel");
    let way = Echoing::before(there.local_address()).expect("a way");
    let counter = here.reach("counter", &way.address.to_string()).await;
    let counter: Address<Counter> = counter.expect("it is there");
    for number in 0..100 {
        counter.send(Message::Add(number)).await.expect("it lives");
        if number % 10 == 0 {
            counter.call(Message::sum()).await.expect("an answer");
        }
    }
    assert_eq!(counter.call(Message::sum()).await, Ok(100 * 99 / 2));
    assert!(way.replay() > 10);
    // Behind what was sent again.
    counter.send(Message::Add(100)).await.expect("it lives");
    let all = counter.call(Message::all()).await.expect("an answer");
    assert!(all.into_iter().eq(0..=100));
    assert_eq!(counter.ended(), None);
    here.close().await;
    there.close().await;
}
