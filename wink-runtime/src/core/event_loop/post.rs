//! The mail between machines of one loop: queues that no other thread sees.
//!
//! Must not know: how machines are stepped. A step borrows all of it and gives it back, so that
//! sending is a push and nothing else.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

use super::away::Away;
use super::fifo::Fifo;
use super::home::{Home, Seat};
use super::letter::{Desk, FOREIGN, Letter, NAMELESS, NOBODY, extract, sender};
use super::nest::{AnyNest, Nests};
use super::rooms::Rooms;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::exit::{MachineId, Sender};
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use wink_chart::Text;

/// The queue of all machines of one type.
pub(crate) struct Queue<M: Machine> {
    pub(crate) letters: Fifo<Letter<M>>,
    room: Rooms,
    scheduled: bool,
}

impl<M: Machine> Queue<M> {
    pub(crate) fn new() -> Self {
        Self {
            letters: Fifo::new(),
            room: Rooms::default(),
            scheduled: false,
        }
    }

    /// Says how many letters a machine may be sent in one epoch.
    pub(crate) fn set_limit(&mut self, slot: u32, generation: u32, limit: u32) {
        self.room.set_limit(slot, generation, limit);
    }

    /// That machine takes no more.
    pub(crate) fn close(&mut self, slot: u32, generation: u32) {
        self.room.close(slot, generation);
    }

    /// Takes out the letters for one machine.
    pub(crate) fn extract(&mut self, slot: u32, generation: u32, found: &mut Vec<Letter<M>>) {
        extract(&mut self.letters, slot, generation, found);
        self.room.recount();
    }

    /// Takes all letters in exchange for an empty queue; whether somebody waits for the room.
    pub(crate) fn take(&mut self, batch: &mut Fifo<Letter<M>>) -> bool {
        std::mem::swap(&mut self.letters, batch);
        self.scheduled = false;
        self.room.next_epoch()
    }

    /// Whether there is room for one more letter to that machine. While the queue is shorter
    /// than what the machine with the smallest mailbox may be sent, nobody has to count.
    #[inline(always)]
    fn has_room(&mut self, slot: u32, generation: u32) -> bool {
        self.room.knows(slot, generation)
            && (self.letters.len() < self.room.least || self.has_counted_room(slot))
    }

    #[cold]
    #[inline(never)]
    fn has_counted_room(&mut self, slot: u32) -> bool {
        let uncounted = self.letters.iter_from(self.room.counted);
        let slots = uncounted.map(|letter| (!letter.is_foreign()).then_some(letter.slot));
        self.room.count(slots);
        self.room.take(slot)
    }
}

/// A queue, whatever its messages.
pub(crate) trait AnyQueue: Any + Send {
    /// Takes back what that step has sent.
    fn rollback(&mut self, step: u32);

    /// That machine takes no more.
    fn close(&mut self, seat: Seat);

    /// How many letters wait.
    fn len(&self) -> usize;
}

impl<M> AnyQueue for Queue<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn close(&mut self, seat: Seat) {
        self.room.close(seat.slot, seat.generation);
    }

    fn rollback(&mut self, step: u32) {
        while let Some(letter) = self.letters.pop_back_if(|letter| letter.step == step) {
            drop(letter);
        }
        self.room.recount();
    }

    fn len(&self) -> usize {
        self.letters.len()
    }
}

/// All queues of a loop.
///
/// The order is that of [`Letter`], for the same reason.
#[repr(C)]
pub(crate) struct Post {
    /// Whose step it is.
    own: MachineId,
    /// The step under way; 0 between steps.
    step: u32,
    last_step: u32,
    /// Its name.
    own_name: &'static Text,
    /// Somebody who found no room may find some now.
    pub(crate) retry: bool,
    /// Who sent the letter that the step is about.
    sender: MachineId,
    number: u32,
    /// The name of who sent it.
    sender_name: &'static Text,
    home: Arc<Home>,
    queues: Vec<Box<dyn AnyQueue>>,
    /// Slabs whose queues hold letters.
    ready: VecDeque<u32>,
    /// What the step has sent to other loops.
    pub(crate) away: Away,
    pub(crate) nests: Nests,
}

