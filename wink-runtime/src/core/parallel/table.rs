//! What the engine looks up at every step, worked out once from the description.
//!
//! For a compiled machine that is at compile time: [`Table::new`] is a `const fn`. Must not
//! know of: configurations, events, generated code.

use super::set::Set;
use std::borrow::Cow;
use wink_chart::{Chart, DefaultEntry, DefaultKind, Row, State, StateId, StateKind, Target};

/// "No history slot."
const NONE: u16 = u16::MAX;

/// Facts about the states of one chart, each list indexed by state.
#[derive(Clone, Debug)]
pub struct Table<const WORDS: usize> {
    /// The parent; the root is its own.
    parents: Column<WORDS>,
    /// One past the last descendant: the descendants of `s` are the states `s + 1 .. end[s]`.
    ends: Column<WORDS>,
    /// The rows of `s` are among `first_rows[s] .. end_rows[s]`, usually all of them.
    first_rows: Column<WORDS>,
    end_rows: Column<WORDS>,
    /// Where the store keeps the state's histories; [`NONE`] when no row asks for them.
    shallow_slots: Column<WORDS>,
    deep_slots: Column<WORDS>,
}

/// One number a state.
type Column<const WORDS: usize> = [[u16; 64]; WORDS];

const fn get<const WORDS: usize>(column: &Column<WORDS>, state: usize) -> u16 {
    column[state / 64][state % 64]
}

const fn set<const WORDS: usize>(column: &mut Column<WORDS>, state: usize, value: u16) {
    column[state / 64][state % 64] = value;
}

/// A list of the description, in a `const` context.
macro_rules! slice {
    ($list:expr) => {
        match $list {
            Cow::Borrowed(list) => *list,
            Cow::Owned(list) => list.as_slice(),
        }
    };
}

impl<const WORDS: usize> Table<WORDS> {
    /// The table of that chart.
    ///
    /// # Panics
    /// When the chart has more than `64 * WORDS` states, or a parent that does not come before
    /// its child: for a compiled machine that is an error at compile time.
    pub const fn new(chart: &Chart) -> Self {
        let states = slice!(&chart.states);
        let rows = slice!(&chart.rows);
        assert!(
            states.len() <= 64 * WORDS,
            "the configuration has too few bits for its states"
        );
        let zero = [[0; 64]; WORDS];
        let none = [[NONE; 64]; WORDS];
        let mut table = Table {
            parents: zero,
            ends: zero,
            first_rows: zero,
            end_rows: zero,
            shallow_slots: none,
            deep_slots: none,
        };
        table.fill_tree(states);
        table.fill_rows(rows);
        let defaults = slice!(&chart.defaults);
        let mut index = 0;
        while index < defaults.len() {
            table.mark_slots(slice!(&defaults[index].targets));
            index += 1;
        }
        table.number_slots(states.len());
        table
    }

    const fn fill_tree(&mut self, states: &[State]) {
        // Backwards, so that a state's own end is known when its parent asks for it.
        let mut state = states.len();
        while state > 0 {
            state -= 1;
            if get(&self.ends, state) == 0 {
                set(&mut self.ends, state, state as u16 + 1);
            }
            if let Some(parent) = states[state].parent {
                assert!(
                    (parent.0 as usize) < state,
                    "a parent comes before its children"
                );
                set(&mut self.parents, state, parent.0);
                // The first child met from behind is the last one: it ends where the parent does.
                let end = get(&self.ends, state);
                if get(&self.ends, parent.0 as usize) == 0 {
                    set(&mut self.ends, parent.0 as usize, end);
                }
            }
        }
    }

    const fn fill_rows(&mut self, rows: &[Row]) {
        let mut index = 0;
        while index < rows.len() {
            let source = rows[index].source.0 as usize;
            if get(&self.end_rows, source) == 0 {
                set(&mut self.first_rows, source, index as u16);
            }
            set(&mut self.end_rows, source, index as u16 + 1);
            self.mark_slots(slice!(&rows[index].targets));
            index += 1;
        }
    }

    const fn mark_slots(&mut self, targets: &[Target]) {
        let mut at = 0;
        while at < targets.len() {
            match targets[at] {
                Target::History(of) => set(&mut self.shallow_slots, of.0 as usize, 0),
                Target::DeepHistory(of) => set(&mut self.deep_slots, of.0 as usize, 0),
                Target::State(_) | Target::Stay => {}
            }
            at += 1;
        }
    }

    /// By state, shallow before deep: the order of
    /// [`history_slots`](super::super::store::history_slots).
    const fn number_slots(&mut self, states: usize) {
        let mut next = 0;
        let mut state = 0;
        while state < states {
            if get(&self.shallow_slots, state) != NONE {
                set(&mut self.shallow_slots, state, next);
                next += 1;
            }
            if get(&self.deep_slots, state) != NONE {
                set(&mut self.deep_slots, state, next);
                next += 1;
            }
            state += 1;
        }
    }

    /// The parent; the root's is the root.
    #[inline]
    pub fn parent(&self, state: StateId) -> StateId {
        StateId(get(&self.parents, state.index()))
    }

    /// Everything inside the state.
    #[inline]
    pub fn inside(&self, state: StateId) -> Set<WORDS> {
        Set::range(state.0 + 1, get(&self.ends, state.index()))
    }

    /// Does `state` lie inside `outer`, or is it `outer`?
    #[inline]
    pub fn is_within(&self, state: StateId, outer: StateId) -> bool {
        outer <= state && state.0 < get(&self.ends, outer.index())
    }

    /// The states whose parent this is, in document order.
    pub fn children(&self, state: StateId) -> impl Iterator<Item = StateId> + '_ {
        let end = get(&self.ends, state.index());
        let sibling = move |id: u16| (id < end).then_some(id);
        core::iter::successors(sibling(state.0 + 1), move |&child| {
            sibling(get(&self.ends, usize::from(child)))
        })
        .map(StateId)
    }

    /// Where among the chart's rows those of the state are.
    #[inline]
    pub fn rows(&self, state: StateId) -> core::ops::Range<usize> {
        let first = get(&self.first_rows, state.index());
        usize::from(first)..usize::from(get(&self.end_rows, state.index()))
    }

    /// The store's slot for the state's history, when some row asks for it.
    #[inline]
    pub fn slot(&self, state: StateId, deep: bool) -> Option<usize> {
        let slots = if deep {
            &self.deep_slots
        } else {
            &self.shallow_slots
        };
        match get(slots, state.index()) {
            NONE => None,
            slot => Some(usize::from(slot)),
        }
    }
}

/// A chart with its table: what the engine's functions are methods of.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'chart, const WORDS: usize> {
    /// The description.
    pub chart: &'chart Chart,
    /// The table of that description.
    pub table: &'chart Table<WORDS>,
}

impl<'chart, const WORDS: usize> Engine<'chart, WORDS> {
    /// The row of that id.
    #[inline]
    pub fn row(self, row: wink_chart::RowId) -> &'chart Row {
        &self.chart.rows[row.index()]
    }

    /// The state of that id.
    #[inline]
    pub fn state(self, state: StateId) -> &'chart State {
        &self.chart.states[state.index()]
    }

    /// What is entered by default in the state, when that is more than an initial child.
    #[inline]
    pub fn default_of(self, state: StateId, kind: DefaultKind) -> Option<&'chart DefaultEntry> {
        self.chart.default_of(state, kind)
    }

    /// Can a transition take place inside this state? A parallel state is no such place.
    #[inline]
    pub fn is_compound(self, state: StateId) -> bool {
        state == StateId::ROOT || self.state(state).kind == StateKind::Composite
    }
}
