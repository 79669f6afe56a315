//! What the step under way has sent to machines of other loops: handed over when it is over, to
//! each door at once.
//!
//! Must not know of: how machines are stepped, who wakes loops.

use std::collections::VecDeque;
use std::iter;
use std::sync::Arc;

use super::Lent;
use super::door::Door;
use super::inbox::Inbox;
use super::key::Key;
use super::letter::{Letter, UNKNOWN};
use super::post::Post;
use crate::core::address::{Address, Mail};
use crate::core::effect::ReplyOf;
use crate::core::exit::{Identity, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;
use crate::core::time::Time;

/// The doors that the step has sent something to.
#[derive(Default)]
pub(crate) struct Away {
    doors: Vec<Arc<dyn Outlet>>,
    /// The last door that a letter went straight to, so that it need not be counted each time.
    last: Option<Arc<dyn Outlet>>,
}

/// What could not be handed over.
#[derive(Default)]
pub(crate) struct Refused {
    /// There was no room, in the order in which it was sent.
    pub(crate) full: Vec<Mail>,
    /// Whose machines have ended: once for each message.
    pub(crate) lost: Vec<Identity>,
}

impl Away {
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.doors.is_empty()
    }

    /// Keeps a message for a machine of another loop until the step is over.
    ///
    /// # Errors
    /// The message, when nobody will ever take it.
    #[inline(never)]
    pub(super) fn send<M>(
        &mut self,
        key: &mut Key,
        to: &Address<M>,
        message: M::Message,
        from: Sender,
    ) -> Result<(), M::Message>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let door = to.mailbox().shared_door();
        if door.home.is_nowhere() {
            return Err(message);
        }
        let Some(bag) = door.shelves.bag_or_new(key) else {
            return Err(message);
        };
        // What follows a question goes after it, as an effect.
        if bag.asks {
            return Err(message);
        }
        if bag.runs.is_empty() {
            self.note(door);
        }
        bag.put(to, message, from);
        Ok(())
    }

    /// Where a question for a machine of another loop is kept until the step is over, if the step
    /// has sent nothing to that door yet.
    fn bag_of_one<'key, M>(
        &mut self,
        key: &'key mut Key,
        to: &'key Address<M>,
    ) -> Option<&'key mut Bag<M>>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let door = to.mailbox().shared_door();
        if door.home.is_nowhere() {
            return None;
        }
        let bag = door.shelves.bag_or_new(key)?;
        if !bag.is_empty() {
            return None;
        }
        self.note(door);
        Some(bag)
    }

    /// The step has sent the first thing to that door.
    fn note<M>(&mut self, door: &Arc<Door<M>>)
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let is_it =
            |last: &mut Arc<dyn Outlet>| std::ptr::addr_eq(Arc::as_ptr(last), Arc::as_ptr(door));
        let known = self.last.take_if(is_it);
        self.doors.push(known.unwrap_or_else(|| door.clone()));
    }

    /// Forgets what the step has sent: it has failed.
    pub(super) fn clear(&mut self, key: &mut Key) {
        for door in self.doors.drain(..) {
            door.clear(key);
        }
    }

    /// Hands everything over; or nothing, when the sender's mail `waits` already.
    pub(super) fn hand_over(&mut self, key: &mut Key, waits: bool) -> Refused {
        let mut refused = Refused::default();
        for door in self.doors.drain(..) {
            door.hand_over(key, waits, &mut refused);
        }
        refused
    }
}

impl Post {
    /// Where the next letter of the step goes if it is for a machine of another loop, and the same
    /// one as the last letter.
    #[inline(always)]
    pub(crate) fn bag<'post, M: Machine>(
        &'post mut self,
        to: &'post Address<M>,
    ) -> Option<&'post mut Bag<M>> {
        let bag = to.mailbox().door().shelves.bag(&mut self.key)?;
        bag.may_follow(to).then_some(bag)
    }

    /// Keeps a message for a machine of another loop until the step of the sender is over.
    ///
    /// # Errors
    /// The message, when nobody will ever take it.
    pub(crate) fn send_away<M>(
        &mut self,
        to: &Address<M>,
        message: M::Message,
        own: Sender,
    ) -> Result<(), M::Message>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if self.number == to.mailbox().door().number {
            return Err(message);
        }
        self.away.send(&mut self.key, to, message, own)?;
        self.is_pending = true;
        Ok(())
    }

    /// Where a question of the step under way goes for a machine of another loop, when the step has
    /// sent nothing else there; whoever puts it in owes the rest.
    pub(crate) fn bag_of_one<'post, M>(
        &'post mut self,
        to: &'post Address<M>,
    ) -> Option<&'post mut Bag<M>>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if self.number == to.mailbox().door().number {
            return None;
        }
        let bag = self.away.bag_of_one(&mut self.key, to)?;
        self.is_pending = true;
        Some(bag)
    }

    /// Hands over what the step has sent to other loops; or nothing, when the sender's mail `waits`
    /// already.
    pub(super) fn hand_away(&mut self, waits: bool) -> Refused {
        self.away.hand_over(&mut self.key, waits)
    }

    /// The only door that the step has sent something to, if it is the only one.
    pub(super) fn take_only_outlet(&mut self) -> Option<Arc<dyn Outlet>> {
        let doors = &mut self.away.doors;
        (doors.len() == 1).then(|| doors.pop()).flatten()
    }

    /// What it has sent to that door is there, or `is_carried`.
    pub(super) fn put_outlet_back(&mut self, door: Arc<dyn Outlet>, is_carried: bool) {
        match is_carried {
            true => self.away.last = Some(door),
            false => self.away.doors.push(door),
        }
    }

    /// Whether it has sent anything there.
    pub(super) fn has_away(&self) -> bool {
        !self.away.is_empty()
    }
}

