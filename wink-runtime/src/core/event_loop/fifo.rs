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
///
/// It is filled and emptied, or exchanged for an empty one; so it need not go round: where nothing
/// is left it begins at the front again. One that is never empty has its values move to the front
/// now and then.
pub(crate) struct Fifo<T> {
    /// Those that hold nothing are empty.
    places: Vec<T>,
    /// The place of the first value.
    head: usize,
    /// The place after the last one.
    tail: usize,
    /// The place after the last one that is [set apart](Self::set_apart), or before `head`.
    apart: usize,
}

impl<T: Place> Fifo<T> {
    pub(crate) const fn new() -> Self {
        Self {
            places: Vec::new(),
            head: 0,
            tail: 0,
            apart: 0,
        }
    }

    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.tail.wrapping_sub(self.head)
    }

    #[inline(always)]
    pub(crate) const fn is_empty(&self) -> bool {
        self.tail == self.head
    }

    #[cfg(feature = "remote")]
    pub(crate) const fn capacity(&self) -> usize {
        self.places.len()
    }

    /// Whether it has to [`grow`](Self::grow) before there is another place.
    #[inline(always)]
    pub(crate) const fn is_full(&self) -> bool {
        self.tail >= self.places.len()
    }

    /// An empty place at the end, for the value that the caller puts there; `None` when the
    /// queue has to [`grow`](Self::grow) first. Nothing in here can panic: nothing has to be
    /// ready for that.
    #[inline(always)]
    pub(crate) fn place(&mut self) -> Option<&mut T> {
        match self.places.get_mut(self.tail) {
            Some(place) if place.is_empty() => {
                self.tail += 1;
                Some(place)
            }
            _ => None,
        }
    }

    /// Takes all values of the other one, which gets this one's room: it is empty.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, other: &mut Self) {
        std::mem::swap(self, other);
        self.apart = self.head;
        other.apart = other.head;
        if other.is_empty() {
            other.begin_again();
        }
    }

    #[inline(always)]
    const fn begin_again(&mut self) {
        (self.head, self.tail, self.apart) = (0, 0, 0);
    }

    /// Sets all values apart from those that come.
    #[inline(always)]
    pub(crate) const fn set_apart(&mut self) {
        self.apart = self.tail;
    }

    /// How many values are not set apart.
    #[inline(always)]
    pub(crate) const fn added(&self) -> usize {
        self.tail.wrapping_sub(self.apart)
    }

    /// Whether values are left that have been set apart.
    #[inline(always)]
    pub(crate) const fn has_apart(&self) -> bool {
        self.head < self.apart
    }

    pub(crate) fn push_back(&mut self, value: T) {
        self.grow();
        if let Some(place) = self.place() {
            *place = value;
        }
    }

    /// Makes room for one more, if there is none.
    pub(crate) fn grow(&mut self) {
        if !self.is_full() {
            return;
        }
        // Only when half of the room is free at the front, so that each value moves seldom.
        if self.head > 0 && self.head >= self.places.len() / 2 {
            let (head, len) = (self.head, self.len());
            for place in 0..len {
                self.places.swap(place, head + place);
            }
            self.apart = self.apart.saturating_sub(head);
            (self.head, self.tail) = (0, len);
            return;
        }
        let capacity = (self.places.len() * 2).max(4);
        self.places.resize_with(capacity, || T::EMPTY);
    }

    /// The first value.
    #[inline(always)]
    pub(crate) fn front(&mut self) -> Option<&mut T> {
        match self.is_empty() {
            true => None,
            false => self.places.get_mut(self.head),
        }
    }

    /// Takes the first value.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let first = std::mem::replace(self.front()?, T::EMPTY);
        self.skip();
        Some(first)
    }

    /// Goes on to the next value: there is a first one, and its place has been emptied.
    #[inline(always)]
    pub(crate) fn skip(&mut self) {
        self.head += 1;
        if self.head >= self.tail {
            self.begin_again();
        }
    }

    /// Takes the last value.
    pub(crate) fn pop_back(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        self.tail -= 1;
        self.apart = self.apart.min(self.tail);
        Some(std::mem::replace(&mut self.places[self.tail], T::EMPTY))
    }

    /// All values that are not set apart, from that one on; the first is 0.
    pub(crate) fn iter_added_from(&self, from: usize) -> impl Iterator<Item = &T> {
        self.iter()
            .skip(self.apart.saturating_sub(self.head) + from)
    }

    /// All values in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places[self.head..self.tail].iter()
    }

    /// Takes all values of the other one.
    pub(crate) fn append(&mut self, other: &mut Self) {
        while let Some(value) = other.pop_front() {
            self.push_back(value);
        }
        other.begin_again();
    }

    /// Takes out all values of that kind; the others keep their order.
    pub(crate) fn extract(&mut self, is_one: impl Fn(&T) -> bool, found: &mut Vec<T>) {
        let mut kept = self.head;
        let apart = self.apart;
        for place in self.head..self.tail {
            if is_one(&self.places[place]) {
                self.apart -= usize::from(place < apart);
                found.push(std::mem::replace(&mut self.places[place], T::EMPTY));
            } else {
                self.places.swap(kept, place);
                kept += 1;
            }
        }
        self.tail = kept;
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
    fn a_queue_that_is_never_empty_stays_short() {
        let mut fifo = Fifo::new();
        fifo.push_back(0);
        for value in 1..1_000_u32 {
            fifo.push_back(value);
            assert_eq!(fifo.pop_front(), Some(value - 1));
        }
        assert_eq!((fifo.len(), fifo.places.len()), (1, 4));
    }

    #[test]
    fn the_last_ones_are_taken_back() {
        let mut fifo = Fifo::new();
        [1, 2, 7, 8]
            .into_iter()
            .for_each(|value| fifo.push_back(value));
        fifo.set_apart();
        fifo.push_back(9);
        assert_eq!((fifo.len(), fifo.added()), (5, 1));
        assert_eq!([fifo.pop_back(), fifo.pop_back()], [Some(9), Some(8)]);
        fifo.push_back(6);
        assert_eq!((all(&fifo), fifo.added()), (vec![1, 2, 7, 6], 1));
        while fifo.pop_back().is_some() {}
        assert!(fifo.is_empty() && !fifo.has_apart());
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
        assert_eq!((more.len(), fifo.len(), fifo.tail), (6, 0, 0));
        std::mem::swap(&mut more, &mut fifo);
        more.append(&mut fifo);
        assert_eq!(all(&more), [1, 2, 4, 5, 7, 8]);
        assert!(fifo.is_empty());
    }
}
