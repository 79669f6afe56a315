//! What event loops add: machines that are made anew in place, and waits that go in a circle.

use wink_runtime::{Address, CallError, ErrorKind, ExitReason, SpawnOptions, System, SystemEvent};

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
fn flood(to: Address<Deaf>, count: u32) -> Message<true> {
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

/// Where a machine is.
fn place(address: &Address<Deaf>) -> String {
    let shown = format!("{address:?}");
    let (_, place) = shown.split_once(" at ").expect("it is somewhere");
    place.to_owned()
}

#[tokio::test]
async fn a_machine_is_spawned_in_the_loop_of_another_one() {
    let log = Log::default();
    let system = System::builder().loops(3).log(|_| {}).build();
    let first = system.spawn(Deaf::new("first", &log));
    let options = SpawnOptions::new().beside(&first);
    assert!(
        format!("{options:?}").contains(&place(&first)),
        "{options:?}"
    );
    for _ in 0..10 {
        let next = system.spawn_with(Deaf::new("next", &log), &options);
        assert_eq!(place(&next), place(&first));
    }
    let kept_log = log.clone();
    let kept = system.spawn_kept(move || Ok(Deaf::new("kept", &kept_log)), &options);
    assert_eq!(place(&kept), place(&first));
    // A step of a machine elsewhere says so too.
    let other = system.spawn(Deaf::new("other", &log));
    assert_ne!(place(&other), place(&first));
    let (sender, spawned) = tokio::sync::oneshot::channel();
    let (in_step, own) = (options.clone(), log.clone());
    let spawns = act(move |_, cx| {
        let _ = sender.send(cx.spawn_with(Deaf::new("child", &own), &in_step));
    });
    other.send(spawns).await.expect("it runs");
    let child = spawned.await.expect("the step is taken");
    assert_eq!(place(&child), place(&first));
    assert_eq!(child.call(Message::kept()).await, Ok(0));
    // The loop outlives the machine.
    first.stop();
    first.closed().await;
    let later = system.spawn_with(Deaf::new("later", &log), &options);
    assert_eq!(place(&later), place(&child));
}

#[tokio::test]
async fn beside_a_machine_of_another_system_says_nothing() {
    let log = Log::default();
    let system = System::builder().loops(2).log(|_| {}).build();
    let others = System::builder().loops(1).log(|_| {}).build();
    let stranger = others.spawn(Deaf::new("stranger", &log));
    let crowd: Vec<_> = (0..3)
        .map(|_| system.spawn(Deaf::new("crowd", &log)))
        .collect();
    let options = SpawnOptions::new().beside(&stranger);
    let here = system.spawn_with(Deaf::new("here", &log), &options);
    assert_eq!(here.call(Message::kept()).await, Ok(0));
    assert_eq!(
        place(&here),
        place(&crowd[1]),
        "the loop with the fewest machines"
    );
    assert_eq!((system.machines().len(), others.machines().len()), (4, 1));
}