impl Post {
    pub(crate) fn new(home: Arc<Home>) -> Self {
        Self {
            number: home.number(),
            home,
            step: 0,
            last_step: 0,
            queues: Vec::new(),
            ready: VecDeque::new(),
            nests: Nests::default(),
            own: NOBODY,
            own_name: &NAMELESS,
            sender: NOBODY,
            sender_name: &NAMELESS,
            retry: false,
            away: Away::new(),
        }
    }

    /// How many slabs have their queue.
    pub(crate) fn len(&self) -> usize {
        self.queues.len()
    }

    pub(crate) fn add(&mut self, queue: Box<dyn AnyQueue>, nest: Box<dyn AnyNest>) {
        self.queues.push(queue);
        self.nests.add(nest);
    }

    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// A step of a machine that has no letter.
    pub(crate) fn begin(&mut self, own: MachineId, name: &'static Text) {
        self.start(own, name);
        self.sender = NOBODY;
    }

    /// A step for a letter.
    #[inline(always)]
    pub(crate) fn begin_with<M: Machine>(&mut self, own: MachineId, letter: &Letter<M>) {
        self.start(own, &M::CHART.name);
        self.sender = letter.sender;
        self.sender_name = letter.name;
    }

    #[inline(always)]
    fn start(&mut self, own: MachineId, name: &'static Text) {
        self.last_step = match self.last_step {
            step if step < FOREIGN - 1 => step + 1,
            _ => 1,
        };
        self.step = self.last_step;
        self.own = own;
        self.own_name = name;
    }

    /// Who sent the letter that the step is about.
    pub(crate) fn sender(&self) -> Option<Sender> {
        sender(self.sender, self.sender_name)
    }

    /// The sender has been noted elsewhere.
    pub(crate) fn forget_sender(&mut self) {
        self.sender = NOBODY;
    }

    /// The step is over.
    #[inline(always)]
    pub(crate) fn end(&mut self) {
        self.step = 0;
    }

    /// The step has failed: what it sent is taken back.
    pub(crate) fn rollback(&mut self) {
        if self.step != 0 {
            for queue in &mut self.queues {
                queue.rollback(self.step);
            }
            self.away.clear();
        }
        for seat in self.nests.rollback() {
            if let Some(queue) = self.queues.get_mut(seat.slab as usize) {
                queue.close(seat);
            }
        }
        self.step = 0;
    }

