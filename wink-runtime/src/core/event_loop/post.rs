//! The mail between machines of one loop: queues that no other thread sees.
//!
//! Must not know: how machines are stepped. A step borrows all of it and gives it back, so that
//! sending is a push and nothing else.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

use super::home::{Home, Seat};
use super::rooms::Rooms;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::exit::Identity;
use crate::core::machine::Machine;
use crate::core::mailbox::Envelope;
use crate::core::question::ReplyPort;

/// Stands for the step of a letter that came from outside of the loop.
pub(crate) const FOREIGN: u32 = u32::MAX;

/// A message on its way to a slot of its machine's slab.
pub(crate) struct Letter<M: Machine> {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
    /// The step that sent it, of this loop; 0 for none; [`FOREIGN`] for one that came through
    /// the door, which has counted it.
    pub(crate) step: u32,
    pub(crate) sender: Option<Identity>,
    pub(crate) port: Option<ReplyPort<ReplyOf<M>>>,
    pub(crate) message: M::Message,
}

impl<M: Machine> Letter<M> {
    /// Whether it came through the door.
    #[inline(always)]
    pub(crate) fn is_foreign(&self) -> bool {
        self.step == FOREIGN
    }
}

/// The queue of all machines of one type.
pub(crate) struct Queue<M: Machine> {
    pub(crate) letters: VecDeque<Letter<M>>,
    room: Rooms,
    scheduled: bool,
}

impl<M: Machine> Queue<M> {
    pub(crate) fn new() -> Self {
        Self {
            letters: VecDeque::new(),
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
    pub(crate) fn take(&mut self, batch: &mut VecDeque<Letter<M>>) -> bool {
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
        let uncounted = self
            .letters
            .range(self.room.counted.min(self.letters.len())..);
        let slots = uncounted.map(|letter| (!letter.is_foreign()).then_some(letter.slot));
        self.room.count(slots);
        self.room.take(slot)
    }
}

/// Takes out the letters for one machine.
pub(crate) fn extract<M: Machine>(
    letters: &mut VecDeque<Letter<M>>,
    slot: u32,
    generation: u32,
    found: &mut Vec<Letter<M>>,
) {
    let is_own = |letter: &Letter<M>| letter.slot == slot && letter.generation == generation;
    if letters.iter().any(is_own) {
        for letter in std::mem::take(letters) {
            match is_own(&letter) {
                true => found.push(letter),
                false => letters.push_back(letter),
            }
        }
    }
}

/// A queue, whatever its messages.
pub(crate) trait AnyQueue: Any + Send {
    /// Takes back what that step has sent.
    fn rollback(&mut self, step: u32);

    /// How many letters wait.
    fn len(&self) -> usize;
}

impl<M> AnyQueue for Queue<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
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
pub(crate) struct Post {
    home: Arc<Home>,
    number: u32,
    /// The step under way; 0 between steps.
    step: u32,
    last_step: u32,
    queues: Vec<Box<dyn AnyQueue>>,
    /// Slabs whose queues hold letters.
    ready: VecDeque<u32>,
    /// Whose step it is.
    pub(crate) own: Option<Identity>,
    /// Who sent the letter that the step is about.
    pub(crate) sender: Option<Identity>,
    /// Somebody who found no room may find some now.
    pub(crate) retry: bool,
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
            own: None,
            sender: None,
            retry: false,
        }
    }

    /// How many slabs have their queue.
    pub(crate) fn len(&self) -> usize {
        self.queues.len()
    }

    pub(crate) fn add(&mut self, queue: Box<dyn AnyQueue>) {
        self.queues.push(queue);
    }

    #[inline(always)]
    pub(crate) fn begin(&mut self, own: Identity, sender: Option<Identity>) {
        self.last_step = match self.last_step {
            step if step < FOREIGN - 1 => step + 1,
            _ => 1,
        };
        self.step = self.last_step;
        self.own = Some(own);
        self.sender = sender;
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

    /// Puts a letter into its queue. The machine must live in this loop.
    ///
    /// # Errors
    /// The message, when there is no room.
    #[inline(always)]
    pub(crate) fn send<M>(&mut self, to: &Address<M>, message: M::Message) -> Result<(), M::Message>
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        let (step, sender, seat) = (self.step, self.own, to.seat);
        let Some(queue) = self.queue::<M>(seat.slab) else {
            return Err(message);
        };
        if !queue.has_room(seat.slot, seat.generation) {
            return Err(message);
        }
        queue.letters.push_back(Letter {
            slot: seat.slot,
            generation: seat.generation,
            step,
            sender,
            port: None,
            message,
        });
        if !queue.scheduled {
            queue.scheduled = true;
            self.ready.push_back(seat.slab);
        }
        Ok(())
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
        let letter = Letter::<M> {
            slot: seat.slot,
            generation: seat.generation,
            step: 0,
            sender: envelope.sender,
            port: envelope.port,
            message: envelope.message,
        };
        self.force(seat.slab, letter);
        Ok(())
    }

    /// Makes the queues of slabs that others have opened since.
    fn catch_up(&mut self, slab: u32) {
        if (slab as usize) < self.queues.len() {
            return;
        }
        for door in self.home.doors_from(self.queues.len()) {
            self.queues.push(door.furnish().1);
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
    pub(crate) fn receive<M>(&mut self, slab: u32, inbox: &mut VecDeque<Letter<M>>)
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
