//! Which states some chain of transitions reaches.
//!
//! A guard may always hold, and a message may always come: what is said to be unreachable is so
//! for certain.

use super::tree;
use crate::diagnostics::{Diagnostics, lint};
use crate::model::{Chart, StateId, StateKind, Target};

/// What can be entered, and in what the machine can rest.
pub struct Reach {
    /// By state: whether it can be active.
    active: Vec<bool>,
    /// By state: whether it can be entered as a target or a default, not only as an ancestor of
    /// one. A composite without an initial child rests in itself only then.
    arrived: Vec<bool>,
    /// The same as `active`, were there no target that is a history.
    without_history: Vec<bool>,
}

impl Reach {
    pub fn of(chart: &Chart<'_>) -> Self {
        let whole = Search::run(chart, true, None);
        let plain = Search::run(chart, false, None);
        Reach {
            active: whole.active,
            arrived: whole.arrived,
            without_history: plain.active,
        }
    }

    pub fn is_active(&self, id: StateId) -> bool {
        self.active[id.index()]
    }

    pub fn is_active_without_history(&self, id: StateId) -> bool {
        self.without_history[id.index()]
    }

    /// Whether the machine can be found in `id`, with nothing inside it active.
    pub fn rests(&self, chart: &Chart<'_>, id: StateId) -> bool {
        let state = tree::state(chart, id);
        let innermost = match state.kind {
            StateKind::Leaf | StateKind::Final => true,
            StateKind::Parallel => false,
            StateKind::Composite => {
                state.initial.is_none() && children_needed(chart, id).is_empty()
            }
        };
        innermost && self.arrived[id.index()]
    }
}

/// A search from the start over all rows.
struct Search<'c, 'a> {
    chart: &'c Chart<'a>,
    active: Vec<bool>,
    arrived: Vec<bool>,
    open: Vec<StateId>,
}

impl<'c, 'a> Search<'c, 'a> {
    /// `kept` are states to begin with beside the start.
    fn run(chart: &'c Chart<'a>, histories: bool, kept: Option<&[StateId]>) -> Self {
        let none = vec![false; chart.states.len()];
        let (active, arrived) = (none.clone(), none);
        let mut search = Search {
            chart,
            active,
            arrived,
            open: Vec::new(),
        };
        search.arrive(tree::ROOT);
        for id in kept.unwrap_or_default() {
            search.enter(*id);
        }
        while let Some(id) = search.open.pop() {
            for row in &tree::state(chart, id).rows {
                for target in &tree::row(chart, *row).targets {
                    match target {
                        Target::State(id) => search.enter(*id),
                        Target::History(id) | Target::DeepHistory(id) if histories => {
                            search.enter(*id);
                        }
                        _ => {}
                    }
                }
            }
        }
        search
    }

    /// As the target of a transition: with everything around it and the regions beside it.
    fn enter(&mut self, id: StateId) {
        let chart = self.chart;
        for outer in tree::upwards(chart, id).skip(1) {
            self.activate(outer);
        }
        for (whole, _) in tree::regions(chart, id) {
            for region in &tree::state(chart, whole).children {
                if !tree::lies_in(chart, id, *region) && id != *region {
                    self.arrive(*region);
                }
            }
        }
        self.arrive(id);
    }

    /// With what is entered in it by default.
    fn arrive(&mut self, id: StateId) {
        self.activate(id);
        if std::mem::replace(&mut self.arrived[id.index()], true) {
            return;
        }
        let state = tree::state(self.chart, id);
        if state.kind == StateKind::Parallel {
            for region in &state.children {
                self.arrive(*region);
            }
            return;
        }
        match state.initial {
            Some(_) => {
                // A second initial child has been reported, and was meant for something.
                for child in &state.children {
                    let written = tree::state(self.chart, *child).ast;
                    if written.is_some_and(|written| written.options.initial.is_some()) {
                        self.arrive(*child);
                    }
                }
            }
            None => {
                for child in children_needed(self.chart, id) {
                    self.arrive(*child);
                }
            }
        }
    }

    fn activate(&mut self, id: StateId) {
        if !std::mem::replace(&mut self.active[id.index()], true) {
            self.open.push(id);
        }
    }
}

/// The children among which somebody forgot to mark the initial one (reported): any may be it.
fn children_needed<'c>(chart: &'c Chart<'_>, id: StateId) -> &'c [StateId] {
    let state = tree::state(chart, id);
    let in_parallel = state
        .parent
        .is_some_and(|parent| tree::state(chart, parent).kind == StateKind::Parallel);
    let needed = id == tree::ROOT || in_parallel || state.shallow_history || state.deep_history;
    match state.initial {
        None if needed && state.kind == StateKind::Composite => &state.children,
        _ => &[],
    }
}

pub fn check(diagnostics: &mut Diagnostics, chart: &Chart<'_>, reach: &Reach) {
    if chart.lost_target {
        return;
    }
    // What only a kept state reaches is kept with it.
    let kept: Vec<StateId> = tree::inner(chart)
        .filter(|id| !reach.is_active(*id) && tree::allowed(chart, *id, lint::UNREACHABLE))
        .collect();
    let known = Search::run(chart, true, Some(&kept));
    let lost: Vec<StateId> = tree::inner(chart)
        .filter(|id| {
            let parent = tree::state(chart, *id).parent.unwrap_or(tree::ROOT);
            // What lies in an unreachable state is reached with it, or reported the next time;
            // what lies in a final one is a mistake already.
            let around = tree::state(chart, parent);
            // A second state of a name cannot be named.
            let name = tree::state(chart, *id).ident;
            let again = chart.states[1..id.index()]
                .iter()
                .any(|first| first.ident == name);
            let blamed = again || around.kind == StateKind::Final || !known.active[parent.index()];
            !known.active[id.index()] && !blamed
        })
        .collect();
    let reached: Vec<Vec<bool>> = lost
        .iter()
        .map(|id| Search::run(chart, true, Some(&[*id])).active)
        .collect();
    for (at, id) in lost.iter().enumerate() {
        // Of a chain of them only the first is the mistake; of a circle, the first as written.
        let follows = (0..lost.len()).any(|other| {
            let back = reached[at][lost[other].index()];
            other != at && reached[other][id.index()] && (!back || other < at)
        });
        if !follows {
            diagnostics.unreachable_state(tree::state(chart, *id).ident);
        }
    }
}
