//! A queue whose values are made where they stay.
//!
//! What is pushed to a `VecDeque` is made on the stack, copied, and when it is taken at once
//! copied again, in bigger pieces than it was written in: the processor waits for that longer
//! than the rest of a small step takes. Here a value goes straight into its place.
//!
//! Must not know of: letters.

/// What a place can hold.
pub(crate) trait Place {
    /// Nothing.
    const EMPTY: Self;

    fn is_empty(&self) -> bool;
}

/// First in, first out.
pub(crate) struct Fifo<T> {
    /// None, or a power of two. Those that hold nothing are empty.
    places: Vec<T>,
    /// The place of the first value.
    head: usize,
    len: usize,
}

impl<T: Place> Fifo<T> {
    pub(crate) const fn new() -> Self {
        Self {
            places: Vec::new(),
            head: 0,
            len: 0,
        }
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn capacity(&self) -> usize {
        self.places.len()
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An empty place at the end, for the value that the caller puts there; `None` when the
    /// queue has to [`grow`](Self::grow) first. Nothing in here can panic: nothing has to be
    /// ready for that.
    #[inline(always)]
    pub(crate) fn place(&mut self) -> Option<&mut T> {
        if self.len == self.places.len() {
            return None;
        }
        let mask = self.places.len().wrapping_sub(1);
        match self.places.get_mut((self.head + self.len) & mask) {
            Some(place) if place.is_empty() => {
                self.len += 1;
                Some(place)
            }
            _ => None,
        }
    }

    /// Takes all values of the other one, which this one's room is for: it is empty.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, other: &mut Self) {
        std::mem::swap(self, other);
        if other.len == 0 {
            // What is written next is where something was before, and near in the cache.
            other.head = 0;
        }
    }

    pub(crate) fn push_back(&mut self, value: T) {
        self.grow();
        if let Some(place) = self.place() {
            *place = value;
        }
    }

    /// Makes room for one more, if there is none.
    pub(crate) fn grow(&mut self) {
        if self.len < self.places.len() {
            return;
        }
        // In order again, so that what is added comes after the last.
        self.places.rotate_left(self.head);
        self.head = 0;
        let capacity = (self.places.len() * 2).max(4);
        self.places.resize_with(capacity, || T::EMPTY);
    }

    /// The first value.
    #[inline(always)]
    pub(crate) fn front(&mut self) -> Option<&mut T> {
        match self.len {
            0 => None,
            _ => self.places.get_mut(self.head),
        }
    }

    /// Takes the first value.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let first = std::mem::replace(self.front()?, T::EMPTY);
        self.skip();
        Some(first)
    }

    /// Goes on to the next value: the first one's place has been emptied.
    #[inline(always)]
    pub(crate) fn skip(&mut self) {
        self.head = (self.head + 1) & self.places.len().wrapping_sub(1);
        self.len = self.len.saturating_sub(1);
    }

    /// Takes the last value if it is such a one.
    pub(crate) fn pop_back_if(&mut self, is_one: impl Fn(&T) -> bool) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        let place = (self.head + last) & (self.places.len() - 1);
        if !is_one(&self.places[place]) {
            return None;
        }
        self.len = last;
        Some(std::mem::replace(&mut self.places[place], T::EMPTY))
    }

    /// All values from that place on; the first is 0.
    pub(crate) fn iter_from(&self, from: usize) -> impl Iterator<Item = &T> {
        let mask = self.places.len().wrapping_sub(1);
        (from..self.len).map(move |index| &self.places[(self.head + index) & mask])
    }

    /// All values in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }

    /// Takes all values of the other one.
    pub(crate) fn append(&mut self, other: &mut Self) {
        while let Some(value) = other.pop_front() {
            self.push_back(value);
        }
    }

    /// Takes out all values of that kind; the others keep their order.
    pub(crate) fn extract(&mut self, is_one: impl Fn(&T) -> bool, found: &mut Vec<T>) {
        if !self.iter().any(&is_one) {
            return;
        }
        for _ in 0..self.len {
            let Some(value) = self.pop_front() else {
                return;
            };
            match is_one(&value) {
                true => found.push(value),
                false => self.push_back(value),
            }
        }
    }
}

impl<T: Place> Default for Fifo<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Place for u32 {
        const EMPTY: u32 = u32::MAX;

        fn is_empty(&self) -> bool {
            *self == Self::EMPTY
        }
    }

    fn all(fifo: &Fifo<u32>) -> Vec<u32> {
        fifo.iter().copied().collect()
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let mut fifo = Fifo::new();
        assert!(fifo.place().is_none(), "it has no room yet");
        let mut expected = std::collections::VecDeque::new();
        for value in 0..200_u32 {
            match fifo.place() {
                Some(place) => *place = value,
                None => fifo.push_back(value),
            }
            expected.push_back(value);
            if value % 3 == 0 {
                assert_eq!(fifo.front(), expected.front_mut());
                assert_eq!(fifo.pop_front(), expected.pop_front());
            }
            assert_eq!(fifo.len(), expected.len());
        }
        assert_eq!(all(&fifo), expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_last_ones_are_taken_back_while_they_are_such() {
        let mut fifo = Fifo::new();
        [1, 2, 7, 8]
            .into_iter()
            .for_each(|value| fifo.push_back(value));
        while fifo.pop_back_if(|value| *value > 5).is_some() {}
        assert_eq!(all(&fifo), [1, 2]);
        while fifo.pop_back_if(|_| true).is_some() {}
        assert!(fifo.is_empty());
    }

    #[test]
    fn values_are_extracted_and_the_others_keep_their_order() {
        let mut fifo = Fifo::new();
        (0..10).for_each(|value| fifo.push_back(value));
        fifo.pop_front();
        let mut found = Vec::new();
        fifo.extract(|value| value % 3 == 0, &mut found);
        assert_eq!(found, [3, 6, 9]);
        assert_eq!(all(&fifo), [1, 2, 4, 5, 7, 8]);
        let mut more = Fifo::new();
        more.push_back(9);
        more.pop_front();
        more.exchange(&mut fifo);
        assert_eq!((more.len(), fifo.len(), fifo.head), (6, 0, 0));
        std::mem::swap(&mut more, &mut fifo);
        more.append(&mut fifo);
        assert_eq!(all(&more), [1, 2, 4, 5, 7, 8]);
        assert!(fifo.is_empty());
    }
}
