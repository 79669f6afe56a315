//! What is wrong with a machine, as far as its description tells.

use super::{Exploration, Given};
use crate::{MessageId, RowId, RowKind, StateId, StateKind, Target};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Something that is most likely not meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Finding {
    /// No run reaches this state.
    UnreachableState(StateId),
    /// No run takes this row.
    UntakenRow(RowId),
    /// Once here, a machine stays for ever, and it is no final state.
    DeadState(StateId),
    /// A message that is deferred in the first state is brought back in the second, and nothing
    /// takes it there.
    LostMessage {
        /// What is lost.
        message: MessageId,
        /// Where it was deferred.
        deferred_in: StateId,
        /// Where nothing takes it.
        lost_in: StateId,
    },
    /// A message that is deferred here is never taken again, wherever the machine goes.
    KeptForEver {
        /// What is kept.
        message: MessageId,
        /// Where it is deferred.
        deferred_in: StateId,
    },
    /// While the guards hold, eventless rows lead from these states to one another without end.
    EventlessCycle(Vec<StateId>),
    /// There are so many configurations that not all were looked at; what was not found may be
    /// among the others.
    Incomplete,
}

impl Exploration<'_> {
    /// What is most likely not meant, sorted by kind.
    pub fn findings(&self) -> Vec<Finding> {
        let chart = self.chart;
        let mut findings = BTreeSet::new();
        if self.is_complete {
            let states = chart
                .state_ids()
                .filter(|state| !self.states.contains_key(state));
            findings.extend(states.map(Finding::UnreachableState));
            let reached = |row: &RowId| self.states.contains_key(&chart.row(*row).source);
            let rows = chart.row_ids().filter(reached);
            let untaken =
                rows.filter(|row| !self.rows.contains_key(row) && !self.at_start.contains(row));
            findings.extend(untaken.map(Finding::UntakenRow));
        } else {
            findings.insert(Finding::Incomplete);
        }
        findings.extend(self.dead().into_iter().map(Finding::DeadState));
        findings.extend(self.cycles.iter().cloned().map(Finding::EventlessCycle));
        self.deferrals(&mut findings);
        findings.into_iter().collect()
    }

    /// States that are left by no row, of their own or of what is around them. A machine that
    /// goes nowhere at all is meant so.
    fn dead(&self) -> Vec<StateId> {
        let chart = self.chart;
        let moves = |row: &RowId| {
            chart
                .row(*row)
                .targets
                .iter()
                .any(|&target| target != Target::Stay)
        };
        if !chart.row_ids().any(|row| moves(&row)) {
            return Vec::new();
        }
        let is_dead = |&state: &StateId| {
            let described = chart.state(state);
            let is_leaf = described.kind == StateKind::Leaf;
            let leaves = |around: StateId| chart.rows_of(around).any(|row| moves(&row));
            // A region is left with the others.
            let in_region = chart
                .ancestors(state)
                .any(|around| chart.state(around).kind == StateKind::Parallel);
            is_leaf
                && state != StateId::ROOT
                && !in_region
                && self.states.contains_key(&state)
                && !chart.and_ancestors(state).any(leaves)
        };
        chart.state_ids().filter(is_dead).collect()
    }

    fn deferrals(&self, findings: &mut BTreeSet<Finding>) {
        let chart = self.chart;
        for id in chart.row_ids() {
            let row = chart.row(id);
            if row.kind != RowKind::Defer {
                continue;
            }
            for message in chart.message_ids() {
                self.deferral(row.source, message, findings);
            }
        }
    }

    /// Follows every situation in which this message is deferred by this state.
    fn deferral(&self, state: StateId, message: MessageId, findings: &mut BTreeSet<Finding>) {
        let chart = self.chart;
        let given = Given::Message(message);
        let kept_at = |at: usize| {
            let mut edges = self.edges.iter().filter(|edge| edge.from == at);
            edges.any(|edge| edge.given == given && edge.deferred)
        };
        let is_here = |at: usize| self.situations[at].active.contains(&state);
        let defers = chart.rows_of(state).any(|id| {
            let row = chart.row(id);
            let takes = match &row.trigger {
                crate::Trigger::Messages(messages) => messages.contains(&message),
                crate::Trigger::Any => true,
                _ => false,
            };
            row.kind == RowKind::Defer && takes
        });
        let starts: Vec<usize> = (0..self.situations.len())
            .filter(|&at| is_here(at) && kept_at(at))
            .collect();
        if !defers || starts.is_empty() {
            return;
        }
        let mut seen = vec![false; self.situations.len()];
        let mut open = starts;
        let mut is_taken = false;
        while let Some(at) = open.pop() {
            if core::mem::replace(&mut seen[at], true) {
                continue;
            }
            if kept_at(at) {
                open.extend(
                    self.edges
                        .iter()
                        .filter(|edge| edge.from == at)
                        .map(|edge| edge.to),
                );
                continue;
            }
            let mut edges = self.edges.iter().filter(|edge| edge.from == at);
            if edges.any(|edge| edge.given == given) || self.situations[at].has_ended {
                is_taken = true;
            } else if let Some(&lost_in) = self.situations[at].active.iter().max() {
                is_taken = true;
                findings.insert(Finding::LostMessage {
                    message,
                    deferred_in: state,
                    lost_in,
                });
            }
        }
        if !is_taken && self.is_complete {
            findings.insert(Finding::KeptForEver {
                message,
                deferred_in: state,
            });
        }
    }

    /// A finding as a person reads it, with what to do about it.
    pub fn finding_label(&self, finding: &Finding) -> String {
        let chart = self.chart;
        let state = |id: StateId| format!("`{}`", chart.state(id).name);
        match finding {
            Finding::UnreachableState(id) => {
                format!(
                    "{} is never reached: add a row that goes there, or remove it",
                    state(*id)
                )
            }
            Finding::UntakenRow(id) => {
                let row = chart.row(*id);
                format!(
                    "`{}` in {} is never taken: what is before it takes its place, or it is left \
                     at once",
                    chart.row_label(row),
                    state(row.source)
                )
            }
            Finding::DeadState(id) => format!(
                "{} is never left, and is not final: add a row that leaves it, or make it final",
                state(*id)
            ),
            Finding::LostMessage {
                message,
                deferred_in,
                lost_in,
            } => format!(
                "`{}`, deferred in {}, is lost in {}: receive, ignore or defer it there",
                chart.message(*message).name,
                state(*deferred_in),
                state(*lost_in)
            ),
            Finding::KeptForEver {
                message,
                deferred_in,
            } => format!(
                "`{}`, deferred in {}, is never taken again: receive or ignore it somewhere behind",
                chart.message(*message).name,
                state(*deferred_in)
            ),
            Finding::EventlessCycle(states) => {
                let names: Vec<String> = states.iter().map(|&id| state(id)).collect();
                format!(
                    "eventless rows can run in a circle through {}: make sure that a guard ends it",
                    names.join(", ")
                )
            }
            Finding::Incomplete => format!(
                "only the first {} configurations were looked at: what is not reported may be \
                 among the others",
                self.situations.len()
            ),
        }
    }
}
