//! An order in each layer with few crossings: each spot goes to the mean of what it is joined to,
//! layer after layer down and up (Sugiyama, Tagawa, Toda), and neighbours change places while that
//! helps (Gansner, Koutsofios, North, Vo, "A technique for drawing directed graphs", 1993).
//!
//! Must not know of: places, but for where on a spot a strand ends.

use super::net::Net;
use alloc::vec;
use alloc::vec::Vec;

/// How often all layers are gone through.
const SWEEPS: usize = 12;
/// Above this many spots neighbours are left where they are: the mean has to do.
const MANY: usize = 4_000;

/// Orders the layers.
pub(super) fn reduce(net: &mut Net) {
    let mut best = net.layers.clone();
    let mut fewest = crossings(net);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let last = net.layers.len() - 1;
        let is_down = sweep % 2 == 0;
        for step in 1..=last {
            let layer = if is_down { step } else { last - step };
            sort(net, layer, is_down);
        }
        if net.spots.len() < MANY {
            transpose(net);
        }
        let count = crossings(net);
        if count < fewest {
            fewest = count;
            best.clone_from(&net.layers);
        }
    }
    net.layers = best;
}

/// The place of a strand's upper end, counted in spots: which spot, and where on it.
fn upper(net: &Net, places: &[usize], strand: usize) -> f64 {
    let strand = &net.strands[strand];
    places[strand.upper] as f64 + part(strand.upper_at, net.spots[strand.upper].width)
}

/// The same for its lower end.
fn lower(net: &Net, places: &[usize], strand: usize) -> f64 {
    let strand = &net.strands[strand];
    places[strand.lower] as f64 + part(strand.lower_at, net.spots[strand.lower].width)
}

/// At most half a place to either side.
fn part(at: Option<f64>, width: f64) -> f64 {
    at.map_or(0.0, |at| (at / width.max(1.0)).clamp(-0.49, 0.49))
}

fn sort(net: &mut Net, layer: usize, is_down: bool) {
    let places = net.places();
    let mean = |spot: usize| {
        let strands = if is_down {
            &net.above[spot]
        } else {
            &net.below[spot]
        };
        let end = if is_down { upper } else { lower };
        let sum: f64 = strands
            .iter()
            .map(|&strand| end(net, &places, strand))
            .sum();
        (!strands.is_empty()).then(|| sum / strands.len() as f64)
    };
    let spots = &net.layers[layer];
    let means: Vec<Option<f64>> = spots.iter().map(|&spot| mean(spot)).collect();
    // What is joined to nothing stays where it is; the others share the other places.
    let mut joined: Vec<(f64, usize)> = means
        .iter()
        .zip(spots)
        .filter_map(|(mean, &spot)| mean.map(|mean| (mean, spot)))
        .collect();
    joined.sort_by(|one, two| one.0.total_cmp(&two.0));
    let mut joined = joined.into_iter();
    let sorted = means.iter().zip(spots).map(|(mean, &spot)| match mean {
        Some(_) => joined.next().map_or(spot, |(_, spot)| spot),
        None => spot,
    });
    let sorted = sorted.collect();
    net.layers[layer] = sorted;
}

/// How often strands cross.
fn crossings(net: &Net) -> usize {
    let places = net.places();
    let mut count = 0;
    let mut between: Vec<Vec<(f64, f64)>> = vec![Vec::new(); net.layers.len()];
    for index in 0..net.strands.len() {
        let layer = net.spots[net.strands[index].upper].layer;
        between[layer].push((upper(net, &places, index), lower(net, &places, index)));
    }
    for mut ends in between {
        ends.sort_by(|one, two| one.0.total_cmp(&two.0).then(one.1.total_cmp(&two.1)));
        let mut lowers: Vec<f64> = ends.into_iter().map(|(_, lower)| lower).collect();
        count += inversions(&mut lowers);
    }
    count
}

/// How many pairs stand the wrong way round; sorts them by merging, which counts.
fn inversions(ends: &mut [f64]) -> usize {
    if ends.len() < 2 {
        return 0;
    }
    let (left, right) = ends.split_at_mut(ends.len() / 2);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut one, mut two) = (0, 0);
    while one < left.len() && two < right.len() {
        if left[one] <= right[two] {
            merged.push(left[one]);
            one += 1;
        } else {
            merged.push(right[two]);
            two += 1;
            count += left.len() - one;
        }
    }
    merged.extend_from_slice(&left[one..]);
    merged.extend_from_slice(&right[two..]);
    ends.copy_from_slice(&merged);
    count
}

/// Neighbours change places where their strands then cross less.
fn transpose(net: &mut Net) {
    let mut places = net.places();
    for _ in 0..4 {
        let mut is_better = false;
        for layer in 0..net.layers.len() {
            for left in 0..net.layers[layer].len().saturating_sub(1) {
                let (one, two) = (net.layers[layer][left], net.layers[layer][left + 1]);
                let now = between(net, &places, one, two);
                let then = between(net, &places, two, one);
                if then < now {
                    net.layers[layer].swap(left, left + 1);
                    places.swap(one, two);
                    is_better = true;
                }
            }
        }
        if !is_better {
            break;
        }
    }
}

/// How often the strands of two spots cross when the first stands left of the other.
fn between(net: &Net, places: &[usize], left: usize, right: usize) -> usize {
    let mut count = 0;
    for (strands, end) in [
        (&net.above, upper as fn(&Net, &[usize], usize) -> f64),
        (&net.below, lower),
    ] {
        for &one in &strands[left] {
            let one = end(net, places, one);
            let crossed = strands[right]
                .iter()
                .filter(|&&two| end(net, places, two) < one);
            count += crossed.count();
        }
    }
    count
}
