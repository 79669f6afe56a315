//! statig, blocking and awaitable.

use crate::contender::{Contender, Kind, ready};
use crate::workload::{Flip, Toggle, mark};

mod blocking {
    use super::{Flip, Toggle, mark};
    use statig::prelude::*;

    #[derive(Default)]
    pub struct Switch {
        pub checksum: u64,
    }

    #[state_machine(initial = "State::off()")]
    impl Switch {
        #[state]
        fn off(&mut self, event: &Flip) -> Outcome<State> {
            match event {
                Flip::Flip => {
                    mark(&mut self.checksum, Toggle::ON);
                    Transition(State::on())
                }
            }
        }

        #[state]
        fn on(&mut self, event: &Flip) -> Outcome<State> {
            match event {
                Flip::Flip => {
                    mark(&mut self.checksum, Toggle::OFF);
                    Transition(State::off())
                }
            }
        }
    }
}

mod awaitable {
    use super::{Flip, Toggle, mark};
    use statig::prelude::*;

    #[derive(Default)]
    pub struct Switch {
        pub checksum: u64,
    }

    #[state_machine(initial = "State::off()")]
    impl Switch {
        #[state]
        async fn off(&mut self, event: &Flip) -> Outcome<State> {
            match event {
                Flip::Flip => {
                    mark(&mut self.checksum, Toggle::ON);
                    Transition(State::on())
                }
            }
        }

        #[state]
        async fn on(&mut self, event: &Flip) -> Outcome<State> {
            match event {
                Flip::Flip => {
                    mark(&mut self.checksum, Toggle::OFF);
                    Transition(State::off())
                }
            }
        }
    }
}

/// statig without async.
pub struct StatigBlocking(statig::blocking::InitializedStateMachine<blocking::Switch>);

impl Contender for StatigBlocking {
    type Workload = Toggle;
    type Event = Flip;
    const NAME: &'static str = "statig, blocking";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        use statig::blocking::IntoStateMachineExt as _;
        Self(
            blocking::Switch::default()
                .uninitialized_state_machine()
                .init(),
        )
    }

    fn event(event: Flip) -> Flip {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Flip) {
        self.0.handle(&event);
    }

    fn checksum(&self) -> u64 {
        self.0.inner().checksum
    }
}

/// statig with async handlers.
pub struct StatigAwaitable(statig::awaitable::InitializedStateMachine<awaitable::Switch>);

impl Contender for StatigAwaitable {
    type Workload = Toggle;
    type Event = Flip;
    const NAME: &'static str = "statig, awaitable";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        use statig::awaitable::IntoStateMachineExt as _;
        Self(ready(
            awaitable::Switch::default()
                .uninitialized_state_machine()
                .init(),
        ))
    }

    fn event(event: Flip) -> Flip {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Flip) {
        ready(self.0.handle(&event));
    }

    fn checksum(&self) -> u64 {
        self.0.inner().checksum
    }
}
