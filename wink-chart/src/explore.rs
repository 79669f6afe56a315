//! What a machine can do, told from its description alone: every configuration that some run
//! reaches, the shortest way to each state and row, and what is wrong with it.
//!
//! Guards are taken to hold or not, and functions to choose any of their targets, so a way may ask
//! for a guard that never holds. What functions raise is not known: a message that is raised is
//! taken as one that is sent. Several regions answer one message together, in document order; a
//! row whose source another one has left is not taken.
//!
//! Must not know of: the engine, and data.

mod findings;
mod step;

pub use findings::Finding;

use crate::{Chart, MessageId, RowId, StateId, Trigger};
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use step::Situation;

/// Situations after which an exploration stops: enough for any chart that people draw, and no
/// more memory than some dozens of megabytes for one that means harm.
const MOST: usize = 20_000;

/// What a machine is given in one step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// This message.
    Message(MessageId),
    /// Time, until this row's delay is over; or the signal that this row waits for.
    Row(RowId),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// What the machine is given.
    pub given: Given,
    /// The rows that take it, and the eventless ones after them. Those with a guard need it to
    /// hold; those before them in their states, not to.
    pub rows: Vec<RowId>,
}

/// The steps from the start of a machine.
pub type Path = Vec<PathStep>;

/// All that a machine can do.
#[derive(Debug)]
pub struct Exploration<'c> {
    chart: &'c Chart,
    situations: Vec<Situation>,
    /// For each situation, how it was reached first.
    before: Vec<Option<(usize, PathStep)>>,
    /// From where to where steps lead, with what is deferred on the way.
    edges: Vec<Edge>,
    states: BTreeMap<StateId, usize>,
    rows: BTreeMap<RowId, (usize, PathStep)>,
    /// Rows of eventless steps at the start itself.
    at_start: BTreeSet<RowId>,
    is_complete: bool,
    cycles: BTreeSet<Vec<StateId>>,
}

#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    given: Given,
    deferred: bool,
}

impl Chart {
    /// Everything that this machine can do.
    ///
    /// `paths` of what is returned are model-based tests for nothing: each is a shortest list of
    /// messages that reaches a state or takes a row.
    pub fn explore(&self) -> Exploration<'_> {
        let mut exploration = Exploration {
            chart: self,
            situations: Vec::new(),
            before: Vec::new(),
            edges: Vec::new(),
            states: BTreeMap::new(),
            rows: BTreeMap::new(),
            at_start: BTreeSet::new(),
            is_complete: true,
            cycles: BTreeSet::new(),
        };
        exploration.run();
        exploration
    }
}

impl<'c> Exploration<'c> {
    fn run(&mut self) {
        let mut known: BTreeMap<Situation, usize> = BTreeMap::new();
        let mut open = VecDeque::new();
        for outcome in step::start(self.chart) {
            self.cycles.extend(outcome.cycle);
            self.at_start.extend(&outcome.rows);
            if outcome.is_partial {
                continue;
            }
            let index = self.note(&mut known, &mut open, outcome.situation, None);
            for state in outcome.entered {
                self.states.entry(state).or_insert(index);
            }
        }
        while let Some(from) = open.pop_front() {
            for given in self.offers(from) {
                for outcome in step::take(self.chart, &self.situations[from], &given) {
                    let step = PathStep {
                        given: given.clone(),
                        rows: outcome.rows.clone(),
                    };
                    for &row in &outcome.rows {
                        self.rows.entry(row).or_insert_with(|| (from, step.clone()));
                    }
                    self.cycles.extend(outcome.cycle);
                    if outcome.is_partial {
                        continue;
                    }
                    if known.len() >= MOST && !known.contains_key(&outcome.situation) {
                        self.is_complete = false;
                        continue;
                    }
                    let before = Some((from, step));
                    let to = self.note(&mut known, &mut open, outcome.situation, before);
                    for state in outcome.entered {
                        self.states.entry(state).or_insert(to);
                    }
                    self.edges.push(Edge {
                        from,
                        to,
                        given: given.clone(),
                        deferred: outcome.deferred,
                    });
                }
            }
        }
    }

