//! What a function is handed of its message.

use wink::prelude::*;

/// A value that can only be moved.
#[derive(Debug, PartialEq)]
pub struct Ticket(pub String);

#[machine]
mod counter {
    #[data]
    #[derive(Default)]
    pub struct Counter {
        pub tickets: Vec<Ticket>,
        pub seen: Vec<String>,
    }

    #[messages]
    #[derive(Debug)]
    // Not every field is taken by a function.
    #[allow(dead_code)]
    pub enum Message {
        Named { first: u8, ticket: Ticket, last: u8 },
        Tuple(u8, Ticket, u8),
        Other { last: u8, first: u8 },
        OtherTuple(u8, Ticket),
        Another { last: u8 },
        Unit,
    }

    #[state(initial)]
    mod only {
        #[receive(Named)]
        fn by_name(counter: &mut Counter, last: u8, ticket: Ticket) {
            counter.seen.push(format!("named {last}"));
            counter.tickets.push(ticket);
        }

        #[receive(Tuple if number == 7)]
        fn by_reference(counter: &mut Counter, number: u8, ticket: &Ticket) {
            counter
                .seen
                .push(format!("reference {number} {}", ticket.0));
        }

        #[receive(Tuple | OtherTuple)]
        fn by_position(_number: u8, ticket: Ticket, counter: &mut Counter) {
            counter.tickets.push(ticket);
        }

        // A parameter may have its function's name.
        #[receive(Other | Another)]
        fn last(counter: &mut Counter, last: u8) {
            counter.seen.push(format!("last {last}"));
        }
        #[receive(Unit)]
        fn nothing() {}
    }
}

use counter::{Counter, Message};

fn ticket(text: &str) -> Ticket {
    Ticket(text.to_owned())
}

#[test]
fn fields_are_moved_by_name_and_by_position() {
    let mut counter = Counter::default().start();
    let _ = counter.dispatch(Message::Named {
        first: 1,
        ticket: ticket("a"),
        last: 3,
    });
    let _ = counter.dispatch(Message::Tuple(1, ticket("b"), 3));
    let _ = counter.dispatch(Message::OtherTuple(1, ticket("c")));
    let _ = counter.dispatch(Message::Tuple(7, ticket("d"), 3));
    let _ = counter.dispatch(Message::Other { first: 1, last: 2 });
    let _ = counter.dispatch(Message::Another { last: 4 });
    assert!(counter.dispatch(Message::Unit).is_handled());
    assert_eq!(
        counter.data().seen,
        ["named 3", "reference 7 d", "last 2", "last 4"]
    );
    assert_eq!(
        counter.data().tickets,
        [ticket("a"), ticket("b"), ticket("c")]
    );
}
