//! What concerns several children: whom a failure takes with it, who stops and starts next.
//!
//! Must not know: intensity and delays; they have been decided.

use std::time::Duration;

use super::children::{Phase, Then};
use super::{ChildKey, Effect, Stage, Strategy, Supervisor};
use crate::core::child_spec::Restart;
use crate::core::time::Time;

impl Supervisor {
    /// A child has failed and is to start again after `delay`, with whom it takes along.
    pub(super) fn restart(&mut self, now: Time, key: ChildKey, delay: Duration) {
        let strategy = self.plan.strategy;
        let position = self.children.get(key).and_then(|child| child.position);
        let ordered = strategy != Strategy::OneForOne;
        self.children.change(key, Phase::Waiting { ordered });
        if delay > Duration::ZERO {
            self.set_deadline(key, now + delay);
        } else if position.is_none() {
            self.ready.push(key);
        }
        let first = match (strategy, position) {
            (Strategy::OneForOne, _) | (Strategy::RestForOne, None) => return,
            (Strategy::OneForAll, _) => 0,
            (Strategy::RestForOne, Some(position)) => position + 1,
        };
        let declared = self.children.declared().get(first..).unwrap_or_default();
        let mut others: Vec<ChildKey> = declared.to_vec();
        others.extend(self.children.added());
        for other in others {
            if other != key {
                self.condemn(other, Then::Again);
            }
        }
    }

    /// Says that a child is to stop in its turn.
    pub(super) fn condemn(&mut self, key: ChildKey, then: Then) {
        let Some(child) = self.children.get(key) else {
            return;
        };
        let then = match child.spec.restart {
            Restart::Temporary => Then::Bury,
            Restart::Permanent | Restart::Transient => then,
        };
        let is_added = child.position.is_none();
        match child.phase {
            Phase::Starting | Phase::Up { .. } => {
                self.children.change(key, Phase::Condemned(then));
                self.stopping += 1;
                if is_added {
                    self.stopping_added += 1;
                    self.condemned.push(key);
                }
            }
            Phase::Condemned(before) => {
                let then = before.max(then);
                self.children.change(key, Phase::Condemned(then));
            }
            Phase::Stopping {
                then: before,
                in_group,
            } => {
                // From now on the group waits for it too.
                if !in_group {
                    self.stopping += 1;
                    self.stopping_added += usize::from(is_added);
                }
                let then = before.max(then);
                let in_group = true;
                self.children
                    .change(key, Phase::Stopping { then, in_group });
                self.keep_grace(key);
            }
            Phase::Waiting { .. } if then == Then::Bury => self.bury(key),
            Phase::Waiting { .. } => self.children.change(key, Phase::Waiting { ordered: true }),
            Phase::Done => {}
        }
    }

    /// The deadlines of what waits are dropped when everything stops; those of graces are not.
    fn keep_grace(&mut self, key: ChildKey) {
        if let Some(deadline) = self.children.get(key).and_then(|child| child.deadline) {
            self.deadlines.insert((deadline, key));
        }
    }

    /// A child that was told to stop has ended.
    pub(super) fn after_stop(&mut self, key: ChildKey, then: Then) {
        match then {
            Then::Bury => self.bury(key),
            Then::Again => {
                self.children.change(key, Phase::Waiting { ordered: true });
                let child = self.children.get(key);
                if child.is_some_and(|child| child.position.is_none()) {
                    self.ready.push(key);
                }
            }
        }
    }

    /// Does what can be done now: stops the next, starts the next, ends.
    pub(super) fn settle(&mut self, now: Time) {
        if self.stage == Stage::Idle || self.stage == Stage::Ended {
            return;
        }
        if self.stopping > 0 {
            return self.stop_next(now);
        }
        if let Stage::Stopping(reason) = &self.stage {
            // One that was removed before may still be on its way out.
            if self.alive == 0 {
                let reason = reason.clone();
                self.stage = Stage::Ended;
                self.effects.push_back(Effect::Ended(reason));
            }
            return;
        }
        let in_order = match self.children.take_changed() {
            true => self.start_declared(),
            false => self.is_in_order,
        };
        self.is_in_order = in_order;
        if in_order && !self.has_started {
            self.has_started = true;
            self.effects.push_back(Effect::Started);
        }
        self.start_added(in_order);
    }

    /// Stops all that have no order; when these have ended, the last of the others.
    fn stop_next(&mut self, now: Time) {
        for key in std::mem::take(&mut self.condemned) {
            if let Some(child) = self.children.get(key)
                && let Phase::Condemned(then) = child.phase
            {
                self.tell_to_stop(now, key, then, true);
            }
        }
        if self.stopping_added > 0 {
            return;
        }
        let is_next = |key: &&ChildKey| {
            let child = self.children.get(**key);
            child.is_some_and(|child| child.phase.is_in_group())
        };
        let Some(key) = self.children.declared().iter().rfind(is_next).copied() else {
            return;
        };
        if let Some(child) = self.children.get(key)
            && let Phase::Condemned(then) = child.phase
        {
            self.tell_to_stop(now, key, then, true);
        }
    }

    /// Starts whose turn it is; whether all have started that are to run.
    fn start_declared(&mut self) -> bool {
        let mut before_started = true;
        for place in 0..self.children.declared().len() {
            let key = self.children.declared()[place];
            let Some(child) = self.children.get(key) else {
                continue;
            };
            match child.phase {
                Phase::Waiting { ordered } => {
                    let may_start = child.deadline.is_none() && (before_started || !ordered);
                    if may_start {
                        self.start(key);
                    }
                    before_started = false;
                }
                Phase::Starting => before_started = false,
                _ => {}
            }
        }
        // Starting children is no news to the order.
        self.children.take_changed();
        before_started
    }

    fn start_added(&mut self, in_order: bool) {
        if self.ready.is_empty() {
            return;
        }
        let mut later = Vec::new();
        for key in std::mem::take(&mut self.ready) {
            let Some(child) = self.children.get(key) else {
                continue;
            };
            match child.phase {
                Phase::Waiting { ordered } if child.deadline.is_none() => {
                    if in_order || !ordered {
                        self.start(key);
                    } else {
                        later.push(key);
                    }
                }
                _ => {}
            }
        }
        self.ready = later;
    }

    fn start(&mut self, key: ChildKey) {
        self.children.change(key, Phase::Starting);
        self.alive += 1;
        self.effects.push_back(Effect::Start(key));
    }
}
