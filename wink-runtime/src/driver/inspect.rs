//! A look at all machines of a system.

use std::fmt;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::system::System;
use crate::core::event_loop::inspect::{Gathering, bare};
use crate::core::inspect::{Activity, Inspection, LoopView};
use crate::core::station::Site;

/// How many machines are told of when nothing else is said.
const USUAL: usize = 10_000;

/// How long a loop may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

impl System {
    /// What every machine is like now: its name, states, mailbox, parent, restarts, loop, what
    /// it is doing and for how long it has run.
    ///
    /// Each loop tells of its own machines between two steps, before any more mail; so what is
    /// said of one loop fits together. That takes a loop well below a microsecond a machine; of
    /// more than 10,000 a loop the rest is counted only, see
    /// [`inspect_up_to`](Self::inspect_up_to). A loop that has not answered after a second is
    /// in a step that does not end: of its machines there are the names.
    pub async fn inspect(&self) -> Inspection {
        self.inspect_up_to(USUAL).await
    }

    /// As [`inspect`](Self::inspect), for at most so many machines of each loop.
    pub async fn inspect_up_to(&self, machines: usize) -> Inspection {
        let gathering = Gathering::default();
        for home in self.homes() {
            gathering.ask_loop(home, machines);
        }
        self.gather(&gathering).await;
        let mut inspection = gathering.take();
        for (number, home) in (0..).zip(self.homes()) {
            if inspection.loops.iter().any(|one| one.number == number) {
                continue;
            }
            let mut handles = Vec::new();
            home.list(false, &mut handles);
            let count = handles.len();
            handles.truncate(machines);
            inspection.loops.push(LoopView {
                number,
                // One that is gone has nothing to say.
                answered: count == 0,
                machines: count,
                left_out: count - handles.len(),
            });
            let views = handles
                .iter()
                .map(|handle| bare(handle, Activity::Unknown, number));
            inspection.machines.extend(views);
        }
        let futures = self.shared().futures();
        let views = futures
            .iter()
            .map(|handle| bare(handle, Activity::Future, 0));
        inspection.machines.extend(views);
        inspection.sort();
        inspection
    }

    /// Waits for the loops' answers, and not too long.
    pub(super) async fn gather(&self, gathering: &Gathering) {
        let mut late = self.shared().sleep(PATIENCE);
        poll_fn(|context| match gathering.poll(context) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => late.as_mut().poll(context),
        })
        .await;
    }
}

impl fmt::Debug for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("System")
            .field("machines", &self.machines())
            .finish()
    }
}
