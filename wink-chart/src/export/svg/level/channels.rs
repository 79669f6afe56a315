//! How high everything stands, and how arrows run between two layers: down, across on a track of
//! their own, and down again.
//!
//! Must not know of: how anything found its column.

use super::columns::Columns;
use super::net::{Kind, Net};
use super::tracks::{Crossway, assign};
use super::{Level, Placement};
use crate::export::svg::area::{Area, Point};
use alloc::vec;
use alloc::vec::Vec;

/// From track to track.
const TRACK: f64 = 9.0;

/// Puts it all together.
pub(super) fn place(level: &Level, net: &Net, columns: &Columns) -> Placement {
    let heights: Vec<f64> = net.layers.iter().map(|layer| height(net, layer)).collect();
    let mut tracks: Vec<Vec<(Crossway, f64)>> = vec![Vec::new(); net.strands.len()];
    let mut tops = Vec::with_capacity(heights.len());
    let mut y = 0.0;
    for (layer, height) in heights.iter().enumerate() {
        tops.push(y);
        y += height;
        let strands = |&strand: &usize| net.spots[net.strands[strand].upper].layer == layer;
        let strands: Vec<usize> = (0..net.strands.len()).filter(strands).collect();
        y += channel(net, columns, layer, &strands, y, &mut tracks);
    }
    let mut placement = Placement {
        areas: Vec::new(),
        courses: Vec::new(),
        labels: Vec::new(),
        width: 0.0,
        height: y,
    };
    let area = |spot: usize| Area {
        x: columns.spots[spot],
        y: tops[net.spots[spot].layer] + lift(net, spot, heights[net.spots[spot].layer]),
        width: net.spots[spot].width,
        height: net.spots[spot].height,
    };
    for index in 0..level.nodes.len() {
        placement.areas.push(area(index));
    }
    for (link, chain) in level.links.iter().zip(&net.chains) {
        let end = |node: usize, sign: f64| {
            let body = level.nodes[node].body;
            area(node).y + sign * body / 2.0
        };
        let mut points = Vec::new();
        let mut put = |x, y| points.push(Point { x, y });
        for (index, &strand) in chain.iter().enumerate() {
            let (upper, lower) = (columns.uppers[strand], columns.lowers[strand]);
            if index == 0 {
                put(upper, end(link.upper.node, 1.0));
            }
            for (way, track) in &tracks[strand] {
                put(way.upper, *track);
                put(way.lower, *track);
            }
            if index + 1 == chain.len() {
                put(lower, end(link.lower.node, -1.0));
            }
        }
        placement.courses.push(points);
    }
    placement.labels = net.labels.iter().map(|spot| spot.map(area)).collect();
    settle(&mut placement);
    placement
}

fn height(net: &Net, layer: &[usize]) -> f64 {
    let heights = layer.iter().map(|&spot| net.spots[spot].height);
    heights.fold(0.0, f64::max)
}

/// How far below the top of its layer the middle of a spot is: near to what it is joined to.
fn lift(net: &Net, spot: usize, height: f64) -> f64 {
    let own = net.spots[spot].height;
    match (net.above[spot].is_empty(), net.below[spot].is_empty()) {
        (false, false) => height / 2.0,
        (true, false) => height - own / 2.0,
        (_, true) => own / 2.0,
    }
}

/// Moves everything so that the leftmost is at 0, and measures the width.
fn settle(placement: &mut Placement) {
    let areas = || {
        placement
            .areas
            .iter()
            .chain(placement.labels.iter().flatten())
    };
    let points = || placement.courses.iter().flatten();
    let left = areas().map(Area::left).chain(points().map(|point| point.x));
    let left = left.fold(f64::MAX, f64::min);
    let right = areas()
        .map(Area::right)
        .chain(points().map(|point| point.x));
    let right = right.fold(f64::MIN, f64::max);
    if left > right {
        return;
    }
    placement.width = right - left;
    let labels = placement.labels.iter_mut().flatten();
    for area in placement.areas.iter_mut().chain(labels) {
        area.x -= left;
    }
    for point in placement.courses.iter_mut().flatten() {
        point.x -= left;
    }
}

/// Finds tracks for the strands below a layer, and gives the height of the channel that begins at
/// `top`.
fn channel(
    net: &Net,
    columns: &Columns,
    layer: usize,
    strands: &[usize],
    top: f64,
    tracks: &mut [Vec<(Crossway, f64)>],
) -> f64 {
    if layer + 1 == net.layers.len() {
        return 0.0;
    }
    let (uppers, lowers) = (&columns.uppers, &columns.lowers);
    let ways = strands
        .iter()
        .filter_map(|&strand| Crossway::of(strand, uppers[strand], lowers[strand]));
    let (before, after) = margins(net, layer, strands.is_empty());
    let mut count = 0;
    for (way, track) in assign(ways.collect()) {
        count = count.max(track + 1);
        tracks[way.strand].push((way, top + before + track as f64 * TRACK));
    }
    match count {
        0 => (before + after).min(before.max(after) + 6.0),
        count => before + after + (count - 1) as f64 * TRACK,
    }
}

/// The room that a channel keeps to what is above and below it: the heads of arrows need some.
fn margins(net: &Net, layer: usize, is_empty: bool) -> (f64, f64) {
    let holds = |layer: usize, kind| {
        let spots = &net.layers[layer];
        spots.iter().any(|&spot| net.spots[spot].kind == kind)
    };
    let room = |layer: usize| {
        if net.layers[layer].is_empty() {
            0.0
        } else if holds(layer, Kind::Node) {
            if is_empty { 8.0 } else { 16.0 }
        } else if holds(layer, Kind::Label) {
            7.0
        } else {
            5.0
        }
    };
    (room(layer), room(layer + 1))
}
