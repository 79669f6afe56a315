//! Time is handed in; timers fire at their own deadlines, in order.

use crate::machines::chart::rows;
use crate::machines::courier::{self, Courier};
use crate::machines::ticker::Ticker;
use crate::machines::turnstile::{Message, State, Turnstile};
use core::time::Duration;
use wink_runtime::{ErrorKind, ExitReason, Received, RowId, Start, Time};

fn at(seconds: u64) -> Time {
    Time::ZERO + Duration::from_secs(seconds)
}

#[test]
fn a_time_out_fires_when_its_state_has_been_active_for_so_long() {
    let mut gate = Turnstile::default().start_with(at(100), &mut ());
    assert_eq!(gate.next_deadline(), None);
    let _ = gate.dispatch(Message::Coin { value: 2 });
    assert_eq!(gate.next_deadline(), Some(at(105)));

    assert_eq!(gate.advance(at(104)).received(), Received::None);
    assert!(gate.is_in(State::Unlocked));
    let outcome = gate.advance(at(105));
    assert_eq!(outcome.received(), Received::Handled(RowId(5)));
    assert!(gate.is_in(State::Locked));
    assert_eq!(gate.next_deadline(), None);
}

#[test]
fn a_time_out_is_cancelled_on_exit_and_armed_again_on_entry() {
    let mut gate = Turnstile::default().start();
    let _ = gate.dispatch(Message::Coin { value: 2 });
    let _ = gate.advance(at(3));
    let _ = gate.dispatch(Message::Coin { value: 11 });
    assert_eq!(gate.next_deadline(), Some(at(8)), "entered again");
    let _ = gate.dispatch(Message::Push);
    assert_eq!(gate.next_deadline(), None);
}

#[test]
fn a_named_timer_gives_its_message_as_a_step_of_its_own() {
    use courier::Message;
    let mut courier = Courier::default().start();
    let _ = courier.dispatch(Message::Job { number: 1 });
    let _ = courier.dispatch(Message::Later);
    let _ = courier.advance(at(1));
    let _ = courier.dispatch(Message::Later);
    assert_eq!(courier.next_deadline(), Some(at(3)), "set again, not twice");

    let outcome = courier.advance(at(10));
    assert_eq!(rows(&outcome), [2]);
    assert_eq!(courier.now(), at(10));
    assert_eq!(courier.next_deadline(), None);
}

#[test]
fn time_does_not_go_back() {
    let mut gate = Turnstile::default().start_with(at(10), &mut ());
    let _ = gate.advance(at(5));
    assert_eq!(gate.now(), at(10));
}

#[test]
fn time_may_pass_in_one_go_or_in_pieces() {
    let mut at_once = Ticker::<3>::default().start();
    let outcome = at_once.advance(Time::from_nanoseconds(20));
    assert_eq!(outcome.count(), 6);
    let mut in_pieces = Ticker::<3>::default().start();
    for now in 1..=20 {
        let _ = in_pieces.advance(Time::from_nanoseconds(now));
    }
    assert_eq!(at_once.data().changes, [3, 6, 9, 12, 15, 18]);
    assert_eq!(in_pieces.data().changes, at_once.data().changes);
}

#[test]
fn time_outs_without_end_at_one_instant_are_an_error() {
    let mut ticker = Ticker::<0>::default().start();
    let _ = ticker.advance(Time::from_nanoseconds(1));
    let Some(ExitReason::Errored(error)) = ticker.exit_reason() else {
        panic!("no error")
    };
    let ErrorKind::Endless { states } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(states, &["tock", "tick"]);
}
