//! Which rows an event sets off, and which of those may be taken together.
//!
//! Must not know of: what is done with the rows. Guards are asked through a closure; nothing
//! changes here.

use super::set::Set;
use super::table::Engine;
use crate::core::store::Configuration;
use wink_chart::{
    ChildSignal, DefaultKind, MessageId, Row, RowId, RowKind, StateId, StateKind, Target, Trigger,
};

/// What the rows are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stimulus {
    /// A message, from outside or raised.
    Message(MessageId),
    /// The time of this row has come.
    After(RowId),
    /// This state has been completed.
    Done(StateId),
    /// A child's sign of life or death.
    Child(ChildSignal),
    /// A monitored or linked machine ended.
    Down,
    /// Nothing: eventless rows.
    Always,
}

/// A row that is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Which row.
    pub row: RowId,
    /// What a choosing row's function returned: an index into the row's targets. `OPEN`
    /// before it was asked, and for rows that do not choose.
    pub target: u16,
    /// The domain, once it has been settled for good, before anything is left.
    pub domain: Option<StateId>,
}

/// A choice that has not been made.
pub const OPEN: u16 = u16::MAX;

/// The rows of one microstep, in the order in which they are taken. One a resting state at
/// most, so this never needs to grow.
#[derive(Clone, Debug)]
pub struct Selection<const WORDS: usize> {
    selected: [[Selected; 64]; WORDS],
    count: usize,
}

impl<const WORDS: usize> Default for Selection<WORDS> {
    fn default() -> Self {
        Selection::new()
    }
}

impl<const WORDS: usize> Selection<WORDS> {
    /// No row.
    pub fn new() -> Self {
        let open = Selected {
            row: RowId(0),
            target: OPEN,
            domain: None,
        };
        Selection {
            selected: [[open; 64]; WORDS],
            count: 0,
        }
    }

    /// The rows in the order in which they are taken.
    pub fn as_slice(&self) -> &[Selected] {
        &self.selected.as_flattened()[..self.count]
    }

    /// The rows in the order in which they are taken.
    pub fn as_mut_slice(&mut self) -> &mut [Selected] {
        &mut self.selected.as_flattened_mut()[..self.count]
    }

    fn push(&mut self, row: RowId) {
        let entry = Selected {
            row,
            target: OPEN,
            domain: None,
        };
        self.selected.as_flattened_mut()[self.count] = entry;
        self.count += 1;
    }

    fn retain(&mut self, keep: impl Fn(Selected) -> bool) {
        let selected = self.selected.as_flattened_mut();
        let mut kept = 0;
        for index in 0..self.count {
            if keep(selected[index]) {
                selected[kept] = selected[index];
                kept += 1;
            }
        }
        self.count = kept;
    }
}

