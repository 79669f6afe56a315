//! One microstep as a sequence of operations, each of which somebody else performs.
//!
//! The order is here once, for machines with and without `async` functions alike. Must not
//! know of: machines, what the operations do, futures.

use super::selection::Selection;
use super::set::Set;
use super::table::Engine;
use crate::core::store::Configuration;
use wink_chart::{DefaultKind, RowId, StateId, StateKind, Target};

/// What is to be performed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Run the row's function. [`Microstep::choose`] must be told what it returned.
    Act(RowId),
    /// Run the state's exit function; the state is active until the next operation.
    Exit(StateId),
    /// Drop what the state, which was left, remembered.
    Forget(StateId),
    /// Run the state's entry function; the state is active already.
    Enter(StateId),
    /// Run the function of what is entered by default, by its index among the chart's defaults.
    Default(usize),
}

/// What the entry of a state completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Nothing.
    Nothing,
    /// The machine: it was a final state of the root.
    Machine,
    /// The parent of a final state, and the parallel state whose last region that was.
    States(StateId, Option<StateId>),
}

/// A microstep that is under way: choosing rows are asked, states are left, other rows act,
/// what was left is forgotten, states are entered.
#[derive(Clone, Debug)]
pub struct Microstep<const WORDS: usize> {
    phase: Phase,
    selection: Selection<WORDS>,
    exits: Set<WORDS>,
    left: Set<WORDS>,
    entering: Entering<WORDS>,
}

/// What is to be entered.
#[derive(Clone, Copy, Debug)]
struct Entering<const WORDS: usize> {
    states: Set<WORDS>,
    /// The states in which what is entered was found by default, by [`KINDS`].
    by_default: [Set<WORDS>; 3],
}

/// The kinds of defaults, in the order in which their functions run.
const KINDS: [DefaultKind; 3] = [
    DefaultKind::Initial,
    DefaultKind::History,
    DefaultKind::DeepHistory,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The choosing rows from this index on have to be asked.
    Ask(usize),
    /// This state has been left by its exit function, and is still in the configuration.
    Exit(Option<StateId>),
    /// The rows from this index on that do not choose have to act.
    Act(usize),
    Forget,
    /// What is entered at the start has to be found.
    Start,
    Enter,
    /// This state was entered; of its defaults those from this index of [`KINDS`] on have to
    /// be looked at.
    Follow(StateId, usize),
}

impl<const WORDS: usize> Microstep<WORDS> {
    /// Takes these rows, which must not conflict.
    pub fn take(selection: Selection<WORDS>) -> Self {
        Microstep {
            selection,
            ..Self::in_phase(Phase::Ask(0))
        }
    }

    /// Enters the root and what is initial in it.
    pub fn start() -> Self {
        Self::in_phase(Phase::Start)
    }

    /// Leaves everything, the root last, and enters nothing.
    pub fn leave<S, const HISTORIES: usize>(place: &Configuration<S, WORDS, HISTORIES>) -> Self {
        Microstep {
            exits: Set(place.active),
            ..Self::in_phase(Phase::Exit(None))
        }
    }

    fn in_phase(phase: Phase) -> Self {
        Microstep {
            phase,
            selection: Selection::new(),
            exits: Set::EMPTY,
            left: Set::EMPTY,
            entering: Entering {
                states: Set::EMPTY,
                by_default: [Set::EMPTY; 3],
            },
        }
    }

    /// Says which target the row of the last [`Operation::Act`] has chosen, as an index into
    /// its targets. Without effect for a row that does not choose.
    pub fn choose(&mut self, target: usize) {
        if let Phase::Ask(next) = self.phase
            && let Some(entry) = next
                .checked_sub(1)
                .and_then(|asked| self.selection.as_mut_slice().get_mut(asked))
        {
            entry.target = target as u16;
        }
    }

