//! The machines that one has spawned, the oldest first.
//!
//! Must not know of: how they end.

use crate::core::station::Handle;

/// So many that have ended stay in the list before anybody looks for them.
const TIDY: usize = 32;

/// Those that have not ended, and some that have.
#[derive(Default)]
pub(crate) struct Children {
    oldest_first: Vec<Handle>,
    /// How many have ended since the list was tidied.
    ended: usize,
}

impl Children {
    /// The youngest of all.
    pub(crate) fn push(&mut self, child: Handle) {
        self.oldest_first.push(child);
    }

    /// All that have not ended, and some that have.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Handle> {
        self.oldest_first.iter()
    }

    /// One of them has ended: at half of all the list is tidied, so that an end costs little
    /// however many there are.
    pub(crate) fn one_has_ended(&mut self) {
        self.ended += 1;
        if self.ended >= TIDY.max(self.oldest_first.len() / 2) {
            self.ended = 0;
            self.oldest_first.retain(|child| child.ended().is_none());
        }
    }

    /// Takes the youngest that has not ended.
    pub(crate) fn pop_youngest(&mut self) -> Option<Handle> {
        loop {
            let child = self.oldest_first.pop()?;
            if child.ended().is_none() {
                return Some(child);
            }
        }
    }
}
