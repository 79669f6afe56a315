//! What survives a restart, and what does not.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, pass, system, wary_system};
use wink::prelude::*;
use wink::{BackOff, CallError, Supervisor};

#[tokio::test(start_paused = true)]
async fn a_restart_keeps_address_and_mail_and_drops_the_failing_message() {
    let log = Log::default();
    let system = system();
    let shop = Supervisor::builder("shop")
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    let other = a.clone();
    // All of it waits in the mailbox before the machine has started.
    a.send(Message::Set { to: 7 }).await.unwrap();
    let asked = tokio::join!(
        a.call(Message::divide(0)),
        async { other.send(Message::Set { to: 8 }).await.unwrap() },
        a.call(Message::number()),
    );
    let Err(CallError::Died(reason)) = asked.0 else {
        panic!(
            "the caller of the failing question hears why: {:?}",
            asked.0
        );
    };
    assert!(
        format!("{reason:#}").contains("divide by zero"),
        "{reason:#}"
    );
    assert_eq!(asked.2, Ok(8));
    assert_eq!(log.take(), ["a starts", "a = 7", "a starts", "a = 8"]);
    assert_eq!(shop.address::<Store>("a"), Some(a.clone()));
    assert_eq!(shop.tree().children[0].restarts, 1);
    assert_eq!(a.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn callers_that_wait_in_line_are_answered_by_the_successor() {
    let log = Log::default();
    let system = system();
    let back_off = BackOff::new(Duration::from_secs(3), Duration::from_secs(3)).jitter(0);
    let shop = Supervisor::builder("shop")
        .back_off(back_off)
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    a.send(Message::Fail).await.unwrap();
    calm().await;
    assert_eq!(log.take(), ["a starts", "a ends"]);
    // It is down for three seconds; what is sent now waits.
    let before = system.now();
    assert_eq!(a.call(Message::number()).await, Ok(0));
    let waited = system.now() - before;
    assert!(waited >= Duration::from_millis(2_990), "{waited:?}");
    assert_eq!(log.take(), ["a starts"]);
}

#[tokio::test(start_paused = true)]
async fn deferred_messages_are_accepted_ones_and_survive() {
    let log = Log::default();
    let system = system();
    let shop = Supervisor::builder("shop")
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    for message in [
        Message::Close,
        Message::Late,
        Message::Fail,
        Message::Set { to: 1 },
    ] {
        a.send(message).await.unwrap();
    }
    calm().await;
    let expected = ["a starts", "a ends", "a starts", "a is late", "a = 1"];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn poison_is_recognised() {
    let log = Log::default();
    let system = wary_system(&log);
    let shop = Supervisor::builder("shop")
        .intensity(10, Duration::from_secs(5))
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    a.send(Message::Set { to: 1 }).await.unwrap();
    for _ in 0..3 {
        assert!(a.call(Message::divide(0)).await.is_err());
    }
    assert!(a.call(Message::number()).await.is_ok());
    assert!(a.call(Message::divide(0)).await.is_err());
    calm().await;
    let poison: Vec<String> = log.take();
    let poison = poison.iter().filter(|line| line.contains("poison"));
    let expected = "tests/Store#N: `Divide` is poison: it has failed on it N times in a row";
    // The second and the third; then it had handled something in between.
    assert_eq!(poison.collect::<Vec<_>>(), [expected, expected]);
}

/// Sends another machine's child what it is told to, in one step.
#[machine(name = "tests/Customer")]
pub mod customer {
    use super::super::machines::store::{self, Store};

    #[data]
    pub struct Customer {
        pub store: Address<Store>,
    }

    #[messages]
    pub enum Message {
        Send { all: Vec<store::Message> },
    }

    #[receive(Send)]
    fn send(customer: &Customer, cx: &mut Context, all: Vec<store::Message>) {
        for message in all {
            cx.send(&customer.store, message);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_of_mail_is_handled_up_to_what_fails_and_from_there_by_the_successor() {
    let log = Log::default();
    let system = wary_system(&log);
    let shop = Supervisor::builder("shop")
        .intensity(100, Duration::from_secs(5))
        .child("a", Store::maker("a", &log))
        .start(&system);
    let store = shop.address::<Store>("a").unwrap();
    let customer = system.spawn(customer::Customer {
        store: store.clone(),
    });
    let set = |to| Message::Set { to };
    let divide = || Message::Divide { by: 0 };
    let send = async |all| {
        customer
            .send(customer::Message::Send { all })
            .await
            .unwrap();
        calm().await;
        log.take()
    };
    calm().await;
    log.take();
    // What fails is gone, what comes behind it is handled.
    let lines = send(vec![set(1), set(2), divide(), set(3), set(4)]).await;
    assert_eq!(lines, ["a = 1", "a = 2", "a starts", "a = 3", "a = 4"]);
    // It is poison where nothing was handled in between, and only there.
    let poison = "tests/Store#N: `Divide` is poison: it has failed on it N times in a row";
    let lines = send(vec![divide(), divide(), set(5), divide(), set(6)]).await;
    let expected = ["a starts", poison, "a starts", "a = 5", "a starts", "a = 6"];
    assert_eq!(lines, expected);
    // An error is a failure as a panic is.
    let lines = send(vec![Message::Fail, Message::Fail, set(7), Message::Fail]).await;
    let poison = "tests/Store#N: `Fail` is poison: it has failed on it N times in a row";
    let ends = |line: &&String| *line != "a ends";
    let lines: Vec<_> = lines.iter().filter(ends).collect();
    assert_eq!(lines, ["a starts", poison, "a starts", "a = 7", "a starts"]);
}

#[tokio::test(start_paused = true)]
async fn a_drained_child_is_started_again_after_its_mail() {
    let log = Log::default();
    let system = system();
    let shop = Supervisor::builder("shop")
        .intensity(2, Duration::from_secs(5))
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    a.send(Message::Work { seconds: 5 }).await.unwrap();
    a.send(Message::Fail).await.unwrap();
    a.send(Message::Set { to: 1 }).await.unwrap();
    calm().await;
    a.drain();
    calm().await;
    // This one is for the next.
    a.send(Message::Set { to: 2 }).await.unwrap();
    pass(Duration::from_secs(6)).await;
    let expected = [
        "a starts", "a ends", "a starts", "a = 1", "a ends", "a starts", "a = 2",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_async_receiver_that_panics_is_no_different() {
    let log = Log::default();
    let system = system();
    let shop = Supervisor::builder("shop")
        .child("a", Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    a.send(Message::Work { seconds: 5 }).await.unwrap();
    a.send(Message::Fail).await.unwrap();
    a.send(Message::Set { to: 2 }).await.unwrap();
    pass(Duration::from_secs(6)).await;
    assert_eq!(log.take(), ["a starts", "a ends", "a starts", "a = 2"]);
}

/// Has no function that waits, no row for what its timers bring but the one that says so.
#[machine(name = "tests/Fuse")]
mod fuse {
    use super::Log;

    #[data]
    pub struct Fuse {
        pub log: Log,
    }

    #[messages]
    pub enum Message {
        Light,
        Blow,
        Tick,
    }

    #[entry]
    fn start(fuse: &Fuse) {
        fuse.log.push("starts");
    }

    #[receive(Light)]
    fn light(fuse: &Fuse, cx: &mut Context) {
        fuse.log.push("lit");
        cx.set_timer("fuse", Duration::from_secs(5), Message::Tick);
    }

    #[receive(Blow)]
    fn blow(cx: &mut Context) {
        cx.set_timer("fuse", Duration::from_secs(1), Message::Tick);
        cx.raise(Message::Tick);
        let own = cx.address();
        cx.send(&own, Message::Tick);
        panic!("blown");
    }

    #[receive(Tick)]
    fn tick(fuse: &Fuse) {
        fuse.log.push("ticks");
    }
}

#[tokio::test(start_paused = true)]
async fn a_successor_begins_before_the_next_letter_and_with_nothing_of_what_was() {
    use fuse::{Fuse, Message};
    let log = Log::default();
    let system = system();
    let own = log.clone();
    let shop = Supervisor::builder("shop")
        .intensity(9, Duration::from_secs(5))
        .child("fuse", move || Fuse { log: own.clone() })
        .start(&system);
    let fuse = shop.address::<Fuse>("fuse").unwrap();
    for message in [Message::Light, Message::Blow, Message::Blow, Message::Tick] {
        fuse.send(message).await.unwrap();
    }
    calm().await;
    assert_eq!(log.take(), ["starts", "lit", "starts", "starts", "ticks"]);
    // Neither timer is there any more, and a new one is.
    pass(Duration::from_secs(20)).await;
    assert_eq!(log.take(), [""; 0]);
    fuse.send(Message::Light).await.unwrap();
    pass(Duration::from_secs(6)).await;
    assert_eq!(log.take(), ["lit", "ticks"]);
    assert_eq!(shop.tree().children[0].restarts, 2);
}