    /// The next operation; `None` when the microstep is complete.
    pub fn next<S, const HISTORIES: usize>(
        &mut self,
        engine: Engine<'_, WORDS>,
        place: &mut Configuration<S, WORDS, HISTORIES>,
    ) -> Option<Operation> {
        loop {
            match self.phase {
                Phase::Ask(index) => match self.row_from(engine, index, true) {
                    Some((at, row)) => {
                        self.phase = Phase::Ask(at + 1);
                        return Some(Operation::Act(row));
                    }
                    None => {
                        self.plan_exits(engine, place);
                        self.phase = Phase::Exit(None);
                    }
                },
                Phase::Exit(left) => {
                    if let Some(left) = left {
                        self.exits.remove(left);
                        self.left.insert(left);
                        remove(&mut place.active, left);
                    }
                    if let Some(state) = self.exits.last() {
                        self.phase = Phase::Exit(Some(state));
                        return Some(Operation::Exit(state));
                    }
                    self.phase = Phase::Act(0);
                }
                Phase::Act(index) => match self.row_from(engine, index, false) {
                    Some((at, row)) => {
                        self.phase = Phase::Act(at + 1);
                        return Some(Operation::Act(row));
                    }
                    None => {
                        self.plan_entries(engine, place);
                        self.phase = Phase::Forget;
                    }
                },
                Phase::Forget => match self.left.last() {
                    Some(state) => {
                        self.left.remove(state);
                        return Some(Operation::Forget(state));
                    }
                    None => self.phase = Phase::Enter,
                },
                Phase::Start => {
                    engine.add_descendants(place, StateId::ROOT, &mut self.entering);
                    self.phase = Phase::Enter;
                }
                Phase::Enter => {
                    let state = self.entering.states.first()?;
                    self.entering.states.remove(state);
                    insert(&mut place.active, state);
                    if !engine.chart.defaults.is_empty() {
                        self.phase = Phase::Follow(state, 0);
                    }
                    return Some(Operation::Enter(state));
                }
                Phase::Follow(state, kind) => match self.default_from(engine, state, kind) {
                    Some((at, default)) => {
                        self.phase = Phase::Follow(state, at + 1);
                        return Some(Operation::Default(default));
                    }
                    None => self.phase = Phase::Enter,
                },
            }
        }
    }

    /// The first row at or after `index` that chooses, or that does not.
    fn row_from(
        &self,
        engine: Engine<'_, WORDS>,
        index: usize,
        chooses: bool,
    ) -> Option<(usize, RowId)> {
        let mut rows = self.selection.as_slice().iter().enumerate().skip(index);
        rows.find(|(_, entry)| engine.row(entry.row).chooses == chooses)
            .map(|(at, entry)| (at, entry.row))
    }

    /// The first default of the state that is taken and has a function, of those kinds.
    fn default_from(
        &self,
        engine: Engine<'_, WORDS>,
        state: StateId,
        kind: usize,
    ) -> Option<(usize, usize)> {
        let mut kinds = KINDS.iter().enumerate().skip(kind);
        kinds.find_map(|(at, &kind)| {
            let mut defaults = engine.chart.defaults.iter();
            let index = defaults.position(|one| one.of == state && one.kind == kind)?;
            let acts = engine.chart.defaults[index].action.is_some();
            (acts && self.entering.by_default[at].contains(state)).then_some((at, index))
        })
    }

    /// What is left is known now. Histories are recorded before the first exit function runs.
    fn plan_exits<S, const HISTORIES: usize>(
        &mut self,
        engine: Engine<'_, WORDS>,
        place: &mut Configuration<S, WORDS, HISTORIES>,
    ) {
        let active = Set(place.active);
        for entry in self.selection.as_mut_slice() {
            entry.domain = engine.domain(place, *entry);
            if let Some(domain) = entry.domain {
                self.exits = self.exits.or(active.and(engine.table.inside(domain)));
            }
        }
        if HISTORIES == 0 {
            return;
        }
        for state in self.exits.iter() {
            let inside = active.and(engine.table.inside(state));
            if inside.is_empty() {
                continue;
            }
            if let Some(slot) = engine.table.slot(state, false) {
                let mut children = Set::EMPTY;
                let active_children = engine
                    .table
                    .children(state)
                    .filter(|&child| inside.contains(child));
                active_children.for_each(|child| children.insert(child));
                place.history[slot] = children.0;
            }
            if let Some(slot) = engine.table.slot(state, true) {
                place.history[slot] = engine.resting(active).and(inside).0;
            }
        }
    }

