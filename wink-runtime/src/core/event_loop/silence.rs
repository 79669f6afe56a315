//! Signs of life that children give, and children that give none: one step holds up their loop.
//!
//! Must not know: any executor, any clock.

use std::time::Duration;

use super::World;
use super::gate;
use super::slab::Slab;
use super::table::PULSE;
use crate::core::drive::Drive;
use crate::core::exit::{Child, ChildEvent, Error};
use crate::core::signal::Signal;
use crate::core::time::Time;

impl<M: Drive> Slab<M> {
    /// That loop has stood still for `time`: children in it that may not be silent for so long
    /// have failed. What is left of them ends as soon as it can.
    pub(super) fn tell_silence(&mut self, home: u32, time: Duration, world: &mut World) {
        let usual = world.site().silence();
        for index in 0..self.slots.len() as u32 {
            let Some(rare) = &self.slots[index as usize].rare else {
                continue;
            };
            let mut silent = rare.children.all(&world.home);
            silent.retain(|child| child.0.is_silent(home, time, usual));
            for child in silent {
                child.kill();
                let error = ChildEvent::Errored(Error::silent(time));
                self.notice(index, Signal::Child(Child(child.identity()), error), world);
            }
        }
    }

    /// When it shows its spawner next that it lives.
    pub(super) fn next_pulse(&self, index: u32, world: &World) -> Time {
        let own = self.slots[index as usize].rare.as_ref();
        let pulse = own.and_then(|rare| rare.pulse);
        world.now + pulse.unwrap_or_else(|| world.site().pulse())
    }

    /// Shows its spawner that it lives.
    pub(super) fn pulse(&mut self, index: u32, world: &mut World) {
        let slot = &self.slots[index as usize];
        if slot.gate & (gate::ENDING | gate::DOWN) != 0 {
            return;
        }
        let machine = slot.identity();
        if let Some(spawner) = &slot.spawner {
            let alive = Signal::Child(Child(machine), ChildEvent::Pulsed);
            spawner.handle.notify(alive);
            let deadline = self.next_pulse(index, world);
            self.set_alarm(index, PULSE, Some(deadline), world);
        }
    }
}
