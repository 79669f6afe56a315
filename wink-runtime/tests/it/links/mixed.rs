//! Links between machines and plain futures.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::future::pending;
use std::time::Duration;

use wink_runtime::{Crash, ErrorKind, ExitReason, Handle, LinkError, LinkMode, Notice, Task};

use super::{Way, heard};
use crate::driver::probe::{Deaf, Hearing, Log, act, error_of, pass, quiet};

#[tokio::test(start_paused = true)]
async fn a_future_hears_of_a_machine() {
    for mode in [LinkMode::Monitor, LinkMode::Peer] {
        let system = quiet();
        let machine = system.spawn(Deaf::new("machine", &Log::default()));
        let task = Task::new("task");
        task.link(&machine, mode).expect("both run");
        let running = tokio::spawn(task.manage(pending::<Result<(), String>>()));
        machine
            .send(act(|_, cx| cx.error("no beans")))
            .await
            .expect("it runs");
        let result = running.await.expect("its panics are caught");
        let Err(Crash::Linked(error)) = result else {
            panic!("{result:?}")
        };
        assert!(matches!(error.kind(), ErrorKind::Linked { machine: who, .. } if *who == machine));
        assert_eq!(error.root_cause().to_string(), "no beans");
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_hears_of_a_future_and_fails_with_its_peer_only() {
    for way in Way::ALL {
        for mode in [LinkMode::Monitor, LinkMode::Peer] {
            let log = Log::default();
            let system = quiet();
            let hearing = system.spawn(Hearing::new("hearing", &log));
            let deaf = system.spawn(Deaf::new("deaf", &Log::default()));
            let task = Task::new("task");
            hearing.handle().link(&task, mode).expect("both run");
            deaf.handle().link(&task, mode).expect("both run");
            way.end(task);
            pass(Duration::from_millis(1)).await;
            let lines = log.take();
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(lines[0].starts_with("hearing: down: "), "{lines:?}");
            assert_eq!(hearing.ended(), None);
            let fails = mode == LinkMode::Peer && way != Way::Completes;
            assert_eq!(deaf.ended().is_some(), fails, "{way:?}, {mode:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_goes_from_future_to_machine_to_future() {
    let system = quiet();
    let (first, last) = (Task::new("first"), Task::new("last"));
    let machine = system.spawn(Deaf::new("machine", &Log::default()));
    machine
        .handle()
        .link(&first, LinkMode::Peer)
        .expect("both run");
    last.link(&machine, LinkMode::Peer).expect("both run");
    let who = first.identity();
    Way::Faults.end(first);
    let Err(crash) = last.manage(pending::<Result<(), String>>()).await else {
        panic!("it fails")
    };
    let Crash::Linked(error) = crash else {
        panic!("{crash:?}")
    };
    assert_eq!(
        format!("{error:#}"),
        format!("linked {machine} failed: linked {who} failed: no beans")
    );
}

#[tokio::test(start_paused = true)]
async fn a_machine_links_itself_with_a_future() {
    let log = Log::default();
    let system = quiet();
    for linked in [false, true] {
        let task = Task::new("task");
        let handle = task.handle();
        system.spawn(Hearing::new("machine", &log).first(move |_, cx| {
            if linked {
                cx.link(&handle);
            } else {
                cx.monitor(&handle);
            }
        }));
        pass(Duration::from_millis(1)).await;
        assert_eq!(task.handle().watchers(), 1);
        Way::Faults.end(task);
        pass(Duration::from_millis(1)).await;
        assert_eq!(log.take(), ["machine: down: no beans"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_links_itself_with_a_dead_future_hears_so_at_once() {
    for linked in [false, true] {
        let log = Log::default();
        let system = quiet();
        let task = Task::new("task");
        let handle = task.handle();
        Way::Faults.end(task);
        system.spawn(Hearing::new("machine", &log).first(move |_, cx| {
            if linked {
                cx.link(&handle);
            } else {
                cx.monitor(&handle);
            }
        }));
        pass(Duration::from_millis(1)).await;
        assert_eq!(log.take(), ["machine: down: no beans"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_future_hears_of_a_machine_that_linked_itself_with_it() {
    let system = quiet();
    let mut task = Task::new("task");
    let handle = task.handle();
    let machine = system.spawn(Deaf::new("machine", &Log::default()).first(move |_, cx| {
        cx.link(&handle);
    }));
    pass(Duration::from_millis(1)).await;
    machine.stop();
    let Notice::Down(down) = task.receive().await else {
        panic!("nobody stops it")
    };
    assert!(down.is_linked());
    assert_eq!(
        (down.machine(), down.reason()),
        (machine.identity(), &ExitReason::Stopped)
    );
    assert_eq!(task.handle().watchers(), 0);
}

#[tokio::test(start_paused = true)]
async fn two_machines_are_linked_from_outside() {
    for mode in LinkMode::ALL {
        let log = Log::default();
        let system = quiet();
        let a = system.spawn(Hearing::new("a", &log));
        let b = system.spawn(Hearing::new("b", &log));
        let spawn = |name| system.spawn(Hearing::new(name, &Log::default()));
        let (ends_first, ends_second) = (spawn("first"), spawn("second"));
        a.handle().link(&ends_second, mode).expect("both run");
        ends_first.handle().link(&b, mode).expect("both run");
        ends_second.stop();
        ends_first.stop();
        pass(Duration::from_millis(1)).await;
        let mut expected = Vec::new();
        if mode.first_hears() {
            expected.push("a: down: stopped");
        }
        if mode.second_hears() {
            expected.push("b: down: stopped");
        }
        let mut lines = log.take();
        lines.sort();
        assert_eq!(lines, expected, "{mode:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_unlinked_from_outside_hears_nothing_but_of_its_children() {
    let log = Log::default();
    let system = quiet();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<Handle>();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let child = cx.spawn(Deaf::new("child", &Log::default()));
        cx.link(&child);
        sender.send(child.handle()).expect("the test waits");
    }));
    let child = receiver.recv().await.expect("it is spawned");
    pass(Duration::from_millis(1)).await;
    parent.handle().unlink(&child, LinkMode::Peer);
    child.stop();
    pass(Duration::from_millis(1)).await;
    assert_eq!(
        log.take(),
        ["parent: child started", "parent: child exited: stopped"]
    );
    let error = parent.handle().link(&child, LinkMode::Notify);
    assert!(matches!(error, Err(LinkError::Ended { .. })), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hub_forgets_machines_that_others_linked_with_it() {
    let system = quiet();
    let hub = Task::new("hub");
    for _ in 0..1_000 {
        let short = system.spawn(Deaf::new("short", &Log::default()));
        short
            .handle()
            .link(&hub, LinkMode::Monitor)
            .expect("both run");
        short.stop();
        short.closed().await;
    }
    assert!(hub.handle().watchers() <= 64, "{}", hub.handle().watchers());
}

#[tokio::test(start_paused = true)]
async fn the_whole_of_a_ring_of_machines_and_futures_falls() {
    let system = quiet();
    let machines: Vec<_> = (0..10)
        .map(|_| system.spawn(Deaf::new("machine", &Log::default())))
        .collect();
    let tasks: Vec<Task> = (0..10).map(|_| Task::new("task")).collect();
    for (index, task) in tasks.iter().enumerate() {
        task.link(&machines[index], LinkMode::Peer)
            .expect("both run");
        task.link(&machines[(index + 1) % 10], LinkMode::Peer)
            .expect("both run");
    }
    let manage = |task: Task| tokio::spawn(task.manage(pending::<Result<(), String>>()));
    let running: Vec<_> = tasks.into_iter().map(manage).collect();
    machines[3]
        .send(act(|_, cx| cx.error("no beans")))
        .await
        .expect("it runs");
    for task in running {
        let result = task.await.expect("its panics are caught");
        let Err(Crash::Linked(error)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(error.root_cause().to_string(), "no beans");
    }
    for machine in &machines {
        let reason = machine.closed().await;
        assert_eq!(error_of(&reason).root_cause().to_string(), "no beans");
    }
    let mut late = Task::new("late");
    assert!(late.link(&machines[0], LinkMode::Monitor).is_err());
    assert_eq!(heard(&mut late), []);
}
