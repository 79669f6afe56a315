//! Eventless rows.

use wink::prelude::*;

#[machine]
mod sorter {
    /// A number of which the machine does not get rid.
    pub const FOREVER: u32 = 9_999;

    #[data]
    #[derive(Default)]
    pub struct Sorter {
        pub number: u32,
        pub ran: Vec<&'static str>,
    }

    #[messages]
    pub enum Message {
        Put {
            number: u32,
        },
        #[allow(never_received)]
        Poke,
    }

    #[receive(Put => waiting)]
    fn put(sorter: &mut Sorter, number: u32) {
        sorter.number = number;
    }
    #[always(if sorter.number > 1_000 => broken)]
    fn give_up(sorter: &mut Sorter) {
        if sorter.number != FOREVER {
            sorter.number = 0;
        }
    }

    #[state(initial)]
    #[always(if data.number > 100 => large)]
    #[always(if data.number > 10 => medium)]
    #[ignore(Poke)]
    mod waiting {}

    #[state]
    #[ignore(Poke)]
    mod medium {
        #[entry]
        fn enter(sorter: &mut Sorter) {
            sorter.ran.push("+medium");
        }
    }

    #[state]
    #[ignore(Poke)]
    mod large {
        #[entry]
        fn enter(sorter: &mut Sorter) {
            sorter.ran.push("+large");
        }
        // Halves until it is small enough.
        #[always(if sorter.number > 50)]
        fn halve(sorter: &mut Sorter) {
            sorter.ran.push("halve");
            sorter.number /= 2;
        }
        #[always(if sorter.number <= 50 => medium)]
        fn done(sorter: &mut Sorter) {
            sorter.ran.push("done");
        }
    }

    #[state]
    #[ignore(Poke)]
    mod broken {}
}

use sorter::{FOREVER, Message, Sorter, State};

#[test]
fn an_eventless_row_is_taken_as_soon_as_its_guard_holds() {
    let mut sorter = Sorter::default().start();
    let _ = sorter.dispatch(Message::Put { number: 10 });
    assert!(sorter.is_in(State::Waiting));
    let _ = sorter.dispatch(Message::Put { number: 11 });
    assert!(sorter.is_in(State::Medium));
}

#[test]
fn eventless_rows_go_on_until_none_is_enabled() {
    let mut sorter = Sorter::default().start();
    let outcome = sorter.dispatch(Message::Put { number: 200 });
    assert!(sorter.is_in(State::Medium));
    assert_eq!(
        sorter.data().ran,
        ["+large", "halve", "halve", "done", "+medium"]
    );
    assert_eq!(outcome.count(), 5);
}

#[test]
fn an_eventless_row_can_be_inherited() {
    let mut sorter = Sorter::default().start();
    let _ = sorter.dispatch(Message::Put { number: 1_001 });
    // `waiting` comes first, and with it `large`; the root's row is tried after `large`'s own.
    assert!(sorter.is_in(State::Medium));
    sorter.data_mut().number = 5_000;
    let _ = sorter.dispatch(Message::Poke);
    assert!(
        sorter.is_in(State::Broken),
        "looked at after an ignored message too"
    );
}

#[test]
fn eventless_rows_are_looked_at_at_the_start() {
    let sorter = Sorter {
        number: 20,
        ..Sorter::default()
    }
    .start();
    assert!(sorter.is_in(State::Medium));
}

#[test]
fn rows_without_end_are_stopped_at_a_bound() {
    let mut sorter = Sorter {
        number: 20,
        ..Sorter::default()
    }
    .start();
    sorter.data_mut().number = FOREVER;
    // `broken` inherits the row that leads to it.
    let _ = sorter.dispatch(Message::Poke);
    let reason = sorter.exit_reason().expect("the machine has ended");
    let error = reason.error().expect("it has errored").to_string();
    assert!(error.contains("broken"), "{error}");
}
