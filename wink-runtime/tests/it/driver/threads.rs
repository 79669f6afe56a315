//! Machines on several threads at once.

use wink_runtime::{Address, Error, ErrorKind, SpawnOptions};

use super::probe::{Deaf, Log, Message, act, note, quiet};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_senders_lose_nothing() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(16));
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let a = a.clone();
            tokio::spawn(async move {
                for number in 0..500 {
                    a.send(note(format!("{sender} {number}")))
                        .await
                        .expect("a runs");
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.expect("no sender fails");
    }
    a.call(Message::kept()).await.expect("a runs");
    let lines = log.take();
    assert_eq!(lines.len(), 8 * 500);
    for sender in 0..8 {
        let prefix = format!("a: {sender} ");
        let own: Vec<_> = lines
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix))
            .collect();
        let expected: Vec<_> = (0..500).map(|number| number.to_string()).collect();
        assert_eq!(own, expected, "the order of sender {sender}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_caller_hears_something_when_a_machine_dies() {
    let system = quiet();
    for _ in 0..50 {
        let a: Address<Deaf> = system.spawn(Deaf::new("a", &Log::default()));
        let callers: Vec<_> = (0..4)
            .map(|_| tokio::spawn(a.call(Message::keep())))
            .collect();
        a.send(act(|_, _| std::panic::resume_unwind(Box::new("boom"))))
            .await
            .expect("a runs");
        for caller in callers {
            let error = caller
                .await
                .expect("the task ends")
                .expect_err("nobody answers");
            let wink_runtime::CallError::Died(reason) = error else {
                panic!("not why: {error:?}");
            };
            let kind = reason.error().map(Error::kind);
            assert!(matches!(kind, Some(ErrorKind::Panic { message, .. }) if message == "boom"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_of_machines_passes_a_token_round() {
    let system = quiet();
    let log = Log::default();
    let ring: Vec<_> = (0..100)
        .map(|_| system.spawn(Deaf::new("member", &log)))
        .collect();
    pass(&ring, 0, 1_000, &log).await;
    let last = ring[1_000 % 100].clone();
    last.closed().await;
    assert_eq!(log.take(), ["member: has it at the end", "member: leaves"]);
    assert!(system.shutdown().await.is_complete());
}

async fn pass(ring: &[Address<Deaf>], place: usize, left: usize, _: &Log) {
    ring[place]
        .send(hop(ring.to_vec(), place, left))
        .await
        .expect("all run");
}

fn hop(ring: Vec<Address<Deaf>>, place: usize, left: usize) -> Message<true> {
    act(move |probe: &mut Deaf, cx: &mut _| {
        if left == 0 {
            probe.write("has it at the end");
            return wink_runtime::Context::exit(cx);
        }
        let next = (place + 1) % ring.len();
        let to = ring[next].clone();
        cx.send(&to, hop(ring, next, left - 1));
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_steps_send_keeps_its_order_through_a_narrow_mailbox() {
    let log = Log::default();
    let system = quiet();
    let narrow = system.spawn_with(Deaf::new("narrow", &log), &SpawnOptions::new().mailbox(1));
    let to = narrow.clone();
    let sender = system.spawn(Deaf::new("sender", &log));
    for batch in 0..50 {
        let to = to.clone();
        sender
            .send(act(move |_, cx| {
                for number in 0..20 {
                    cx.send(&to, note(batch * 20 + number));
                }
            }))
            .await
            .expect("it runs");
    }
    // The sender is given the question when all its mail has been accepted.
    sender.call(Message::kept()).await.expect("it runs");
    narrow.call(Message::kept()).await.expect("it runs");
    let expected: Vec<_> = (0..1_000)
        .map(|number| format!("narrow: {number}"))
        .collect();
    assert_eq!(log.take(), expected);
}
