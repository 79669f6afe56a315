//! Places in a row, as near as possible to where each wants to stand, in order and far enough from
//! each other: isotonic regression by pooling adjacent violators (Barlow, Bartholomew, Bremner,
//! Brunk 1972).
//!
//! Must not know of: what stands there.

use alloc::vec::Vec;

/// A place that is wanted, and how much.
pub(super) type Wish = (f64, f64);

/// What many wishes come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agree {
    /// The sum of squares is least: everybody gives way.
    Mean,
    /// The sum of distances is least: most stand exactly where they want.
    Median,
}

struct Block {
    count: usize,
    wishes: Vec<Wish>,
    place: f64,
}

/// The place of each; `gaps[n]` is the least distance from the n-th to the next. Each needs a wish.
pub(super) fn settle(wishes: &[Vec<Wish>], gaps: &[f64], agree: Agree) -> Vec<f64> {
    // From here on without the gaps: places only must not fall.
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut offset = 0.0;
    for index in 0..wishes.len() {
        offsets.push(offset);
        offset += gaps.get(index).copied().unwrap_or(0.0);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (own, offset) in wishes.iter().zip(&offsets) {
        let own: Vec<Wish> = own.iter().map(|&(at, much)| (at - offset, much)).collect();
        let mut block = Block {
            count: 1,
            place: agreed(&own, agree),
            wishes: own,
        };
        while let Some(before) = blocks.pop_if(|before| before.place > block.place) {
            let mut wishes = before.wishes;
            wishes.append(&mut block.wishes);
            block = Block {
                count: before.count + block.count,
                place: agreed(&wishes, agree),
                wishes,
            };
        }
        blocks.push(block);
    }
    let places = blocks
        .iter()
        .flat_map(|block| core::iter::repeat_n(block.place, block.count));
    places
        .zip(&offsets)
        .map(|(place, offset)| place + offset)
        .collect()
}

fn agreed(wishes: &[Wish], agree: Agree) -> f64 {
    let total: f64 = wishes.iter().map(|&(_, much)| much).sum();
    if agree == Agree::Mean {
        return wishes.iter().map(|&(at, much)| at * much).sum::<f64>() / total;
    }
    let mut sorted = wishes.to_vec();
    sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
    let mut sum = 0.0;
    for (index, &(at, much)) in sorted.iter().enumerate() {
        sum += much;
        let over = sum - total / 2.0;
        if over > 1e-9 {
            return at;
        }
        if over > -1e-9 {
            let next = sorted.get(index + 1).map_or(at, |next| next.0);
            return (at + next) / 2.0;
        }
    }
    0.0
}
