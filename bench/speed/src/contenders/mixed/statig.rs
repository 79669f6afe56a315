//! statig, blocking and awaitable.

use super::{statig_awaitable, statig_blocking};
use crate::contender::{Contender, Kind, ready};
use crate::workload::{Key, Mixed};

/// statig without async.
pub struct StatigBlocking(statig::blocking::InitializedStateMachine<statig_blocking::Machine>);

impl Contender for StatigBlocking {
    type Workload = Mixed;
    type Event = Key;
    const NAME: &'static str = "statig, blocking";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        use statig::blocking::IntoStateMachineExt as _;
        let machine = statig_blocking::Machine::default();
        Self(machine.uninitialized_state_machine().init())
    }

    fn event(event: Key) -> Key {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Key) {
        self.0.handle(&event);
    }

    fn checksum(&self) -> u64 {
        self.0.inner().player.checksum
    }
}

/// statig with async handlers and actions.
pub struct StatigAwaitable(statig::awaitable::InitializedStateMachine<statig_awaitable::Machine>);

impl Contender for StatigAwaitable {
    type Workload = Mixed;
    type Event = Key;
    const NAME: &'static str = "statig, awaitable";
    const KIND: Kind = Kind::Peer;

    fn start() -> Self {
        use statig::awaitable::IntoStateMachineExt as _;
        let machine = statig_awaitable::Machine::default();
        Self(ready(machine.uninitialized_state_machine().init()))
    }

    fn event(event: Key) -> Key {
        event
    }

    #[inline(always)]
    fn step(&mut self, event: Key) {
        ready(self.0.handle(&event));
    }

    fn checksum(&self) -> u64 {
        self.0.inner().player.checksum
    }
}
