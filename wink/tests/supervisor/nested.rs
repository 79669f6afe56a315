//! Supervisors that are started again by their own: what their children keep.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, pass, system};
use tokio::runtime::Handle;
use wink::prelude::*;
use wink::{BackOff, CallError, ChildSpec, ExitReason, Restart, Supervisor, SupervisorBuilder};

const SECOND: Duration = Duration::from_secs(1);

/// Bears one failure; starts again three seconds after it has given up.
fn root(inner: SupervisorBuilder) -> SupervisorBuilder {
    let back_off = BackOff::new(3 * SECOND, 3 * SECOND).jitter(0);
    Supervisor::builder("root")
        .back_off(back_off)
        .supervisor(inner)
}

fn inner(log: &Log) -> SupervisorBuilder {
    Supervisor::builder("inner")
        .intensity(0, SECOND)
        .child("a", Store::maker("a", log))
        .child("b", Store::maker("b", log))
}

#[tokio::test(start_paused = true)]
async fn children_keep_address_and_mail_when_their_supervisor_is_started_again() {
    let log = Log::default();
    let system = system();
    let root = root(inner(&log)).start(&system);
    let [a, b] = ["inner/a", "inner/b"].map(|path| root.address::<Store>(path).unwrap());
    for message in [
        Message::Set { to: 1 },
        Message::Fail,
        Message::Set { to: 2 },
    ] {
        a.send(message).await.unwrap();
    }
    calm().await;
    let expected = ["a starts", "a = 1", "a ends", "b starts", "b ends"];
    assert_eq!(log.take(), expected);
    // All of it is down: what is sent now waits, what was sent before does.
    b.send(Message::Set { to: 3 }).await.unwrap();
    let asked = Handle::current().spawn(async move { b.call(Message::number()).await });
    pass(2 * SECOND).await;
    assert!(log.take().is_empty());
    assert_eq!((a.ended(), asked.is_finished()), (None, false));
    pass(2 * SECOND).await;
    let expected = ["a starts", "a = 2", "b starts", "b = 3"];
    assert_eq!(log.take(), expected);
    assert_eq!(asked.await.unwrap(), Ok(3));
    assert_eq!(a.call(Message::number()).await, Ok(2));
    assert_eq!(root.address::<Store>("inner/a"), Some(a));
}

#[tokio::test(start_paused = true)]
async fn so_do_the_children_of_supervisors_further_down() {
    let log = Log::default();
    let system = system();
    let middle = Supervisor::builder("middle")
        .intensity(0, SECOND)
        .supervisor(inner(&log))
        .child("c", Store::maker("c", &log));
    let root = root(middle).start(&system);
    let paths = ["middle/inner/a", "middle/inner/b", "middle/c"];
    let stores = paths.map(|path| root.address::<Store>(path).unwrap());
    calm().await;
    log.take();
    stores[2].send(Message::Fail).await.unwrap();
    for (store, to) in stores.iter().zip(1..) {
        store.send(Message::Set { to }).await.unwrap();
    }
    calm().await;
    assert_eq!(log.take(), ["a = 1", "b = 2", "c ends", "b ends", "a ends"]);
    stores[0].send(Message::Set { to: 4 }).await.unwrap();
    pass(4 * SECOND).await;
    assert_eq!(
        log.take(),
        ["a starts", "a = 4", "b starts", "c starts", "c = 3"]
    );
    let now = paths.map(|path| root.address::<Store>(path).unwrap());
    assert_eq!(now, stores);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_over_for_good_is_another_one() {
    let log = Log::default();
    let system = system();
    let transient = ChildSpec::new("t").restart(Restart::Transient);
    let inner = inner(&log).child(transient, Store::maker("t", &log));
    let root = root(inner).start(&system);
    let t = root.address::<Store>("inner/t").unwrap();
    t.send(Message::Quit).await.unwrap();
    assert_eq!(t.closed().await, ExitReason::Normal);
    let a = root.address::<Store>("inner/a").unwrap();
    a.send(Message::Fail).await.unwrap();
    pass(4 * SECOND).await;
    let other = root.address::<Store>("inner/t").unwrap();
    assert_ne!(other, t);
    assert_eq!(other.call(Message::number()).await, Ok(0));
    assert_eq!(root.address::<Store>("inner/a"), Some(a));
}

#[tokio::test(start_paused = true)]
async fn what_is_down_with_its_supervisor_ends_with_the_tree() {
    let log = Log::default();
    let system = system();
    let root = root(inner(&log)).start(&system);
    let [a, b] = ["inner/a", "inner/b"].map(|path| root.address::<Store>(path).unwrap());
    a.send(Message::Fail).await.unwrap();
    calm().await;
    let waiting = b.clone();
    let asked = Handle::current().spawn(async move { waiting.call(Message::number()).await });
    calm().await;
    root.stop();
    assert_eq!(root.closed().await, ExitReason::Stopped);
    assert_eq!(
        asked.await.unwrap(),
        Err(CallError::Died(ExitReason::Stopped))
    );
    assert!(matches!(a.closed().await, ExitReason::Errored(_)));
    assert_eq!(b.closed().await, ExitReason::Stopped);
    system.wait().await;
    assert!(system.machines().is_empty(), "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_gives_up_altogether_lets_nobody_wait() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root")
        .intensity(1, 60 * SECOND)
        .supervisor(inner(&log))
        .start(&system);
    let [a, b] = ["inner/a", "inner/b"].map(|path| root.address::<Store>(path).unwrap());
    for _ in 0..2 {
        a.send(Message::Fail).await.unwrap();
    }
    let reason = root.closed().await;
    assert!(format!("{reason:#}").contains("broken"), "{reason:#}");
    assert!(a.send(Message::Quit).await.is_err() && b.send(Message::Quit).await.is_err());
    system.wait().await;
    assert!(system.machines().is_empty(), "nothing is left behind");
}

#[tokio::test(start_paused = true)]
async fn children_that_had_not_started_wait_for_their_supervisors_next_start() {
    let log = Log::default();
    let system = system();
    let mut starts = 0;
    let first = move || {
        starts += 1;
        match starts {
            1 => Err("not yet".into()),
            _ => Ok(()),
        }
    };
    let (maker, mut make) = (log.clone(), first);
    let inner = Supervisor::builder("inner")
        .intensity(0, SECOND)
        .try_child("first", move || {
            make().map(|()| Store::maker("first", &maker)())
        })
        .child("second", Store::maker("second", &log));
    let root = root(inner).start(&system);
    let second = root.address::<Store>("inner/second").unwrap();
    second.send(Message::Set { to: 5 }).await.unwrap();
    calm().await;
    assert!(log.take().is_empty());
    assert_eq!(second.ended(), None);
    pass(4 * SECOND).await;
    assert_eq!(log.take(), ["first starts", "second starts", "second = 5"]);
}

#[tokio::test(start_paused = true)]
async fn a_nested_supervisor_that_somebody_stops_is_started_again_with_its_children() {
    let log = Log::default();
    let system = system();
    let root = root(inner(&log)).start(&system);
    let a = root.address::<Store>("inner/a").unwrap();
    calm().await;
    log.take();
    root.child("inner").unwrap().stop();
    calm().await;
    a.send(Message::Set { to: 6 }).await.unwrap();
    pass(4 * SECOND).await;
    assert_eq!(
        log.take(),
        ["b ends", "a ends", "a starts", "a = 6", "b starts"]
    );
}
