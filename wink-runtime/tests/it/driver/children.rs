//! What a spawner hears of its children.

use std::time::Duration;

use tokio::sync::oneshot;
use wink_runtime::{Address, Child, Context, ErrorKind, ExitReason, System};

use super::probe::{Deaf, Hearing, Log, Message, act, error_of, note, pass, quiet, watched};

#[tokio::test(start_paused = true)]
async fn a_spawner_hears_started_and_exited() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &in_child));
        cx.send(&child, note("hello"));
        cx.send(&child, act(|_, cx| cx.exit()));
    }));
    // Nothing else runs, so time stands still until all is done.
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        log.take(),
        [
            "child: hello",
            "child: leaves",
            "parent: child started",
            "parent: child exited: ended normally",
        ]
    );
    assert_eq!(
        parent.call(Message::kept()).await,
        Ok(0),
        "the parent goes on"
    );
    assert_eq!(system.machines(), [parent.identity()]);
}

#[tokio::test(start_paused = true)]
async fn a_child_is_its_address() {
    let log = Log::default();
    let system = quiet();
    let (tell, told) = oneshot::channel();
    let in_child = log.clone();
    system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &in_child));
        assert_eq!(child.identity(), child);
        let _ = tell.send(child);
    }));
    let child = told.await.expect("the parent starts");
    assert_eq!(child.to_string(), "tests/Deaf#2");
    assert_eq!(child.call(Message::kept()).await, Ok(0));
    let _: fn(&Child, &_) -> bool = PartialEq::<Address<Deaf>>::eq;
}

#[tokio::test(start_paused = true)]
async fn a_spawner_hears_errored_with_the_cause_then_exited() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &in_child));
        cx.send(&child, act(|_, cx| cx.error("no beans")));
    }));
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        log.take(),
        [
            "child: leaves",
            "parent: child started",
            "parent: child errored: no beans",
            "parent: child exited: no beans",
        ]
    );
    assert_eq!(parent.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_no_row_receives_goes_up_with_its_cause() {
    let log = Log::default();
    let system = quiet();
    let (in_child, in_grandchild) = (log.clone(), log.clone());
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let child = Deaf::new("child", &in_child).first(move |_, cx| {
            let grandchild = cx.spawn(Deaf::new("grandchild", &in_grandchild));
            cx.send(&grandchild, act(|_, _| panic!("boom")));
        });
        cx.spawn(child);
    }));
    let reason = parent.closed().await;
    let error = error_of(&reason);
    assert!(matches!(error.kind(), ErrorKind::Child(child) if child.id().get() == 2));
    let cause = error.cause().expect("the child's error");
    assert!(matches!(cause.kind(), ErrorKind::Child(child) if child.id().get() == 3));
    let root = error.root_cause();
    assert!(matches!(root.kind(), ErrorKind::Panic { message, .. } if message == "boom"));
    // Exits run in those that were not in the middle of a step.
    assert_eq!(log.take(), ["child: leaves", "parent: leaves"]);
    system.wait().await;
    assert!(system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_child_that_did_not_fail_is_nothing_to_a_deaf_spawner() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &in_child));
        cx.send(&child, act(|_, cx| cx.exit()));
    }));
    pass(Duration::from_secs(10)).await;
    assert_eq!(log.take(), ["child: leaves"]);
    assert_eq!(parent.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn a_child_pulses_every_two_seconds() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        cx.spawn(Deaf::new("child", &in_child));
    }));
    pass(Duration::from_millis(6_500)).await;
    assert_eq!(
        log.take(),
        [
            "parent: child started",
            "parent: child pulsed",
            "parent: child pulsed",
            "parent: child pulsed",
        ]
    );
    parent.stop();
    parent.closed().await;
}

