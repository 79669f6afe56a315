//! rust-fsm. It has neither hierarchy nor actions: the chart is flattened, and what is to be done
//! is its output and is done outside.

use crate::contender::{Contender, Kind};
use crate::workload::level::*;
use crate::workload::{Levels, Move};
use rust_fsm::state_machine;

state_machine! {
    #[derive(Clone, Copy, Debug)]
    levels(NorthEastUp)

    NorthEastUp => {
        Near => NorthEastDown [NearFromNorthEastUp],
        Middle => NorthWestUp [MiddleFromNorthEastUp],
        Far => SouthEastUp [FarFromNorthEastUp],
    },
    NorthEastDown => {
        Near => NorthEastUp [NearFromNorthEastDown],
        Middle => NorthWestUp [MiddleFromNorthEastDown],
        Far => SouthEastUp [FarFromNorthEastDown],
    },
    NorthWestUp => {
        Near => NorthWestDown [NearFromNorthWestUp],
        Middle => NorthEastUp [MiddleFromNorthWestUp],
        Far => SouthEastUp [FarFromNorthWestUp],
    },
    NorthWestDown => {
        Near => NorthWestUp [NearFromNorthWestDown],
        Middle => NorthEastUp [MiddleFromNorthWestDown],
        Far => SouthEastUp [FarFromNorthWestDown],
    },
    SouthEastUp => {
        Near => SouthEastDown [NearFromSouthEastUp],
        Middle => SouthWestUp [MiddleFromSouthEastUp],
        Far => NorthEastUp [FarFromSouthEastUp],
    },
    SouthEastDown => {
        Near => SouthEastUp [NearFromSouthEastDown],
        Middle => SouthWestUp [MiddleFromSouthEastDown],
        Far => NorthEastUp [FarFromSouthEastDown],
    },
    SouthWestUp => {
        Near => SouthWestDown [NearFromSouthWestUp],
        Middle => SouthEastUp [MiddleFromSouthWestUp],
        Far => NorthEastUp [FarFromSouthWestUp],
    },
    SouthWestDown => {
        Near => SouthWestUp [NearFromSouthWestDown],
        Middle => SouthEastUp [MiddleFromSouthWestDown],
        Far => NorthEastUp [FarFromSouthWestDown],
    }
}

/// Does what an output stands for.
macro_rules! perform {
    ($output:expr, $checksum:expr; $($name:ident: [$($run:ident $level:ident)*])*) => {
        match $output {
            $(levels::Output::$name => {
                $($run($checksum, $level);)*
            })*
        }
    };
}

/// rust-fsm, flattened, with the actions outside.
pub struct RustFsm {
    machine: levels::StateMachine,
    checksum: u64,
}

impl RustFsm {
    #[inline(always)]
    fn perform(&mut self, output: &levels::Output) {
        let checksum = &mut self.checksum;
        perform! { output, checksum;
            NearFromNorthEastUp: [exit NORTH_EAST_UP enter NORTH_EAST_DOWN]
            MiddleFromNorthEastUp: [exit NORTH_EAST_UP exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP]
            FarFromNorthEastUp: [exit NORTH_EAST_UP exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
            NearFromNorthEastDown: [exit NORTH_EAST_DOWN enter NORTH_EAST_UP]
            MiddleFromNorthEastDown: [exit NORTH_EAST_DOWN exit NORTH_EAST enter NORTH_WEST enter NORTH_WEST_UP]
            FarFromNorthEastDown: [exit NORTH_EAST_DOWN exit NORTH_EAST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
            NearFromNorthWestUp: [exit NORTH_WEST_UP enter NORTH_WEST_DOWN]
            MiddleFromNorthWestUp: [exit NORTH_WEST_UP exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP]
            FarFromNorthWestUp: [exit NORTH_WEST_UP exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
            NearFromNorthWestDown: [exit NORTH_WEST_DOWN enter NORTH_WEST_UP]
            MiddleFromNorthWestDown: [exit NORTH_WEST_DOWN exit NORTH_WEST enter NORTH_EAST enter NORTH_EAST_UP]
            FarFromNorthWestDown: [exit NORTH_WEST_DOWN exit NORTH_WEST exit NORTH enter SOUTH enter SOUTH_EAST enter SOUTH_EAST_UP]
            NearFromSouthEastUp: [exit SOUTH_EAST_UP enter SOUTH_EAST_DOWN]
            MiddleFromSouthEastUp: [exit SOUTH_EAST_UP exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP]
            FarFromSouthEastUp: [exit SOUTH_EAST_UP exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
            NearFromSouthEastDown: [exit SOUTH_EAST_DOWN enter SOUTH_EAST_UP]
            MiddleFromSouthEastDown: [exit SOUTH_EAST_DOWN exit SOUTH_EAST enter SOUTH_WEST enter SOUTH_WEST_UP]
            FarFromSouthEastDown: [exit SOUTH_EAST_DOWN exit SOUTH_EAST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
            NearFromSouthWestUp: [exit SOUTH_WEST_UP enter SOUTH_WEST_DOWN]
            MiddleFromSouthWestUp: [exit SOUTH_WEST_UP exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP]
            FarFromSouthWestUp: [exit SOUTH_WEST_UP exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
            NearFromSouthWestDown: [exit SOUTH_WEST_DOWN enter SOUTH_WEST_UP]
            MiddleFromSouthWestDown: [exit SOUTH_WEST_DOWN exit SOUTH_WEST enter SOUTH_EAST enter SOUTH_EAST_UP]
            FarFromSouthWestDown: [exit SOUTH_WEST_DOWN exit SOUTH_WEST exit SOUTH enter NORTH enter NORTH_EAST enter NORTH_EAST_UP]
        }
    }
}

impl Contender for RustFsm {
    type Workload = Levels;
    type Event = levels::Input;
    const NAME: &'static str = "rust-fsm (flattened, actions outside)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self {
            machine: levels::StateMachine::new(),
            checksum: started(),
        }
    }

    fn event(event: Move) -> levels::Input {
        match event {
            Move::Near => levels::Input::Near,
            Move::Middle => levels::Input::Middle,
            Move::Far => levels::Input::Far,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: levels::Input) {
        if let Ok(Some(output)) = self.machine.consume(&event) {
            self.perform(&output);
        }
    }

    fn checksum(&self) -> u64 {
        self.checksum
    }
}
