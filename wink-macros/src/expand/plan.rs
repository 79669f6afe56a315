//! What a transition leaves and enters, worked out at compile time.
//!
//! For a chart without parallel states: its configuration is one resting state, so every
//! sequence of exits and entries is known as soon as the resting state and the target are.
//!
//! Must not know of: tokens, functions, `quote!`.

use crate::model::{Chart, StateId, StateKind, Target};
use std::ops::Range;

/// The tree of a chart's states, for questions of who lies in whom.
pub struct Tree {
    nodes: Vec<Node>,
    /// The chart says what straight code cannot do.
    is_extended: bool,
}

struct Node {
    parent: Option<StateId>,
    children: Vec<StateId>,
    initial: Option<StateId>,
    kind: StateKind,
    depth: usize,
    /// One past the last descendant: document order keeps a subtree together.
    end: u16,
}

/// States to leave, innermost first.
#[derive(Debug, PartialEq, Eq)]
pub enum Exit {
    State(StateId),
    /// Which states come next depends on the resting state: for each of these sets another list.
    Depends(Vec<(Vec<StateId>, Vec<Exit>)>),
}

/// States to enter, outermost first, and the state in which that ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub states: Vec<StateId>,
    pub rest: StateId,
}

/// A target with everything that follows from it.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Stay,
    /// To a state that is known.
    Known(Journey),
    /// To the state that a history slot has recorded: one journey for each, and one for when
    /// nothing is recorded.
    Recorded {
        slot: usize,
        each: Vec<(StateId, Journey)>,
        otherwise: Journey,
    },
}

/// From what is left to what is entered.
#[derive(Debug, PartialEq, Eq)]
pub struct Journey {
    /// Stays active; everything active inside it is left.
    pub domain: StateId,
    pub exits: Vec<Exit>,
    pub entry: Entry,
}

/// A place for the memory of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub of: StateId,
    pub deep: bool,
}

impl Tree {
    pub fn of(chart: &Chart<'_>) -> Tree {
        let states = chart.states.iter();
        let mut tree = Tree::new(states.map(|state| (state.parent, state.kind, state.initial)));
        tree.is_extended = chart
            .document
            .as_ref()
            .is_some_and(|document| document.is_extended(&chart.rows));
        tree
    }

    /// From each state's parent, kind and initial child, in document order, the root first.
    fn new(states: impl Iterator<Item = (Option<StateId>, StateKind, Option<StateId>)>) -> Tree {
        let mut nodes: Vec<Node> = Vec::new();
        for (index, (parent, kind, initial)) in states.enumerate() {
            let id = StateId(index as u16);
            let depth = parent.map_or(0, |parent: StateId| nodes[parent.index()].depth + 1);
            nodes.push(Node {
                parent,
                children: Vec::new(),
                initial,
                kind,
                depth,
                end: id.0 + 1,
            });
            let mut ancestor = parent;
            while let Some(state) = ancestor {
                nodes[state.index()].end = id.0 + 1;
                ancestor = nodes[state.index()].parent;
            }
            if let Some(parent) = parent {
                nodes[parent.index()].children.push(id);
            }
        }
        Tree {
            nodes,
            is_extended: false,
        }
    }

