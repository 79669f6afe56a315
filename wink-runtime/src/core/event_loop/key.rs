//! What a loop opens its mail with, and the number of its places with the doors of other loops.
//!
//! Must not know of: what is opened.

use std::mem;
use std::sync::{Mutex, PoisonError};

use qcell::{QCellOwner, QCellOwnerID};

/// The key of one loop. When the loop is gone another has it: what is made for a key is made once
/// for as many loops as there ever were at the same time.
pub(crate) struct Key {
    /// Counted from 0, unique among the keys in use.
    pub(super) index: usize,
    pub(super) owner: QCellOwner,
}

/// Keys that nobody has, and how many there are of all.
struct Ring {
    free: Vec<(usize, QCellOwner)>,
    made: usize,
}

/// Nothing waits for anything while it is locked, so that tests of interleavings need not see it.
static RING: Mutex<Ring> = Mutex::new(Ring {
    free: Vec::new(),
    made: 0,
});

impl Key {
    /// A key that nobody else has.
    pub(super) fn take() -> Self {
        let mut ring = RING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((index, owner)) = ring.free.pop() {
            return Self { index, owner };
        }
        let index = ring.made;
        ring.made += 1;
        Self {
            index,
            owner: QCellOwner::new(),
        }
    }

    /// What makes the cells that it opens.
    pub(super) fn id(&self) -> QCellOwnerID {
        self.owner.id()
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let owner = mem::replace(&mut self.owner, QCellOwner::new());
        let mut ring = RING.lock().unwrap_or_else(PoisonError::into_inner);
        ring.free.push((self.index, owner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_had_by_one_and_then_by_another() {
        let (one, other) = (Key::take(), Key::take());
        assert_ne!(one.index, other.index);
        assert!(one.id() != other.id());
        let most = {
            let keys: Vec<Key> = (0..20).map(|_| Key::take()).collect();
            keys.iter().map(|key| key.index).max()
        };
        // Others have keys meanwhile; but so many are free now.
        let again: Vec<Key> = (0..10).map(|_| Key::take()).collect();
        assert!(again.iter().any(|key| Some(key.index) <= most));
    }
}
