//! A link: what two nodes have between them while they are connected.
//!
//! Machines of the peer are mailboxes in the link's home ([`outlet`](super::outlet)); instead of
//! a loop, the link's task takes their letters and sends them on. Machines here that the peer
//! knows of are numbered ([`inlet`](super::inlet)). Everything that is ready goes out in one
//! write.

mod incoming;
mod open;
mod run;
mod site;
mod turns;

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot, watch};

use super::codec::Remote;
use super::inlet::{Inlet, MachineHere};
use super::keys::Holder;
use super::local::Local;
use super::outlet::{MachinesAbroad, OUTLETS, Outlet};
use super::request::{Incoming, Outgoing};
use crate::core::address::Address;
use crate::core::event::PeerEvent;
use crate::core::event_loop::home::{Home, Seat};
use crate::core::exit::{Error, ExitReason, MachineId, Sender};
use crate::core::station::{Handle, StationKey, Tie};
use crate::core::time::Time;
use crate::core::wire::fence::PeerKey;
use crate::core::wire::frame::{self, Frame};
use crate::core::wire::handshake::Agreement;
use crate::core::wire::heartbeat::Pulse;
use crate::link::ear;

pub(super) use open::open;
pub(super) use site::Elsewhere;
#[cfg(test)]
pub(super) use turns::TURN;

/// How many senders are remembered as introduced; beyond, they are introduced anew.
const INTRODUCED: usize = 65_536;

pub(super) struct Link {
    local: Arc<Local>,
    holder: Holder,
    /// Where the peer is: where it says that it is reached, else where it connects from.
    address: String,
    agreement: Agreement,
    /// What this side calls the link.
    epoch: u64,
    home: Arc<Home>,
    outlets: Mutex<Outlets>,
    /// The peer's machines by their numbers.
    abroad: Mutex<BTreeMap<u64, Abroad>>,
    exports: Mutex<Exports>,
    introduced: Mutex<BTreeSet<MachineId>>,
    /// Who the peer's senders are, by their numbers in its system.
    senders: Mutex<BTreeMap<u64, Sender>>,
    /// Machines here that hear of the ends of machines there: by their number and that one's.
    ties: Mutex<BTreeMap<(u64, u64), bool>>,
    /// What goes out next.
    mail: Mutex<Vec<u8>>,
    control: Mutex<Vec<u8>>,
    control_waits: Notify,
    /// Room in `control` has come.
    control_room: Notify,
    /// Machines that were asked for by name.
    reaching: Mutex<BTreeMap<u64, oneshot::Sender<Reached>>>,
    pub(super) outgoing: Outgoing,
    pub(super) incoming: Incoming,
    pulse: Mutex<Pulse>,
    lost: watch::Sender<Option<ExitReason>>,
    /// On which streams the peer has said farewell.
    farewells: AtomicU8,
    /// This side wants to end it, for this reason.
    leaving: watch::Sender<Option<String>>,
}

/// What comes of asking for a machine: the machine, or a code and why not.
type Reached = Result<frame::Machine, (u8, String)>;

#[derive(Default)]
struct Outlets {
    list: Vec<Arc<dyn Outlet>>,
    by_type: BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

#[derive(Clone)]
struct Abroad {
    outlet: Arc<dyn Outlet>,
    /// The outlet, with its type.
    typed: Arc<dyn Any + Send + Sync>,
    seat: Seat,
}

#[derive(Default)]
struct Exports {
    list: Vec<Option<Arc<dyn Inlet>>>,
    /// The addresses, each of its type.
    typed: Vec<Option<Arc<dyn Any + Send + Sync>>>,
    numbers: BTreeMap<StationKey, u64>,
    /// Who hears of their ends, for each.
    ears: BTreeMap<u64, Handle>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic runs under these locks but the allocator.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    pub(super) fn home(&self) -> &Arc<Home> {
        &self.home
    }

