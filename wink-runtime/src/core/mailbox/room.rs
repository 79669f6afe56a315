//! Room in a mailbox: who gets in, who waits, who is let in when letters have been taken.
//!
//! Must not know: what is sent, any executor. All counting is done under the door's lock.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::{Envelope, Mailbox, Refused, SHUT};
use crate::core::event::Note;
use crate::core::event_loop::inbox::Inbox;
use crate::core::event_loop::letter::UNKNOWN;
use crate::core::exit::{ExitReason, Sender};
use crate::core::machine::Machine;

/// What a mailbox holds at least that is ever taken to have ample room.
const AMPLE: u32 = if cfg!(test) { 8 } else { 256 };

impl<M: Machine> Mailbox<M> {
    /// Letters that came through the door and have not been handled. As everything here, asked
    /// under the door's lock.
    pub(super) fn pending(&self) -> u32 {
        self.pending.load(Ordering::Relaxed) & !SHUT
    }

    /// Nothing more comes in.
    pub(super) fn shut(&self) {
        self.pending.store(self.pending() | SHUT, Ordering::Relaxed);
    }

    /// Whether nothing more comes in.
    pub(crate) fn is_shut(&self) -> bool {
        self.pending.load(Ordering::Relaxed) & SHUT != 0
    }

    /// Whether one more letter may come in, and nobody waits before it.
    #[inline(always)]
    pub(super) fn has_room(&self) -> bool {
        self.pending.load(Ordering::Relaxed) < self.capacity()
            && self.line.load(Ordering::Relaxed) == 0
    }

    /// The room of how many letters that have been taken need not be given yet: a small part of
    /// all, and none when somebody waits. Asked without the lock, and once a turn; who comes to
    /// wait meanwhile waits a little longer.
    pub(crate) fn may_be_owed(&self) -> u32 {
        match self.line.load(Ordering::Relaxed) {
            0 => self.capacity() / 4,
            _ => 0,
        }
    }

    /// Whether it is far from full: what is looked up now is there in a moment still, unless others
    /// fill it meanwhile. Asked without the lock.
    pub(crate) fn has_ample_room(&self) -> bool {
        let capacity = self.capacity();
        self.pending.load(Ordering::Relaxed) <= capacity / 2
            && capacity >= AMPLE
            && self.line.load(Ordering::Relaxed) == 0
    }

    /// How many of so many letters there is room for; these are counted as being there. Called
    /// under the door's lock.
    pub(crate) fn admit(&self, count: usize) -> usize {
        if self.is_shut() || self.line.load(Ordering::Relaxed) > 0 {
            return 0;
        }
        let pending = self.pending();
        let room = self.capacity().saturating_sub(pending);
        let admitted = u32::try_from(count).unwrap_or(u32::MAX).min(room);
        self.pending.store(pending + admitted, Ordering::Relaxed);
        admitted as usize
    }

    /// Puts a message behind the door, which is locked.
    #[inline(always)]
    pub(super) fn put(&self, inbox: &mut Inbox<M>, message: M::Message) {
        self.count_one();
        inbox.push(self.spot(), message, UNKNOWN);
    }

    /// As [`put`](Self::put), with what goes with the message.
    pub(super) fn put_envelope(&self, inbox: &mut Inbox<M>, envelope: Envelope<M>) {
        self.count_one();
        inbox.push_envelope(self.spot(), envelope);
    }

    #[inline(always)]
    fn count_one(&self) {
        let pending = self.pending.load(Ordering::Relaxed);
        self.pending.store(pending + 1, Ordering::Relaxed);
    }

    /// Puts a message in that is no question, if there is room and nobody waits for it: the way
    /// that most goes. Otherwise it stays.
    #[inline(always)]
    pub(crate) fn push_now(&self, message: &mut Option<M::Message>) -> bool {
        let mut door = self.door.lock();
        if !self.has_room() {
            return false;
        }
        let before = door.inbox.len();
        if let Some(message) = message.take() {
            self.put(&mut door.inbox, message);
        }
        let is_news = door.is_news(before);
        drop(door);
        if is_news {
            self.door.home.knock(self.door.index);
        }
        true
    }

    /// Whether letters that came through the door have not been handled; for who runs the loop, for
    /// which nothing has come.
    pub(crate) fn has_unread(&self) -> bool {
        self.pending.load(Ordering::Relaxed) != 0
    }

