//! A child whose loop one step holds up gives no sign of life: it has failed for its spawner.

use std::sync::mpsc;
use std::time::Duration;

use wink_runtime::{Activity, Address, ErrorKind, ExitReason, SpawnOptions, System, SystemBuilder};

use super::probe::{Deaf, Hearing, Log, Message, act};

/// So long may all children be silent that have no limit of their own.
const NEVER: Duration = Duration::MAX;

/// So long may the others.
const SHORT: Duration = Duration::from_millis(5);

/// A system of two loops that are looked at each millisecond. Each is run by its own thread: one
/// that another loop's thread runs for a moment holds up that loop too.
fn builder() -> SystemBuilder {
    let builder = System::builder().loops(2).log(|_| {});
    let builder = builder.spin(Duration::ZERO);
    builder
        .blocked_after(Duration::from_millis(2))
        .silence(NEVER)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// Holds up the loop of a machine until what is returned is dropped.
fn hold(child: &Address<Deaf>) -> mpsc::Sender<()> {
    let (go, gate) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let step = act(move |_: &mut Deaf, _: &mut _| {
        let _ = tell.send(());
        let _ = gate.recv();
    });
    child.try_send(step).expect("there is room");
    told.recv().expect("the step begins");
    go
}

/// A spawner in the first loop, and its child in the second: that has fewer machines.
fn family(system: &System, options: SpawnOptions, log: &Log) -> (Address<Hearing>, Address<Deaf>) {
    let (tell, told) = mpsc::channel();
    let inside = log.clone();
    let spawner = system.spawn(Hearing::new("spawner", log).first(move |_, cx| {
        let child = Deaf::new("child", &inside);
        let _ = tell.send(cx.spawn_with(child, &options));
    }));
    let child = told.recv().expect("it starts");
    (spawner, child)
}

/// Asks until that line is in the log: the spawner is told on its own loop.
fn wait_for(spawner: &Address<Hearing>, log: &Log, line: &str) -> Vec<String> {
    let mut lines = Vec::new();
    while !lines.iter().any(|have: &String| have.starts_with(line)) {
        run(spawner.call(Message::kept())).expect("the spawner runs");
        lines.extend(log.take());
    }
    lines
}

#[test]
fn a_silent_child_has_failed_and_is_killed_when_its_loop_goes_on() {
    let log = Log::default();
    let system = builder().build();
    let (spawner, child) = family(&system, SpawnOptions::new().silence(SHORT), &log);
    let go = hold(&child);
    let lines = wait_for(&spawner, &log, "spawner: child errored");
    let told = lines.last().expect("that line");
    assert!(
        told.starts_with("spawner: child errored: no sign of life for ")
            && told.ends_with("s: one step holds up its loop"),
        "{told}"
    );
    assert_eq!(child.ended(), None, "its step goes on");
    drop(go);
    assert_eq!(run(child.closed()), ExitReason::Killed);
    let rest = wait_for(&spawner, &log, "spawner: child exited");
    assert_eq!(
        rest,
        ["spawner: child exited: killed: did not stop within its grace"]
    );
}

#[test]
fn the_error_of_a_silent_child_that_nobody_receives_goes_up() {
    let log = Log::default();
    let system = builder().silence(SHORT).build();
    let (tell, told) = mpsc::channel();
    let inside = log.clone();
    let spawner = system.spawn(Deaf::new("spawner", &log).first(move |_, cx| {
        let _ = tell.send(cx.spawn(Deaf::new("child", &inside)));
    }));
    let child = told.recv().expect("it starts");
    let go = hold(&child);
    // It fails, and waits for its child: that can only end when its step does.
    while run(spawner.inspect()).is_some_and(|view| view.activity != Activity::Stopping) {}
    assert_eq!(spawner.ended(), None);
    drop(go);
    let reason = run(spawner.closed());
    let error = reason.error().expect("it has failed");
    assert!(matches!(error.kind(), ErrorKind::Child(dead) if *dead == child));
    let cause = error.root_cause().kind();
    assert!(matches!(cause, ErrorKind::Silent { time } if *time >= SHORT));
}

#[test]
fn a_child_that_may_be_silent_for_ever_is_left_alone() {
    let log = Log::default();
    let system = builder().silence(SHORT).build();
    let (patient, child) = family(&system, SpawnOptions::new().silence(NEVER), &log);
    let (other, _short) = family(&system, SpawnOptions::new(), &log);
    let go = hold(&child);
    // The other one's child lives in the same loop.
    wait_for(&other, &log, "spawner: child errored");
    drop(go);
    assert_eq!(run(child.call(Message::kept())), Ok(0), "it lives");
    assert_eq!(patient.ended(), None);
}

#[test]
fn a_spawner_whose_thread_is_held_up_by_its_child_hears_of_it_all_the_same() {
    let log = Log::default();
    // A thread that has nothing to do runs another loop for a moment.
    let system = builder().spin(Duration::from_micros(50)).build();
    let (spawner, child) = family(&system, SpawnOptions::new().silence(SHORT), &log);
    let (go, gate) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let to = child.clone();
    let send = act(move |_: &mut Hearing, cx: &mut _| {
        let step = act(move |_: &mut Deaf, _: &mut _| {
            let _ = tell.send(());
            let _ = gate.recv();
        });
        cx.send(&to, step);
    });
    spawner.try_send(send).expect("there is room");
    told.recv().expect("the step begins, on whatever thread");
    wait_for(&spawner, &log, "spawner: child errored");
    assert_eq!(child.ended(), None, "its step goes on");
    drop(go);
    assert_eq!(run(child.closed()), ExitReason::Killed);
}
