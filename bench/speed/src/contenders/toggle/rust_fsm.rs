//! rust-fsm. It has no actions: what is to be done is its output, and is done outside.

use crate::contender::{Contender, Kind};
use crate::workload::{self, Toggle, mark};
use rust_fsm::state_machine;

state_machine! {
    #[derive(Clone, Copy, Debug)]
    switch(Off)

    Off(Flip) => On [SwitchedOn],
    On(Flip) => Off [SwitchedOff],
}

/// rust-fsm, with the actions outside.
pub struct RustFsm {
    machine: switch::StateMachine,
    checksum: u64,
}

impl Contender for RustFsm {
    type Workload = Toggle;
    type Event = switch::Input;
    const NAME: &'static str = "rust-fsm (actions outside)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self {
            machine: switch::StateMachine::new(),
            checksum: 0,
        }
    }

    fn event(event: workload::Flip) -> switch::Input {
        match event {
            workload::Flip::Flip => switch::Input::Flip,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: switch::Input) {
        match self.machine.consume(&event) {
            Ok(Some(switch::Output::SwitchedOn)) => mark(&mut self.checksum, Toggle::ON),
            Ok(Some(switch::Output::SwitchedOff)) => mark(&mut self.checksum, Toggle::OFF),
            Ok(None) | Err(_) => {}
        }
    }

    fn checksum(&self) -> u64 {
        self.checksum
    }
}
