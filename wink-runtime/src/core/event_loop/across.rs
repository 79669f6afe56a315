//! A letter to a machine of another loop, straight: the thread that has the sender's loop has the
//! other one handle it there and then, and what that sends back goes into the sender's own queue.
//! No door, no wake-up, no turn of its own.
//!
//! # Order, and who waits for whom
//! A letter goes so only when nothing that was sent to its machine before waits behind the door or
//! comes from there. Nobody waits for a loop: who has one only tries to claim the other, and goes
//! by the door when somebody else has it, or something has come for it. A loop that is run so runs
//! no third one; what its machines send back waits in the sender's queue until the step is over
//! that has led to it. So two machines that answer each other go round in the turn of one loop, and
//! that ends as all turns do: after so many letters, or when something comes for its loop.
//!
//! # A step that does not end
//! It holds up both loops. A machine that has children in the other one is to hear of that: letters
//! from its loop go by the door.
//!
//! A question that is all that a step has sent there goes so too, and its answer comes back into
//! the asker's own queue.
//!
//! Must not know of: threads, any executor.

use std::sync::Arc;

use super::door::Door;
use super::home::Home;
use super::lend::{Errand, Lend};
use super::letter::{Letter, Origin};
use super::post::Post;
use super::slab::Slab;
use super::{EventLoop, Lent, Turn, World};
use crate::core::drive::Drive;
use crate::core::effect::ReplyOf;
use crate::core::machine::Machine;
use crate::core::time::Time;

/// A letter of a step that is over, on its way to another loop that is run for it.
struct Carrying<'turn, M: Machine> {
    door: &'turn Door<M>,
    /// The mail of the sender's loop; the other one has it meanwhile.
    own: &'turn mut Lent,
}

impl<M: Machine> Errand for Carrying<'_, M> {
    fn bring(&mut self, post: &mut Post) -> Option<u32> {
        let own = &mut **self.own;
        let bag = self.door.shelves.bag(&mut own.key)?;
        let mailbox = bag.alone()?.mailbox();
        // What came before has a right to the room.
        if mailbox.has_unread() || !post.has_room(mailbox) {
            return None;
        }
        let letter = bag.take_alone()?;
        post.put(self.door, letter);
        post.host = self.own.0.take();
        if let Some(host) = &mut post.host {
            host.has_guests();
        }
        Some(self.door.index)
    }

    fn fetch(&mut self, post: &mut Post) {
        if let Some(own) = post.host.take() {
            self.own.0 = Some(own);
        }
    }
}

impl<M> Door<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    /// Has the step's letter for this door handled there and then, if it is the only one; whether
    /// it is.
    pub(super) fn carry(&self, own: &mut Lent, now: Time) -> bool {
        if own.host.is_some() {
            return self.carry_home(own);
        }
        let post = &mut **own;
        let Some(bag) = self.shelves.bag(&mut post.key) else {
            return false;
        };
        let may = bag.alone().is_some_and(|to| !to.mailbox().has_unread());
        // Whatever has come for the sender's loop has waited for long enough.
        if !may || post.home().bell.is_rung() || !self.home.is_like(post.home()) {
            return false;
        }
        let Some(lender) = post.neighbour(&self.home) else {
            return false;
        };
        let number = post.number;
        let mut carrying = Carrying { door: self, own };
        self.home.carry(&*lender, &mut carrying, number, now);
        own.neighbour = Some((self.number, lender));
        let bag = self.shelves.bag(&mut own.key);
        bag.is_some_and(|bag| bag.is_empty())
    }

    /// Puts the step's letter into the queue of the loop in whose turn it is.
    fn carry_home(&self, post: &mut Post) -> bool {
        let Post { key, host, .. } = post;
        let Some(host) = host.as_mut().filter(|host| host.is_at(self.number)) else {
            return false;
        };
        let Some(bag) = self.shelves.bag(key) else {
            return false;
        };
        let Some(to) = bag.alone() else {
            return false;
        };
        if !host.may_come_home(self, to.mailbox()) {
            return false;
        }
        let letter = bag.take_alone();
        letter.is_some_and(|letter| {
            host.put(self, letter);
            true
        })
    }
}

impl<M: Machine> Letter<M> {
    /// It goes as one of its receiver's own loop.
    pub(super) fn naturalized(mut self) -> Self {
        let origin = match self.port.is_nowhere() {
            true => Origin::LOCAL,
            false => Origin::ASKED,
        };
        self.from = super::letter::From::new(origin, self.from.sender());
        self
    }
}

impl Post {
    /// Who lends that loop, asked once while letters go there.
    fn neighbour(&mut self, home: &Home) -> Option<Arc<dyn Lend>> {
        match self.neighbour.take() {
            Some((number, lender)) if number == home.number() => Some(lender),
            _ => home.lender(),
        }
    }
}

impl Home {
    /// Whether its loop has the same clock, and all else that a system has, as that one.
    fn is_like(&self, other: &Home) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(self.site()), Arc::as_ptr(other.site()))
    }
}

impl<M: Drive> Slab<M> {
    /// Has the only letter that a step has sent to other loops handled there and then, if there is
    /// nothing else to do; whether it is.
    pub(super) fn carry(&mut self, world: &mut World) -> bool {
        let is_part = world.post.host.is_some();
        let is_free = self.batch.is_empty()
            && world.post.is_idle()
            && world.post.queue(&self.door).is_empty();
        if !is_part && !is_free {
            return false;
        }
        let Some(door) = world.post.take_only_outlet() else {
            return false;
        };
        // For who looks whether a loop stands still, the other one is at it.
        world.home.turns.step();
        let is_carried = door.carry(&mut world.post, world.now);
        world.home.turns.step();
        world.post.put_outlet_back(door, is_carried);
        is_carried
    }
}

impl EventLoop {
    /// As [`turn`](Self::turn), in the middle of another loop's, when nothing has come from
    /// outside but what that errand brings.
    pub(crate) fn carry(&mut self, now: Time, budget: usize, errand: &mut dyn Errand) -> Turn {
        self.home.turns.step();
        let turn = match errand.bring(&mut self.world.post) {
            Some(_) => {
                self.world.set_now(now);
                self.handle(budget)
            }
            None => Turn::default(),
        };
        errand.fetch(&mut self.world.post);
        self.home.turns.step();
        turn
    }
}
