//! A set of states as bits; the bit of a state is its id, so a set is in document order.
//!
//! Must not know of: what the states are, who lies in whom.

use wink_chart::StateId;

/// A set of states of a chart with at most `64 * WORDS` of them.
///
/// The methods that take a state panic when its id is `64 * WORDS` or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set<const WORDS: usize>(pub [u64; WORDS]);

impl<const WORDS: usize> Set<WORDS> {
    /// No state.
    pub const EMPTY: Self = Set([0; WORDS]);

    /// The states from `first` up to and without `end`.
    pub fn range(first: u16, end: u16) -> Self {
        let below = |word: usize, bit: u16| match usize::from(bit).saturating_sub(word * 64) {
            bits @ 0..64 => (1 << bits) - 1,
            _ => u64::MAX,
        };
        let mut words = [0; WORDS];
        for (index, word) in words.iter_mut().enumerate() {
            *word = below(index, end) & !below(index, first);
        }
        Set(words)
    }

    /// Is the state in the set?
    #[inline]
    pub fn contains(&self, state: StateId) -> bool {
        self.0[state.index() / 64] >> (state.index() % 64) & 1 == 1
    }

    /// Adds the state.
    #[inline]
    pub fn insert(&mut self, state: StateId) {
        self.0[state.index() / 64] |= 1 << (state.index() % 64);
    }

    /// Takes the state out.
    #[inline]
    pub fn remove(&mut self, state: StateId) {
        self.0[state.index() / 64] &= !(1 << (state.index() % 64));
    }

    /// Is there no state in it?
    pub fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    /// The lowest state: the first in document order.
    pub fn first(&self) -> Option<StateId> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(StateId(
            (word * 64) as u16 + self.0[word].trailing_zeros() as u16,
        ))
    }

    /// The highest state: the last in document order.
    pub fn last(&self) -> Option<StateId> {
        let word = self.0.iter().rposition(|&word| word != 0)?;
        Some(StateId(
            (word * 64) as u16 + 63 - self.0[word].leading_zeros() as u16,
        ))
    }

    /// What is in both.
    pub fn and(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }

    /// What is in either.
    pub fn or(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
    }

    /// What is in this one and not in the other.
    pub fn without(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= !other;
        }
        self
    }

    /// The states in document order.
    pub fn iter(self) -> impl Iterator<Item = StateId> {
        let mut left = self;
        core::iter::from_fn(move || {
            let state = left.first()?;
            left.remove(state);
            Some(state)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cross_words() {
        let all = |set: Set<3>| set.iter().map(|state| state.0).collect::<Vec<_>>();
        assert_eq!(all(Set::range(62, 66)), [62, 63, 64, 65]);
        assert_eq!(all(Set::range(0, 0)), [0_u16; 0]);
        assert_eq!(all(Set::range(5, 5)), [0_u16; 0]);
        assert_eq!(all(Set::range(0, 192)).len(), 192);
        assert_eq!(all(Set::range(64, 128)), (64..128).collect::<Vec<_>>());
    }

    #[test]
    fn first_and_last_are_in_document_order() {
        let mut set = Set::<2>::EMPTY;
        assert_eq!((set.first(), set.last()), (None, None));
        for state in [70, 3, 127] {
            set.insert(StateId(state));
        }
        assert_eq!(
            (set.first(), set.last()),
            (Some(StateId(3)), Some(StateId(127)))
        );
        set.remove(StateId(3));
        assert!(!set.contains(StateId(3)) && set.contains(StateId(70)));
        assert_eq!(set.without(Set::range(0, 100)).first(), Some(StateId(127)));
    }
}
