//! Where everything stands, found by dagre.
//!
//! Must not know of: how it is painted.

use super::area::{Area, Point};
use super::order::order;
use super::route;
use super::scene::{Arrow, Scene, Thing};
use crate::{Chart, StateId};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

/// An arrow's course and the place of its label.
pub(super) struct Course {
    pub points: Vec<Point>,
    pub label: Option<Area>,
    /// Begins and ends at the same thing.
    pub is_loop: bool,
}

/// Where everything stands.
pub(super) struct Placed {
    pub things: BTreeMap<Thing, Area>,
    /// The borders of states with others inside.
    pub borders: BTreeMap<StateId, Area>,
    /// Of each arrow of the scene.
    pub courses: Vec<Course>,
    pub width: f64,
    pub height: f64,
}

/// How far a loop reaches out of its state.
pub(super) const LOOP: f64 = 24.0;
/// Room around the picture.
const MARGIN: f64 = 16.0;

type Dagre = Graph<NodeLabel, EdgeLabel>;

/// Finds a place for everything.
pub(super) fn place(chart: &Chart, scene: &Scene) -> Placed {
    let order = order(chart, scene);
    let rank = |thing: Thing| order.iter().position(|&other| other == thing);
    let plan = Plan {
        chart,
        scene,
        names: order.iter().copied().zip(0..).collect(),
    };
    let mut graph: Dagre = Graph::with_options(GraphOptions {
        directed: true,
        multigraph: true,
        compound: true,
    });
    plan.nodes(&mut graph, &order);
    let ends: Vec<_> = scene
        .arrows
        .iter()
        .map(|arrow| plan.ends(arrow.from, arrow.to, rank))
        .collect();
    plan.arrows(&mut graph, &ends);
    plan.structure(&mut graph, &order, &ends);
    let options = LayoutOptions {
        nodesep: 26.0,
        edgesep: 18.0,
        ranksep: 34.0,
        marginx: MARGIN,
        marginy: MARGIN,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));
    plan.read(&graph, &order, &ends)
}

/// How an arrow is given to dagre: always downwards.
struct Ends {
    upper: Thing,
    lower: Thing,
    is_turned: bool,
}

struct Plan<'a> {
    chart: &'a Chart,
    scene: &'a Scene,
    names: BTreeMap<Thing, usize>,
}