    /// What is entered is known only now: a history may have been recorded by these exits. Out
    /// of which domain was settled before: the recorded states may lie deeper, and those
    /// between would be left and never entered.
    fn plan_entries<S, const HISTORIES: usize>(
        &mut self,
        engine: Engine<'_, WORDS>,
        place: &Configuration<S, WORDS, HISTORIES>,
    ) {
        for &entry in self.selection.as_slice() {
            let Some(domain) = entry.domain else {
                continue;
            };
            engine.add_targets(place, engine.targets(entry), domain, &mut self.entering);
            // A row of a parallel state that goes inside has left the other regions as well.
            if engine.state(domain).kind == StateKind::Parallel {
                engine.add_regions(place, domain, &mut self.entering);
            }
        }
    }
}

impl<const WORDS: usize> Engine<'_, WORDS> {
    /// Adds what these targets stand for, what is initial in it, and what lies between it and
    /// `domain`.
    fn add_targets<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        targets: &[Target],
        domain: StateId,
        entering: &mut Entering<WORDS>,
    ) {
        for &target in targets {
            let (of, kind) = match target {
                Target::History(of) => (of, 1),
                Target::DeepHistory(of) => (of, 2),
                Target::State(_) | Target::Stay => continue,
            };
            if self.recorded(place, of, kind == 2).is_none() {
                entering.by_default[kind].insert(of);
            }
        }
        let effective = self.effective_targets(place, targets);
        for state in effective.iter() {
            self.add_descendants(place, state, entering);
        }
        for state in effective.iter() {
            self.add_ancestors(place, state, domain, entering);
        }
    }

    /// Adds the state and what is initial in it.
    fn add_descendants<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        state: StateId,
        entering: &mut Entering<WORDS>,
    ) {
        entering.states.insert(state);
        let entered = self.state(state);
        if entered.kind == StateKind::Parallel {
            self.add_regions(place, state, entering);
        } else if let Some(default) = self.default_of(state, DefaultKind::Initial) {
            entering.by_default[0].insert(state);
            // All of it lies inside the state, so this comes to an end.
            self.add_targets(place, &default.targets, state, entering);
        } else if let Some(initial) = entered.initial {
            self.add_descendants(place, initial, entering);
            // One step for a child; the description also allows a deeper state.
            self.add_ancestors(place, initial, state, entering);
        }
    }

    /// Adds what lies between the state and `domain`, and the regions beside it.
    fn add_ancestors<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        state: StateId,
        domain: StateId,
        entering: &mut Entering<WORDS>,
    ) {
        let mut between = self.table.parent(state);
        while between != domain && between != StateId::ROOT {
            entering.states.insert(between);
            if self.state(between).kind == StateKind::Parallel {
                self.add_regions(place, between, entering);
            }
            between = self.table.parent(between);
        }
    }

    /// Adds every region in which no state is to be entered yet.
    fn add_regions<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        parallel: StateId,
        entering: &mut Entering<WORDS>,
    ) {
        for region in self.table.children(parallel) {
            if entering.states.and(self.table.inside(region)).is_empty() {
                self.add_descendants(place, region, entering);
            }
        }
    }

    /// What has been completed by entering this state.
    pub fn completion(self, active: Set<WORDS>, entered: StateId) -> Completion {
        if self.state(entered).kind != StateKind::Final {
            return Completion::Nothing;
        }
        let parent = self.table.parent(entered);
        if parent == StateId::ROOT {
            return Completion::Machine;
        }
        let around = self.table.parent(parent);
        let complete = self.state(around).kind == StateKind::Parallel
            && self
                .table
                .children(around)
                .all(|region| self.is_complete(active, region));
        Completion::States(parent, complete.then_some(around))
    }

    fn is_complete(self, active: Set<WORDS>, state: StateId) -> bool {
        let mut children = self.table.children(state);
        match self.state(state).kind {
            StateKind::Composite => children
                .any(|child| self.state(child).kind == StateKind::Final && active.contains(child)),
            StateKind::Parallel => children.all(|child| self.is_complete(active, child)),
            StateKind::Leaf | StateKind::Final => false,
        }
    }
}

fn insert<const WORDS: usize>(words: &mut [u64; WORDS], state: StateId) {
    words[state.index() / 64] |= 1 << (state.index() % 64);
}

fn remove<const WORDS: usize>(words: &mut [u64; WORDS], state: StateId) {
    words[state.index() / 64] &= !(1 << (state.index() % 64));
}
