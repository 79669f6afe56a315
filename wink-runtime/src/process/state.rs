//! Where the machine is, for those who ask.

use super::look::{Look, Offer, Place, RECENT, Taken};
use crate::core::observer::Observer;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wink_chart::{Chart, MessageId, RowId, RowKind, StateId, Trigger};

/// The active states, and the rows taken last; clones are the same.
#[derive(Clone)]
pub struct Active {
    chart: &'static Chart,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    states: Vec<bool>,
    /// The rows with what each has entered.
    recent: VecDeque<(RowId, Vec<StateId>)>,
    /// How many rows were taken.
    taken: u64,
}

impl Active {
    pub fn new(chart: &'static Chart) -> Self {
        Active {
            chart,
            seen: Arc::new(Mutex::new(Seen {
                states: vec![false; chart.states.len()],
                recent: VecDeque::with_capacity(RECENT),
                taken: 0,
            })),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The states in which the machine rests, joined by `+`; a machine without states by its own
    /// name.
    pub fn place(&self) -> String {
        let (chart, seen) = (self.chart, self.seen());
        let active = &seen.states;
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

    /// The messages that the machine has a row for now.
    fn taken_now(&self) -> Vec<MessageId> {
        let (chart, seen) = (self.chart, self.seen());
        let is_taken = |id: &MessageId| {
            chart.rows.iter().any(|row| {
                let is_active = row.source == StateId::ROOT || seen.states[row.source.index()];
                is_active
                    && row.kind == RowKind::Receive
                    && match &row.trigger {
                        Trigger::Messages(messages) => messages.contains(id),
                        Trigger::Any => true,
                        _ => false,
                    }
            })
        };
        chart.message_ids().filter(is_taken).collect()
    }

    /// The usages of the messages that the machine has a row for now.
    pub fn accepts(&self) -> Vec<String> {
        let accepted = self.taken_now().into_iter();
        accepted.map(|id| self.chart.message(id).usage()).collect()
    }

    /// All that is known here of a look at the machine.
    pub fn look(&self) -> Look {
        let offers = self.taken_now().into_iter().map(|id| {
            let message = self.chart.message(id);
            let (usage, name) = (message.usage(), message.text_name());
            Offer {
                fields: usage[name.len()..].trim().to_owned(),
                name,
                is_question: message.reply.is_some(),
            }
        });
        let offers = offers.collect();
        let (chart, seen) = (self.chart, self.seen());
        let place = |id: StateId| Place {
            index: id.0,
            name: chart.state(id).name.to_string(),
        };
        let active = chart.state_ids().filter(|id| seen.states[id.index()]);
        let first = seen.taken - seen.recent.len() as u64;
        let recent = (first..).zip(&seen.recent).map(|(number, (id, entered))| {
            let row = chart.row(*id);
            Taken {
                number,
                row: id.0,
                label: chart.row_label(row),
                source: chart.state(row.source).name.to_string(),
                entered: entered.iter().copied().map(place).collect(),
            }
        });
        Look {
            active: active.map(place).collect(),
            recent: recent.collect(),
            taken: seen.taken,
            offers,
            system: Default::default(),
        }
    }
}

impl Observer for Active {
    fn row(&mut self, row: RowId) {
        let mut seen = self.seen();
        seen.taken += 1;
        // What has gone lends its room to what comes.
        let mut entered = match seen.recent.len() {
            RECENT => seen
                .recent
                .pop_front()
                .map_or_else(Vec::new, |(_, room)| room),
            _ => Vec::new(),
        };
        entered.clear();
        seen.recent.push_back((row, entered));
    }

    fn exited(&mut self, state: StateId) {
        if let Some(place) = self.seen().states.get_mut(state.index()) {
            *place = false;
        }
    }

    fn entered(&mut self, state: StateId) {
        let mut seen = self.seen();
        if let Some(place) = seen.states.get_mut(state.index()) {
            *place = true;
        }
        if let Some((_, entered)) = seen.recent.back_mut() {
            entered.push(state);
        }
    }
}
