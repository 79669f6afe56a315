//! Drives one event loop: gives it the time, sleeps until something comes, runs its
//! asynchronous steps.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::shared::Shared;
use crate::core::event_loop::EventLoop;
use crate::core::event_loop::home::Home;
use crate::core::station::BoxFuture;
use crate::core::time::Time;

/// Runs a loop until its system has ended. On a runtime that it has to itself, or beside other
/// tasks.
pub(super) async fn run(event_loop: EventLoop, home: Arc<Home>, shared: Arc<Shared>) {
    let mut running = Running {
        event_loop,
        home,
        shared,
        alarm: None,
    };
    poll_fn(|context| running.poll(context)).await;
}

struct Running {
    event_loop: EventLoop,
    home: Arc<Home>,
    shared: Arc<Shared>,
    /// The sleep under way, and until when.
    alarm: Option<(Time, BoxFuture<'static, ()>)>,
}

impl Running {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let has_more = self.event_loop.turn(self.shared.now());
            self.run_jobs();
            if has_more {
                // Others on the same thread get their turn.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if self.shared.is_over() {
                return Poll::Ready(());
            }
            if !self.home.sleep(context.waker()) {
                continue;
            }
            // Looked at again: the last machine may have ended since.
            if self.shared.is_over() {
                return Poll::Ready(());
            }
            if !self.is_due(context) {
                return Poll::Pending;
            }
        }
    }

    /// Whether the next deadline has come; otherwise the task is woken then.
    fn is_due(&mut self, context: &mut Context<'_>) -> bool {
        let Some(deadline) = self.event_loop.next_deadline() else {
            self.alarm = None;
            return false;
        };
        let is_set = matches!(&self.alarm, Some((set, _)) if *set == deadline);
        if !is_set {
            let sleep = self.shared.clock().sleep_until(deadline);
            self.alarm = Some((deadline, sleep));
        }
        let Some((_, sleep)) = &mut self.alarm else {
            return false;
        };
        let is_ready = sleep.as_mut().poll(context).is_ready();
        if is_ready {
            self.alarm = None;
        }
        is_ready
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "asynchronous steps are the driver's to run"
    )]
    fn run_jobs(&mut self) {
        for job in self.event_loop.take_jobs() {
            tokio::spawn(job);
        }
    }
}
