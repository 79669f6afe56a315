//! Messages that are kept until the next change of state.
//!
//! Must not know of: when that is.

use super::Context;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;

impl<M: Machine> Context<M> {
    pub(crate) fn deferred_count(&self) -> usize {
        self.extra.as_ref().map_or(0, |extra| extra.deferred.len())
    }

    pub(crate) fn take_deferred(&mut self, place: usize) -> Option<Envelope<M>> {
        self.extra.as_mut()?.deferred.remove(place)
    }

    /// Takes all messages that are kept until the next change of state, in order.
    pub(crate) fn take_all_deferred(&mut self) -> Vec<Envelope<M>> {
        let extra = self.extra.as_mut();
        extra.map_or_else(Vec::new, |extra| extra.deferred.drain(..).collect())
    }

    /// If the step's message is deferred again, it keeps this place.
    pub(crate) fn defer_at(&mut self, place: usize) {
        self.phase.mark_dirty();
        self.extra().defer_at = Some(place);
    }

    pub(crate) fn defer(&mut self, message: M::Message) {
        self.phase.mark_dirty();
        let sender = self.sent_by();
        let port = self.take_port();
        let extra = self.extra();
        extra.sender = None;
        let envelope = Envelope {
            message,
            port,
            sender,
        };
        let place = extra.defer_at.take().unwrap_or(extra.deferred.len());
        extra.deferred.insert(place, envelope);
    }
}
