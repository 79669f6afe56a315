//! One step over a description, in all the ways in which guards and choices may turn out.
//!
//! Must not know of: what is looked for.

use super::Given;
use crate::{Chart, DefaultKind, RowId, RowKind, StateId, StateKind, Target, Trigger};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

/// The active states, and what histories remember.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Situation {
    pub active: BTreeSet<StateId>,
    pub history: BTreeMap<(StateId, bool), Vec<StateId>>,
    pub has_ended: bool,
}

/// What a step may come to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub situation: Situation,
    /// The rows that were taken, ignoring and deferring ones too.
    pub rows: Vec<RowId>,
    pub entered: Vec<StateId>,
    /// The message was kept.
    pub deferred: bool,
    /// Another outcome goes on from here in the same way: only what is above counts.
    pub is_partial: bool,
    /// The states of an eventless cycle that the step may run into.
    pub cycle: Option<Vec<StateId>>,
    /// States that were completed and have not yet been told.
    completed: Vec<StateId>,
}

/// Ways of one step that are followed at most.
const WAYS: usize = 64;
/// Situations that the microsteps of one step are followed through at most.
const MICROSTEPS: usize = 500;

/// The outcomes of the machine's start.
pub(super) fn start(chart: &Chart) -> Vec<Outcome> {
    let mut outcome = Outcome::at(Situation::default());
    outcome.enter(chart, StateId::ROOT);
    settle(chart, outcome)
}

/// The outcomes of being given this; none when nothing takes it.
pub(super) fn take(chart: &Chart, situation: &Situation, given: &Given) -> Vec<Outcome> {
    let sets = enabled(chart, situation, |id| {
        let row = chart.row(id);
        match (given, &row.trigger) {
            (Given::Message(message), Trigger::Messages(messages)) => messages.contains(message),
            (Given::Message(_), Trigger::Any) => true,
            (Given::Row(given), _) => *given == id,
            _ => false,
        }
    });
    let mut outcomes = Vec::new();
    for set in sets.into_iter().filter(|set| !set.is_empty()) {
        for outcome in apply(chart, &Outcome::at(situation.clone()), &set) {
            outcomes.extend(settle(chart, outcome));
        }
    }
    outcomes
}

/// The sets of rows that may be enabled together: each resting state asks itself and the states
/// around it, and a guard may hold or not.
fn enabled(
    chart: &Chart,
    situation: &Situation,
    matches: impl Fn(RowId) -> bool,
) -> Vec<Vec<RowId>> {
    let mut sets: Vec<Vec<RowId>> = vec![Vec::new()];
    let is_resting = |state: &&StateId| {
        let mut active = situation.active.iter();
        !active.any(|&other| chart.parent(other) == Some(**state))
    };
    for &leaf in situation.active.iter().filter(is_resting) {
        let mut ways: Vec<Option<RowId>> = Vec::new();
        let mut falls_through = true;
        'asked: for state in chart.and_ancestors(leaf) {
            for id in chart.rows_of(state).filter(|&id| matches(id)) {
                ways.push(Some(id));
                if chart.row(id).guard.is_none() {
                    falls_through = false;
                    break 'asked;
                }
            }
        }
        if falls_through {
            ways.push(None);
        }
        let mut next: Vec<Vec<RowId>> = Vec::new();
        for set in &sets {
            for &way in &ways {
                let mut set = set.clone();
                set.extend(way.filter(|row| !set.contains(row)));
                if !next.contains(&set) && next.len() < WAYS {
                    next.push(set);
                }
            }
        }
        sets = next;
    }
    // Received by any region, a message is neither deferred nor ignored by the others.
    for set in &mut sets {
        let receives = |row: &RowId| chart.row(*row).kind == RowKind::Receive;
        if set.iter().any(receives) {
            set.retain(receives);
        }
    }
    sets
}

