//! Where what steps send to one door is kept until it is handed over.
//!
//! Must not know of: how machines are stepped, other doors.

use std::collections::VecDeque;

use crate::core::address::{Address, Mail};
use crate::core::effect::ReplyOf;
use crate::core::event_loop::inbox::Inbox;
use crate::core::event_loop::letter::Letter;
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;

/// Letters that follow each other: from whom, and for whom.
pub(in super::super) struct Run<M: Machine> {
    pub(in super::super) to: Address<M>,
    pub(in super::super) from: Sender,
    /// The slot of who has sent them.
    pub(in super::super) by: u32,
    pub(in super::super) count: usize,
}

impl<M: Machine> Run<M> {
    /// What has found no room of it.
    pub(in super::super) fn left(&self, messages: VecDeque<M::Message>) -> Left<M> {
        Left {
            to: self.to.clone(),
            from: self.from,
            by: self.by,
            messages,
        }
    }
}

/// What steps have left that are over.
#[derive(Clone, Copy, Default)]
struct Gathered {
    letters: usize,
    runs: usize,
    /// How many letters the last of these runs had.
    last: usize,
}

/// Letters for one door.
pub(crate) struct Bag<M: Machine> {
    pub(in super::super) letters: Inbox<M>,
    pub(in super::super) runs: Vec<Run<M>>,
    /// The only letter is a question.
    pub(super) asks: bool,
    gathered: Gathered,
    /// How many messages could follow the last one that was put in properly, and how many still
    /// can: what is in between has not been counted.
    could_follow: usize,
    can_follow: usize,
}

impl<M: Machine> Default for Bag<M> {
    fn default() -> Self {
        Self {
            letters: Inbox::default(),
            runs: Vec::new(),
            asks: false,
            gathered: Gathered::default(),
            could_follow: 0,
            can_follow: 0,
        }
    }
}

impl<M: Machine> Bag<M> {
    /// Whether the next message of the step may [`follow`](Self::follow) the last one: it is for
    /// the same machine.
    #[inline(always)]
    pub(in super::super) fn may_follow(&self, to: &Address<M>) -> bool {
        self.can_follow > 0 && self.runs.last().is_some_and(|last| last.to == *to)
    }

    /// Puts a message behind the last one: the way that most go.
    #[inline(always)]
    pub(crate) fn follow(&mut self, message: M::Message) {
        self.can_follow -= 1;
        self.letters.follow(message);
    }

    pub(super) fn put(&mut self, to: &Address<M>, message: M::Message, by: u32, from: Sender) {
        self.settle();
        match self.runs.last_mut() {
            Some(last) if last.by == by && last.to == *to => last.count += 1,
            _ => self.runs.push(Run {
                to: to.clone(),
                from,
                by,
                count: 1,
            }),
        }
        self.letters.collect(to.mailbox().spot(), message, from);
        self.could_follow = self.letters.can_follow();
        self.can_follow = self.could_follow;
    }

    /// Puts in a question, which stays alone.
    pub(crate) fn put_question(
        &mut self,
        to: &Address<M>,
        message: M::Message,
        (by, from): (u32, Sender),
        port: ReplyPort<ReplyOf<M>>,
    ) {
        self.asks = true;
        self.runs.push(Run {
            to: to.clone(),
            from,
            by,
            count: 1,
        });
        let envelope = Envelope {
            message,
            sender: Some(from),
            port: Some(port),
        };
        self.letters.push_envelope(to.mailbox().spot(), envelope);
    }

    /// Takes the question out, as mail that is on its own.
    pub(super) fn take_question(&mut self) -> Option<(u32, Mail)>
    where
        M: 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if !std::mem::take(&mut self.asks) {
            return None;
        }
        let Run { to, from, by, .. } = self.runs.pop()?;
        let envelope = self.letters.pop_front().and_then(Letter::open)?;
        Some((by, to.mail_of_envelope(envelope, from)))
    }

    /// Whom the only letter is for, if there is one only.
    pub(in super::super) fn alone(&self) -> Option<&Address<M>> {
        match &self.runs[..] {
            [Run { to, count: 1, .. }] if self.letters.len() == 1 => Some(to),
            _ => None,
        }
    }

    /// Takes the only letter.
    pub(in super::super) fn take_alone(&mut self) -> Option<Letter<M>> {
        self.settle();
        self.asks = false;
        self.forget_runs();
        self.letters.pop_front().map(Letter::naturalized)
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Counts what has followed.
    pub(super) fn settle(&mut self) {
        let followed = self.could_follow - self.can_follow;
        (self.could_follow, self.can_follow) = (0, 0);
        if followed > 0 {
            self.letters.followed(followed);
            if let Some(last) = self.runs.last_mut() {
                last.count += followed;
            }
        }
    }

    /// Leaves what the step has put in for later, with at most so many letters in all; whether that
    /// may be.
    pub(super) fn gather(&mut self, most: usize) -> bool {
        self.settle();
        if self.asks || self.letters.len() > most {
            return false;
        }
        let new = &self.runs[self.gathered.runs.saturating_sub(1)..];
        if !new.iter().all(|run| run.to.mailbox().has_ample_room()) {
            return false;
        }
        self.gathered = Gathered {
            letters: self.letters.len(),
            runs: self.runs.len(),
            last: self.runs.last().map_or(0, |run| run.count),
        };
        true
    }

    /// Drops what the step has put in, but not what others have left; whether there is any.
    pub(super) fn rollback(&mut self) -> bool {
        self.settle();
        // One after another: dropping a message may run anything.
        while self.letters.len() > self.gathered.letters {
            let Some(mut letter) = self.letters.pop_back() else {
                break;
            };
            // Nothing was asked, so that nothing comes of it.
            letter.port.forget();
        }
        self.asks = false;
        self.runs.truncate(self.gathered.runs);
        if let Some(last) = self.runs.last_mut() {
            last.count = self.gathered.last;
        }
        !self.runs.is_empty()
    }

    /// All letters have been taken out.
    pub(super) fn forget_runs(&mut self) {
        self.runs.clear();
        self.gathered = Gathered::default();
    }
}

/// Messages of one machine for one that have found no room.
pub(in super::super) struct Left<M: Machine> {
    pub(in super::super) to: Address<M>,
    pub(in super::super) from: Sender,
    pub(in super::super) by: u32,
    pub(in super::super) messages: VecDeque<M::Message>,
}
