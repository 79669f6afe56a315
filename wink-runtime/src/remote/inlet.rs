//! The way in: machines here that the peer has been told of, and their mail from there.
//!
//! Must not know of: connections.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::codec::{self, Remote};
use super::link::Link;
use crate::core::address::Address;
use crate::core::effect::ReplyOf;
use crate::core::event::PeerEvent;
use crate::core::exit::Sender;
use crate::core::mailbox::Envelope;
use crate::core::question::{CallError, Onward, ReplyPort, Returns, Settle, Slots, alone};
use crate::core::station::Handle;
use crate::core::wire::bytes::Writer;
use crate::core::wire::frame::{self, Frame};
use crate::core::wire::handshake::Refusal;

/// A machine here, as the peer sees it.
pub(super) trait Inlet: Send + Sync {
    /// Where its letters gather while there are more of them to read. Only the task that reads
    /// the mail asks for it, and for one at a time.
    fn intake(self: Arc<Self>) -> Box<dyn Intake>;

    fn handle(&self) -> Handle;
}

/// The letters of one machine that have come at a time: its mailbox takes them in one go.
pub(super) trait Intake: Send {
    /// A letter has come.
    ///
    /// # Errors
    /// When the peer has sent more letters than it may.
    fn receive(
        &mut self,
        link: &Arc<Link>,
        question: u64,
        sender: Option<Sender>,
        payload: &[u8],
    ) -> Result<(), Refusal>;

    /// No more of them for now: the machine gets them.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    fn finish(self: Box<Self>, link: &Arc<Link>) -> Result<(), Refusal>;
}

/// How many letters gather at most.
const GATHERED: usize = 256;

pub(super) struct MachineHere<M: Remote> {
    address: Address<M>,
    link: Weak<Link>,
    number: u64,
    window: u32,
    state: Mutex<State<M>>,
}

struct State<M: Remote> {
    /// Letters that have come and whose room was not given back.
    outstanding: u32,
    /// Letters that the machine has taken, since the peer was told last.
    taken: u32,
    /// Letters for which the mailbox has no room. Somebody carries them in while there are any.
    backlog: VecDeque<Envelope<M>>,
    is_carried: bool,
    /// Keeps its memory from one time to the next.
    spare: Spare<M>,
}

struct Spare<M: Remote> {
    letters: VecDeque<Envelope<M>>,
    slots: Slots<ReplyOf<M>>,
}

impl<M: Remote> Default for Spare<M> {
    fn default() -> Self {
        Self {
            letters: VecDeque::new(),
            slots: Slots::default(),
        }
    }
}

