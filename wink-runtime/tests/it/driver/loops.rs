//! What event loops add: machines that are made anew in place, and waits that go in a circle.

use wink_runtime::{CallError, ErrorKind, ExitReason, SpawnOptions, SystemEvent};

use super::probe::{Deaf, Log, Message, act, error_of, note, quiet, watched};

#[tokio::test(start_paused = true)]
async fn a_machine_made_anew_keeps_its_address_and_its_mail() {
    let log = Log::default();
    let system = quiet();
    let inside = log.clone();
    let make = move || Ok(Deaf::new("kept", &inside).first(|probe, _| probe.write("starts")));
    let kept = system.spawn_kept(make, &SpawnOptions::new());
    for message in [note("one"), act(|_, _| panic!("boom")), note("two")] {
        kept.try_send(message).expect("there is room");
    }
    tokio::task::yield_now().await;
    kept.try_send(note("three")).expect("its mailbox is open");
    tokio::task::yield_now().await;
    assert_eq!(log.take(), ["kept: starts", "kept: one"]);
    assert_eq!(kept.ended(), None, "it is down, and has not ended for good");
    kept.handle().restart();
    assert_eq!(kept.call(Message::kept()).await, Ok(0));
    assert_eq!(
        log.take(),
        ["kept: starts", "kept: two", "kept: three"],
        "all but the message that it failed at"
    );
    kept.handle().bury();
    assert_eq!(kept.closed().await, ExitReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_caller_of_a_machine_that_is_buried_hears_why_it_ended() {
    let log = Log::default();
    let system = quiet();
    let inside = log.clone();
    let make = move || Ok(Deaf::new("kept", &inside));
    let kept = system.spawn_kept(make, &SpawnOptions::new());
    kept.try_send(act(|_, cx| cx.error("no beans")))
        .expect("there is room");
    let handle = kept.handle();
    let call = kept.call(Message::kept());
    let bury = async {
        tokio::task::yield_now().await;
        handle.bury();
    };
    let (answer, ()) = tokio::join!(call, bury);
    let Err(CallError::Died(reason)) = answer else {
        panic!("not why: {answer:?}");
    };
    assert_eq!(error_of(&reason).to_string(), "no beans");
}

/// Sends so many notes to `to`.
fn flood(to: wink_runtime::Address<Deaf>, count: u32) -> Message<true> {
    act(move |_: &mut Deaf, cx: &mut _| {
        for number in 0..count {
            wink_runtime::Context::send(cx, &to, note(number));
        }
    })
}

#[tokio::test(start_paused = true)]
async fn machines_that_wait_for_room_in_each_other_are_named_and_the_youngest_fails() {
    let log = Log::default();
    let system = watched(&log);
    let mut events = system.events();
    let options = SpawnOptions::new().mailbox(2);
    let a = system.spawn_with(Deaf::new("a", &log), &options);
    let b = system.spawn_with(Deaf::new("b", &log), &options);
    a.try_send(flood(b.clone(), 9)).expect("there is room");
    b.try_send(flood(a.clone(), 9)).expect("there is room");
    let reason = b.closed().await;
    let both = [a.identity(), b.identity()];
    let ErrorKind::Deadlock { machines } = error_of(&reason).kind() else {
        panic!("not why: {reason:?}");
    };
    assert!(both.iter().all(|machine| machines.contains(machine)));
    loop {
        let event = events.next().await.expect("the system is there");
        if let SystemEvent::Deadlocked { machines } = event.expect("few events") {
            assert_eq!(machines.len(), 2);
            break;
        }
    }
    assert_eq!(
        a.call(Message::kept()).await,
        Ok(0),
        "the other one goes on"
    );
}
