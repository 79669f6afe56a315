//! smlang. It has no hierarchy, so the chart is flattened: an action does the exits and entries of
//! its transition.

use crate::contender::{Contender, Kind};
use crate::workload::level::*;
use crate::workload::{Levels, Move};
use smlang::statemachine;

statemachine! {
    derive_events: [Clone, Copy],
    transitions: {
        *NorthEastUp + Near / near_from_north_east_up = NorthEastDown,
        NorthEastUp + Middle / middle_from_north_east_up = NorthWestUp,
        NorthEastUp + Far / far_from_north_east_up = SouthEastUp,
        NorthEastDown + Near / near_from_north_east_down = NorthEastUp,
        NorthEastDown + Middle / middle_from_north_east_down = NorthWestUp,
        NorthEastDown + Far / far_from_north_east_down = SouthEastUp,
        NorthWestUp + Near / near_from_north_west_up = NorthWestDown,
        NorthWestUp + Middle / middle_from_north_west_up = NorthEastUp,
        NorthWestUp + Far / far_from_north_west_up = SouthEastUp,
        NorthWestDown + Near / near_from_north_west_down = NorthWestUp,
        NorthWestDown + Middle / middle_from_north_west_down = NorthEastUp,
        NorthWestDown + Far / far_from_north_west_down = SouthEastUp,
        SouthEastUp + Near / near_from_south_east_up = SouthEastDown,
        SouthEastUp + Middle / middle_from_south_east_up = SouthWestUp,
        SouthEastUp + Far / far_from_south_east_up = NorthEastUp,
        SouthEastDown + Near / near_from_south_east_down = SouthEastUp,
        SouthEastDown + Middle / middle_from_south_east_down = SouthWestUp,
        SouthEastDown + Far / far_from_south_east_down = NorthEastUp,
        SouthWestUp + Near / near_from_south_west_up = SouthWestDown,
        SouthWestUp + Middle / middle_from_south_west_up = SouthEastUp,
        SouthWestUp + Far / far_from_south_west_up = NorthEastUp,
        SouthWestDown + Near / near_from_south_west_down = SouthWestUp,
        SouthWestDown + Middle / middle_from_south_west_down = SouthEastUp,
        SouthWestDown + Far / far_from_south_west_down = NorthEastUp,
    }
}

/// What the actions work on.
pub struct Context {
    checksum: u64,
}

/// The actions of all transitions.
macro_rules! actions {
    ($($name:ident: [$($run:ident $level:ident)*])*) => {
        impl StateMachineContext for Context {
            $(fn $name(&mut self) -> Result<(), ()> {
                $($run(&mut self.checksum, $level);)*
                Ok(())
            })*
        }
    };
}

actions! {
    near_from_north_east_up: [exit NORTH_EAST_UP enter NORTH_EAST_DOWN]
    middle_from_north_east_up: [exit NORTH_EAST_UP exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP]
    far_from_north_east_up: [exit NORTH_EAST_UP exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
    near_from_north_east_down: [exit NORTH_EAST_DOWN enter NORTH_EAST_UP]
    middle_from_north_east_down: [exit NORTH_EAST_DOWN exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP]
    far_from_north_east_down: [exit NORTH_EAST_DOWN exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
    near_from_north_west_up: [exit NORTH_WEST_UP enter NORTH_WEST_DOWN]
    middle_from_north_west_up: [exit NORTH_WEST_UP exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP]
    far_from_north_west_up: [exit NORTH_WEST_UP exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
    near_from_north_west_down: [exit NORTH_WEST_DOWN enter NORTH_WEST_UP]
    middle_from_north_west_down: [exit NORTH_WEST_DOWN exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP]
    far_from_north_west_down: [exit NORTH_WEST_DOWN exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
    near_from_south_east_up: [exit SOUTH_EAST_UP enter SOUTH_EAST_DOWN]
    middle_from_south_east_up: [exit SOUTH_EAST_UP exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP]
    far_from_south_east_up: [exit SOUTH_EAST_UP exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
    near_from_south_east_down: [exit SOUTH_EAST_DOWN enter SOUTH_EAST_UP]
    middle_from_south_east_down: [exit SOUTH_EAST_DOWN exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP]
    far_from_south_east_down: [exit SOUTH_EAST_DOWN exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
    near_from_south_west_up: [exit SOUTH_WEST_UP enter SOUTH_WEST_DOWN]
    middle_from_south_west_up: [exit SOUTH_WEST_UP exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP]
    far_from_south_west_up: [exit SOUTH_WEST_UP exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
    near_from_south_west_down: [exit SOUTH_WEST_DOWN enter SOUTH_WEST_UP]
    middle_from_south_west_down: [exit SOUTH_WEST_DOWN exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP]
    far_from_south_west_down: [exit SOUTH_WEST_DOWN exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
}

/// smlang, flattened.
pub struct Smlang(StateMachine<Context>);

impl Contender for Smlang {
    type Workload = Levels;
    type Event = Events;
    const NAME: &'static str = "smlang (flattened)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self(StateMachine::new(Context {
            checksum: started(),
        }))
    }

    fn event(event: Move) -> Events {
        match event {
            Move::Near => Events::Near,
            Move::Middle => Events::Middle,
            Move::Far => Events::Far,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: Events) {
        _ = self.0.process_event(event);
    }

    fn checksum(&self) -> u64 {
        self.0.context().checksum
    }
}
