//! What must not go on for ever: eventless steps, raised messages, deferred ones.
//!
//! Must not know of: how a step is carried out.

use crate::core::context::Context;
use crate::core::exit::Error;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::outcome::{Outcome, Received};
use crate::core::status::Phase;
use crate::core::store::Store;
use wink_chart::StateId;

/// How many eventless and raised microsteps one step may take before it counts as endless.
const MICROSTEP_BOUND: u32 = 1_000;

/// How many microsteps at the bound are looked at to name the states of the cycle.
const CYCLE_WINDOW: u32 = 64;

/// Counts what may go on for ever.
#[derive(Default)]
pub(super) struct Bound {
    steps: u32,
    cycle: Vec<StateId>,
}

impl Bound {
    /// When a microstep has been taken already, that is the first.
    pub(super) fn after(followed: bool) -> Bound {
        Bound {
            steps: followed.into(),
            cycle: Vec::new(),
        }
    }

    /// Counts one microstep; ends the machine when that was one too many.
    pub(super) fn count<M: Machine>(&mut self, cx: &mut Context<M>) {
        self.steps += 1;
        if self.steps > MICROSTEP_BOUND - CYCLE_WINDOW {
            self.watch(cx);
        }
    }

    #[cold]
    fn watch<M: Machine>(&mut self, cx: &mut Context<M>) {
        let cycle = &mut self.cycle;
        cx.store.resting(M::CHART, &mut |state| {
            if !cycle.contains(&state) {
                cycle.push(state);
            }
        });
        if self.steps >= MICROSTEP_BOUND {
            let names = self.cycle.iter().map(|&state| state_name::<M>(state));
            cx.fail(Error::endless(names.collect()));
        }
    }
}

/// The deferred messages being offered again.
pub(super) struct Pass {
    /// The next message's place among the deferred ones.
    place: usize,
    /// How many messages may be taken. Those that wait can only become fewer; but what they
    /// raise may be deferred in its turn, for ever.
    left: usize,
}

impl Pass {
    pub(super) fn new<M: Machine>(cx: &Context<M>) -> Pass {
        let left = cx.deferred_count() + MICROSTEP_BOUND as usize;
        Pass { place: 0, left }
    }

    /// Takes the next message and begins its step.
    pub(super) fn next<M: Machine>(&self, cx: &mut Context<M>) -> Option<Envelope<M>> {
        if cx.phase != Phase::RUNNING {
            return None;
        }
        let envelope = cx.take_deferred(self.place)?;
        cx.phase = Phase::STEPPING;
        cx.defer_at(self.place);
        Some(envelope)
    }

    /// Its step is over.
    pub(super) fn count<M: Machine>(&mut self, cx: &mut Context<M>, step: &Outcome) {
        if matches!(step.received(), Received::Deferred(_)) {
            self.place += 1;
        } else {
            self.left -= 1;
        }
        if step.changed() {
            self.place = 0;
        }
        if self.left == 0 && cx.phase == Phase::RUNNING {
            cx.fail(Error::endless(resting_names(cx)));
        }
    }
}

/// Names of the states that the machine rests in.
fn resting_names<M: Machine>(cx: &Context<M>) -> Vec<String> {
    let mut names = Vec::new();
    cx.store
        .resting(M::CHART, &mut |state| names.push(state_name::<M>(state)));
    names
}

fn state_name<M: Machine>(state: StateId) -> String {
    M::CHART.states[state.index()].name.clone().into_owned()
}
