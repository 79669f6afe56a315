//! What a link lends to the mailboxes of machines that live elsewhere: what the system lends to
//! its own, but they do not count among its own.

use std::sync::Arc;
use std::time::Duration;

use crate::core::event::SystemEvent;
use crate::core::event_loop::home::Home;
use crate::core::exit::MachineId;
use crate::core::station::{BoxFuture, Handle, Site};

pub(in crate::remote) struct Elsewhere(pub(in crate::remote) Arc<dyn Site>);

impl Site for Elsewhere {
    fn next_id(&self) -> MachineId {
        self.0.next_id()
    }

    fn mailbox(&self) -> usize {
        self.0.mailbox()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }

    fn report(&self, event: SystemEvent) {
        self.0.report(event);
    }

    fn grace(&self) -> Duration {
        self.0.grace()
    }

    fn pulse(&self) -> Duration {
        self.0.pulse()
    }

    // The system does not wait for machines of others.
    fn begun(&self) {}

    fn over(&self) {}

    fn adopt(&self, _: Handle) {}

    fn release(&self, _: &Handle) {}

    fn home(&self) -> Arc<Home> {
        self.0.home()
    }

    fn choose(&self, own: &Arc<Home>) -> Arc<Home> {
        self.0.choose(own)
    }
}