    fn node(&self, state: StateId) -> &Node {
        &self.nodes[state.index()]
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn parent(&self, state: StateId) -> Option<StateId> {
        self.node(state).parent
    }

    pub fn kind(&self, state: StateId) -> StateKind {
        self.node(state).kind
    }

    /// Whether the engine of parallel charts has to run it: any parallel state at all, or what
    /// only documents say. Then nothing in here but the tree is of use.
    pub fn is_interpreted(&self) -> bool {
        self.is_extended
            || self
                .nodes
                .iter()
                .any(|node| node.kind == StateKind::Parallel)
    }

    fn subtree(&self, state: StateId) -> Range<u16> {
        state.0..self.node(state).end
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn within(&self, inner: StateId, outer: StateId) -> bool {
        self.subtree(outer).contains(&inner.0)
    }

    /// The state and its ancestors, innermost first.
    pub fn upwards(&self, state: StateId) -> impl Iterator<Item = StateId> + '_ {
        std::iter::successors(Some(state), |&state| self.parent(state))
    }

    /// Whether a configuration can rest in it, none of its children being active.
    pub fn rests(&self, state: StateId) -> bool {
        self.node(state).initial.is_none() && self.kind(state) != StateKind::Parallel
    }

    /// All states in which a configuration can rest that is `state` or lies in it. The root is
    /// one when the machine has no states.
    pub fn resting_in(&self, state: StateId) -> Vec<StateId> {
        self.subtree(state)
            .map(StateId)
            .filter(|&state| self.rests(state))
            .collect()
    }

    /// Where a transition takes place: the innermost state that it leaves active. The source
    /// for a target inside it (local), otherwise the least common ancestor of both.
    pub fn domain(&self, source: StateId, target: StateId, reenter: bool) -> StateId {
        if !reenter && source != target && self.within(target, source) {
            return source;
        }
        // A state that contains both and is neither; for the root's own rows the root.
        let mut ancestor = self.parent(source).unwrap_or(StateId::ROOT);
        while target == ancestor || !self.within(target, ancestor) {
            let Some(parent) = self.parent(ancestor) else {
                break;
            };
            ancestor = parent;
        }
        ancestor
    }

    /// From inside `domain` to `target`, then through initial children.
    pub fn entry(&self, domain: StateId, target: StateId) -> Entry {
        let mut states: Vec<StateId> = self
            .upwards(target)
            .take_while(|&state| state != domain)
            .collect();
        states.reverse();
        let mut rest = target;
        while let Some(initial) = self.node(rest).initial {
            states.push(initial);
            rest = initial;
        }
        Entry { states, rest }
    }

    /// What has to be left inside `domain`, the resting state being one of `origins`.
    pub fn exits(&self, origins: &[StateId], domain: StateId) -> Vec<Exit> {
        let inside: Vec<StateId> = origins
            .iter()
            .copied()
            .filter(|&origin| origin != domain && self.within(origin, domain))
            .collect();
        let mut groups: Vec<(Vec<StateId>, Vec<Exit>)> = Vec::new();
        for &child in &self.node(domain).children {
            let within: Vec<StateId> = inside
                .iter()
                .copied()
                .filter(|&origin| self.within(origin, child))
                .collect();
            if within.is_empty() {
                continue;
            }
            let mut exits = self.exits(&within, child);
            exits.push(Exit::State(child));
            groups.push((within, exits));
        }
        match groups.len() {
            0 => Vec::new(),
            1 if inside.len() == origins.len() => groups.remove(0).1,
            _ => vec![Exit::Depends(groups)],
        }
    }

    fn journey(
        &self,
        origins: &[StateId],
        source: StateId,
        target: StateId,
        reenter: bool,
    ) -> Journey {
        let domain = self.domain(source, target, reenter);
        Journey {
            domain,
            exits: self.exits(origins, domain),
            entry: self.entry(domain, target),
        }
    }

    /// What a target of a row means when the resting state is one of `origins`, all of which
    /// lie in `source`.
    pub fn route(
        &self,
        slots: &[Slot],
        origins: &[StateId],
        source: StateId,
        target: Target,
        reenter: bool,
    ) -> Route {
        let (of, deep) = match target {
            Target::Stay => return Route::Stay,
            Target::State(state) => {
                return Route::Known(self.journey(origins, source, state, reenter));
            }
            Target::History(of) => (of, false),
            Target::DeepHistory(of) => (of, true),
        };
        let journey = |state| self.journey(origins, source, state, reenter);
        let recorded = if deep {
            self.resting_in(of)
        } else {
            self.node(of).children.clone()
        };
        // Nothing recorded yet: as if the composite's initial child had been.
        let default = self.node(of).initial.unwrap_or(of);
        Route::Recorded {
            slot: slots
                .iter()
                .position(|slot| *slot == Slot { of, deep })
                .unwrap_or_default(),
            each: recorded
                .into_iter()
                .filter(|&state| state != of)
                .map(|state| (state, journey(state)))
                .collect(),
            otherwise: journey(default),
        }
    }
}

/// The history slots of a chart: by state, shallow before deep, one for each history that is
/// the target of a row. The runtime numbers its slots by the same rule.
pub fn slots(targets: impl Iterator<Item = Target>) -> Vec<Slot> {
    let mut slots: Vec<(StateId, bool)> = targets
        .filter_map(|target| match target {
            Target::History(of) => Some((of, false)),
            Target::DeepHistory(of) => Some((of, true)),
            Target::State(_) | Target::Stay => None,
        })
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
        .into_iter()
        .map(|(of, deep)| Slot { of, deep })
        .collect()
}

#[cfg(test)]
#[path = "../tests/plan.rs"]
mod tests;
