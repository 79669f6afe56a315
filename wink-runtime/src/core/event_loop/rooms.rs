//! How much more each machine of one type may be sent by its neighbours.
//!
//! An epoch lasts from one time that the queue is taken as a batch to the next; in one epoch a
//! machine may be sent as many letters as its mailbox holds. Letters are counted only when there
//! are so many in the queue that some machine may have no room left.
//!
//! Must not know of: what letters say.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many letters one machine may be sent in one epoch, as its loop has it: it lies in the
/// machine's mailbox, and nobody but the loop writes it.
#[derive(Debug, Default)]
pub(crate) struct Limit(AtomicU32);

impl Limit {
    /// The loop does not know of the machine yet, or no longer.
    const NONE: u32 = 0;

    /// A machine that takes no letter at all, for now.
    const NOTHING: u32 = u32::MAX;

    /// Whether the machine takes mail of its loop.
    #[inline(always)]
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) != Self::NONE
    }

    pub(crate) fn get(&self) -> Option<u32> {
        match self.0.load(Ordering::Relaxed) {
            Self::NONE => None,
            Self::NOTHING => Some(0),
            limit => Some(limit),
        }
    }

    /// Sets it, and says what it was.
    pub(crate) fn set(&self, limit: u32) -> Option<u32> {
        let before = self.get();
        let limit = match limit {
            0 => Self::NOTHING,
            limit => limit.min(Self::NOTHING - 1),
        };
        self.0.store(limit, Ordering::Relaxed);
        before
    }

    /// The machine takes no more mail; says what the limit was.
    pub(crate) fn take(&self) -> Option<u32> {
        let before = self.get();
        self.0.store(Self::NONE, Ordering::Relaxed);
        before
    }
}

#[derive(Clone, Copy, Default)]
struct Used {
    epoch: u32,
    letters: u32,
}

pub(super) struct Rooms {
    /// How many machines have each limit.
    limits: BTreeMap<u32, u32>,
    /// The lowest limit of all machines.
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
    /// A machine's limit has changed.
    pub(super) fn change(&mut self, before: Option<u32>, after: u32) {
        if before == Some(after) {
            return;
        }
        *self.limits.entry(after).or_default() += 1;
        match before {
            Some(_) => self.forget(before),
            None => self.least = self.least.min(after as usize),
        }
    }

    /// A machine with that limit takes no more.
    pub(super) fn forget(&mut self, limit: Option<u32>) {
        let Some(limit) = limit else { return };
        if let Some(count) = self.limits.get_mut(&limit) {
            *count -= 1;
            if *count == 0 {
                self.limits.remove(&limit);
            }
        }
        self.find_least();
    }

    fn find_least(&mut self) {
        let least = self.limits.first_key_value();
        self.least = least.map_or(usize::MAX, |(limit, _)| *limit as usize);
    }

    /// The queue was taken as a batch; whether somebody waits for the room.
    #[inline(always)]
    pub(super) fn next_epoch(&mut self) -> bool {
        self.recount();
        std::mem::take(&mut self.refused)
    }

    /// Letters were taken out of the queue: what was counted no longer holds.
    #[inline(always)]
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

    /// Takes up room for one more letter to that slot, if there is some.
    pub(super) fn take(&mut self, slot: u32, limit: u32) -> bool {
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
        rooms.change(None, 2);
        rooms.change(None, 4);
        assert_eq!(rooms.least, 2);
        // Two were put in uncounted, one of them through the door.
        rooms.count([Some(0), None].into_iter());
        assert!(rooms.take(0, 2));
        assert!(!rooms.take(0, 2), "it holds two");
        assert!(rooms.take(1, 4));
        assert_eq!(rooms.counted, 4);
        assert!(rooms.next_epoch(), "somebody was refused");
        assert!(rooms.take(0, 2));
        assert!(!rooms.next_epoch());
    }

    #[test]
    fn the_least_limit_is_that_of_machines_that_are_there() {
        let mut rooms = Rooms::default();
        rooms.change(None, 8);
        rooms.change(None, 3);
        rooms.change(Some(3), 2);
        assert_eq!(rooms.least, 2);
        rooms.forget(Some(2));
        assert_eq!(rooms.least, 8);
        rooms.change(None, 5);
        assert_eq!(rooms.least, 5);
        rooms.forget(None);
        assert_eq!(rooms.least, 5, "what was not known is not forgotten");
        rooms.change(Some(5), 9);
        assert_eq!(rooms.least, 8);
    }

    #[test]
    fn a_limit_of_nothing_is_not_no_limit() {
        let limit = Limit::default();
        assert!(!limit.is_set() && limit.get().is_none());
        assert_eq!(limit.set(3), None);
        assert_eq!(limit.set(0), Some(3));
        assert!(limit.is_set());
        assert_eq!(limit.get(), Some(0));
        assert_eq!(limit.take(), Some(0));
        assert!(!limit.is_set());
    }
}
