//! Links between plain futures, on an executor of a few lines: nothing here needs tokio.

mod cells;
mod managed;
mod many;
#[cfg(feature = "tokio")]
mod mixed;

use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wink_runtime::{Crash, Down, ExitReason, Notice, Task};

/// Polls a future once.
pub fn poll<F: Future + Unpin>(mut future: F) -> Poll<F::Output> {
    std::pin::Pin::new(&mut future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The result of a future that does not wait.
pub fn finish<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// The ways in which a task can end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Completes,
    Faults,
    Panics,
    IsDropped,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Completes, Self::Faults, Self::Panics, Self::IsDropped];

    /// Ends a task in that way.
    pub fn end(self, task: Task) {
        match self {
            Way::Completes => {
                assert_eq!(finish(task.manage(async { Ok::<_, String>(()) })), Ok(()))
            }
            Way::Faults => {
                let result = finish(task.manage(async { Err::<(), _>("no beans") }));
                assert_eq!(result, Err(Crash::Failed("no beans")));
            }
            Way::Panics => {
                let result = finish(task.manage::<_, (), String>(async { boom() }));
                assert!(matches!(result, Err(Crash::Panicked(_))), "{result:?}");
            }
            Way::IsDropped => {
                let mut managed = Box::pin(task.manage(pending::<Result<(), String>>()));
                assert!(poll(&mut managed).is_pending());
                drop(managed);
            }
        }
    }

    /// What those hear who watch the task.
    pub fn is_told_by(self, reason: &ExitReason) -> bool {
        let told = reason.to_string();
        match self {
            Way::Completes => *reason == ExitReason::Normal,
            Way::Faults => told == "no beans",
            // The place comes with it.
            Way::Panics => told.starts_with("panicked at ") && told.ends_with(": boom"),
            Way::IsDropped => *reason == ExitReason::Dropped,
        }
    }
}

/// Panics as a function of a program would, but prints nothing.
pub fn boom() -> Result<(), String> {
    panic!("boom")
}

/// What a task has heard; that nothing else has come is checked.
pub fn heard(task: &mut Task) -> Vec<Down> {
    let mut downs = Vec::new();
    while let Some(notice) = task.try_receive() {
        match notice {
            Notice::Down(down) => downs.push(down),
            other => panic!("nobody asked for {other:?}"),
        }
    }
    downs
}