/// Letters of one step for one door.
pub(crate) struct Bag<M: Machine> {
    letters: Inbox<M>,
    /// Whom they are for, with how many follow each other.
    runs: Vec<(Address<M>, usize)>,
    /// Who has sent them.
    from: Sender,
    /// The only letter is a question.
    asks: bool,
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
            from: UNKNOWN,
            asks: false,
            could_follow: 0,
            can_follow: 0,
        }
    }
}

impl<M: Machine> Bag<M> {
    /// Whether the next message of the step may [`follow`](Self::follow) the last one: it is for
    /// the same machine.
    #[inline(always)]
    pub(super) fn may_follow(&self, to: &Address<M>) -> bool {
        self.can_follow > 0 && self.runs.last().is_some_and(|(last, _)| last == to)
    }

    /// Puts a message behind the last one: the way that most go.
    #[inline(always)]
    pub(crate) fn follow(&mut self, message: M::Message) {
        self.can_follow -= 1;
        self.letters.follow(message);
    }

    fn put(&mut self, to: &Address<M>, message: M::Message, from: Sender) {
        self.settle();
        match self.runs.last_mut() {
            Some((last, count)) if last == to => *count += 1,
            _ => self.runs.push((to.clone(), 1)),
        }
        self.from = from;
        self.letters.collect(to.mailbox().spot(), message, from);
        self.could_follow = self.letters.can_follow();
        self.can_follow = self.could_follow;
    }

    /// Puts in a question, which stays alone.
    pub(crate) fn put_question(
        &mut self,
        to: &Address<M>,
        message: M::Message,
        from: Sender,
        port: ReplyPort<ReplyOf<M>>,
    ) {
        self.asks = true;
        self.from = from;
        self.runs.push((to.clone(), 1));
        let envelope = Envelope {
            message,
            sender: Some(from),
            port: Some(port),
        };
        self.letters.push_envelope(to.mailbox().spot(), envelope);
    }

    /// Takes the question out, as mail that is on its own.
    fn take_question(&mut self) -> Option<Mail>
    where
        M: 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if !std::mem::take(&mut self.asks) {
            return None;
        }
        let (to, _) = self.runs.pop()?;
        let envelope = self.letters.pop_front().and_then(Letter::open)?;
        Some(to.mail_of_envelope(envelope, self.from))
    }

    /// Whom the only letter is for, if there is one only.
    pub(super) fn alone(&self) -> Option<&Address<M>> {
        match &self.runs[..] {
            [(to, 1)] if self.letters.len() == 1 => Some(to),
            _ => None,
        }
    }

    /// Takes the only letter.
    pub(super) fn take_alone(&mut self) -> Option<Letter<M>> {
        self.settle();
        self.asks = false;
        self.runs.clear();
        self.letters.pop_front().map(Letter::naturalized)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Counts what has followed.
    fn settle(&mut self) {
        let followed = self.could_follow - self.can_follow;
        (self.could_follow, self.can_follow) = (0, 0);
        if followed > 0 {
            self.letters.followed(followed);
            if let Some((_, count)) = self.runs.last_mut() {
                *count += followed;
            }
        }
    }
}

/// Messages for one machine that have found no room.
pub(super) struct Left<M: Machine> {
    pub(super) to: Address<M>,
    pub(super) messages: VecDeque<M::Message>,
}

/// A door, whatever its messages, for a loop that has sent something there.
pub(super) trait Outlet: Send + Sync {
    fn clear(&self, key: &mut Key);

    /// See [`Door::carry`].
    fn carry(&self, own: &mut Lent, now: Time) -> bool;

    fn hand_over(&self, key: &mut Key, waits: bool, refused: &mut Refused);
}

impl<M> Outlet for Door<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn clear(&self, key: &mut Key) {
        if let Some(bag) = self.shelves.bag(key) {
            bag.settle();
            bag.runs.clear();
            if std::mem::take(&mut bag.asks)
                && let Some(mut letter) = bag.letters.pop_front()
            {
                // Nothing was asked, so that nothing comes of it.
                letter.port.forget();
            }
            bag.letters.clear();
        }
    }

    fn carry(&self, own: &mut Lent, now: Time) -> bool {
        Door::carry(self, own, now)
    }

    fn hand_over(&self, key: &mut Key, waits: bool, refused: &mut Refused) {
        let Some(bag) = self.shelves.bag(key) else {
            return;
        };
        bag.settle();
        if bag.asks {
            refused.full.extend(bag.take_question());
            return;
        }
        let left = self.take_in(&mut bag.letters, &bag.runs, bag.from, waits);
        bag.runs.clear();
        for Left { to, messages } in left {
            if to.ended().is_none() {
                refused.full.push(to.mail_of_many(messages, bag.from));
            } else {
                let lost = messages.len();
                refused.lost.extend(iter::repeat_n(to.identity(), lost));
            }
        }
    }
}
