//! What the step under way has sent to machines of other loops: handed over when it is over, to
//! each door at once.
//!
//! Must not know of: how machines are stepped, who wakes loops.

use std::any::Any;

use super::door::Door;
use super::inbox::Inbox;
use crate::core::address::{Address, Mail};
use crate::core::effect::ReplyOf;
use crate::core::exit::{Identity, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;

/// How many doors are remembered for their memory's sake.
const DOORS: usize = 64;

/// The letters of one step, by door.
#[derive(Default)]
pub(crate) struct Away {
    bags: Vec<(Place, Box<dyn AnyBag>)>,
    /// The bag that was put into last.
    last: usize,
    /// Nothing was sent.
    is_empty: bool,
}

/// The loop, and the number of the door there.
type Place = (u32, u32);

/// What could not be handed over.
#[derive(Default)]
pub(crate) struct Refused {
    /// There was no room, in the order in which it was sent.
    pub(crate) full: Vec<Mail>,
    /// Whose machines have ended.
    pub(crate) lost: Vec<Identity>,
}

impl Away {
    pub(crate) fn new() -> Self {
        Self {
            bags: Vec::new(),
            last: 0,
            is_empty: true,
        }
    }

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Keeps a message for a machine of another loop until the step is over.
    #[inline(never)]
    pub(crate) fn send<M>(&mut self, to: &Address<M>, message: M::Message, from: Sender)
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let (home, seat) = to.place();
        let place = (home, seat.slab);
        let is_last = matches!(self.bags.get(self.last), Some((at, _)) if *at == place);
        if !is_last {
            self.find::<M>(place);
        }
        self.is_empty = false;
        let bag: &mut dyn Any = &mut *self.bags[self.last].1;
        if let Some(bag) = bag.downcast_mut::<Bag<M>>() {
            bag.put(to, message, from);
        }
    }

    /// Makes the bag for that door the last one.
    #[cold]
    fn find<M>(&mut self, place: Place)
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let known = self.bags.iter().position(|(at, _)| *at == place);
        self.last = known.unwrap_or_else(|| {
            if self.bags.len() == DOORS && self.is_empty {
                self.bags.clear();
            }
            self.bags.push((place, Box::new(Bag::<M>::default())));
            self.bags.len() - 1
        });
    }

    /// Forgets what the step has sent: it has failed.
    pub(crate) fn clear(&mut self) {
        if !self.is_empty {
            self.is_empty = true;
            for (_, bag) in &mut self.bags {
                bag.clear();
            }
        }
    }

    /// Hands everything over; or nothing, when the sender's mail `waits` already.
    pub(crate) fn hand_over(&mut self, waits: bool) -> Refused {
        let mut refused = Refused::default();
        self.is_empty = true;
        for (_, bag) in &mut self.bags {
            bag.hand_over(waits, &mut refused);
        }
        refused
    }
}

/// Letters for one door.
struct Bag<M: Machine> {
    letters: Inbox<M>,
    /// Whom they are for, with how many follow each other.
    runs: Vec<(Address<M>, usize)>,
}

impl<M: Machine> Default for Bag<M> {
    fn default() -> Self {
        Self {
            letters: Inbox::default(),
            runs: Vec::new(),
        }
    }
}

impl<M: Machine> Bag<M> {
    #[inline]
    fn put(&mut self, to: &Address<M>, message: M::Message, from: Sender) {
        match self.runs.last_mut() {
            Some((last, count)) if last == to => *count += 1,
            _ => self.runs.push((to.clone(), 1)),
        }
        self.letters.collect(to.mailbox().spot(), message, from);
    }
}

/// A bag, whatever its messages.
trait AnyBag: Any + Send {
    fn clear(&mut self);

    fn hand_over(&mut self, waits: bool, refused: &mut Refused);
}

impl<M> AnyBag for Bag<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn clear(&mut self) {
        self.letters.clear();
        self.runs.clear();
    }

    fn hand_over(&mut self, waits: bool, refused: &mut Refused) {
        let Some((first, _)) = self.runs.first() else {
            return;
        };
        let first = first.clone();
        let door: &Door<M> = first.mailbox().door();
        let left = door.take_in(&mut self.letters, &self.runs, waits);
        for (to, letter) in left {
            let envelope = letter.open().filter(|_| to.ended().is_none());
            match envelope {
                Some(Envelope {
                    message,
                    sender: Some(from),
                    port,
                }) => refused.full.push(to.mail_with(message, from, port)),
                _ => refused.lost.push(to.identity()),
            }
        }
        self.runs.clear();
    }
}
