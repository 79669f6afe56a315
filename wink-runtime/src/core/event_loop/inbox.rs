//! Mail on its way between threads, packed: what goes with messages that follow each other is
//! kept once, since what one processor has written another has to fetch line by line.
//!
//! Must not know of: locks, how machines are stepped.

use std::collections::VecDeque;
use std::mem;

use wink_chart::Text;

use super::fifo::Fifo;
use super::letter::{From, Letter, Origin, Spot, extract};
use crate::core::effect::ReplyOf;
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;

/// So many letters are kept as they will be read: packing and unpacking costs more than it saves
/// while they stay in the reader's cache. Tests have both ways taken soon.
const FEW: usize = if cfg!(test) { 2 } else { 1_024 };

/// The same of letters on the way to a door, where a few are put to what is there already.
const FIRST: usize = if cfg!(test) { 1 } else { 16 };

/// How many bytes of messages a bundle is about to hold.
const ROOM: usize = 32_768;

/// How many emptied bundles are kept for their memory.
const SPARE: usize = 16;

/// What goes with messages that follow each other.
struct Run<M: Machine> {
    from: From,
    to: Spot,
    /// The sender's name.
    name: &'static Text,
    /// How many messages; one, when it is a question.
    count: u32,
    /// Where the answer goes.
    port: ReplyPort<ReplyOf<M>>,
}

impl<M: Machine> Run<M> {
    /// Whether a message that is no question belongs to it.
    #[inline(always)]
    fn takes(&self, from: From, to: Spot) -> bool {
        (self.from, self.to) == (from, to) && self.port.is_nowhere()
    }
}

/// Messages for machines of one type, first in, first out.
struct Bundle<M: Machine> {
    messages: VecDeque<M::Message>,
    runs: VecDeque<Run<M>>,
}

impl<M: Machine> Bundle<M> {
    /// One that has grown to so many is not added to, and one that has grown further is not kept
    /// when it is empty.
    const FULL: usize = match ROOM / (size_of::<M::Message>() + 1) {
        0..16 => 16,
        count @ 16..1_024 => count,
        _ => 1_024,
    };

    #[inline(always)]
    fn len(&self) -> usize {
        self.messages.len()
    }

    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Adds a message that is no question.
    #[inline(always)]
    fn push(&mut self, to: Spot, message: M::Message, by: Sender) {
        let from = From::new(Origin::FOREIGN, by.id);
        self.messages.push_back(message);
        match self.runs.back_mut() {
            Some(run) if run.takes(from, to) => run.count += 1,
            _ => self.runs.push_back(Run {
                from,
                to,
                name: by.name,
                count: 1,
                port: ReplyPort::nowhere(),
            }),
        }
    }

    /// Adds a letter, whatever goes with it.
    fn push_letter(&mut self, letter: Letter<M>) {
        let Some(message) = letter.message else {
            return;
        };
        self.messages.push_back(message);
        let run = Run {
            from: letter.from,
            to: letter.to,
            name: letter.name,
            count: 1,
            port: letter.port,
        };
        match self.runs.back_mut() {
            Some(last) if run.port.is_nowhere() && last.takes(run.from, run.to) => {
                last.count += 1;
            }
            _ => self.runs.push_back(run),
        }
    }

    /// Takes the first letter.
    fn pop(&mut self) -> Option<Letter<M>> {
        let run = self.runs.front_mut()?;
        let letter = Letter {
            from: run.from,
            to: run.to,
            name: run.name,
            port: mem::replace(&mut run.port, ReplyPort::nowhere()),
            message: self.messages.pop_front(),
        };
        run.count -= 1;
        if run.count == 0 {
            self.runs.pop_front();
        }
        Some(letter)
    }

    /// Puts at most so many letters into that queue; how many it were.
    fn unpack(&mut self, most: usize, letters: &mut Fifo<Letter<M>>) -> usize {
        let mut left = most;
        while left > 0
            && let Some(run) = self.runs.front_mut()
        {
            let count = left.min(run.count as usize);
            for message in self.messages.drain(..count) {
                letters.grow();
                if let Some(place) = letters.place() {
                    let port = mem::replace(&mut run.port, ReplyPort::nowhere());
                    place.unpack(run.from, run.name, run.to, port, message);
                }
            }
            left -= count;
            run.count -= count as u32;
            if run.count == 0 {
                self.runs.pop_front();
            }
        }
        most - left
    }

