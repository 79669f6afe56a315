//! Where what other loops send to a door is put until their steps are over: a bag for each loop.
//!
//! It lies with the door, so that the address leads there; only the loop that has the key opens
//! it, and nobody is waited for.
//!
//! Must not know of: what is put there, or when it is handed over.

use std::array;
use std::sync::{Mutex, OnceLock, PoisonError};

use qcell::{QCell, QCellOwnerID};

use super::away::Bag;
use super::key::Key;
use crate::core::machine::Machine;

/// How many shelves the first row has; each other one has twice as many as the one before.
const FIRST: usize = 4;

/// How many rows there are: enough for more loops than have ever run.
const ROWS: usize = 16;

/// One loop's bag. By itself in the memory: whoever puts something in does so often.
#[repr(align(128))]
struct Shelf<M: Machine> {
    /// Never locked: a mutex, so that messages need not be `Sync`.
    bag: QCell<Mutex<Bag<M>>>,
}

impl<M: Machine> Shelf<M> {
    fn new(key: QCellOwnerID) -> Self {
        Self {
            bag: QCell::new(key, Mutex::default()),
        }
    }
}

type Row<M> = OnceLock<Box<[OnceLock<Shelf<M>>]>>;

/// The shelves of a door, by the numbers of keys.
pub(super) struct Shelves<M: Machine> {
    rows: Box<[Row<M>; ROWS]>,
}

impl<M: Machine> Shelves<M> {
    pub(super) fn new() -> Self {
        Self {
            rows: Box::new(array::from_fn(|_| OnceLock::new())),
        }
    }

    /// The bag of who has that key, if it has put anything in yet.
    #[inline(always)]
    pub(super) fn bag<'key>(&'key self, key: &'key mut Key) -> Option<&'key mut Bag<M>> {
        let (row, place) = find(key.index);
        let shelf = self.rows.get(row)?.get()?.get(place)?.get()?;
        let bag = key.owner.rw(&shelf.bag).get_mut();
        Some(bag.unwrap_or_else(PoisonError::into_inner))
    }

    /// As [`bag`](Self::bag), and makes it. `None` when there are too many loops.
    pub(super) fn bag_or_new<'key>(&'key self, key: &'key mut Key) -> Option<&'key mut Bag<M>> {
        let (row, place) = find(key.index);
        let empty = || (0..FIRST << row).map(|_| OnceLock::new()).collect();
        let shelves = self.rows.get(row)?.get_or_init(empty);
        shelves.get(place)?.get_or_init(|| Shelf::new(key.id()));
        self.bag(key)
    }
}

/// The row of that shelf, and its place there.
#[inline(always)]
fn find(index: usize) -> (usize, usize) {
    let shifted = index + FIRST;
    let row = (shifted.ilog2() - FIRST.ilog2()) as usize;
    (row, shifted - (FIRST << row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let mut next = (0, 0);
        for index in 0..1_000 {
            assert_eq!(find(index), next);
            next.1 += 1;
            if next.1 == FIRST << next.0 {
                next = (next.0 + 1, 0);
            }
        }
    }
}
