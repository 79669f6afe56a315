//! By hand, with a hierarchy: a table of parents, a handler for each state that may leave an event
//! to its parent, and transitions that look for the common ancestor while running.

use crate::contender::{Contender, Kind};
use crate::workload::player::*;
use crate::workload::{Key, Mixed, Player};

/// All states.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Root,
    Off,
    On,
    Idle,
    Active,
    Playing,
    Paused,
}

/// What a state's handler says of an event.
enum Answer {
    Handled,
    Go(State),
    Parent,
}

impl State {
    /// The state around each state.
    const PARENTS: [State; 7] = [
        State::Root,
        State::Root,
        State::Root,
        State::On,
        State::On,
        State::Active,
        State::Active,
    ];
    /// How deep each state lies.
    const DEPTHS: [u8; 7] = [0, 1, 1, 2, 2, 3, 3];

    fn parent(self) -> State {
        Self::PARENTS[self as usize]
    }

    fn depth(self) -> u8 {
        Self::DEPTHS[self as usize]
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

    fn enter(self, player: &mut Player) {
        match self {
            State::Root | State::Off => {}
            State::On => player.mark(ENTER_ON),
            State::Idle => player.mark(ENTER_IDLE),
            State::Active => player.mark(ENTER_ACTIVE),
            State::Playing => player.mark(ENTER_PLAYING),
            State::Paused => player.mark(ENTER_PAUSED),
        }
    }

    fn exit(self, player: &mut Player) {
        match self {
            State::Root | State::Off => {}
            State::On => player.mark(EXIT_ON),
            State::Idle => player.mark(EXIT_IDLE),
            State::Active => player.mark(EXIT_ACTIVE),
            State::Playing => player.mark(EXIT_PLAYING),
            State::Paused => player.mark(EXIT_PAUSED),
        }
    }
}

/// What this state alone does on this event.
fn handle(state: State, event: Key, player: &mut Player) -> Answer {
    match (state, event) {
        (State::Root, Key::Ping) => {
            player.mark(PING);
            Answer::Handled
        }
        (State::Off, Key::Power) => Answer::Go(State::Idle),
        (State::On, Key::Power) => Answer::Go(State::Off),
        (State::On, Key::Volume { step }) => {
            player.louder(step);
            Answer::Handled
        }
        (State::Idle, Key::Play) => Answer::Go(State::Playing),
        (State::Active, Key::Stop) => Answer::Go(State::Idle),
        (State::Active, Key::Seek { to }) => {
            player.seek(to);
            Answer::Handled
        }
        (State::Playing, Key::Pause) => Answer::Go(State::Paused),
        (State::Playing, Key::Tick) if player.position < LENGTH => {
            player.tick();
            Answer::Handled
        }
        (State::Playing, Key::Tick) => {
            player.position = 0;
            Answer::Go(State::Idle)
        }
        (State::Paused, Key::Play) => Answer::Go(State::Playing),
        _ => Answer::Parent,
    }
}

/// A hierarchical machine with a table of parents.
pub struct ParentTable {
    state: State,
    player: Player,
}

impl ParentTable {
    #[inline(always)]
    fn transit(&mut self, target: State) {
        let domain = self.state.common(target);
        let mut left = self.state;
        while left != domain {
            left.exit(&mut self.player);
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
            state.enter(&mut self.player);
        }
        self.state = target;
    }
}

impl Contender for ParentTable {
    type Workload = Mixed;
    type Event = Key;
    const NAME: &'static str = "hand: HSM with a parent table";
    const KIND: Kind = Kind::Hand;

    fn start() -> Self {
        Self {
            state: State::Off,
            player: Player::default(),
        }
    }

    fn event(event: Key) -> Key {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Key) {
        let mut state = self.state;
        loop {
            match handle(state, event, &mut self.player) {
                Answer::Handled => return,
                Answer::Go(target) => return self.transit(target),
                Answer::Parent if state == State::Root => return,
                Answer::Parent => state = state.parent(),
            }
        }
    }

    fn checksum(&self) -> u64 {
        self.player.checksum
    }
}
