//! Futures as children.

use super::machines::{Log, calm, pass, system};
use wink::prelude::*;
use wink::{ChildSpec, ChildState, ExitReason, Grace, Restart, Supervisor};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_future_that_fails_is_made_anew() {
    let log = Log::default();
    let system = system();
    let lines = log.clone();
    let mut turn = 0;
    let root = Supervisor::builder("root")
        .intensity(2, 60 * SECOND)
        .task(
            ChildSpec::new("job").restart(Restart::Transient),
            move || {
                turn += 1;
                lines.push(format!("turn {turn}"));
                async move {
                    pass(SECOND).await;
                    match turn {
                        1 => Err(Error::raised("not yet")),
                        2 => panic!("worse"),
                        _ => Ok(()),
                    }
                }
            },
        )
        .start(&system);
    pass(10 * SECOND).await;
    assert_eq!(log.take(), ["turn 1", "turn 2", "turn 3"]);
    let tree = root.tree();
    assert_eq!(tree.children[0].state, ChildState::Done);
    assert_eq!(tree.children[0].restarts, 2);
}

/// Says when it is dropped.
struct Guard(Log);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.push("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_to_stop_is_dropped_at_once_or_after_its_grace() {
    for (spec, seconds) in [
        (ChildSpec::new("job"), 0),
        (ChildSpec::new("job").grace(Grace::Within(3 * SECOND)), 3),
    ] {
        let log = Log::default();
        let system = system();
        let lines = log.clone();
        let root = Supervisor::builder("root")
            .task(spec, move || {
                let guard = Guard(lines.clone());
                async move {
                    std::future::pending::<()>().await;
                    drop(guard);
                }
            })
            .start(&system);
        calm().await;
        assert_eq!(root.tree().children[0].state, ChildState::Up);
        let before = system.now();
        root.stop();
        assert_eq!(root.closed().await, ExitReason::Stopped);
        assert_eq!((system.now() - before).as_secs(), seconds);
        assert_eq!(log.take(), ["dropped"]);
    }
}
