//! A machine's mailbox: a bounded queue of messages, and a queue of signals that overtakes it.
//!
//! Must not know: what an address is, what a machine does with its mail, any executor or
//! clock. Who waits is woken by a [`Waker`]; the locks are held for a few moves at a time and
//! never two at once.

mod kept;
mod sending;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::effect::ReplyOf;
use super::exit::{Child, ChildEvent, Down, ExitReason, Identity, MachineId};
use super::machine::Machine;
use super::question::{CallError, ReplyPort};
use super::signal::Signal;
use super::station::{Handle, Site, Station, StationKey, Tie};

pub use kept::Order;
pub(crate) use sending::Sending;

/// A message on its way, with who sent it and where its answer goes.
pub struct Envelope<M: Machine> {
    pub(crate) message: M::Message,
    pub(crate) sender: Option<Identity>,
    pub(crate) port: Option<ReplyPort<ReplyOf<M>>>,
}

impl<M: Machine> Envelope<M> {
    /// A message from nobody that expects no answer.
    pub fn new(message: M::Message) -> Self {
        Self {
            message,
            sender: None,
            port: None,
        }
    }
}

impl<M: Machine> fmt::Debug for Envelope<M>
where
    M::Message: fmt::Debug,
{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Envelope")
            .field("message", &self.message)
            .field("sender", &self.sender)
            .field("is_question", &self.port.is_some())
            .finish()
    }
}

/// What the owner of a mailbox is to deal with next.
pub(crate) enum Inbound<M: Machine> {
    /// End in good order.
    Stop,
    /// Something that concerns other machines.
    Signal(Signal),
    /// The next message.
    Mail(Envelope<M>),
}

/// Why a message was not put into a mailbox.
pub(crate) enum Refused<M: Machine> {
    /// There is no room now.
    Full(Envelope<M>),
    /// Its machine has ended.
    Closed(Envelope<M>, ExitReason),
}

/// The queue that all addresses of a machine share with its [`Inbox`].
pub(crate) struct Mailbox<M: Machine> {
    identity: Identity,
    capacity: usize,
    site: Arc<dyn Site>,
    state: Mutex<State<M>>,
}

struct State<M: Machine> {
    mail: VecDeque<Envelope<M>>,
    /// Senders that wait for room with their message, by rising ticket. While there are any,
    /// `mail` is full: room goes to the first of them at once.
    parked: VecDeque<Parked<M>>,
    next_ticket: u64,
    signals: VecDeque<Signal>,
    stop: bool,
    /// What the machine's supervisor wants.
    orders: kept::Orders,
    /// The task that runs the machine, when it waits.
    owner: Option<Waker>,
    /// The machine has asked for what comes next, and there was nothing.
    resting: bool,
    /// Why the machine ended; nothing goes in any more.
    ended: Option<ExitReason>,
    /// Who is told of the end.
    watchers: BTreeMap<StationKey, Watcher>,
    /// Tasks that wait for the end.
    closed: Vec<(u64, Waker)>,
}

/// A machine that is told of another one's end, and as what.
struct Watcher {
    handle: Handle,
    spawner: bool,
    monitor: bool,
    link: bool,
}

impl Watcher {
    fn new(handle: Handle) -> Self {
        Self {
            handle,
            spawner: false,
            monitor: false,
            link: false,
        }
    }

    fn tie(&mut self, tie: Tie) {
        match tie {
            Tie::Spawner => self.spawner = true,
            Tie::Monitor => self.monitor = true,
            Tie::Link => self.link = true,
        }
    }

    fn tell(&self, machine: Identity, reason: &ExitReason) {
        self.tell_spawner(machine, reason);
        self.tell_others(machine, reason);
    }

    fn tell_spawner(&self, machine: Identity, reason: &ExitReason) {
        if self.spawner {
            let child = Child(machine);
            if let Some(error) = reason.error() {
                self.handle
                    .notify(Signal::Child(child, ChildEvent::Errored(error.clone())));
            }
            self.handle
                .notify(Signal::Child(child, ChildEvent::Exited(reason.clone())));
        }
    }

    fn tell_others(&self, machine: Identity, reason: &ExitReason) {
        if self.monitor || self.link {
            let down = Down {
                machine,
                reason: reason.clone(),
                linked: self.link,
            };
            self.handle.notify(Signal::Down(down));
        }
    }
}

struct Parked<M: Machine> {
    ticket: u64,
    envelope: Envelope<M>,
    waker: Waker,
}

