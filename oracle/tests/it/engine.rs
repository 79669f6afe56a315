//! The engine of parallel charts, run over a chart that was made at run time.
//!
//! Selection, microsteps and completions are the engine's; the loop around them (what is raised
//! and deferred), which the runtime has for compiled machines, is spelled out here.

use std::collections::{BTreeSet, VecDeque};
use std::marker::PhantomData;
use wink_oracle::{Effects, Event, Function, MICROSTEPS, Program, Received, Trace};
use wink_runtime::private::Configuration;
use wink_runtime::private::parallel::{
    Completion, Engine, Microstep, Operation, Selection, Set, Stimulus, Table,
};
use wink_runtime::{Chart, MessageId, RowId, StateId};

/// Enough for every chart of the tests.
const WORDS: usize = 2;
const HISTORIES: usize = 64;

type Place = Configuration<(), WORDS, HISTORIES>;

/// A chart that the engine runs.
pub struct Runner<'c, P> {
    engine: Engine<'c, WORDS>,
    place: Place,
    pub program: P,
    pub trace: Vec<Trace>,
    pub running: bool,
    /// Where it rested when it ended.
    pub ended_in: Vec<StateId>,
    internal: VecDeque<Event>,
    deferred: Vec<MessageId>,
    changed: bool,
    ending: bool,
}

/// The table of a chart, which a [`Runner`] borrows.
pub fn table(chart: &Chart) -> Table<WORDS> {
    Table::new(chart)
}

impl<'c, P: Program> Runner<'c, P> {
    pub fn start(chart: &'c Chart, table: &'c Table<WORDS>, program: P) -> Self {
        let place = Configuration {
            active: [0; WORDS],
            history: [[0; WORDS]; HISTORIES],
            states: PhantomData,
        };
        let mut runner = Runner {
            engine: Engine { chart, table },
            place,
            program,
            trace: Vec::new(),
            running: true,
            ended_in: Vec::new(),
            internal: VecDeque::new(),
            deferred: Vec::new(),
            changed: false,
            ending: false,
        };
        runner.perform(Microstep::start());
        runner.settle();
        runner.redeliver();
        runner
    }

    /// One external event and what follows it.
    pub fn take(&mut self, event: Event) -> Received {
        let received = self.step(event);
        self.redeliver();
        received
    }

    fn redeliver(&mut self) {
        let mut next = self.deferred.len();
        while self.running {
            if std::mem::take(&mut self.changed) {
                next = 0;
            }
            if next == self.deferred.len() {
                return;
            }
            let message = self.deferred.remove(next);
            let place = self.deferred.len();
            if let Received::Deferred(_) = self.step(Event::Message(message)) {
                self.deferred.remove(place);
                self.deferred.insert(next, message);
                next += 1;
            }
        }
    }

    fn step(&mut self, event: Event) -> Received {
        if !self.running {
            return Received::Ended;
        }
        let received = self.answer(event);
        self.settle();
        received
    }

    pub fn configuration(&self) -> BTreeSet<StateId> {
        Set(self.place.active).iter().collect()
    }

    pub fn resting(&self) -> Vec<StateId> {
        self.engine.resting(Set(self.place.active)).iter().collect()
    }

    fn select(&self, stimulus: Stimulus) -> Selection<WORDS> {
        let guard = |row| self.program.guard(row, &self.configuration());
        self.engine.select(&self.place, stimulus, guard)
    }

    fn answer(&mut self, event: Event) -> Received {
        use wink_chart::RowKind;
        self.program.take(event);
        let selection = self.select(match event {
            Event::Message(message) => Stimulus::Message(message),
            Event::After(row) => Stimulus::After(row),
            Event::Done(state) => Stimulus::Done(state),
            Event::Child(signal) => Stimulus::Child(signal),
            Event::Down => Stimulus::Down,
        });
        let Some(first) = selection.as_slice().first().map(|entry| entry.row) else {
            return Received::Unhandled;
        };
        match self.engine.row(first).kind {
            RowKind::Ignore => Received::Ignored(first),
            RowKind::Defer => {
                if let Event::Message(message) = event {
                    self.deferred.push(message);
                }
                Received::Deferred(first)
            }
            RowKind::Receive => {
                self.microstep(selection);
                Received::Handled(first)
            }
        }
    }

    fn settle(&mut self) {
        let mut microsteps = 0;
        while !self.ending {
            let selection = self.select(Stimulus::Always);
            if !selection.as_slice().is_empty() {
                self.microstep(selection);
            } else if let Some(event) = self.internal.pop_front() {
                self.answer(event);
            } else {
                return;
            }
            microsteps += 1;
            if microsteps == MICROSTEPS {
                break;
            }
        }
        self.ended_in = self.resting();
        self.perform(Microstep::leave(&self.place));
        self.running = false;
    }

    fn microstep(&mut self, selection: Selection<WORDS>) {
        self.trace.extend(
            selection
                .as_slice()
                .iter()
                .map(|entry| Trace::Row(entry.row)),
        );
        self.perform(Microstep::take(selection));
    }

    fn perform(&mut self, mut microstep: Microstep<WORDS>) {
        while let Some(operation) = microstep.next(self.engine, &mut self.place) {
            match operation {
                Operation::Act(row) => microstep.choose(self.act(row)),
                Operation::Exit(state) => {
                    self.changed = true;
                    self.trace.push(Trace::Exit(state));
                    if self.engine.state(state).exit.is_some() {
                        self.call(Function::Exit(state));
                    }
                }
                Operation::Forget(_) => {}
                Operation::Default(index) => {
                    self.trace.push(Trace::Default(index as u16));
                    self.call(Function::Default(index as u16));
                }
                Operation::Enter(state) => {
                    self.changed = true;
                    self.trace.push(Trace::Enter(state));
                    if self.engine.state(state).entry.is_some() {
                        self.call(Function::Entry(state));
                    }
                    match self.engine.completion(Set(self.place.active), state) {
                        Completion::Nothing => {}
                        Completion::Machine => self.ending = true,
                        Completion::States(parent, parallel) => {
                            let done = std::iter::once(parent).chain(parallel);
                            self.internal
                                .extend(done.map(|state| self.program.completion(state)));
                        }
                    }
                }
            }
        }
    }

    fn act(&mut self, row: RowId) -> usize {
        let target = if self.engine.row(row).chooses {
            self.program.choose(row)
        } else {
            0
        };
        if self.engine.row(row).action.is_some() {
            self.trace.push(Trace::Action(row));
            self.call(Function::Row(row));
        }
        target
    }

    fn call(&mut self, function: Function) {
        let configuration = self.configuration();
        let Effects { raised, exits } = self.program.call(function, &configuration);
        self.internal.extend(raised.into_iter().map(Event::Message));
        self.ending |= exits;
    }
}
