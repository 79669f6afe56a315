//! finny, without queue, inspector and timers. Its hierarchy is one of sub-machines, each with its
//! own context; the chart is flattened instead, and the transitions' actions do the exits and
//! entries of the outer states.

use crate::contender::{Contender, Kind};
use crate::workload::level::*;
use crate::workload::{self, Levels};
use finny::decl::{BuiltFsm, FsmBuilder};
use finny::{FsmFactory as _, finny_fsm};

/// What the actions work on.
#[derive(Default)]
pub struct Context {
    checksum: u64,
}

/// States are types.
macro_rules! states {
    ($($name:ident)*) => {
        $(
            #[derive(Default)]
            pub struct $name;
        )*
    };
}

states! { NorthEastUp NorthEastDown NorthWestUp NorthWestDown SouthEastUp SouthEastDown SouthWestUp SouthWestDown }

/// Events are types.
macro_rules! events {
    ($($name:ident)*) => {
        $(
            #[derive(Clone, Copy)]
            pub struct $name;
        )*
    };
}

events! { Near Middle Far }

// One long function: finny reads the machine from the body of a single one.
#[finny_fsm]
fn machine(mut fsm: FsmBuilder<Machine, Context>) -> BuiltFsm {
    fsm.initial_state::<NorthEastUp>();
    fsm.state::<NorthEastUp>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, NORTH_EAST_UP))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, NORTH_EAST_UP));
    fsm.state::<NorthEastUp>()
        .on_event::<Near>()
        .transition_to::<NorthEastDown>();
    fsm.state::<NorthEastUp>()
        .on_event::<Middle>()
        .transition_to::<NorthWestUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_EAST);
            enter(&mut ctx.context.checksum, NORTH_WEST);
        });
    fsm.state::<NorthEastUp>()
        .on_event::<Far>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_EAST);
            exit(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<NorthEastDown>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, NORTH_EAST_DOWN))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, NORTH_EAST_DOWN));
    fsm.state::<NorthEastDown>()
        .on_event::<Near>()
        .transition_to::<NorthEastUp>();
    fsm.state::<NorthEastDown>()
        .on_event::<Middle>()
        .transition_to::<NorthWestUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_EAST);
            enter(&mut ctx.context.checksum, NORTH_WEST);
        });
    fsm.state::<NorthEastDown>()
        .on_event::<Far>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_EAST);
            exit(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<NorthWestUp>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, NORTH_WEST_UP))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, NORTH_WEST_UP));
    fsm.state::<NorthWestUp>()
        .on_event::<Near>()
        .transition_to::<NorthWestDown>();
    fsm.state::<NorthWestUp>()
        .on_event::<Middle>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_WEST);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.state::<NorthWestUp>()
        .on_event::<Far>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_WEST);
            exit(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<NorthWestDown>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, NORTH_WEST_DOWN))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, NORTH_WEST_DOWN));
    fsm.state::<NorthWestDown>()
        .on_event::<Near>()
        .transition_to::<NorthWestUp>();
    fsm.state::<NorthWestDown>()
        .on_event::<Middle>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_WEST);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.state::<NorthWestDown>()
        .on_event::<Far>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, NORTH_WEST);
            exit(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<SouthEastUp>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, SOUTH_EAST_UP))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, SOUTH_EAST_UP));
    fsm.state::<SouthEastUp>()
        .on_event::<Near>()
        .transition_to::<SouthEastDown>();
    fsm.state::<SouthEastUp>()
        .on_event::<Middle>()
        .transition_to::<SouthWestUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_EAST);
            enter(&mut ctx.context.checksum, SOUTH_WEST);
        });
    fsm.state::<SouthEastUp>()
        .on_event::<Far>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_EAST);
            exit(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.state::<SouthEastDown>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, SOUTH_EAST_DOWN))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, SOUTH_EAST_DOWN));
    fsm.state::<SouthEastDown>()
        .on_event::<Near>()
        .transition_to::<SouthEastUp>();
    fsm.state::<SouthEastDown>()
        .on_event::<Middle>()
        .transition_to::<SouthWestUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_EAST);
            enter(&mut ctx.context.checksum, SOUTH_WEST);
        });
    fsm.state::<SouthEastDown>()
        .on_event::<Far>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_EAST);
            exit(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.state::<SouthWestUp>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, SOUTH_WEST_UP))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, SOUTH_WEST_UP));
    fsm.state::<SouthWestUp>()
        .on_event::<Near>()
        .transition_to::<SouthWestDown>();
    fsm.state::<SouthWestUp>()
        .on_event::<Middle>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_WEST);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<SouthWestUp>()
        .on_event::<Far>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_WEST);
            exit(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.state::<SouthWestDown>()
        .on_entry(|_, ctx| enter(&mut ctx.context.checksum, SOUTH_WEST_DOWN))
        .on_exit(|_, ctx| exit(&mut ctx.context.checksum, SOUTH_WEST_DOWN));
    fsm.state::<SouthWestDown>()
        .on_event::<Near>()
        .transition_to::<SouthWestUp>();
    fsm.state::<SouthWestDown>()
        .on_event::<Middle>()
        .transition_to::<SouthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_WEST);
            enter(&mut ctx.context.checksum, SOUTH_EAST);
        });
    fsm.state::<SouthWestDown>()
        .on_event::<Far>()
        .transition_to::<NorthEastUp>()
        .action(|_, ctx, _, _| {
            exit(&mut ctx.context.checksum, SOUTH_WEST);
            exit(&mut ctx.context.checksum, SOUTH);
            enter(&mut ctx.context.checksum, NORTH);
            enter(&mut ctx.context.checksum, NORTH_EAST);
        });
    fsm.build()
}

type Frontend = finny::FsmFrontend<
    Machine,
    finny::FsmEventQueueNull<Machine>,
    finny::inspect::null::InspectNull,
    finny::FsmTimersNull,
>;

/// finny, flattened.
pub struct Finny(Frontend);

impl Contender for Finny {
    type Workload = Levels;
    type Event = MachineEvents;
    const NAME: &'static str = "finny (flattened)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        let queue = finny::FsmEventQueueNull::new();
        let inspect = finny::inspect::null::InspectNull::new();
        let made = Machine::new_with(Context::default(), queue, inspect, finny::FsmTimersNull);
        let mut machine = made.expect("finny makes the machine");
        machine.start().expect("finny starts the machine");
        machine.context.checksum = started();
        Self(machine)
    }

    fn event(event: workload::Move) -> MachineEvents {
        match event {
            workload::Move::Near => Near.into(),
            workload::Move::Middle => Middle.into(),
            workload::Move::Far => Far.into(),
        }
    }

    #[inline(always)]
    fn step(&mut self, event: MachineEvents) {
        _ = self.0.dispatch(event);
    }

    fn checksum(&self) -> u64 {
        self.0.context.checksum
    }
}
