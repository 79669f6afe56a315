//! Time: contenders take turns in rounds, so that whatever else the machine does is shared by
//! all of them, and what is reported is the median of the rounds.
//!
//! Must not know of: which contenders there are.

use crate::contender::{Contender, Kind};
use crate::workload::Workload;
use std::hint::black_box;
use std::time::Instant;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often each contender has its turn.
    pub rounds: usize,
    /// How often the workload's events are sent in one turn.
    pub repetitions: usize,
}

/// Sends the events to a machine, once each. It only borrows the machine, so that there is nothing
/// to drop when a step panics and the loop looks the same for all contenders.
type Pass<C> = fn(&mut C, &[<C as Contender>::Event]);

/// How many orders of events there are. In a single one, where the compiler happens to have put
/// the code decides what the processor can learn of it: for the same code that is a factor of two.
const ORDERS: usize = 16;

/// A contender in a table: its turn, with its own type hidden.
pub struct Entrant {
    name: &'static str,
    kind: Kind,
    /// The same code, at as many places.
    turns: Vec<Box<Turn>>,
    events: usize,
}

/// Sends the events of this order this many times, and says what the checksum is.
type Turn = dyn Fn(usize, usize) -> u64;

/// One line of a table.
#[derive(Clone, Debug)]
pub struct Line {
    /// The contender.
    pub name: &'static str,
    /// Whose it is.
    pub kind: Kind,
    /// Nanoseconds for one event, one figure a round, in the order of the rounds.
    pub rounds: Vec<f64>,
    /// How many allocations one pass over the events makes.
    pub allocations: u64,
}

impl Entrant {
    /// The machine is stepped by a call that is never inlined: what a loop that does other things
    /// too pays.
    pub fn called<C: Contender + 'static, const PLACE: usize>() -> Self {
        #[inline(never)]
        fn step<C: Contender>(machine: &mut C, event: C::Event) {
            machine.step(event);
        }
        #[inline(never)]
        fn pass<C: Contender, const PLACE: usize>(machine: &mut C, events: &[C::Event]) {
            black_box(PLACE); // or the compiler merges what is the same
            for event in events {
                step(machine, event.clone());
            }
        }
        Self::new(pass::<C, PLACE>)
    }

    /// The step may be merged into the loop that feeds it.
    pub fn inlined<C: Contender + 'static, const PLACE: usize>() -> Self {
        #[inline(never)]
        fn pass<C: Contender, const PLACE: usize>(machine: &mut C, events: &[C::Event]) {
            black_box(PLACE); // or the compiler merges what is the same
            for event in events {
                machine.step(event.clone());
            }
        }
        Self::new(pass::<C, PLACE>)
    }

    fn new<C: Contender + 'static>(pass: Pass<C>) -> Self {
        let events = |order| {
            C::Workload::events(order as u64)
                .into_iter()
                .map(C::event)
                .collect()
        };
        let orders: Vec<Vec<C::Event>> = (0..ORDERS).map(events).collect();
        let count = orders[0].len();
        let turn = move |order: usize, repetitions: usize| {
            let events = &orders[order % ORDERS];
            let mut machine = black_box(C::start());
            for _ in 0..repetitions {
                pass(&mut machine, black_box(events));
            }
            machine.checksum()
        };
        Self {
            name: C::NAME,
            kind: C::KIND,
            turns: vec![Box::new(turn)],
            events: count,
        }
    }

    /// The same contender, compiled once more: its turns alternate.
    pub fn and(mut self, other: Self) -> Self {
        self.turns.extend(other.turns);
        self
    }

    /// The turn of this round, in its order of the events.
    fn turn(&self, round: usize, repetitions: usize) -> u64 {
        (self.turns[round % self.turns.len()])(round, repetitions)
    }

    /// The allocations of a pass over the events: what a second pass adds to the first, so that
    /// what making the machine allocates is not counted.
    fn allocations(&self) -> u64 {
        let count = |repetitions| {
            let counted = allocation_counter::measure(|| _ = self.turn(0, repetitions));
            counted.count_total
        };
        count(2) - count(1)
    }
}

/// Lets the contenders take turns.
///
/// # Panics
/// If one of them ends with another checksum than the first.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub fn race(entrants: &[Entrant], effort: Effort) -> Vec<Line> {
    let mut lines: Vec<Line> = entrants
        .iter()
        .map(|entrant| Line {
            name: entrant.name,
            kind: entrant.kind,
            rounds: Vec::with_capacity(effort.rounds),
            allocations: entrant.allocations(),
        })
        .collect();
    for round in 0..effort.rounds {
        let expected = entrants[0].turn(round, effort.repetitions);
        for place in 0..entrants.len() {
            // Nobody is always first, or always after the same neighbour's data.
            let place = if round % 2 == 0 {
                place
            } else {
                entrants.len() - 1 - place
            };
            let place = (place + round / 2) % entrants.len();
            let entrant = &entrants[place];
            let start = Instant::now();
            let checksum = entrant.turn(round, effort.repetitions);
            let nanoseconds = start.elapsed().as_nanos() as f64;
            assert_eq!(checksum, expected, "{} did something else", entrant.name);
            lines[place]
                .rounds
                .push(nanoseconds / (effort.repetitions * entrant.events) as f64);
        }
    }
    lines
}

/// The value at this part of the sorted figures: 0.5 is the median.
pub fn quantile(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}
