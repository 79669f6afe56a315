//! What happens to machines, told to `tracing`. The names are listed, and compared with what is
//! emitted, in `docs/observation.md`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use tracing::field::display;
use tracing::instrument::Instrument;
use tracing::{Level, Span, debug, enabled, error, info, trace, trace_span, warn};

use crate::core::event::{Note, PeerEvent, SystemEvent};
use crate::core::event_loop::watch::Watcher;
use crate::core::station::BoxFuture;
use crate::core::step_record::StepRecord;

/// Whether anybody wants to hear of single steps.
pub(super) fn wants_steps() -> bool {
    enabled!(target: "wink::step", Level::TRACE)
}

macro_rules! tell {
    ($level:ident, $name:literal, $machine:expr $(, $field:ident = $value:expr)*) => {
        $level!(
            target: "wink::machine",
            machine = $machine.name(),
            machine_id = $machine.id().get(),
            $($field = $value,)*
            $name
        )
    };
}

pub(super) fn event(event: &SystemEvent) {
    match event {
        SystemEvent::Started { machine, spawner } => {
            tell!(debug, "started", machine, spawner = spawner.map(display));
        }
        SystemEvent::Log { machine, line } => {
            tell!(info, "log", machine, line = line.as_ref());
        }
        SystemEvent::Errored {
            machine,
            spawner,
            error,
        } => {
            let text = format!("{error:#}");
            let spawner = spawner.map(display);
            tell!(error, "errored", machine, spawner = spawner, error = text);
        }
        SystemEvent::Down { machine, reason } => {
            tell!(debug, "down", machine, reason = display(reason));
        }
        SystemEvent::Poison {
            machine,
            message,
            failures,
        } => {
            tell!(
                error,
                "poison",
                machine,
                received = *message,
                failures = *failures
            );
        }
        SystemEvent::Exited {
            machine,
            reason,
            unread,
        } => {
            tell!(
                debug,
                "exited",
                machine,
                reason = display(reason),
                unread = *unread
            );
        }
        SystemEvent::Undelivered { from, to, ended } => {
            tell!(
                warn,
                "undelivered",
                from,
                receiver = display(to),
                ended = display(ended)
            );
        }
        SystemEvent::Peer {
            peer,
            event: event @ (PeerEvent::Linked | PeerEvent::Left(_)),
        } => {
            let event = event.to_string();
            info!(target: "wink::peer", peer = peer.as_str(), event, "link");
        }
        SystemEvent::Peer { peer, event } => {
            let event = event.to_string();
            warn!(target: "wink::peer", peer = peer.as_str(), event, "peer");
        }
        SystemEvent::Deadlocked { machines } => {
            let machines = format!("{machines:?}");
            error!(target: "wink::machine", machines, "deadlocked");
        }
        SystemEvent::LoopBlocked { .. } | SystemEvent::LoopGoesOn { .. } => loop_event(event),
    }
}

/// What there is to say of a loop as a whole.
fn loop_event(event: &SystemEvent) {
    match event {
        SystemEvent::LoopBlocked {
            number,
            machine,
            message,
            time,
        } => warn!(
            target: "wink::loop",
            number = *number,
            machine = machine.map(|machine| machine.name()),
            machine_id = machine.map(|machine| machine.id().get()),
            received = *message,
            time_ms = milliseconds(*time),
            "loop_blocked"
        ),
        SystemEvent::LoopGoesOn {
            number,
            machine,
            time,
        } => warn!(
            target: "wink::loop",
            number = *number,
            machine = machine.map(|machine| machine.name()),
            machine_id = machine.map(|machine| machine.id().get()),
            time_ms = milliseconds(*time),
            "loop_goes_on"
        ),
        _ => {}
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn note(note: &Note) {
    match note {
        Note::Restarted { machine, restarts } => {
            tell!(info, "restarted", machine, restarts = *restarts);
        }
        Note::Full { machine, room } => {
            tell!(debug, "full", machine, room = *room);
        }
        Note::Blocked { machine, receiver } => {
            tell!(debug, "blocked", machine, receiver = receiver.map(display));
        }
    }
}

/// Makes a span of each step. What a machine's own functions trace is inside it.
#[derive(Default)]
pub(super) struct StepSpans {
    current: Option<Span>,
}

impl StepSpans {
    /// Leaves the span of the step under way.
    fn leave(&mut self) -> Option<Span> {
        let span = self.current.take()?;
        span.with_subscriber(|(id, subscriber)| subscriber.exit(id));
        Some(span)
    }
}

impl Watcher for StepSpans {
    fn begun(&mut self, step: &StepRecord) {
        let span = trace_span!(
            target: "wink::step",
            "step",
            machine = step.machine.name(),
            machine_id = step.machine.id().get(),
            received = step.input.as_ref(),
            sender = step.sender.map(display),
            from = step.from.join(", "),
        );
        // The guard that `enter` gives cannot be kept here: it borrows the span, and what is
        // kept must be free to move to another thread between two steps.
        span.with_subscriber(|(id, subscriber)| subscriber.enter(id));
        self.current = Some(span);
    }

    fn away(&mut self, job: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        match self.leave() {
            Some(span) => Box::pin(job.instrument(span)),
            None => job,
        }
    }

    fn over(&mut self, step: &StepRecord, was_away: bool) {
        trace!(
            target: "wink::step",
            machine = step.machine.name(),
            machine_id = step.machine.id().get(),
            received = step.input.as_ref(),
            outcome = step.outcome,
            from = step.from.join(", "),
            to = step.to.join(", "),
            took_ns = u64::try_from(step.took.as_nanos()).unwrap_or(u64::MAX),
            error = step.error.as_deref(),
            "stepped"
        );
        if !was_away {
            self.leave();
        }
    }
}
