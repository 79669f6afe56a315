//! Guards: what they see, and what happens when one does not hold.

use wink::Received;
use wink::prelude::*;

#[machine]
mod meter {
    #[data]
    #[derive(Default)]
    pub struct Meter {
        pub limit: u32,
        pub took: Vec<&'static str>,
    }

    #[messages]
    #[derive(Debug, PartialEq)]
    pub enum Message {
        Add { value: u32, name: String },
        Pair(u32, u32),
        Reset,
        Hold { value: u32, name: String },
        Free,
    }

    #[receive(Add)]
    fn root(meter: &mut Meter, value: u32) {
        let _ = value;
        meter.took.push("root");
    }

    #[state]
    #[allow(trap_state)]
    #[ignore(Pair | Reset | Hold | Free)]
    mod full {}

    #[state(initial)]
    // Without a function: the fields by their names, and `data`.
    #[receive(Hold if value > data.limit => full)]
    #[defer(Hold if name == "later")]
    #[ignore(Hold)]
    #[receive(Free if data.took.is_empty() => full)]
    #[ignore(Free)]
    mod counting {
        #[receive(Add if value == 1 && name.len() == 1)]
        fn by_value(meter: &mut Meter, value: u32, name: String) {
            meter.took.push(if value == 1 && name == "a" {
                "one a"
            } else {
                "one"
            });
        }

        #[receive(Add if *value == 2 && name.starts_with("b"))]
        fn by_reference(meter: &mut Meter, value: &u32, name: &str) {
            meter.took.push(if *value == 2 && name == "b" {
                "two b"
            } else {
                "two"
            });
        }

        #[receive(Pair if left > meter.limit && right == 0)]
        fn by_position(meter: &mut Meter, left: u32, right: u32) {
            let _ = (left, right);
            meter.took.push("pair");
        }
        #[receive(Pair)]
        fn other_pair(meter: &mut Meter, left: u32) {
            let _ = left;
            meter.took.push("other pair");
        }

        #[allow(guard_leaves_unhandled)]
        #[receive(Reset if cx.is_in(State::Counting))]
        fn reset(meter: &mut Meter, cx: &mut Context) {
            cx.log("reset");
            meter.took.push("reset");
        }
    }
}

use meter::{Message, Meter, State};

fn add(value: u32, name: &str) -> Message {
    Message::Add {
        value,
        name: name.to_owned(),
    }
}

fn hold(value: u32, name: &str) -> Message {
    Message::Hold {
        value,
        name: name.to_owned(),
    }
}

#[track_caller]
fn took(messages: impl IntoIterator<Item = Message>) -> Vec<&'static str> {
    let mut meter = Meter {
        limit: 5,
        ..Meter::default()
    }
    .start();
    for message in messages {
        assert!(meter.dispatch(message).is_handled());
    }
    meter.into_data().took
}

#[test]
fn a_guard_sees_fields_as_the_function_takes_them() {
    assert_eq!(took([add(1, "a"), add(2, "b")]), ["one a", "two b"]);
}

#[test]
fn a_guard_that_does_not_hold_falls_to_the_next_row_then_to_the_parent() {
    assert_eq!(took([add(1, "aa"), add(2, "c"), add(3, "")]), ["root"; 3]);
}

#[test]
fn a_guard_sees_the_data_and_fields_by_position() {
    let pairs = [
        Message::Pair(6, 0),
        Message::Pair(5, 0),
        Message::Pair(6, 1),
    ];
    assert_eq!(took(pairs), ["pair", "other pair", "other pair"]);
}

#[test]
fn a_guard_sees_the_context() {
    assert_eq!(took([Message::Reset]), ["reset"]);
}

#[test]
fn the_guard_of_a_row_without_function_sees_fields_and_data() {
    let mut meter = Meter {
        limit: 5,
        ..Meter::default()
    }
    .start();
    assert!(matches!(
        meter.dispatch(hold(5, "now")).received(),
        Received::Ignored(_)
    ));
    assert!(matches!(
        meter.dispatch(hold(5, "later")).received(),
        Received::Deferred(_)
    ));
    assert!(meter.is_in(State::Counting));
    assert!(meter.dispatch(hold(6, "later")).is_handled());
    assert!(meter.is_in(State::Full));
}

#[test]
fn a_guard_is_asked_each_time() {
    let mut meter = Meter::default().start();
    meter.data_mut().took.push("something");
    assert!(matches!(
        meter.dispatch(Message::Free).received(),
        Received::Ignored(_)
    ));
    meter.data_mut().took.clear();
    assert!(meter.dispatch(Message::Free).is_handled());
}
