//! Taking a set of transitions: what is exited, done and entered, in which order.

use super::{Event, Interpreter, ToEnter, Trace, Transition};
use crate::program::{Effects, Function, Program};
use std::collections::BTreeSet;
use wink_chart::{DefaultKind, RowId, StateId, StateKind, Target, Trigger};

impl<P: Program> Interpreter<'_, P> {
    pub(super) fn microstep(&mut self, mut enabled_transitions: Vec<Transition>) {
        for transition in &enabled_transitions {
            self.trace.push(Trace::Row(transition.row));
        }
        // Wink: a function that returns its target is asked before anything is exited.
        for transition in &mut enabled_transitions {
            if self.row(transition).chooses {
                transition.chosen = Some(self.program.choose(transition.row));
                self.execute_content(transition.row);
            }
        }
        // Wink: leaving a state may record a history that the transition goes to. What it goes to
        // is read after that, as in the recommendation, but not again out of which domain: the
        // recorded states may lie deeper, and those between would be left and never entered.
        let domains: Vec<_> = enabled_transitions
            .iter()
            .map(|t| self.get_transition_domains(t))
            .collect();
        self.exit_states(&enabled_transitions);
        for transition in &enabled_transitions {
            if !self.row(transition).chooses {
                self.execute_content(transition.row);
            }
        }
        self.enter_states(&enabled_transitions, &domains);
    }

    fn execute_content(&mut self, row: RowId) {
        if self.chart.row(row).action.is_some() {
            self.trace.push(Trace::Action(row));
            self.call(Function::Row(row));
        }
    }

    fn call(&mut self, function: Function) {
        let Effects { raised, exits } = self.program.call(function, &self.configuration);
        self.internal_queue
            .extend(raised.into_iter().map(Event::Message));
        self.ending |= exits;
    }

    fn exit_states(&mut self, enabled_transitions: &[Transition]) {
        let states_to_exit = self.compute_exit_set(enabled_transitions);
        let atomic = self.resting();
        for &state in &states_to_exit {
            let inside = |&other: &StateId| self.chart.is_descendant(other, state);
            let deep: Vec<_> = atomic.iter().copied().filter(inside).collect();
            let child = |&other: &StateId| self.chart.parent(other) == Some(state);
            let shallow: Vec<_> = self.configuration.iter().copied().filter(child).collect();
            if !shallow.is_empty() {
                self.history_value.insert((state, true), deep);
                self.history_value.insert((state, false), shallow);
            }
        }
        for state in states_to_exit.into_iter().rev() {
            self.exit(state);
        }
    }

    pub(super) fn exit(&mut self, state: StateId) {
        self.changed = true;
        self.trace.push(Trace::Exit(state));
        self.armed
            .retain(|&(_, row)| self.chart.row(row).source != state);
        if self.chart.state(state).exit.is_some() {
            self.call(Function::Exit(state));
        }
        self.configuration.remove(&state);
    }

    fn enter_states(&mut self, enabled_transitions: &[Transition], domains: &[Vec<StateId>]) {
        let states_to_enter = self.compute_entry_set(enabled_transitions, domains);
        self.enter(states_to_enter);
    }

    pub(super) fn enter(&mut self, to_enter: ToEnter) {
        for state in to_enter.states {
            self.changed = true;
            self.configuration.insert(state);
            self.trace.push(Trace::Enter(state));
            for row in self.chart.rows_of(state) {
                if let Trigger::After(delay) = &self.chart.row(row).trigger {
                    self.armed.push((self.now + delay.nanoseconds, row));
                }
            }
            if self.chart.state(state).entry.is_some() {
                self.call(Function::Entry(state));
            }
            self.execute_defaults(state, &to_enter.by_default);
            if self.chart.state(state).kind == StateKind::Final {
                self.complete(state);
            }
        }
    }

    /// The content of the `<initial>` that was followed, then of the histories.
    fn execute_defaults(&mut self, state: StateId, taken: &BTreeSet<(StateId, DefaultKind)>) {
        let kinds = [
            DefaultKind::Initial,
            DefaultKind::History,
            DefaultKind::DeepHistory,
        ];
        for kind in kinds
            .into_iter()
            .filter(|&kind| taken.contains(&(state, kind)))
        {
            let mut defaults = self.chart.defaults.iter();
            let index = defaults.position(|one| (one.of, one.kind) == (state, kind));
            if let Some(index) = index
                && self.chart.defaults[index].action.is_some()
            {
                self.trace.push(Trace::Default(index as u16));
                self.call(Function::Default(index as u16));
            }
        }
    }

    /// What entering a final state does to the states around it.
    fn complete(&mut self, state: StateId) {
        let parent = self.chart.parent(state).unwrap_or(StateId::ROOT);
        let Some(grandparent) = self.chart.parent(parent) else {
            self.ending = true;
            return;
        };
        self.internal_queue
            .push_back(self.program.completion(parent));
        let is_parallel = self.chart.state(grandparent).kind == StateKind::Parallel;
        if is_parallel
            && self
                .chart
                .children(grandparent)
                .all(|s| self.is_in_final_state(s))
        {
            self.internal_queue
                .push_back(self.program.completion(grandparent));
        }
    }

    fn is_in_final_state(&self, state: StateId) -> bool {
        match self.chart.state(state).kind {
            StateKind::Composite => self.chart.children(state).any(|child| {
                self.chart.state(child).kind == StateKind::Final
                    && self.configuration.contains(&child)
            }),
            StateKind::Parallel => self
                .chart
                .children(state)
                .all(|child| self.is_in_final_state(child)),
            StateKind::Leaf | StateKind::Final => false,
        }
    }

    fn compute_entry_set(&self, transitions: &[Transition], domains: &[Vec<StateId>]) -> ToEnter {
        let mut to_enter = ToEnter::default();
        for (transition, domains) in transitions.iter().zip(domains) {
            for (targets, &ancestor) in self.target_sets(transition).iter().zip(domains) {
                self.add_targets_to_enter(targets, ancestor, &mut to_enter);
                // Wink: a domain can be a parallel state, when a row of it goes inside.
                if self.chart.state(ancestor).kind == StateKind::Parallel {
                    self.add_regions_to_enter(ancestor, &mut to_enter);
                }
            }
        }
        to_enter
    }

    fn add_targets_to_enter(&self, targets: &[Target], ancestor: StateId, to_enter: &mut ToEnter) {
        for &target in targets {
            let (state, deep, kind) = match target {
                Target::History(state) => (state, false, DefaultKind::History),
                Target::DeepHistory(state) => (state, true, DefaultKind::DeepHistory),
                Target::State(_) | Target::Stay => continue,
            };
            if !self.history_value.contains_key(&(state, deep)) {
                to_enter.by_default.insert((state, kind));
            }
        }
        let effective = self.get_effective_target_states(targets);
        for &state in &effective {
            self.add_descendant_states_to_enter(state, to_enter);
        }
        for &state in &effective {
            self.add_ancestor_states_to_enter(state, ancestor, to_enter);
        }
    }

    pub(super) fn add_descendant_states_to_enter(&self, state: StateId, to_enter: &mut ToEnter) {
        to_enter.states.insert(state);
        if self.chart.state(state).kind == StateKind::Parallel {
            self.add_regions_to_enter(state, to_enter);
        } else if let Some(default) = self.chart.default_of(state, DefaultKind::Initial) {
            to_enter.by_default.insert((state, DefaultKind::Initial));
            self.add_targets_to_enter(&default.targets, state, to_enter);
        } else if let Some(initial) = self.chart.state(state).initial {
            // Wink: a composite without an initial child rests in itself.
            self.add_descendant_states_to_enter(initial, to_enter);
            self.add_ancestor_states_to_enter(initial, state, to_enter);
        }
    }

    fn add_ancestor_states_to_enter(
        &self,
        state: StateId,
        ancestor: StateId,
        to_enter: &mut ToEnter,
    ) {
        for between in self
            .chart
            .ancestors(state)
            .take_while(|&between| between != ancestor)
        {
            to_enter.states.insert(between);
            if self.chart.state(between).kind == StateKind::Parallel {
                self.add_regions_to_enter(between, to_enter);
            }
        }
    }

    fn add_regions_to_enter(&self, parallel: StateId, to_enter: &mut ToEnter) {
        for child in self.chart.children(parallel) {
            let mut states = to_enter.states.iter();
            if !states.any(|&state| self.chart.is_descendant(state, child)) {
                self.add_descendant_states_to_enter(child, to_enter);
            }
        }
    }
}
