//! The face that drivers use, for machines of either kind.

use crate::asynchronous::{Slow, finish};
use crate::machines::courier::{self, Courier};
use crate::machines::homebody::{self, Dreamer, Homebody};
use crate::machines::lamp::{self, Lamp};
use std::rc::Rc;
use wink_runtime::private::{Drive, Input, Progress};
use wink_runtime::{Envelope, Instance, Outcome, Received, RowId, Start, Status, Time};

fn step<M: Drive>(instance: &mut Instance<M>, now: Time, input: Input<M>) -> Outcome {
    match M::step(instance, now, input, &mut ()) {
        Progress::Done(outcome) => outcome,
        Progress::Waiting(future) => finish(future).0,
    }
}

const SECOND: u64 = 1_000_000_000;

#[test]
fn a_plain_machine_is_done_at_once() {
    let mut instance = Instance::new(Courier::default(), Time::ZERO);
    assert_eq!(instance.status(), Status::Fresh);
    let early = Envelope::new(courier::Message::Later);
    assert_eq!(
        step(&mut instance, Time::ZERO, Input::Message(early)).received(),
        Received::Ended
    );
    let _ = step(&mut instance, Time::ZERO, Input::Start);
    assert_eq!(instance.status(), Status::Running);

    let job = Envelope::new(courier::Message::Job { number: 1 });
    let outcome = step(&mut instance, Time::ZERO, Input::Message(job));
    assert_eq!(outcome.received(), Received::Handled(RowId(0)));

    let later = Envelope::new(courier::Message::Later);
    let _ = step(
        &mut instance,
        Time::from_nanoseconds(SECOND),
        Input::Message(later),
    );
    let now = Time::from_nanoseconds(9 * SECOND);
    assert_eq!(
        instance.next_deadline(),
        Some(Time::from_nanoseconds(3 * SECOND))
    );
    assert_eq!(
        step(&mut instance, now, Input::Time).received(),
        Received::Handled(RowId(2))
    );
    assert_eq!(
        step(&mut instance, now, Input::Time).received(),
        Received::None
    );
}

#[test]
fn an_async_machine_may_wait() {
    let mut instance = Instance::new(
        Lamp {
            relay: Slow::default(),
        },
        Time::ZERO,
    );
    let _ = step(&mut instance, Time::ZERO, Input::Start);
    let toggle = Input::Message(Envelope::new(lamp::Message::Toggle));
    let mut observer = ();
    let Progress::Waiting(future) = Lamp::step(&mut instance, Time::ZERO, toggle, &mut observer)
    else {
        panic!("done at once");
    };
    assert!(finish(future).0.changed());
}

#[test]
fn a_machine_that_is_not_send_is_embedded() {
    let mut homebody = Homebody::default().start();
    let memory = Rc::new(1);
    let _ = homebody.dispatch(homebody::Message(memory.clone()));
    assert_eq!(Rc::strong_count(&memory), 2);

    let (mut dreamer, _) = finish(Dreamer::default().start_async());
    let _ = finish(dreamer.dispatch_async(homebody::Message(memory.clone())));
    assert_eq!(*dreamer.data().memory, 1);
}

#[test]
fn a_step_that_does_not_wait_is_no_future() {
    let mut instance = Instance::new(
        Lamp {
            relay: Slow::default(),
        },
        Time::ZERO,
    );
    let _ = step(&mut instance, Time::ZERO, Input::Start);
    let toggle = Input::Message(Envelope::new(lamp::Message::Toggle));
    let _ = step(&mut instance, Time::ZERO, toggle);
    let count = Input::Message(Envelope::new(lamp::Message::Count));
    let mut observer = ();
    let Progress::Done(outcome) = Lamp::step(&mut instance, Time::ZERO, count, &mut observer)
    else {
        panic!("a future");
    };
    assert_eq!(outcome.received(), Received::Handled(RowId(3)));
    assert!(
        instance.poll_effect().is_some(),
        "what it asked for has left"
    );
}
