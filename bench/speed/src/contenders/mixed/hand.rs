//! By hand, flattened: exits and entries are spelled out. Three ways of asking the same two
//! questions.

use crate::contender::{Contender, Kind};
use crate::workload::player::*;
use crate::workload::{Key, Mixed, Player};

/// The resting states.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Off,
    Idle,
    Playing,
    Paused,
}

/// Notes these tags, then says where to go.
macro_rules! go {
    ($player:ident: $($tag:ident)* => $target:ident) => {{
        $($player.mark($tag);)*
        State::$target
    }};
}

/// The tick at the end of the track.
#[inline(always)]
fn end(player: &mut Player) -> State {
    player.position = 0;
    go!(player: EXIT_PLAYING EXIT_ACTIVE ENTER_IDLE => Idle)
}

/// `match (state, event)`.
#[inline(always)]
fn pair(state: State, event: Key, player: &mut Player) -> State {
    match (state, event) {
        (State::Playing, Key::Tick) if player.position < LENGTH => {
            player.tick();
            state
        }
        (State::Playing, Key::Tick) => end(player),
        (State::Playing, Key::Pause) => go!(player: EXIT_PLAYING ENTER_PAUSED => Paused),
        (State::Paused, Key::Play) => go!(player: EXIT_PAUSED ENTER_PLAYING => Playing),
        (State::Idle, Key::Play) => go!(player: EXIT_IDLE ENTER_ACTIVE ENTER_PLAYING => Playing),
        (State::Playing, Key::Stop) => go!(player: EXIT_PLAYING EXIT_ACTIVE ENTER_IDLE => Idle),
        (State::Paused, Key::Stop) => go!(player: EXIT_PAUSED EXIT_ACTIVE ENTER_IDLE => Idle),
        (State::Playing | State::Paused, Key::Seek { to }) => {
            player.seek(to);
            state
        }
        (State::Idle | State::Playing | State::Paused, Key::Volume { step }) => {
            player.louder(step);
            state
        }
        (State::Off, Key::Power) => go!(player: ENTER_ON ENTER_IDLE => Idle),
        (State::Idle, Key::Power) => go!(player: EXIT_IDLE EXIT_ON => Off),
        (State::Playing, Key::Power) => go!(player: EXIT_PLAYING EXIT_ACTIVE EXIT_ON => Off),
        (State::Paused, Key::Power) => go!(player: EXIT_PAUSED EXIT_ACTIVE EXIT_ON => Off),
        (_, Key::Ping) => {
            player.mark(PING);
            state
        }
        (
            State::Off,
            Key::Play | Key::Pause | Key::Stop | Key::Seek { .. } | Key::Volume { .. },
        )
        | (State::Off | State::Idle | State::Paused, Key::Tick)
        | (State::Idle, Key::Pause | Key::Stop | Key::Seek { .. })
        | (State::Playing, Key::Play)
        | (State::Paused, Key::Pause) => state,
    }
}

/// `match event { Key::Power => match state { … } }`.
#[inline(always)]
fn event_first(state: State, event: Key, player: &mut Player) -> State {
    match event {
        Key::Tick => match state {
            State::Playing if player.position < LENGTH => {
                player.tick();
                state
            }
            State::Playing => end(player),
            State::Off | State::Idle | State::Paused => state,
        },
        Key::Pause => match state {
            State::Playing => go!(player: EXIT_PLAYING ENTER_PAUSED => Paused),
            State::Off | State::Idle | State::Paused => state,
        },
        Key::Play => match state {
            State::Idle => go!(player: EXIT_IDLE ENTER_ACTIVE ENTER_PLAYING => Playing),
            State::Paused => go!(player: EXIT_PAUSED ENTER_PLAYING => Playing),
            State::Off | State::Playing => state,
        },
        Key::Stop => match state {
            State::Playing => go!(player: EXIT_PLAYING EXIT_ACTIVE ENTER_IDLE => Idle),
            State::Paused => go!(player: EXIT_PAUSED EXIT_ACTIVE ENTER_IDLE => Idle),
            State::Off | State::Idle => state,
        },
        Key::Seek { to } => {
            if matches!(state, State::Playing | State::Paused) {
                player.seek(to);
            }
            state
        }
        Key::Volume { step } => {
            if state != State::Off {
                player.louder(step);
            }
            state
        }
        Key::Power => match state {
            State::Off => go!(player: ENTER_ON ENTER_IDLE => Idle),
            State::Idle => go!(player: EXIT_IDLE EXIT_ON => Off),
            State::Playing => go!(player: EXIT_PLAYING EXIT_ACTIVE EXIT_ON => Off),
            State::Paused => go!(player: EXIT_PAUSED EXIT_ACTIVE EXIT_ON => Off),
        },
        Key::Ping => {
            player.mark(PING);
            state
        }
    }
}

/// `match state * 8 + event { 0 => … }`.
#[inline(always)]
fn dense(state: State, event: Key, player: &mut Player) -> State {
    let (column, field) = match event {
        Key::Power => (0, 0),
        Key::Play => (1, 0),
        Key::Pause => (2, 0),
        Key::Stop => (3, 0),
        Key::Seek { to } => (4, to),
        Key::Volume { step } => (5, step),
        Key::Tick => (6, 0),
        Key::Ping => (7, 0),
    };
    match state as u8 * 8 + column {
        0 => go!(player: ENTER_ON ENTER_IDLE => Idle),
        8 => go!(player: EXIT_IDLE EXIT_ON => Off),
        9 => go!(player: EXIT_IDLE ENTER_ACTIVE ENTER_PLAYING => Playing),
        16 => go!(player: EXIT_PLAYING EXIT_ACTIVE EXIT_ON => Off),
        18 => go!(player: EXIT_PLAYING ENTER_PAUSED => Paused),
        19 => go!(player: EXIT_PLAYING EXIT_ACTIVE ENTER_IDLE => Idle),
        22 if player.position < LENGTH => {
            player.tick();
            state
        }
        22 => end(player),
        24 => go!(player: EXIT_PAUSED EXIT_ACTIVE EXIT_ON => Off),
        25 => go!(player: EXIT_PAUSED ENTER_PLAYING => Playing),
        27 => go!(player: EXIT_PAUSED EXIT_ACTIVE ENTER_IDLE => Idle),
        20 | 28 => {
            player.seek(field);
            state
        }
        13 | 21 | 29 => {
            player.louder(field);
            state
        }
        7 | 15 | 23 | 31 => {
            player.mark(PING);
            state
        }
        _ => state,
    }
}

/// The three ways are three contenders that differ in their step only.
macro_rules! contender {
    ($name:ident, $title:literal, $way:ident) => {
        #[doc = $title]
        pub struct $name {
            state: State,
            player: Player,
        }

        impl Contender for $name {
            type Workload = Mixed;
            type Event = Key;
            const NAME: &'static str = $title;
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
                self.state = $way(self.state, event, &mut self.player);
            }

            fn checksum(&self) -> u64 {
                self.player.checksum
            }
        }
    };
}

contender!(Pair, "hand: match (state, event)", pair);
contender!(EventFirst, "hand: event first", event_first);
contender!(Dense, "hand: dense switch", dense);
