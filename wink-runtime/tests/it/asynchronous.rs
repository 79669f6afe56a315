//! Machines with async functions: the same steps, each a future.

use crate::machines::lamp::{Lamp, Message, Relay, State};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use wink_runtime::private::Drive;
use wink_runtime::{ExitReason, Instance, Received, RowId, Start, Status};

/// A relay that notes what it was told, and lets others run before each switch.
#[derive(Default, Serialize, Deserialize)]
pub struct Slow(pub Vec<bool>);

impl Relay for Slow {
    async fn switch(&mut self, on: bool) {
        yield_once().await;
        self.0.push(on);
    }
}

async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut yielded, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

/// Polls to the end; how often it took.
pub fn finish<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(value) = poll(future.as_mut()) {
            return (value, polls);
        }
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn lamp() -> Instance<Lamp<Slow>> {
    finish(
        Lamp {
            relay: Slow::default(),
        }
        .start_async(),
    )
    .0
}

#[test]
fn a_step_waits_for_its_functions() {
    let mut lamp = lamp();
    let (outcome, polls) = finish(lamp.dispatch_async(Message::Toggle));
    assert_eq!(outcome.received(), Received::Handled(RowId(0)));
    assert_eq!(polls, 2);
    let (outcome, polls) = finish(lamp.dispatch_async(Message::Blink));
    assert!(outcome.is_handled());
    assert_eq!(polls, 3);
    assert!(lamp.is_in(State::On));
    assert_eq!(lamp.data().relay.0, [true, false, true]);
}

#[test]
fn a_stop_waits_for_the_exits() {
    let mut lamp = lamp();
    let _ = finish(lamp.dispatch_async(Message::Toggle));
    let _ = finish(lamp.stop_async());
    assert_eq!(lamp.exit_reason(), Some(ExitReason::Stopped));
    assert_eq!(lamp.data().relay.0, [true, false]);
}

#[test]
fn a_step_that_is_dropped_half_way_leaves_an_errored_machine() {
    let mut lamp = lamp();
    {
        let mut step = pin!(lamp.dispatch_async(Message::Toggle));
        assert!(poll(step.as_mut()).is_pending());
    }
    assert_eq!(lamp.status(), Status::Errored);
    let (outcome, _) = finish(lamp.dispatch_async(Message::Toggle));
    assert_eq!(outcome.received(), Received::Ended);
}

#[test]
fn a_machine_is_driven_where_all_of_it_is_send() {
    fn driven<M: Drive>() -> bool {
        M::IS_ASYNC
    }
    assert!(driven::<Lamp<Slow>>());
}
