//! How arrows run: loops, and corners made round.
//!
//! Must not know of: how anything found its place.

use super::area::{Area, Point};
use super::layout::LOOP;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The same course without points that change nothing.
pub(super) fn straightened(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let near = |one: f64, two: f64| (one - two).abs() < 0.05;
    for &point in points {
        while let [.., before, last] = kept[..] {
            let is_down = near(before.x, last.x) && near(last.x, point.x);
            let is_across = near(before.y, last.y) && near(last.y, point.y);
            if !is_down && !is_across {
                break;
            }
            kept.pop();
        }
        if kept
            .last()
            .is_none_or(|last| !near(last.x, point.x) || !near(last.y, point.y))
        {
            kept.push(point);
        }
    }
    kept
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
    const RADIUS: f64 = 7.0;
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