#[tokio::test(start_paused = true)]
async fn a_child_pulses_while_its_receiver_waits() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(super::sleeper::Sleeper::new(&in_child));
        let wait = Box::pin(pass(Duration::from_secs(5)));
        cx.send(&child, super::sleeper::Message::Wait(wait, "waited"));
    }));
    pass(Duration::from_millis(5_500)).await;
    assert_eq!(
        log.take(),
        [
            "parent: child started",
            "parent: child pulsed",
            "parent: child pulsed",
            "waited"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_spawns_nobody() {
    let log = Log::default();
    let system = watched(&log);
    let (tell, told) = oneshot::channel();
    let in_child = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &in_child));
        cx.send(&child, note("hello"));
        let _ = tell.send(child);
        panic!("second thoughts");
    }));
    let child = told.await.expect("the parent has begun to start");
    assert_eq!(child.closed().await, ExitReason::Dropped);
    assert!(parent.closed().await.is_failure());
    system.wait().await;
    let lines = log.take();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("! tests/Deaf#1: errored: panicked at "),
        "{lines:?}"
    );
    assert_eq!(lines[1], "! tests/Deaf#1: exited");
}

#[tokio::test(start_paused = true)]
async fn children_end_before_their_spawner_the_youngest_first() {
    let log = Log::default();
    let system = quiet();
    let inside = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let in_first = inside.clone();
        cx.spawn(Deaf::new("first", &inside).first(move |_, cx| {
            cx.spawn(Deaf::new("first's", &in_first));
        }));
        cx.spawn(Deaf::new("second", &inside));
        cx.spawn(Deaf::new("third", &inside));
    }));
    assert_eq!(parent.call(Message::kept()).await, Ok(0));
    tokio::task::yield_now().await;
    parent.stop();
    assert_eq!(parent.closed().await, ExitReason::Stopped);
    assert_eq!(
        log.take(),
        [
            "third: leaves",
            "second: leaves",
            "first's: leaves",
            "first: leaves",
            "parent: leaves"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn children_end_with_a_spawner_that_exits_or_panics() {
    for fails in [false, true] {
        let log = Log::default();
        let system = quiet();
        let inside = log.clone();
        let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
            cx.spawn(Deaf::new("child", &inside));
        }));
        parent
            .send(act(move |_, cx| {
                assert!(!fails, "boom");
                cx.exit();
            }))
            .await
            .expect("it runs");
        assert_eq!(parent.closed().await.is_failure(), fails);
        system.wait().await;
        assert!(log.take().contains(&"child: leaves".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_spawner_stops_a_child() {
    let log = Log::default();
    let system = quiet();
    let inside = log.clone();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &inside));
        cx.send(&child, note("overtaken"));
        cx.stop(&child);
    }));
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        log.take(),
        [
            "child: leaves",
            "parent: child started",
            "parent: child exited: stopped"
        ]
    );
    assert_eq!(parent.ended(), None);
}

#[tokio::test(start_paused = true)]
async fn pulses_do_not_heap_up_at_a_slow_spawner() {
    let log = Log::default();
    let system = quiet();
    let parent = system.spawn(super::sleeper::Sleeper::new(&log));
    parent
        .send(super::sleeper::Message::Hire)
        .await
        .expect("it runs");
    let wait = Box::pin(pass(Duration::from_millis(7_500)));
    parent
        .send(super::sleeper::Message::Wait(wait, "waited"))
        .await
        .expect("it runs");
    pass(Duration::from_millis(7_600)).await;
    assert_eq!(
        log.take(),
        ["waited", "hears a pulse"],
        "three pulses in the meantime"
    );
}

#[tokio::test(start_paused = true)]
async fn a_child_of_a_step_that_fails_never_starts() {
    let log = Log::default();
    let system = quiet();
    let parent = system.spawn(Deaf::new("parent", &log));
    let (tell, told) = oneshot::channel();
    let in_child = log.clone();
    let fail = act(move |_, cx: &mut Context<Deaf>| {
        let child = cx.spawn_local(Deaf::new("child", &in_child));
        cx.send(&child, note("hello"));
        let _ = tell.send(child);
        panic!("before it is over");
    });
    parent.send(fail).await.expect("the parent runs");
    let child = told.await.expect("the step says so before it fails");
    assert_eq!(child.closed().await, ExitReason::Dropped);
    parent.closed().await;
    assert_eq!(log.take(), Vec::<String>::new());
    assert!(system.machines().is_empty());
    // Whoever gets the place next is not taken for it.
    let next = system.spawn(Deaf::new("next", &log));
    next.send(note("hello")).await.expect("it runs");
    assert!(child.send(note("late")).await.is_err());
    assert_eq!(next.call(Message::kept()).await, Ok(0));
    assert_eq!(log.take(), ["next: hello"]);
}

