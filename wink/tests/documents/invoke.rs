//! Documents that invoke documents: one machine inside another, wherever that one runs.

use super::log;
use std::time::Duration;
use wink::document::Value;
use wink::{Instance, Snapshot, Start, Time};

wink::machine! { scxml = "kitchen.scxml", pub mod kitchen }

use kitchen::{Kitchen, Message, State};

const MINUTE: Duration = Duration::from_secs(60);

fn after(minutes: u32) -> Time {
    Time::ZERO + MINUTE * minutes
}

fn send(machine: &mut Instance<Kitchen>, event: &str) {
    let message = Message::from_event(event).expect("somebody listens");
    machine.dispatch(message);
    machine.advance(machine.now());
}

fn text(machine: &Instance<Kitchen>, variable: &str) -> String {
    machine
        .data()
        .get(variable)
        .map_or_else(String::new, Value::to_string)
}

#[test]
fn a_session_is_given_values_speaks_and_ends() {
    let mut kitchen = Kitchen::default().start();
    send(&mut kitchen, "bake");
    assert_eq!(kitchen.next_deadline(), Some(after(5)), "the oven's");
    // What only the session listens to.
    send(&mut kitchen, "lamp");
    assert_eq!(log(&mut kitchen), ["lamp: external"]);
    kitchen.advance(after(5));
    assert_eq!(
        (text(&kitchen, "heat"), text(&kitchen, "who")),
        ("220".into(), "oven".into())
    );
    // The value that the oven was given, not its own.
    assert_eq!(kitchen.next_deadline(), Some(after(7)));
    kitchen.advance(after(7));
    assert_eq!(text(&kitchen, "bread"), "bread of dough");
    assert!(kitchen.is_in(State::Failed), "nobody is at #_oven any more");
    let lines = log(&mut kitchen);
    assert_eq!(lines[0], "off");
    assert!(
        lines[1].contains("there is nobody at `#_oven`"),
        "{lines:?}"
    );
}

#[test]
fn a_session_ends_with_the_state_that_has_invoked_it() {
    let mut kitchen = Kitchen::default().start();
    send(&mut kitchen, "bake");
    send(&mut kitchen, "stop");
    assert!(kitchen.is_in(State::Idle));
    assert_eq!(log(&mut kitchen), ["off"], "its exits have run");
    assert_eq!(kitchen.next_deadline(), None);
    // And begins anew.
    kitchen.advance(after(100));
    send(&mut kitchen, "bake");
    assert_eq!(kitchen.next_deadline(), Some(after(105)));
    kitchen.stop();
    assert_eq!(log(&mut kitchen), ["off"]);
}

#[test]
fn sessions_are_saved_with_their_machine() {
    let mut kitchen = Kitchen::default().start();
    send(&mut kitchen, "bake");
    kitchen.advance(after(3));
    let saved = serde_json::to_string(&kitchen.snapshot().expect("it runs"));
    let saved = saved.expect("it is plain data");
    // On another computer, whose clock is another.
    let read: Snapshot<Kitchen> = serde_json::from_str(&saved).expect("it was written so");
    let mut kitchen = read.restore(after(1_000)).expect("it fits");
    send(&mut kitchen, "lamp");
    assert_eq!(log(&mut kitchen), ["lamp: external"]);
    assert_eq!(kitchen.next_deadline(), Some(after(1_002)));
    kitchen.advance(after(1_004));
    assert_eq!(text(&kitchen, "bread"), "bread of dough");
    let broken = saved.replace("heating", "cooling");
    let read: Snapshot<Kitchen> = serde_json::from_str(&broken).expect("its shape is right");
    let error = read
        .restore(Time::ZERO)
        .expect_err("the oven has no such state");
    assert!(error.to_string().contains("cooling"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn sessions_run_in_a_system() {
    let system = wink::System::new();
    let kitchen = system.spawn(Kitchen::default());
    for event in ["bake", "lamp"] {
        let message = Message::from_event(event).expect("somebody listens");
        kitchen.send(message).await.expect("it runs");
    }
    tokio::time::sleep(MINUTE * 8).await;
    let view = kitchen.inspect().await.expect("it runs");
    assert_eq!(view.states, ["failed"], "nobody is at #_oven any more");
}
