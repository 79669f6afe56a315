//! What happens on the wire that somebody should know.

use crate::clock::Clock;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wink_runtime::{PeerEvent, SystemEvent};

/// So many lines are printed in so long: who is not let in can try as often as they like.
const LINES: u32 = 60;
const WINDOW: Duration = Duration::from_secs(60);

/// Prints who was not let in, and what could not be read.
pub(super) struct Complaints {
    clock: Clock,
    /// When the window began, and how many lines it has had.
    window: Mutex<(Duration, u32)>,
}

impl Complaints {
    pub(super) fn new(clock: Clock) -> Self {
        Complaints {
            clock,
            window: Mutex::default(),
        }
    }

    pub(super) fn report(&self, event: &SystemEvent) {
        let is_told = match event {
            SystemEvent::Peer { event, .. } => !matches!(
                event,
                PeerEvent::Linked | PeerEvent::Left(_) | PeerEvent::Lost(_)
            ),
            _ => false,
        };
        if !is_told {
            return;
        }
        match self.count() {
            LINES => eprintln!("wink: more of this is not told for a while"),
            number if number < LINES => eprintln!("wink: {event}"),
            _ => {}
        }
    }

    /// How many lines there were before in this window.
    fn count(&self) -> u32 {
        let now = self.clock.now();
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(window.0) >= WINDOW {
            *window = (now, 0);
        }
        let before = window.1;
        window.1 = before.saturating_add(1);
        before
    }
}