impl<M: Machine> Mailbox<M> {
    /// An empty mailbox for `capacity` messages, at least one, and the end that takes them out.
    pub(crate) fn new(
        name: &'static str,
        capacity: usize,
        site: Arc<dyn Site>,
    ) -> (Arc<Self>, Inbox<M>) {
        let mailbox = Arc::new(Self {
            identity: Identity {
                id: site.next_id(),
                name,
            },
            capacity: capacity.max(1),
            site,
            state: Mutex::new(State {
                mail: VecDeque::new(),
                parked: VecDeque::new(),
                next_ticket: 0,
                signals: VecDeque::new(),
                stop: false,
                orders: kept::Orders::default(),
                owner: None,
                resting: false,
                ended: None,
                watchers: BTreeMap::new(),
                closed: Vec::new(),
            }),
        });
        (mailbox.clone(), Inbox { mailbox })
    }

    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    pub(crate) fn site(&self) -> &Arc<dyn Site> {
        &self.site
    }

    /// Why the machine ended; `None` while it runs.
    pub(crate) fn ended(&self) -> Option<ExitReason> {
        self.lock().ended.clone()
    }

    /// How many messages wait, those of senders that wait for room included.
    pub(crate) fn len(&self) -> usize {
        let state = self.lock();
        state.mail.len() + state.parked.len()
    }

