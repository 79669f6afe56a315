//! Which arrow crosses a channel higher than which, so that few cross each other and no two lie on
//! each other.
//!
//! Must not know of: heights.

use alloc::vec::Vec;

/// Less than this aside is no way across.
const STRAIGHT: f64 = 0.6;
/// Lines that are nearer than this lie on each other.
const NEAR: f64 = 4.0;
/// What it costs when two lines lie on each other, in crossings.
const COVERED: usize = 100;
/// Above this many ways nobody looks for a way out of a circle.
const MANY: usize = 300;

/// A way across a channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossway {
    pub strand: usize,
    /// Where it comes from above and goes on below.
    pub upper: f64,
    pub lower: f64,
    /// A strand may cross in two ways, one after the other.
    piece: usize,
}

impl Crossway {
    /// The way of this strand, if it needs one.
    pub(super) fn of(strand: usize, upper: f64, lower: f64) -> Option<Crossway> {
        let way = Crossway {
            strand,
            upper,
            lower,
            piece: 0,
        };
        ((upper - lower).abs() >= STRAIGHT).then_some(way)
    }

    fn holds(&self, x: f64) -> bool {
        let (left, right) = (self.upper.min(self.lower), self.upper.max(self.lower));
        left - NEAR < x && x < right + NEAR
    }

    fn overlaps(&self, other: &Crossway) -> bool {
        let (left, right) = (self.upper.min(self.lower), self.upper.max(self.lower));
        let (from, to) = (other.upper.min(other.lower), other.upper.max(other.lower));
        left - 6.0 < to && from < right + 6.0
    }

    /// What it costs to run above the other: crossings, and lines that would lie on each other.
    fn above(&self, other: &Crossway) -> usize {
        if self.strand == other.strand {
            return if self.piece > other.piece { COVERED } else { 0 };
        }
        let crossed = usize::from(self.holds(other.upper)) + usize::from(other.holds(self.lower));
        let is_covered = (self.lower - other.upper).abs() < NEAR;
        crossed + if is_covered { COVERED } else { 0 }
    }
}

/// The ways with their tracks, counted from the top; the ways of one strand follow each other.
pub(super) fn assign(mut ways: Vec<Crossway>) -> Vec<(Crossway, usize)> {
    let order = loop {
        match from_the_top(&ways) {
            Ok(order) => break order,
            Err(index) => divide(&mut ways, index),
        }
    };
    let mut tracks: Vec<(Crossway, usize)> = Vec::new();
    for index in order {
        let way = ways[index];
        let over = tracks.iter().filter(|(other, _)| other.overlaps(&way));
        let track = over.map(|(_, track)| track + 1).max().unwrap_or(0);
        tracks.push((way, track));
    }
    tracks
}

/// An order of ways with few crossings; or one of those that each have to be above the next, all
/// round.
fn from_the_top(ways: &[Crossway]) -> Result<Vec<usize>, usize> {
    let wins = |one: &Crossway| {
        let others = ways.iter().filter(|other| one.overlaps(other));
        let better = |other: &Crossway| other.above(one) as isize - one.above(other) as isize;
        others.map(|other| better(other).signum()).sum::<isize>()
    };
    let mut left: Vec<usize> = (0..ways.len()).collect();
    left.sort_by_cached_key(|&index| (-wins(&ways[index]), index));
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |&index: &usize| {
            let mut others = left.iter().filter(|&&other| other != index);
            others.all(|&other| ways[index].above(&ways[other]) < COVERED)
        };
        let next = match left.iter().position(is_free) {
            Some(next) => next,
            None if ways.len() > MANY => 0,
            None => {
                let whole = left.iter().find(|&&index| is_whole(ways, index));
                match whole {
                    Some(&index) => return Err(index),
                    None => 0,
                }
            }
        };
        order.push(left.remove(next));
    }
    Ok(order)
}

fn is_whole(ways: &[Crossway], index: usize) -> bool {
    let strand = ways[index].strand;
    ways.iter().filter(|way| way.strand == strand).count() == 1
}

/// Makes two ways of one, which meet where nothing else is.
fn divide(ways: &mut Vec<Crossway>, index: usize) {
    let Crossway { upper, lower, .. } = ways[index];
    let nearest = |x: f64| {
        let ends = ways.iter().flat_map(|way| [way.upper, way.lower]);
        ends.map(|end| (end - x).abs()).fold(f64::MAX, f64::min)
    };
    let places = (1..8).map(|part| upper + (lower - upper) * f64::from(part) / 8.0);
    let beside = [6.0, 10.0, 16.0].map(|aside| upper.min(lower) - aside);
    let places = places.chain(beside);
    let between = places
        .max_by(|&one, &two| nearest(one).total_cmp(&nearest(two)))
        .unwrap_or(upper);
    let second = Crossway {
        upper: between,
        piece: 1,
        ..ways[index]
    };
    ways[index].lower = between;
    ways.push(second);
}
