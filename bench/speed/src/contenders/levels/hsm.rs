//! By hand, with a hierarchy: a table of parents, a handler for each state that may leave an event
//! to its parent, and transitions that look for the common ancestor while running.

use crate::contender::{Contender, Kind};
use crate::workload::{Levels, Move, level};

/// All states, by their numbers in `level`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Root,
    North,
    NorthEast,
    NorthEastUp,
    NorthEastDown,
    NorthWest,
    NorthWestUp,
    NorthWestDown,
    South,
    SouthEast,
    SouthEastUp,
    SouthEastDown,
    SouthWest,
    SouthWestUp,
    SouthWestDown,
}

impl State {
    /// The state around each state, in the order of their numbers.
    const PARENTS: [State; 15] = [
        State::Root,
        State::Root,
        State::North,
        State::NorthEast,
        State::NorthEast,
        State::North,
        State::NorthWest,
        State::NorthWest,
        State::Root,
        State::South,
        State::SouthEast,
        State::SouthEast,
        State::South,
        State::SouthWest,
        State::SouthWest,
    ];
    /// How deep each state lies.
    const DEPTHS: [u8; 15] = [0, 1, 2, 3, 3, 2, 3, 3, 1, 2, 3, 3, 2, 3, 3];

    fn parent(self) -> State {
        Self::PARENTS[self as usize]
    }

    fn depth(self) -> u8 {
        Self::DEPTHS[self as usize]
    }

    /// Where this state alone goes on this event; `None` leaves it to the parent.
    fn handle(self, event: Move) -> Option<State> {
        let target = match (self, event) {
            (State::North, Move::Far) => State::SouthEastUp,
            (State::NorthEast, Move::Middle) => State::NorthWestUp,
            (State::NorthEastUp, Move::Near) => State::NorthEastDown,
            (State::NorthEastDown, Move::Near) => State::NorthEastUp,
            (State::NorthWest, Move::Middle) => State::NorthEastUp,
            (State::NorthWestUp, Move::Near) => State::NorthWestDown,
            (State::NorthWestDown, Move::Near) => State::NorthWestUp,
            (State::South, Move::Far) => State::NorthEastUp,
            (State::SouthEast, Move::Middle) => State::SouthWestUp,
            (State::SouthEastUp, Move::Near) => State::SouthEastDown,
            (State::SouthEastDown, Move::Near) => State::SouthEastUp,
            (State::SouthWest, Move::Middle) => State::SouthEastUp,
            (State::SouthWestUp, Move::Near) => State::SouthWestDown,
            (State::SouthWestDown, Move::Near) => State::SouthWestUp,
            _ => return None,
        };
        Some(target)
    }

    /// The innermost state that lies around both, or is one of them.
    fn common(mut self, mut other: State) -> State {
        while self != other {
            if self.depth() >= other.depth() {
                self = self.parent();
            } else {
                other = other.parent();
            }
        }
        self
    }
}

/// A hierarchical machine with a table of parents.
pub struct ParentTable {
    state: State,
    checksum: u64,
}

impl ParentTable {
    #[inline(always)]
    fn transit(&mut self, target: State) {
        let domain = self.state.common(target);
        let mut left = self.state;
        while left != domain {
            level::exit(&mut self.checksum, left as u64);
            left = left.parent();
        }
        let mut entered = [State::Root; 3];
        let mut count = 0;
        let mut state = target;
        while state != domain {
            entered[count] = state;
            count += 1;
            state = state.parent();
        }
        for state in entered[..count].iter().rev() {
            level::enter(&mut self.checksum, *state as u64);
        }
        self.state = target;
    }
}

impl Contender for ParentTable {
    type Workload = Levels;
    type Event = Move;
    const NAME: &'static str = "hand: HSM with a parent table";
    const KIND: Kind = Kind::Hand;

    fn start() -> Self {
        Self {
            state: State::NorthEastUp,
            checksum: level::started(),
        }
    }

    fn event(event: Move) -> Move {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Move) {
        let mut state = self.state;
        while state != State::Root {
            if let Some(target) = state.handle(event) {
                self.transit(target);
                return;
            }
            state = state.parent();
        }
    }

    fn checksum(&self) -> u64 {
        self.checksum
    }
}