    fn note(
        &mut self,
        known: &mut BTreeMap<Situation, usize>,
        open: &mut VecDeque<usize>,
        situation: Situation,
        before: Option<(usize, PathStep)>,
    ) -> usize {
        if let Some(&index) = known.get(&situation) {
            return index;
        }
        let index = self.situations.len();
        known.insert(situation.clone(), index);
        self.situations.push(situation);
        self.before.push(before);
        open.push_back(index);
        index
    }

    /// All that can be given in this situation.
    fn offers(&self, at: usize) -> Vec<Given> {
        let situation = &self.situations[at];
        if situation.has_ended {
            return Vec::new();
        }
        let messages = self.chart.message_ids().map(Given::Message);
        let is_waiting = |&id: &RowId| {
            let row = self.chart.row(id);
            let waits = matches!(
                row.trigger,
                Trigger::After(_) | Trigger::Child(_) | Trigger::Down
            );
            waits && situation.active.contains(&row.source)
        };
        let rows = self.chart.row_ids().filter(is_waiting).map(Given::Row);
        messages.chain(rows).collect()
    }

    /// Was everything looked at? A chart of very many configurations is not.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many situations there are: configurations, with what histories remember.
    pub fn situations(&self) -> usize {
        self.situations.len()
    }

    /// The configurations in which a machine may rest after a step; more than once those that its
    /// histories tell apart.
    pub fn configurations(&self) -> impl Iterator<Item = &BTreeSet<StateId>> {
        self.situations.iter().map(|situation| &situation.active)
    }

    /// A shortest path after which this state is active or was passed through; `None` when none
    /// was found.
    pub fn path_to_state(&self, state: StateId) -> Option<Path> {
        Some(self.path(*self.states.get(&state)?))
    }

    /// A shortest path whose last step takes this row; empty for one that is taken at the start.
    pub fn path_to_row(&self, row: RowId) -> Option<Path> {
        if self.at_start.contains(&row) {
            return Some(Path::new());
        }
        let (from, step) = self.rows.get(&row)?;
        let mut path = self.path(*from);
        path.push(step.clone());
        Some(path)
    }

    /// The shortest paths to all states and rows that can be reached, each once and none that is
    /// the beginning of another.
    pub fn paths(&self) -> Vec<Path> {
        let states = self
            .chart
            .state_ids()
            .filter_map(|id| self.path_to_state(id));
        let rows = self.chart.row_ids().filter_map(|id| self.path_to_row(id));
        let mut paths: Vec<Path> = Vec::new();
        for path in states.chain(rows) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let all = paths.clone();
        let is_beginning = |path: &Path| {
            all.iter()
                .any(|other| other.len() > path.len() && other.starts_with(path))
        };
        paths.retain(|path| !is_beginning(path));
        paths
    }

    /// A path as a person reads it: `Coin [value >= 2], after 5s`.
    pub fn path_label(&self, path: &[PathStep]) -> String {
        let steps: Vec<String> = path.iter().map(|step| self.step_label(step)).collect();
        match steps.is_empty() {
            true => String::from("at the start"),
            false => steps.join(", "),
        }
    }

    fn step_label(&self, step: &PathStep) -> String {
        let mut label = match &step.given {
            Given::Message(message) => String::from(&*self.chart.message(*message).name),
            Given::Row(row) => self.chart.trigger_label(self.chart.row(*row)),
        };
        for &row in &step.rows {
            if let Some(guard) = &self.chart.row(row).guard {
                label.push_str(" [");
                label.push_str(guard);
                label.push(']');
            }
        }
        label
    }

    fn path(&self, mut at: usize) -> Path {
        let mut path = vec![];
        while let Some((before, step)) = &self.before[at] {
            path.push(step.clone());
            at = *before;
        }
        path.reverse();
        path
    }
}
