//! The mail between machines of one loop: queues that no other thread sees.
//!
//! Must not know: how machines are stepped. A step borrows all of it and gives it back, so that
//! sending is a push and nothing else.

mod guests;
mod placing;

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use qcell::{QCell, QCellOwner, QCellOwnerID};
use wink_chart::Text;

use super::CHUNK;
use super::away::Away;
use super::bundle::Packed;
use super::door::{AnyDoor, Door};
use super::fifo::Fifo;
use super::home::{Home, Seat};
use super::inbox::Inbox;
use super::key::Key;
use super::lend::Lend;
use super::letter::{Desk, From, Letter, NAMELESS, Spot, extract, sender};
use super::nest::{AnyNest, Nests};
use super::ready::Ready;
use super::rooms::Rooms;
use super::straight::{self, Moment};
use crate::core::address::Address;
use crate::core::exit::Sender;
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;

/// The queue of all machines of one type. It lies with their door, so that whoever has an address
/// finds it without asking for its type; only who has the loop's mail can open it.
pub(crate) struct Locker<M: Machine> {
    /// Never locked: a mutex, so that messages need not be `Sync`.
    queue: QCell<Mutex<Queue<M>>>,
}

impl<M: Machine> Locker<M> {
    pub(super) fn new(key: QCellOwnerID) -> Self {
        Self {
            queue: QCell::new(key, Mutex::new(Queue::new())),
        }
    }

    /// The queue, for the loop whose key it is.
    ///
    /// # Panics
    /// With another loop's key.
    #[inline(always)]
    pub(super) fn open<'key>(&'key self, key: &'key mut QCellOwner) -> &'key mut Queue<M> {
        let queue = key.rw(&self.queue).get_mut();
        queue.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Letters on their way from machines of this loop, and from its door, to machines of one type.
pub(crate) struct Queue<M: Machine> {
    pub(crate) letters: Fifo<Letter<M>>,
    /// What has come through the door and is not among these yet.
    arrived: Box<Packed<M>>,
    /// There is some.
    has_arrived: bool,
    room: Rooms,
    /// Its slab has its turn, or is to have one.
    scheduled: bool,
    /// How many letters its slab has taken as a batch and not handed out when its turn was over.
    apart: usize,
    /// The step that has sent letters last.
    step: u64,
    /// How many letters there were before.
    before: usize,
    /// The question that is asked without a letter.
    pub(super) inquiry: straight::Inquiry<M>,
}

impl<M: Machine> Queue<M> {
    fn new() -> Self {
        Self {
            letters: Fifo::new(),
            arrived: Box::default(),
            has_arrived: false,
            room: Rooms::default(),
            scheduled: false,
            apart: 0,
            step: 0,
            before: 0,
            inquiry: straight::Inquiry::EMPTY,
        }
    }

    /// Takes out the letters for one machine, those in its slab's batch first.
    pub(super) fn extract(
        &mut self,
        batch: &mut Fifo<Letter<M>>,
        to: Spot,
        found: &mut Vec<Letter<M>>,
    ) {
        extract(batch, to, found);
        self.apart = batch.len();
        extract(&mut self.letters, to, found);
        self.arrived.extract(to, found);
        self.has_arrived = !self.arrived.is_empty();
        self.room.recount();
    }

    /// All letters are about to be taken; whether somebody waits for the room in the machines'
    /// mailboxes.
    #[inline(always)]
    pub(super) fn next_epoch(&mut self) -> bool {
        self.room.next_epoch()
    }

    /// The only letter, if there is one only, and nothing else to be seen to before it is taken.
    #[inline(always)]
    pub(super) fn alone(&mut self) -> Option<&mut Letter<M>> {
        match self.has_arrived || self.apart > 0 || self.room.is_counted() {
            true => None,
            false => self.letters.alone(),
        }
    }

    /// Gives all letters to its slab as the next batch, for whose room they come.
    #[inline(always)]
    pub(super) fn hand_over(&mut self, batch: &mut Fifo<Letter<M>>) {
        batch.exchange(&mut self.letters);
    }

    /// Takes back what that step has sent.
    pub(super) fn rollback(&mut self, step: u64) {
        if self.step == step {
            // One after another: dropping a message may run anything.
            while self.letters.len() > self.before {
                if let Some(mut letter) = self.letters.pop_back() {
                    // Nothing was asked, so that nothing comes of it.
                    letter.port.forget();
                }
            }
            self.room.recount();
        }
    }

    /// Whether there is room for one more letter to that machine. While the queue is shorter
    /// than what the machine may be sent, nobody has to count.
    #[inline(always)]
    fn has_room(&mut self, to: &Mailbox<M>) -> bool {
        to.limit().allows(self.letters.len()) || self.has_counted_room(to)
    }

    #[cold]
    #[inline(never)]
    fn has_counted_room(&mut self, to: &Mailbox<M>) -> bool {
        let Some(limit) = to.limit().get() else {
            return false;
        };
        let uncounted = self.letters.iter().skip(self.room.counted);
        let slots = uncounted.map(|letter| (!letter.is_foreign()).then_some(letter.to.slot()));
        self.room.count(slots);
        self.room.take(to.spot().slot(), limit)
    }

    /// How many letters there are.
    pub(super) fn len(&self) -> usize {
        self.apart + self.letters.len() + self.arrived.len()
    }

    /// Whether there are none.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty() && !self.has_arrived
    }

    /// Puts to the others what has come through the door, as much as is handled at once.
    #[inline(always)]
    pub(super) fn unpack(&mut self) {
        if self.has_arrived {
            self.unpack_some();
        }
    }

    #[cold]
    #[inline(never)]
    fn unpack_some(&mut self) {
        self.arrived.unpack(CHUNK, &mut self.letters);
        self.has_arrived = !self.arrived.is_empty();
    }

    /// Drops all of them.
    pub(super) fn clear(&mut self) {
        drop(mem::take(&mut self.letters));
        drop(mem::take(&mut self.arrived));
        self.has_arrived = false;
    }

    /// Whether its slab has to be told that there are letters.
    #[inline(always)]
    fn wants_turn(&mut self) -> bool {
        !mem::replace(&mut self.scheduled, true)
    }
}

/// All queues of a loop.
///
/// The order is that of [`Letter`], for the same reason.
#[repr(C)]
pub(crate) struct Post {
    /// The step under way, or the last one: another number for each.
    step: u64,
    /// Who sent the letter that the step is about.
    from: From,
    /// The name of who sent it.
    sender_name: &'static Text,
    /// Opens the queues of this loop.
    pub(super) key: Key,
    /// The time of the turn, for a step that need not be told it otherwise.
    pub(crate) now: Moment,
    /// The step under way is about a question without a letter, and has not dealt with it.
    pub(crate) is_asked: bool,
    /// The step has left something to be done: mail for other loops, or new machines.
    pub(super) is_pending: bool,
    /// Somebody who found no room may find some now.
    pub(crate) retry: bool,
    pub(super) number: u32,
    /// Slabs whose queues hold letters.
    ready: Ready,
    /// What the step has sent to other loops.
    pub(super) away: Away,
    pub(crate) nests: Nests,
    pub(super) home: Arc<Home>,
    /// Doors whose queues are known; of others nothing has been sent.
    doors: Vec<Arc<dyn AnyDoor>>,
    /// The mail of the loop in the middle of whose turn this one's is.
    pub(super) host: Option<Box<Post>>,
    /// Of that one: the other loop's step that has put letters here last, or none.
    guest: u64,
    /// Who lends the loop that a letter went straight to last, and the number of that.
    pub(super) neighbour: Option<(u32, Arc<dyn Lend>)>,
}

impl Post {
    /// The mail of that home's loop, once.
    pub(crate) fn new(home: Arc<Home>) -> Self {
        Self {
            number: home.number(),
            key: home.take_key(),
            home,
            step: 0,
            now: Moment::default(),
            is_asked: false,
            is_pending: false,
            ready: Ready::default(),
            nests: Nests::default(),
            from: From::NOBODY,
            sender_name: &NAMELESS,
            retry: false,
            away: Away::default(),
            doors: Vec::new(),
            host: None,
            guest: 0,
            neighbour: None,
        }
    }

