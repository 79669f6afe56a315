//! Points and rectangles.
//!
//! Must not know of: charts.

/// A point; `y` grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle by its middle and its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub(super) fn left(&self) -> f64 {
        self.x - self.width / 2.0
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width / 2.0
    }

    pub(super) fn top(&self) -> f64 {
        self.y - self.height / 2.0
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height / 2.0
    }

    pub(super) fn holds(&self, point: Point) -> bool {
        let inside = |value, low, high| low <= value && value <= high;
        inside(point.x, self.left(), self.right()) && inside(point.y, self.top(), self.bottom())
    }

    /// Have both a point in common?
    pub(super) fn overlaps(&self, other: &Area) -> bool {
        let apart = |one: f64, two: f64, room: f64| (one - two).abs() >= room / 2.0;
        !apart(self.x, other.x, self.width + other.width)
            && !apart(self.y, other.y, self.height + other.height)
    }

    /// The smallest area around both, with this much room around the other.
    pub(super) fn around(&mut self, other: Area, room: f64) {
        let left = self.left().min(other.left() - room);
        let right = self.right().max(other.right() + room);
        let top = self.top().min(other.top() - room);
        let bottom = self.bottom().max(other.bottom() + room);
        *self = Area {
            x: (left + right) / 2.0,
            y: (top + bottom) / 2.0,
            width: right - left,
            height: bottom - top,
        };
    }
}
