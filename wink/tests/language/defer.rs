//! Messages that are dropped on purpose, kept for later, or that nobody wants.

use wink::prelude::*;
use wink::{Received, Record};

#[machine]
mod clerk {
    #[data]
    #[derive(Default)]
    pub struct Clerk {
        pub served: Vec<u32>,
    }

    #[messages]
    #[derive(Debug)]
    pub enum Message {
        Serve {
            number: u32,
        },
        Open,
        Pause,
        #[allow(never_received)]
        Noise,
    }

    #[state(initial)]
    #[defer(Serve)]
    #[ignore(Noise | Pause)]
    #[receive(Open => open)]
    mod closed {}

    #[state]
    #[receive(Pause => paused)]
    #[ignore(Noise | Open)]
    mod open {
        #[receive(Serve if number == 9 => paused)]
        #[receive(Serve)]
        fn serve(clerk: &mut Clerk, number: u32) {
            clerk.served.push(number);
        }
    }

    #[state]
    #[receive(Open => open)]
    #[defer(_ if !data.served.is_empty())]
    #[ignore(_)]
    mod paused {}
}

use clerk::{Clerk, Message, State};

fn serve(number: u32) -> Message {
    Message::Serve { number }
}

#[test]
fn what_is_kept_comes_back_in_order_after_a_change_of_state() {
    let mut clerk = Clerk::default().start();
    for number in [3, 1, 2] {
        assert!(matches!(
            clerk.dispatch(serve(number)).received(),
            Received::Deferred(_)
        ));
    }
    assert!(clerk.data().served.is_empty());
    let _ = clerk.dispatch(Message::Open);
    assert_eq!(clerk.data().served, [3, 1, 2]);
    let _ = clerk.dispatch(serve(4));
    assert_eq!(clerk.data().served, [3, 1, 2, 4]);
}

#[test]
fn what_is_kept_again_keeps_its_place() {
    let mut clerk = Clerk::default().start();
    for number in [1, 9, 2, 3] {
        let _ = clerk.dispatch(serve(number));
    }
    let _ = clerk.dispatch(Message::Open);
    assert!(clerk.is_in(State::Paused));
    assert_eq!(clerk.data().served, [1, 9]);
    let _ = clerk.dispatch(serve(4));
    clerk.data_mut().served.clear();
    let _ = clerk.dispatch(Message::Open);
    assert_eq!(clerk.data().served, [2, 3, 4]);
}

#[test]
fn what_is_ignored_is_gone() {
    let mut clerk = Clerk::default().start();
    let mut records = Vec::new();
    let outcome = clerk.dispatch_with(Message::Noise, &mut records);
    assert!(matches!(outcome.received(), Received::Ignored(_)) && !outcome.changed());
    assert!(matches!(records[..], [Record::Ignored(_)]));
    let _ = clerk.dispatch(Message::Open);
    assert!(clerk.is_in(State::Open));
}
