//! What a look at the system says of supervisors and their children.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, system};
use wink::{Activity, ChildSpec, Restart, Strategy, Supervisor};

#[tokio::test(start_paused = true)]
async fn children_have_their_names_states_and_restarts() {
    let log = Log::default();
    let system = system();
    let shop = Supervisor::builder("shop")
        .strategy(Strategy::OneForOne)
        .child("a", Store::maker("a", &log))
        .supervisor(Supervisor::builder("back").child("b", Store::maker("b", &log)))
        .task("radio", std::future::pending::<()>)
        .start(&system);
    let spec = ChildSpec::new("guest").restart(Restart::Temporary);
    shop.add(spec, Store::maker("guest", &log)).unwrap();
    let a = shop.address::<Store>("a").unwrap();
    let b = shop.address::<Store>("back/b").unwrap();
    a.send(Message::Fail).await.unwrap();
    b.send(Message::Close).await.unwrap();
    b.send(Message::Late).await.unwrap();
    calm().await;
    let seen = system.inspect().await.to_string();
    let names = seen.replace(|letter: char| letter.is_ascii_digit(), "N");
    let lines = [
        "shop: wink/Supervisor#N [root] ready, up Nms",
        "├─ a: tests/Store#N [open] ready, N restart, up Nms",
        "├─ back: wink/Supervisor#N [root] ready, up Nms",
        "│  └─ b: tests/Store#N [closed] ready, N deferred, up Nms",
        "├─ radio: wink/Task#N [root] waiting, up Nms",
        "└─ guest: tests/Store#N [open] ready, up Nms",
    ];
    assert_eq!(names, lines.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_is_down_is_seen_as_that() {
    let log = Log::default();
    let system = system();
    let spec = ChildSpec::new("a").restart(Restart::Transient);
    let shop = Supervisor::builder("shop")
        .back_off(wink::BackOff::new(
            super::Duration::from_secs(9),
            super::Duration::from_secs(9),
        ))
        .child(spec, Store::maker("a", &log))
        .start(&system);
    let a = shop.address::<Store>("a").unwrap();
    a.send(Message::Fail).await.unwrap();
    calm().await;
    a.send(Message::Set { to: 3 }).await.unwrap();
    calm().await;
    let view = a.inspect().await.unwrap();
    assert_eq!(view.activity, Activity::Down);
    assert_eq!((view.queued, view.states.len()), (1, 0));
    assert!(view.uptime.is_zero());
}
