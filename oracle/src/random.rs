//! Valid charts, drawn from a seed.

mod rows;
mod tree;

use wink_chart::Chart;

/// A small generator of numbers (SplitMix64): the same seed gives the same numbers everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of that seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// A number below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these, which must not be empty.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// What kind of charts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// States at most, the root not counted.
    pub states: usize,
    /// Parallel states may occur.
    pub parallel: bool,
    /// The chart must pass all checks of the compiler; otherwise it need only make sense to
    /// the algorithm, which also gives an answer for regions that reach into one another,
    /// regions that rest in themselves and messages that nobody handles.
    pub compiles: bool,
}

/// The chart of that seed.
pub fn chart(seed: u64, shape: Shape) -> Chart {
    let mut random = Random::new(seed);
    let states = tree::states(&mut random, shape);
    rows::complete(&mut random, shape, states)
}
