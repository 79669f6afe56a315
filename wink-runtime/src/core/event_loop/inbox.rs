//! Mail on its way between threads, packed: what goes with messages that follow each other is
//! kept once, since what one processor has written another has to fetch line by line.
//!
//! Must not know of: locks, how machines are stepped.

use std::collections::VecDeque;
use std::mem;

use super::bundle::Packed;
use super::fifo::Fifo;
use super::letter::{Letter, Origin, Spot, extract};
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;

/// So many letters are kept as they will be read: packing and unpacking costs more than it saves
/// while they stay in the reader's cache. Tests have both ways taken soon.
const FEW: usize = if cfg!(test) { 2 } else { 1_024 };

/// The same of letters on the way to a door, where a few are put to what is there already.
const FIRST: usize = if cfg!(test) { 1 } else { 16 };

/// Mail behind a door, or on the way there: a few letters as they will be read, and what comes
/// after these packed.
pub(crate) struct Inbox<M: Machine> {
    letters: Fifo<Letter<M>>,
    packed: Packed<M>,
}

impl<M: Machine> Inbox<M> {
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.letters.len() + self.packed.len()
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty() && self.packed.is_empty()
    }

    /// How many messages there is memory for.
    #[cfg(feature = "remote")]
    pub(crate) fn capacity(&self) -> usize {
        self.letters.capacity() + self.packed.capacity()
    }

    /// Adds a message that is no question.
    #[inline(always)]
    pub(crate) fn push(&mut self, to: Spot, message: M::Message, by: Sender) {
        self.push_after(FEW, to, message, by);
    }

    /// As [`push`](Self::push), on the way to a door.
    #[inline(always)]
    pub(super) fn collect(&mut self, to: Spot, message: M::Message, by: Sender) {
        self.push_after(FIRST, to, message, by);
    }

    #[inline(always)]
    fn push_after(&mut self, few: usize, to: Spot, message: M::Message, by: Sender) {
        if !self.packed.is_empty() || self.letters.len() >= few {
            return self.packed.push(to, message, by);
        }
        if self.letters.is_full() {
            self.letters.grow();
        }
        if let Some(place) = self.letters.place() {
            place.write(to, Origin::FOREIGN, message, by);
        }
    }

    /// How many messages may [`follow`](Self::follow) the last one, which was no question.
    pub(super) fn can_follow(&self) -> usize {
        self.packed.can_follow()
    }

    /// Puts a message behind the last one, for the same machine; not counted until it is said
    /// how many have [`followed`](Self::followed).
    #[inline(always)]
    pub(super) fn follow(&mut self, message: M::Message) {
        self.packed.follow(message);
    }

    /// Counts these.
    pub(super) fn followed(&mut self, count: usize) {
        self.packed.followed(count);
    }

    /// Adds so many messages that are no questions, the first ones of these: all to one machine.
    pub(crate) fn push_many(
        &mut self,
        to: Spot,
        by: Sender,
        messages: &mut VecDeque<M::Message>,
        count: usize,
    ) {
        let count = count.min(messages.len());
        if count > FIRST || !self.packed.is_empty() {
            return self.packed.push_many(to, messages, count, by);
        }
        for message in messages.drain(..count) {
            self.push(to, message, by);
        }
    }

    /// Takes the first messages, at most so many, without what went with them.
    pub(super) fn take_messages(&mut self, most: usize) -> VecDeque<M::Message> {
        let mut taken = VecDeque::with_capacity(most.min(self.len()));
        while taken.len() < most
            && let Some(letter) = self.letters.pop_front()
        {
            taken.extend(letter.message);
        }
        let left = most - taken.len();
        self.packed.take_messages(left, &mut taken);
        taken
    }

    /// Adds a message with what goes with it.
    pub(crate) fn push_envelope(&mut self, to: Spot, envelope: Envelope<M>) {
        if !self.packed.is_empty() || self.letters.len() >= FEW {
            let letter = Letter::new(to, Origin::FOREIGN, envelope);
            return self.packed.push_letter(letter);
        }
        if self.letters.is_full() {
            self.letters.grow();
        }
        if let Some(place) = self.letters.place() {
            place.fill(to, Origin::FOREIGN, envelope);
        }
    }

    /// Adds a letter.
    pub(super) fn push_letter(&mut self, letter: Letter<M>) {
        match self.packed.is_empty() && self.letters.len() < FEW {
            true => self.letters.push_back(letter),
            false => self.packed.push_letter(letter),
        }
    }

    /// Takes the first letter.
    pub(crate) fn pop_front(&mut self) -> Option<Letter<M>> {
        match self.letters.is_empty() {
            false => self.letters.pop_front(),
            true => self.packed.pop_front(),
        }
    }

    /// Takes the last letter.
    pub(super) fn pop_back(&mut self) -> Option<Letter<M>> {
        match self.packed.is_empty() {
            false => self.packed.pop_back(),
            true => self.letters.pop_back(),
        }
    }

    /// Takes all mail of the other one, after what there is.
    pub(super) fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            self.letters.exchange(&mut other.letters);
        }
        while let Some(letter) = other.letters.pop_front() {
            self.push_letter(letter);
        }
        if !other.packed.is_empty() {
            self.packed.take_over(&mut other.packed);
        }
    }

    /// Takes all mail of the other one; there is none here.
    pub(super) fn exchange(&mut self, other: &mut Self) {
        self.letters.exchange(&mut other.letters);
        if !other.packed.is_empty() {
            mem::swap(&mut self.packed, &mut other.packed);
        }
    }

    /// Hands all mail on to the queue that it is read from, and to what follows that.
    pub(super) fn hand_on(&mut self, letters: &mut Fifo<Letter<M>>, arrived: &mut Packed<M>) {
        if !arrived.is_empty() {
            while let Some(letter) = self.letters.pop_front() {
                arrived.push_letter(letter);
            }
        } else if letters.is_empty() {
            letters.exchange(&mut self.letters);
        } else {
            letters.append(&mut self.letters);
        }
        if !self.packed.is_empty() {
            arrived.take_over(&mut self.packed);
        }
    }

    /// Takes out the letters for one machine; the others keep their order.
    pub(crate) fn extract(&mut self, to: Spot, found: &mut Vec<Letter<M>>) {
        extract(&mut self.letters, to, found);
        self.packed.extract(to, found);
    }
}

impl<M: Machine> Default for Inbox<M> {
    fn default() -> Self {
        Self {
            letters: Fifo::new(),
            packed: Packed::default(),
        }
    }
}
