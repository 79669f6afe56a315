//! Messages arrive, in order, all of them; full mailboxes make senders wait.

use std::time::Duration;

use wink_runtime::{Address, ExitReason, SpawnOptions, SystemEvent, TrySendError};

use super::probe::{Deaf, Hearing, Log, Message, act, note, pass, quiet, watched};
use super::sleeper::{self, Sleeper};

/// Answers when everything before has been handled.
async fn handled<const DEAF: bool>(address: &Address<super::probe::Probe<DEAF>>) {
    address
        .call(Message::kept())
        .await
        .expect("the machine runs");
}

#[tokio::test(start_paused = true)]
async fn messages_arrive_in_order() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log));
    for number in 0..3 {
        a.send(note(number)).await.expect("a runs");
    }
    handled(&a).await;
    assert_eq!(log.take(), ["a: 0", "a: 1", "a: 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_burst_from_outside_arrives_whole_and_the_mailbox_stays_bounded() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(8));
    for number in 0..100_000 {
        assert!(a.waiting() <= 8);
        a.send(note(number)).await.expect("a runs");
    }
    handled(&a).await;
    let lines = log.take();
    assert_eq!(lines.len(), 100_000);
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(number, line)| *line == format!("a: {number}"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_says_so_and_gives_the_message_back() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(2));
    // On one thread `a` has not run yet.
    a.try_send(note("one")).expect("there is room");
    a.try_send(note("two")).expect("there is room");
    let refused = a.try_send(note("three")).expect_err("there is no room");
    assert!(matches!(&refused, TrySendError::Full(_)), "{refused:?}");
    let Message::Note(line) = refused.into_message() else {
        panic!("another message")
    };
    assert_eq!(line, "three");
    handled(&a).await;
    assert_eq!(log.take(), ["a: one", "a: two"]);
}

#[tokio::test(start_paused = true)]
async fn senders_that_wait_are_served_in_order() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(1));
    a.try_send(note("first")).expect("there is room");
    let mut second = Box::pin(a.send(note("second")));
    let mut third = Box::pin(a.send(note("third")));
    let mut fourth = Box::pin(a.send(note("fourth")));
    for waiting in [&mut second, &mut third, &mut fourth] {
        assert!(futures_poll(waiting).is_pending());
    }
    assert!(matches!(
        a.try_send(note("no overtaking")),
        Err(TrySendError::Full(_))
    ));
    // A sender that gives up has sent nothing.
    drop(third);
    second.await.expect("a runs");
    fourth.await.expect("a runs");
    handled(&a).await;
    assert_eq!(log.take(), ["a: first", "a: second", "a: fourth"]);
}

fn futures_poll<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    std::pin::Pin::new(future).poll(&mut context)
}

/// One that waits for `gate`, with room for one message, and one that has sent it three: it is not
/// given its next message.
async fn with_a_sender_that_waits(
    log: &Log,
    gate: impl Future<Output = ()> + Send + 'static,
) -> (Address<Sleeper>, Address<Deaf>) {
    let system = quiet();
    let slow = system.spawn_with(Sleeper::new(log), &SpawnOptions::new().mailbox(1));
    slow.send(sleeper::Message::Wait(Box::pin(gate), "gate open"))
        .await
        .expect("it runs");
    tokio::task::yield_now().await;
    let to = slow.clone();
    let sender = system.spawn(Deaf::new("sender", log));
    let sends = act(move |_, cx| {
        for line in ["one", "two", "three"] {
            cx.send(&to, sleeper::Message::Note(line));
        }
    });
    sender.send(sends).await.expect("it runs");
    sender.send(note("next")).await.expect("it runs");
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(log.take().is_empty(), "the sender waits for room");
    (slow, sender)
}

