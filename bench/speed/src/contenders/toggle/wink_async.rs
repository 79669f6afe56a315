//! wink, with async functions of which none waits.

use crate::contender::{Contender, Kind, ready};
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
        async fn switch_on(switch: &mut Switch) {
            mark(&mut switch.checksum, Toggle::ON);
        }
    }

    #[state]
    mod on {
        #[receive(Flip => off)]
        async fn switch_off(switch: &mut Switch) {
            mark(&mut switch.checksum, Toggle::OFF);
        }
    }
}

/// wink, async.
pub struct WinkAsync(wink::Instance<switch::Switch>);

impl Contender for WinkAsync {
    type Workload = Toggle;
    type Event = switch::Message;
    const NAME: &'static str = "wink, async";
    const KIND: Kind = Kind::WinkAsync;

    fn start() -> Self {
        Self(ready(switch::Switch::default().start_async()))
    }

    fn event(event: Flip) -> switch::Message {
        match event {
            Flip::Flip => switch::Message::Flip,
        }
    }

    #[inline(always)]
    fn step(&mut self, event: switch::Message) {
        _ = ready(self.0.dispatch_async(event));
    }

    fn checksum(&self) -> u64 {
        self.0.data().checksum
    }
}
