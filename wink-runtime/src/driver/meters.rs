//! Counters through the `metrics` facade. The names are listed, and compared with what is
//! registered, in `docs/observation.md`.
//!
//! A handle is asked for once and kept: that is thirty times as fast as a look-up each time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use crate::core::event::{Note, SystemEvent};
use crate::core::event_loop::watch::Watcher;
use crate::core::step_record::StepRecord;

/// The meters of all machines of one chart.
struct Meters {
    mail: Counter,
    steps: Counter,
    step_time: Histogram,
    started: Counter,
    exited: Counter,
    errors: Counter,
    restarts: Counter,
    poison: Counter,
    full: Counter,
    blocked: Counter,
    undelivered: Counter,
}

impl Meters {
    fn of(machine: &'static str) -> Self {
        Self {
            mail: counter!("wink_mail_total", "machine" => machine),
            steps: counter!("wink_steps_total", "machine" => machine),
            step_time: histogram!("wink_step_seconds", "machine" => machine),
            started: counter!("wink_started_total", "machine" => machine),
            exited: counter!("wink_exited_total", "machine" => machine),
            errors: counter!("wink_errors_total", "machine" => machine),
            restarts: counter!("wink_restarts_total", "machine" => machine),
            poison: counter!("wink_poison_total", "machine" => machine),
            full: counter!("wink_full_total", "machine" => machine),
            blocked: counter!("wink_blocked_total", "machine" => machine),
            undelivered: counter!("wink_undelivered_total", "machine" => machine),
        }
    }
}

/// The meters of a system.
#[derive(Clone, Default)]
pub(super) struct Measures(Arc<Mutex<BTreeMap<&'static str, Arc<Meters>>>>);

impl Measures {
    fn of(&self, machine: &'static str) -> Arc<Meters> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let meters = all.entry(machine);
        meters
            .or_insert_with(|| Arc::new(Meters::of(machine)))
            .clone()
    }

    pub(super) fn event(&self, event: &SystemEvent) {
        match event {
            SystemEvent::Started { machine, .. } => self.of(machine.name()).started.increment(1),
            SystemEvent::Exited { machine, .. } => self.of(machine.name()).exited.increment(1),
            SystemEvent::Errored { machine, .. } => self.of(machine.name()).errors.increment(1),
            SystemEvent::Poison { machine, .. } => self.of(machine.name()).poison.increment(1),
            SystemEvent::Undelivered { to, .. } => self.of(to.name()).undelivered.increment(1),
            _ => {}
        }
    }

    pub(super) fn note(&self, note: &Note) {
        match note {
            Note::Restarted { machine, .. } => self.of(machine.name()).restarts.increment(1),
            Note::Full { machine, .. } => self.of(machine.name()).full.increment(1),
            Note::Blocked { machine, .. } => self.of(machine.name()).blocked.increment(1),
        }
    }

    /// Who counts the steps of one loop.
    pub(super) fn watcher(&self) -> Box<dyn Watcher> {
        Box::new(StepMeters {
            measures: self.clone(),
            known: BTreeMap::new(),
            loops: None,
        })
    }
}

struct StepMeters {
    measures: Measures,
    /// No lock for what is known.
    known: BTreeMap<&'static str, Arc<Meters>>,
    loops: Option<(Gauge, Gauge)>,
}

impl Watcher for StepMeters {
    fn over(&mut self, step: &StepRecord, _: bool) {
        let name = step.machine.name();
        let known = self.known.entry(name);
        let meters = known.or_insert_with(|| self.measures.of(name));
        meters.steps.increment(1);
        if !step.input.starts_with('(') {
            meters.mail.increment(1);
        }
        meters.step_time.record(step.took.as_secs_f64());
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a gauge takes nothing else, and nobody has so many"
    )]
    fn turned(&mut self, event_loop: u32, machines: usize, queued: usize) {
        let (all, waiting) = self.loops.get_or_insert_with(|| {
            let number = event_loop.to_string();
            (
                gauge!("wink_machines", "loop" => number.clone()),
                gauge!("wink_queued_messages", "loop" => number),
            )
        });
        all.set(machines as f64);
        waiting.set(queued as f64);
    }
}
