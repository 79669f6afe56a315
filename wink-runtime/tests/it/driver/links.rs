//! Monitors and links: who hears of whose end, and who ends with whom.

use std::time::Duration;

use wink_runtime::{Address, ErrorKind, ExitReason, System};

use super::probe::{Action, Deaf, Hearing, Log, Probe, act, error_of, pass, quiet};

/// What ends the other machine, and what its watchers hear.
type End = (fn() -> Action<true>, &'static str, bool);

const ENDS: [End; 3] = [
    (|| Box::new(|_, cx| cx.exit()), "ended normally", false),
    (|| Box::new(|_, cx| cx.error("no beans")), "no beans", true),
    (
        || Box::new(|_, _| std::panic::resume_unwind(Box::new("boom"))),
        "panicked: boom",
        true,
    ),
];

async fn watch<const DEAF: bool>(
    system: &System,
    log: &Log,
    target: &Address<Deaf>,
    linked: bool,
) -> Address<Probe<DEAF>> {
    let target = target.clone();
    let watcher = system.spawn(Probe::<DEAF>::new("watcher", log).first(move |_, cx| {
        if linked {
            cx.link(&target);
        } else {
            cx.monitor(&target);
        }
    }));
    watcher
        .call(super::probe::Message::kept())
        .await
        .expect("it runs");
    watcher
}

#[tokio::test(start_paused = true)]
async fn a_watcher_with_a_row_hears_of_every_end_and_goes_on() {
    for (end, heard, _) in ENDS {
        for linked in [false, true] {
            for already in [false, true] {
                let log = Log::default();
                let system = quiet();
                let target = system.spawn(Deaf::new("target", &Log::default()));
                if already {
                    target
                        .send(super::probe::Message::Do(end()))
                        .await
                        .expect("it runs");
                    target.closed().await;
                }
                let watcher = watch::<false>(&system, &log, &target, linked).await;
                if !already {
                    target
                        .send(super::probe::Message::Do(end()))
                        .await
                        .expect("it runs");
                }
                pass(Duration::from_millis(1)).await;
                assert_eq!(log.take(), [format!("watcher: down: {heard}")]);
                assert_eq!(watcher.ended(), None);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_row_only_the_failure_of_a_linked_machine_spreads() {
    for (end, heard, is_failure) in ENDS {
        for linked in [false, true] {
            let log = Log::default();
            let system = quiet();
            let target = system.spawn(Deaf::new("target", &Log::default()));
            let watcher = watch::<true>(&system, &log, &target, linked).await;
            target
                .send(super::probe::Message::Do(end()))
                .await
                .expect("it runs");
            pass(Duration::from_millis(1)).await;
            match watcher.ended() {
                Some(reason) if linked && is_failure => {
                    let error = error_of(&reason);
                    assert!(matches!(
                        error.kind(),
                        ErrorKind::Linked { machine, .. } if *machine == target
                    ));
                    let cause = error.cause().expect("the other one's error");
                    assert_eq!(cause.to_string(), heard);
                }
                None if !(linked && is_failure) => {}
                other => panic!("linked: {linked}, {heard}: {other:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_goes_both_ways_and_a_monitor_one() {
    for linked in [false, true] {
        let log = Log::default();
        let system = quiet();
        let target = system.spawn(Deaf::new("target", &Log::default()));
        let watcher = watch::<true>(&system, &log, &target, linked).await;
        watcher
            .send(act(|_, cx| cx.error("no water")))
            .await
            .expect("it runs");
        pass(Duration::from_millis(1)).await;
        let ended = target.ended();
        assert_eq!(ended.is_some(), linked, "{ended:?}");
        if let Some(reason) = ended {
            assert_eq!(error_of(&reason).root_cause().to_string(), "no water");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_linked_with_itself_just_ends() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Hearing::new("a", &log).first(|_, cx| {
        let own = cx.address();
        cx.link(&own);
        cx.exit();
    }));
    assert_eq!(a.closed().await, ExitReason::Normal);
    assert_eq!(log.take(), ["a: leaves"]);
}

#[tokio::test(start_paused = true)]
async fn a_spawner_that_is_linked_hears_both() {
    let log = Log::default();
    let system = quiet();
    system.spawn(Hearing::new("parent", &log).first(|_, cx| {
        let child = cx.spawn(Deaf::new("child", &Log::default()).after(1_000));
        cx.link(&child);
    }));
    pass(Duration::from_millis(10)).await;
    assert_eq!(
        log.take(),
        [
            "parent: child started",
            "parent: child exited: ended normally",
            "parent: down: ended normally",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn machines_of_two_systems_watch_each_other() {
    let log = Log::default();
    let (here, there) = (quiet(), quiet());
    let far = there.spawn(Deaf::new("far", &Log::default()));
    let near = here.spawn(Deaf::new("near", &Log::default()));
    assert_eq!(
        far.identity(),
        near.identity(),
        "each system counts for itself"
    );
    assert_ne!(far, near);
    let (a, b) = (far.clone(), near.clone());
    here.spawn(Hearing::new("watcher", &log).first(move |_, cx| {
        cx.monitor(&a);
        cx.monitor(&b);
    }));
    pass(Duration::from_millis(1)).await;
    far.stop();
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["watcher: down: stopped"]);
    near.stop();
    pass(Duration::from_millis(1)).await;
    assert_eq!(log.take(), ["watcher: down: stopped"]);
}

#[tokio::test(start_paused = true)]
async fn ended_machines_are_forgotten() {
    let system = quiet();
    let long = system.spawn(Hearing::new("long", &Log::default()));
    for linked in [false, true] {
        for number in 0..10 {
            let to = long.clone();
            let short = system.spawn(Deaf::new("short", &Log::default()).first(move |_, cx| {
                if linked {
                    cx.link(&to);
                } else {
                    cx.monitor(&to);
                }
            }));
            pass(Duration::from_millis(1)).await;
            assert_eq!(long.handle().watchers(), 1, "{number}");
            assert_eq!(short.handle().watchers(), usize::from(linked), "{number}");
            short.stop();
            short.closed().await;
            pass(Duration::from_millis(1)).await;
            assert_eq!(long.handle().watchers(), 0, "{number}");
        }
    }
    // The other way round: the one that links is the one that stays.
    for number in 0..10 {
        let short = system.spawn(Deaf::new("short", &Log::default()));
        let to = short.clone();
        long.send(act(move |_, cx| cx.link(&to)))
            .await
            .expect("it runs");
        pass(Duration::from_millis(1)).await;
        assert_eq!(long.handle().watchers(), 1, "{number}");
        short.stop();
        pass(Duration::from_millis(1)).await;
        assert_eq!(long.handle().watchers(), 0, "{number}");
    }
}
