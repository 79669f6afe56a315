//! Who is told of a loop's steps, and the last of them. A loop that nobody watches has none of
//! this.
//!
//! Must not know of: any clock other than what the driver lends, and what is done with it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::home::Seat;
use crate::core::exit::{Error, Identity};
use crate::core::portrait::Portrait;
use crate::core::station::{BoxFuture, Site};
use crate::core::step_record::StepRecord;

/// How many steps of its machine go with an error.
const WITH_ERROR: usize = 8;

/// How many effects of one step are written down.
const EFFECTS: usize = 32;

/// Somebody who is told of each step of a loop, on its thread.
pub(crate) trait Watcher: Send {
    /// A step begins; what it does is not known yet.
    fn begun(&mut self, step: &StepRecord) {
        let _ = step;
    }

    /// The step that began last goes on beside the loop, as this future.
    fn away(&mut self, job: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        job
    }

    /// A step is over; `was_away` when others have begun since it did.
    fn over(&mut self, step: &StepRecord, was_away: bool) {
        let _ = (step, was_away);
    }

    /// The loop has handed out mail: so many machines, so many messages that still wait.
    fn turned(&mut self, event_loop: u32, machines: usize, queued: usize) {
        let _ = (event_loop, machines, queued);
    }
}

/// A step under way.
pub(crate) struct Pending {
    pub(super) record: StepRecord,
    before: Portrait,
    was_away: bool,
}

/// Tells the watchers, and keeps the last steps.
pub(crate) struct Watch {
    site: Arc<dyn Site>,
    watchers: Vec<Box<dyn Watcher>>,
    /// How many steps are kept.
    keeps: usize,
    recent: VecDeque<Arc<StepRecord>>,
    /// The step under way in the loop.
    current: Option<Pending>,
    /// Those beside it.
    away: Vec<(Seat, Pending)>,
}

impl Watch {
    pub(crate) fn new(site: Arc<dyn Site>, keeps: usize, watchers: Vec<Box<dyn Watcher>>) -> Self {
        Self {
            site,
            watchers,
            keeps,
            recent: VecDeque::new(),
            current: None,
            away: Vec::new(),
        }
    }

    /// Whether anybody reads more of a step than its name.
    pub(super) fn wants_details(&self) -> bool {
        self.keeps > 0
    }

    pub(super) fn begin(&mut self, mut record: StepRecord, before: Portrait) {
        record.at = self.site.now();
        for watcher in &mut self.watchers {
            watcher.begun(&record);
        }
        self.current = Some(Pending {
            record,
            before,
            was_away: false,
        });
    }

    /// The step under way, to be completed and given to [`finish`](Self::finish).
    pub(super) fn take(&mut self) -> Option<Pending> {
        self.current.take()
    }

    /// The step that is back, to be completed and given to [`finish`](Self::finish).
    pub(super) fn take_away(&mut self, seat: Seat) -> Option<Pending> {
        let place = self.away.iter().position(|(other, _)| *other == seat)?;
        Some(self.away.swap_remove(place).1)
    }

    pub(super) fn finish(&mut self, pending: Pending, after: Portrait) {
        let Pending {
            mut record,
            before,
            was_away,
        } = pending;
        record.took = self.site.now().since(record.at);
        record.changes = before.changes(after);
        record.effects.truncate(EFFECTS);
        for watcher in &mut self.watchers {
            watcher.over(&record, was_away);
        }
        if self.keeps > 0 {
            while self.recent.len() >= self.keeps {
                self.recent.pop_front();
            }
            self.recent.push_back(Arc::new(record));
        }
    }

    /// The step under way goes on beside the loop.
    pub(super) fn send_away(
        &mut self,
        seat: Seat,
        mut job: BoxFuture<'static, ()>,
    ) -> BoxFuture<'static, ()> {
        if let Some(mut pending) = self.current.take() {
            pending.was_away = true;
            self.away.push((seat, pending));
            for watcher in &mut self.watchers {
                job = watcher.away(job);
            }
        }
        job
    }

    /// The last steps, the oldest first.
    pub(super) fn recent(&self) -> Vec<Arc<StepRecord>> {
        self.recent.iter().cloned().collect()
    }

    /// The error with the last steps of the machine that it is of.
    pub(super) fn explain(&self, machine: Identity, error: Error) -> Error {
        if self.keeps == 0 || !error.recent_steps().is_empty() {
            return error;
        }
        let own = self
            .recent
            .iter()
            .rev()
            .filter(|step| step.machine == machine);
        let mut steps: Vec<_> = own.take(WITH_ERROR).cloned().collect();
        steps.reverse();
        error.with_steps(steps)
    }

    pub(super) fn turned(&mut self, event_loop: u32, machines: usize, queued: usize) {
        for watcher in &mut self.watchers {
            watcher.turned(event_loop, machines, queued);
        }
    }
}
