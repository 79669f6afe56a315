//! Regions that are active together.

use wink::prelude::*;
use wink::{Received, Record};

#[machine]
mod door {
    #[data]
    #[derive(Default)]
    pub struct Door {
        pub ran: Vec<String>,
        pub limit: u32,
    }

    #[messages]
    #[derive(Debug, Clone)]
    pub enum Message {
        Toggle,
        Add {
            value: u32,
            label: String,
        },
        Ring,
        Break,
        Repair,
        Finish,
        Jump,
        #[reply(u32)]
        Count,
    }

    #[state(initial, parallel)]
    #[receive(Break => broken)]
    #[ignore(Repair | Toggle | Add | Ring | Finish | Jump)]
    mod working {
        #[exit]
        fn leave(door: &mut Door) {
            door.ran.push("-working".to_owned());
        }
        #[done(=> finished)]
        fn all_done(door: &mut Door) {
            door.ran.push("done".to_owned());
        }
        #[receive(Count)]
        fn count(door: &Door) -> u32 {
            door.limit
        }

        #[state]
        mod lamp {
            #[state(initial)]
            #[receive(Toggle => on)]
            mod off {}
            #[state]
            mod on {
                #[entry]
                fn enter(door: &mut Door) -> Vec<u32> {
                    door.ran.push("+on".to_owned());
                    Vec::new()
                }
                #[receive(Toggle => off)]
                fn toggle(door: &mut Door, sum: &mut Vec<u32>) {
                    door.ran.push(format!("sum {sum:?}"));
                }
                #[receive(Add if value > door.limit && label == "on")]
                fn add(door: &mut Door, sum: &mut Vec<u32>, value: u32, label: String) {
                    door.ran.push(format!("add {label}"));
                    sum.push(value);
                }
                #[receive(Jump => dark | off)]
                fn finish(door: &mut Door) -> Goto {
                    door.limit += 1;
                    if door.limit > 1 {
                        Goto::Dark
                    } else {
                        Goto::Off
                    }
                }
            }
            #[state(final)]
            mod dark {}
        }

        #[state]
        mod bell {
            #[exit]
            fn leave(door: &mut Door) {
                door.ran.push("-bell".to_owned());
            }
            #[state(initial)]
            mod silent {
                #[receive(Ring => ringing)]
                #[receive(Toggle)]
                fn ring(door: &mut Door) {
                    door.ran.push("silent".to_owned());
                }
                #[receive(Add)]
                fn add(door: &mut Door, label: &str) {
                    door.ran.push(format!("silent {label}"));
                }
            }
            #[state]
            #[receive(Finish => mute)]
            #[after("1s" => silent)]
            mod ringing {}
            #[state(final)]
            mod mute {}
        }
    }

    #[state]
    #[receive(Repair => deep_history(working))]
    #[ignore(_)]
    mod broken {}

    #[state]
    #[ignore(_)]
    #[allow(trap_state)]
    mod finished {}
}

use door::{Door, Message, State};

fn add(value: u32, label: &str) -> Message {
    Message::Add {
        value,
        label: label.to_owned(),
    }
}

#[test]
fn regions_are_active_together() {
    let door = Door::default().start();
    assert_eq!(door.configuration(), ["off", "silent"]);
    assert!(door.is_in(State::Lamp) && door.is_in(State::Bell) && door.is_in(State::Working));
}

#[test]
fn each_region_answers_a_message() {
    let mut door = Door::default().start();
    let mut records = Vec::new();
    let outcome = door.dispatch_with(Message::Toggle, &mut records);
    assert!(matches!(outcome.received(), Received::Handled(_)));
    assert_eq!(outcome.count(), 2);
    assert_eq!(door.configuration(), ["on", "silent"]);
    assert_eq!(door.data().ran, ["silent", "+on"]);
    assert!(
        records
            .iter()
            .any(|record| matches!(record, Record::Entered(_)))
    );
}

#[test]
fn guards_locals_and_fields_work_in_regions() {
    let mut door = Door {
        limit: 2,
        ..Door::default()
    }
    .start();
    let _ = door.dispatch(Message::Toggle);
    let _ = door.dispatch(add(3, "on"));
    let _ = door.dispatch(add(2, "on"));
    let _ = door.dispatch(Message::Toggle);
    assert_eq!(
        door.data().ran,
        [
            "silent",
            "+on",
            "add on",
            "silent on",
            "silent on",
            "sum [3]",
            "silent"
        ]
    );
}

#[test]
fn a_row_of_the_parallel_state_leaves_all_regions() {
    let mut door = Door::default().start();
    let _ = door.dispatch(Message::Break);
    assert_eq!(door.configuration(), ["broken"]);
    assert_eq!(door.data().ran, ["-bell", "-working"]);
}

#[test]
fn a_deep_history_brings_all_regions_back() {
    let mut door = Door::default().start();
    for message in [
        Message::Toggle,
        Message::Ring,
        Message::Break,
        Message::Repair,
    ] {
        let _ = door.dispatch(message);
    }
    assert_eq!(door.configuration(), ["on", "ringing"]);
}

#[test]
fn time_outs_run_in_regions() {
    let mut door = Door::default().start();
    let _ = door.dispatch(Message::Ring);
    let _ = door.advance(Time::from_nanoseconds(1_000_000_000));
    assert_eq!(door.configuration(), ["off", "silent"]);
}

#[test]
fn a_parallel_state_is_done_when_all_its_regions_are() {
    let mut door = Door {
        limit: 5,
        ..Door::default()
    }
    .start();
    for message in [Message::Toggle, Message::Ring] {
        let _ = door.dispatch(message);
    }
    let _ = door.dispatch(Message::Jump);
    assert_eq!(
        door.configuration(),
        ["dark", "ringing"],
        "a function chose its target"
    );
    let _ = door.dispatch(Message::Finish);
    assert_eq!(door.configuration(), ["finished"]);
    assert!(door.data().ran.ends_with(&["done".to_owned()]));
}

#[test]
fn a_question_is_answered_in_a_parallel_state() {
    let mut door = Door {
        limit: 4,
        ..Door::default()
    }
    .start();
    assert_eq!(door.ask(Message::count()).answer(), Some(4));
}
