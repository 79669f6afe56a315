//! A table by key that keeps the order in which its entries came: adding, finding and removing
//! cost the same whether it holds four entries or four thousand.
//!
//! Must not know: what is in it. The order of what is taken out never depends on hashes.

use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Up to so many entries are looked through one by one, without an index.
const FEW: usize = 8;

/// A table shorter than this is not searched for what is out of date.
const SMALL: usize = 64;

/// An ordered table.
#[derive(Debug)]
pub(crate) struct Ties<K, V> {
    /// In the order in which they came; removed ones leave a hole.
    entries: Vec<Option<(K, V)>>,
    holes: usize,
    /// Where each key is, once there are more than a few.
    index: Option<Box<Index<K>>>,
    /// How many entries there may be before [`Ties::is_due`].
    limit: usize,
}

#[allow(
    clippy::disallowed_types,
    reason = "asked by key, never iterated; and its hasher has no seed"
)]
type Index<K> = std::collections::HashMap<K, usize, BuildHasherDefault<KeyHasher>>;

impl<K, V> Default for Ties<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            holes: 0,
            index: None,
            limit: SMALL,
        }
    }
}

impl<K: Copy + Eq + Hash, V> Ties<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.holes
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let place = self.place(key)?;
        self.entries[place].as_mut().map(|(_, value)| value)
    }

    /// The value of that key, made first if there is none.
    pub(crate) fn get_or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let place = match self.place(key) {
            Some(place) => place,
            None => {
                let place = self.entries.len();
                self.entries.push(Some((key, make())));
                match &mut self.index {
                    Some(index) => {
                        index.insert(key, place);
                    }
                    None if self.entries.len() > FEW => self.rebuild(),
                    None => {}
                }
                // Rebuilding may have closed holes; the newest is the last all the same.
                self.entries.len() - 1
            }
        };
        match &mut self.entries[place] {
            Some((_, value)) => value,
            None => unreachable!("a place that is known holds an entry"),
        }
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<V> {
        let place = self.place(key)?;
        let (_, value) = self.entries[place].take()?;
        self.holes += 1;
        if let Some(index) = &mut self.index {
            index.remove(&key);
        }
        if self.holes > FEW.max(self.entries.len() / 2) {
            self.rebuild();
        }
        Some(value)
    }

    /// Whether so many have come that it is time to look which are out of date, and to
    /// [`sweep`](Self::sweep) those. Each coming bears a constant share of such a look.
    pub(crate) fn is_due(&self) -> bool {
        self.len() >= self.limit
    }

    /// Removes those keys, and is not due before as many more have come as are left.
    pub(crate) fn sweep(&mut self, keys: impl IntoIterator<Item = K>) -> Vec<V> {
        let removed = keys
            .into_iter()
            .filter_map(|key| self.remove(key))
            .collect();
        self.limit = SMALL.max(2 * self.len());
        removed
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().flatten().map(|(_, value)| value)
    }

    /// All values, the oldest first.
    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.entries.into_iter().flatten().map(|(_, value)| value)
    }

    fn place(&self, key: K) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(&key).copied(),
            None => {
                let is_it = |entry: &Option<(K, V)>| matches!(entry, Some((at, _)) if *at == key);
                self.entries.iter().position(is_it)
            }
        }
    }

    /// Closes holes and notes the places anew. Happens after as many changes as it looks at
    /// entries, so that each change bears a constant share of it.
    fn rebuild(&mut self) {
        self.entries.retain(Option::is_some);
        self.holes = 0;
        self.index = None;
        if self.entries.len() > FEW {
            let keys = self.entries.iter().flatten().map(|(key, _)| *key);
            let places = keys.enumerate().map(|(place, key)| (key, place));
            self.index = Some(Box::new(places.collect()));
        }
    }
}

/// Hashes the numbers that keys are made of. Nobody outside chooses them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        // The table takes the low bits for the place and the high ones for a tag.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0xf135_7aea_2e62_a9c5);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How often keys were compared or hashed.
        static LOOKS: Cell<usize> = const { Cell::new(0) };
    }

    #[derive(Clone, Copy, Debug)]
    struct Counted(u64);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            LOOKS.set(LOOKS.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Counted {}

    impl Hash for Counted {
        fn hash<H: Hasher>(&self, state: &mut H) {
            LOOKS.set(LOOKS.get() + 1);
            self.0.hash(state);
        }
    }

    /// How many looks at keys it takes to add so many, to find them, and to remove them.
    fn looks(count: u64) -> [usize; 3] {
        let mut ties = Ties::default();
        let mut looks = [0; 3];
        LOOKS.set(0);
        (0..count).for_each(|key| *ties.get_or_insert(Counted(key), || key) += 1);
        looks[0] = LOOKS.replace(0);
        for key in 0..count {
            assert_eq!(ties.get_mut(Counted(key)), Some(&mut (key + 1)));
        }
        looks[1] = LOOKS.replace(0);
        for key in 0..count {
            assert_eq!(ties.remove(Counted(key)), Some(key + 1));
        }
        looks[2] = LOOKS.replace(0);
        assert_eq!(ties.len(), 0);
        looks
    }

    #[test]
    fn each_of_four_thousand_costs_what_each_of_forty_costs() {
        let (few, many) = (looks(40), looks(4_000));
        for (few, many) in few.into_iter().zip(many) {
            // Per entry; a table whose cost grew by its length would be a hundred times as dear.
            let (few, many) = (few.div_ceil(40), many.div_ceil(4_000));
            assert!(
                many <= few + 1,
                "{few} looks an entry at 40, {many} at 4,000"
            );
            assert!(many <= 8, "{many} looks an entry");
        }
    }

    #[test]
    fn the_order_is_that_of_coming_whatever_is_removed() {
        let mut ties = Ties::default();
        for key in 0..100_u64 {
            ties.get_or_insert(key, || key);
        }
        for key in (0..100).filter(|key| key % 3 != 0) {
            assert_eq!(ties.remove(key), Some(key));
            assert_eq!(ties.remove(key), None);
        }
        ties.get_or_insert(1, || 1);
        assert_eq!(ties.len(), 35);
        let left: Vec<u64> = ties.into_values().collect();
        let expected: Vec<u64> = (0..100).filter(|key| key % 3 == 0).chain([1]).collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn it_is_due_after_as_many_have_come_as_were_left() {
        let mut ties = Ties::default();
        let mut looked = 0;
        for key in 0..10_000_u64 {
            ties.get_or_insert(key, || key);
            if ties.is_due() {
                looked += ties.len();
                let old: Vec<u64> = ties
                    .values()
                    .copied()
                    .filter(|old| old + 50 < key)
                    .collect();
                assert_eq!(ties.sweep(old.clone()), old);
            }
            assert!(ties.len() <= 2 * 64, "{}", ties.len());
        }
        assert!(looked < 10 * 10_000, "{looked} looks for 10,000 that came");
    }

    #[test]
    fn a_table_in_which_all_come_and_go_does_not_grow() {
        let mut ties = Ties::default();
        for key in 0..10_000_u64 {
            ties.get_or_insert(key, || ());
            assert!(ties.remove(key).is_some());
            assert!(ties.entries.len() <= 2 * FEW + 2, "{}", ties.entries.len());
        }
    }
}
