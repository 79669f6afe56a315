//! Which slabs' queues hold letters, in the order in which they have their turns.
//!
//! Must not know of: queues and slabs.

use std::mem;

/// First in, first out; the way there and back is a few instructions, because between two machines
/// that talk to each other every letter goes it.
pub(super) struct Ready {
    /// The first one, or [`NONE`]: most of the time it is the only one.
    first: u32,
    /// Those after the first.
    slabs: Vec<u32>,
    /// How many of these have had their turn.
    gone: usize,
}

/// No slab has this number.
const NONE: u32 = u32::MAX;

impl Default for Ready {
    fn default() -> Self {
        Self {
            first: NONE,
            slabs: Vec::new(),
            gone: 0,
        }
    }
}

impl Ready {
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE
    }

    /// The last one.
    #[inline(always)]
    pub(super) fn push_back(&mut self, slab: u32) {
        match self.is_empty() {
            true => self.first = slab,
            false => self.follow(slab),
        }
    }

    #[inline(never)]
    fn follow(&mut self, slab: u32) {
        // Where those that have had their turn are most, there is room; so it grows to no more than
        // twice the number of slabs.
        if self.slabs.len() == self.slabs.capacity() && self.gone > self.slabs.len() / 2 {
            self.slabs.drain(..self.gone);
            self.gone = 0;
        }
        self.slabs.push(slab);
    }

    /// The first one.
    pub(super) fn push_front(&mut self, slab: u32) {
        let second = mem::replace(&mut self.first, slab);
        if second == NONE {
            return;
        }
        match self.gone.checked_sub(1) {
            Some(before) => {
                self.gone = before;
                self.slabs[before] = second;
            }
            None => self.slabs.insert(0, second),
        }
    }

    /// One that has had its turn and is to have another, `at_once` or after all others.
    #[inline(never)]
    pub(super) fn put_back(&mut self, slab: u32, at_once: bool) {
        match at_once {
            true => self.push_front(slab),
            false => self.push_back(slab),
        }
    }

    #[inline(always)]
    pub(super) fn pop_front(&mut self) -> Option<u32> {
        let first = mem::replace(&mut self.first, NONE);
        if !self.slabs.is_empty() {
            self.advance();
        }
        (first != NONE).then_some(first)
    }

    /// The next one is the first.
    #[inline(never)]
    fn advance(&mut self) {
        let Some(next) = self.slabs.get(self.gone) else {
            return;
        };
        self.first = *next;
        self.gone += 1;
        if self.gone == self.slabs.len() {
            self.slabs.clear();
            self.gone = 0;
        }
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
    fn many_keep_their_order_whoever_comes_back() {
        let mut ready = Ready::default();
        let mut expected = std::collections::VecDeque::new();
        for turn in 0..500_u32 {
            for slab in 0..turn % 4 {
                ready.push_back(slab);
                expected.push_back(slab);
            }
            let slab = ready.pop_front();
            assert_eq!(slab, expected.pop_front());
            if let Some(slab) = slab
                && turn % 3 > 0
            {
                let at_once = turn % 3 == 1;
                ready.put_back(slab, at_once);
                match at_once {
                    true => expected.push_front(slab),
                    false => expected.push_back(slab),
                }
            }
            assert_eq!(ready.is_empty(), expected.is_empty());
        }
        while let Some(slab) = expected.pop_front() {
            assert_eq!(ready.pop_front(), Some(slab));
        }
        assert_eq!(ready.pop_front(), None);
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
