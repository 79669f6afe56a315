//! Machines with `async` functions.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use wink::prelude::*;

/// Is ready when it is asked a second time.
pub async fn wait() {
    let mut asked = false;
    poll_fn(|_| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        Poll::Pending
    })
    .await;
}

/// Runs a future to its end; says how often it was not ready.
fn run<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = pin!(future);
    let mut context = TaskContext::from_waker(Waker::noop());
    let mut waits = 0;
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return (value, waits),
            Poll::Pending => waits += 1,
        }
    }
}

#[machine]
mod kettle {
    #[data]
    #[derive(Default)]
    pub struct Kettle {
        pub ran: Vec<String>,
    }

    #[messages]
    #[derive(Debug, PartialEq)]
    pub enum Message {
        Heat {
            degrees: u32,
            label: String,
        },
        Cool,
        Look,
        #[reply(u32)]
        Measure,
        Any(u8),
    }

    #[state(initial)]
    mod cold {
        // Never waits, though it is async.
        #[receive(Look)]
        async fn look(kettle: &mut Kettle) {
            kettle.ran.push(format!("look {}", 1));
        }
        #[exit]
        async fn leave(kettle: &mut Kettle) {
            kettle.ran.push("-cold".to_owned());
        }
        #[receive(Heat if degrees > 100 => hot)]
        async fn boil(kettle: &mut Kettle, degrees: u32, label: String) {
            wait().await;
            kettle.ran.push(format!("boil {degrees} {label}"));
        }
        // Comes after a row that waits, and does not.
        #[receive(Heat if label.is_empty())]
        fn nothing(kettle: &mut Kettle, label: &str) {
            kettle.ran.push(format!("nothing{label}"));
        }
        #[receive(Heat => hot | stay)]
        async fn warm(kettle: &mut Kettle, degrees: &u32) -> Goto {
            wait().await;
            kettle.ran.push(format!("warm {degrees}"));
            if *degrees > 50 { Goto::Hot } else { Goto::Stay }
        }
        #[receive(Measure)]
        async fn measure() -> u32 {
            wait().await;
            wait().await;
            7
        }
        #[receive(_ if *other != Message::Cool)]
        #[ignore(_)]
        async fn any(kettle: &mut Kettle, other: &Message) {
            wait().await;
            kettle.ran.push(format!("{other:?}"));
        }
    }

    #[state]
    #[ignore(Heat | Look | Any)]
    mod hot {
        #[entry]
        async fn enter(kettle: &mut Kettle) -> u32 {
            kettle.ran.push("+hot".to_owned());
            40
        }
        #[receive(Cool => cold)]
        #[after("1m" => cold)]
        async fn cool(kettle: &mut Kettle, start: &mut u32) {
            wait().await;
            *start += 1;
            kettle.ran.push(format!("cool {start}"));
        }
        #[receive(Measure)]
        fn measure() -> u32 {
            99
        }
        #[always(if kettle.ran.len() > 6)]
        async fn tidy(kettle: &mut Kettle) {
            wait().await;
            kettle.ran.clear();
        }
    }
}

use kettle::{Kettle, Message, State};

fn heat(degrees: u32, label: &str) -> Message {
    Message::Heat {
        degrees,
        label: label.to_owned(),
    }
}

#[test]
fn a_row_that_waits_takes_its_message_after_it_has_waited() {
    let (mut kettle, waits) = run(Kettle::default().start_async());
    assert_eq!(waits, 0);
    let (outcome, waits) = run(kettle.dispatch_async(heat(101, "x")));
    assert_eq!(waits, 1);
    assert!(outcome.is_handled() && outcome.changed());
    assert!(kettle.is_in(State::Hot));
    assert_eq!(kettle.data().ran, ["-cold", "boil 101 x", "+hot"]);
}

#[test]
fn a_row_that_does_not_wait_is_ready_at_once() {
    let (mut kettle, _) = run(Kettle::default().start_async());
    let (outcome, waits) = run(kettle.dispatch_async(Message::Look));
    assert_eq!(waits, 0);
    assert!(outcome.is_handled());
    assert_eq!(kettle.data().ran, ["look 1"]);
}

#[test]
fn rows_are_tried_in_order_whether_they_wait_or_not() {
    let (mut kettle, _) = run(Kettle::default().start_async());
    let (_, waits) = run(kettle.dispatch_async(heat(100, "")));
    assert_eq!(waits, 0);
    let (outcome, waits) = run(kettle.dispatch_async(heat(50, "x")));
    assert_eq!((waits, outcome.changed()), (1, false));
    let (_, waits) = run(kettle.dispatch_async(Message::Any(3)));
    assert_eq!(waits, 1);
    let (_, waits) = run(kettle.dispatch_async(Message::Cool));
    assert_eq!(waits, 0);
    assert_eq!(kettle.data().ran, ["nothing", "warm 50", "Any(3)"]);
    let _ = run(kettle.dispatch_async(heat(51, "x")));
    assert!(kettle.is_in(State::Hot));
}

#[test]
fn time_outs_questions_and_eventless_rows_can_wait() {
    let (mut kettle, _) = run(Kettle::default().start_async());
    let (asked, waits) = run(kettle.ask_async(Message::measure()));
    assert_eq!((asked.answer(), waits), (Some(7), 2));
    let _ = run(kettle.dispatch_async(heat(101, "x")));
    let (_, waits) = run(kettle.advance_async(Time::from_nanoseconds(60_000_000_000)));
    assert_eq!(waits, 1);
    assert!(kettle.is_in(State::Cold));
    assert_eq!(
        kettle.data().ran,
        ["-cold", "boil 101 x", "+hot", "cool 41"]
    );
    let _ = run(kettle.dispatch_async(Message::Look));
    let (_, waits) = run(kettle.dispatch_async(heat(101, "y")));
    assert_eq!(waits, 2, "the row and the eventless one that follows");
    assert!(kettle.data().ran.is_empty());
}

#[test]
fn the_future_of_a_step_can_be_sent() {
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let mut kettle = run(sent(Kettle::default().start_async())).0;
    let (outcome, _) = run(sent(kettle.dispatch_async(heat(101, "x"))));
    assert!(outcome.is_handled());
}
