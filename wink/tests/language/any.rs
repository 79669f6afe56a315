//! `_`: the row for everything that nothing else in its state receives.

use wink::Received;
use wink::prelude::*;

#[machine]
mod desk {
    #[data]
    #[derive(Default)]
    pub struct Desk {
        pub took: Vec<String>,
    }

    #[messages]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Message {
        Letter { text: String },
        Parcel(u32),
        Flyer,
        Close,
        Open,
    }

    #[receive(Parcel)]
    fn parcel(desk: &mut Desk, weight: u32) {
        desk.took.push(format!("root parcel {weight}"));
    }
    #[receive(Close => closed)]
    fn close() {}

    #[state(initial)]
    mod sorting {
        #[receive(Letter)]
        fn letter(desk: &mut Desk, text: String) {
            desk.took.push(text);
        }
        #[allow(guard_leaves_unhandled)]
        #[receive(_ if *other != Message::Close)]
        fn any(desk: &mut Desk, other: &Message) {
            desk.took.push(format!("any {other:?}"));
        }
    }

    #[state]
    #[receive(Open => sorting)]
    mod closed {
        #[receive(_)]
        fn whole(desk: &mut Desk, message: Message) {
            desk.took.push(format!("closed {message:?}"));
        }

        #[state(initial)]
        #[ignore(Flyer)]
        #[receive(Close => deaf)]
        mod night {}
        #[state]
        #[ignore(_)]
        mod deaf {}
    }
}

use desk::{Desk, Message, State};

#[test]
fn what_a_state_does_not_name_goes_to_its_any_row_before_the_parent() {
    let mut desk = Desk::default().start();
    let _ = desk.dispatch(Message::Letter {
        text: "a letter".to_owned(),
    });
    let _ = desk.dispatch(Message::Parcel(3));
    assert_eq!(desk.data().took, ["a letter", "any Parcel(3)"]);
}

#[test]
fn a_guarded_any_row_lets_the_parent_have_the_rest() {
    let mut desk = Desk::default().start();
    assert!(desk.dispatch(Message::Close).changed());
    assert!(desk.is_in(State::Night));
}

#[test]
fn an_any_row_can_take_the_whole_message() {
    let mut desk = Desk::default().start();
    let _ = desk.dispatch(Message::Close);
    assert!(matches!(
        desk.dispatch(Message::Flyer).received(),
        Received::Ignored(_)
    ));
    let _ = desk.dispatch(Message::Letter {
        text: "late".to_owned(),
    });
    assert_eq!(desk.data().took, [r#"closed Letter { text: "late" }"#]);
}

#[test]
fn everything_can_be_ignored() {
    let mut desk = Desk::default().start();
    let _ = desk.dispatch(Message::Close);
    let _ = desk.dispatch(Message::Close);
    assert!(desk.is_in(State::Deaf) && desk.is_in(State::Closed));
    for message in [Message::Open, Message::Flyer, Message::Parcel(1)] {
        assert!(matches!(
            desk.dispatch(message).received(),
            Received::Ignored(_)
        ));
    }
    assert!(desk.data().took.is_empty());
}
