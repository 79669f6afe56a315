//! Machines from SCXML documents: as a person uses them.

mod exported;
mod invoke;
mod page;
mod xstate;

use std::time::Duration;
use wink::{Effect, Instance, Machine, Start, Status, Steps, Time};

/// A gate that somebody pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// How much.
    pub cents: u32,
}

wink::machine! {
    scxml = "turnstile.scxml",
    name = "gates/Turnstile",
    events = { coin: Payment },
    /// Compiled from the document beside this file.
    pub mod turnstile
}

wink::machine!(scxml = "lamp.scxml");

wink::machine! { scxml = "player.scxml", mod player }

wink::machine! { scxml = "counter.scxml", mod counter }

fn log<M: Machine + Steps>(machine: &mut Instance<M>) -> Vec<String> {
    let effects = std::iter::from_fn(|| machine.poll_effect());
    let lines = effects.filter_map(|effect| match effect {
        Effect::Log(line) => Some(line.into_owned()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn data_and_expressions_are_rust() {
    use turnstile::{Message, State, Turnstile};
    let mut gate = Turnstile::default().start();
    assert!(gate.is_in(State::Locked));
    let coin = |cents| Message::Coin(Payment { cents });
    gate.dispatch(coin(30));
    assert!(gate.is_in(State::Locked));
    gate.dispatch(coin(80));
    assert!(gate.is_in(State::Unlocked));
    assert_eq!((gate.data().cents, gate.data().visitors), (110, 0));
    gate.dispatch(Message::Push);
    assert!(gate.is_in(State::Locked));
    assert_eq!((gate.data().cents, gate.data().visitors), (0, 1));
    assert_eq!(log(&mut gate), ["paid: 110", "welcome"]);
}

#[test]
fn the_chart_says_what_the_document_says() {
    use turnstile::Turnstile;
    let chart = Turnstile::CHART;
    assert_eq!(chart.name, "gates/Turnstile");
    let states: Vec<&str> = chart.states.iter().map(|state| &*state.name).collect();
    assert_eq!(states, ["turnstile", "locked", "unlocked"]);
    let messages: Vec<&str> = chart
        .messages
        .iter()
        .map(|message| &*message.name)
        .collect();
    assert_eq!(messages, ["coin", "push", "closed", "closed.late"]);
    let row = &chart.rows[0];
    assert_eq!(
        row.guard.as_deref(),
        Some("cents + _event.data.cents >= 100")
    );
    assert_eq!(
        row.action.as_deref(),
        Some("cents = cents + _event.data.cents; log")
    );
    assert_eq!(chart.states[1].documentation, "Nobody passes.");
}

#[test]
fn a_document_without_data_is_plain_code() {
    use lamp::{Lamp, Message, State};
    assert!(!Lamp::CHART.is_extended());
    let mut lamp = Lamp::default().start();
    lamp.dispatch(Message::Press);
    assert!(lamp.is_in(State::On));
    let later = lamp.now() + Duration::from_millis(1_500);
    assert_eq!(lamp.next_deadline(), Some(later));
    lamp.advance(later);
    assert!(lamp.is_in(State::Off));
    assert_eq!(
        Message::from_event("press.twice")
            .map(|one| one.event().to_owned())
            .as_deref(),
        Some("press")
    );
    assert!(Message::from_event("pressed").is_none());
}

#[test]
fn values_have_no_types() {
    use player::{Message, Player};
    use wink::document::Value;
    let mut machine = Player::default().start();
    assert_eq!(machine.configuration(), ["title", "quiet"]);
    machine.dispatch(Message::Next);
    assert_eq!(machine.data().get("track"), Some(&Value::from(1)));
    machine.advance(Time::ZERO);
    assert_eq!(
        machine.data().get("heard"),
        Some(&Value::from("track 1 of 2"))
    );
    machine.dispatch(Message::Next);
    machine.dispatch(Message::Other("anything.else".to_owned()));
    assert_eq!(
        machine.data().get("other"),
        Some(&Value::from("anything.else"))
    );
    assert_eq!(machine.status(), Status::Exited);
    assert_eq!(machine.data().get("absent"), None);
}

#[test]
fn a_failure_is_an_event_and_a_line() {
    let mut machine = player::Player::default().start();
    machine.dispatch(player::Message::Break);
    assert_eq!(
        log(&mut machine),
        [
            "error.execution at player.scxml:21: `null` has no part `part`",
            "told: error.execution"
        ]
    );
}

#[test]
fn scripts_change_data_and_break_off_where_they_fail() {
    use counter::{Counter, Message, State};
    let mut machine = Counter::default().start();
    let value = |machine: &Instance<Counter>, name: &str| {
        let value = machine.data().get(name);
        value.map_or_else(String::new, ToString::to_string)
    };
    assert_eq!(value(&machine, "count"), "0");
    machine.dispatch(Message::Up);
    machine.dispatch(Message::Up);
    assert_eq!(value(&machine, "seen"), r#"{"last":"even","odd":1}"#);
    machine.dispatch(Message::Up);
    assert_eq!(value(&machine, "seen"), r#"{"last":"odd","odd":3}"#);
    machine.dispatch(Message::Up);
    assert!(machine.is_in(State::Full));
    assert_eq!(value(&machine, "count"), "3", "nothing after the failure");
    let lines = log(&mut machine);
    assert!(
        lines[0].contains("counter.scxml:14: `undefined` has no part"),
        "{lines:?}"
    );
}