    #[inline(always)]
    pub(crate) fn queue<M: Machine + 'static>(&mut self, slab: u32) -> Option<&mut Queue<M>>
    where
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let queue: &mut dyn Any = &mut **self.queues.get_mut(slab as usize)?;
        queue.downcast_mut()
    }

    /// Whether the step under way has left something to be done: mail for other loops, or new
    /// machines.
    #[inline(always)]
    pub(crate) fn is_pending(&self) -> bool {
        !self.away.is_empty() || self.nests.is_fresh()
    }

    /// Whether that slab's turn is next, and it may go on without a word from its loop.
    #[inline(always)]
    pub(crate) fn is_next(&self, slab: u32) -> bool {
        self.ready.front() == Some(&slab)
    }

    /// The next slab whose queue holds letters.
    pub(crate) fn next_ready(&mut self) -> Option<u32> {
        self.ready.pop_front()
    }

    /// That slab has letters left of the batch that it took: it goes on with these before
    /// another slab has its turn, so that queues do not grow while they are handled.
    pub(crate) fn again(&mut self, slab: u32) {
        self.ready.push_front(slab);
    }

    /// How many letters wait.
    pub(crate) fn queued(&self) -> usize {
        self.queues.iter().map(|queue| queue.len()).sum()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.ready.is_empty()
    }

    #[inline(always)]
    pub(crate) fn is_at(&self, home: u32) -> bool {
        self.number == home
    }

    /// Where a letter of the step under way goes; `None` when that machine does not live in this
    /// loop, or there is no room.
    #[inline(always)]
    pub(crate) fn desk<M>(&mut self, to: &Address<M>) -> Option<Desk<'_, M>>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if self.number != to.home {
            return None;
        }
        let queue: &mut dyn Any = &mut **self.queues.get_mut(to.seat.slab as usize)?;
        let queue = queue.downcast_mut::<Queue<M>>()?;
        if !queue.has_room(to.seat.slot, to.seat.generation) {
            return None;
        }
        let place = queue.letters.place()?;
        if !queue.scheduled {
            queue.scheduled = true;
            self.ready.push_back(to.seat.slab);
        }
        Some(Desk {
            place,
            step: self.step,
            own: self.own,
            name: self.own_name,
            slot: to.seat.slot,
            generation: to.seat.generation,
        })
    }

    /// Has the queue for that machine grow, if it lives in this loop and its queue is full;
    /// whether it has.
    pub(crate) fn grow<M>(&mut self, to: &Address<M>) -> bool
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        if self.number != to.home {
            return false;
        }
        let Some(queue) = self.queue::<M>(to.seat.slab) else {
            return false;
        };
        let before = queue.letters.capacity();
        queue.letters.grow();
        queue.letters.capacity() > before
    }

    /// Keeps a message for a machine of another loop until the step is over.
    ///
    /// # Errors
    /// The message, when no step is under way, or nobody will ever take it.
    pub(crate) fn send_away<M>(
        &mut self,
        to: &Address<M>,
        message: M::Message,
    ) -> Result<(), M::Message>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let is_here = self.number == to.home;
        let own = sender(self.own, self.own_name);
        match own {
            Some(own) if !is_here && self.step != 0 && !to.mailbox().home().is_nowhere() => {
                self.away.send(to, message, own);
                Ok(())
            }
            _ => Err(message),
        }
    }

    /// Puts an effect's letter into its queue if there is room; a machine needs none for what
    /// it sends itself.
    ///
    /// # Errors
    /// The envelope, when there is no room or no such machine.
    pub(crate) fn deliver<M>(
        &mut self,
        to: &Address<M>,
        envelope: Envelope<M>,
        to_itself: bool,
    ) -> Result<(), Envelope<M>>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let seat = to.seat;
        self.catch_up(seat.slab);
        let Some(queue) = self.queue::<M>(seat.slab) else {
            return Err(envelope);
        };
        if !queue.has_room(seat.slot, seat.generation) {
            let is_known = queue.room.knows(seat.slot, seat.generation);
            let is_new = !is_known && to.ended().is_none();
            if is_new {
                // Its launch is on the way.
                queue.set_limit(seat.slot, seat.generation, to.mailbox().capacity());
                return self.deliver(to, envelope, to_itself);
            }
            if !to_itself {
                return Err(envelope);
            }
        }
        let letter = Letter::new(seat.slot, seat.generation, 0, envelope);
        self.force(seat.slab, letter);
        Ok(())
    }

    /// Makes the queues of slabs that others have opened since.
    pub(crate) fn catch_up(&mut self, slab: u32) {
        if (slab as usize) < self.queues.len() {
            return;
        }
        for door in self.home.doors_from(self.queues.len()) {
            let (_, queue, nest) = door.furnish();
            self.add(queue, nest);
        }
    }

    /// Puts a letter in without asking for room: what a machine sends itself needs none.
    fn force<M>(&mut self, slab: u32, letter: Letter<M>)
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let Some(queue) = self.queue::<M>(slab) else {
            return;
        };
        queue.letters.push_back(letter);
        if !queue.scheduled {
            queue.scheduled = true;
            self.ready.push_back(slab);
        }
    }

    /// Puts in what has come through the door, which has counted it. What is left is empty.
    pub(crate) fn receive<M>(&mut self, slab: u32, inbox: &mut Fifo<Letter<M>>)
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let Some(queue) = self.queue::<M>(slab) else {
            return;
        };
        if queue.letters.is_empty() {
            std::mem::swap(&mut queue.letters, inbox);
        } else {
            queue.letters.append(inbox);
        }
        if !queue.scheduled && !queue.letters.is_empty() {
            queue.scheduled = true;
            self.ready.push_back(slab);
        }
    }
}

impl Seat {
    pub(crate) const NOWHERE: Seat = Seat {
        slab: u32::MAX,
        slot: u32::MAX,
        generation: 0,
    };
}
