//! Which transitions an event enables, which of them conflict, and what each would leave.

use super::{Event, Interpreter, Transition};
use crate::program::Program;
use std::collections::BTreeSet;
use wink_chart::{DefaultKind, Row, RowId, RowKind, StateId, StateKind, Target, Trigger};

impl<P: Program> Interpreter<'_, P> {
    pub(super) fn row(&self, transition: &Transition) -> &Row {
        self.chart.row(transition.row)
    }

    pub(super) fn select_eventless_transitions(&self) -> Vec<Transition> {
        let enabled = self.select(&|row| row.trigger == Trigger::Always);
        self.remove_conflicting_transitions(enabled)
    }

    pub(super) fn select_transitions(&self, event: Event) -> Vec<Transition> {
        let mut enabled = match event {
            Event::Message(message) => self.select(&|row| match &row.trigger {
                Trigger::Messages(messages) => messages.contains(&message),
                Trigger::Any => true,
                _ => false,
            }),
            Event::After(armed) => self.select(&|row| std::ptr::eq(row, self.chart.row(armed))),
            // Wink: only a state's own rows hear that it is complete.
            Event::Done(state) => {
                self.select(&|row| row.trigger == Trigger::Done && row.source == state)
            }
            Event::Child(signal) => self.select(&|row| row.trigger == Trigger::Child(signal)),
            Event::Down => self.select(&|row| row.trigger == Trigger::Down),
        };
        // Wink: in parallel regions one that receives outweighs one that defers, and that one
        // outweighs one that ignores.
        let has = |kind| {
            enabled
                .iter()
                .any(|transition| self.row(transition).kind == kind)
        };
        let outweighed: &[RowKind] = match () {
            () if has(RowKind::Receive) => &[RowKind::Defer, RowKind::Ignore],
            () if has(RowKind::Defer) => &[RowKind::Ignore],
            () => &[],
        };
        enabled.retain(|transition| !outweighed.contains(&self.chart.row(transition.row).kind));
        self.remove_conflicting_transitions(enabled)
    }

    fn select(&self, matches: &dyn Fn(&Row) -> bool) -> Vec<Transition> {
        let mut enabled_transitions = Vec::new();
        for state in self.resting() {
            if let Some(row) = self.first_enabled(state, matches) {
                let transition = Transition { row, chosen: None };
                if !enabled_transitions.contains(&transition) {
                    enabled_transitions.push(transition);
                }
            }
        }
        enabled_transitions
    }

    fn first_enabled(&self, atomic: StateId, matches: &dyn Fn(&Row) -> bool) -> Option<RowId> {
        for state in self.chart.and_ancestors(atomic) {
            // Wink: `_` takes what nothing else in the same state takes, wherever it stands.
            let (any, named): (Vec<_>, Vec<_>) = self
                .chart
                .rows_of(state)
                .partition(|&id| self.chart.row(id).trigger == Trigger::Any);
            for id in named.into_iter().chain(any) {
                let row = self.chart.row(id);
                let holds = || row.guard.is_none() || self.program.guard(id, &self.configuration);
                if matches(row) && holds() {
                    return Some(id);
                }
            }
        }
        None
    }

    fn remove_conflicting_transitions(&self, enabled: Vec<Transition>) -> Vec<Transition> {
        let mut filtered_transitions: Vec<Transition> = Vec::new();
        for t1 in enabled {
            let mut t1_preempted = false;
            let mut transitions_to_remove = Vec::new();
            for &t2 in &filtered_transitions {
                if self.conflict(&t1, &t2) {
                    if self
                        .chart
                        .is_descendant(self.row(&t1).source, self.row(&t2).source)
                    {
                        transitions_to_remove.push(t2);
                    } else {
                        t1_preempted = true;
                        break;
                    }
                }
            }
            if !t1_preempted {
                filtered_transitions.retain(|t3| !transitions_to_remove.contains(t3));
                filtered_transitions.push(t1);
            }
        }
        filtered_transitions
    }

    fn conflict(&self, t1: &Transition, t2: &Transition) -> bool {
        let exits1 = self.compute_exit_set(std::slice::from_ref(t1));
        let exits2 = self.compute_exit_set(std::slice::from_ref(t2));
        // Wink: a state that rests in itself can be a domain with nothing in it to exit; a
        // transition that leaves such a domain conflicts with the one that would enter it.
        exits1.intersection(&exits2).next().is_some()
            || self
                .get_transition_domains(t1)
                .iter()
                .any(|domain| exits2.contains(domain))
            || self
                .get_transition_domains(t2)
                .iter()
                .any(|domain| exits1.contains(domain))
    }

    pub(super) fn compute_exit_set(&self, transitions: &[Transition]) -> BTreeSet<StateId> {
        let mut states_to_exit = BTreeSet::new();
        for transition in transitions {
            for domain in self.get_transition_domains(transition) {
                for &state in &self.configuration {
                    if self.chart.is_descendant(state, domain) {
                        states_to_exit.insert(state);
                    }
                }
            }
        }
        states_to_exit
    }

    /// The sets of targets that are entered together.
    pub(super) fn target_sets(&self, transition: &Transition) -> Vec<Vec<Target>> {
        let row = self.row(transition);
        let sets = match (row.chooses, transition.chosen) {
            // Wink: until its function was asked, a row may go to any of its targets.
            (true, None) => row.targets.iter().map(|&target| vec![target]).collect(),
            (true, Some(index)) => vec![vec![row.targets[index]]],
            // Not written in wink, but a document of the recommendation can say it.
            (false, _) => vec![row.targets.to_vec()],
        };
        let moves = |targets: &Vec<Target>| targets.iter().any(|&target| target != Target::Stay);
        sets.into_iter().filter(moves).collect()
    }

    pub(super) fn get_effective_target_states(&self, targets: &[Target]) -> Vec<StateId> {
        let mut states = Vec::new();
        for &target in targets {
            let found = match target {
                Target::State(state) => vec![state],
                Target::History(state) => self.recorded(state, false),
                Target::DeepHistory(state) => self.recorded(state, true),
                Target::Stay => vec![],
            };
            states.extend(found);
        }
        states
    }

    fn recorded(&self, state: StateId, deep: bool) -> Vec<StateId> {
        if let Some(recorded) = self.history_value.get(&(state, deep)) {
            return recorded.clone();
        }
        let kind = match deep {
            true => DefaultKind::DeepHistory,
            false => DefaultKind::History,
        };
        if let Some(default) = self.chart.default_of(state, kind) {
            let states = default.targets.iter().filter_map(|target| match *target {
                Target::State(state) => Some(state),
                _ => None,
            });
            return states.collect();
        }
        // Wink: without a default of its own the state's initial child is it.
        match self.chart.state(state).kind {
            StateKind::Parallel => self.chart.children(state).collect(),
            _ => self.chart.state(state).initial.into_iter().collect(),
        }
    }

    pub(super) fn get_transition_domains(&self, transition: &Transition) -> Vec<StateId> {
        let sets = self.target_sets(transition);
        sets.iter()
            .map(|targets| self.get_transition_domain(transition, targets))
            .collect()
    }

    fn get_transition_domain(&self, transition: &Transition, targets: &[Target]) -> StateId {
        let row = self.row(transition);
        let tstates = self.get_effective_target_states(targets);
        let inside = tstates
            .iter()
            .all(|&state| self.chart.is_descendant(state, row.source));
        // Wink: local unless `reenter` says otherwise, and in a parallel state as well.
        if !row.reenter && inside {
            row.source
        } else {
            let mut states = vec![row.source];
            states.extend(tstates);
            self.find_lcca(&states)
        }
    }

    fn find_lcca(&self, states: &[StateId]) -> StateId {
        for ancestor in self.chart.ancestors(states[0]) {
            let compound = ancestor == StateId::ROOT
                || self.chart.state(ancestor).kind == StateKind::Composite;
            let holds_all = states[1..]
                .iter()
                .all(|&s| self.chart.is_descendant(s, ancestor));
            if compound && holds_all {
                return ancestor;
            }
        }
        // Wink: rows of the root have no ancestor to leave; the root itself is never left.
        StateId::ROOT
    }
}
