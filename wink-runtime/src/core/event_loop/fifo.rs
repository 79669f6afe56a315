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

/// Room that is not worth being exchanged once more.
const SMALL: usize = 64;

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
}

impl<T: Place> Fifo<T> {
    pub(crate) fn new() -> Self {
        Self {
            places: Vec::new(),
            head: 0,
            tail: 0,
        }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.tail.wrapping_sub(self.head)
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.tail == self.head
    }

    /// How many values fit in before it has to grow, if it begins at the front.
    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.places.len()
    }

    /// Whether it has to [`grow`](Self::grow) before there is another place.
    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.tail >= self.places.len()
    }

    /// An empty place at the end, for the value that the caller puts there; `None` when the
    /// queue has to [`grow`](Self::grow) first. Nothing in here can panic: nothing has to be
    /// ready for that.
    #[inline(always)]
    pub(crate) fn place(&mut self) -> Option<&mut T> {
        let place = self.places.get_mut(self.tail)?;
        debug_assert!(place.is_empty(), "behind the last value there is nothing");
        self.tail += 1;
        Some(place)
    }

    /// Takes all values of the other one, which gets this one's room: it is empty.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, other: &mut Self) {
        debug_assert!(self.is_empty(), "they would come before older ones");
        std::mem::swap(&mut self.places, &mut other.places);
        (self.head, self.tail) = (other.head, other.tail);
        other.begin_again();
    }

    /// Leaves the other one its room, if that is more, and worth it; both are empty.
    #[inline(always)]
    pub(crate) fn leave_room(&mut self, other: &mut Self) {
        if self.capacity() > SMALL {
            self.leave_more(other);
        }
    }

    #[inline(never)]
    fn leave_more(&mut self, other: &mut Self) {
        if self.capacity() > other.capacity() {
            other.exchange(self);
        }
    }

    /// All values have been taken out.
    #[inline(always)]
    pub(crate) fn begin_again(&mut self) {
        (self.head, self.tail) = (0, 0);
    }

    /// The only value, if there is one only, and it is at the front, as it is in a queue that was
    /// empty before; or an empty place. Who takes it out says so:
    /// [`took_alone`](Self::took_alone).
    #[inline(always)]
    pub(crate) fn alone(&mut self) -> Option<&mut T> {
        match self.tail {
            1 => self.places.first_mut(),
            _ => None,
        }
    }

    /// The value that was alone has been taken out.
    #[inline(always)]
    pub(crate) fn took_alone(&mut self) {
        debug_assert_eq!((self.head, self.tail), (0, 1), "there was a value");
        self.tail = 0;
    }

    /// Its first values, at most so many, and how many places are before them: who takes one out
    /// counts it there. When it is done it says so: [`close`](Self::close).
    #[inline(always)]
    pub(crate) fn open(&mut self, most: usize) -> Option<(&mut [T], &mut usize)> {
        let len = self.len().min(most);
        let Self { places, head, .. } = self;
        let values = places.get_mut(*head..)?.get_mut(..len)?;
        Some((values, head))
    }

    /// Begins at the front again where nothing is left.
    #[inline(always)]
    pub(crate) fn close(&mut self) {
        if self.head >= self.tail {
            self.begin_again();
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
        if !self.is_full() {
            return;
        }
        // Only when half of the room is free at the front, so that each value moves seldom.
        if self.head > 0 && self.head >= self.places.len() / 2 {
            let (head, len) = (self.head, self.len());
            for place in 0..len {
                self.places.swap(place, head + place);
            }
            (self.head, self.tail) = (0, len);
            return;
        }
        let capacity = (self.places.len() * 2).max(4);
        self.places.resize_with(capacity, || T::EMPTY);
    }

    /// Takes the first value.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let (values, gone) = self.open(1)?;
        let first = std::mem::replace(values.first_mut()?, T::EMPTY);
        *gone += 1;
        self.close();
        Some(first)
    }

    /// Takes the last value.
    pub(crate) fn pop_back(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        self.tail -= 1;
        Some(std::mem::replace(&mut self.places[self.tail], T::EMPTY))
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
        for place in self.head..self.tail {
            if is_one(&self.places[place]) {
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
                assert_eq!(fifo.open(1).unwrap().0.first_mut(), expected.front_mut());
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
        assert_eq!((fifo.len(), fifo.capacity()), (1, 4));
    }

    #[test]
    fn a_value_that_is_alone_is_taken_where_it_is() {
        let mut fifo = Fifo::new();
        assert!(fifo.alone().is_none(), "there is no room");
        for value in 0..3_u32 {
            fifo.push_back(value);
            let place = fifo.alone().unwrap();
            assert_eq!(std::mem::replace(place, u32::EMPTY), value);
            fifo.took_alone();
            assert!(fifo.is_empty() && fifo.alone().is_none());
        }
        [1, 2].into_iter().for_each(|value| fifo.push_back(value));
        assert!(fifo.alone().is_none(), "there are two");
        fifo.pop_front();
        assert!(fifo.alone().is_none(), "it is not at the front");
        assert_eq!((fifo.pop_front(), fifo.capacity()), (Some(2), 4));
    }

    #[test]
    fn the_last_ones_are_taken_back() {
        let mut fifo = Fifo::new();
        [1, 2, 7, 8]
            .into_iter()
            .for_each(|value| fifo.push_back(value));
        fifo.push_back(9);
        assert_eq!(fifo.len(), 5);
        assert_eq!([fifo.pop_back(), fifo.pop_back()], [Some(9), Some(8)]);
        fifo.push_back(6);
        assert_eq!(all(&fifo), [1, 2, 7, 6]);
        while fifo.pop_back().is_some() {}
        assert!(fifo.is_empty());
    }

    #[test]
    fn the_bigger_room_goes_back_to_where_values_come() {
        let (mut coming, mut batch) = (Fifo::new(), Fifo::new());
        (0..200_u32).for_each(|value| coming.push_back(value));
        batch.exchange(&mut coming);
        let (values, gone) = batch.open(500).unwrap();
        assert_eq!(values.len(), 200);
        values.fill(u32::EMPTY);
        *gone += 200;
        batch.close();
        assert!(batch.is_empty() && coming.is_full());
        batch.leave_room(&mut coming);
        assert_eq!((coming.capacity(), batch.capacity()), (256, 0));
        assert_eq!((coming.head, coming.tail), (0, 0));
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