#[tokio::test(start_paused = true)]
async fn what_a_step_sends_waits_for_room_and_the_sender_with_it() {
    let log = Log::default();
    let (open, gate) = tokio::sync::oneshot::channel::<()>();
    let gate = async { gate.await.expect("the test opens the gate") };
    let (slow, sender) = with_a_sender_that_waits(&log, gate).await;
    open.send(()).expect("it waits");
    handled(&sender).await;
    // Three fit as the slow one goes on: only then does the sender.
    let lines = log.take();
    assert_eq!(lines[0], "gate open");
    let next = lines
        .iter()
        .position(|line| line == "sender: next")
        .expect("it goes on");
    assert!(next >= 2, "{lines:?}");
    slow.stop();
    slow.closed().await;
    let mut all = lines;
    all.extend(log.take());
    let notes: Vec<_> = all
        .iter()
        .filter(|line| ["one", "two", "three"].contains(&&***line))
        .collect();
    assert_eq!(notes, ["one", "two", "three"]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_in_a_machine_that_ends_goes_on() {
    let log = Log::default();
    let (slow, sender) = with_a_sender_that_waits(&log, std::future::pending()).await;
    slow.handle().kill();
    handled(&sender).await;
    assert_eq!(log.take(), ["sender: next"]);
}

#[tokio::test(start_paused = true)]
async fn mail_to_oneself_needs_no_room_to_go_on() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(1));
    a.send(act(|_, cx| {
        let own = cx.address();
        for line in ["one", "two", "three"] {
            cx.send(&own, note(line));
        }
        let last = own.clone();
        cx.send(
            &own,
            act(move |_, cx| {
                assert_eq!(cx.sender(), Some(last.identity()));
                cx.exit();
            }),
        );
    }))
    .await
    .expect("a runs");
    assert_eq!(a.closed().await, ExitReason::Normal);
    assert_eq!(log.take(), ["a: one", "a: two", "a: three", "a: leaves"]);
}