impl<M: Remote> MachineHere<M> {
    /// The machine, by that number, for a peer that may have so many letters on their way to it.
    pub(super) fn new(address: Address<M>, link: &Arc<Link>, number: u64, window: u32) -> Self {
        Self {
            address,
            link: Arc::downgrade(link),
            number,
            window,
            state: Mutex::new(State {
                outstanding: 0,
                taken: 0,
                backlog: VecDeque::new(),
                is_carried: false,
                spare: Spare::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Nothing that can panic runs under the lock but the allocator.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Letters were taken: the peer is told when it is worth a frame.
    fn taken(&self, link: &Link, count: u32) {
        let mut state = self.lock();
        state.taken += count;
        if state.taken < (self.window / 4).max(1) {
            return;
        }
        let frame = self.take_credit(&mut state);
        drop(state);
        link.post(|bytes| frame.write(bytes));
    }

    fn take_credit(&self, state: &mut State<M>) -> Frame<'static> {
        let count = mem::take(&mut state.taken);
        state.outstanding = state.outstanding.saturating_sub(count);
        Frame::Credit {
            machine: self.number,
            count: u64::from(count),
        }
    }

    /// So many letters have come: `None` when these are more than may be under way, otherwise
    /// whether there are some for which the mailbox had no room.
    fn count(&self, come: u32) -> Option<bool> {
        let mut state = self.lock();
        state.outstanding = state.outstanding.saturating_add(come);
        (state.outstanding <= self.window).then_some(state.is_carried)
    }

    /// Puts letters into the mailbox, as many as have room. Others are carried in later.
    fn put(self: &Arc<Self>, link: &Arc<Link>, letters: &mut VecDeque<Envelope<M>>) {
        let before = letters.len();
        if !self.address.mailbox().push_all(letters) {
            // Dropped, a question says that the machine has ended.
            return letters.clear();
        }
        let put = before - letters.len();
        if !letters.is_empty() {
            let mut state = self.lock();
            state.backlog.append(letters);
            state.is_carried = true;
            drop(state);
            link.spawn(self.clone().carry(link.clone()));
        }
        if put > 0 {
            self.taken(link, u32::try_from(put).unwrap_or(u32::MAX));
        }
    }

    /// Carries letters in as the mailbox has room, in their order.
    async fn carry(self: Arc<Self>, link: Arc<Link>) {
        loop {
            let next = {
                let mut state = self.lock();
                let next = state.backlog.pop_front();
                state.is_carried = next.is_some();
                next
            };
            let Some(envelope) = next else { return };
            // A machine that has ended refuses it, and the peer hears of the end.
            let _ = self.address.post(envelope).await;
            self.taken(&link, 1);
        }
    }
}

impl<M: Remote> Inlet for MachineHere<M> {
    fn intake(self: Arc<Self>) -> Box<dyn Intake> {
        let spare = mem::take(&mut self.lock().spare);
        Box::new(Gathering {
            here: self,
            spare,
            unread: 0,
        })
    }

    fn handle(&self) -> Handle {
        self.address.handle()
    }
}

struct Gathering<M: Remote> {
    here: Arc<MachineHere<M>>,
    spare: Spare<M>,
    /// Letters that were none, and still are answered for.
    unread: u32,
}

impl<M: Remote> Gathering<M> {
    fn flush(&mut self, link: &Arc<Link>) -> Result<(), Refusal> {
        let unread = mem::take(&mut self.unread);
        let letters = &mut self.spare.letters;
        let come = u32::try_from(letters.len()).unwrap_or(u32::MAX);
        let Some(is_carried) = self.here.count(come.saturating_add(unread)) else {
            let window = self.here.window;
            let why = format!("more than {window} letters to one machine at a time");
            return Err(Refusal::new(Refusal::PROTOCOL, why));
        };
        if unread > 0 {
            self.here.taken(link, unread);
        }
        if letters.is_empty() {
            return Ok(());
        }
        // Only this task has letters carried; who carries them may be through by then.
        if is_carried {
            let mut state = self.here.lock();
            if state.is_carried {
                state.backlog.append(letters);
                return Ok(());
            }
        }
        // Only this task puts letters of the peer in while none is carried: their order stays.
        self.here.put(link, letters);
        Ok(())
    }

    /// Where the answer to that question goes.
    fn port(&mut self, question: u64) -> ReplyPort<ReplyOf<M>> {
        self.spare.slots.port(self.here.clone(), question)
    }

    /// What came is no message.
    fn unread(&mut self, link: &Arc<Link>, question: u64, why: &str) {
        let why = format!("a message for {} cannot be read: {why}", self.here.address);
        if let Some(question) = question.checked_sub(1) {
            let error = CallError::Unreadable(why.clone());
            link.post(|bytes| Frame::Unanswered { question, error }.write(bytes));
        }
        link.report(PeerEvent::Unread(why));
        self.unread += 1;
    }
}

impl<M: Remote> Intake for Gathering<M> {
    fn receive(
        &mut self,
        link: &Arc<Link>,
        question: u64,
        sender: Option<Sender>,
        payload: &[u8],
    ) -> Result<(), Refusal> {
        match codec::read_message::<M>(link, payload) {
            Ok(message) => {
                let port = question.checked_sub(1).map(|question| self.port(question));
                self.spare.letters.push_back(Envelope {
                    message,
                    sender,
                    port,
                });
            }
            Err(why) => self.unread(link, question, &why),
        }
        if self.spare.letters.len() + self.unread as usize >= GATHERED {
            self.flush(link)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, link: &Arc<Link>) -> Result<(), Refusal> {
        let flushed = self.flush(link);
        self.here.lock().spare = self.spare;
        flushed
    }
}

impl<M: Remote> Returns<ReplyOf<M>> for MachineHere<M> {
    fn settle(&self, number: u64, reply: ReplyOf<M>) {
        // Nobody waits on a link that is gone.
        if let Some(link) = self.link.upgrade() {
            send_back(&link, number, Ok(reply));
        }
    }

    fn is_awaited(&self) -> bool {
        is_awaited(&self.link)
    }

    fn alone(self: Arc<Self>, number: u64) -> Box<dyn Onward<ReplyOf<M>> + Send> {
        let homeward = Homeward {
            link: self.link.clone(),
            question: number,
        };
        alone(homeward, self.address.handle())
    }
}

/// Takes one answer back to the peer, or says why there is none.
struct Homeward {
    link: Weak<Link>,
    question: u64,
}

impl<R: serde::Serialize> Settle<R> for Homeward {
    fn settle(self, settled: Result<R, CallError>) {
        if let Some(link) = self.link.upgrade() {
            send_back(&link, self.question, settled);
        }
    }

    fn is_awaited(&self) -> bool {
        is_awaited(&self.link)
    }
}

fn is_awaited(link: &Weak<Link>) -> bool {
    link.upgrade().is_some_and(|link| !link.is_lost())
}

fn send_back<R: serde::Serialize>(link: &Arc<Link>, question: u64, settled: Result<R, CallError>) {
    let error = match settled {
        Err(error) => error,
        Ok(reply) => match answer(link, question, &reply) {
            Ok(()) => return,
            Err(why) => {
                let why = format!("the answer cannot be sent: {why}");
                link.report(PeerEvent::Unsent(why.clone()));
                CallError::Unreadable(why)
            }
        },
    };
    link.post(|bytes| Frame::Unanswered { question, error }.write(bytes));
}

thread_local! {
    /// Where an answer is written before it joins what goes out: to write it may take the locks
    /// of the link.
    static DRAFT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// How much room for answers a thread keeps.
const DRAFT_ROOM: usize = 16 * 1_024;

fn answer<R: serde::Serialize>(link: &Arc<Link>, question: u64, reply: &R) -> Result<(), String> {
    let mut bytes = DRAFT.take();
    bytes.clear();
    let mut written = Ok(());
    let length = frame::frame(&mut bytes, |bytes| {
        frame::answer_head(&mut Writer(bytes), question);
        written = codec::write(link, reply, bytes);
    });
    written?;
    if length > link.longest_frame() {
        return Err(format!(
            "it is {length} bytes long, and the other node takes {}",
            link.longest_frame()
        ));
    }
    link.post(|out| out.extend_from_slice(&bytes));
    if bytes.capacity() <= DRAFT_ROOM {
        DRAFT.set(bytes);
    }
    Ok(())
}