    /// How many slabs have their nest.
    pub(crate) fn len(&self) -> usize {
        self.nests.len()
    }

    pub(crate) fn add(&mut self, nest: Box<dyn AnyNest>) {
        self.nests.add(nest);
    }

    pub(crate) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// A step of a machine that has no letter.
    pub(crate) fn begin(&mut self) {
        self.start();
        self.from = From::NOBODY;
    }

    /// A step for a letter.
    #[inline(always)]
    pub(super) fn begin_with(&mut self, from: From, name: &'static Text) {
        self.start();
        self.from = from;
        self.sender_name = name;
    }

    #[inline(always)]
    fn start(&mut self) {
        // At a billion a second it takes centuries to come round.
        self.step = self.step.wrapping_add(1);
    }

    /// Who sent the letter that the step is about.
    pub(crate) fn sender(&self) -> Option<Sender> {
        sender(self.from, self.sender_name)
    }

    /// The sender has been noted elsewhere.
    pub(crate) fn forget_sender(&mut self) {
        self.from = From::NOBODY;
    }

    /// The step is over, and what it has sent stays sent.
    #[inline(always)]
    pub(crate) fn end(&mut self) {
        self.start();
    }

    /// The step has failed: what it sent is taken back.
    pub(crate) fn rollback(&mut self) {
        let step = self.step;
        if let Some(host) = &mut self.host {
            host.rollback_guest(step);
        }
        self.each_queue(|door, key| door.rollback(key, step));
        self.away.rollback(&mut self.key);
        self.abandon_newcomers();
        self.is_pending = false;
        self.start();
    }

    fn each_queue(&mut self, mut visit: impl FnMut(&dyn AnyDoor, &mut QCellOwner)) {
        if self.home.has_doors_from(self.doors.len()) {
            self.doors.extend(self.home.doors_from(self.doors.len()));
        }
        for door in &self.doors {
            visit(&**door, &mut self.key.owner);
        }
    }

