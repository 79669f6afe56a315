//! The way out: machines of the peer as mailboxes here, whose letters are sent on.
//!
//! Must not know of: connections. Letters become bytes, bytes become answers.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wink_chart::MessageId;

use super::codec::{self, Remote};
use super::link::Link;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::event::{PeerEvent, SystemEvent};
use crate::core::event_loop::door::{Credit, Door};
use crate::core::event_loop::home::{Home, Seat};
use crate::core::event_loop::inbox::Inbox;
use crate::core::event_loop::letter::Letter;
use crate::core::exit::{ExitReason, Sender};
use crate::core::machine::Messages as _;
use crate::core::question::{CallError, ReplyPort};
use crate::core::station::Handle;
use crate::core::wire::bytes::Writer;
use crate::core::wire::frame::{self, Frame};

/// Question numbers hold the number of an outlet in so many bits.
const OUTLET_BITS: u32 = 12;

/// For how many letters an outlet keeps room.
const SPARE: usize = 4_096;

/// How many kinds of machines a link can have.
pub(super) const OUTLETS: usize = 1 << OUTLET_BITS;

/// Which outlet asked the question of that number, and which of its questions it is.
pub(super) fn question_place(question: u64) -> (usize, usize) {
    let outlet = question as usize & (OUTLETS - 1);
    (
        outlet,
        usize::try_from(question >> OUTLET_BITS).unwrap_or(usize::MAX),
    )
}

/// The peer's machines of one type.
pub(super) trait Outlet: Send + Sync {
    /// Appends what waits, as frames.
    fn drain(&self, link: &Arc<Link>, bytes: &mut Vec<u8>);

    /// The number that the peer has given the machine in that seat.
    fn number(&self, seat: Seat) -> Option<u64>;

    /// A question is answered. What is wrong, if something is.
    fn answer(&self, link: &Arc<Link>, question: usize, payload: &[u8]) -> Result<(), String>;

    /// A question is not answered. Whether there was such a question.
    fn refuse(&self, question: usize, error: CallError) -> bool;

    /// The machine takes so many more letters.
    fn give_room(&self, seat: Seat, count: u64);

    /// The machine has ended, or its node is lost.
    fn end(&self, seat: Seat, reason: &ExitReason);

    /// The node is lost: nothing is answered any more.
    fn lose(&self, reason: &ExitReason);
}

pub(super) struct MachinesAbroad<M: Remote> {
    door: Arc<Door<M>>,
    state: Mutex<State<M>>,
}

struct State<M: Remote> {
    /// What the peer calls the machine in each slot, with the slot's generation.
    numbers: Vec<(u32, u64)>,
    questions: Vec<Option<Asked<M>>>,
    free: Vec<usize>,
    /// Keeps its room from one time to the next.
    spare: Inbox<M>,
}

impl<M: Remote> State<M> {
    fn number(&self, seat: Seat) -> Option<u64> {
        let (generation, number) = *self.numbers.get(seat.slot as usize)?;
        (generation == seat.generation).then_some(number)
    }

    /// Notes that a question is on its way; its place.
    fn ask(&mut self, asked: Asked<M>) -> usize {
        match self.free.pop() {
            Some(place) => {
                self.questions[place] = Some(asked);
                place
            }
            None => {
                self.questions.push(Some(asked));
                self.questions.len() - 1
            }
        }
    }
}

struct Asked<M: Remote> {
    what: MessageId,
    port: ReplyPort<ReplyOf<M>>,
}

