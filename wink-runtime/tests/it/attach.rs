//! Futures and streams beside a machine.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests are the outside: they have tasks"
)]

use std::time::Duration;

use wink_runtime::{ErrorKind, SpawnOptions};

use crate::driver::probe::{Deaf, Hearing, Log, error_of, note, pass, quiet, watched};

#[tokio::test(start_paused = true)]
async fn what_a_future_comes_to_arrives_as_a_message() {
    let log = Log::default();
    let system = quiet();
    system.spawn(Hearing::new("machine", &log).first(|_, cx| {
        let slow = async {
            pass(Duration::from_secs(5)).await;
            42
        };
        cx.attach_future("slow", slow, note);
    }));
    pass(Duration::from_secs(4)).await;
    assert_eq!(log.take(), ["machine: child started"]);
    pass(Duration::from_secs(2)).await;
    let mut lines = log.take();
    lines.sort();
    assert_eq!(
        lines,
        ["machine: 42", "machine: child exited: ended normally"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_future_is_a_child_whose_failure_goes_up() {
    for panics in [false, true] {
        let failing = move || async move {
            match panics {
                false => Err("no beans"),
                true => std::panic::resume_unwind(Box::new("boom")),
            }
        };
        let text = if panics { "panicked: boom" } else { "no beans" };
        let log = Log::default();
        let system = quiet();
        let hearing = system.spawn(Hearing::new("hearing", &log).first(move |_, cx| {
            cx.spawn_future("future", failing());
        }));
        let deaf = system.spawn(Deaf::new("deaf", &Log::default()).first(move |_, cx| {
            cx.spawn_future("future", failing());
        }));
        pass(Duration::from_millis(1)).await;
        assert_eq!(hearing.ended(), None);
        let errored = format!("hearing: child errored: {text}");
        assert_eq!(
            log.take()[..2],
            ["hearing: child started".to_owned(), errored]
        );
        let reason = deaf.ended().expect("it has no row for that");
        let error = error_of(&reason);
        assert!(matches!(error.kind(), ErrorKind::Child(child) if child.name() == "future"));
        assert_eq!(error.root_cause().to_string(), text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_future_ends_before_its_machine_and_is_seen_in_the_system() {
    let log = Log::default();
    let system = watched(&log);
    let machine = system.spawn(Deaf::new("machine", &log).first(|_, cx| {
        cx.spawn_future("future", std::future::pending::<Result<(), String>>());
    }));
    pass(Duration::from_millis(1)).await;
    let names: Vec<_> = system
        .machines()
        .iter()
        .map(|machine| machine.name())
        .collect();
    assert_eq!(names, ["tests/Deaf", "future"]);
    log.take();
    machine.stop();
    machine.closed().await;
    pass(Duration::from_millis(1)).await;
    let lines = log.take();
    assert!(
        lines[0].starts_with("! future#t") && lines[0].ends_with("exited: stopped"),
        "{lines:?}"
    );
    assert_eq!(lines[1], "machine: leaves");
    assert!(system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_starts_no_future() {
    let log = Log::default();
    let system = quiet();
    let told = log.clone();
    system.spawn(Deaf::new("machine", &Log::default()).first(move |_, cx| {
        cx.spawn_future("future", async move {
            told.push("it runs");
            Ok::<(), String>(())
        });
        std::panic::resume_unwind(Box::new("boom"));
    }));
    pass(Duration::from_millis(1)).await;
    assert!(log.take().is_empty());
}

#[cfg(feature = "stream")]
mod streams {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll};

    use super::*;
    use crate::driver::probe::act;

    /// Counts to a number, and how far it has come.
    struct Counting {
        taken: Arc<AtomicU32>,
        end: u32,
    }

    impl futures_core::Stream for Counting {
        type Item = u32;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
            let next = self.taken.fetch_add(1, Ordering::Relaxed);
            Poll::Ready((next < self.end).then_some(next))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn items_arrive_in_order_and_the_end_is_the_child_s() {
        let log = Log::default();
        let system = quiet();
        let taken = Arc::new(AtomicU32::new(0));
        let stream = Counting { taken, end: 3 };
        system.spawn(Hearing::new("machine", &log).first(|_, cx| {
            cx.attach("numbers", stream, note);
        }));
        pass(Duration::from_millis(1)).await;
        let lines = log.take();
        let items: Vec<_> = lines
            .iter()
            .filter(|line| !line.contains("child"))
            .collect();
        assert_eq!(items, ["machine: 0", "machine: 1", "machine: 2"]);
        assert!(lines.contains(&"machine: child exited: ended normally".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_mailbox_holds_the_stream_back() {
        let log = Log::default();
        let system = quiet();
        let options = SpawnOptions::new().mailbox(2);
        let machine = system.spawn_with(Deaf::new("machine", &log), &options);
        let taken = Arc::new(AtomicU32::new(0));
        let stream = Counting {
            taken: taken.clone(),
            end: 1_000,
        };
        // The machine has had no turn yet: two messages fit, one waits for room.
        let mut attached = Box::pin(machine.attach(stream, note));
        assert!(crate::links::poll(&mut attached).is_pending());
        assert_eq!(taken.load(Ordering::Relaxed), 3);
        attached.await;
        pass(Duration::from_millis(1)).await;
        assert_eq!(log.take().len(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_to_a_machine_that_ends_is_over() {
        let system = quiet();
        let machine = system.spawn(Deaf::new("machine", &Log::default()));
        let taken = Arc::new(AtomicU32::new(0));
        let stream = Counting {
            taken: taken.clone(),
            end: u32::MAX,
        };
        let running = tokio::spawn(machine.attach(stream, |number| match number {
            10 => act(|_, cx| cx.exit()),
            _ => note(number),
        }));
        running.await.expect("it is over");
        assert!(taken.load(Ordering::Relaxed) >= 11);
    }
}
