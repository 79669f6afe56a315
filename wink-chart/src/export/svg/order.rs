//! Which of two things stands higher, so that no arrows run in a circle.
//!
//! Must not know of: coordinates.

use super::scene::{Scene, Thing};
use crate::{Chart, StateId};
use alloc::vec;
use alloc::vec::Vec;

/// All things, from the top down. What is inside of a state stands together, below its title.
///
/// Among the children of one state the order is that of a depth-first search along the arrows
/// between them, begun at the initial child: only arrows that close a circle go up.
pub(super) fn order(chart: &Chart, scene: &Scene) -> Vec<Thing> {
    let mut search = Search {
        chart,
        scene,
        order: Vec::new(),
    };
    search.state(StateId::ROOT);
    search.order
}

struct Search<'a> {
    chart: &'a Chart,
    scene: &'a Scene,
    order: Vec<Thing>,
}

impl Search<'_> {
    fn state(&mut self, state: StateId) {
        let chart = self.chart;
        let is_cluster = self.scene.is_cluster(state);
        if !is_cluster && state != StateId::ROOT || chart.states.len() == 1 {
            self.order.push(Thing::Box(state));
            return;
        }
        if is_cluster {
            self.order.push(Thing::Title(state));
        }
        for is_deep in [false, true] {
            let history = Thing::History(state, is_deep);
            if self.scene.arrows.iter().any(|arrow| arrow.to == history) {
                self.order.push(history);
            }
        }
        for child in self.children(state) {
            self.state(child);
        }
        if is_cluster {
            self.order.push(Thing::Foot(state));
        }
    }

    fn children(&self, parent: StateId) -> Vec<StateId> {
        let chart = self.chart;
        let arrows = self.scene.arrows.iter().filter_map(|arrow| {
            let from = chart.child_towards(parent, arrow.from.state())?;
            let to = chart.child_towards(parent, arrow.to.state())?;
            (from != to).then_some((from, to))
        });
        let arrows: Vec<(StateId, StateId)> = arrows.collect();
        let mut visited = vec![false; chart.states.len()];
        let mut finished = Vec::new();
        // Begun at the last, since what is finished last stands first.
        let initial = chart.state(parent).initial;
        let starts = initial.into_iter().chain(chart.children(parent));
        let mut groups: Vec<Vec<StateId>> = Vec::new();
        for start in starts {
            visit(start, &arrows, &mut visited, &mut finished);
            finished.reverse();
            groups.push(core::mem::take(&mut finished));
        }
        groups.into_iter().flatten().collect()
    }
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
