//! Letters that machines of another loop put into this one's queues, in the middle of whose turn
//! that loop has its own.
//!
//! Must not know of: who runs loops.

use super::Post;
use crate::core::address::Address;
use crate::core::event_loop::door::Door;
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;

impl Post {
    /// The mail of that loop, if it is this one, or the one in the middle of whose turn it is.
    pub(crate) fn leading_to(&mut self, home: u32) -> Option<&mut Self> {
        if self.is_at(home) {
            return Some(self);
        }
        self.host.as_deref_mut().filter(|host| host.is_at(home))
    }

    /// Puts a message of the step under way into the queue of the loop in the middle of whose turn
    /// it is, if it is for a machine there and nothing goes before it: as one of a machine of that
    /// loop, it is taken back when the step fails.
    ///
    /// # Errors
    /// The message.
    #[inline(never)]
    pub(crate) fn put_home<M: Machine>(
        &mut self,
        to: &Address<M>,
        message: M::Message,
        own: Sender,
    ) -> Result<(), M::Message> {
        let mailbox = &**to.mailbox();
        let door = mailbox.door();
        let Post {
            key, host, step, ..
        } = self;
        let Some(host) = host.as_mut().filter(|host| host.is_at(door.number)) else {
            return Err(message);
        };
        let is_first = door.shelves.bag(key).is_none_or(|bag| bag.is_empty());
        if !is_first || !host.may_come_home(door, mailbox) {
            return Err(message);
        }
        host.begin_guest(*step);
        if host.queue(door).letters.is_full() {
            host.grow(to);
        }
        match host.desk(to) {
            Some(desk) => desk.put(message, own),
            None => return Err(message),
        }
        Ok(())
    }

    /// Whether a letter of the other loop that is put into this one's queue is the next for that
    /// machine, and has room.
    pub(in crate::core::event_loop) fn may_come_home<M: Machine>(
        &mut self,
        door: &Door<M>,
        mailbox: &Mailbox<M>,
    ) -> bool {
        let is_next = !mailbox.has_unread() || self.has_nothing_behind(door, mailbox);
        is_next && self.has_room(mailbox)
    }

    /// Another loop has its turn in the middle of this one's.
    pub(in crate::core::event_loop) fn has_guests(&mut self) {
        // No step has this number.
        self.guest = 0;
    }

    /// That step of the other loop puts letters here.
    fn begin_guest(&mut self, step: u64) {
        if self.guest != step {
            self.guest = step;
            self.start();
        }
    }

    /// That step of the other loop has failed: what it has put here last is taken back.
    pub(super) fn rollback_guest(&mut self, step: u64) {
        if self.guest == step {
            let own = self.step;
            self.each_queue(|door, key| door.rollback(key, own));
            self.start();
        }
    }
}
