//! Ends: in reverse, in time, by force, with the system.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, pass, system};
use wink::prelude::*;
use wink::{ChildSpec, ExitReason, Grace, Restart, Supervisor};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_supervisor_stops_its_children_in_reverse_and_then_itself() {
    let log = Log::default();
    let system = system();
    let inner = Supervisor::builder("inner")
        .child("b", Store::maker("b", &log))
        .child("c", Store::maker("c", &log));
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .supervisor(inner)
        .child("d", Store::maker("d", &log))
        .start(&system);
    calm().await;
    log.take();
    root.stop();
    assert_eq!(root.closed().await, ExitReason::Stopped);
    assert_eq!(log.take(), ["d ends", "c ends", "b ends", "a ends"]);
    assert!(root.add("late", Store::maker("late", &log)).is_err());
    system.wait().await;
    assert!(system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_systems_shutdown_is_a_stop() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .child("b", Store::maker("b", &log))
        .start(&system);
    root.add("x", Store::maker("x", &log)).unwrap();
    calm().await;
    log.take();
    assert!(system.shutdown().await.is_complete());
    assert_eq!(log.take(), ["x ends", "b ends", "a ends"]);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_stop_in_its_grace_is_killed() {
    let log = Log::default();
    let system = system();
    let slow = |name: &'static str, grace| {
        let spec = ChildSpec::new(name).grace(grace);
        (spec, Store::maker(name, &log))
    };
    let (b, make_b) = slow("b", Grace::Within(2 * SECOND));
    let (c, make_c) = slow("c", Grace::Kill);
    let (d, make_d) = slow("d", Grace::Forever);
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .child(b, make_b)
        .child(c, make_c)
        .child(d, make_d)
        .start(&system);
    for (name, seconds) in [("b", 100), ("c", 100), ("d", 10)] {
        let store = root.address::<Store>(name).unwrap();
        store.send(Message::Work { seconds }).await.unwrap();
    }
    calm().await;
    log.take();
    let before = system.now();
    root.stop();
    assert_eq!(root.closed().await, ExitReason::Stopped);
    let took = system.now() - before;
    // `d` works on for ten seconds, `c` not at all, `b` for two.
    assert!(took.abs_diff(12 * SECOND) < SECOND / 10, "{took:?}");
    assert_eq!(log.take(), ["d ends", "a ends"]);
    assert_eq!(root.child("b").unwrap().ended(), Some(ExitReason::Killed));
}

#[tokio::test(start_paused = true)]
async fn a_killed_child_comes_back_with_its_group() {
    let log = Log::default();
    let system = system();
    let spec = ChildSpec::new("b").grace(Grace::Within(SECOND));
    let root = Supervisor::builder("root")
        .strategy(wink::Strategy::OneForAll)
        .child("a", Store::maker("a", &log))
        .child(spec, Store::maker("b", &log))
        .start(&system);
    let b = root.address::<Store>("b").unwrap();
    b.send(Message::Work { seconds: 100 }).await.unwrap();
    calm().await;
    let a = root.address::<Store>("a").unwrap();
    a.send(Message::Fail).await.unwrap();
    b.send(Message::Set { to: 3 }).await.unwrap();
    pass(2 * SECOND).await;
    let expected = [
        "a starts", "b starts", "a ends", "a starts", "b starts", "b = 3",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_a_start_leaves_nothing_behind() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .child("b", Store::maker("b", &log))
        .start(&system);
    let b = root.address::<Store>("b").unwrap();
    // Nothing has run yet: the start and the stop meet.
    root.stop();
    assert_eq!(root.closed().await, ExitReason::Stopped);
    assert!(b.send(Message::Quit).await.is_err());
    system.wait().await;
    let lines = log.take();
    let count = |what: &str| lines.iter().filter(|line| line.ends_with(what)).count();
    assert_eq!(count("starts"), count("ends"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_done_refuses_its_mail_and_others_go_on() {
    let log = Log::default();
    let system = system();
    let spec = ChildSpec::new("a").restart(Restart::Transient);
    let root = Supervisor::builder("root")
        .child(spec, Store::maker("a", &log))
        .child("b", Store::maker("b", &log))
        .start(&system);
    let a = root.address::<Store>("a").unwrap();
    a.send(Message::Quit).await.unwrap();
    assert_eq!(a.closed().await, ExitReason::Normal);
    assert!(a.send(Message::Quit).await.is_err());
    root.remove("b").unwrap();
    let b = root.address::<Store>("b").unwrap();
    assert_eq!(b.closed().await, ExitReason::Stopped);
    let tree = "\
root: one for one, 1 in 5s
├─ a  done, transient
└─ b  done";
    assert_eq!(root.tree().to_string(), tree);
    assert_eq!(root.handle().ended(), None);
}
