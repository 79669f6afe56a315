//! Where in its layer each spot stands: near to what it is joined to, arrows as straight as they
//! can be.
//!
//! Must not know of: heights.

use super::isotone::{Agree, Wish, settle};
use super::net::{Kind, Net};
use alloc::vec;
use alloc::vec::Vec;

/// From arrow to arrow at one side of a state.
const APART: f64 = 12.0;
/// Rounds in which everybody gives way, and rounds in which arrows become straight.
const ROUGH: usize = 10;
const FINE: usize = 8;
/// Above this many spots there are no fine rounds.
const MANY: usize = 4_000;

/// The places, of middles and of the ends of strands.
pub(super) struct Columns {
    pub spots: Vec<f64>,
    pub uppers: Vec<f64>,
    pub lowers: Vec<f64>,
}

/// Which neighbours are listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listen {
    Above,
    Below,
    Both,
}

/// Finds the places.
pub(super) fn find(net: &Net) -> Columns {
    let mut search = Search {
        net,
        columns: start(net),
    };
    for round in 0..ROUGH {
        let listen = if round % 2 == 0 {
            Listen::Above
        } else {
            Listen::Below
        };
        search.sweep(listen, Agree::Mean);
    }
    search.sweep(Listen::Both, Agree::Mean);
    if net.spots.len() < MANY {
        for round in 0..FINE {
            let listen = match round % 3 {
                0 => Listen::Above,
                1 => Listen::Below,
                _ => Listen::Both,
            };
            search.sweep(listen, Agree::Median);
        }
        search.sweep(Listen::Both, Agree::Median);
    }
    search.alone();
    let (uppers, lowers) = search.ends();
    Columns {
        spots: search.columns,
        uppers,
        lowers,
    }
}

/// The least distance between the middles of two neighbours.
fn gap(net: &Net, left: usize, right: usize) -> f64 {
    let (left, right) = (&net.spots[left], &net.spots[right]);
    let room = match (left.kind, right.kind) {
        (Kind::Node, Kind::Node) => 26.0,
        (Kind::Node, _) | (_, Kind::Node) => 16.0,
        (Kind::Label, Kind::Label) => 12.0,
        (Kind::Label, Kind::Bend) | (Kind::Bend, Kind::Label) => 8.0,
        (Kind::Bend, Kind::Bend) => 12.0,
    };
    (left.width + right.width) / 2.0 + room
}

fn gaps(net: &Net, layer: &[usize]) -> Vec<f64> {
    let pairs = layer.windows(2);
    pairs.map(|pair| gap(net, pair[0], pair[1])).collect()
}

/// One beside the other, the middles of all layers at 0.
fn start(net: &Net) -> Vec<f64> {
    let mut columns = vec![0.0; net.spots.len()];
    for layer in &net.layers {
        let gaps = gaps(net, layer);
        let mut at = -gaps.iter().sum::<f64>() / 2.0;
        for (index, &spot) in layer.iter().enumerate() {
            columns[spot] = at;
            at += gaps.get(index).copied().unwrap_or(0.0);
        }
    }
    columns
}

struct Search<'a> {
    net: &'a Net,
    columns: Vec<f64>,
}

