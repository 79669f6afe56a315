//! smlang.

use crate::contender::{Contender, Kind};
use crate::workload::{self, Toggle, mark};
use smlang::statemachine;

statemachine! {
    derive_events: [Clone, Copy],
    transitions: {
        *Off + Flip / switch_on = On,
        On + Flip / switch_off = Off,
    }
}

/// What the actions work on.
pub struct Context {
    checksum: u64,
}

impl StateMachineContext for Context {
    fn switch_on(&mut self) -> Result<(), ()> {
        mark(&mut self.checksum, Toggle::ON);
        Ok(())
    }

    fn switch_off(&mut self) -> Result<(), ()> {
        mark(&mut self.checksum, Toggle::OFF);
        Ok(())
    }
}

/// smlang.
pub struct Smlang(StateMachine<Context>);

impl Contender for Smlang {
    type Workload = Toggle;
    type Event = Events;
    const NAME: &'static str = "smlang";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        Self(StateMachine::new(Context { checksum: 0 }))
    }

    fn event(event: workload::Flip) -> Events {
        match event {
            workload::Flip::Flip => Events::Flip,
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
