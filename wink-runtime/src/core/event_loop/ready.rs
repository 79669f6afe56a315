//! Which slabs' queues hold letters, in the order in which they have their turns.
//!
//! Must not know of: queues and slabs.

/// First in, first out; the way there and back is a few instructions, because between two machines
/// that talk to each other every letter goes it.
#[derive(Default)]
pub(super) struct Ready {
    slabs: Vec<u32>,
    /// How many of these have had their turn.
    gone: usize,
}

impl Ready {
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.gone == self.slabs.len()
    }

    /// The last one.
    #[inline(always)]
    pub(super) fn push_back(&mut self, slab: u32) {
        if self.slabs.len() == self.slabs.capacity() {
            self.make_room();
        }
        self.slabs.push(slab);
    }

    /// Where those that have had their turn are most, there is room; so it grows to no more than
    /// twice the number of slabs.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.gone > self.slabs.len() / 2 {
            self.slabs.drain(..self.gone);
            self.gone = 0;
        } else {
            self.slabs.reserve(4);
        }
    }

    /// The first one.
    pub(super) fn push_front(&mut self, slab: u32) {
        match self.gone.checked_sub(1) {
            Some(before) => {
                self.gone = before;
                self.slabs[before] = slab;
            }
            None => self.slabs.insert(0, slab),
        }
    }

    #[inline(always)]
    pub(super) fn pop_front(&mut self) -> Option<u32> {
        let slab = *self.slabs.get(self.gone)?;
        self.gone += 1;
        if self.gone == self.slabs.len() {
            self.slabs.clear();
            self.gone = 0;
        }
        Some(slab)
    }
}

#[cfg(test)]
mod tests {
    use super::Ready;

    #[test]
    fn slabs_have_their_turns_in_order() {
        let mut ready = Ready::default();
        assert!(ready.is_empty());
        assert_eq!(ready.pop_front(), None);
        ready.push_front(1);
        ready.push_front(0);
        ready.push_back(2);
        assert_eq!([ready.pop_front(), ready.pop_front()], [Some(0), Some(1)]);
        ready.push_front(5);
        assert_eq!([ready.pop_front(), ready.pop_front()], [Some(5), Some(2)]);
        assert!(ready.is_empty());
    }

    #[test]
    fn it_stays_short_although_it_is_never_empty() {
        let mut ready = Ready::default();
        ready.push_back(0);
        for slab in 1..1_000 {
            ready.push_back(slab);
            assert_eq!(ready.pop_front(), Some(slab - 1));
        }
        assert!(ready.slabs.capacity() <= 8);
    }
}
