//! Starts that fail, constructors that panic, too many restarts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, system};
use wink::prelude::*;
use wink::{ExitReason, Supervisor};

/// Makes a store, but fails at the times for which `fails` holds.
fn fickle<F: Fn(u32) -> bool + Send + 'static>(
    log: &Log,
    fails: F,
) -> (
    Arc<AtomicU32>,
    impl FnMut() -> Result<Store, Error> + Send + use<F>,
) {
    let tries = Arc::new(AtomicU32::new(0));
    let count = tries.clone();
    let mut make = Store::maker("b", log);
    let make = move || {
        let attempt = count.fetch_add(1, Ordering::SeqCst) + 1;
        match fails(attempt) {
            true => Err(Error::raised(format!("no disk at attempt {attempt}"))),
            false => Ok(make()),
        }
    };
    (tries, make)
}

#[tokio::test(start_paused = true)]
async fn a_start_that_always_fails_stops_the_others_and_goes_up() {
    let log = Log::default();
    let system = system();
    let (tries, make) = fickle(&log, |_| true);
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .try_child("b", make)
        .child("c", Store::maker("c", &log))
        .start(&system);
    let c = root.address::<Store>("c").unwrap();
    let asked = c.call(Message::number());
    let reason = root.closed().await;
    let ExitReason::Errored(error) = &reason else {
        panic!("it has failed: {reason}");
    };
    assert_eq!(
        format!("{error:#}"),
        "child `b` ended too often: more than 1 in 5s is not borne: no disk at attempt 2"
    );
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert_eq!(log.take(), ["a starts", "a ends"]);
    // Who waited for a child that never came hears so.
    assert!(asked.await.is_err());
    system.wait().await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_once_is_tried_again_before_the_next_child() {
    let log = Log::default();
    let system = system();
    let (_, make) = fickle(&log, |attempt| attempt == 1);
    let root = Supervisor::builder("root")
        .try_child("b", make)
        .child("c", Store::maker("c", &log))
        .start(&system);
    calm().await;
    assert_eq!(log.take(), ["b starts", "c starts"]);
    assert_eq!(root.tree().children[0].restarts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_panics_while_restarting_is_tried_again() {
    let log = Log::default();
    let system = system();
    let mut make = Store::maker("a", &log);
    let mut attempts = 0;
    let root = Supervisor::builder("root")
        .intensity(2, Duration::from_secs(5))
        .child("a", move || {
            attempts += 1;
            assert!(attempts != 2, "no disk");
            make()
        })
        .start(&system);
    let a = root.address::<Store>("a").unwrap();
    a.send(Message::Fail).await.unwrap();
    a.send(Message::Set { to: 5 }).await.unwrap();
    assert_eq!(a.call(Message::number()).await, Ok(5));
    assert_eq!(log.take(), ["a starts", "a ends", "a starts", "a = 5"]);
    assert_eq!(root.tree().children[0].restarts, 2);
    assert_eq!(root.tree().children[0].failures, 2);
}

#[tokio::test(start_paused = true)]
async fn too_many_restarts_end_the_supervisor_with_the_cause() {
    let log = Log::default();
    let system = system();
    let root = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .child("b", Store::maker("b", &log))
        .start(&system);
    let b = root.address::<Store>("b").unwrap();
    for _ in 0..2 {
        b.send(Message::Fail).await.unwrap();
    }
    let left = b.call(Message::number());
    let reason = root.closed().await;
    let expected = "child `b` ended too often: more than 1 in 5s is not borne: broken";
    assert_eq!(format!("{reason:#}"), expected);
    assert_eq!(
        log.take(),
        [
            "a starts", "b starts", "b ends", "b starts", "b ends", "a ends"
        ]
    );
    assert!(left.await.is_err());
}

/// Has a guard that divides.
#[machine(name = "tests/Doubtful")]
pub mod doubtful {
    #[data]
    #[derive(Default)]
    pub struct Doubtful {
        pub taken: u32,
    }

    #[messages]
    pub enum Message {
        Share {
            among: u32,
        },
        #[reply(u32)]
        Taken,
    }

    #[receive(Share if 12 / among > 1)]
    fn share(doubtful: &mut Doubtful, among: u32) {
        let _ = among;
        doubtful.taken += 1;
    }

    #[receive(Share)]
    fn keep() {}

    #[receive(Taken)]
    fn taken(doubtful: &Doubtful) -> u32 {
        doubtful.taken
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_guard_is_a_failure_like_any_other() {
    use doubtful::{Doubtful, Message};
    let system = system();
    let alone = system.spawn(Doubtful::default());
    alone.send(Message::Share { among: 0 }).await.unwrap();
    let reason = alone.closed().await;
    let ExitReason::Errored(error) = &reason else {
        panic!("it has failed: {reason}");
    };
    let text = format!("{error:#}");
    assert!(
        text.contains("divide by zero") && text.contains("trouble.rs"),
        "{text}"
    );
    // Kept by a supervisor, it begins anew and goes on with its mail.
    let root = Supervisor::builder("root")
        .child("a", Doubtful::default)
        .start(&system);
    let a = root.address::<Doubtful>("a").unwrap();
    for among in [3, 0, 4, 12] {
        a.send(Message::Share { among }).await.unwrap();
    }
    assert_eq!(a.call(Message::taken()).await, Ok(1));
    assert_eq!(root.tree().children[0].restarts, 1);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "supervisor `root` has two children `a`: give one another name")]
async fn two_children_of_one_name_are_a_mistake() {
    let log = Log::default();
    let _ = Supervisor::builder("root")
        .child("a", Store::maker("a", &log))
        .child("a", Store::maker("a", &log));
}
