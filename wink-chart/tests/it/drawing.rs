//! What a picture shows, read back from its SVG: where states, labels and arrows are, and whether
//! anything covers anything else.

use wink_chart::{Chart, StateId};

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn of(node: roxmltree::Node<'_, '_>) -> Area {
        let number = |name| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let (left, top) = (number("x"), number("y"));
        Area {
            left,
            top,
            right: left + number("width"),
            bottom: top + number("height"),
        }
    }

    fn holds(&self, other: &Area) -> bool {
        let slack = 0.2; // what is written is rounded
        self.left <= other.left + slack
            && self.top <= other.top + slack
            && self.right >= other.right - slack
            && self.bottom >= other.bottom - slack
    }

    fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn shrunk(&self, by: f64) -> Area {
        Area {
            left: self.left + by,
            top: self.top + by,
            right: self.right - by,
            bottom: self.bottom - by,
        }
    }
}

/// An arrow: the ids of its ends, the stretches of its line, and its rows.
pub struct Line {
    pub rows: String,
    from: String,
    to: String,
    stretches: Vec<Area>,
}

/// A picture read back.
pub struct Drawing {
    pub size: (f64, f64),
    /// The border of each state that is drawn.
    pub states: Vec<Option<Area>>,
    /// The title of each state with others inside.
    titles: Vec<Option<Area>>,
    ids: Vec<String>,
    pub labels: Vec<Area>,
    pub lines: Vec<Line>,
}

impl Drawing {
    pub fn read(chart: &Chart, picture: &str) -> Drawing {
        let document = roxmltree::Document::parse(picture).expect("XML");
        let root = document.root_element();
        let number = |name| root.attribute(name).unwrap().parse::<f64>().unwrap();
        let mut drawing = Drawing {
            size: (number("width"), number("height")),
            states: Vec::new(),
            titles: Vec::new(),
            ids: Vec::new(),
            labels: Vec::new(),
            lines: Vec::new(),
        };
        let class = |node: &roxmltree::Node<'_, '_>, name| node.attribute("class") == Some(name);
        let groups: Vec<_> = document
            .descendants()
            .filter(|node| class(node, "state"))
            .collect();
        for state in chart.states.iter() {
            let group = groups
                .iter()
                .find(|node| node.attribute("data-state") == Some(&state.name));
            let mut areas = group.into_iter().flat_map(|group| {
                let inside = group.children();
                inside.filter(|node| node.tag_name().name() == "rect")
            });
            drawing.states.push(areas.next().map(Area::of));
            drawing.titles.push(areas.next().map(Area::of));
            let id = group.and_then(|group| group.attribute("id"));
            let id = id.and_then(|id| id.strip_prefix("state-"));
            drawing.ids.push(id.unwrap_or_default().to_owned());
        }
        for node in document.descendants() {
            if class(&node, "behind") {
                drawing.labels.push(Area::of(node));
            } else if class(&node, "arrow") {
                let end = |name| node.attribute(name).unwrap().to_owned();
                let path = node.first_element_child().unwrap();
                drawing.lines.push(Line {
                    rows: end("data-rows"),
                    from: end("data-from"),
                    to: end("data-to"),
                    stretches: stretches(path.attribute("d").unwrap()),
                });
            }
        }
        drawing
    }

    /// Everything that covers something else, or lies outside of what it belongs to.
    pub fn mistakes(&self, chart: &Chart) -> Vec<String> {
        let mut mistakes = Vec::new();
        let name = |id: StateId| &chart.state(id).name;
        let drawn = |id: StateId| self.states[id.index()];
        let whole = Area {
            left: 0.0,
            top: 0.0,
            right: self.size.0,
            bottom: self.size.1,
        };
        for (id, area) in chart.state_ids().filter_map(|id| Some((id, drawn(id)?))) {
            let around = chart.parent(id).and_then(drawn).unwrap_or(whole);
            if !around.holds(&area) {
                mistakes.push(format!("{} is not inside", name(id)));
            }
            let others = chart.state_ids().filter(|&other| other > id);
            for other in others.filter(|&other| !chart.is_descendant(other, id)) {
                if drawn(other).is_some_and(|other| other.overlaps(&area)) {
                    mistakes.push(format!("{} and {} overlap", name(id), name(other)));
                }
            }
            let title = self.titles[id.index()];
            let solid = title.unwrap_or(area);
            for label in self.labels.iter().filter(|label| label.overlaps(&solid)) {
                mistakes.push(format!("{label:?} covers {}", name(id)));
            }
            for line in &self.lines {
                if line
                    .stretches
                    .iter()
                    .any(|one| one.overlaps(&solid.shrunk(1.0)))
                {
                    mistakes.push(format!("rows {} run through {}", line.rows, name(id)));
                }
            }
        }
        for (index, label) in self.labels.iter().enumerate() {
            if !whole.holds(label) {
                mistakes.push(format!("{label:?} is cut"));
            }
            for other in self.labels[index + 1..].iter() {
                if other.overlaps(label) {
                    mistakes.push(format!("{label:?} covers {other:?}"));
                }
            }
        }
        self.lines_that_lie_on_each_other(&mut mistakes);
        self.lines_that_end_nowhere(chart, &mut mistakes);
        mistakes
    }

    fn lines_that_lie_on_each_other(&self, mistakes: &mut Vec<String>) {
        for (index, one) in self.lines.iter().enumerate() {
            for two in &self.lines[index + 1..] {
                let lies = |a: &Area| {
                    let together = |b: &Area| {
                        let across = (a.right.min(b.right) - a.left.max(b.left)).max(0.0);
                        let down = (a.bottom.min(b.bottom) - a.top.max(b.top)).max(0.0);
                        a.overlaps(b) && across.max(down) > 9.0 // a round corner's worth
                    };
                    two.stretches.iter().any(together)
                };
                if let Some(at) = one.stretches.iter().find(|one| lies(one)) {
                    mistakes.push(format!("rows {} lie on {} at {at:?}", one.rows, two.rows));
                }
            }
        }
    }

    fn lines_that_end_nowhere(&self, chart: &Chart, mistakes: &mut Vec<String>) {
        for line in &self.lines {
            for (id, end) in [
                (&line.from, line.stretches.first()),
                (&line.to, line.stretches.last()),
            ] {
                let index = self.ids.iter().position(|other| other == id);
                let state = index.and_then(|index| self.states[index]);
                let near = |area: Area| end.is_some_and(|end| area.shrunk(-2.0).overlaps(end));
                // An arrow to a mark of a state's history ends inside of it.
                if !state.is_some_and(near) {
                    mistakes.push(format!("rows {} do not reach {id}", line.rows));
                }
            }
        }
        assert_eq!(chart.states.len(), self.states.len());
    }
}

/// The stretches of a path of `M`, `L` and `Q`, as thin rectangles.
fn stretches(path: &str) -> Vec<Area> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for command in path.split_inclusive(['M', 'L', 'Q']) {
        let numbers: Vec<f64> = command
            .split([' ', 'M', 'L', 'Q'])
            .filter_map(|number| number.parse().ok())
            .collect();
        points.extend(numbers.chunks(2).map(|pair| (pair[0], pair[1])));
    }
    let stretches = points.windows(2).map(|pair| Area {
        left: pair[0].0.min(pair[1].0) - 0.2,
        top: pair[0].1.min(pair[1].1) - 0.2,
        right: pair[0].0.max(pair[1].0) + 0.2,
        bottom: pair[0].1.max(pair[1].1) + 0.2,
    });
    stretches.collect()
}
