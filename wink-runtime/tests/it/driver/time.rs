//! Timers fire at their deadlines, in order, on the clock that was handed in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wink_runtime::{BoxFuture, Clock, ExitReason, System, Time};

use super::probe::{Deaf, Log, act, note, pass, quiet};

#[tokio::test(start_paused = true)]
async fn an_after_row_is_taken_in_time() {
    let log = Log::default();
    let system = quiet();
    let before = system.now();
    let a = system.spawn(Deaf::new("a", &log).after(5_000_000_000));
    assert_eq!(a.closed().await, ExitReason::Normal);
    assert_eq!(log.take(), ["a: time is over", "a: leaves"]);
    let passed = system.now() - before;
    assert!(
        passed >= Duration::from_secs(5) && passed < Duration::from_millis(5_002),
        "{passed:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn named_timers_fire_in_the_order_of_their_deadlines() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log).first(|_, cx| {
        cx.set_timer("late", Duration::from_millis(300), note("late"));
        cx.set_timer("early", Duration::from_millis(100), note("early"));
        cx.set_timer("never", Duration::from_millis(150), note("never"));
        cx.set_timer("moved", Duration::from_millis(50), note("not yet"));
        cx.set_timer("moved", Duration::from_millis(200), note("moved"));
        assert!(cx.cancel_timer("never"));
        assert!(!cx.cancel_timer("unknown"));
        cx.set_timer("end", Duration::from_secs(1), act(|_, cx| cx.exit()));
    }));
    a.closed().await;
    assert_eq!(log.take(), ["a: early", "a: moved", "a: late", "a: leaves"]);
}

#[tokio::test(start_paused = true)]
async fn mail_is_handled_while_a_timer_runs() {
    let log = Log::default();
    let system = quiet();
    let a = system.spawn(Deaf::new("a", &log).after(1_000_000_000));
    pass(Duration::from_millis(500)).await;
    a.send(note("half time")).await.expect("a runs");
    a.closed().await;
    assert_eq!(log.take(), ["a: half time", "a: time is over", "a: leaves"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_in_advance_arrives_then() {
    let log = Log::default();
    let system = quiet();
    let b = system.spawn(Deaf::new("b", &log));
    let to = b.clone();
    let a = system.spawn(Deaf::new("a", &log).first(move |_, cx| {
        cx.send_after(&to, Duration::from_secs(2), note("in time"));
        cx.send_after(&to, Duration::from_secs(9), note("never"));
    }));
    pass(Duration::from_millis(1_999)).await;
    assert!(log.take().is_empty());
    pass(Duration::from_millis(3)).await;
    assert_eq!(log.take(), ["b: in time"]);
    a.stop();
    a.closed().await;
    pass(Duration::from_secs(20)).await;
    assert_eq!(
        log.take(),
        ["a: leaves"],
        "what waits is gone with its sender"
    );
}

/// A clock that starts at a million years and goes on with tokio's.
#[derive(Clone)]
struct Late {
    asked: Arc<AtomicU64>,
    inner: wink_runtime::TokioClock,
}

const OFFSET: Duration = Duration::from_secs(1_000_000);

impl Clock for Late {
    fn now(&self) -> Time {
        self.inner.now() + OFFSET
    }

    fn sleep_until(&self, deadline: Time) -> BoxFuture<'static, ()> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.inner
            .sleep_until(Time::ZERO + (deadline.since(Time::ZERO) - OFFSET))
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_handed_in() {
    let log = Log::default();
    let clock = Late {
        asked: Arc::default(),
        inner: wink_runtime::TokioClock::new(),
    };
    let system = System::builder().log(|_| {}).clock(clock.clone()).build();
    let a = system.spawn(
        Deaf::new("a", &log)
            .after(1_000_000_000)
            .first(|probe, cx| {
                probe.write(format!("starts at {}", cx.now()));
            }),
    );
    a.closed().await;
    assert_eq!(
        log.take(),
        ["a: starts at 1000000s", "a: time is over", "a: leaves"]
    );
    assert!(clock.asked.load(Ordering::SeqCst) >= 1);
}
