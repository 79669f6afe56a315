//! What a system tells those who listen.

use tokio::sync::broadcast::{self, error::RecvError};

use crate::core::event::{PeerEvent, SystemEvent};

/// The events of a system from the moment of [`System::events`](crate::System::events) on.
///
/// A listener that falls more than 1,024 events behind loses the oldest, and is told how many.
#[derive(Debug)]
pub struct Events {
    receiver: broadcast::Receiver<SystemEvent>,
}

impl Events {
    pub(super) fn new(receiver: broadcast::Receiver<SystemEvent>) -> Self {
        Self { receiver }
    }

    /// Waits for the next event; `None` when the system is gone.
    ///
    /// # Errors
    /// [`MissedEvents`] when events were lost since the last call. The next call goes on with
    /// the oldest that is still there.
    pub async fn next(&mut self) -> Option<Result<SystemEvent, MissedEvents>> {
        match self.receiver.recv().await {
            Ok(event) => Some(Ok(event)),
            Err(RecvError::Lagged(count)) => Some(Err(MissedEvents { count })),
            Err(RecvError::Closed) => None,
        }
    }
}

/// A listener was too slow: so many events were lost to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissedEvents {
    /// How many.
    pub count: u64,
}

impl std::fmt::Display for MissedEvents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "missed {} events of the system: read them faster",
            self.count
        )
    }
}

impl std::error::Error for MissedEvents {}

/// The usual log: what nobody else might hear.
pub(super) fn print_event(event: &SystemEvent) {
    match event {
        SystemEvent::Errored {
            spawner: None,
            error,
            ..
        } => {
            eprintln!("{event}");
            for step in error.root_cause().recent_steps() {
                eprintln!("  {step}");
            }
        }
        SystemEvent::Log { .. }
        | SystemEvent::Undelivered { .. }
        | SystemEvent::Poison { .. }
        | SystemEvent::Deadlocked { .. }
        | SystemEvent::LoopBlocked { .. }
        | SystemEvent::LoopGoesOn { .. } => eprintln!("{event}"),
        // That nodes meet and part is no fault: whoever needs one that is gone hears so.
        SystemEvent::Peer {
            event: PeerEvent::Linked | PeerEvent::Left(_),
            ..
        } => {}
        SystemEvent::Peer { .. } => eprintln!("{event}"),
        _ => {}
    }
}