impl Search<'_> {
    fn sweep(&mut self, listen: Listen, agree: Agree) {
        let last = self.net.layers.len();
        for step in 0..last {
            let layer = if listen == Listen::Below {
                last - 1 - step
            } else {
                step
            };
            self.layer(layer, listen, agree);
        }
    }

    fn layer(&mut self, layer: usize, listen: Listen, agree: Agree) {
        let spots = &self.net.layers[layer];
        let wish = |(index, &spot): (usize, &usize)| match self.wishes(spot, listen) {
            wishes if wishes.is_empty() => Vec::from([self.beside(spots, index)]),
            wishes => wishes,
        };
        let wishes: Vec<Vec<Wish>> = spots.iter().enumerate().map(wish).collect();
        let gaps = gaps(self.net, spots);
        for (&spot, place) in spots.iter().zip(settle(&wishes, &gaps, agree)) {
            self.columns[spot] = place;
        }
    }

    /// Where a spot would stand if it were alone.
    fn wishes(&self, spot: usize, listen: Listen) -> Vec<Wish> {
        let mut wishes = Vec::new();
        if listen != Listen::Below {
            for &strand in &self.net.above[spot] {
                let strand = &self.net.strands[strand];
                let other = self.columns[strand.upper]
                    + strand
                        .upper_at
                        .unwrap_or(self.net.spots[strand.upper].shift);
                let own = strand.lower_at.unwrap_or(self.net.spots[spot].shift);
                wishes.push((other - own, self.weight(strand.upper, spot)));
            }
        }
        if listen != Listen::Above {
            for &strand in &self.net.below[spot] {
                let strand = &self.net.strands[strand];
                let other = self.columns[strand.lower]
                    + strand
                        .lower_at
                        .unwrap_or(self.net.spots[strand.lower].shift);
                let own = strand.upper_at.unwrap_or(self.net.spots[spot].shift);
                wishes.push((other - own, self.weight(spot, strand.lower)));
            }
        }
        wishes
    }

    /// Without a wish of its own a spot stays, or stands beside its neighbour if it has no strands.
    fn beside(&self, layer: &[usize], index: usize) -> Wish {
        let net = self.net;
        let spot = layer[index];
        let is_loose = net.above[spot].is_empty() && net.below[spot].is_empty();
        let neighbour = if index > 0 { index - 1 } else { index + 1 };
        let place = match layer.get(neighbour).filter(|_| is_loose) {
            Some(&other) if neighbour < index => self.columns[other] + gap(net, other, spot),
            Some(&other) => self.columns[other] - gap(net, spot, other),
            None => self.columns[spot],
        };
        (place, 0.01)
    }

    /// How much a strand wants to be straight: most where it is one of many of a link.
    fn weight(&self, upper: usize, lower: usize) -> f64 {
        let is_node = |spot: usize| self.net.spots[spot].kind == Kind::Node;
        match (is_node(upper), is_node(lower)) {
            (false, false) => 8.0,
            (true, true) => 1.0,
            _ => 2.0,
        }
    }

    /// What is joined to nothing and alone in its layer stands in the middle of all others.
    fn alone(&mut self) {
        let net = self.net;
        for (index, layer) in net.layers.iter().enumerate() {
            let [spot] = layer[..] else { continue };
            if !net.above[spot].is_empty() || !net.below[spot].is_empty() {
                continue;
            }
            let others = (0..net.spots.len()).filter(|&other| net.spots[other].layer != index);
            let mut extent: Option<(f64, f64)> = None;
            for other in others {
                let half = net.spots[other].width / 2.0;
                let (left, right) = (self.columns[other] - half, self.columns[other] + half);
                let (least, most) = extent.unwrap_or((left, right));
                extent = Some((least.min(left), most.max(right)));
            }
            if let Some((left, right)) = extent {
                self.columns[spot] = (left + right) / 2.0;
            }
        }
    }

    /// Where strands end: opposite to their other ends if their spots are there, beside each other.
    fn ends(&self) -> (Vec<f64>, Vec<f64>) {
        let net = self.net;
        let at = |spot: usize| self.columns[spot];
        let middle = |spot: usize| at(spot) + net.spots[spot].shift;
        let mut uppers = Vec::with_capacity(net.strands.len());
        let mut lowers = Vec::with_capacity(net.strands.len());
        for strand in &net.strands {
            uppers.push(
                strand
                    .upper_at
                    .map_or(middle(strand.upper), |x| at(strand.upper) + x),
            );
            lowers.push(
                strand
                    .lower_at
                    .map_or(middle(strand.lower), |x| at(strand.lower) + x),
            );
        }
        for spot in 0..net.spots.len() {
            let is_fixed = |strand: usize| net.strands[strand].upper_at.is_some();
            self.side(spot, &net.below[spot], is_fixed, &mut uppers, &lowers);
        }
        for spot in 0..net.spots.len() {
            let is_fixed = |strand: usize| net.strands[strand].lower_at.is_some();
            self.side(spot, &net.above[spot], is_fixed, &mut lowers, &uppers);
        }
        (uppers, lowers)
    }

    fn side(
        &self,
        spot: usize,
        strands: &[usize],
        is_fixed: impl Fn(usize) -> bool,
        own: &mut [f64],
        others: &[f64],
    ) {
        let Self { net, columns } = self;
        if strands.iter().all(|&strand| is_fixed(strand)) || net.spots[spot].kind != Kind::Node {
            return;
        }
        let body = net.spots[spot].body;
        let middle = columns[spot] + net.spots[spot].shift;
        let inset = (body / 4.0).min(12.0);
        let (left, right) = (middle - body / 2.0 + inset, middle + body / 2.0 - inset);
        let (fixed, free): (Vec<usize>, Vec<usize>) =
            strands.iter().partition(|&&strand| is_fixed(strand));
        let mut sorted: Vec<(f64, usize)> = free
            .iter()
            .map(|&strand| (others[strand], strand))
            .collect();
        sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
        if !fixed.is_empty() {
            let mut taken: Vec<f64> = fixed.iter().map(|&strand| own[strand]).collect();
            for (wanted, strand) in sorted {
                own[strand] = unused(wanted.clamp(left, right), &taken, (left, right));
                taken.push(own[strand]);
            }
            return;
        }
        let count = sorted.len();
        let apart = APART.min((right - left) / (count.max(2) - 1) as f64);
        let wish = |(index, &(wanted, _)): (usize, &(f64, usize))| {
            let low = left + apart * index as f64;
            let high = right - apart * (count - 1 - index) as f64;
            Vec::from([(wanted.clamp(low, high.max(low)), 1.0)])
        };
        let wishes: Vec<Vec<Wish>> = sorted.iter().enumerate().map(wish).collect();
        let gaps = vec![apart; count.saturating_sub(1)];
        for (&(_, strand), place) in sorted.iter().zip(settle(&wishes, &gaps, Agree::Median)) {
            own[strand] = place;
        }
    }
}

/// The place nearest to what is wanted that keeps away from all that are taken.
fn unused(wanted: f64, taken: &[f64], (left, right): (f64, f64)) -> f64 {
    let mut apart = APART;
    while apart > 1.0 {
        let beside = taken.iter().flat_map(|&at| [at - apart, at + apart]);
        let is_free = |&at: &f64| {
            let is_apart = |&other: &f64| (other - at).abs() > apart - 0.01;
            (left..=right).contains(&at) && taken.iter().all(is_apart)
        };
        let near = |one: &f64, two: &f64| (one - wanted).abs().total_cmp(&(two - wanted).abs());
        let places = core::iter::once(wanted).chain(beside);
        if let Some(place) = places.filter(is_free).min_by(near) {
            return place;
        }
        apart /= 2.0;
    }
    wanted
}
