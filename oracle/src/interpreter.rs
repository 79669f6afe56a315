//! Appendix D of the recommendation, "Algorithm for SCXML interpretation".
//!
//! Must not know of: the engine, generated code, or anything else that it is to judge.

mod microstep;
mod selection;

use crate::program::Program;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use wink_chart::{Chart, ChildSignal, DefaultKind, MessageId, RowId, RowKind, StateId};

/// Eventless and internal microsteps in one macrostep after which a machine is endless.
pub const MICROSTEPS: usize = 1_000;

/// What can set off a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message, from outside or raised.
    Message(MessageId),
    /// The time of an `after` row has come.
    After(RowId),
    /// A composite or parallel state is complete.
    Done(StateId),
    /// A sign of life or death of a machine that this one spawned.
    Child(ChildSignal),
    /// A monitored or linked machine ended.
    Down,
}

/// One line of what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// This row was taken.
    Row(RowId),
    /// This state was left.
    Exit(StateId),
    /// This row's function ran.
    Action(RowId),
    /// This state was entered.
    Enter(StateId),
    /// The function of this default ran.
    Default(u16),
}

/// What became of an external event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// This row took it: the first of those that did.
    Handled(RowId),
    /// This row drops it.
    Ignored(RowId),
    /// This row keeps it.
    Deferred(RowId),
    /// Nothing takes it.
    Unhandled,
    /// The machine has ended.
    Ended,
}

/// A row that was selected; `chosen` is what its function returned, once it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transition {
    row: RowId,
    chosen: Option<usize>,
}

/// What is to be entered, and where that was found by default: the appendix's `statesToEnter`,
/// `statesForDefaultEntry` and `defaultHistoryContent`.
#[derive(Clone, Debug, Default)]
struct ToEnter {
    states: BTreeSet<StateId>,
    by_default: BTreeSet<(StateId, DefaultKind)>,
}

/// A chart that is being interpreted.
#[derive(Debug)]
pub struct Interpreter<'c, P> {
    chart: &'c Chart,
    /// What the chart's functions do.
    pub program: P,
    /// The active states. The set's order is document order.
    pub configuration: BTreeSet<StateId>,
    history_value: BTreeMap<(StateId, bool), Vec<StateId>>,
    internal_queue: VecDeque<Event>,
    /// Deferred messages, oldest first.
    pub deferred: Vec<MessageId>,
    /// The `after` rows whose time runs, each with the time at which it is over, in the order
    /// in which they were armed.
    pub armed: Vec<(u64, RowId)>,
    /// The time, in nanoseconds.
    pub now: u64,
    /// Still running.
    pub running: bool,
    /// Stopped because its macrostep had no end.
    pub endless: bool,
    /// Where it rested when it ended.
    pub ended_in: Vec<StateId>,
    /// What happened since this was last cleared.
    pub trace: Vec<Trace>,
    ending: bool,
    changed: bool,
}

/// Starting, and what comes from outside.
impl<'c, P: Program> Interpreter<'c, P> {
    /// Enters the initial states and finishes the first macrostep.
    pub fn interpret(chart: &'c Chart, program: P) -> Self {
        let mut interpreter = Interpreter {
            chart,
            program,
            configuration: BTreeSet::new(),
            history_value: BTreeMap::new(),
            internal_queue: VecDeque::new(),
            deferred: Vec::new(),
            armed: Vec::new(),
            now: 0,
            running: true,
            endless: false,
            ended_in: Vec::new(),
            trace: Vec::new(),
            ending: false,
            changed: false,
        };
        // Wink: the root is a state, entered like any other.
        let mut states_to_enter = ToEnter::default();
        interpreter.add_descendant_states_to_enter(StateId::ROOT, &mut states_to_enter);
        interpreter.enter(states_to_enter);
        interpreter.macrostep();
        interpreter.take_deferred_messages();
        interpreter
    }

    /// The body of the appendix's `mainEventLoop` for one external event, followed by the
    /// deferred messages that it brings back.
    pub fn main_event_loop(&mut self, external_event: Event) -> Received {
        let received = self.take_external_event(external_event);
        self.take_deferred_messages();
        received
    }

    /// Wink: lets time pass; every time-out that comes due is an event at its own time.
    pub fn advance(&mut self, until: u64) {
        while let Some(due) = self.armed.iter().map(|&(due, _)| due).min()
            && due <= until
            && self.running
            && let Some(first) = self.armed.iter().position(|&(time, _)| time == due)
        {
            self.now = due;
            let (_, row) = self.armed.remove(first);
            self.main_event_loop(Event::After(row));
        }
        self.now = until;
    }

    /// Wink: what was deferred is tried again, oldest first, after every step that changed the
    /// configuration; each as a step of its own, and one that is deferred again keeps its place.
    fn take_deferred_messages(&mut self) {
        let mut next = self.deferred.len();
        while self.running {
            if std::mem::take(&mut self.changed) {
                next = 0;
            }
            if next == self.deferred.len() {
                break;
            }
            let message = self.deferred.remove(next);
            let others = self.deferred.len();
            if let Received::Deferred(_) = self.take_external_event(Event::Message(message)) {
                // It went to the end, before what its step raised and deferred after it.
                let again = self.deferred.remove(others);
                self.deferred.insert(next, again);
                next += 1;
            }
        }
    }

    fn take_external_event(&mut self, external_event: Event) -> Received {
        if !self.running {
            return Received::Ended;
        }
        let received = self.take_event(external_event);
        self.macrostep();
        received
    }

    fn take_event(&mut self, event: Event) -> Received {
        self.program.take(event);
        let enabled_transitions = self.select_transitions(event);
        let Some(first) = enabled_transitions.first() else {
            return Received::Unhandled;
        };
        let received = match self.row(first).kind {
            RowKind::Receive => Received::Handled(first.row),
            RowKind::Ignore => Received::Ignored(first.row),
            RowKind::Defer => Received::Deferred(first.row),
        };
        match (received, event) {
            (Received::Handled(_), _) => self.microstep(enabled_transitions),
            (Received::Deferred(_), Event::Message(message)) => self.deferred.push(message),
            _ => {}
        }
        received
    }

    /// Eventless transitions, then internal events, until there is neither.
    fn macrostep(&mut self) {
        let mut microsteps = 0;
        while self.running && !self.ending {
            let enabled_transitions = self.select_eventless_transitions();
            if !enabled_transitions.is_empty() {
                self.microstep(enabled_transitions);
            } else if let Some(internal_event) = self.internal_queue.pop_front() {
                self.take_event(internal_event);
            } else {
                return;
            }
            microsteps += 1;
            if microsteps == MICROSTEPS {
                self.endless = true;
                break;
            }
        }
        self.exit_interpreter();
    }

    fn exit_interpreter(&mut self) {
        self.ended_in = self.resting();
        for state in self.configuration.clone().into_iter().rev() {
            self.exit(state);
        }
        self.running = false;
    }

    /// The active states of which no child is active, in document order.
    pub fn resting(&self) -> Vec<StateId> {
        // Wink: a composite without an initial child rests in itself, so "atomic" is a
        // property of the configuration and not of the state.
        let has_active_child = |&state: &StateId| {
            self.configuration
                .iter()
                .any(|&other| self.chart.parent(other) == Some(state))
        };
        self.configuration
            .iter()
            .copied()
            .filter(|state| !has_active_child(state))
            .collect()
    }
}
