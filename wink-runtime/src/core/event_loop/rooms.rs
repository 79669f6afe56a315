//! How much more each machine of one type may be sent by its neighbours.
//!
//! An epoch lasts from one time that the queue is taken as a batch to the next; in one epoch a
//! machine may be sent as many letters as its mailbox holds. Letters are counted only when there
//! are so many in the queue that the machine may have no room left.
//!
//! Must not know of: what letters say.

use std::sync::atomic::{AtomicI32, Ordering};

/// How many letters one machine may be sent in one epoch, as its loop has it: it lies in the
/// machine's mailbox, and nobody but the loop writes it. Below zero as long as the loop does not
/// know of the machine, or no longer does.
#[derive(Debug)]
pub(crate) struct Limit(AtomicI32);

impl Default for Limit {
    fn default() -> Self {
        Self(AtomicI32::new(-1))
    }
}

impl Limit {
    /// Whether the machine takes mail of its loop.
    #[inline(always)]
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= 0
    }

    pub(crate) fn get(&self) -> Option<u32> {
        u32::try_from(self.0.load(Ordering::Relaxed)).ok()
    }

    /// Whether there is room for one more however many of so many letters are for the machine.
    #[inline(always)]
    pub(crate) fn allows(&self, letters: usize) -> bool {
        (letters as isize) < self.0.load(Ordering::Relaxed) as isize
    }

    #[inline(always)]
    pub(crate) fn set(&self, limit: u32) {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        self.0.store(limit, Ordering::Relaxed);
    }

    /// The machine takes no more mail.
    pub(crate) fn forget(&self) {
        self.0.store(-1, Ordering::Relaxed);
    }
}

#[derive(Clone, Copy, Default)]
struct Used {
    epoch: u32,
    letters: u32,
}

pub(super) struct Rooms {
    /// Letters in each slot's name, as far as they have been counted.
    used: Vec<Used>,
    epoch: u32,
    /// How many letters of the queue have been counted in this epoch.
    pub(super) counted: usize,
    /// Somebody found no room in this epoch.
    refused: bool,
    /// Letters were counted in this epoch.
    is_counted: bool,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            used: Vec::new(),
            epoch: 1,
            counted: 0,
            refused: false,
            is_counted: false,
        }
    }
}

impl Rooms {
    /// The queue was taken as a batch; whether somebody waits for the room.
    #[inline(always)]
    pub(super) fn next_epoch(&mut self) -> bool {
        self.is_counted && self.end_epoch()
    }

    #[cold]
    #[inline(never)]
    fn end_epoch(&mut self) -> bool {
        self.recount();
        self.is_counted = false;
        std::mem::take(&mut self.refused)
    }

    /// Whether anything was counted or refused in this epoch.
    #[inline(always)]
    pub(super) fn is_counted(&self) -> bool {
        self.is_counted
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
        self.is_counted = true;
        for slot in slots {
            self.counted += 1;
            if let Some(slot) = slot {
                self.used(slot).letters += 1;
            }
        }
    }

    /// Takes up room for one more letter to that slot, if there is some.
    pub(super) fn take(&mut self, slot: u32, limit: u32) -> bool {
        self.is_counted = true;
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
        // Two were put in uncounted, one of them through the door.
        rooms.count([Some(0), None].into_iter());
        assert!(rooms.take(0, 2));
        assert!(!rooms.take(0, 2), "it holds two");
        assert!(rooms.take(1, 4));
        assert_eq!(rooms.counted, 4);
        assert!(rooms.is_counted());
        assert!(rooms.next_epoch(), "somebody was refused");
        assert!(!rooms.is_counted() && !rooms.next_epoch());
        assert!(rooms.take(0, 2));
        assert!(!rooms.next_epoch());
        assert!(!rooms.take(0, 0), "it may be sent nothing");
        assert!(rooms.is_counted() && rooms.next_epoch());
    }

    #[test]
    fn a_limit_of_nothing_is_not_no_limit() {
        let limit = Limit::default();
        assert!(!limit.is_set() && limit.get().is_none() && !limit.allows(0));
        limit.set(3);
        assert_eq!(limit.get(), Some(3));
        assert!(limit.allows(2) && !limit.allows(3));
        limit.set(0);
        assert!(limit.is_set() && !limit.allows(0));
        assert_eq!(limit.get(), Some(0));
        limit.forget();
        assert!(!limit.is_set());
    }
}
