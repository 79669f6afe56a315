//! Functions that choose where to go.

use wink::prelude::*;

#[machine]
mod lift {
    #[data]
    #[derive(Default)]
    pub struct Lift {
        pub ran: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        Call {
            floor: u32,
        },
        Back,
        #[reply(String)]
        Ask {
            up: bool,
        },
    }

    #[state(initial)]
    mod down {
        #[exit]
        fn leave(lift: &mut Lift) {
            lift.ran.push("-down");
        }

        #[receive(Call => up | down | stay)]
        fn call(lift: &mut Lift, floor: u32) -> Goto {
            lift.ran.push("call");
            match floor {
                0 => Goto::Stay,
                1 => Goto::Down,
                _ => Goto::Up,
            }
        }

        #[receive(Ask => up | stay)]
        fn ask(lift: &mut Lift, up: bool) -> (String, Goto) {
            lift.ran.push("ask");
            if up {
                ("going up".to_owned(), Goto::Up)
            } else {
                ("staying".to_owned(), Goto::Stay)
            }
        }

        #[receive(Back => history(up) | deep_history(up))]
        fn back(lift: &mut Lift) -> Goto {
            if lift.ran.is_empty() {
                Goto::HistoryOfUp
            } else {
                Goto::DeepHistoryOfUp
            }
        }
    }

    #[state]
    #[receive(Back => down)]
    #[receive(Call if floor == 0 => moving)]
    #[ignore(Ask | Call)]
    mod up {
        #[entry]
        fn enter(lift: &mut Lift) {
            lift.ran.push("+up");
        }

        #[state(initial)]
        mod waiting {}
        #[state]
        mod moving {}
    }
}

use lift::{Lift, Message, State};

#[test]
fn the_function_is_asked_before_anything_is_left() {
    let mut lift = Lift::default().start();
    assert!(lift.dispatch(Message::Call { floor: 2 }).changed());
    assert_eq!(lift.data().ran, ["call", "-down", "+up"]);
    assert!(lift.is_in(State::Waiting));
}

#[test]
fn to_stay_leaves_nothing() {
    let mut lift = Lift::default().start();
    let outcome = lift.dispatch(Message::Call { floor: 0 });
    assert!(outcome.is_handled() && !outcome.changed());
    assert_eq!(lift.data().ran, ["call"]);
}

#[test]
fn to_go_to_oneself_is_not_to_stay() {
    let mut lift = Lift::default().start();
    assert!(lift.dispatch(Message::Call { floor: 1 }).changed());
    assert_eq!(lift.data().ran, ["call", "-down"]);
}

#[test]
fn an_answer_can_come_with_a_choice() {
    let mut lift = Lift::default().start();
    assert_eq!(
        lift.ask(Message::ask(false)).answer().as_deref(),
        Some("staying")
    );
    assert!(lift.is_in(State::Down));
    assert_eq!(
        lift.ask(Message::ask(true)).answer().as_deref(),
        Some("going up")
    );
    assert!(lift.is_in(State::Up));
    assert_eq!(lift.data().ran, ["ask", "ask", "-down", "+up"]);
}

#[test]
fn a_history_can_be_chosen() {
    let mut lift = Lift::default().start();
    assert!(lift.dispatch(Message::Back).changed());
    assert!(
        lift.is_in(State::Waiting),
        "nothing was recorded: the initial child"
    );
    assert!(lift.dispatch(Message::Call { floor: 0 }).changed());
    assert!(lift.is_in(State::Moving));
    assert!(lift.dispatch(Message::Back).changed());
    assert!(lift.is_in(State::Down));
    assert!(lift.dispatch(Message::Back).changed());
    assert!(lift.is_in(State::Moving));
}
