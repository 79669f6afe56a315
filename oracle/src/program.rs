//! What a chart's functions do: the part of a machine that its description does not hold.

use crate::interpreter::Event;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wink_chart::{Chart, MessageId, RowId, StateId};

/// One of a chart's functions, by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// A state's entry function.
    Entry(StateId),
    /// A state's exit function.
    Exit(StateId),
    /// A row's function.
    Row(RowId),
    /// The function of what a document enters by default: its index among the defaults.
    Default(u16),
}

impl Function {
    /// A number of its own.
    fn number(self) -> u64 {
        match self {
            Function::Entry(state) => u64::from(state.0) * 3,
            Function::Exit(state) => u64::from(state.0) * 3 + 1,
            Function::Row(row) => u64::from(row.0) * 3 + 2,
            // Far from the others, whose numbers are kept: recorded runs depend on them.
            Function::Default(index) => (1 << 32) + u64::from(index),
        }
    }

    /// One function in four asks nothing of its machine, and so needs no context.
    pub fn is_quiet(self) -> bool {
        self.number().is_multiple_of(4)
    }
}

/// What a function asks of its machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Messages that it raises, in order.
    pub raised: Vec<MessageId>,
    /// It ends the machine after the present microstep.
    pub exits: bool,
}

/// What a chart's guards and functions do.
pub trait Program {
    /// Does the guard of this row hold? Asked for rows with a guard only, in the given
    /// configuration; pure, since it may be asked any number of times.
    fn guard(&self, row: RowId, configuration: &BTreeSet<StateId>) -> bool;

    /// The target, as an index into the row's targets, that the function of a choosing row
    /// returns. Asked right before [`Program::call`] for the same row.
    fn choose(&self, row: RowId) -> usize;

    /// Runs a function, in the configuration of that moment. Called for functions that the
    /// chart names only.
    fn call(&mut self, function: Function, configuration: &BTreeSet<StateId>) -> Effects;

    /// This event is taken now, from outside or from the internal queue.
    fn take(&mut self, event: Event) {
        let _ = event;
    }

    /// The event that says that this state is complete. A document of the recommendation has
    /// an event with a name for that, which every state may listen to.
    fn completion(&self, state: StateId) -> Event {
        Event::Done(state)
    }
}

/// A program that is drawn from a seed: every answer is a hash of the seed, of the function
/// and of the number of functions that ran before.
///
/// Generated machines hold one in their data, so they answer as the oracle does for as long
/// as they have done the same things in the same order, and differ wildly afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SavedScript", into = "SavedScript")]
pub struct Script {
    /// Two scripts of one seed give the same answers.
    pub seed: u64,
    /// The functions that have run.
    pub calls: Vec<Function>,
    /// How many messages the chart has: what may be raised.
    pub messages: u16,
    /// How many targets each choosing row has.
    pub choices: Vec<u16>,
    /// One call in so many raises a message; 0 is never.
    pub raise_one_in: u64,
    /// One call in so many ends the machine; 0 is never.
    pub exit_one_in: u64,
}

impl Script {
    /// The script of that seed for this chart, which raises a message in one call of nine
    /// and ends the machine in one of two hundred.
    pub fn new(chart: &Chart, seed: u64) -> Script {
        Script {
            seed,
            calls: Vec::new(),
            messages: chart.messages.len() as u16,
            choices: chart
                .rows
                .iter()
                .map(|row| row.targets.len() as u16)
                .collect(),
            raise_one_in: 9,
            exit_one_in: 200,
        }
    }

    /// A number that depends on nothing but the seed, the calls so far and what it is for.
    fn draw(&self, purpose: u64, subject: u64) -> u64 {
        let mut value = self.seed ^ 0x9e37_79b9_7f4a_7c15;
        for part in [self.calls.len() as u64, purpose, subject] {
            value = (value ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd);
            value ^= value >> 32;
        }
        value
    }

    /// Does the guard of this row hold? Two times in three.
    pub fn holds(&self, row: RowId) -> bool {
        !self.draw(1, row.0.into()).is_multiple_of(3)
    }

    /// The index of the target that the choosing row's function returns.
    pub fn choice(&self, row: RowId) -> usize {
        let targets = u64::from(self.choices[row.index()]);
        (self.draw(2, row.0.into()) % targets.max(1)) as usize
    }

    /// Notes that the function ran, and says what it asks for.
    pub fn run(&mut self, function: Function) -> Effects {
        let subject = function.number();
        let one_in = |purpose, count: u64| {
            count > 0 && !function.is_quiet() && self.draw(purpose, subject).is_multiple_of(count)
        };
        let mut effects = Effects {
            raised: Vec::new(),
            exits: one_in(5, self.exit_one_in),
        };
        if one_in(3, self.raise_one_in) && self.messages > 0 {
            let message = self.draw(4, subject) % u64::from(self.messages);
            effects.raised.push(MessageId(message as u16));
        }
        self.calls.push(function);
        effects
    }
}

impl Program for Script {
    fn guard(&self, row: RowId, _configuration: &BTreeSet<StateId>) -> bool {
        self.holds(row)
    }

    fn choose(&self, row: RowId) -> usize {
        self.choice(row)
    }

    fn call(&mut self, function: Function, _configuration: &BTreeSet<StateId>) -> Effects {
        self.run(function)
    }
}

/// A [`Script`] as it is written: machines that hold one are saved and restored.
#[derive(Serialize, Deserialize)]
struct SavedScript {
    seed: u64,
    /// The kind of each function and its number.
    calls: Vec<(u8, u16)>,
    messages: u16,
    choices: Vec<u16>,
    raise_one_in: u64,
    exit_one_in: u64,
}

impl From<Script> for SavedScript {
    fn from(script: Script) -> Self {
        let Script {
            seed,
            calls,
            messages,
            choices,
            raise_one_in,
            exit_one_in,
        } = script;
        let call = |function| match function {
            Function::Entry(state) => (0, state.0),
            Function::Exit(state) => (1, state.0),
            Function::Row(row) => (2, row.0),
            Function::Default(index) => (3, index),
        };
        let calls = calls.into_iter().map(call).collect();
        SavedScript {
            seed,
            calls,
            messages,
            choices,
            raise_one_in,
            exit_one_in,
        }
    }
}

impl From<SavedScript> for Script {
    fn from(saved: SavedScript) -> Self {
        let SavedScript {
            seed,
            calls,
            messages,
            choices,
            raise_one_in,
            exit_one_in,
        } = saved;
        let call = |(kind, number)| match kind {
            0 => Function::Entry(StateId(number)),
            1 => Function::Exit(StateId(number)),
            3 => Function::Default(number),
            _ => Function::Row(RowId(number)),
        };
        let calls = calls.into_iter().map(call).collect();
        Script {
            seed,
            calls,
            messages,
            choices,
            raise_one_in,
            exit_one_in,
        }
    }
}
