//! Orderly ends: of one machine, and of a system.

use std::time::Duration;

use wink_runtime::{ExitReason, SpawnOptions, System};

use super::probe::{Deaf, Log, Message, act, note, pass, quiet, watched};
use super::sleeper::{self, Sleeper};

#[tokio::test(start_paused = true)]
async fn stop_overtakes_mail() {
    let log = Log::default();
    let system = watched(&log);
    let a = system.spawn(Deaf::new("a", &log));
    a.try_send(note("never")).expect("there is room");
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    system.wait().await;
    assert_eq!(
        log.take(),
        [
            "! tests/Deaf#1: started",
            "a: leaves",
            "! tests/Deaf#1: exited: stopped; 1 message was left unread",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_drained_machine_handles_what_it_has_accepted_and_stops() {
    let log = Log::default();
    let system = watched(&log);
    let a = system.spawn(Deaf::new("a", &log));
    a.try_send(note("one")).expect("there is room");
    a.try_send(note("two")).expect("there is room");
    a.drain();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    let idle = system.spawn(Deaf::new("idle", &log));
    pass(Duration::from_millis(1)).await;
    idle.drain();
    idle.drain();
    assert_eq!(idle.closed().await, ExitReason::Stopped);
    system.wait().await;
    assert_eq!(
        log.take(),
        [
            "! tests/Deaf#1: started",
            "a: one",
            "a: two",
            "a: leaves",
            "! tests/Deaf#1: exited: stopped",
            "! tests/Deaf#2: started",
            "idle: leaves",
            "! tests/Deaf#2: exited: stopped",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_comes_to_a_machine_that_drains_is_left_unread() {
    let log = Log::default();
    let system = watched(&log);
    let slow = system.spawn(Sleeper::new(&log));
    let wait = Box::pin(pass(Duration::from_secs(60)));
    for message in [
        sleeper::Message::Wait(wait, "waited"),
        sleeper::Message::Note("one"),
    ] {
        slow.send(message).await.expect("it runs");
    }
    pass(Duration::from_millis(1)).await;
    slow.drain();
    pass(Duration::from_millis(1)).await;
    slow.send(sleeper::Message::Note("late"))
        .await
        .expect("it runs");
    // The step that is under way has all the time that it needs.
    assert_eq!(slow.closed().await, ExitReason::Stopped);
    system.wait().await;
    let lines = log.take();
    let expected = [
        "waited",
        "one",
        "sleeper leaves",
        "! tests/Sleeper#1: exited: stopped; 1 message was left unread",
    ];
    assert_eq!(lines[1..], expected, "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_waits_for_room_can_be_stopped() {
    let log = Log::default();
    let system = watched(&log);
    let slow = system.spawn_with(Sleeper::new(&log), &SpawnOptions::new().mailbox(1));
    let forever = Box::pin(std::future::pending());
    slow.send(sleeper::Message::Wait(forever, "never"))
        .await
        .expect("it runs");
    tokio::task::yield_now().await;
    let to = slow.clone();
    let a = system.spawn(Deaf::new("a", &log).first(move |_, cx| {
        cx.send(&to, sleeper::Message::Note("one"));
        cx.send(&to, sleeper::Message::Note("two"));
    }));
    pass(Duration::from_millis(1)).await;
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    let lines = log.take();
    let lost = "! tests/Deaf#2: a message for tests/Sleeper#1 was not delivered: \
         its sender ended while it waited for room";
    assert!(lines.contains(&"a: leaves".to_owned()), "{lines:?}");
    assert!(lines.contains(&lost.to_owned()), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_exit_action_sends_arrives() {
    let log = Log::default();
    let system = quiet();
    let b = system.spawn(Deaf::new("b", &log));
    let to = b.clone();
    let a = system.spawn(Deaf::new("a", &log).last(move |_, cx| cx.send(&to, note("goodbye"))));
    a.stop();
    a.closed().await;
    assert_eq!(b.call(Message::kept()).await, Ok(0));
    assert_eq!(log.take(), ["a: leaves", "b: goodbye"]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_all_the_youngest_first() {
    let log = Log::default();
    let system = quiet();
    let inside = log.clone();
    system.spawn(Deaf::new("first", &log).first(move |_, cx| {
        cx.spawn(Deaf::new("child", &inside));
    }));
    system.spawn(Deaf::new("second", &log));
    pass(Duration::from_millis(1)).await;
    let shutdown = system.shutdown().await;
    assert!(shutdown.is_complete());
    assert_eq!(
        log.take(),
        ["second: leaves", "child: leaves", "first: leaves"]
    );
    assert!(system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_after_a_shutdown() {
    let log = Log::default();
    let system = quiet();
    let _ = system.shutdown().await;
    let a = system.spawn(Deaf::new("a", &log).first(|probe, _| probe.write("starts")));
    assert_eq!(a.closed().await, ExitReason::Dropped);
    assert!(a.send(note("hello")).await.is_err());
    assert!(log.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_machine_stopped_before_its_start_starts_and_ends() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log).first(|probe, _| probe.write("starts")));
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    assert_eq!(log.take(), ["a: starts", "a: leaves"]);
}

#[test]
fn a_shutdown_names_what_does_not_stop() {
    // A step that never waits cannot be killed: it needs a thread of its own here.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("a runtime");
    let (finish, finished) = std::sync::mpsc::channel::<()>();
    let log = Log::default();
    let (stuck, shutdown) = runtime.block_on(async {
        let grace = Duration::from_millis(1);
        let system = System::builder().log(|_| {}).grace(grace).build();
        let stuck = system.spawn(Deaf::new("stuck", &log));
        let (tell, begun) = tokio::sync::oneshot::channel();
        let block = act(move |_: &mut Deaf, _: &mut _| {
            let _ = tell.send(());
            let _ = finished.recv();
        });
        stuck.send(block).await.expect("it runs");
        begun.await.expect("the step begins");
        (stuck, system.shutdown().await)
    });
    assert!(!shutdown.is_complete());
    assert_eq!(shutdown.left(), [stuck.identity()]);
    drop(finish);
    assert_eq!(runtime.block_on(stuck.closed()), ExitReason::Stopped);
}

#[test]
fn machines_end_as_dropped_with_their_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let log = Log::default();
    let (idle, busy, asking) = runtime.block_on(async {
        let system = quiet();
        let idle = system.spawn(Deaf::new("idle", &log));
        let busy = system.spawn(Sleeper::new(&log));
        let asking = Box::pin(busy.call(sleeper::Message::hang()));
        let mut asking = asking;
        let limit = Duration::from_millis(1);
        assert!(tokio::time::timeout(limit, &mut asking).await.is_err());
        (idle, busy, asking)
    });
    drop(runtime);
    assert_eq!(idle.ended(), Some(ExitReason::Dropped));
    assert_eq!(busy.ended(), Some(ExitReason::Dropped));
    let other = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let error = other.block_on(asking).expect_err("nobody answers");
    assert_eq!(error, wink_runtime::CallError::Died(ExitReason::Dropped));
    assert!(log.take().is_empty());
}