/// The outcomes of taking these rows, one after the other.
fn apply(chart: &Chart, before: &Outcome, rows: &[RowId]) -> Vec<Outcome> {
    let mut outcomes = vec![before.clone()];
    for &id in rows {
        let row = chart.row(id);
        let mut next = Vec::new();
        for outcome in outcomes {
            if !outcome.situation.active.contains(&row.source) {
                next.push(outcome);
                continue;
            }
            let choices: Vec<Vec<Target>> = match (row.chooses, row.targets.is_empty()) {
                (true, _) => row.targets.iter().map(|&target| vec![target]).collect(),
                (false, true) => vec![vec![Target::Stay]],
                (false, false) => vec![row.targets.to_vec()],
            };
            for targets in choices {
                let mut outcome = outcome.clone();
                outcome.rows.push(id);
                outcome.deferred |= row.kind == RowKind::Defer;
                outcome.go(chart, row.source, &targets, row.reenter);
                next.push(outcome);
            }
        }
        next.truncate(WAYS);
        outcomes = next;
    }
    outcomes
}

/// Follows eventless rows and completions to their end, through each situation once.
fn settle(chart: &Chart, outcome: Outcome) -> Vec<Outcome> {
    let mut settled = Vec::new();
    let mut visited: BTreeSet<(Situation, Vec<StateId>)> = BTreeSet::new();
    // Each with the situations that its microsteps have gone through.
    let mut open = vec![(outcome, Vec::<Situation>::new())];
    while let Some((mut outcome, mut seen)) = open.pop() {
        if outcome.situation.has_ended {
            settled.push(outcome);
            continue;
        }
        let key = (outcome.situation.clone(), outcome.completed.clone());
        if !visited.insert(key) || visited.len() > MICROSTEPS {
            if let Some(at) = seen.iter().position(|other| *other == outcome.situation) {
                let leaves = seen[at..]
                    .iter()
                    .filter_map(|one| one.active.iter().max().copied());
                let states: BTreeSet<StateId> = leaves.collect();
                outcome.cycle = Some(states.into_iter().collect());
            }
            outcome.is_partial = true;
            settled.push(outcome);
            continue;
        }
        let mut sets = enabled(chart, &outcome.situation, |id| {
            chart.row(id).trigger == Trigger::Always
        });
        let rests = sets.iter().any(Vec::is_empty);
        sets.retain(|set| !set.is_empty());
        seen.push(outcome.situation.clone());
        for set in &sets {
            let next = apply(chart, &outcome, set);
            open.extend(next.into_iter().map(|next| (next, seen.clone())));
        }
        if !rests {
            continue;
        }
        match completed_row(chart, &mut outcome) {
            Some(row) => {
                let next = apply(chart, &outcome, &[row]);
                open.extend(next.into_iter().map(|next| (next, Vec::new())));
            }
            None => settled.push(outcome),
        }
    }
    settled
}

/// The row of the next completed state that has one.
fn completed_row(chart: &Chart, outcome: &mut Outcome) -> Option<RowId> {
    while !outcome.completed.is_empty() {
        let state = outcome.completed.remove(0);
        let mut rows = chart.rows_of(state);
        if outcome.situation.active.contains(&state)
            && let Some(row) = rows.find(|&row| chart.row(row).trigger == Trigger::Done)
        {
            return Some(row);
        }
    }
    None
}

impl Outcome {
    fn at(situation: Situation) -> Outcome {
        Outcome {
            situation,
            rows: Vec::new(),
            entered: Vec::new(),
            deferred: false,
            is_partial: false,
            cycle: None,
            completed: Vec::new(),
        }
    }

    /// A transition: exits up to the domain, then entries.
    fn go(&mut self, chart: &Chart, source: StateId, targets: &[Target], reenter: bool) {
        let states: Vec<StateId> = targets.iter().filter_map(|target| target.state()).collect();
        if states.is_empty() {
            return;
        }
        let lies_inside = |(&state, target): (&StateId, &Target)| {
            let is_history = !matches!(target, Target::State(_));
            chart.is_descendant(state, source) || is_history && state == source
        };
        let domain = match !reenter && states.iter().zip(targets).all(lies_inside) {
            true => source,
            false => {
                let mut all = vec![source];
                all.extend(&states);
                chart.least_common_compound_ancestor(&all)
            }
        };
        self.leave(chart, domain, source == StateId::ROOT && reenter);
        for &target in targets {
            match target {
                Target::Stay => {}
                Target::State(state) => self.enter_towards(chart, domain, state),
                Target::History(state) => self.remember(chart, domain, state, false),
                Target::DeepHistory(state) => self.remember(chart, domain, state, true),
            }
        }
        self.enter_rest(chart);
        // The root is entered anew when it is its own target.
        if !self.situation.active.contains(&StateId::ROOT) {
            self.enter(chart, StateId::ROOT);
        }
    }

