//! When a machine of a loop is to look at its timers, those for times of the calendar too.
//!
//! Must not know of: any clock but what the driver lends.

use std::time::Duration;

use super::World;
use super::slab::Slab;
use crate::core::drive::{Drive, Input};
use crate::core::instance::Instance;
use crate::core::machine::Machine;
use crate::core::time::Time;

/// How long a loop trusts the wall clock to go on as it does: somebody may set it.
const TRUST: Duration = Duration::from_secs(1);

/// When the machine has to look at its timers next.
pub(super) fn next_look<M: Machine>(instance: &Instance<M>, world: &World) -> Option<Time> {
    let deadline = instance.next_deadline();
    let Some(at) = instance.next_calendar() else {
        return deadline;
    };
    let Some(calendar) = world.site().calendar() else {
        return deadline;
    };
    let left = at.duration_since(calendar).unwrap_or_default();
    let look = world.now + left.min(TRUST);
    Some(deadline.map_or(look, |deadline| deadline.min(look)))
}

impl<M: Drive> Slab<M> {
    /// A machine that takes what comes to it looks at its timers.
    pub(super) fn timer(&mut self, index: u32, world: &mut World) {
        let Some(instance) = &mut self.slots[index as usize].instance else {
            return;
        };
        if instance.next_calendar().is_some()
            && let Some(calendar) = world.site().calendar()
        {
            instance.parts.cx.now = instance.parts.cx.now.max(world.now);
            instance.tell_calendar(calendar);
        }
        match instance.next_deadline() {
            Some(deadline) if deadline <= world.now => self.step(index, Input::Time, world),
            // Not yet: the wall clock was set back, or the look was only a look.
            _ => self.settle(index, world),
        }
    }
}
