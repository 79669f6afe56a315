//! One level of a picture: what lies side by side in one state, in layers from the top down, and
//! the arrows between.
//!
//! The framework of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical
//! system structures" (1981): `rank` finds layers, `net` makes every arrow go from each layer to
//! the next, `cross` finds an order in them with few crossings, `columns` a place, `channels` leads
//! arrows between layers, each on one of the `tracks`.
//!
//! Must not know of: charts.

mod channels;
mod columns;
mod cross;
mod isotone;
mod net;
mod rank;
mod tracks;

use super::area::{Area, Point};
use alloc::vec::Vec;

/// Where in a level something may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// On the border above: where an arrow comes in or goes out.
    Above,
    /// Above all items.
    Title,
    Item,
    /// On the border below.
    Below,
}

/// Something that takes room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub role: Role,
    pub width: f64,
    pub height: f64,
    /// The room at the left and the right of its body: arrows end at the body.
    pub left: f64,
    pub right: f64,
    /// The height of its body, which stands in the middle.
    pub body: f64,
}

/// One end of a link.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub node: usize,
    /// How far from the left of the node, if that is decided.
    pub at: Option<f64>,
}

/// An arrow, from what is higher to what is lower, whichever way it points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub upper: End,
    pub lower: End,
    /// The width and height of its label.
    pub label: Option<(f64, f64)>,
}

/// Nodes and links. A link's upper item comes before its lower one.
#[derive(Default)]
pub(super) struct Level {
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
}

/// Where everything stands, from the upper left corner.
pub(super) struct Placement {
    pub areas: Vec<Area>,
    /// Of each link, from its upper end to its lower one.
    pub courses: Vec<Vec<Point>>,
    pub labels: Vec<Option<Area>>,
    pub width: f64,
    pub height: f64,
}

/// Finds a place for all nodes and a course for all links.
pub(super) fn place(level: &Level) -> Placement {
    let limit = width_limit(level);
    let ranks = rank::ranks(level, limit);
    let mut net = net::Net::of(level, &ranks, limit);
    cross::reduce(&mut net);
    let columns = columns::find(&net);
    channels::place(level, &net, &columns)
}

/// What a layer should not be wider than: the picture becomes about twice as wide as high at most.
fn width_limit(level: &Level) -> f64 {
    let nodes = level
        .nodes
        .iter()
        .map(|node| (node.width + 26.0) * (node.height + 40.0));
    let labels = level.links.iter().filter_map(|link| link.label);
    let labels = labels.map(|(width, height)| (width + 12.0) * (height + 20.0));
    let area: f64 = nodes.chain(labels).sum();
    (area * 2.0).sqrt().max(560.0)
}