    /// Whether nothing waits and no step is under way.
    pub(crate) fn is_resting(&self) -> bool {
        let state = self.lock();
        let is_empty = state.mail.is_empty() && state.signals.is_empty();
        state.resting && is_empty && state.ended.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        // Nothing that can panic runs under the lock but the allocator and wakers; the
        // state is whole then too.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message in, if there is room; nobody waits then.
    pub(crate) fn try_push(&self, envelope: Envelope<M>) -> Result<(), Refused<M>> {
        let mut state = self.lock();
        if let Some(reason) = &state.ended {
            let reason = reason.clone();
            return Err(Refused::Closed(envelope, reason));
        }
        if state.mail.len() >= self.capacity {
            return Err(Refused::Full(envelope));
        }
        state.mail.push_back(envelope);
        let owner = state.owner.take();
        drop(state);
        wake(owner);
        Ok(())
    }

    /// Tells the machine something that overtakes its mail.
    fn push_signal(&self, signal: Signal) {
        let mut state = self.lock();
        if state.ended.is_some() {
            return;
        }
        // A slow spawner needs to hear once that its child lives.
        let pulsed = matches!(signal, Signal::Child(_, ChildEvent::Pulsed));
        if !(pulsed && state.signals.contains(&signal)) {
            state.signals.push_back(signal);
        }
        let owner = state.owner.take();
        drop(state);
        wake(owner);
    }

    /// Waits for the end: ready with the reason, or `waker` is woken under `key`.
    pub(crate) fn poll_closed(
        &self,
        key: &mut Option<u64>,
        context: &mut Context<'_>,
    ) -> Poll<ExitReason> {
        let mut state = self.lock();
        if let Some(reason) = &state.ended {
            return Poll::Ready(reason.clone());
        }
        let own = *key.get_or_insert_with(|| {
            state.next_ticket += 1;
            state.next_ticket
        });
        match state.closed.iter_mut().find(|(key, _)| *key == own) {
            Some((_, waker)) => waker.clone_from(context.waker()),
            None => state.closed.push((own, context.waker().clone())),
        }
        Poll::Pending
    }

    /// Forgets a waker of [`poll_closed`](Self::poll_closed).
    pub(crate) fn forget_closed(&self, own: u64) {
        self.lock().closed.retain(|(key, _)| *key != own);
    }

    /// Ends the mailbox, once. Everything that waits is told why, then everyone who
    /// watches. Returns how many messages were left unread; a second end changes nothing.
    fn close(&self, reason: &ExitReason) -> usize {
        let mut state = self.lock();
        if state.ended.is_some() {
            return 0;
        }
        state.ended = Some(reason.clone());
        state.signals.clear();
        let is_told = state.orders.is_down();
        let mail = std::mem::take(&mut state.mail);
        let watchers = std::mem::take(&mut state.watchers);
        let closed = std::mem::take(&mut state.closed);
        // Parked messages stay: each waiting sender fetches its own back.
        let waiting: Vec<Waker> = state
            .parked
            .iter()
            .map(|parked| parked.waker.clone())
            .collect();
        drop(state);
        let unread = mail.len();
        for envelope in mail {
            if let Some(port) = envelope.port {
                port.refuse(CallError::Died(reason.clone()));
            }
        }
        for (_, waker) in closed {
            waker.wake();
        }
        for waker in waiting {
            waker.wake();
        }
        for watcher in watchers.values() {
            if !is_told {
                watcher.tell_spawner(self.identity, reason);
            }
            watcher.tell_others(self.identity, reason);
        }
        unread
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl<M> Station for Mailbox<M>
where
    M: Machine + 'static,
    M::Message: Send,
    ReplyOf<M>: Send,
{
    fn identity(&self) -> Identity {
        self.identity
    }

    fn notify(&self, signal: Signal) {
        self.push_signal(signal);
    }

    fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        let owner = state.owner.take();
        drop(state);
        wake(owner);
    }

    fn order(&self, order: Order) {
        Mailbox::order(self, order);
    }

    fn watch(&self, watcher: Handle, tie: Tie) {
        let mut state = self.lock();
        if let Some(reason) = state.ended.clone() {
            drop(state);
            let mut watcher = Watcher::new(watcher);
            watcher.tie(tie);
            watcher.tell(self.identity, &reason);
            return;
        }
        let key = watcher.key();
        state
            .watchers
            .entry(key)
            .or_insert_with(|| Watcher::new(watcher))
            .tie(tie);
    }

    fn watchers(&self) -> usize {
        self.lock().watchers.len()
    }

    fn unwatch(&self, watcher: &Handle) {
        let forgotten = self.lock().watchers.remove(&watcher.key());
        // The lock is free again: this may drop the last handle of another mailbox.
        drop(forgotten);
    }

    fn ended(&self) -> Option<ExitReason> {
        Mailbox::ended(self)
    }

    fn poll_closed(&self, key: &mut Option<u64>, context: &mut Context<'_>) -> Poll<ExitReason> {
        Mailbox::poll_closed(self, key, context)
    }

    fn forget_closed(&self, own: u64) {
        Mailbox::forget_closed(self, own);
    }
}

/// The end of a mailbox that takes messages out. There is one; dropped, it closes the mailbox.
pub(crate) struct Inbox<M: Machine> {
    mailbox: Arc<Mailbox<M>>,
}

impl<M: Machine> Inbox<M> {
    /// What to deal with next: to stop, then signals, then mail when `mail` allows it.
    ///
    /// Taking a message makes room, which the sender that has waited longest gets.
    pub(crate) fn poll(&self, mail: bool, context: &mut Context<'_>) -> Poll<Inbound<M>> {
        let mut state = self.mailbox.lock();
        state.resting = false;
        if std::mem::take(&mut state.stop) {
            return Poll::Ready(Inbound::Stop);
        }
        if let Some(signal) = state.signals.pop_front() {
            return Poll::Ready(Inbound::Signal(signal));
        }
        if mail && let Some(envelope) = state.mail.pop_front() {
            let next = state.parked.pop_front();
            let mut waker = None;
            if let Some(parked) = next {
                state.mail.push_back(parked.envelope);
                waker = Some(parked.waker);
            }
            drop(state);
            wake(waker);
            return Poll::Ready(Inbound::Mail(envelope));
        }
        state.resting = true;
        match &mut state.owner {
            Some(owner) => owner.clone_from(context.waker()),
            None => state.owner = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    /// Waits until the machine is asked to stop, and leaves everything else where it is.
    pub(crate) fn poll_stop(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.mailbox.lock();
        // Also when it is: a kill may follow.
        state.owner = Some(context.waker().clone());
        match state.stop {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Takes watchers of that number off that have ended themselves.
    pub(crate) fn forget_ended(&self, id: MachineId) {
        let of_id = StationKey::all(id);
        let watchers: Vec<Handle> = {
            let state = self.mailbox.lock();
            let of_id = state.watchers.range(of_id);
            of_id.map(|(_, watcher)| watcher.handle.clone()).collect()
        };
        for watcher in watchers {
            if watcher.ended().is_some() {
                let forgotten = self.mailbox.lock().watchers.remove(&watcher.key());
                drop(forgotten);
            }
        }
    }

    /// Ends the mailbox: nothing goes in any more, and everyone who waits or watches is told
    /// why. Returns how many messages were left unread; a second end changes nothing.
    pub(crate) fn close(&self, reason: &ExitReason) -> usize {
        self.mailbox.close(reason)
    }
}

impl<M: Machine> Drop for Inbox<M> {
    fn drop(&mut self) {
        self.close(&ExitReason::Dropped);
    }
}
