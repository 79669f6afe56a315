//! Where everything stands: each state with others inside is laid out by itself, the inner ones
//! first; in the one around it it is then a box. An arrow between two such states is cut at the
//! borders that it crosses, and its parts meet there.
//!
//! Must not know of: how it is painted.

use super::area::{Area, Point};
use super::level::{End, Level, Link, Node, Placement, Role, place as place_level};
use super::order::{between, order};
use super::route;
use super::scene::{Arrow, Scene, Thing};
use crate::{Chart, StateId};
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// An arrow's course and the place of its label.
pub(super) struct Course {
    pub points: Vec<Point>,
    pub label: Option<Area>,
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
/// Room around the picture, and around what is inside of a state.
const MARGIN: f64 = 16.0;
const PADDING: f64 = 14.0;
/// Room above the title of a state.
const OVER_TITLE: f64 = 8.0;

/// How much is laid out at most: the sum, over all arrows and all states that they run in, of what
/// lies in that state. An arrow passes no more than that. A chart of thirty states has a hundredth.
const BUDGET: usize = 60_000;

/// Finds a place for everything; `None` when that is too much.
pub(super) fn place(chart: &Chart, scene: &Scene) -> Option<Placed> {
    let between = between(chart, scene);
    let mut nest = Nest {
        chart,
        scene,
        orders: chart
            .state_ids()
            .map(|state| order(chart, scene, &between[state.index()], state))
            .collect(),
        plans: chart.state_ids().map(|_| Plan::default()).collect(),
        parts: chart.state_ids().map(|_| None).collect(),
        legs: scene.arrows.iter().map(|_| Vec::new()).collect(),
        loops: BTreeMap::new(),
    };
    let mut left = BUDGET;
    for index in 0..scene.arrows.len() {
        nest.divide(index);
        let legs = nest.legs[index].iter();
        let passed: usize = legs
            .map(|(state, _)| nest.orders[state.index()].len())
            .sum();
        left = left.checked_sub(passed)?;
    }
    // The inner ones stand behind the outer ones in the document.
    for state in chart.state_ids().rev() {
        if state == StateId::ROOT || scene.is_cluster(state) {
            let part = nest.part(state);
            nest.parts[state.index()] = Some(part);
        }
    }
    Some(nest.assemble())
}

/// What an arrow is in one state.
enum Leg {
    /// From one thing in it to another, the upper one first.
    Whole(Thing, Thing),
    /// From a thing in it down to its border.
    Out(Thing),
    /// From its border down to a thing in it.
    In(Thing),
}

/// The arrows that run in one state, by their index.
#[derive(Default)]
struct Plan {
    legs: Vec<(usize, Leg)>,
}

/// One state laid out, from the upper left corner of its border.
struct Part {
    placement: Placement,
    things: Vec<Thing>,
    /// Where arrows cross the border, from its left.
    ports: BTreeMap<usize, f64>,
    width: f64,
    height: f64,
    /// Where the placement lies in it.
    left: f64,
    top: f64,
}

struct Nest<'a> {
    chart: &'a Chart,
    scene: &'a Scene,
    orders: Vec<Vec<Thing>>,
    plans: Vec<Plan>,
    parts: Vec<Option<Part>>,
    /// Of each arrow, the states that it runs in, from its upper end, and its number in them.
    legs: Vec<Vec<(StateId, usize)>>,
    /// The arrow of each thing that leads back to it.
    loops: BTreeMap<Thing, usize>,
}

