//! State time-outs.

use wink::prelude::*;
use wink::{Received, Status};

#[machine]
mod lamp {
    #[data]
    #[derive(Default)]
    pub struct Lamp {
        pub stay_on: bool,
        pub ran: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        Press,
        Keep,
    }

    #[receive(Keep)]
    fn keep(lamp: &mut Lamp) {
        lamp.stay_on = true;
    }
    #[after("1h")]
    fn old(lamp: &mut Lamp) {
        lamp.ran.push("old");
    }

    #[state(initial)]
    #[receive(Press => on)]
    mod off {}

    #[state]
    #[receive(Press => on)]
    mod on {
        #[after("10s" if !lamp.stay_on => off)]
        fn out(lamp: &mut Lamp) {
            lamp.ran.push("out");
        }
        #[after("2s")]
        fn blink(lamp: &mut Lamp) {
            lamp.ran.push("blink");
        }

        #[state(initial)]
        #[after("500ms" => bright)]
        mod dim {}
        #[state]
        mod bright {}
    }
}

use lamp::{Lamp, Message, State};

fn at(milliseconds: u64) -> Time {
    Time::from_nanoseconds(milliseconds * 1_000_000)
}

#[test]
fn a_state_is_left_when_its_time_has_come() {
    let mut lamp = Lamp::default().start();
    let _ = lamp.dispatch(Message::Press);
    assert_eq!(lamp.next_deadline(), Some(at(500)));
    let _ = lamp.advance(at(499));
    assert!(lamp.is_in(State::Dim));
    let _ = lamp.advance(at(500));
    assert!(lamp.is_in(State::Bright));
    assert_eq!(lamp.next_deadline(), Some(at(2_000)));
    let _ = lamp.advance(at(9_999));
    assert_eq!(lamp.data().ran, ["blink"], "a time-out fires once");
    let _ = lamp.advance(at(10_000));
    assert!(lamp.is_in(State::Off));
    assert_eq!(lamp.data().ran, ["blink", "out"]);
}

#[test]
fn leaving_the_state_cancels_its_time_out() {
    let mut lamp = Lamp::default().start();
    let _ = lamp.dispatch(Message::Press);
    let _ = lamp.advance(at(1_900));
    // Left and entered again: the time begins anew, for the inner state too.
    let _ = lamp.dispatch(Message::Press);
    assert!(lamp.is_in(State::Dim));
    let _ = lamp.advance(at(2_000));
    assert!(lamp.is_in(State::Dim) && lamp.data().ran.is_empty());
    let _ = lamp.advance(at(3_900));
    assert_eq!(lamp.data().ran, ["blink"]);
}

#[test]
fn several_that_are_due_fire_in_the_order_of_their_deadlines() {
    let mut lamp = Lamp::default().start();
    let _ = lamp.dispatch(Message::Press);
    let _ = lamp.advance(at(4_000_000));
    assert_eq!(lamp.data().ran, ["blink", "out", "old"]);
    assert_eq!(lamp.next_deadline(), None);
}

#[test]
fn a_guard_is_asked_when_the_time_has_come() {
    let mut lamp = Lamp::default().start();
    let _ = lamp.dispatch(Message::Press);
    assert!(matches!(
        lamp.dispatch(Message::Keep).received(),
        Received::Handled(_)
    ));
    let _ = lamp.advance(at(60_000));
    assert!(lamp.is_in(State::On));
    assert_eq!(lamp.status(), Status::Running);
}
