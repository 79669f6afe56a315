//! wink.

use crate::contender::{Contender, Kind};
use crate::workload::{Flip, Toggle};
use wink::prelude::*;

#[machine]
mod switch {
    use crate::workload::{Toggle, mark};

    #[data]
    #[derive(Default)]
    pub struct Switch {
        pub checksum: u64,
    }

    #[messages]
    #[derive(Clone, Copy)]
    pub enum Message {
        Flip,
    }

    #[state(initial)]
    mod off {
        #[receive(Flip => on)]
        fn switch_on(switch: &mut Switch) {
            mark(&mut switch.checksum, Toggle::ON);
        }
    }

    #[state]
    mod on {
        #[receive(Flip => off)]
        fn switch_off(switch: &mut Switch) {
            mark(&mut switch.checksum, Toggle::OFF);
        }
    }
}

/// wink.
pub struct Wink(wink::Instance<switch::Switch>);

impl Contender for Wink {
    type Workload = Toggle;
    type Event = switch::Message;
    const NAME: &'static str = "wink";
    const KIND: Kind = Kind::Wink;

    fn start() -> Self {
        Self(switch::Switch::default().start())
    }

    fn event(event: Flip) -> switch::Message {
        match event {
            Flip::Flip => switch::Message::Flip,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: switch::Message) {
        _ = self.0.dispatch(event);
    }

    fn checksum(&self) -> u64 {
        self.0.data().checksum
    }
}
