//! Machines from XState documents.

use gate::{Gate, Message, State};
use std::time::Duration;
use wink::{Context, Machine, Start};

wink::machine! {
    xstate = "gate.json",
    mod gate
}

fn is_enough(gate: &Gate) -> bool {
    gate.coins + 1 >= gate.max_coins
}

fn pay(gate: &mut Gate, _: &mut Context<Gate>) {
    gate.coins += 1;
}

fn greet(gate: &mut Gate, cx: &mut Context<Gate>) {
    cx.log(format!("welcome to {}", gate.name));
}

fn count_other(gate: &mut Gate, _: &mut Context<Gate>) {
    gate.max_coins += 1;
}

fn open_up(gate: &mut Gate, _: &mut Context<Gate>) {
    gate.open = true;
    gate.coins = 0;
}

fn shut(gate: &mut Gate, _: &mut Context<Gate>) {
    gate.open = false;
}

#[test]
fn guards_and_actions_are_functions_of_the_module_around() {
    let mut gate = Gate::default().start();
    for _ in 0..2 {
        gate.dispatch(Message::Coin);
        assert!(gate.is_in(State::Locked));
    }
    gate.dispatch(Message::Coin);
    assert!(gate.is_in(State::Waiting) && gate.data().open);
    gate.dispatch(Message::Push);
    gate.dispatch(Message::Passed);
    assert!(gate.is_in(State::Locked) && !gate.data().open);
    // What is named comes before `*`, wherever it stands.
    gate.dispatch(Message::Push);
    assert_eq!(gate.data().max_coins, 4);
}

#[test]
fn a_state_that_goes_to_itself_is_left_only_to_be_entered_again() {
    let mut gate = Gate::default().start();
    for _ in 0..3 {
        gate.dispatch(Message::Coin);
    }
    gate.dispatch(Message::Push);
    gate.data_mut().coins = 7;
    gate.dispatch(Message::Again);
    assert!(gate.is_in(State::Waiting));
    assert_eq!(gate.data().coins, 7, "not entered again");
    gate.dispatch(Message::Anew);
    assert_eq!(gate.data().coins, 0, "entered again");
    let later = gate.now() + Duration::from_secs(5);
    gate.advance(later);
    assert!(gate.is_in(State::Locked));
}

#[test]
fn the_chart_keeps_the_names() {
    let states: Vec<&str> = Gate::CHART
        .states
        .iter()
        .map(|state| &*state.name)
        .collect();
    assert_eq!(
        states,
        [
            "gate", "locked", "unlocked", "waiting", "walking", "through"
        ]
    );
    assert_eq!(
        Gate::CHART.rows[0].guard.as_deref(),
        Some("is_enough(data)")
    );
    assert_eq!(Gate::CHART.rows[0].action.as_deref(), Some("pay; greet"));
}