impl Nest<'_> {
    /// The thing in a state that is, or holds, another thing.
    fn item(&self, around: StateId, thing: Thing) -> Option<Thing> {
        match thing {
            Thing::Title(state) | Thing::History(state, _) if state == around => Some(thing),
            _ => {
                let child = self.chart.child_towards(around, thing.state())?;
                Some(self.scene.anchor(child))
            }
        }
    }

    /// The innermost state in which a thing is an item.
    fn around(&self, thing: Thing) -> StateId {
        match thing {
            Thing::History(state, _) => state,
            _ => self.chart.parent(thing.state()).unwrap_or(StateId::ROOT),
        }
    }

    /// Cuts an arrow into what it is in each state.
    fn divide(&mut self, index: usize) {
        let Arrow { from, to, .. } = self.scene.arrows[index];
        if from == to {
            self.loops.insert(from, index);
            return;
        }
        // The innermost state in which both ends are, or lie in, things of their own.
        let mut around = self.chart.and_ancestors(from.state());
        let both = around.find_map(|state| {
            let (one, two) = (self.item(state, from)?, self.item(state, to)?);
            (one != two).then_some((state, one, two))
        });
        let Some((state, one, two)) = both else {
            return;
        };
        let place = |thing| {
            self.orders[state.index()]
                .iter()
                .position(|&other| other == thing)
        };
        let (upper, lower) = if place(one) <= place(two) {
            (one, two)
        } else {
            (two, one)
        };
        let (top, bottom) = if upper == one { (from, to) } else { (to, from) };
        let mut legs = Vec::new();
        let mut outwards = self.outwards(top, upper);
        for (inner, item) in outwards.drain(..) {
            legs.push((inner, Leg::Out(item)));
        }
        legs.push((state, Leg::Whole(upper, lower)));
        for (inner, item) in self.outwards(bottom, lower).into_iter().rev() {
            legs.push((inner, Leg::In(item)));
        }
        for (state, leg) in legs {
            let plan = &mut self.plans[state.index()];
            self.legs[index].push((state, plan.legs.len()));
            plan.legs.push((index, leg));
        }
    }

    /// The states from around a thing out to the item that holds it, and what holds it in each.
    fn outwards(&self, thing: Thing, item: Thing) -> Vec<(StateId, Thing)> {
        let mut states = Vec::new();
        if thing == item {
            return states;
        }
        let mut state = self.around(thing);
        loop {
            states.extend(self.item(state, thing).map(|inner| (state, inner)));
            if state == item.state() {
                return states;
            }
            let Some(parent) = self.chart.parent(state) else {
                return states;
            };
            state = parent;
        }
    }

    /// The room that a thing takes in the state around it.
    fn node(&self, thing: Thing, around: StateId) -> Node {
        let is_title = thing == Thing::Title(around);
        let (mut width, mut height) = match (thing, &self.parts[thing.state().index()]) {
            (Thing::Title(_), Some(part)) if !is_title => (part.width, part.height),
            _ => self.scene.size(thing),
        };
        let body = height;
        let (mut left, mut right) = (0.0, 0.0);
        if !is_title && matches!(thing, Thing::Box(_) | Thing::Title(_)) {
            left = self.scene.entrance(thing.state());
            if let Some(&index) = self.loops.get(&thing) {
                let (label_width, label_height) = self.scene.arrows[index].size();
                right = LOOP + 4.0 + label_width;
                height = height.max(label_height);
            }
        }
        width += left + right;
        let role = if is_title { Role::Title } else { Role::Item };
        Node {
            role,
            width,
            height,
            left,
            right,
            body,
        }
    }

    /// Lays out one state; those inside are.
    fn part(&self, state: StateId) -> Part {
        let things = self.orders[state.index()].clone();
        let mut level = Level {
            nodes: things
                .iter()
                .map(|&thing| self.node(thing, state))
                .collect(),
            links: Vec::new(),
        };
        let plan = &self.plans[state.index()];
        let end = |thing: Thing, index: usize, level: &Level| {
            let node = things.iter().position(|&other| other == thing);
            let node = node.unwrap_or(0);
            let inner = match thing {
                Thing::Title(inner) if inner != state => self.parts[inner.index()].as_ref(),
                _ => None,
            };
            let port = inner.and_then(|part| part.ports.get(&index));
            let at = port.map(|port| level.nodes[node].left + port);
            End { node, at }
        };
        let mut ports = Vec::new();
        for (index, leg) in &plan.legs {
            let mut port = |role| {
                let node = level.nodes.len();
                level.nodes.push(Node {
                    role,
                    width: 0.0,
                    height: 0.0,
                    left: 0.0,
                    right: 0.0,
                    body: 0.0,
                });
                ports.push((*index, node));
                End { node, at: None }
            };
            let (upper, lower, label) = match *leg {
                Leg::Whole(upper, lower) => (
                    end(upper, *index, &level),
                    end(lower, *index, &level),
                    Some(self.scene.arrows[*index].size()),
                ),
                Leg::Out(thing) => {
                    let below = port(Role::Below);
                    (end(thing, *index, &level), below, None)
                }
                Leg::In(thing) => {
                    let above = port(Role::Above);
                    (above, end(thing, *index, &level), None)
                }
            };
            level.links.push(Link {
                upper,
                lower,
                label,
            });
        }
        let placement = place_level(&level);
        self.framed(state, things, placement, &ports)
    }

    /// Puts the border around what lies in a state.
    fn framed(
        &self,
        state: StateId,
        things: Vec<Thing>,
        mut placement: Placement,
        ports: &[(usize, usize)],
    ) -> Part {
        let (side, top, bottom) = match self.scene.is_cluster(state) {
            true => (PADDING, OVER_TITLE, PADDING),
            false => (0.0, 0.0, 0.0),
        };
        // Arrows from outside begin at the border.
        for (leg, course) in self.plans[state.index()]
            .legs
            .iter()
            .zip(&mut placement.courses)
        {
            match leg.1 {
                Leg::Out(_) => {
                    if let Some(end) = course.last_mut() {
                        end.y += bottom;
                    }
                }
                Leg::In(_) => {
                    if let Some(end) = course.first_mut() {
                        end.y -= top;
                    }
                }
                Leg::Whole(..) => {}
            }
        }
        let port = |&(index, node): &(usize, usize)| (index, side + placement.areas[node].x);
        Part {
            things,
            ports: ports.iter().map(port).collect(),
            width: placement.width + 2.0 * side,
            height: placement.height + top + bottom,
            left: side,
            top,
            placement,
        }
    }

    /// Puts the parts into each other.
    fn assemble(self) -> Placed {
        let mut placed = Placed {
            things: BTreeMap::new(),
            borders: BTreeMap::new(),
            courses: Vec::new(),
            width: 0.0,
            height: 0.0,
        };
        let mut corners = vec![
            Point {
                x: MARGIN,
                y: MARGIN
            };
            self.chart.states.len()
        ];
        for state in self.chart.state_ids() {
            if let Some(part) = &self.parts[state.index()] {
                self.unfold(state, part, &mut corners, &mut placed);
            }
        }
        for (index, arrow) in self.scene.arrows.iter().enumerate() {
            let course = self.course(index, arrow, &corners, &placed);
            placed.courses.push(course);
        }
        if let Some(part) = &self.parts[StateId::ROOT.index()] {
            placed.width = part.width + 2.0 * MARGIN;
            placed.height = part.height + 2.0 * MARGIN;
        }
        placed
    }

    fn unfold(&self, state: StateId, part: &Part, corners: &mut [Point], placed: &mut Placed) {
        let corner = corners[state.index()];
        if self.scene.is_cluster(state) {
            placed.borders.insert(
                state,
                Area {
                    x: corner.x + part.width / 2.0,
                    y: corner.y + part.height / 2.0,
                    width: part.width,
                    height: part.height,
                },
            );
        }
        for (&thing, area) in part.things.iter().zip(&part.placement.areas) {
            let node = self.node(thing, state);
            let width = node.width - node.left - node.right;
            let body = Area {
                x: corner.x + part.left + area.left() + node.left + width / 2.0,
                y: corner.y + part.top + area.y,
                width,
                height: node.body,
            };
            match thing {
                Thing::Title(inner) if inner != state => {
                    corners[inner.index()] = Point {
                        x: body.left(),
                        y: body.top(),
                    };
                }
                _ => {
                    placed.things.insert(thing, body);
                }
            }
        }
    }

    /// An arrow's course from its beginning to its end.
    fn course(&self, index: usize, arrow: &Arrow, corners: &[Point], placed: &Placed) -> Course {
        if arrow.from == arrow.to {
            return self.circle(arrow, placed);
        }
        let mut course = Course {
            points: Vec::new(),
            label: None,
        };
        for &(state, number) in &self.legs[index] {
            let Some(part) = &self.parts[state.index()] else {
                continue;
            };
            let corner = corners[state.index()];
            let (dx, dy) = (corner.x + part.left, corner.y + part.top);
            let points = part.placement.courses[number].iter();
            course.points.extend(points.map(|point| Point {
                x: point.x + dx,
                y: point.y + dy,
            }));
            if let Some(label) = part.placement.labels[number] {
                course.label = Some(Area {
                    x: label.x + dx,
                    y: label.y + dy,
                    ..label
                });
            }
        }
        if self.is_turned(index, arrow) {
            course.points.reverse();
        }
        course.points = route::straightened(&course.points);
        course
    }

    /// Does this arrow point up?
    fn is_turned(&self, index: usize, arrow: &Arrow) -> bool {
        self.legs[index].iter().any(|&(state, number)| {
            let leg = &self.plans[state.index()].legs[number].1;
            match *leg {
                Leg::Whole(upper, _) => self.item(state, arrow.from) != Some(upper),
                Leg::Out(_) | Leg::In(_) => false,
            }
        })
    }

    /// A loop at the right of what it begins and ends at.
    fn circle(&self, arrow: &Arrow, placed: &Placed) -> Course {
        let area = match arrow.from {
            Thing::Title(state) => placed.borders.get(&state),
            thing => placed.things.get(&thing),
        };
        let (width, height) = arrow.size();
        let label = |area: &Area| Area {
            x: area.right() + LOOP + 4.0 + width / 2.0,
            y: area.y,
            width,
            height,
        };
        Course {
            points: area.map(route::around).unwrap_or_default(),
            label: area.map(label),
        }
    }
}
