//! How much more each machine of one type may be sent by its neighbours.
//!
//! An epoch lasts from one time that the queue is taken as a batch to the next; in one epoch a
//! machine may be sent as many letters as its mailbox holds. Letters are counted only when there
//! are so many in the queue that some machine may have no room left.
//!
//! Must not know of: what letters say.

use std::collections::BTreeMap;

#[derive(Clone, Copy, Default)]
struct Tenant {
    /// 0 once nobody here takes mail.
    generation: u32,
    /// How many letters there may be in one epoch.
    limit: u32,
}

#[derive(Clone, Copy, Default)]
struct Used {
    epoch: u32,
    letters: u32,
}

pub(super) struct Rooms {
    tenants: Vec<Tenant>,
    /// How many tenants have each limit.
    limits: BTreeMap<u32, u32>,
    /// The lowest limit of all tenants.
    pub(super) least: usize,
    /// Letters in each slot's name, as far as they have been counted.
    used: Vec<Used>,
    epoch: u32,
    /// How many letters of the queue have been counted in this epoch.
    pub(super) counted: usize,
    /// Somebody found no room in this epoch.
    refused: bool,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            tenants: Vec::new(),
            limits: BTreeMap::new(),
            least: usize::MAX,
            used: Vec::new(),
            epoch: 1,
            counted: 0,
            refused: false,
        }
    }
}

impl Rooms {
    /// Says how many letters a machine may be sent in one epoch.
    pub(super) fn set_limit(&mut self, slot: u32, generation: u32, limit: u32) {
        let index = slot as usize;
        if index >= self.tenants.len() {
            self.tenants.resize(index + 1, Tenant::default());
        }
        let tenant = Tenant { generation, limit };
        let before = std::mem::replace(&mut self.tenants[index], tenant);
        if before.generation != 0 {
            if before.limit == limit {
                return;
            }
            self.forget(before.limit);
        }
        *self.limits.entry(limit).or_default() += 1;
        self.find_least();
    }

    /// That machine takes no more.
    pub(super) fn close(&mut self, slot: u32, generation: u32) {
        if self.knows(slot, generation) {
            let before = std::mem::take(&mut self.tenants[slot as usize]);
            self.forget(before.limit);
            self.find_least();
        }
    }

    fn forget(&mut self, limit: u32) {
        if let Some(count) = self.limits.get_mut(&limit) {
            *count -= 1;
            if *count == 0 {
                self.limits.remove(&limit);
            }
        }
    }

    fn find_least(&mut self) {
        let least = self.limits.first_key_value();
        self.least = least.map_or(usize::MAX, |(limit, _)| *limit as usize);
    }

    /// Whether that machine sits there and takes mail.
    #[inline(always)]
    pub(super) fn knows(&self, slot: u32, generation: u32) -> bool {
        let tenant = self.tenants.get(slot as usize);
        tenant.is_some_and(|tenant| tenant.generation == generation)
    }

    /// The queue was taken as a batch; whether somebody waits for the room.
    pub(super) fn next_epoch(&mut self) -> bool {
        self.recount();
        std::mem::take(&mut self.refused)
    }

    /// Letters were taken out of the queue: what was counted no longer holds.
    pub(super) fn recount(&mut self) {
        if self.counted > 0 {
            self.counted = 0;
            self.epoch = self.epoch.wrapping_add(1).max(1);
        }
    }

    /// Counts letters for these slots; none for a letter that takes up no room.
    pub(super) fn count(&mut self, slots: impl Iterator<Item = Option<u32>>) {
        for slot in slots {
            self.counted += 1;
            if let Some(slot) = slot {
                self.used(slot).letters += 1;
            }
        }
    }

    /// Takes up room for one more letter, if there is some.
    pub(super) fn take(&mut self, slot: u32) -> bool {
        let limit = self.tenants[slot as usize].limit;
        let used = self.used(slot);
        if used.letters >= limit {
            self.refused = true;
            return false;
        }
        used.letters += 1;
        self.counted += 1;
        true
    }

    fn used(&mut self, slot: u32) -> &mut Used {
        let index = slot as usize;
        if index >= self.used.len() {
            self.used.resize(index + 1, Used::default());
        }
        let used = &mut self.used[index];
        if used.epoch != self.epoch {
            *used = Used {
                epoch: self.epoch,
                letters: 0,
            };
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_has_the_room_of_its_own_mailbox() {
        let mut rooms = Rooms::default();
        rooms.set_limit(0, 1, 2);
        rooms.set_limit(1, 1, 4);
        assert_eq!(rooms.least, 2);
        // Two were put in uncounted, one of them through the door.
        rooms.count([Some(0), None].into_iter());
        assert!(rooms.take(0));
        assert!(!rooms.take(0), "it holds two");
        assert!(rooms.take(1));
        assert_eq!(rooms.counted, 4);
        assert!(rooms.next_epoch(), "somebody was refused");
        assert!(rooms.take(0));
        assert!(!rooms.next_epoch());
    }

    #[test]
    fn the_least_limit_is_that_of_machines_that_are_there() {
        let mut rooms = Rooms::default();
        rooms.set_limit(0, 1, 8);
        rooms.set_limit(1, 1, 3);
        rooms.set_limit(1, 1, 2);
        assert_eq!(rooms.least, 2);
        rooms.close(1, 1);
        assert_eq!(rooms.least, 8);
        assert!(!rooms.knows(1, 1));
        rooms.set_limit(1, 2, 5);
        assert_eq!(rooms.least, 5);
        assert!(rooms.knows(1, 2) && !rooms.knows(1, 1));
        rooms.close(1, 1);
        assert!(rooms.knows(1, 2), "an earlier tenant's end is not its end");
    }
}
