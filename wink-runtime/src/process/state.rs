//! Where the machine is, for those who ask.

use crate::core::observer::Observer;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wink_chart::{Chart, MessageId, RowKind, StateId, Trigger};

/// The active states; clones are the same.
#[derive(Clone)]
pub struct Active {
    chart: &'static Chart,
    states: Arc<Mutex<Vec<bool>>>,
}

impl Active {
    pub fn new(chart: &'static Chart) -> Self {
        Active {
            chart,
            states: Arc::new(Mutex::new(vec![false; chart.states.len()])),
        }
    }

    fn states(&self) -> MutexGuard<'_, Vec<bool>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, state: StateId, is_active: bool) {
        if let Some(place) = self.states().get_mut(state.index()) {
            *place = is_active;
        }
    }

    /// The states in which the machine rests, joined by `+`; a machine without states by its own
    /// name.
    pub fn place(&self) -> String {
        let (chart, active) = (self.chart, self.states());
        let resting = chart.state_ids().filter(|&state| {
            let mut children = chart.children(state);
            active[state.index()] && !children.any(|child| active[child.index()])
        });
        let names: Vec<&str> = resting.map(|state| &*chart.state(state).name).collect();
        match names.is_empty() {
            true => chart.states[0].name.to_string(),
            false => names.join("+"),
        }
    }

    /// The usages of the messages that the machine has a row for now.
    pub fn accepts(&self) -> Vec<String> {
        let (chart, active) = (self.chart, self.states());
        let is_taken = |id: &MessageId| {
            chart.rows.iter().any(|row| {
                let is_active = row.source == StateId::ROOT || active[row.source.index()];
                is_active
                    && row.kind == RowKind::Receive
                    && match &row.trigger {
                        Trigger::Messages(messages) => messages.contains(id),
                        Trigger::Any => true,
                        _ => false,
                    }
            })
        };
        let accepted = chart.message_ids().filter(is_taken);
        accepted.map(|id| chart.message(id).usage()).collect()
    }
}

impl Observer for Active {
    fn exited(&mut self, state: StateId) {
        self.mark(state, false);
    }

    fn entered(&mut self, state: StateId) {
        self.mark(state, true);
    }
}