    /// Whether nothing for it is among what is behind the door or waits to be let in, and more may
    /// come. Called under the door's lock.
    pub(crate) fn has_all_arrived(&self, inbox: &Inbox<M>) -> bool {
        let waits = self.line.load(Ordering::Relaxed) > 0;
        inbox.is_empty() && !waits && !self.is_shut()
    }

    /// Puts a message in, if there is room and nobody waits for it. One who `asks` does nothing but
    /// wait for what becomes of it.
    pub(crate) fn try_push(&self, envelope: Envelope<M>, asks: bool) -> Result<(), Refused<M>> {
        let home = &self.door.home;
        let gathers = asks && home.gathers();
        let mut door = self.door.lock();
        if self.is_shut() {
            drop(door);
            let reason = self.ended().unwrap_or(ExitReason::Dropped);
            return Err(Refused::Closed(envelope, reason));
        }
        if !self.has_room() {
            drop(door);
            self.site().note(Note::Full {
                machine: self.identity(),
                room: self.capacity(),
            });
            return Err(Refused::Full(envelope));
        }
        let before = door.inbox.len();
        self.put_envelope(&mut door.inbox, envelope);
        let is_news = match gathers {
            true => door.is_news_for_crowd(before),
            false => door.is_news(before),
        };
        drop(door);
        match asks {
            _ if !is_news => {}
            true if gathers => home.knock_and_gather(self.door.index),
            true => home.knock_and_stay(self.door.index),
            false => home.knock(self.door.index),
        }
        Ok(())
    }

    /// Puts in as many messages of one sender as there is room for, in their order, unless others
    /// wait for room; the rest stays. `false`: the machine has ended, and takes none.
    pub(crate) fn push_some(&self, from: Sender, messages: &mut VecDeque<M::Message>) -> bool {
        let mut door = self.door.lock();
        if self.is_shut() {
            return false;
        }
        let before = door.inbox.len();
        let admitted = self.admit(messages.len());
        door.inbox.push_many(self.spot(), from, messages, admitted);
        let is_news = door.is_news(before);
        let brought = door.inbox.len();
        drop(door);
        if is_news {
            self.door.home.knock_with(self.door.index, brought);
        }
        true
    }

    /// Puts in as many as there is room for, in their order; the rest stays. `false`: the machine
    /// has ended, and takes none.
    #[cfg(feature = "remote")]
    pub(crate) fn push_all(&self, envelopes: &mut VecDeque<Envelope<M>>) -> bool {
        let mut door = self.door.lock();
        if self.is_shut() {
            return false;
        }
        let was_empty = door.inbox.is_empty();
        while self.has_room()
            && let Some(envelope) = envelopes.pop_front()
        {
            self.put_envelope(&mut door.inbox, envelope);
        }
        let is_first = was_empty && !door.inbox.is_empty();
        drop(door);
        if !envelopes.is_empty() {
            self.site().note(Note::Full {
                machine: self.identity(),
                room: self.capacity(),
            });
        }
        if is_first {
            self.door.home.knock(self.door.index);
        }
        true
    }

    /// So many of its letters have been taken: the senders that have waited longest get the room.
    /// Called under the door's lock, whose inbox this is.
    pub(crate) fn taken(&self, count: u32, inbox: &mut Inbox<M>, woken: &mut Vec<Waker>) {
        let pending = self.pending.load(Ordering::Relaxed);
        let left = (pending & !SHUT).saturating_sub(count);
        self.pending.store(pending & SHUT | left, Ordering::Relaxed);
        for _ in 0..count {
            if self.line.load(Ordering::Relaxed) == 0 {
                return;
            }
            self.admit_next(inbox, woken);
        }
    }

    /// The sender that has waited longest gets room.
    fn admit_next(&self, inbox: &mut Inbox<M>, woken: &mut Vec<Waker>) {
        let next = {
            let mut state = self.lock();
            state.rare.as_mut().and_then(|rare| rare.parked.pop_front())
        };
        if let Some(parked) = next {
            let line = self.line.load(Ordering::Relaxed).saturating_sub(1);
            self.line.store(line, Ordering::Relaxed);
            self.put_envelope(inbox, parked.envelope);
            woken.push(parked.waker);
        }
    }
}
