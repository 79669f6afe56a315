//! Answers among the effects of completed steps.
//!
//! Must not know of: who waits for them.

use super::Context;
use crate::core::effect::Effect;
use crate::core::machine::Machine;

impl<M: Machine> Context<M> {
    /// Gives an answer, if that is all that the last step has left; whether it is.
    #[inline]
    pub(crate) fn give_only_answer(&mut self) -> bool {
        let is_running = self.is_running();
        let Some(extra) = &mut self.extra else {
            return false;
        };
        let is_one = extra.committed == 1 && extra.effects.len() == 1;
        let rests = extra.exit.is_none() && extra.timers.len() == 0 && extra.internal.is_empty();
        if !(is_running && is_one && rests) {
            return false;
        }
        match extra.effects.pop_front() {
            Some(Effect::Answer(port, answer)) => {
                extra.committed = 0;
                port.answer(answer);
                true
            }
            Some(other) => {
                extra.effects.push_front(other);
                false
            }
            None => false,
        }
    }

    /// Gives the answers among the effects of completed steps to those who wait for them.
    pub(crate) fn give_answers(&mut self) {
        if self.phase.is_broken() {
            return;
        }
        let Some(extra) = &mut self.extra else { return };
        for _ in 0..extra.committed {
            match extra.effects.pop_front() {
                Some(Effect::Answer(port, answer)) => {
                    port.answer(answer);
                    extra.committed -= 1;
                }
                Some(Effect::Reply(answer)) => {
                    answer.perform();
                    extra.committed -= 1;
                }
                Some(other) => extra.effects.push_back(other),
                None => {}
            }
        }
    }
}
