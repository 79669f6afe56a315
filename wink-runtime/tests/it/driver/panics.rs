//! Panics end their machine and nobody else.

use wink_runtime::{ErrorKind, ExitReason};

use super::probe::{Deaf, Log, Message, act, error_of, note, quiet, watched};
use super::sleeper::{self, Sleeper};

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_error_with_message_and_place() {
    let log = Log::default();
    let system = watched(&log);
    let neighbour = system.spawn(Deaf::new("neighbour", &log));
    let a = system.spawn(Deaf::new("a", &log));
    let line = line!() + 1;
    a.send(act(|_, _| panic!("boiler {}", 7)))
        .await
        .expect("a runs");
    let reason = a.closed().await;
    let ErrorKind::Panic {
        message,
        location: Some(location),
    } = error_of(&reason).kind()
    else {
        panic!("not a panic with its place: {reason:?}");
    };
    assert_eq!(message, "boiler 7");
    assert!(
        location.contains(&format!("panics.rs:{line}:")),
        "{location}"
    );
    assert_eq!(
        neighbour.call(Message::kept()).await,
        Ok(0),
        "the neighbour has not noticed"
    );
    let lines = log.take();
    let errored = format!("! tests/Deaf#2: errored: panicked at {location}: boiler 7");
    assert!(lines.contains(&errored), "{lines:?}");
    assert!(
        !lines.contains(&"a: leaves".to_owned()),
        "no exit runs after a panic: {lines:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_panicking_step_asked_for_is_dropped_and_what_went_before_is_not() {
    let log = Log::default();
    let system = quiet();
    let other = system.spawn(Deaf::new("other", &log));
    let a = system.spawn(Deaf::new("a", &log));
    let to = other.clone();
    a.send(act(move |_, cx| cx.send(&to, note("before"))))
        .await
        .expect("a runs");
    let to = other.clone();
    a.send(act(move |_, cx| {
        cx.send(&to, note("never"));
        panic!("boom");
    }))
    .await
    .expect("a runs");
    a.closed().await;
    assert_eq!(other.call(Message::kept()).await, Ok(0));
    assert_eq!(log.take(), ["other: before"]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_an_entry_or_an_exit_is_an_error() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log).first(|_, _| panic!("at the start")));
    assert!(
        error_of(&a.closed().await)
            .to_string()
            .ends_with("at the start")
    );
    let b = system.spawn(Deaf::new("b", &log).last(|_, _| panic!("at the end")));
    b.stop();
    assert!(
        error_of(&b.closed().await)
            .to_string()
            .ends_with("at the end")
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_drop_is_reported_and_the_end_stays_what_it_was() {
    let log = Log::default();
    let system = watched(&log);
    let mut bomb = Deaf::new("a", &log);
    bomb.bomb = true;
    let a = system.spawn(bomb);
    a.stop();
    assert_eq!(a.closed().await, ExitReason::Stopped);
    system.wait().await;
    let lines = log.take();
    let reported = lines.iter().any(|line| {
        line.starts_with("! tests/Deaf#1: dropping the machine's data panicked at ")
            && line.ends_with("a explodes")
    });
    assert!(reported, "{lines:?}");
    // Data that explodes in its drop does so after a panic too, and takes nobody along.
    let mut bomb = Deaf::new("b", &log);
    bomb.bomb = true;
    let b = system.spawn(bomb);
    b.send(act(|_, _| panic!("boom"))).await.expect("b runs");
    assert!(error_of(&b.closed().await).to_string().ends_with("boom"));
    system.wait().await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_an_async_receiver_is_an_error() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Sleeper::new(&log));
    let wait = Box::pin(async {
        tokio::task::yield_now().await;
        panic!("the pump fails");
    });
    a.send(sleeper::Message::Wait(wait, "never"))
        .await
        .expect("a runs");
    let reason = a.closed().await;
    let ErrorKind::Panic { message, location } = error_of(&reason).kind() else {
        panic!("not a panic: {reason:?}");
    };
    assert_eq!(message, "the pump fails");
    assert!(
        location
            .as_ref()
            .is_some_and(|place| place.contains("panics.rs")),
        "{location:?}"
    );
    assert!(log.take().is_empty());
}
