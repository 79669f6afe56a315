//! What steps have sent to machines of other loops: handed over when the step is over, to each door
//! at once, or with what the next steps send there.
//!
//! # What is gathered
//! A step that has led to nothing but such letters leaves them where they are while its slab goes
//! on handing out, at most so many and for so long; whatever else a step leads to, they go before.
//! A machine takes no mail while its own finds no room: so only where there is ample room are they
//! left, and one whose mail finds none all the same, since others have filled it in that moment,
//! waits from when they are handed over. Of one machine to another all goes in order.
//!
//! Must not know of: how machines are stepped, who wakes loops.

mod bag;

use std::iter;
use std::sync::Arc;

pub(super) use self::bag::{Bag, Left, Run};
use super::Lent;
use super::door::Door;
use super::key::Key;
use super::post::Post;
use crate::core::address::{Address, Mail};
use crate::core::effect::ReplyOf;
use crate::core::exit::{Identity, Sender};
use crate::core::machine::Machine;
use crate::core::time::Time;

/// The doors that the step has sent something to.
#[derive(Default)]
pub(crate) struct Away {
    doors: Vec<Arc<dyn Outlet>>,
    /// The last door that a letter went straight to, so that it need not be counted each time.
    last: Option<Arc<dyn Outlet>>,
    /// Steps that are over have left something.
    is_gathering: bool,
}

/// How many letters may lie for one door when another step adds to them. Tests have both ways taken
/// soon.
const GATHERED: usize = if cfg!(test) { 3 } else { 64 };

/// To how many doors steps may have sent something that leave it.
const DOORS: usize = 4;

/// What could not be handed over.
#[derive(Default)]
pub(crate) struct Refused {
    /// There was no room, in the order in which it was sent, with the slot of who has sent it.
    pub(crate) full: Vec<(u32, Mail)>,
    /// Whose machines have ended, with who has sent it: once for each message.
    pub(crate) lost: Vec<(u32, Identity)>,
}

impl Refused {
    /// The sender of the first one that is left.
    pub(super) fn sender(&self) -> Option<u32> {
        let full = self.full.first().map(|(by, _)| *by);
        full.or_else(|| self.lost.first().map(|(by, _)| *by))
    }

    /// Takes out what that sender has sent.
    pub(super) fn take_of(&mut self, sender: u32) -> (Vec<Mail>, Vec<Identity>) {
        let full = self.full.extract_if(.., |(by, _)| *by == sender);
        let full = full.map(|(_, mail)| mail).collect();
        let lost = self.lost.extract_if(.., |(by, _)| *by == sender);
        (full, lost.map(|(_, to)| to).collect())
    }
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
        (by, from): (u32, Sender),
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
        if bag.is_empty() {
            self.note(door);
        }
        bag.put(to, message, by, from);
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
    pub(super) fn rollback(&mut self, key: &mut Key) {
        self.doors.retain(|door| door.rollback(key));
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self, key: &mut Key) {
        for door in self.doors.drain(..) {
            door.clear(key);
        }
        self.is_gathering = false;
    }

    /// Leaves what the step has sent where it is, to be handed over with what the next ones send;
    /// whether that may be.
    fn gather(&mut self, key: &mut Key, most: usize) -> bool {
        let mut doors = self.doors.iter();
        let may = self.doors.len() <= DOORS && doors.all(|door| door.gather(key, most));
        self.is_gathering |= may;
        may
    }

    /// Hands everything over, but nothing of who `waits`: his mail waits already.
    pub(super) fn hand_over(&mut self, key: &mut Key, waits: Option<u32>) -> Refused {
        let mut refused = Refused::default();
        for door in self.doors.drain(..) {
            door.hand_over(key, waits, &mut refused);
        }
        self.is_gathering = false;
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
        let by = self.home.current.slot();
        self.away.send(&mut self.key, to, message, (by, own))?;
        self.is_pending = true;
        Ok(())
    }

