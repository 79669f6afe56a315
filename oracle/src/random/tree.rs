//! The tree of states.

use super::{Random, Shape};
use wink_chart::{State, StateId, StateKind, Text};

/// No composite lies deeper than this.
const DEPTH: usize = 4;

/// A tree in document order; initial children are set, final states are in place.
pub(super) fn states(random: &mut Random, shape: Shape) -> Vec<State> {
    let count = 2 + random.below(shape.states.max(3) - 2);
    let mut tree = Tree {
        random,
        shape,
        left: count,
        states: vec![root()],
    };
    tree.children(StateId::ROOT, 0);
    tree.states
}

struct Tree<'r> {
    random: &'r mut Random,
    shape: Shape,
    /// How many states may still be made.
    left: usize,
    states: Vec<State>,
}

impl Tree<'_> {
    /// Gives the state its children, and their children.
    fn children(&mut self, parent: StateId, depth: usize) {
        let kind = self.states[parent.index()].kind;
        let wanted = match kind {
            StateKind::Parallel => 2 + self.random.below(2),
            _ if parent == StateId::ROOT => 2 + self.random.below(4),
            _ => 1 + self.random.below(4),
        };
        let mut children = Vec::new();
        for _ in 0..wanted.min(self.left) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            children.push(self.child(parent, depth));
        }
        let candidates: Vec<_> = children
            .into_iter()
            .filter(|&child| self.can_begin(child))
            .collect();
        let begins = parent == StateId::ROOT || self.random.percent(70) || self.must_begin(parent);
        if kind == StateKind::Composite && begins && !candidates.is_empty() {
            self.states[parent.index()].initial = Some(self.random.pick(&candidates));
        }
    }

    /// Makes one child with all that is in it.
    fn child(&mut self, parent: StateId, depth: usize) -> StateId {
        let id = StateId(self.states.len() as u16);
        let kind = self.kind(parent, depth);
        let name = format!("s{}", id.0);
        let mut state = state(name, Some(parent), kind);
        if self.random.percent(60) && kind != StateKind::Final {
            state.entry = Some(Text::Owned(format!("enter{}", id.0)));
        }
        if self.random.percent(50) && kind != StateKind::Final {
            state.exit = Some(Text::Owned(format!("exit{}", id.0)));
        }
        self.states.push(state);
        if matches!(kind, StateKind::Composite | StateKind::Parallel) {
            self.children(id, depth + 1);
        }
        id
    }

    fn kind(&mut self, parent: StateId, depth: usize) -> StateKind {
        let in_parallel = self.states[parent.index()].kind == StateKind::Parallel;
        let is_first = self.states.len() == parent.index() + 1;
        let deep = depth >= DEPTH || self.left < 2;
        match self.random.below(100) {
            0..35 if !deep => StateKind::Composite,
            35..55 if !deep && self.shape.parallel && self.left >= 4 => StateKind::Parallel,
            // A region that is final from the start makes little sense, and the end of the
            // machine should not come too early.
            55..75 if !in_parallel && !is_first && parent != StateId::ROOT => StateKind::Final,
            75..78 if !is_first && parent == StateId::ROOT => StateKind::Final,
            _ if in_parallel && !deep => StateKind::Composite,
            _ => StateKind::Leaf,
        }
    }

    /// The compiler wants a composite that is a region to have an initial child.
    fn must_begin(&self, state: StateId) -> bool {
        let parent = self.states[state.index()].parent;
        let is_region = |id: StateId| self.states[id.index()].kind == StateKind::Parallel;
        self.shape.compiles && parent.is_some_and(is_region)
    }

    fn can_begin(&self, state: StateId) -> bool {
        self.states[state.index()].kind != StateKind::Final
    }
}

fn root() -> State {
    let mut root = state("machine".to_owned(), None, StateKind::Composite);
    root.entry = Some(Text::Borrowed("enter0"));
    root.exit = Some(Text::Borrowed("exit0"));
    root
}

fn state(name: String, parent: Option<StateId>, kind: StateKind) -> State {
    State {
        name: Text::Owned(name),
        documentation: Text::Borrowed(""),
        parent,
        kind,
        initial: None,
        entry: None,
        exit: None,
        local: None,
    }
}