    fn capacity(&self) -> usize {
        self.messages.capacity().max(self.runs.capacity())
    }
}

impl<M: Machine> Default for Bundle<M> {
    fn default() -> Self {
        Self {
            messages: VecDeque::new(),
            runs: VecDeque::new(),
        }
    }
}

/// Messages in bundles, so that many of them change hands without being copied.
pub(crate) struct Packed<M: Machine> {
    /// Those before the last one.
    bundles: VecDeque<Bundle<M>>,
    /// What is added to.
    last: Bundle<M>,
    /// Emptied ones.
    spare: Vec<Bundle<M>>,
    len: usize,
}

impl<M: Machine> Packed<M> {
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[cfg(feature = "remote")]
    fn capacity(&self) -> usize {
        let all = self.bundles.iter().chain(&self.spare).chain([&self.last]);
        all.map(Bundle::capacity).sum()
    }

    /// Adds a letter, whatever goes with it.
    pub(super) fn push_letter(&mut self, letter: Letter<M>) {
        self.add().push_letter(letter);
    }

    /// Counts one message more; the bundle that it goes into.
    #[inline(always)]
    fn add(&mut self) -> &mut Bundle<M> {
        self.len += 1;
        if self.last.len() >= Bundle::<M>::FULL {
            let next = self.spare.pop().unwrap_or_default();
            self.bundles.push_back(mem::replace(&mut self.last, next));
        }
        &mut self.last
    }

    /// Takes the first letter.
    pub(super) fn pop_front(&mut self) -> Option<Letter<M>> {
        let first = self.bundles.front_mut().unwrap_or(&mut self.last);
        let letter = first.pop()?;
        self.len -= 1;
        self.put_by_emptied();
        Some(letter)
    }

    /// Puts at most so many letters into that queue.
    pub(super) fn unpack(&mut self, most: usize, letters: &mut Fifo<Letter<M>>) {
        let mut left = most.min(self.len);
        self.len -= left;
        while left > 0 {
            let first = self.bundles.front_mut().unwrap_or(&mut self.last);
            left -= first.unpack(left, letters);
            self.put_by_emptied();
        }
    }

    /// Keeps the first bundle for its memory, if it is empty.
    #[inline(always)]
    fn put_by_emptied(&mut self) {
        if let Some(emptied) = self.bundles.pop_front_if(|first| first.is_empty())
            && self.spare.len() < SPARE
            && emptied.capacity() <= 2 * Bundle::<M>::FULL
        {
            self.spare.push(emptied);
        }
    }

    /// Takes all mail of the other one, after what there is, for what has been emptied.
    pub(super) fn take_over(&mut self, other: &mut Self) {
        if self.is_empty() {
            return mem::swap(self, other);
        }
        if !self.last.is_empty() {
            self.bundles.push_back(mem::take(&mut self.last));
        }
        self.bundles.append(&mut other.bundles);
        let next = self.spare.pop().unwrap_or_default();
        self.last = mem::replace(&mut other.last, next);
        self.len += mem::take(&mut other.len);
        if other.spare.len() < self.spare.len() {
            mem::swap(&mut self.spare, &mut other.spare);
        }
    }
}

impl<M: Machine> Default for Packed<M> {
    fn default() -> Self {
        Self {
            bundles: VecDeque::new(),
            last: Bundle::default(),
            spare: Vec::new(),
            len: 0,
        }
    }
}

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
            return self.packed.add().push(to, message, by);
        }
        if self.letters.is_full() {
            self.letters.grow();
        }
        if let Some(place) = self.letters.place() {
            place.write(to, Origin::FOREIGN, message, by);
        }
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

    /// Drops all of it, one message after another: that may run anything.
    pub(super) fn clear(&mut self) {
        while self.pop_front().is_some() {}
    }
}

impl<M: Machine> Packed<M> {
    /// Takes out the letters for one machine; the others keep their order.
    pub(super) fn extract(&mut self, to: Spot, found: &mut Vec<Letter<M>>) {
        if self.is_empty() {
            return;
        }
        let mut all = mem::take(self);
        while let Some(letter) = all.pop_front() {
            if letter.to == to {
                found.push(letter);
            } else {
                self.push_letter(letter);
            }
        }
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
