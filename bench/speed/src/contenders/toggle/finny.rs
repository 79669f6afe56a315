//! finny, without queue, inspector and timers.

use crate::contender::{Contender, Kind};
use crate::workload::{self, Toggle, mark};
use finny::decl::{BuiltFsm, FsmBuilder};
use finny::{FsmFactory as _, finny_fsm};

/// What the actions work on.
#[derive(Default)]
pub struct Context {
    checksum: u64,
}

#[derive(Default)]
pub struct Off;
#[derive(Default)]
pub struct On;
#[derive(Clone, Copy)]
pub struct Flip;

#[finny_fsm]
fn switch(mut fsm: FsmBuilder<Switch, Context>) -> BuiltFsm {
    fsm.initial_state::<Off>();
    fsm.state::<Off>()
        .on_event::<Flip>()
        .transition_to::<On>()
        .action(|_, ctx, _, _| mark(&mut ctx.context.checksum, Toggle::ON));
    fsm.state::<On>()
        .on_event::<Flip>()
        .transition_to::<Off>()
        .action(|_, ctx, _, _| mark(&mut ctx.context.checksum, Toggle::OFF));
    fsm.build()
}

type Machine = finny::FsmFrontend<
    Switch,
    finny::FsmEventQueueNull<Switch>,
    finny::inspect::null::InspectNull,
    finny::FsmTimersNull,
>;

/// finny.
pub struct Finny(Machine);

impl Contender for Finny {
    type Workload = Toggle;
    type Event = SwitchEvents;
    const NAME: &'static str = "finny";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        let queue = finny::FsmEventQueueNull::new();
        let inspect = finny::inspect::null::InspectNull::new();
        let made = Switch::new_with(Context::default(), queue, inspect, finny::FsmTimersNull);
        let mut machine = made.expect("finny makes the machine");
        machine.start().expect("finny starts the machine");
        Self(machine)
    }

    fn event(event: workload::Flip) -> SwitchEvents {
        match event {
            workload::Flip::Flip => Flip.into(),
        }
    }

    #[inline(always)]
    fn step(&mut self, event: SwitchEvents) {
        _ = self.0.dispatch(event);
    }

    fn checksum(&self) -> u64 {
        self.0.context.checksum
    }
}
