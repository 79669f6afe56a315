//! A level in which everything goes from one layer to the next: links that go further are made of
//! strands with bends between, and labels are spots of their own.
//!
//! Must not know of: places.

use super::{Level, Role};
use alloc::vec;
use alloc::vec::Vec;

/// What stands at a spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Node,
    Label,
    /// Nothing: an arrow passes here.
    Bend,
}

/// Something in a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub kind: Kind,
    pub layer: usize,
    pub width: f64,
    pub height: f64,
    /// From its middle to the middle of what arrows end at.
    pub shift: f64,
    /// The width of that.
    pub body: f64,
}

/// A part of a link, between two layers that follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strand {
    pub upper: usize,
    pub lower: usize,
    /// How far right of the spots' middles it ends, where that is decided.
    pub upper_at: Option<f64>,
    pub lower_at: Option<f64>,
}

/// Spots in layers, and strands between them. The first spots are the nodes of the level.
pub(super) struct Net {
    pub spots: Vec<Spot>,
    /// What stands in each layer, from left to right.
    pub layers: Vec<Vec<usize>>,
    pub strands: Vec<Strand>,
    /// The strands of each link, from the top down; and the spot of its label.
    pub chains: Vec<Vec<usize>>,
    pub labels: Vec<Option<usize>>,
    /// The strands above and below each spot.
    pub above: Vec<Vec<usize>>,
    pub below: Vec<Vec<usize>>,
}

/// Labels between two ranks are put into this many layers at most.
const LABEL_LAYERS: usize = 5;

/// The layers of a level: one for what is above, one for the title, and then in turn those of the
/// labels of one gap and that of the items below it.
struct Plan {
    /// The first layer of each gap's labels, and how many there are.
    gaps: Vec<(usize, usize)>,
    /// The gap and the layer within it of each link's label.
    labels: Vec<Option<(usize, usize)>>,
    last: usize,
}

impl Plan {
    fn of(level: &Level, ranks: &[usize], limit: f64) -> Plan {
        let items = (0..level.nodes.len()).filter(|&node| level.nodes[node].role == Role::Item);
        let count = items.map(|item| ranks[item] + 1).max().unwrap_or(0);
        let mut loads = vec![0.0; count];
        let mut chosen: Vec<Option<usize>> = Vec::new();
        for link in &level.links {
            let Some((width, _)) = link.label else {
                chosen.push(None);
                continue;
            };
            // The gap above rank 0 is gap 0.
            let first = match level.nodes[link.upper.node].role {
                Role::Item => ranks[link.upper.node] + 1,
                _ => 0,
            };
            let last = match level.nodes[link.lower.node].role {
                Role::Item => ranks[link.lower.node],
                _ => count.saturating_sub(1),
            };
            let middle = (first + last) as f64 / 2.0;
            let cost = |gap: usize| loads[gap] + (gap as f64 - middle).abs() * 40.0;
            let best = (first..=last).min_by(|&one, &two| cost(one).total_cmp(&cost(two)));
            if let Some(gap) = best {
                loads[gap] += width + 14.0;
            }
            chosen.push(best);
        }
        let mut gaps = Vec::new();
        let mut next = 2;
        for load in &loads {
            let layers = ((load / limit).ceil() as usize).clamp(1, LABEL_LAYERS);
            gaps.push((next, layers));
            next += layers + 1;
        }
        let mut used = vec![0; count];
        let labels = chosen.into_iter().map(|gap| {
            let gap = gap?;
            used[gap] += 1;
            Some((gap, (used[gap] - 1) % gaps[gap].1))
        });
        Plan {
            labels: labels.collect(),
            last: next,
            gaps,
        }
    }

    fn layer(&self, role: Role, rank: usize) -> usize {
        match role {
            Role::Above => 0,
            Role::Title => 1,
            Role::Item => self.gaps[rank].0 + self.gaps[rank].1,
            Role::Below => self.last,
        }
    }
}

impl Net {
    pub(super) fn of(level: &Level, ranks: &[usize], limit: f64) -> Net {
        let plan = Plan::of(level, ranks, limit);
        let mut net = Net {
            spots: Vec::new(),
            layers: vec![Vec::new(); plan.last + 1],
            strands: Vec::new(),
            chains: Vec::new(),
            labels: Vec::new(),
            above: Vec::new(),
            below: Vec::new(),
        };
        for (node, &rank) in level.nodes.iter().zip(ranks) {
            let is_port = matches!(node.role, Role::Above | Role::Below);
            net.spot(Spot {
                kind: if is_port { Kind::Bend } else { Kind::Node },
                layer: plan.layer(node.role, rank),
                width: node.width,
                height: node.height,
                shift: (node.left - node.right) / 2.0,
                body: node.width - node.left - node.right,
            });
        }
        for (link, label) in level.links.iter().zip(&plan.labels) {
            let label = label.map(|(gap, within)| plan.gaps[gap].0 + within);
            net.chain(level, link, label);
        }
        net
    }

    fn spot(&mut self, spot: Spot) -> usize {
        let index = self.spots.len();
        self.layers[spot.layer].push(index);
        self.spots.push(spot);
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        index
    }

    fn chain(&mut self, level: &Level, link: &super::Link, label_layer: Option<usize>) {
        let from_middle = |end: super::End| {
            let middle = level.nodes[end.node].width / 2.0;
            end.at.map(|at| at - middle)
        };
        let (upper, lower) = (link.upper.node, link.lower.node);
        let layers = self.spots[upper].layer + 1..self.spots[lower].layer;
        let mut chain = Vec::new();
        let mut label_spot = None;
        let mut strand = Strand {
            upper,
            lower,
            upper_at: from_middle(link.upper),
            lower_at: None,
        };
        for layer in layers {
            let label = link.label.filter(|_| Some(layer) == label_layer);
            let (width, height) = label.unwrap_or((0.0, 0.0));
            let next = self.spot(Spot {
                kind: if label.is_some() {
                    Kind::Label
                } else {
                    Kind::Bend
                },
                layer,
                width,
                height,
                shift: 0.0,
                body: 0.0,
            });
            if label.is_some() {
                label_spot = Some(next);
            }
            strand.lower = next;
            chain.push(self.strand(strand));
            strand = Strand {
                upper: next,
                upper_at: None,
                ..strand
            };
        }
        strand.lower = lower;
        strand.lower_at = from_middle(link.lower);
        chain.push(self.strand(strand));
        self.chains.push(chain);
        self.labels.push(label_spot);
    }

    fn strand(&mut self, strand: Strand) -> usize {
        let index = self.strands.len();
        self.below[strand.upper].push(index);
        self.above[strand.lower].push(index);
        self.strands.push(strand);
        index
    }

    /// Where each spot stands in its layer, from the left.
    pub(super) fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.spots.len()];
        for layer in &self.layers {
            for (place, &spot) in layer.iter().enumerate() {
                places[spot] = place;
            }
        }
        places
    }
}