#[tokio::test(start_paused = true)]
async fn of_many_children_the_youngest_that_is_left_ends_first() {
    const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];
    let log = Log::default();
    let system = quiet();
    let in_children = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let spawn = |name| cx.spawn_local(Deaf::new(name, &in_children));
        let named = NAMES.map(spawn);
        cx.stop(&named[1]);
        for _ in 0..100 {
            let brief = cx.spawn_local(Deaf::new("brief", &Log::default()));
            cx.stop(&brief);
        }
    }));
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["second: leaves"]);
    assert_eq!(system.machines().len(), 4);
    parent.stop();
    parent.closed().await;
    let expected = ["fourth", "third", "first", "parent"].map(|name| format!("{name}: leaves"));
    assert_eq!(log.take(), expected);
}

/// Spawns so many in one step, and hands their addresses out.
fn litter(log: &Log, count: usize) -> (Message<true>, oneshot::Receiver<Vec<Address<Deaf>>>) {
    let (tell, told) = oneshot::channel();
    let log = log.clone();
    let spawn = act(move |_: &mut Deaf, cx: &mut Context<Deaf>| {
        let children = (0..count).map(|_| cx.spawn(Deaf::new("child", &log)));
        let _ = tell.send(children.collect());
    });
    (spawn, told)
}

#[tokio::test(start_paused = true)]
async fn machines_are_numbered_in_the_order_of_their_spawning_and_no_number_is_left_out() {
    let log = Log::default();
    let system = quiet();
    let parent = system.spawn(Deaf::new("parent", &log));
    let mut next = parent.identity().id().get() + 1;
    for count in [1, 2, 3, 200, 1] {
        let (spawn, told) = litter(&log, count);
        parent.send(spawn).await.expect("it runs");
        for child in told.await.expect("the step spawns them") {
            assert_eq!(child.identity().id().get(), next);
            assert_eq!(child.call(Message::kept()).await, Ok(0), "it is found");
            next += 1;
        }
        let between = system.spawn(Deaf::new("between", &log));
        assert_eq!(between.identity().id().get(), next);
        next += 1;
    }
    assert_eq!(system.machines().len(), 1 + 207 + 5);
    assert!(system.shutdown().await.is_complete());
    assert!(system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_a_panicked_step_has_spawned_never_was() {
    let log = Log::default();
    let system = quiet();
    for round in 1..=3 {
        let parent = system.spawn(Deaf::new("parent", &log));
        let inside = log.clone();
        let fail = act(move |_: &mut Deaf, cx: &mut Context<Deaf>| {
            for _ in 0..100 {
                cx.spawn(Deaf::new("child", &inside).first(|probe, _| probe.write("starts")));
            }
            panic!("in round {round}");
        });
        parent.send(fail).await.expect("it runs");
        assert!(parent.closed().await.is_failure());
        pass(Duration::from_millis(1)).await;
        assert!(
            system.machines().is_empty(),
            "none is left in round {round}"
        );
    }
    assert_eq!(log.take(), Vec::<String>::new());
    assert!(system.shutdown().await.is_complete(), "none is waited for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_step_spawns_is_spread_over_the_loops() {
    let log = Log::default();
    let system = System::builder().loops(2).log(|_| {}).build();
    let parent = system.spawn(Deaf::new("parent", &log));
    let (spawn, told) = litter(&log, 99);
    parent.send(spawn).await.expect("it runs");
    for child in told.await.expect("the step spawns them") {
        assert_eq!(child.call(Message::kept()).await, Ok(0));
    }
    let machines: Vec<usize> = system
        .inspect()
        .await
        .loops
        .iter()
        .map(|one| one.machines)
        .collect();
    assert_eq!(machines, [50, 50]);
    assert!(system.shutdown().await.is_complete());
}