    /// Where a question of the step under way goes for a machine of another loop, when the step has
    /// sent nothing else there, and the asker's slot; whoever puts it in owes the rest.
    pub(crate) fn bag_of_one<'post, M>(
        &'post mut self,
        to: &'post Address<M>,
    ) -> Option<(u32, &'post mut Bag<M>)>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if self.number == to.mailbox().door().number {
            return None;
        }
        let by = self.home.current.slot();
        let bag = self.away.bag_of_one(&mut self.key, to)?;
        self.is_pending = true;
        Some((by, bag))
    }

    /// Hands over what steps have sent to other loops, but nothing of who `waits`: his mail waits
    /// already.
    pub(super) fn hand_away(&mut self, waits: Option<u32>) -> Refused {
        self.away.hand_over(&mut self.key, waits)
    }

    /// Whether what the step has sent may lie with what others have: some have already, or more
    /// letters `follow`. One that is alone is better handed over at once.
    #[inline(always)]
    pub(crate) fn may_gather(&self, follow: usize) -> bool {
        follow > 0 || self.away.is_gathering
    }

    /// Leaves what the step has sent to other loops with what others have, if that is all that is
    /// to be done after it, and there is ample room; whether it has.
    #[inline(never)]
    pub(crate) fn gather(&mut self) -> bool {
        // In the middle of another loop's turn letters go straight back there.
        let may = self.host.is_none() && !self.nests.is_fresh();
        let most = self.home.may_hold(GATHERED);
        let is_gathered = may && self.away.gather(&mut self.key, most);
        if is_gathered {
            self.is_pending = false;
        }
        is_gathered
    }

    /// Whether steps that are over have left something to be handed over.
    #[inline(always)]
    pub(super) fn is_gathering(&self) -> bool {
        self.away.is_gathering
    }

    /// The only door that the step has sent something to, if it is the only one.
    pub(super) fn take_only_outlet(&mut self) -> Option<Arc<dyn Outlet>> {
        let doors = &mut self.away.doors;
        (doors.len() == 1).then(|| doors.pop()).flatten()
    }

    /// What it has sent to that door is there, or `is_carried`.
    pub(super) fn put_outlet_back(&mut self, door: Arc<dyn Outlet>, is_carried: bool) {
        match is_carried {
            true => (self.away.last, self.away.is_gathering) = (Some(door), false),
            false => self.away.doors.push(door),
        }
    }

    /// Whether it has sent anything there.
    pub(super) fn has_away(&self) -> bool {
        !self.away.is_empty()
    }
}

/// A door, whatever its messages, for a loop that has sent something there.
pub(super) trait Outlet: Send + Sync {
    /// Drops what the step has sent there; whether something is left that others have.
    fn rollback(&self, key: &mut Key) -> bool;

    /// Drops everything.
    fn clear(&self, key: &mut Key);

    /// Leaves what the step has sent there for later, with at most so many letters in all; whether
    /// that may be.
    fn gather(&self, key: &mut Key, most: usize) -> bool;

    /// See [`Door::carry`].
    fn carry(&self, own: &mut Lent, now: Time) -> bool;

    fn hand_over(&self, key: &mut Key, waits: Option<u32>, refused: &mut Refused);
}

impl<M> Outlet for Door<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn rollback(&self, key: &mut Key) -> bool {
        self.shelves.bag(key).is_some_and(Bag::rollback)
    }

    fn clear(&self, key: &mut Key) {
        if let Some(bag) = self.shelves.bag(key) {
            bag.forget_runs();
            bag.rollback();
        }
    }

    fn gather(&self, key: &mut Key, most: usize) -> bool {
        let bag = self.shelves.bag(key);
        bag.is_some_and(|bag| bag.gather(most))
    }

    fn carry(&self, own: &mut Lent, now: Time) -> bool {
        Door::carry(self, own, now)
    }

    fn hand_over(&self, key: &mut Key, waits: Option<u32>, refused: &mut Refused) {
        let Some(bag) = self.shelves.bag(key) else {
            return;
        };
        bag.settle();
        if bag.asks {
            refused.full.extend(bag.take_question());
            return;
        }
        let left = self.take_in(bag, waits);
        bag.forget_runs();
        for left in left {
            let Left {
                to,
                from,
                by,
                messages,
            } = left;
            if to.ended().is_none() {
                refused.full.push((by, to.mail_of_many(messages, from)));
            } else {
                let lost = messages.len();
                let lost = iter::repeat_n((by, to.identity()), lost);
                refused.lost.extend(lost);
            }
        }
    }
}
