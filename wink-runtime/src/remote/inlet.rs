//! The way in: machines here that the peer has been told of, and their mail from there.
//!
//! Must not know of: connections.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::codec::{self, Remote};
use super::link::Link;
use crate::core::address::Address;
use crate::core::event::PeerEvent;
use crate::core::exit::Sender;
use crate::core::mailbox::{Envelope, Refused};
use crate::core::question::{CallError, Settle, port_onward};
use crate::core::station::Handle;
use crate::core::wire::bytes::Writer;
use crate::core::wire::frame::{self, Frame};
use crate::core::wire::handshake::Refusal;

/// A machine here, as the peer sees it.
pub(super) trait Inlet: Send + Sync {
    /// A letter for it has come.
    ///
    /// # Errors
    /// When the peer has sent more letters than it may.
    fn receive(
        self: Arc<Self>,
        link: &Arc<Link>,
        question: u64,
        sender: Option<Sender>,
        payload: &[u8],
    ) -> Result<(), Refusal>;

    fn handle(&self) -> Handle;
}

pub(super) struct MachineHere<M: Remote> {
    address: Address<M>,
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
}

impl<M: Remote> MachineHere<M> {
    /// The machine, by that number, for a peer that may have so many letters on their way to it.
    pub(super) fn new(address: Address<M>, number: u64, window: u32) -> Self {
        Self {
            address,
            number,
            window,
            state: Mutex::new(State {
                outstanding: 0,
                taken: 0,
                backlog: VecDeque::new(),
                is_carried: false,
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
        let count = std::mem::take(&mut state.taken);
        state.outstanding = state.outstanding.saturating_sub(count);
        Frame::Credit {
            machine: self.number,
            count: u64::from(count),
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
    fn receive(
        self: Arc<Self>,
        link: &Arc<Link>,
        question: u64,
        sender: Option<Sender>,
        payload: &[u8],
    ) -> Result<(), Refusal> {
        let mut state = self.lock();
        state.outstanding += 1;
        if state.outstanding > self.window {
            let why = format!("more than {} letters to one machine at a time", self.window);
            return Err(Refusal::new(Refusal::PROTOCOL, why));
        }
        // Only this task has letters carried; who carries them may be through by then.
        let is_carried = state.is_carried;
        drop(state);
        let message = match codec::read_message::<M>(link, payload) {
            Ok(message) => message,
            Err(why) => {
                let why = format!("a message for {} cannot be read: {why}", self.address);
                if let Some(question) = question.checked_sub(1) {
                    let error = CallError::Unreadable(why.clone());
                    link.post(|bytes| Frame::Unanswered { question, error }.write(bytes));
                }
                link.report(PeerEvent::Unread(why));
                self.taken(link, 1);
                return Ok(());
            }
        };
        let port = question.checked_sub(1).map(|question| {
            let link = Arc::downgrade(link);
            port_onward(Homeward { link, question }, self.address.handle())
        });
        let envelope = Envelope {
            message,
            sender,
            port,
        };
        if is_carried {
            let mut state = self.lock();
            if state.is_carried {
                state.backlog.push_back(envelope);
                return Ok(());
            }
        }
        // Only this task puts letters of the peer in while none is carried: their order stays.
        match self.address.mailbox().try_push(envelope, false) {
            Ok(()) => self.taken(link, 1),
            // Dropped, a question says that the machine has ended.
            Err(Refused::Closed(..)) => {}
            Err(Refused::Full(envelope)) => {
                let mut state = self.lock();
                state.backlog.push_back(envelope);
                state.is_carried = true;
                drop(state);
                link.spawn(self.carry(link.clone()));
            }
        }
        Ok(())
    }

    fn handle(&self) -> Handle {
        self.address.handle()
    }
}

/// Takes an answer back to the peer.
struct Homeward {
    link: Weak<Link>,
    question: u64,
}

impl<R: serde::Serialize> Settle<R> for Homeward {
    fn settle(self, settled: Result<R, CallError>) {
        // Nobody waits on a link that is gone.
        let Some(link) = self.link.upgrade() else {
            return;
        };
        let question = self.question;
        let error = match settled {
            Err(error) => error,
            Ok(reply) => match answer(&link, question, &reply) {
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

    fn is_awaited(&self) -> bool {
        self.link.upgrade().is_some_and(|link| !link.is_lost())
    }
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