    pub(super) fn local(&self) -> &Arc<Local> {
        &self.local
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.holder
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Who is at the other end, for people.
    pub(super) fn peer(&self) -> String {
        format!("{} at {}", self.holder, self.address)
    }

    pub(super) fn key(&self) -> PeerKey {
        let address = self.agreement.peer.address.clone();
        (self.holder.name.clone(), address)
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Which run of the peer it is.
    pub(super) fn incarnation(&self) -> u64 {
        self.agreement.peer.incarnation
    }

    /// Why the link is over, for people.
    pub(super) fn why_lost(&self) -> String {
        match &*self.lost.borrow() {
            Some(reason) => reason.to_string(),
            None => "the link is over".to_owned(),
        }
    }

    /// Asks for a machine by its name; the answer goes to `waits`, or nothing when the link is
    /// lost first.
    pub(super) fn ask_for(
        &self,
        name: &str,
        machine: &str,
        fingerprint: u64,
        waits: oneshot::Sender<Reached>,
    ) {
        let request = self.outgoing.number();
        lock(&self.reaching).insert(request, waits);
        if self.is_lost() {
            lock(&self.reaching).clear();
        }
        self.command(&Frame::Reach {
            request,
            name,
            machine,
            fingerprint,
        });
    }

    /// The machine here that the peer knows by that number.
    pub(super) fn own<M: Remote>(&self, machine: u64) -> Option<Address<M>> {
        let index = usize::try_from(machine).ok()?;
        let typed = lock(&self.exports).typed.get(index)?.clone()?;
        let address = typed.downcast::<Address<M>>().ok()?;
        Some((*address).clone())
    }

    /// How long a frame to the peer may be.
    pub(super) fn longest_frame(&self) -> usize {
        self.agreement.frame as usize
    }

    /// When the peer has last shown that it lives.
    pub(super) fn heard(&self) -> Time {
        lock(&self.pulse).last_heard()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.borrow().is_some()
    }

    /// Waits until the link is over.
    pub(super) async fn closed(&self) -> ExitReason {
        let mut lost = self.lost.subscribe();
        match lost.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or(ExitReason::Dropped),
            // The sender is the link's own.
            Err(_) => ExitReason::Dropped,
        }
    }

    /// Ends the link in good order, when everything that was sent has arrived.
    pub(super) fn leave(&self, why: impl Into<String>) {
        let why = why.into();
        self.leaving.send_if_modified(|leaving| {
            let is_first = leaving.is_none();
            leaving.get_or_insert(why);
            is_first
        });
    }

    /// Runs a future for as long as the link lasts.
    pub(super) fn spawn(self: &Arc<Self>, future: impl Future<Output = ()> + Send + 'static) {
        let link = self.clone();
        self.local.runtime.spawn(async move {
            tokio::select! {
                biased;
                () = future => {}
                _ = link.closed() => {}
            }
        });
    }

    /// Adds to what goes out next.
    pub(super) fn post(&self, write: impl FnOnce(&mut Vec<u8>)) {
        let mut mail = lock(&self.mail);
        let was_empty = mail.is_empty();
        write(&mut mail);
        drop(mail);
        if was_empty {
            self.home.wake();
        }
    }

    /// Adds to what goes out next, past all mail.
    pub(super) fn command(&self, frame: &Frame<'_>) {
        frame.write(&mut lock(&self.control));
        self.control_waits.notify_one();
    }

    /// As [`command`](Self::command), but waits while much is on its way.
    pub(super) async fn command_in_turn(&self, frame: &Frame<'_>) {
        loop {
            let room = self.control_room.notified();
            if lock(&self.control).len() < (1 << 20) || self.is_lost() {
                break;
            }
            tokio::select! {
                () = room => {}
                _ = self.closed() => {}
            }
        }
        self.command(frame);
    }

    /// Whether the peer has not heard of that sender.
    pub(super) fn must_introduce(&self, sender: MachineId) -> bool {
        let mut introduced = lock(&self.introduced);
        if introduced.len() >= INTRODUCED {
            introduced.clear();
        }
        introduced.insert(sender)
    }

    fn outlet<M: Remote>(&self) -> Option<Arc<MachinesAbroad<M>>> {
        let mut outlets = lock(&self.outlets);
        if let Some(known) = outlets.by_type.get(&TypeId::of::<M>()) {
            return known.clone().downcast().ok();
        }
        if outlets.list.len() >= OUTLETS {
            return None;
        }
        let index = u32::try_from(outlets.list.len()).unwrap_or(u32::MAX);
        let outlet = Arc::new(MachinesAbroad::<M>::new(&self.home, index));
        outlets.by_type.insert(TypeId::of::<M>(), outlet.clone());
        outlets.list.push(outlet.clone());
        Some(outlet)
    }

    /// The address of a machine that the peer has told of.
    ///
    /// # Errors
    /// When it was told of as another kind of machine, or when there are too many.
    pub(super) fn enter<M: Remote>(&self, machine: frame::Machine) -> Result<Address<M>, String> {
        let many = || "more machines of one peer than this node bears".to_owned();
        let outlet = self.outlet::<M>().ok_or_else(many)?;
        let mut abroad = lock(&self.abroad);
        if let Some(known) = abroad.get(&machine.machine) {
            let typed = known.typed.clone().downcast::<MachinesAbroad<M>>();
            let address = typed.ok().and_then(|outlet| outlet.address(known.seat));
            return address.ok_or_else(|| "it is known as another kind of machine".to_owned());
        }
        if abroad.len() >= self.local.settings.limits.machines as usize {
            return Err(many());
        }
        let (address, seat) = outlet.open(machine.machine, machine.window);
        if let Some(reason) = self.lost.borrow().clone() {
            drop(abroad);
            outlet.end(seat, &reason);
            return Ok(address);
        }
        let entry = Abroad {
            outlet: outlet.clone(),
            typed: outlet,
            seat,
        };
        abroad.insert(machine.machine, entry);
        drop(abroad);
        lock(&self.senders).insert(machine.number, address.mailbox().sender());
        Ok(address)
    }

    /// The number that the peer has given that machine, if it is one of its own.
    pub(super) fn number_there<M: Remote>(&self, address: &Address<M>) -> Option<u64> {
        if address.mailbox().home().number() != self.home.number() {
            return None;
        }
        let outlet = lock(&self.outlets).by_type.get(&TypeId::of::<M>()).cloned();
        let outlet = outlet?.downcast::<MachinesAbroad<M>>().ok()?;
        outlet.number(address.mailbox().seat())
    }

    /// Tells the peer of a machine: its number on this link.
    ///
    /// # Errors
    /// When the peer knows of too many.
    pub(super) fn tell_of<M: Remote>(
        self: &Arc<Self>,
        address: &Address<M>,
    ) -> Result<frame::Machine, String> {
        let handle = address.handle();
        let limits = self.local.settings.limits;
        let window = address.mailbox().capacity().min(limits.window).max(1);
        let mut exports = lock(&self.exports);
        let known = exports.numbers.get(&handle.key()).copied();
        let number = match known {
            Some(number) => number,
            None => {
                if exports.list.len() >= limits.machines as usize {
                    return Err("the peer knows of too many machines here".to_owned());
                }
                let number = exports.list.len() as u64;
                let here = MachineHere::new(address.clone(), self, number, window);
                exports.list.push(Some(Arc::new(here)));
                exports.typed.push(Some(Arc::new(address.clone())));
                exports.numbers.insert(handle.key(), number);
                number
            }
        };
        drop(exports);
        if known.is_none() {
            self.listen(number, &handle);
        }
        Ok(frame::Machine {
            machine: number,
            number: handle.identity().id().get(),
            window,
        })
    }

    /// Has the peer told when that machine ends.
    fn listen(self: &Arc<Self>, machine: u64, handle: &Handle) {
        let link = Arc::downgrade(self);
        let listener = ear("link", move |down| {
            let Some(link) = link.upgrade() else { return };
            let reason = down.reason().clone();
            link.post(|bytes| Frame::Ended { machine, reason }.write(bytes));
            link.forget(machine);
        });
        lock(&self.exports).ears.insert(machine, listener.clone());
        // The last thing: it may have ended, and then hears of it now.
        handle.watch(listener, Tie::Monitor);
    }

    /// A machine here has ended: its number is not used again.
    fn forget(&self, machine: u64) {
        let mut exports = lock(&self.exports);
        let Some(inlet) = exports
            .list
            .get_mut(machine as usize)
            .and_then(Option::take)
        else {
            return;
        };
        let typed = exports.typed[machine as usize].take();
        exports.numbers.remove(&inlet.handle().key());
        lock(&self.ties).retain(|tie, _| tie.0 != machine);
        let listener = exports.ears.remove(&machine);
        drop(exports);
        drop((inlet, typed, listener));
    }

    fn export(&self, machine: u64) -> Option<Arc<dyn Inlet>> {
        let index = usize::try_from(machine).ok()?;
        lock(&self.exports).list.get(index)?.clone()
    }

    /// The link is over: every machine there is lost to this node, and nobody waits any more.
    pub(super) fn lose(&self, why: &str) {
        let reason = ExitReason::Errored(Error::lost(&*self.address, why));
        let is_first = self.lost.send_if_modified(|lost| {
            let is_first = lost.is_none();
            lost.get_or_insert_with(|| reason.clone());
            is_first
        });
        if !is_first {
            return;
        }
        let abroad = std::mem::take(&mut *lock(&self.abroad));
        for machine in abroad.into_values() {
            machine.outlet.end(machine.seat, &reason);
        }
        let outlets = lock(&self.outlets).list.clone();
        for outlet in outlets {
            outlet.lose(&reason);
        }
        let exports = std::mem::take(&mut *lock(&self.exports));
        self.cut_ties(&exports, &reason);
        for (machine, listener) in &exports.ears {
            let inlet = exports.list.get(*machine as usize);
            if let Some(inlet) = inlet.and_then(Option::as_ref) {
                inlet.handle().unwatch(listener);
            }
        }
        drop(exports);
        // Dropped, they are errors to those who wait.
        let reaching = std::mem::take(&mut *lock(&self.reaching));
        drop(reaching);
        self.outgoing.lose(why);
        self.incoming.lose();
        self.control_room.notify_waiters();
        self.report(match self.has_parted() {
            true => PeerEvent::Left(why.to_owned()),
            false => PeerEvent::Lost(why.to_owned()),
        });
    }
}