impl Plan<'_> {
    /// Names of one length, so that their order as texts is that of their numbers.
    fn name(&self, thing: Thing) -> String {
        format!("thing{:05}", self.names[&thing])
    }

    fn border(state: StateId) -> String {
        format!("border{:05}", state.0)
    }

    /// The nearest state around this thing that has a border.
    fn around(&self, thing: Thing) -> Option<StateId> {
        let inside = match thing {
            Thing::Box(state) => self.chart.parent(state)?,
            _ => thing.state(),
        };
        let mut states = self.chart.and_ancestors(inside);
        states.find(|&state| self.scene.is_cluster(state))
    }

    fn nodes(&self, graph: &mut Dagre, order: &[Thing]) {
        for &thing in order {
            let (width, height) = self.scene.size(thing);
            if matches!(thing, Thing::Foot(_)) && width == 0.0 {
                continue;
            }
            if let Thing::Title(state) = thing {
                graph.set_node(Self::border(state), Some(NodeLabel::default()));
                let mut outer = self.chart.ancestors(state);
                if let Some(outer) = outer.find(|&outer| self.scene.is_cluster(outer)) {
                    graph.set_parent(&Self::border(state), Some(&Self::border(outer)));
                }
            }
            let name = self.name(thing);
            let label = NodeLabel {
                width,
                height,
                ..NodeLabel::default()
            };
            graph.set_node(name.clone(), Some(label));
            if let Some(around) = self.around(thing) {
                graph.set_parent(&name, Some(&Self::border(around)));
            }
        }
    }

    fn ends(&self, from: Thing, to: Thing, rank: impl Fn(Thing) -> Option<usize>) -> Ends {
        let is_turned = rank(to) < rank(from);
        let (upper, lower) = if is_turned { (to, from) } else { (from, to) };
        // An arrow out of a whole state leaves it at its bottom.
        let leaves = |state| {
            let inside = lower.state();
            inside != state && !self.chart.is_descendant(inside, state)
        };
        let upper = match upper {
            Thing::Title(state) if leaves(state) => Thing::Foot(state),
            upper => upper,
        };
        Ends {
            upper,
            lower,
            is_turned,
        }
    }

    fn arrows(&self, graph: &mut Dagre, ends: &[Ends]) {
        for (index, (arrow, ends)) in self.scene.arrows.iter().zip(ends).enumerate() {
            let (mut width, height) = arrow.size();
            if ends.upper == ends.lower {
                width += LOOP + 4.0;
            }
            let label = EdgeLabel {
                width,
                height,
                weight: 2,
                labelpos: dagre::layout::types::LabelPos::Center,
                ..EdgeLabel::default()
            };
            let (upper, lower) = (self.name(ends.upper), self.name(ends.lower));
            graph.set_edge(upper, lower, Some(label), Some(&format!("arrow{index:05}")));
        }
    }

    /// Titles stand above what is inside, feet below it. What hangs below something inside, or
    /// stands above it, does so anyway: it needs no word of its own, and dagre is spared it.
    fn structure(&self, graph: &mut Dagre, order: &[Thing], ends: &[Ends]) {
        let is_inside = |thing: Thing, state: StateId| {
            thing.state() == state || self.chart.is_descendant(thing.state(), state)
        };
        let mut pairs: Vec<(Thing, Thing)> =
            ends.iter().map(|ends| (ends.upper, ends.lower)).collect();
        let mut titles: Vec<(Thing, Thing, i32)> = Vec::new();
        for &thing in order {
            let around = match thing {
                Thing::Title(state) => self.around_state(state),
                Thing::Box(_) | Thing::History(..) => self.around(thing),
                Thing::Foot(_) => None,
            };
            let Some(around) = around else { continue };
            let hangs = |&(upper, lower): &(Thing, Thing)| {
                lower == thing && upper != thing && is_inside(upper, around)
            };
            // The title stands over what is entered first.
            let is_first =
                !matches!(thing, Thing::History(..)) && self.scene.initials[thing.state().index()];
            if is_first || !pairs.iter().any(hangs) {
                titles.push((Thing::Title(around), thing, i32::from(is_first) * 2));
            }
        }
        pairs.extend(titles.iter().map(|&(upper, lower, _)| (upper, lower)));
        let mut feet: Vec<(Thing, Thing, i32)> = Vec::new();
        // Inner feet first: they stand above outer ones.
        for &foot in order.iter().filter(|thing| matches!(thing, Thing::Foot(_))) {
            if !ends.iter().any(|ends| ends.upper == foot) {
                continue;
            }
            for &thing in order
                .iter()
                .filter(|&&thing| is_inside(thing, foot.state()))
            {
                let is_used = !matches!(thing, Thing::Foot(_))
                    || feet.iter().any(|&(_, lower, _)| lower == thing);
                let stands = |&(upper, lower): &(Thing, Thing)| {
                    upper == thing && lower != thing && is_inside(lower, foot.state())
                };
                if thing != foot && is_used && !pairs.iter().any(stands) {
                    feet.push((thing, foot, 0));
                    pairs.push((thing, foot));
                }
            }
        }
        for (upper, lower, weight) in titles.into_iter().chain(feet) {
            let label = EdgeLabel {
                weight,
                ..EdgeLabel::default()
            };
            graph.set_edge(self.name(upper), self.name(lower), Some(label), None);
        }
    }

    fn around_state(&self, state: StateId) -> Option<StateId> {
        let mut outer = self.chart.ancestors(state);
        outer.find(|&outer| self.scene.is_cluster(outer))
    }

    fn read(&self, graph: &Dagre, order: &[Thing], ends: &[Ends]) -> Placed {
        let area = |name: &str| {
            let node = graph.node(name)?;
            Some(Area {
                x: node.x?,
                y: node.y?,
                width: node.width,
                height: node.height,
            })
        };
        let things = order.iter().filter_map(|&thing| {
            let mut area = area(&self.name(thing))?;
            if let Thing::Box(state) = thing {
                let entrance = self.scene.entrance(state);
                area.x += entrance / 2.0;
                area.width -= entrance;
            }
            Some((thing, area))
        });
        let things: BTreeMap<Thing, Area> = things.collect();
        let mut placed = Placed {
            things,
            borders: BTreeMap::new(),
            courses: Vec::new(),
            width: 0.0,
            height: 0.0,
        };
        for (index, ends) in ends.iter().enumerate() {
            placed
                .courses
                .push(self.course(graph, index, ends, &placed));
        }
        self.borders(&mut placed);
        for (arrow, course) in self.scene.arrows.iter().zip(&mut placed.courses) {
            if !course.is_loop {
                let areas = (&placed.things, &placed.borders);
                route::cut(self.chart, arrow, areas, &mut course.points);
            }
        }
        let entrances = placed.borders.iter().map(|(&state, &area)| (state, area));
        let boxes = placed
            .things
            .iter()
            .map(|(&thing, &area)| (thing.state(), area));
        let entrances = entrances.chain(boxes);
        let entrances: Vec<Area> = entrances
            .map(|(state, area)| self.with_entrance(state, area))
            .collect();
        settle(&mut placed, entrances);
        placed
    }

    /// An arrow's course from its beginning to its end.
    fn course(&self, graph: &Dagre, index: usize, ends: &Ends, placed: &Placed) -> Course {
        let (upper, lower) = (self.name(ends.upper), self.name(ends.lower));
        let edge = graph.edge(&upper, &lower, Some(&format!("arrow{index:05}")));
        let (width, height) = self.scene.arrows[index].size();
        let mut points: Vec<Point> = Vec::new();
        let mut label = None;
        if let Some(edge) = edge {
            points = edge
                .points
                .iter()
                .map(|point| Point {
                    x: point.x,
                    y: point.y,
                })
                .collect();
            if let (Some(x), Some(y), true) = (edge.x, edge.y, width > 0.0) {
                label = Some(Area {
                    x,
                    y,
                    width,
                    height,
                });
            }
        }
        let is_loop = ends.upper == ends.lower;
        if let (true, Some(thing)) = (is_loop, placed.things.get(&ends.upper)) {
            points = route::around(thing);
            if let Some(label) = &mut label {
                label.x = thing.right() + LOOP + 4.0 + width / 2.0;
                label.y = thing.y;
            }
        }
        if ends.is_turned {
            points.reverse();
        }
        Course {
            points,
            label,
            is_loop,
        }
    }

    /// The borders: around what is inside, and no wider. dagre keeps more room than that.
    fn borders(&self, placed: &mut Placed) {
        for state in self.chart.state_ids().rev() {
            self.center(state, placed);
            let Some(&title) = placed.things.get(&Thing::Title(state)) else {
                continue;
            };
            let mut border = title;
            border.around(title, 8.0);
            for (&thing, &inside) in &placed.things {
                if self.around(thing) == Some(state) && !matches!(thing, Thing::Foot(_)) {
                    border.around(self.with_entrance(thing.state(), inside), 14.0);
                }
            }
            for (&child, &inside) in &placed.borders {
                if self.around_state(child) == Some(state) {
                    border.around(self.with_entrance(child, inside), 12.0);
                }
            }
            for (arrow, course) in self.scene.arrows.iter().zip(&placed.courses) {
                if !self.lies_in(arrow, state) {
                    continue;
                }
                if let Some(label) = course.label {
                    border.around(label, 8.0);
                }
                for &Point { x, y } in &course.points {
                    let point = Area {
                        x,
                        y,
                        width: 0.0,
                        height: 0.0,
                    };
                    border.around(point, 10.0);
                }
            }
            placed.borders.insert(state, border);
        }
    }

    /// Moves a title that no arrow inside depends on over the middle of what it is the title of,
    /// when nothing runs there.
    fn center(&self, state: StateId, placed: &mut Placed) {
        let title = Thing::Title(state);
        let is_used = |arrow: &Arrow| {
            self.lies_in(arrow, state) && (arrow.from == title || arrow.to == title)
        };
        let inside = |thing: Thing| {
            !matches!(thing, Thing::Foot(_))
                && thing != title
                && (thing.state() == state || self.chart.is_descendant(thing.state(), state))
        };
        let things = placed.things.iter().filter(|&(&thing, _)| inside(thing));
        let areas: Vec<&Area> = things.map(|(_, area)| area).collect();
        let left = areas
            .iter()
            .map(|area| area.left())
            .fold(f64::MAX, f64::min);
        let right = areas
            .iter()
            .map(|area| area.right())
            .fold(f64::MIN, f64::max);
        let Some(&area) = placed.things.get(&title) else {
            return;
        };
        if left > right || self.scene.arrows.iter().any(is_used) {
            return;
        }
        let moved = Area {
            x: (left + right) / 2.0,
            ..area
        };
        let room = Area {
            width: moved.width + 12.0,
            height: moved.height + 6.0,
            ..moved
        };
        let is_crossed = placed.courses.iter().any(|course| {
            let touches = |ends: &[Point]| route::touches(ends[0], ends[1], &room);
            course.points.windows(2).any(touches)
                || course.label.is_some_and(|label| label.overlaps(&room))
        });
        let is_taken = placed
            .things
            .iter()
            .any(|(&thing, area)| thing != title && area.overlaps(&room));
        if !is_crossed && !is_taken {
            placed.things.insert(title, moved);
        }
    }

    fn with_entrance(&self, state: StateId, area: Area) -> Area {
        let entrance = self.scene.entrance(state);
        Area {
            x: area.x - entrance / 2.0,
            width: area.width + entrance,
            ..area
        }
    }

    /// Is this arrow drawn inside of the state all the way?
    fn lies_in(&self, arrow: &Arrow, state: StateId) -> bool {
        let is_inside =
            |thing: Thing| thing.state() == state || self.chart.is_descendant(thing.state(), state);
        is_inside(arrow.from) && is_inside(arrow.to)
    }
}

/// Moves everything so that nothing is above or left of the margin, and measures the whole.
fn settle(placed: &mut Placed, mut areas: Vec<Area>) {
    for course in &placed.courses {
        areas.extend(course.label);
        areas.extend(course.points.iter().map(|&Point { x, y }| Area {
            x,
            y,
            width: 2.0,
            height: 2.0,
        }));
    }
    let Some(mut whole) = areas.first().copied() else {
        return;
    };
    for &area in &areas {
        whole.around(area, MARGIN);
    }
    let (dx, dy) = (-whole.left(), -whole.top());
    let areas = placed
        .things
        .values_mut()
        .chain(placed.borders.values_mut());
    let labels = placed
        .courses
        .iter_mut()
        .filter_map(|course| course.label.as_mut());
    for area in areas.chain(labels) {
        area.x += dx;
        area.y += dy;
    }
    let points = placed
        .courses
        .iter_mut()
        .flat_map(|course| &mut course.points);
    for point in points {
        point.x += dx;
        point.y += dy;
    }
    (placed.width, placed.height) = (whole.width, whole.height);
}