#[tokio::test(start_paused = true)]
async fn sending_to_a_machine_that_has_ended_says_why() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log));
    a.send(act(|_, cx| cx.error("no beans")))
        .await
        .expect("a runs");
    let reason = a.closed().await;
    assert_eq!(reason.to_string(), "no beans");
    assert_eq!(a.ended(), Some(reason.clone()));
    let error = a.send(note("late")).await.expect_err("a has ended");
    assert_eq!(
        error.to_string(),
        "not sent: the machine has ended: no beans"
    );
    assert!(matches!(error.message, Message::Note(line) if line == "late"));
    let error = a.try_send(note("late")).expect_err("a has ended");
    assert!(matches!(error, TrySendError::Closed(_, given) if given == reason));
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_waits_hears_of_the_end_and_gets_its_message_back() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn_with(Deaf::new("a", &log), &SpawnOptions::new().mailbox(1));
    a.try_send(act(|_, cx| cx.exit())).expect("there is room");
    let mut waiting = Box::pin(a.send(note("parked")));
    let mut behind = Box::pin(a.send(note("behind")));
    assert!(futures_poll(&mut waiting).is_pending());
    assert!(futures_poll(&mut behind).is_pending());
    // Room came for the first, and then the end for both.
    waiting.await.expect("it was put into the mailbox");
    let error = behind.await.expect_err("a has ended");
    assert_eq!(error.reason, ExitReason::Normal);
    assert!(matches!(error.message, Message::Note(line) if line == "behind"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_dropped_in_silence() {
    let log = Log::default();
    let system = watched(&log);
    let mut events = system.events();
    let dead = system.spawn(Deaf::new("dead", &log));
    dead.try_send(act(|_, cx| cx.exit()))
        .expect("there is room");
    dead.try_send(note("unread")).expect("there is room");
    dead.closed().await;
    let to = dead.clone();
    let a = system.spawn(Hearing::new("a", &log).first(move |_, cx| cx.send(&to, note("lost"))));
    handled(&a).await;
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.expect("few events");
        let last = matches!(event, SystemEvent::Undelivered { .. });
        seen.push(event.to_string());
        if last {
            break;
        }
    }
    assert_eq!(
        seen,
        [
            "tests/Deaf#1: started",
            "tests/Deaf#1: exited: ended normally; 1 message was left unread",
            "tests/Hearing#2: started",
            "tests/Hearing#2: a message for tests/Deaf#1 was not delivered: it has ended",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_address_is_its_machine_by_name_and_place() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log));
    let b = system.spawn(Deaf::new("b", &log));
    assert_eq!(
        format!("{a:?}, {b}"),
        "tests/Deaf#1 at loop 0, tests/Deaf#2"
    );
    assert_eq!(a, a.clone());
    assert_ne!(a, b);
    assert_eq!(a.identity(), a);
    assert_eq!(a.handle(), a.clone().handle());
    let set: std::collections::BTreeSet<_> = [&a, &b, &a].map(Address::identity).into();
    assert_eq!(set.len(), 2);
    a.stop();
    a.closed().await;
    let c = system.spawn(Deaf::new("c", &log));
    assert_eq!(c.identity().id().get(), 3, "numbers are never given twice");
}

#[tokio::test(start_paused = true)]
async fn a_parked_sender_is_woken_by_the_end() {
    let log = Log::default();
    let system = quiet();
    let options = SpawnOptions::new().mailbox(1);
    let slow = system.spawn_with(Sleeper::new(&log), &options);
    let forever = Box::pin(std::future::pending());
    slow.send(sleeper::Message::Wait(forever, "never"))
        .await
        .expect("it runs");
    pass(Duration::from_millis(1)).await;
    slow.send(sleeper::Message::Note("fills the mailbox"))
        .await
        .expect("it runs");
    let sender = slow.clone();
    let parked = tokio::spawn(async move { sender.send(sleeper::Message::Note("parked")).await });
    pass(Duration::from_millis(1)).await;
    assert_eq!(slow.waiting(), 2);
    slow.stop();
    let woken = tokio::time::timeout(Duration::from_secs(6), parked).await;
    let error = woken
        .expect("in time")
        .expect("the task ends")
        .expect_err("slow has ended");
    assert_eq!(error.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn timers_wait_with_the_sender_that_waits_for_room() {
    let log = Log::default();
    let system = quiet();
    let options = SpawnOptions::new().mailbox(1);
    let slow = system.spawn_with(Sleeper::new(&log), &options);
    let wait = Box::pin(pass(Duration::from_secs(3)));
    slow.send(sleeper::Message::Wait(wait, "slow waited"))
        .await
        .expect("it runs");
    pass(Duration::from_millis(1)).await;
    let to = slow.clone();
    let a = system.spawn(Deaf::new("a", &log).first(move |_, cx| {
        cx.set_timer("soon", Duration::from_secs(1), note("soon"));
        cx.send(&to, sleeper::Message::Note("one"));
        cx.send(&to, sleeper::Message::Note("two"));
    }));
    pass(Duration::from_secs(2)).await;
    a.send(note("wakes it up")).await.expect("a runs");
    pass(Duration::from_millis(1)).await;
    assert!(log.take().is_empty());
    pass(Duration::from_secs(2)).await;
    let lines = log.take();
    assert_eq!(lines[..2], ["slow waited", "one"]);
    assert!(lines[2..].contains(&"a: soon".to_owned()), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_machine_lets_others_run() {
    let log = Log::default();
    let system = quiet();
    let busy = system.spawn(Deaf::new("busy", &log));
    let idle = system.spawn(Deaf::new("idle", &log));
    busy.send(again(1_000)).await.expect("it runs");
    idle.send(note("had its turn")).await.expect("it runs");
    busy.closed().await;
    assert_eq!(log.take(), ["idle: had its turn", "busy: leaves"]);
}

/// Sends itself to itself so many times, then exits.
fn again(times: u32) -> Message<true> {
    act(move |_: &mut Deaf, cx: &mut wink_runtime::Context<Deaf>| {
        if times == 0 {
            return cx.exit();
        }
        let own = cx.address();
        cx.send(&own, again(times - 1));
    })
}
