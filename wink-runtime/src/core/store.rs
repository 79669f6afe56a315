//! Where a machine is: which states are active, and what histories have recorded.
//!
//! Must not know of: messages, rows, the order of steps.

use super::machine::StateName;
use core::fmt::{self, Debug};
use core::marker::PhantomData;
use wink_chart::{Chart, StateId, Target};

/// What a machine keeps of its place in the chart.
///
/// Two forms: [`Place`] for a chart without parallel states, [`Configuration`] for one with.
pub trait Store: Clone + Debug {
    /// The generated enum of states.
    type State: StateName;

    /// Before the start: nothing but the root is active, no history is recorded.
    const EMPTY: Self;

    /// Whether that state is active: rested in, or an ancestor of one that is.
    fn is_in(&self, chart: &Chart, state: StateId) -> bool;

    /// Calls `each` with every resting state (active, with no active child), in document order.
    fn resting(&self, chart: &Chart, each: &mut dyn FnMut(StateId));

    /// Calls `each` with every recorded state of history slot `slot` (see [`history_slots`]).
    fn recorded(&self, slot: usize, each: &mut dyn FnMut(StateId));

    /// The store in which exactly `resting` and their ancestors are active. The caller has
    /// checked that this is a configuration of the chart.
    fn from_resting(chart: &Chart, resting: &[StateId]) -> Self;

    /// Writes `states` into history slot `slot`. The caller has checked both.
    fn record(&mut self, slot: usize, states: &[StateId]);
}

/// The states that a machine can rest in, and no others: an enum of their own.
///
/// A `match` on it has no arm for states in which no machine rests, and so needs no comparison to
/// know that it is in none of them.
pub trait Resting: Copy + 'static {
    /// The generated enum of all states.
    type State: StateName;

    /// Any of them: where a machine is that is in none.
    const FIRST: Self;

    /// Which state this is.
    fn state(self) -> Self::State;

    /// The resting state of that index; `None` when no machine rests in it.
    fn from_id(id: StateId) -> Option<Self>;
}

/// The store of a chart without parallel states: one resting state says everything.
#[derive(Clone, Copy)]
pub struct Place<R: Resting, const HISTORIES: usize> {
    /// The resting state. Between steps of a running machine it is all that counts.
    pub rest: R,
    /// Where the machine is when it does not rest: the root before the start and after the end,
    /// and what a function sees that runs in the middle of a transition.
    pub passing: Option<R::State>,
    /// What was active when each composite with a history was last left.
    pub history: [Option<R::State>; HISTORIES],
}

impl<R: Resting, const HISTORIES: usize> Place<R, HISTORIES> {
    /// Rests in that state, for machines that are written by hand.
    pub fn rest_in(&mut self, rest: R) {
        self.rest = rest;
        self.passing = None;
    }

    fn at(&self) -> StateId {
        self.passing.unwrap_or_else(|| self.rest.state()).id()
    }
}

impl<R: Resting, const HISTORIES: usize> Debug for Place<R, HISTORIES> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Place")
            .field("rest", &self.rest.state())
            .field("passing", &self.passing)
            .field("history", &self.history)
            .finish()
    }
}

impl<R: Resting, const HISTORIES: usize> Store for Place<R, HISTORIES> {
    type State = R::State;

    const EMPTY: Self = Place {
        rest: R::FIRST,
        passing: Some(R::State::ROOT),
        history: [None; HISTORIES],
    };

    fn is_in(&self, chart: &Chart, state: StateId) -> bool {
        is_within(chart, self.at(), state)
    }

    fn resting(&self, _chart: &Chart, each: &mut dyn FnMut(StateId)) {
        each(self.at());
    }

    fn recorded(&self, slot: usize, each: &mut dyn FnMut(StateId)) {
        if let Some(state) = self.history.get(slot).copied().flatten() {
            each(state.id());
        }
    }

    fn from_resting(_chart: &Chart, resting: &[StateId]) -> Self {
        match resting.first().and_then(|&state| R::from_id(state)) {
            Some(rest) => Place {
                rest,
                passing: None,
                ..Self::EMPTY
            },
            None => Self::EMPTY,
        }
    }

    fn record(&mut self, slot: usize, states: &[StateId]) {
        if let Some(entry) = self.history.get_mut(slot) {
            *entry = states.first().and_then(|&state| R::State::from_id(state));
        }
    }
}

