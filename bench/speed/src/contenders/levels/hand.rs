//! By hand, flattened: one arm for each resting state and event, with the exits and entries
//! spelled out. Three ways of asking the same two questions.

use crate::contender::{Contender, Kind};
use crate::workload::level::*;
use crate::workload::{Levels, Move};

/// The resting states.
#[derive(Clone, Copy)]
#[repr(u8)]
enum State {
    NorthEastUp,
    NorthEastDown,
    NorthWestUp,
    NorthWestDown,
    SouthEastUp,
    SouthEastDown,
    SouthWestUp,
    SouthWestDown,
}

/// All transitions, once: number, source, what is left and entered, target.
macro_rules! transitions {
    ($then:ident $state:expr, $event:expr, $checksum:expr) => {
        $then! {
            $state, $event, $checksum;
            Near: 0 {
                0 NorthEastUp => [exit NORTH_EAST_UP enter NORTH_EAST_DOWN] NorthEastDown,
                3 NorthEastDown => [exit NORTH_EAST_DOWN enter NORTH_EAST_UP] NorthEastUp,
                6 NorthWestUp => [exit NORTH_WEST_UP enter NORTH_WEST_DOWN] NorthWestDown,
                9 NorthWestDown => [exit NORTH_WEST_DOWN enter NORTH_WEST_UP] NorthWestUp,
                12 SouthEastUp => [exit SOUTH_EAST_UP enter SOUTH_EAST_DOWN] SouthEastDown,
                15 SouthEastDown => [exit SOUTH_EAST_DOWN enter SOUTH_EAST_UP] SouthEastUp,
                18 SouthWestUp => [exit SOUTH_WEST_UP enter SOUTH_WEST_DOWN] SouthWestDown,
                21 SouthWestDown => [exit SOUTH_WEST_DOWN enter SOUTH_WEST_UP] SouthWestUp,
            }
            Middle: 1 {
                1 NorthEastUp => [exit NORTH_EAST_UP exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP] NorthWestUp,
                4 NorthEastDown => [exit NORTH_EAST_DOWN exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP] NorthWestUp,
                7 NorthWestUp => [exit NORTH_WEST_UP exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
                10 NorthWestDown => [exit NORTH_WEST_DOWN exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
                13 SouthEastUp => [exit SOUTH_EAST_UP exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP] SouthWestUp,
                16 SouthEastDown => [exit SOUTH_EAST_DOWN exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP] SouthWestUp,
                19 SouthWestUp => [exit SOUTH_WEST_UP exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
                22 SouthWestDown => [exit SOUTH_WEST_DOWN exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
            }
            Far: 2 {
                2 NorthEastUp => [exit NORTH_EAST_UP exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
                5 NorthEastDown => [exit NORTH_EAST_DOWN exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
                8 NorthWestUp => [exit NORTH_WEST_UP exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
                11 NorthWestDown => [exit NORTH_WEST_DOWN exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP] SouthEastUp,
                14 SouthEastUp => [exit SOUTH_EAST_UP exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
                17 SouthEastDown => [exit SOUTH_EAST_DOWN exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
                20 SouthWestUp => [exit SOUTH_WEST_UP exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
                23 SouthWestDown => [exit SOUTH_WEST_DOWN exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP] NorthEastUp,
            }
        }
    };
}

/// `match (state, event) { (State::NorthEastUp, Move::Near) => … }`
macro_rules! pair {
    ($state:expr, $event:expr, $checksum:expr;
     $($kind:ident: $column:literal { $($number:literal $source:ident => [$($run:ident $level:ident)*] $target:ident,)* })*) => {
        match ($state, $event) {
            $($((State::$source, Move::$kind) => {
                $($run($checksum, $level);)*
                State::$target
            })*)*
        }
    };
}

/// `match event { Move::Near => match state { State::NorthEastUp => … } }`
macro_rules! event_first {
    ($state:expr, $event:expr, $checksum:expr;
     $($kind:ident: $column:literal { $($number:literal $source:ident => [$($run:ident $level:ident)*] $target:ident,)* })*) => {
        match $event {
            $(Move::$kind => match $state {
                $(State::$source => {
                    $($run($checksum, $level);)*
                    State::$target
                })*
            })*
        }
    };
}

/// `match state * 3 + event { 0 => … }`
macro_rules! dense {
    ($state:expr, $event:expr, $checksum:expr;
     $($kind:ident: $column:literal { $($number:literal $source:ident => [$($run:ident $level:ident)*] $target:ident,)* })*) => {{
        let column: u8 = match $event {
            $(Move::$kind => $column),*
        };
        match $state as u8 * 3 + column {
            $($($number => {
                $($run($checksum, $level);)*
                State::$target
            })*)*
            _ => unreachable!("eight states, three events"),
        }
    }};
}

/// The three ways are three contenders that differ in their step only.
macro_rules! contender {
    ($name:ident, $title:literal, $way:ident) => {
        #[doc = $title]
        pub struct $name {
            state: State,
            checksum: u64,
        }

        impl Contender for $name {
            type Workload = Levels;
            type Event = Move;
            const NAME: &'static str = $title;
            const KIND: Kind = Kind::Hand;

            fn start() -> Self {
                Self { state: State::NorthEastUp, checksum: started() }
            }

            fn event(event: Move) -> Move {
                event
            }

            #[inline(always)]
            fn step(&mut self, event: Move) {
                let checksum = &mut self.checksum;
                self.state = transitions!($way self.state, event, checksum);
            }

            fn checksum(&self) -> u64 {
                self.checksum
            }
        }
    };
}

contender!(Pair, "hand: match (state, event)", pair);
contender!(EventFirst, "hand: event first", event_first);
contender!(Dense, "hand: dense switch", dense);