impl<const WORDS: usize> Engine<'_, WORDS> {
    /// The rows that are set off, conflicts settled. All of one kind: those that receive
    /// outweigh those that defer, and those outweigh those that ignore.
    pub fn select<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        stimulus: Stimulus,
        mut guard: impl FnMut(RowId) -> bool,
    ) -> Selection<WORDS> {
        let mut selection = Selection::new();
        if let Some(source) = self.only_source(stimulus) {
            // Nobody else's rows can hear it, so there is nothing to walk.
            if place.contains(source)
                && let Some(row) = self.first_enabled(source, stimulus, &mut guard)
            {
                selection.push(row);
            }
            return selection;
        }
        let mut tried = Set::<WORDS>::EMPTY;
        for resting in self.resting(Set(place.active)).iter() {
            let mut state = resting;
            // What was tried for an earlier leaf has its row in the selection already, or it
            // has none and neither have its ancestors.
            while !tried.contains(state) {
                tried.insert(state);
                if let Some(row) = self.first_enabled(state, stimulus, &mut guard) {
                    selection.push(row);
                    // The ancestors were not asked on behalf of this leaf; for a later leaf
                    // they are untried.
                    break;
                }
                state = self.table.parent(state);
            }
        }
        self.keep_strongest(&mut selection);
        self.remove_conflicting(place, &mut selection);
        selection
    }

    /// The only state whose rows can hear this.
    fn only_source(self, stimulus: Stimulus) -> Option<StateId> {
        match stimulus {
            Stimulus::After(row) => Some(self.row(row).source),
            Stimulus::Done(state) => Some(state),
            _ => None,
        }
    }

    /// The active states with no active child.
    pub fn resting(self, active: Set<WORDS>) -> Set<WORDS> {
        let mut parents = Set::EMPTY;
        for state in active.iter().filter(|&state| state != StateId::ROOT) {
            parents.insert(self.table.parent(state));
        }
        active.without(parents)
    }

    /// The state's own row that takes this: the first that hears it and whose guard holds,
    /// `_` after all others.
    fn first_enabled(
        self,
        state: StateId,
        stimulus: Stimulus,
        guard: &mut impl FnMut(RowId) -> bool,
    ) -> Option<RowId> {
        let range = self.table.rows(state);
        let mut find = |any: bool| {
            range.clone().map(|index| RowId(index as u16)).find(|&id| {
                let row = self.row(id);
                row.source == state
                    && (row.trigger == Trigger::Any) == any
                    && (any || hears(id, row, stimulus))
                    && (row.guard.is_none() || guard(id))
            })
        };
        let named = find(false);
        match stimulus {
            Stimulus::Message(_) => named.or_else(|| find(true)),
            _ => named,
        }
    }

    fn keep_strongest(self, selection: &mut Selection<WORDS>) {
        let rank = |kind| match kind {
            RowKind::Receive => 2,
            RowKind::Defer => 1,
            RowKind::Ignore => 0,
        };
        let ranks = selection
            .as_slice()
            .iter()
            .map(|entry| rank(self.row(entry.row).kind));
        if let Some(strongest) = ranks.max() {
            selection.retain(|entry| rank(self.row(entry.row).kind) == strongest);
        }
    }

    /// SCXML's rule: of two rows that would leave the same states the one whose source lies
    /// inside the other's source wins, otherwise the one that was selected first.
    ///
    /// What a row leaves is everything active inside its domain, and its domain is active; so
    /// two rows conflict exactly when one's domain lies inside the other's or is the same.
    fn remove_conflicting<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        selection: &mut Selection<WORDS>,
    ) {
        if selection.count < 2 {
            return;
        }
        let domain = |entry: &Selected| self.domain(place, *entry);
        let conflict = |one: &Selected, other: &Selected| match (domain(one), domain(other)) {
            (Some(one), Some(other)) => {
                self.table.is_within(one, other) || self.table.is_within(other, one)
            }
            _ => false,
        };
        let mut kept = Selection::<WORDS>::new();
        for entry in selection.as_slice() {
            let source = self.row(entry.row).source;
            let inner = |other: &Selected| {
                let outer = self.row(other.row).source;
                source != outer && self.table.is_within(source, outer)
            };
            let preempted = kept
                .as_slice()
                .iter()
                .any(|other| conflict(entry, other) && !inner(other));
            if !preempted {
                kept.retain(|other| !conflict(entry, &other));
                kept.push(entry.row);
            }
        }
        *selection = kept;
    }

    /// The innermost state that is not left though the row is taken; `None` when the row goes
    /// nowhere. While its function has not chosen, the outermost of what it may choose.
    pub fn domain<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        entry: Selected,
    ) -> Option<StateId> {
        let row = self.row(entry.row);
        if row.chooses && entry.target == OPEN {
            // The domains are the source and ancestors of it: the lowest id is the outermost.
            let each = row.targets.iter().map(core::slice::from_ref);
            return each
                .filter_map(|targets| self.domain_of(place, row, targets))
                .min();
        }
        self.domain_of(place, row, self.targets(entry))
    }

    /// The targets that a row is taken to, together.
    pub fn targets(&self, entry: Selected) -> &[Target] {
        let row = self.row(entry.row);
        if row.chooses {
            row.targets
                .get(usize::from(entry.target))
                .map_or(&[], core::slice::from_ref)
        } else {
            &row.targets
        }
    }

    fn domain_of<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        row: &Row,
        targets: &[Target],
    ) -> Option<StateId> {
        let effective = self.effective_targets(place, targets);
        if effective.is_empty() {
            return None;
        }
        let holds_all = |state| effective.without(self.table.inside(state)).is_empty();
        if !row.reenter && holds_all(row.source) {
            return Some(row.source);
        }
        let mut state = row.source;
        while state != StateId::ROOT {
            state = self.table.parent(state);
            if self.is_compound(state) && holds_all(state) {
                return Some(state);
            }
        }
        Some(StateId::ROOT)
    }

    /// The states that stand for these targets: a history stands for what it recorded.
    pub fn effective_targets<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        targets: &[Target],
    ) -> Set<WORDS> {
        let mut effective = Set::EMPTY;
        for &target in targets {
            let (state, deep) = match target {
                Target::State(state) => {
                    effective.insert(state);
                    continue;
                }
                Target::History(state) => (state, false),
                Target::DeepHistory(state) => (state, true),
                Target::Stay => continue,
            };
            effective = effective.or(match self.recorded(place, state, deep) {
                Some(recorded) => recorded,
                None => self.initial(state, deep),
            });
        }
        effective
    }

    /// What the state's history has recorded; `None` when that is nothing.
    pub(super) fn recorded<S, const HISTORIES: usize>(
        self,
        place: &Configuration<S, WORDS, HISTORIES>,
        state: StateId,
        deep: bool,
    ) -> Option<Set<WORDS>> {
        let slot = self.table.slot(state, deep)?;
        let recorded = Set(*place.history.get(slot)?);
        (!recorded.is_empty()).then_some(recorded)
    }

    /// What a history stands for that has recorded nothing.
    fn initial(self, state: StateId, deep: bool) -> Set<WORDS> {
        let mut initial = Set::EMPTY;
        let kind = match deep {
            true => DefaultKind::DeepHistory,
            false => DefaultKind::History,
        };
        if let Some(default) = self.default_of(state, kind) {
            for target in default.targets.iter() {
                if let Target::State(state) = *target {
                    initial.insert(state);
                }
            }
            return initial;
        }
        match self.state(state) {
            parallel if parallel.kind == StateKind::Parallel => {
                self.table
                    .children(state)
                    .for_each(|region| initial.insert(region));
            }
            composite => composite
                .initial
                .into_iter()
                .for_each(|child| initial.insert(child)),
        }
        initial
    }
}

fn hears(id: RowId, row: &Row, stimulus: Stimulus) -> bool {
    match (&row.trigger, stimulus) {
        (Trigger::Messages(messages), Stimulus::Message(message)) => messages.contains(&message),
        (Trigger::After(_), Stimulus::After(due)) => id == due,
        (Trigger::Done, Stimulus::Done(state)) => row.source == state,
        (Trigger::Child(signal), Stimulus::Child(event)) => *signal == event,
        (Trigger::Always, Stimulus::Always) | (Trigger::Down, Stimulus::Down) => true,
        _ => false,
    }
}
