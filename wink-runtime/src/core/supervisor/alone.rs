//! What concerns one child and nobody else: decided without anything left to do.
//!
//! Must not know of: who asks.

use std::time::Duration;

use super::children::Phase;
use super::{ChildKey, Stage, Strategy, Supervisor};
use crate::core::exit::ExitReason;
use crate::core::time::Time;

impl Supervisor {
    /// As [`Input::Ended`](super::Input::Ended), where all that follows is that the child starts
    /// again at once: whether it does. If not, nothing has been decided.
    pub fn restarts_alone(&mut self, now: Time, key: ChildKey, reason: &ExitReason) -> bool {
        let is_calm = self.stage == Stage::Running && self.stopping == 0 && self.effects.is_empty();
        let Some(child) = self.children.get(key) else {
            return false;
        };
        // One that fails before it is up could begin again for ever, and nobody have his turn.
        let is_wanted = matches!(child.phase, Phase::Up { .. })
            && child.deadline.is_none()
            && child.spec.restart.wants(reason);
        let back_off = child.spec.back_off.unwrap_or(self.plan.back_off);
        let is_simple =
            self.plan.strategy == Strategy::OneForOne && back_off.most() == Duration::ZERO;
        if !(is_calm && is_wanted && is_simple && self.window.has_room(now, self.plan.intensity)) {
            return false;
        }
        if !self.has_fallen(now, key, back_off) {
            return false;
        }
        // It starts: one that has a place in the order leaves that open until it has.
        self.children.change(key, Phase::Starting);
        if self.children.take_changed() {
            self.is_in_order = false;
        }
        true
    }

    /// As [`Input::Started`](super::Input::Started), for a child that was started again: whether
    /// nothing is left to be done. If something is, it is among the effects.
    pub fn has_restarted_alone(&mut self, now: Time, key: ChildKey) -> bool {
        self.started(now, key);
        self.settle(now);
        self.effects.is_empty()
    }
}
