//! Arrows between borders: where they are cut, how loops run, and corners made round.
//!
//! Must not know of: how anything found its place.

use super::area::{Area, Point};
use super::layout::LOOP;
use super::scene::{Arrow, Thing};
use crate::{Chart, StateId};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Cuts an arrow at the borders of the states that it leaves or enters as a whole, and leads it to
/// those of the others.
pub(super) fn cut(
    chart: &Chart,
    arrow: &Arrow,
    (things, borders): (&BTreeMap<Thing, Area>, &BTreeMap<StateId, Area>),
    points: &mut Vec<Point>,
) {
    let border = |end: Thing, other: Thing| {
        let Thing::Title(state) = end else {
            return things.get(&end);
        };
        let inside = other.state();
        let leaves = inside != state && !chart.is_descendant(inside, state);
        match leaves {
            true => borders.get(&state),
            false => things.get(&end),
        }
    };
    if let Some(border) = border(arrow.to, arrow.from) {
        cut_end(points, border);
    }
    if let Some(border) = border(arrow.from, arrow.to) {
        points.reverse();
        cut_end(points, border);
        points.reverse();
    }
}

/// Drops what runs inside of the area at the end, up to the border.
fn cut_end(points: &mut Vec<Point>, area: &Area) {
    let first = points.iter().position(|&point| area.holds(point));
    match first {
        Some(0) => {}
        Some(first) => {
            let at = crossing(points[first - 1], points[first], area);
            points.truncate(first);
            points.push(at);
        }
        // It ends beside: at the room for a mark, or at an unseen foot.
        None => {
            if let Some(end) = points.pop() {
                let bend = points.last().copied().filter(|_| points.len() > 1);
                points.push(nearest(area, bend.unwrap_or(end)));
            }
        }
    }
    // A bend right before the end would turn the arrow's head away.
    let Some(&end) = points.last() else { return };
    while points.len() > 2 {
        let last = points.len() - 2;
        let near = (points[last].x - end.x).hypot(points[last].y - end.y) < 18.0;
        if !near {
            break;
        }
        points.remove(last);
    }
}

/// The point of the area's border that is nearest to a point outside, and not at its corner.
fn nearest(area: &Area, point: Point) -> Point {
    let inset = 12.0_f64.min(area.width / 2.0).min(area.height / 2.0);
    let is_beside = area.top() < point.y && point.y < area.bottom();
    let (across, along) = if is_beside {
        (0.0, inset)
    } else {
        (inset, 0.0)
    };
    Point {
        x: point.x.clamp(area.left() + across, area.right() - across),
        y: point.y.clamp(area.top() + along, area.bottom() - along),
    }
}

/// Where the way from outside to inside crosses the border.
fn crossing(outside: Point, inside: Point, area: &Area) -> Point {
    let (dx, dy) = (inside.x - outside.x, inside.y - outside.y);
    let mut share: f64 = 0.0;
    if outside.x < area.left() {
        share = share.max((area.left() - outside.x) / dx);
    } else if outside.x > area.right() {
        share = share.max((area.right() - outside.x) / dx);
    }
    if outside.y < area.top() {
        share = share.max((area.top() - outside.y) / dy);
    } else if outside.y > area.bottom() {
        share = share.max((area.bottom() - outside.y) / dy);
    }
    Point {
        x: outside.x + dx * share,
        y: outside.y + dy * share,
    }
}

/// Does the way from one point to the other touch this area?
pub(super) fn touches(from: Point, to: Point, area: &Area) -> bool {
    // As near as a step of a few pixels can tell.
    let steps = ((to.x - from.x).hypot(to.y - from.y) / 4.0)
        .ceil()
        .clamp(1.0, 2000.0);
    (0..=steps as u32).any(|step| {
        let share = f64::from(step) / steps;
        area.holds(Point {
            x: from.x + (to.x - from.x) * share,
            y: from.y + (to.y - from.y) * share,
        })
    })
}

/// A loop out of the right side of an area and back into it.
pub(super) fn around(area: &Area) -> Vec<Point> {
    let (x, reach) = (area.right(), (area.height / 4.0).min(14.0));
    let point = |dx, dy| Point {
        x: x + dx,
        y: area.y + dy,
    };
    [
        point(0.0, -reach),
        point(LOOP, -reach),
        point(LOOP, reach),
        point(0.0, reach),
    ]
    .into()
}

/// The course as an SVG path with round corners, up to the root of the arrow's head.
pub(super) fn path(points: &[Point]) -> String {
    const RADIUS: f64 = 14.0;
    let Some((first, rest)) = points.split_first() else {
        return String::new();
    };
    let mut path = format!("M{:.1} {:.1}", first.x, first.y);
    let mut previous = *first;
    for (index, &corner) in rest.iter().enumerate() {
        let Some(&next) = rest.get(index + 1) else {
            path.push_str(&format!("L{:.1} {:.1}", corner.x, corner.y));
            break;
        };
        let before = towards(corner, previous, RADIUS);
        let after = towards(corner, next, RADIUS);
        path.push_str(&format!(
            "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
            before.x, before.y, corner.x, corner.y, after.x, after.y
        ));
        previous = corner;
    }
    path
}

/// The point at this distance on the way, at most half of it.
fn towards(from: Point, to: Point, distance: f64) -> Point {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length < 0.01 {
        return from;
    }
    let share = (distance / length).min(0.5);
    Point {
        x: from.x + dx * share,
        y: from.y + dy * share,
    }
}

/// The corners of the head of an arrow that ends here.
pub(super) fn head(points: &[Point]) -> Option<[Point; 3]> {
    let (&tip, before) = points.split_last()?;
    let far_enough = |point: &&Point| (point.x - tip.x).hypot(point.y - tip.y) > 1.0;
    let from = before.iter().rev().find(far_enough)?;
    let (dx, dy) = (tip.x - from.x, tip.y - from.y);
    let length = dx.hypot(dy);
    let (ux, uy) = (dx / length, dy / length);
    let (long, wide) = (9.0, 3.8);
    let side = |sign: f64| Point {
        x: tip.x - ux * long - uy * wide * sign,
        y: tip.y - uy * long + ux * wide * sign,
    };
    Some([tip, side(1.0), side(-1.0)])
}
