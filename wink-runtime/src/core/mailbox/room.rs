//! Room in a mailbox: who gets in, who waits, who is let in when letters have been taken.
//!
//! Must not know: what is sent, any executor. All counting is done under the door's lock.

use std::sync::atomic::Ordering;
use std::task::Waker;

use super::{Envelope, Mailbox, Refused};
use crate::core::event::Note;
use crate::core::event_loop::fifo::Fifo;
use crate::core::event_loop::letter::{FOREIGN, Letter};
use crate::core::exit::ExitReason;
use crate::core::machine::Machine;

impl<M: Machine> Mailbox<M> {
    /// Whether one more letter may come in, and nobody waits before it.
    pub(super) fn has_room(&self) -> bool {
        self.pending.load(Ordering::Relaxed) < self.capacity
            && self.line.load(Ordering::Relaxed) == 0
    }

    /// How many of so many letters there is room for; these are counted as being there. Called
    /// under the door's lock.
    pub(crate) fn admit(&self, count: usize) -> usize {
        if self.line.load(Ordering::Relaxed) > 0 {
            return 0;
        }
        let pending = self.pending.load(Ordering::Relaxed);
        let room = self.capacity.saturating_sub(pending);
        let admitted = u32::try_from(count).unwrap_or(u32::MAX).min(room);
        self.pending.store(pending + admitted, Ordering::Relaxed);
        admitted as usize
    }

    /// Puts a letter behind the door, which is locked.
    #[inline]
    pub(super) fn put(&self, inbox: &mut Fifo<Letter<M>>, envelope: Envelope<M>) {
        let pending = self.pending.load(Ordering::Relaxed);
        self.pending.store(pending + 1, Ordering::Relaxed);
        inbox.grow();
        if let Some(place) = inbox.place() {
            place.fill(self.slot, self.generation, FOREIGN, envelope);
        }
    }

    /// Puts a message in, if there is room and nobody waits for it. One who `asks` does nothing but
    /// wait for what becomes of it.
    pub(crate) fn try_push(&self, envelope: Envelope<M>, asks: bool) -> Result<(), Refused<M>> {
        let mut envelope = Some(envelope);
        let pushed = self.push(&mut envelope, asks);
        match (pushed, envelope) {
            (Err(Some(reason)), Some(envelope)) => Err(Refused::Closed(envelope, reason)),
            (Err(None), Some(envelope)) => Err(Refused::Full(envelope)),
            _ => Ok(()),
        }
    }

    /// As [`try_push`](Self::try_push). The message is taken if it goes in; otherwise the error
    /// says why the machine ended, or nothing when there is no room.
    #[inline]
    pub(super) fn push(
        &self,
        envelope: &mut Option<Envelope<M>>,
        asks: bool,
    ) -> Result<(), Option<ExitReason>> {
        let mut door = self.door.lock();
        if !door.is_open(self.slot, self.generation) {
            drop(door);
            return Err(Some(self.ended().unwrap_or(ExitReason::Dropped)));
        }
        if !self.has_room() {
            drop(door);
            self.site().note(Note::Full {
                machine: self.identity(),
                room: self.capacity,
            });
            return Err(None);
        }
        if let Some(envelope) = envelope.take() {
            self.put(&mut door.inbox, envelope);
        }
        let is_first = door.inbox.len() == 1;
        drop(door);
        if is_first {
            let home = &self.door.home;
            match asks {
                true => home.knock_and_stay(self.door.index),
                false => home.knock(self.door.index),
            }
        }
        Ok(())
    }

    /// So many of its letters have been taken: the senders that have waited longest get the room.
    /// Called under the door's lock, whose inbox this is.
    pub(crate) fn taken(&self, count: u32, inbox: &mut Fifo<Letter<M>>, woken: &mut Vec<Waker>) {
        let pending = self.pending.load(Ordering::Relaxed);
        self.pending
            .store(pending.saturating_sub(count), Ordering::Relaxed);
        for _ in 0..count {
            if self.line.load(Ordering::Relaxed) == 0 {
                return;
            }
            self.admit_next(inbox, woken);
        }
    }

    /// The sender that has waited longest gets room.
    fn admit_next(&self, inbox: &mut Fifo<Letter<M>>, woken: &mut Vec<Waker>) {
        let next = {
            let mut state = self.lock();
            state.rare.as_mut().and_then(|rare| rare.parked.pop_front())
        };
        if let Some(parked) = next {
            let line = self.line.load(Ordering::Relaxed).saturating_sub(1);
            self.line.store(line, Ordering::Relaxed);
            self.put(inbox, parked.envelope);
            woken.push(parked.waker);
        }
    }
}
