//! By hand. With two states and one event, all ways of writing it are the same program.

use crate::contender::{Contender, Kind};
use crate::workload::{Flip, Toggle, mark};

#[derive(Clone, Copy)]
enum State {
    Off,
    On,
}

/// `match (state, event)`.
pub struct Pair {
    state: State,
    checksum: u64,
}

impl Contender for Pair {
    type Workload = Toggle;
    type Event = Flip;
    const NAME: &'static str = "hand: match (state, event)";
    const KIND: Kind = Kind::Hand;

    fn start() -> Self {
        Self {
            state: State::Off,
            checksum: 0,
        }
    }

    fn event(event: Flip) -> Flip {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Flip) {
        self.state = match (self.state, event) {
            (State::Off, Flip::Flip) => {
                mark(&mut self.checksum, Toggle::ON);
                State::On
            }
            (State::On, Flip::Flip) => {
                mark(&mut self.checksum, Toggle::OFF);
                State::Off
            }
        };
    }

    fn checksum(&self) -> u64 {
        self.checksum
    }
}