    /// The loop is gone: what is left is dropped.
    pub(crate) fn abandon(&mut self, doors: &[Arc<dyn AnyDoor>]) {
        for door in doors {
            door.empty(&mut self.key.owner);
        }
    }

    /// The queue behind a door of this loop.
    #[inline(always)]
    pub(crate) fn queue<'post, M: Machine>(
        &'post mut self,
        door: &'post Door<M>,
    ) -> &'post mut Queue<M> {
        door.locker.open(&mut self.key.owner)
    }

    /// Whether the step under way has left something to be done: mail for other loops, or new
    /// machines.
    #[inline(always)]
    pub(crate) fn is_pending(&self) -> bool {
        self.is_pending
    }

    /// It is about to be done.
    pub(crate) fn attend(&mut self) {
        self.is_pending = false;
    }

    /// The step has spawned a machine.
    pub(super) fn note_birth(&mut self) {
        self.is_pending = true;
    }

    /// Whether no slab waits for its turn.
    #[inline(always)]
    pub(crate) fn is_idle(&self) -> bool {
        self.ready.is_empty()
    }

    /// The next slab whose queue holds letters.
    pub(crate) fn next_ready(&mut self) -> Option<u32> {
        self.ready.pop_front()
    }

    /// That slab has had its turn. One that has letters left of the batch that it began goes on
    /// with these before another slab has its turn, so that queues do not grow while they are
    /// handled.
    #[inline(always)]
    pub(super) fn end_turn<M: Machine>(&mut self, door: &Door<M>, batch: &mut Fifo<Letter<M>>) {
        let queue = door.locker.open(&mut self.key.owner);
        let apart = batch.len();
        queue.apart = apart;
        if apart > 0 || !queue.is_empty() {
            return self.ready.put_back(door.index, apart > 0);
        }
        queue.scheduled = false;
        // What was read last is what is written next.
        batch.leave_room(&mut queue.letters);
    }

    /// As [`end_turn`](Self::end_turn), of one without a batch.
    #[inline(always)]
    pub(super) fn end_lone<M: Machine>(&mut self, door: &Door<M>) {
        let queue = door.locker.open(&mut self.key.owner);
        match queue.is_empty() {
            true => queue.scheduled = false,
            false => self.ready.put_back(door.index, false),
        }
    }

    /// How many letters wait.
    pub(crate) fn queued(&mut self) -> usize {
        let mut queued = 0;
        self.each_queue(|door, key| queued += door.queued(key));
        queued
    }

    #[inline(always)]
    pub(crate) fn is_at(&self, home: u32) -> bool {
        self.number == home
    }

    /// Where a letter of the step under way goes; `None` when that machine does not live in this
    /// loop, or there is no room.
    #[inline(always)]
    pub(crate) fn desk<'post, M: Machine>(
        &'post mut self,
        to: &'post Address<M>,
    ) -> Option<Desk<'post, M>> {
        let mailbox = &**to.mailbox();
        let door = mailbox.door();
        if self.number != door.number {
            return None;
        }
        let queue = door.locker.open(&mut self.key.owner);
        if !queue.has_room(mailbox) {
            return None;
        }
        let before = queue.letters.len();
        let place = queue.letters.place()?;
        if queue.step != self.step {
            (queue.step, queue.before) = (self.step, before);
            if !queue.scheduled {
                queue.scheduled = true;
                self.ready.push_back(door.index);
            }
        }
        let to = mailbox.spot();
        Some(Desk { place, to })
    }

    /// Has the queue for that machine grow, if it lives in this loop and its queue is full;
    /// whether it has.
    pub(crate) fn grow<M: Machine>(&mut self, to: &Address<M>) -> bool {
        let door = to.mailbox().door();
        if self.number != door.number {
            return false;
        }
        let queue = door.locker.open(&mut self.key.owner);
        let is_full = queue.letters.is_full();
        queue.letters.grow();
        is_full
    }

    /// Makes the nests of slabs that others have opened since.
    pub(crate) fn catch_up(&mut self, slab: u32) {
        if (slab as usize) < self.nests.len() {
            return;
        }
        for door in self.home.doors_from(self.nests.len()) {
            let (_, nest) = door.furnish();
            self.add(nest);
        }
    }

    /// Puts in what has come through the door, which has counted it. What is left is empty.
    pub(crate) fn receive<M: Machine>(&mut self, door: &Door<M>, inbox: &mut Inbox<M>) {
        let queue = door.locker.open(&mut self.key.owner);
        inbox.hand_on(&mut queue.letters, &mut queue.arrived);
        queue.has_arrived = !queue.arrived.is_empty();
        if !queue.is_empty() && queue.wants_turn() {
            self.ready.push_back(door.index);
        }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // Another loop will have the key.
        self.away.clear(&mut self.key);
    }
}

impl Seat {
    pub(crate) const NOWHERE: Seat = Seat {
        slab: u32::MAX,
        slot: u32::MAX,
        generation: 0,
    };
}
