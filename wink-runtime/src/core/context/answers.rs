//! Answers among the effects of completed steps.
//!
//! Must not know of: who waits for them.

use std::mem;

use super::Context;
use crate::core::effect::{Effect, ReplyOf};
use crate::core::event_loop::post::Post;
use crate::core::event_loop::straight::Inquiry;
use crate::core::machine::Machine;
use crate::core::outcome::Received;
use crate::core::question::{CallError, ReplyPort, Spare, Straight, port};

impl<M: Machine> Context<M> {
    /// Gives the answer to the question that the step is about, when the step is over. Nothing,
    /// when nobody waits for it.
    #[inline]
    pub(crate) fn answer(&mut self, answer: ReplyOf<M>) {
        if let Some(asked) = self.take_asked() {
            asked.came = Straight::Answered(answer);
        } else if let Some(port) = self.take_port() {
            self.push_effect(Effect::Answer(port, answer));
        }
    }

    /// Where the answer goes to the question that the step is about, when that is asked straight:
    /// nobody else has it then.
    #[inline]
    fn take_asked(&mut self) -> Option<&mut Inquiry<M>> {
        let (Some(post), Some(own)) = (&mut self.post, &self.mailbox) else {
            return None;
        };
        mem::take(&mut post.is_asked).then(|| post.asked(own))
    }

    /// The way back for the answer to the question that the step is about, for who keeps it.
    pub(crate) fn take_port(&mut self) -> Option<ReplyPort<ReplyOf<M>>> {
        if let Some(asked) = self.take_asked() {
            let own = asked.port.take();
            asked.came = Straight::Not;
            return own.or_else(|| {
                let (port, pending) = port();
                asked.came = Straight::Kept(pending);
                Some(port)
            });
        }
        self.extra.as_mut()?.port.take()
    }

    /// Forgets what came with the step's message: it has been dealt with. Whoever asked a
    /// question that is still unanswered hears why.
    pub(crate) fn close(&mut self, received: Received) {
        let mut exit = None;
        if let Some(extra) = &mut self.extra {
            extra.sender = None;
            extra.defer_at = None;
            exit = extra
                .exit
                .as_ref()
                .filter(|exit| exit.error().is_some())
                .cloned();
        }
        let why = match (exit, received) {
            // What the machine failed on it has not dealt with.
            (Some(reason), _) => CallError::Died(reason),
            (None, Received::Unhandled) => CallError::Unhandled,
            (None, Received::Ignored(_)) => CallError::Ignored,
            // Its row neither answered nor kept the reply.
            (None, _) => CallError::Unanswered,
        };
        if let Some(asked) = self.take_asked() {
            asked.came = Straight::Refused(why);
        } else if let Some(port) = self.extra.as_mut().and_then(|extra| extra.port.take()) {
            port.refuse(why);
        }
    }

    /// Whether the step has not dealt with the question that it is about, which is asked straight.
    #[inline]
    pub(crate) fn is_asked(&self) -> bool {
        self.post.as_ref().is_some_and(|post| post.is_asked)
    }

    /// Gives an answer when the step is over; after what else it has asked for. The port's slot may
    /// be left over.
    #[inline]
    pub(crate) fn give(
        &mut self,
        port: ReplyPort<ReplyOf<M>>,
        answer: ReplyOf<M>,
        post: &mut Post,
    ) -> Option<Spare<ReplyOf<M>>> {
        match &mut self.extra {
            Some(extra) if !extra.effects.is_empty() => {
                extra.effects.push_back(Effect::Answer(port, answer));
                extra.committed += 1;
                None
            }
            _ => port.answer_here(answer, post),
        }
    }

    /// Gives an answer, if that is all that the last step has left; whether it is.
    #[inline]
    pub(crate) fn give_only_answer(&mut self, post: &mut Post) -> bool {
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
                // What the step has sent stays sent.
                post.end();
                drop(port.answer_here(answer, post));
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