    fn leave(&mut self, chart: &Chart, domain: StateId, itself: bool) {
        let active = self.situation.active.clone();
        let left =
            |state: &StateId| chart.is_descendant(*state, domain) || itself && *state == domain;
        for &state in active.iter().filter(|state| left(state)) {
            if chart.has_history(state) {
                let is_resting =
                    |inner: &StateId| !active.iter().any(|&of| chart.parent(of) == Some(*inner));
                let inside = active
                    .iter()
                    .copied()
                    .filter(|&inner| chart.is_descendant(inner, state));
                let deep = inside.clone().filter(is_resting).collect();
                let shallow = inside
                    .filter(|&inner| chart.parent(inner) == Some(state))
                    .collect();
                self.situation.history.insert((state, true), deep);
                self.situation.history.insert((state, false), shallow);
            }
        }
        self.situation.active.retain(|state| !left(state));
    }

    fn remember(&mut self, chart: &Chart, domain: StateId, state: StateId, is_deep: bool) {
        let kind = match is_deep {
            true => DefaultKind::DeepHistory,
            false => DefaultKind::History,
        };
        let remembered = self.situation.history.get(&(state, is_deep)).cloned();
        let remembered = remembered.filter(|states| !states.is_empty());
        let default = chart.default_of(state, kind);
        match (remembered, default) {
            (Some(states), _) => {
                for inner in states {
                    self.enter_towards(chart, domain, inner);
                }
            }
            (None, Some(default)) => {
                for inner in default.targets.iter().filter_map(|target| target.state()) {
                    self.enter_towards(chart, domain, inner);
                }
            }
            (None, None) => self.enter_towards(chart, domain, state),
        }
    }

    /// Enters the states from the domain down to this one.
    fn enter_towards(&mut self, chart: &Chart, domain: StateId, state: StateId) {
        let above = chart
            .and_ancestors(state)
            .take_while(|&above| above != domain);
        for above in above.collect::<Vec<_>>().into_iter().rev() {
            self.activate(chart, above);
        }
    }

    /// A state and what is entered in it by default.
    fn enter(&mut self, chart: &Chart, state: StateId) {
        self.activate(chart, state);
        self.enter_rest(chart);
    }

    /// Enters what active states need inside of them and have not.
    fn enter_rest(&mut self, chart: &Chart) {
        loop {
            let active: Vec<StateId> = self.situation.active.iter().copied().collect();
            for &state in &active {
                let has_child = chart.children(state).any(|child| active.contains(&child));
                if chart.state(state).kind == StateKind::Parallel {
                    for region in chart.children(state) {
                        self.activate(chart, region);
                    }
                } else if let (false, Some(default)) =
                    (has_child, chart.default_of(state, DefaultKind::Initial))
                {
                    for inner in default.targets.iter().filter_map(|target| target.state()) {
                        self.enter_towards(chart, state, inner);
                    }
                } else if let (false, Some(initial)) = (has_child, chart.state(state).initial) {
                    self.activate(chart, initial);
                }
            }
            if self.situation.active.len() == active.len() {
                return;
            }
        }
    }

    fn activate(&mut self, chart: &Chart, state: StateId) {
        if !self.situation.active.insert(state) {
            return;
        }
        self.entered.push(state);
        if chart.state(state).kind != StateKind::Final {
            return;
        }
        let Some(parent) = chart.parent(state) else {
            return;
        };
        self.situation.has_ended |= parent == StateId::ROOT;
        self.completed.push(parent);
        // A parallel state is complete when all of its regions are.
        if let Some(around) = chart.parent(parent)
            && chart.state(around).kind == StateKind::Parallel
        {
            let is_complete = |region: StateId| {
                let mut inside = chart.children(region);
                inside.any(|inner| {
                    chart.state(inner).kind == StateKind::Final
                        && self.situation.active.contains(&inner)
                })
            };
            if chart.children(around).all(is_complete) {
                self.completed.push(around);
            }
        }
    }
}
