//! What a link lends to the mailboxes of machines that live elsewhere: what the system lends to
//! its own, but they do not count among its own.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::core::event::SystemEvent;
use crate::core::event_loop::home::Home;
use crate::core::station::{BoxFuture, Handle, Site};

pub(in crate::remote) struct Elsewhere {
    site: Arc<dyn Site>,
    /// What people call that place.
    place: String,
    /// Why the machines there are not for this program to stop.
    refusal: Option<String>,
}

impl Elsewhere {
    pub(in crate::remote) fn new(
        site: Arc<dyn Site>,
        place: impl Into<String>,
        refusal: Option<String>,
    ) -> Self {
        Self {
            site,
            place: place.into(),
            refusal,
        }
    }
}

impl Site for Elsewhere {
    fn next_ids(&self, count: u64) -> Range<u64> {
        self.site.next_ids(count)
    }

    fn mailbox(&self) -> usize {
        self.site.mailbox()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.site.sleep(duration)
    }

    fn report(&self, event: SystemEvent) {
        self.site.report(event);
    }

    fn grace(&self) -> Duration {
        self.site.grace()
    }

    fn patience(&self) -> Option<Duration> {
        self.site.patience()
    }

    fn pulse(&self) -> Duration {
        self.site.pulse()
    }

    fn is_elsewhere(&self) -> bool {
        true
    }

    fn refuses_to_stop(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    // The system does not wait for machines of others.
    fn begun(&self, _: usize) {}

    fn over(&self) {}

    fn adopt(&self, _: Handle) {}

    fn release(&self, _: &Handle) {}

    fn home(&self) -> Arc<Home> {
        self.site.home()
    }

    fn place_of(&self, _: &Home) -> String {
        self.place.clone()
    }

    fn choose(&self, own: &Arc<Home>, uncounted: usize) -> Option<Arc<Home>> {
        self.site.choose(own, uncounted)
    }
}
