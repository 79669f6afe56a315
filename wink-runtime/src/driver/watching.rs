//! What can be seen of a system besides its machines: its last steps, its seed.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::system::System;
use crate::core::event_loop::inspect::Gathering;
use crate::core::step_record::StepRecord;

impl System {
    /// What everything by chance depends on here: see
    /// [`SystemBuilder::seed`](crate::SystemBuilder::seed).
    pub fn seed(&self) -> u64 {
        self.shared().seed
    }

    /// The last steps of all loops, in the order in which they began; empty unless the system
    /// was built with `SystemBuilder::recent_steps`.
    ///
    /// A step that goes on is not among them. As [`inspect`](Self::inspect), this waits at most
    /// a second for a loop.
    pub async fn recent_steps(&self) -> Vec<Arc<StepRecord>> {
        let gathering = Gathering::default();
        for home in self.homes() {
            gathering.ask_steps(home);
        }
        self.gather(&gathering).await;
        let mut steps = gathering.take_steps();
        // Those of one loop stay in their order.
        steps.sort_by_key(|step| step.at);
        steps
    }
}

/// A number that nobody can foretell: what the standard library shuffles its maps with.
pub(super) fn any_seed() -> u64 {
    std::hash::RandomState::new().hash_one(0)
}
