//! For how long a loop may hold back what its steps lead to in other loops, by what its letters
//! have cost lately.
//!
//! Must not know: any clock. Costs are measured by whoever runs the loop.

use std::sync::atomic::Ordering;

use super::home::{Home, UNKNOWN};

/// For so long, in nanoseconds: what it takes for a thread to be woken, ten or twenty times over,
/// and less than anybody notices.
const HELD: u64 = 500_000;

/// What a letter costs at least for nothing to wait for it, in nanoseconds.
const DEAR: u32 = 30_000;

/// How many letters there are in a turn at least, if there are so many: it has a price of its own.
const LEAST: usize = 32;

impl Home {
    /// How many letters, at most so many, may lie while steps go on: about as many as are handled
    /// in half a millisecond. None, while it is not known what they cost, or where they are dear.
    pub(super) fn may_hold(&self, most: usize) -> usize {
        match self.cost.load(Ordering::Relaxed) {
            DEAR.. => 0,
            cost => most.min(held(cost)),
        }
    }

    /// How many letters there may be in a turn, what these lead to elsewhere being held back until
    /// it is over: at most so many, and not many more than take half a millisecond.
    pub(crate) fn fair_share(&self, most: usize) -> usize {
        match self.cost.load(Ordering::Relaxed) {
            UNKNOWN => most,
            cost => held(cost).clamp(LEAST.min(most), most),
        }
    }
}

/// How many letters of that cost are handled meanwhile.
fn held(cost: u32) -> usize {
    usize::try_from(HELD / u64::from(cost.max(1))).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::core::station::Nowhere;

    #[test]
    fn the_dearer_letters_are_the_less_is_held_back() {
        let home = Home::new(Arc::new(Nowhere::default()));
        for (cost, lie, turn) in [
            (UNKNOWN, 0, 1_024),
            (0, 64, 1_024),
            (100, 64, 1_024),
            (1_000, 64, 500),
            (10_000, 50, 50),
            (29_999, 16, 32),
            (30_000, 0, 32),
            (60_000, 0, 32),
        ] {
            home.cost.store(cost, Ordering::Relaxed);
            assert_eq!(home.may_hold(64), lie, "{cost}");
            assert_eq!(home.fair_share(1_024), turn, "{cost}");
        }
        assert_eq!(home.fair_share(8), 8);
    }
}
