//! finny, without queue, inspector and timers. Its hierarchy is one of sub-machines, each with its
//! own context; the chart is flattened instead, and the transitions' actions do the exits and
//! entries of the outer states.

use crate::contender::{Contender, Kind};
use crate::workload::player::*;
use crate::workload::{self, Mixed, Player};
use finny::decl::{BuiltFsm, FsmBuilder};
use finny::{FsmFactory as _, finny_fsm};

/// States are types.
macro_rules! states {
    ($($name:ident)*) => {
        $(
            #[derive(Default)]
            pub struct $name;
        )*
    };
}

states! { Off Idle Playing Paused }

/// Events are types.
macro_rules! events {
    ($($name:ident)*) => {
        $(
            #[derive(Clone, Copy)]
            pub struct $name;
        )*
    };
}

events! { Power Play Pause Stop Tick Ping }

#[derive(Clone, Copy)]
pub struct Seek(u32);

#[derive(Clone, Copy)]
pub struct Volume(u32);

#[finny_fsm]
fn machine(mut fsm: FsmBuilder<Machine, Player>) -> BuiltFsm {
    fsm.initial_state::<Off>();
    fsm.state::<Off>();
    fsm.state::<Off>()
        .on_event::<Power>()
        .transition_to::<Idle>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(ENTER_ON);
        });
    fsm.state::<Off>()
        .on_event::<Ping>()
        .internal_transition()
        .action(|_, ctx, _| ctx.context.mark(PING));
    fsm.state::<Idle>()
        .on_entry(|_, ctx| ctx.context.mark(ENTER_IDLE))
        .on_exit(|_, ctx| ctx.context.mark(EXIT_IDLE));
    fsm.state::<Idle>()
        .on_event::<Power>()
        .transition_to::<Off>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ON);
        });
    fsm.state::<Idle>()
        .on_event::<Play>()
        .transition_to::<Playing>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(ENTER_ACTIVE);
        });
    fsm.state::<Idle>()
        .on_event::<Volume>()
        .internal_transition()
        .action(|event, ctx, _| ctx.context.louder(event.0));
    fsm.state::<Idle>()
        .on_event::<Ping>()
        .internal_transition()
        .action(|_, ctx, _| ctx.context.mark(PING));
    fsm.state::<Playing>()
        .on_entry(|_, ctx| ctx.context.mark(ENTER_PLAYING))
        .on_exit(|_, ctx| ctx.context.mark(EXIT_PLAYING));
    fsm.state::<Playing>()
        .on_event::<Power>()
        .transition_to::<Off>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ACTIVE);
            ctx.context.mark(EXIT_ON);
        });
    fsm.state::<Playing>()
        .on_event::<Pause>()
        .transition_to::<Paused>();
    fsm.state::<Playing>()
        .on_event::<Stop>()
        .transition_to::<Idle>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ACTIVE);
        });
    fsm.state::<Playing>()
        .on_event::<Tick>()
        .internal_transition()
        .guard(|_, ctx, _| ctx.context.position < LENGTH)
        .action(|_, ctx, _| ctx.context.tick());
    fsm.state::<Playing>()
        .on_event::<Tick>()
        .transition_to::<Idle>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ACTIVE);
            ctx.context.position = 0;
        });
    fsm.state::<Playing>()
        .on_event::<Seek>()
        .internal_transition()
        .action(|event, ctx, _| ctx.context.seek(event.0));
    fsm.state::<Playing>()
        .on_event::<Volume>()
        .internal_transition()
        .action(|event, ctx, _| ctx.context.louder(event.0));
    fsm.state::<Playing>()
        .on_event::<Ping>()
        .internal_transition()
        .action(|_, ctx, _| ctx.context.mark(PING));
    fsm.state::<Paused>()
        .on_entry(|_, ctx| ctx.context.mark(ENTER_PAUSED))
        .on_exit(|_, ctx| ctx.context.mark(EXIT_PAUSED));
    fsm.state::<Paused>()
        .on_event::<Power>()
        .transition_to::<Off>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ACTIVE);
            ctx.context.mark(EXIT_ON);
        });
    fsm.state::<Paused>()
        .on_event::<Play>()
        .transition_to::<Playing>();
    fsm.state::<Paused>()
        .on_event::<Stop>()
        .transition_to::<Idle>()
        .action(|_, ctx, _, _| {
            ctx.context.mark(EXIT_ACTIVE);
        });
    fsm.state::<Paused>()
        .on_event::<Seek>()
        .internal_transition()
        .action(|event, ctx, _| ctx.context.seek(event.0));
    fsm.state::<Paused>()
        .on_event::<Volume>()
        .internal_transition()
        .action(|event, ctx, _| ctx.context.louder(event.0));
    fsm.state::<Paused>()
        .on_event::<Ping>()
        .internal_transition()
        .action(|_, ctx, _| ctx.context.mark(PING));
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
    type Workload = Mixed;
    type Event = MachineEvents;
    const NAME: &'static str = "finny (flattened)";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        let queue = finny::FsmEventQueueNull::new();
        let inspect = finny::inspect::null::InspectNull::new();
        let made = Machine::new_with(Player::default(), queue, inspect, finny::FsmTimersNull);
        let mut machine = made.expect("finny makes the machine");
        machine.start().expect("finny starts the machine");
        Self(machine)
    }

    fn event(event: workload::Key) -> MachineEvents {
        match event {
            workload::Key::Power => Power.into(),
            workload::Key::Play => Play.into(),
            workload::Key::Pause => Pause.into(),
            workload::Key::Stop => Stop.into(),
            workload::Key::Seek { to } => Seek(to).into(),
            workload::Key::Volume { step } => Volume(step).into(),
            workload::Key::Tick => Tick.into(),
            workload::Key::Ping => Ping.into(),
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
