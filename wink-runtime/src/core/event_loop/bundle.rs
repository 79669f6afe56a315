//! Messages in bundles, apart from what goes with them.
//!
//! Must not know of: locks, how machines are stepped.

use std::collections::VecDeque;
use std::mem;

use wink_chart::Text;

use super::fifo::Fifo;
use super::letter::{From, Letter, Origin, Spot};
use crate::core::effect::ReplyOf;
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::question::ReplyPort;

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

    /// One of its messages as a letter again.
    fn take(&mut self, message: Option<M::Message>) -> Letter<M> {
        self.count -= 1;
        Letter {
            from: self.from,
            to: self.to,
            name: self.name,
            port: mem::replace(&mut self.port, ReplyPort::nowhere()),
            message,
        }
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

    /// Adds so many messages that are no questions, the first ones of these.
    fn push_many(
        &mut self,
        to: Spot,
        messages: &mut VecDeque<M::Message>,
        count: usize,
        by: Sender,
    ) {
        let Some(first) = messages.pop_front() else {
            return;
        };
        self.push(to, first, by);
        let others = count - 1;
        self.messages.extend(messages.drain(..others));
        self.followed(others);
    }

    /// How many messages may be put behind the last one without a look at anything else, and be
    /// counted later.
    fn can_follow(&self) -> usize {
        match self.runs.back() {
            Some(run) if run.port.is_nowhere() => Self::FULL.saturating_sub(self.len()),
            _ => 0,
        }
    }

    /// Counts messages that have been put behind the last one.
    fn followed(&mut self, count: usize) {
        if let Some(run) = self.runs.back_mut() {
            run.count += count as u32;
        }
    }

    /// Takes the first messages, at most so many, that went to the same machine; how many it were.
    fn take_messages(&mut self, most: usize, taken: &mut VecDeque<M::Message>) -> usize {
        let Some(run) = self.runs.front_mut() else {
            return 0;
        };
        let count = most.min(run.count as usize);
        taken.extend(self.messages.drain(..count));
        run.count -= count as u32;
        if run.count == 0 {
            self.runs.pop_front();
        }
        count
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
        let letter = run.take(self.messages.pop_front());
        if run.count == 0 {
            self.runs.pop_front();
        }
        Some(letter)
    }

    /// Takes the last letter.
    fn pop_back(&mut self) -> Option<Letter<M>> {
        let run = self.runs.back_mut()?;
        let letter = run.take(self.messages.pop_back());
        if run.count == 0 {
            self.runs.pop_back();
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
    pub(super) fn capacity(&self) -> usize {
        let all = self.bundles.iter().chain(&self.spare).chain([&self.last]);
        all.map(Bundle::capacity).sum()
    }

    /// Adds a letter, whatever goes with it.
    pub(super) fn push_letter(&mut self, letter: Letter<M>) {
        self.add().push_letter(letter);
    }

    /// Adds a message that is no question.
    #[inline(always)]
    pub(super) fn push(&mut self, to: Spot, message: M::Message, by: Sender) {
        self.add().push(to, message, by);
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

    /// Adds so many messages that are no questions, the first ones of these.
    pub(super) fn push_many(
        &mut self,
        to: Spot,
        messages: &mut VecDeque<M::Message>,
        count: usize,
        by: Sender,
    ) {
        let mut left = count;
        while left > 0 {
            let bundle = self.add();
            let count = left.min(Bundle::<M>::FULL - bundle.len());
            bundle.push_many(to, messages, count, by);
            self.len += count - 1;
            left -= count;
        }
    }

    /// How many messages may [`follow`](Self::follow) the last one.
    pub(super) fn can_follow(&self) -> usize {
        self.last.can_follow()
    }

    /// Puts a message behind the last one, for the same machine; not counted until it is said
    /// how many have [`followed`](Self::followed).
    #[inline(always)]
    pub(super) fn follow(&mut self, message: M::Message) {
        self.last.messages.push_back(message);
    }

    /// Counts these.
    pub(super) fn followed(&mut self, count: usize) {
        self.last.followed(count);
        self.len += count;
    }

    /// Takes the first messages, at most so many.
    pub(super) fn take_messages(&mut self, most: usize, taken: &mut VecDeque<M::Message>) {
        let mut left = most.min(self.len);
        self.len -= left;
        while left > 0 {
            let first = self.bundles.front_mut().unwrap_or(&mut self.last);
            left -= first.take_messages(left, taken);
            self.put_by_emptied();
        }
    }

    /// Takes the first letter.
    pub(super) fn pop_front(&mut self) -> Option<Letter<M>> {
        let first = self.bundles.front_mut().unwrap_or(&mut self.last);
        let letter = first.pop()?;
        self.len -= 1;
        self.put_by_emptied();
        Some(letter)
    }

    /// Takes the last letter.
    pub(super) fn pop_back(&mut self) -> Option<Letter<M>> {
        if self.last.is_empty()
            && let Some(last) = self.bundles.pop_back()
        {
            self.spare.push(mem::replace(&mut self.last, last));
        }
        let letter = self.last.pop_back()?;
        self.len -= 1;
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