/// The store of a chart with parallel states: a set of active states, bit = [`StateId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration<S, const WORDS: usize, const HISTORIES: usize> {
    /// The active states, ancestors included; bit 0 of word 0 is the root.
    pub active: [u64; WORDS],
    /// The recorded states of each history slot; an empty set is "nothing recorded".
    pub history: [[u64; WORDS]; HISTORIES],
    /// Ties the store to the states of one machine.
    pub states: PhantomData<S>,
}

impl<S, const WORDS: usize, const HISTORIES: usize> Configuration<S, WORDS, HISTORIES> {
    /// Whether that state is active.
    #[inline]
    pub fn contains(&self, state: StateId) -> bool {
        contains(&self.active, state)
    }
}

/// Whether bit `state` is set.
#[inline]
fn contains(words: &[u64], state: StateId) -> bool {
    words
        .get(state.index() / 64)
        .is_some_and(|word| word >> (state.index() % 64) & 1 == 1)
}

/// Calls `each` with every set bit, lowest first.
fn each_of(words: &[u64], each: &mut dyn FnMut(StateId)) {
    for (index, &word) in words.iter().enumerate() {
        let mut left = word;
        while left != 0 {
            let bit = index * 64 + left.trailing_zeros() as usize;
            each(StateId(bit as u16));
            left &= left - 1;
        }
    }
}

fn insert(words: &mut [u64], state: StateId) {
    if let Some(word) = words.get_mut(state.index() / 64) {
        *word |= 1 << (state.index() % 64);
    }
}

impl<S: StateName, const WORDS: usize, const HISTORIES: usize> Store
    for Configuration<S, WORDS, HISTORIES>
{
    type State = S;

    const EMPTY: Self = Configuration {
        active: [0; WORDS],
        history: [[0; WORDS]; HISTORIES],
        states: PhantomData,
    };

    fn is_in(&self, _chart: &Chart, state: StateId) -> bool {
        state == StateId::ROOT || self.contains(state)
    }

    fn resting(&self, chart: &Chart, each: &mut dyn FnMut(StateId)) {
        // A resting state has no active child. Children come after their parent in document
        // order, so the parents of all active states are the ones that do not rest.
        let mut parents = [0; WORDS];
        each_of(&self.active, &mut |state| {
            if let Some(parent) = chart.states[state.index()].parent {
                insert(&mut parents, parent);
            }
        });
        let mut any = false;
        each_of(&self.active, &mut |state| {
            if !contains(&parents, state) {
                any = true;
                each(state);
            }
        });
        if !any {
            each(StateId::ROOT);
        }
    }

    fn recorded(&self, slot: usize, each: &mut dyn FnMut(StateId)) {
        if let Some(words) = self.history.get(slot) {
            each_of(words, each);
        }
    }

    fn from_resting(chart: &Chart, resting: &[StateId]) -> Self {
        let mut store = Self::EMPTY;
        for &state in resting {
            for ancestor in with_ancestors(chart, state) {
                insert(&mut store.active, ancestor);
            }
        }
        store
    }

    fn record(&mut self, slot: usize, states: &[StateId]) {
        if let Some(words) = self.history.get_mut(slot) {
            *words = [0; WORDS];
            for &state in states {
                insert(words, state);
            }
        }
    }
}

/// `state` and its ancestors, innermost first, the root last.
pub(crate) fn with_ancestors(chart: &Chart, state: StateId) -> impl Iterator<Item = StateId> + '_ {
    core::iter::successors(Some(state), |state| chart.states[state.index()].parent)
}

/// Whether `inner` is `outer` or lies in it.
pub(crate) fn is_within(chart: &Chart, inner: StateId, outer: StateId) -> bool {
    with_ancestors(chart, inner).any(|state| state == outer)
}

/// A history slot: which state's, and whether it is deep.
pub type HistorySlot = (StateId, bool);

/// The history slots of a chart, in the order of [`Place::history`]: by state, shallow before
/// deep, one for each history that some row, or something that is entered by default, has as a
/// target.
///
/// The compiler numbers its slots by this same rule; snapshots and the engine rely on it.
pub fn history_slots(chart: &Chart) -> Vec<HistorySlot> {
    let defaults = chart.defaults.iter().flat_map(|one| one.targets.iter());
    let rows = chart.rows.iter().flat_map(|row| row.targets.iter());
    let mut slots: Vec<HistorySlot> = rows
        .chain(defaults)
        .filter_map(|target| match *target {
            Target::History(state) => Some((state, false)),
            Target::DeepHistory(state) => Some((state, true)),
            Target::State(_) | Target::Stay => None,
        })
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}