impl<M: Remote> MachinesAbroad<M> {
    pub(super) fn new(home: &Arc<Home>, index: u32) -> Self {
        Self {
            door: Arc::new(Door::new(home.clone(), index)),
            state: Mutex::new(State {
                numbers: Vec::new(),
                questions: Vec::new(),
                free: Vec::new(),
                spare: Inbox::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Nothing that can panic runs under the lock but the allocator.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address for the machine that the peer calls by that number.
    pub(super) fn open(&self, number: u64, window: u32) -> (Address<M>, Seat) {
        let mailbox = self.door.open(window as usize, true);
        let seat = mailbox.seat();
        let mut state = self.lock();
        let slot = seat.slot as usize;
        if state.numbers.len() <= slot {
            state.numbers.resize(slot + 1, (0, 0));
        }
        state.numbers[slot] = (seat.generation, number);
        drop(state);
        (Address::of(mailbox), seat)
    }

    /// The address of the machine in that seat.
    pub(super) fn address(&self, seat: Seat) -> Option<Address<M>> {
        self.door.mailbox(seat).map(Address::of)
    }

    /// The number of the machine in that seat and, noted as on its way, that of the question;
    /// `None` when the machine has ended.
    fn address_letter(&self, seat: Seat, asked: Option<Asked<M>>) -> Option<(u64, Option<u64>)> {
        let mut state = self.lock();
        match state.number(seat) {
            Some(number) => {
                let question = asked.map(|asked| state.ask(asked));
                Some((number, question.map(|place| self.question_number(place))))
            }
            // Dropped, a question says so; not under the lock.
            None => {
                drop(state);
                drop(asked);
                None
            }
        }
    }

    fn question_number(&self, place: usize) -> u64 {
        (place as u64) << OUTLET_BITS | u64::from(self.door.index)
    }

    fn asked(&self, question: usize) -> Option<Asked<M>> {
        let mut state = self.lock();
        let asked = state.questions.get_mut(question)?.take()?;
        state.free.push(question);
        Some(asked)
    }

    /// Writes one letter. What could not be written was refused.
    fn letter(&self, link: &Arc<Link>, letter: Letter<M>, bytes: &mut Vec<u8>) {
        let seat = Seat {
            slab: self.door.index,
            slot: letter.to.slot(),
            generation: letter.to.generation(),
        };
        let Some(envelope) = letter.open() else {
            return;
        };
        let what = envelope.message.id();
        let asked = envelope.port.map(|port| Asked { what, port });
        let Some((number, question)) = self.address_letter(seat, asked) else {
            return;
        };
        let sender = envelope
            .sender
            .map_or(0, |sender| link.introduce(sender, bytes));
        let start = bytes.len();
        let mut written = Ok(());
        let length = frame::frame(bytes, |bytes| {
            let question = question.map_or(0, |question| question + 1);
            frame::letter_head(&mut Writer(bytes), number, question, sender);
            written = codec::write(link, &envelope.message, bytes);
        });
        if length > link.longest_frame() {
            written = Err(format!(
                "it is {length} bytes long, and the other node takes {}",
                link.longest_frame()
            ));
        }
        if let Err(why) = written {
            bytes.truncate(start);
            self.unwritten(link, seat, what, question, why);
        }
    }

    fn unwritten(
        &self,
        link: &Arc<Link>,
        seat: Seat,
        what: MessageId,
        question: Option<u64>,
        why: String,
    ) {
        let name = &M::CHART.messages[what.index()].name;
        let why = format!("`{name}` cannot be sent: {why}");
        if let Some(asked) = question.and_then(|question| self.asked(question_place(question).1)) {
            asked.port.refuse(CallError::Unreadable(why.clone()));
        }
        self.give_room(seat, 1);
        link.report(PeerEvent::Unsent(why));
    }
}

impl<M: Remote> Outlet for MachinesAbroad<M> {
    fn drain(&self, link: &Arc<Link>, bytes: &mut Vec<u8>) {
        let mut letters = std::mem::take(&mut self.lock().spare);
        std::mem::swap(&mut letters, &mut self.door.lock().inbox);
        while let Some(letter) = letters.pop_front() {
            self.letter(link, letter, bytes);
        }
        // A burst's room is given back.
        if letters.capacity() <= SPARE {
            self.lock().spare = letters;
        }
    }

    fn number(&self, seat: Seat) -> Option<u64> {
        self.lock().number(seat)
    }

    fn answer(&self, link: &Arc<Link>, question: usize, payload: &[u8]) -> Result<(), String> {
        let Some(asked) = self.asked(question) else {
            return Err(format!("question {question} was not asked"));
        };
        match codec::read_reply::<M>(link, asked.what, payload) {
            Ok(reply) => asked.port.answer(reply),
            Err(why) => {
                let name = &M::CHART.messages[asked.what.index()].name;
                let why = format!("the answer to `{name}` cannot be read: {why}");
                link.report(PeerEvent::Unread(why.clone()));
                asked.port.refuse(CallError::Unreadable(why));
            }
        }
        Ok(())
    }

    fn refuse(&self, question: usize, error: CallError) -> bool {
        match self.asked(question) {
            Some(asked) => {
                asked.port.refuse(error);
                true
            }
            None => false,
        }
    }

    fn give_room(&self, seat: Seat, count: u64) {
        let taken = Credit {
            slot: seat.slot,
            generation: seat.generation,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        };
        self.door.give_room(&mut vec![taken]);
    }

    fn end(&self, seat: Seat, reason: &ExitReason) {
        let Some(mailbox) = self.door.mailbox(seat) else {
            return;
        };
        let handle = Handle(mailbox);
        handle.0.close(reason);
        self.door.free(seat);
        self.door.home.machines().fetch_sub(1, Ordering::Relaxed);
    }

    fn lose(&self, reason: &ExitReason) {
        let questions = {
            let mut state = self.lock();
            state.free.clear();
            std::mem::take(&mut state.questions)
        };
        for asked in questions.into_iter().flatten() {
            asked.port.refuse(CallError::Died(reason.clone()));
        }
        // What has come in since then is refused by the end of its machine.
        let letters = std::mem::take(&mut self.door.lock().inbox);
        drop(letters);
    }
}

impl Link {
    /// The number by which the peer knows the sender of a letter, plus one; introduces it first
    /// if it must.
    fn introduce(&self, sender: Sender, bytes: &mut Vec<u8>) -> u64 {
        let number = sender.id.get();
        if self.must_introduce(sender.id) {
            let name = sender.name;
            Frame::Sender { number, name }.write(bytes);
        }
        number.saturating_add(1)
    }

    /// Says what has happened to the link, to whoever listens to the system.
    pub(super) fn report(&self, event: PeerEvent) {
        let peer = self.peer().to_string();
        self.home().site().report(SystemEvent::Peer { peer, event });
    }
}
