//! Which of two things in a state stands higher, so that no arrows run in a circle.
//!
//! Must not know of: coordinates.

use super::scene::{Scene, Thing};
use crate::{Chart, StateId};
use alloc::vec;
use alloc::vec::Vec;

/// What lies in a state, from the top down: its own title if it is drawn, marks of its history, and
/// the states in it, those with others inside by their titles.
///
/// The order of the states is that of a depth-first search along the arrows between them, begun at
/// the initial one: only arrows that close a circle go up.
pub(super) fn order(
    chart: &Chart,
    scene: &Scene,
    between: &Between,
    parent: StateId,
) -> Vec<Thing> {
    let mut order = Vec::new();
    if scene.is_cluster(parent) {
        order.push(Thing::Title(parent));
    }
    for is_deep in [false, true] {
        let history = Thing::History(parent, is_deep);
        if scene.arrows.iter().any(|arrow| arrow.to == history) {
            order.push(history);
        }
    }
    if chart.states.len() == 1 && order.is_empty() {
        order.push(Thing::Box(parent));
    }
    let children = children(chart, between, parent).into_iter();
    order.extend(children.map(|child| scene.anchor(child)));
    order
}

/// The arrows between two children of one state, or what is inside of them.
pub(super) type Between = Vec<(StateId, StateId)>;

/// Of each state, the arrows between its children.
pub(super) fn between(chart: &Chart, scene: &Scene) -> Vec<Between> {
    let mut between = vec![Between::new(); chart.states.len()];
    for arrow in &scene.arrows {
        let (from, to) = (arrow.from.state(), arrow.to.state());
        let split = chart.ancestors(from).find_map(|parent| {
            let from = chart.child_towards(parent, from)?;
            let to = chart.child_towards(parent, to)?;
            (from != to).then_some((parent, from, to))
        });
        if let Some((parent, from, to)) = split {
            between[parent.index()].push((from, to));
        }
    }
    between
}

fn children(chart: &Chart, between: &Between, parent: StateId) -> Vec<StateId> {
    let mut visited = vec![false; chart.states.len()];
    let mut finished = Vec::new();
    // Begun at the last, since what is finished last stands first.
    let initial = chart.state(parent).initial;
    let starts = initial.into_iter().chain(chart.children(parent));
    let mut groups: Vec<Vec<StateId>> = Vec::new();
    for start in starts {
        visit(start, between, &mut visited, &mut finished);
        finished.reverse();
        groups.push(core::mem::take(&mut finished));
    }
    groups.into_iter().flatten().collect()
}

fn visit(
    state: StateId,
    arrows: &[(StateId, StateId)],
    visited: &mut [bool],
    finished: &mut Vec<StateId>,
) {
    if core::mem::replace(&mut visited[state.index()], true) {
        return;
    }
    for &(_, to) in arrows.iter().filter(|&&(from, _)| from == state) {
        visit(to, arrows, visited, finished);
    }
    finished.push(state);
}
