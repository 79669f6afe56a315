//! The smallest machines.

use wink::prelude::*;
use wink::{Received, StateName, Status};

/// No states: it rests in itself, and answers.
#[machine]
mod adder {
    #[data]
    #[derive(Default)]
    pub struct Adder {
        pub sum: i64,
        pub ran: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        #[reply(i64)]
        Add(i64),
        Reset,
    }

    #[entry]
    fn enter(adder: &mut Adder, cx: &mut Context) {
        cx.raise(Message::Reset);
        adder.ran.push("+adder");
    }
    #[exit]
    fn leave(adder: &mut Adder) {
        adder.ran.push("-adder");
    }
    #[receive(Add)]
    fn add(adder: &mut Adder, number: i64) -> i64 {
        adder.sum += number;
        adder.sum
    }
    #[receive(Reset)]
    fn reset(adder: &mut Adder) {
        adder.ran.push("reset");
        adder.sum = 0;
    }
}

/// Neither states nor messages, nor data.
#[machine]
mod nothing {
    #[data]
    pub struct Nothing;

    #[messages]
    pub enum Message {}
}

#[test]
fn a_machine_without_states_is_a_server() {
    let mut adder = adder::Adder {
        sum: 9,
        ..Default::default()
    }
    .start();
    assert!(adder.is_in(adder::State::ROOT));
    assert_eq!(adder.ask(adder::Message::add(4)).answer(), Some(4));
    assert_eq!(adder.ask(adder::Message::add(3)).answer(), Some(7));
    let _ = adder.stop();
    assert_eq!(adder.data().ran, ["+adder", "reset", "-adder"]);
    assert_eq!(
        adder.dispatch(adder::Message::Reset).received(),
        Received::Ended
    );
}

#[test]
fn a_machine_can_be_nothing_at_all() {
    let mut nothing = nothing::Nothing.start();
    assert_eq!(nothing.status(), Status::Running);
    let _ = nothing.stop();
    assert_eq!(nothing.status(), Status::Exited);
}
