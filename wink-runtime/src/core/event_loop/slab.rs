//! All machines of one type in one loop, side by side.
//!
//! Must not know: any executor, any clock.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use wink_chart::StateId;

use super::World;
use super::children::Children;
use super::door::{Credit, Door};
use super::fifo::Fifo;
use super::gate;
use super::home::{Seat, What};
use super::inbox::Inbox;
use super::job::Abort;
use super::letter::Letter;
use super::outbox::Outbox;
use super::panic::catch;
use super::record::Record;
use crate::core::child_spec::Grace;
use crate::core::context::Context;
use crate::core::drive::Drive;
use crate::core::effect::ReplyOf;
use crate::core::exit::{Error, ExitReason, Identity, MachineId};
use crate::core::inspect::MachineView;
use crate::core::instance::Instance;
use crate::core::keeper::Keeper;
use crate::core::mailbox::{Mailbox, Order};
use crate::core::observer::Observer;
use crate::core::question::Witness;
use crate::core::signal::Signal;
use crate::core::station::{Handle, Spawner, StationKey};
use crate::core::time::Time;

/// Who is told what a machine's steps do.
pub(crate) type Watching = Box<dyn Observer + Send>;

/// Makes a machine, at every start.
pub(crate) type Maker<M> = Box<dyn FnMut() -> Result<M, Error> + Send>;

/// Where a machine's data comes from.
pub(crate) enum Origin<M> {
    /// It is here.
    Once(M),
    /// It is made at each start: its spawner keeps the machine.
    Again(Maker<M>),
}

/// The place of one machine.
pub(crate) struct Slot<M: Drive> {
    pub(crate) generation: u32,
    pub(crate) gate: u32,
    /// When it started last.
    pub(crate) since: Time,
    pub(crate) instance: Option<Instance<M>>,
    /// Who spawned it, when that was a machine.
    pub(crate) spawner: Option<Arc<Spawner>>,
    pub(crate) rare: Option<Box<Rare<M>>>,
}

/// What few machines need.
pub(crate) struct Rare<M: Drive> {
    /// The machine's number, of one that is not always here.
    pub(crate) id: MachineId,
    /// Itself, as its children have it; made for the first.
    pub(crate) as_spawner: Option<Arc<Spawner>>,
    /// What people call it.
    pub(crate) label: Option<Cow<'static, str>>,
    /// Mail that it cannot take now.
    pub(crate) stash: VecDeque<Letter<M>>,
    /// Letters of its own loop among these.
    pub(crate) held: u32,
    pub(crate) signals: VecDeque<Signal>,
    pub(crate) children: Children,
    /// Machines that have been asked to tell this one of their end.
    pub(crate) watched: BTreeMap<StationKey, Handle>,
    pub(crate) outbox: Outbox,
    pub(crate) observer: Option<Watching>,
    pub(crate) abort: Option<Arc<Abort>>,
    /// The states in which an asynchronous step found it.
    pub(crate) away_in: Vec<StateId>,
    /// When its timer, its pulse and its grace are set in the loop's table.
    pub(crate) armed: [Option<Time>; 3],
    /// It has been asked to stop.
    pub(crate) stopping: bool,
    /// It is to stop when only so many letters are left, which came after that was said.
    pub(crate) drains: Option<usize>,
    /// The child whose end it waits for.
    pub(crate) awaits: Option<Handle>,
    /// It is to end without its exit actions.
    pub(crate) killed: bool,
    /// It is to begin again when its killed step is back.
    pub(crate) restarts: bool,
    /// Why it ends.
    pub(crate) reason: Option<ExitReason>,
    /// Its end has been told; what is left is its asynchronous step.
    pub(crate) is_closed: bool,
    pub(crate) unread: usize,
    /// How long it may go on with an asynchronous step when it is asked to stop.
    pub(crate) grace: Option<Grace>,
    /// How often it shows that it lives.
    pub(crate) pulse: Option<Duration>,
    /// It is kept: how it is made, and what it fails on.
    pub(crate) kept: Option<Kept<M>>,
}

/// What there is of a machine besides itself when its spawner keeps it.
pub(crate) struct Kept<M: Drive> {
    /// Its own: no look behind the door at each start.
    pub(crate) mailbox: Arc<Mailbox<M>>,
    /// Of the last machine, for the next.
    pub(crate) context: Option<Context<M>>,
    pub(crate) make: Maker<M>,
    pub(crate) record: Record,
    /// How often it was started again.
    pub(crate) restarts: u64,
    /// Who keeps its last snapshot.
    pub(crate) keeper: Option<Box<dyn Keeper<M>>>,
    /// It is to end for good.
    pub(crate) is_buried: bool,
    /// It is to be down until its spawner is started again.
    pub(crate) is_held: bool,
    /// Its own children that are, the youngest first, while it ends.
    pub(crate) holds: Vec<Handle>,
    /// Who asked the question that is being handled.
    pub(crate) witness: Option<Witness<ReplyOf<M>>>,
}

impl<M: Drive> Default for Rare<M> {
    fn default() -> Self {
        Self {
            id: MachineId(0),
            as_spawner: None,
            label: None,
            stash: VecDeque::new(),
            held: 0,
            signals: VecDeque::new(),
            children: Children::default(),
            watched: BTreeMap::new(),
            outbox: Outbox::default(),
            observer: None,
            abort: None,
            away_in: Vec::new(),
            armed: [None; 3],
            stopping: false,
            drains: None,
            awaits: None,
            killed: false,
            restarts: false,
            reason: None,
            is_closed: false,
            unread: 0,
            grace: None,
            pulse: None,
            kept: None,
        }
    }
}

impl<M: Drive> Slot<M> {
    pub(crate) const VACANT: Self = Self {
        generation: 0,
        gate: gate::VACANT,
        since: Time::ZERO,
        instance: None,
        spawner: None,
        rare: None,
    };

    pub(crate) fn rare(&mut self) -> &mut Rare<M> {
        self.rare.get_or_insert_default()
    }

    /// Whether there is mail for a machine whose launch is on the way, and no machine.
    fn is_empty(&self) -> bool {
        let is_kept = self.rare.as_ref().is_some_and(|rare| rare.kept.is_some());
        let is_elsewhere = self.gate & (gate::AWAY | gate::DOWN | gate::ENDING) != 0;
        self.instance.is_none() && !is_kept && !is_elsewhere
    }

    pub(crate) fn identity(&self) -> Identity {
        let own = self.instance.as_ref().and_then(|own| own.parts.cx.number());
        let away = self.rare.as_ref().map(|rare| rare.id);
        let id = own.or(away).unwrap_or(MachineId(0));
        Identity::new(id, &M::CHART.name)
    }
}

pub(crate) struct Slab<M: Drive> {
    pub(crate) door: Arc<Door<M>>,
    pub(crate) slots: Vec<Slot<M>>,
    /// What the door's inbox is exchanged for: empty.
    pub(crate) arrived: Box<Inbox<M>>,
    /// Letters that are being handed out. What comes meanwhile goes into the queue.
    pub(crate) batch: Fifo<Letter<M>>,
    /// Letters handled that the door has counted.
    pub(crate) credits: Vec<Credit>,
    /// For how many letters of one machine the door is told at the end of the turn only.
    pub(super) may_owe: u32,
}

/// A slab, whatever its machines.
pub(crate) trait AnySlab: Send {
    /// Takes what has come through the door.
    fn drain(&mut self, world: &mut World);

    /// Handles letters, at most so many; how many it were. A panic goes through to the caller, who
    /// says that it has [`failed`](Self::failed).
    fn run(&mut self, world: &mut World, budget: usize) -> usize;

    /// As [`run`](Self::run), as long as each letter is alone; none, when it is for `run`.
    fn run_lone(&mut self, world: &mut World, budget: usize) -> usize;

    /// The step that [`run`](Self::run) was at has panicked.
    fn failed(&mut self, error: Error, world: &mut World);

    /// Tells the door which letters have been handled.
    fn give_room(&mut self);

    /// Has a machine answer the question that lies there: see [`Slab::answer`].
    fn answer(&mut self, at_once: bool, world: &mut World) -> bool;

    fn order(&mut self, seat: Seat, what: What, world: &mut World);

    fn signal(&mut self, seat: Seat, signal: Signal, world: &mut World);

    /// Gives new machines of this loop their slots: the next ones, as long as they are of its type.
    fn hatch_next(&mut self, world: &mut World);

    /// Starts the machines whose turn it is, as long as they are of its type.
    fn start_next(&mut self, world: &mut World);

    /// Mail that has waited, when there is nothing more that keeps it.
    fn resume(&mut self, seat: Seat, world: &mut World);

    /// A time has come that was set.
    fn due(&mut self, seat: Seat, kind: usize, world: &mut World);

    /// Whether what was blocked still is.
    fn retry(&mut self, seat: Seat, world: &mut World) -> bool;

    /// Tells the spawners of machines of a loop that has stood still for so long.
    fn silence(&mut self, home: u32, time: Duration, world: &mut World);

    /// Tells of one machine, or of all of them as long as there are not too many; how many
    /// there are.
    fn inspect(
        &mut self,
        only: Option<Seat>,
        limit: usize,
        world: &mut World,
        views: &mut Vec<MachineView>,
    ) -> usize;
}

impl<M: Drive> Slab<M> {
    pub(crate) fn new(door: Arc<Door<M>>) -> Self {
        Self {
            door,
            slots: Vec::new(),
            arrived: Box::default(),
            batch: Fifo::new(),
            credits: Vec::new(),
            may_owe: 0,
        }
    }

    pub(crate) fn seat(&self, slot: u32) -> Seat {
        Seat {
            slab: self.door.index,
            slot,
            generation: self.slots[slot as usize].generation,
        }
    }

    /// The slot of that machine, if it still sits there.
    pub(crate) fn find(&self, seat: Seat) -> Option<&Slot<M>> {
        let slot = self.slots.get(seat.slot as usize)?;
        (slot.generation == seat.generation && slot.gate & gate::VACANT == 0).then_some(slot)
    }

    pub(crate) fn grow(&mut self, slot: u32) {
        let index = slot as usize;
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, || Slot::VACANT);
        }
    }

    /// What becomes of a letter whose machine cannot simply be given it.
    pub(crate) fn divert(&mut self, letter: Letter<M>, world: &mut World) {
        let (index, generation) = (letter.to.slot(), letter.to.generation());
        self.grow(index);
        let slot = &mut self.slots[index as usize];
        if slot.generation < generation && slot.gate & gate::VACANT != 0 {
            // Its launch is still on the way.
            slot.generation = generation;
            slot.gate = gate::UNSTARTED;
        }
        if slot.generation != generation || slot.gate & gate::VACANT != 0 {
            // Counted as unread when its machine ended.
            return;
        }
        if slot.gate & gate::SHUT == 0 && slot.gate & gate::STASHED == 0 {
            return self.give(index, letter, world);
        }
        slot.gate |= gate::STASHED;
        slot.rare().put_by(letter);
        self.limit(index);
    }

    /// The mailbox of the machine that sits there, until its end has been told.
    pub(super) fn mailbox(&self, index: u32) -> Option<Arc<Mailbox<M>>> {
        let rare = self.slots[index as usize].rare.as_ref();
        match rare.and_then(|rare| rare.kept.as_ref()) {
            Some(kept) if !kept.is_buried => Some(kept.mailbox.clone()),
            _ => self.door.mailbox(self.seat(index)),
        }
    }

    /// The step under way has panicked.
    pub(super) fn panicked(&mut self, error: Error, world: &mut World) {
        let index = world.home.current.slot();
        let slot = &mut self.slots[index as usize];
        if let Some(instance) = &mut slot.instance {
            world.take_back(&mut instance.parts.cx.post);
            match &world.watch {
                Some(_) => instance.crash(error.clone()),
                None => instance.parts.cx.break_off(&error),
            }
        }
        world.post.now.set(world.now);
        self.note_failure(index, &error, world);
        let error = self.with_steps(index, error, world);
        self.explain(index, &error);
        world.post.rollback();
        self.hand_over_gathered(world);
        self.ended(index, error.into(), world);
    }

    /// As [`Any`], the machine's own type again.
    pub(crate) fn open<T: 'static>(parcel: Box<dyn Any + Send>) -> Option<Box<T>> {
        parcel.downcast().ok()
    }

    /// Runs `step` on the slab; a panic in it ends the machine whose step it was.
    pub(crate) fn guard(&mut self, world: &mut World, step: impl FnOnce(&mut Self, &mut World)) {
        let turn = world.home.current.turn();
        // What the last step has sent stays sent, whatever fails here.
        world.post.end();
        if let Err(error) = catch(|| step(self, world)) {
            self.panicked(error, world);
        }
        world.home.current.enter(turn);
    }
}

impl<M: Drive> AnySlab for Slab<M> {
    fn drain(&mut self, world: &mut World) {
        self.door.lock().take(&mut self.arrived);
        world.post.receive(&self.door, &mut self.arrived);
    }

    fn run(&mut self, world: &mut World, budget: usize) -> usize {
        self.hand_out(world, budget)
    }

    fn run_lone(&mut self, world: &mut World, budget: usize) -> usize {
        self.hand_lone(world, budget)
    }

    fn failed(&mut self, error: Error, world: &mut World) {
        self.batch.close();
        self.panicked_when_asked(error, world);
        world.post.end_turn(&self.door, &mut self.batch);
        self.give_room();
    }

    fn give_room(&mut self) {
        self.pay_credits();
    }

    fn answer(&mut self, at_once: bool, world: &mut World) -> bool {
        Slab::answer(self, at_once, world)
    }

    fn order(&mut self, seat: Seat, what: What, world: &mut World) {
        self.give_room();
        let what = match what {
            What::Launch(egg) => return self.hatch(egg, world),
            what => what,
        };
        if let What::Abandon {
            mailbox,
            unread,
            leaving,
        } = what
        {
            self.abandon(mailbox, unread, world);
            return drop(leaving);
        }
        if self.find(seat).is_none_or(Slot::is_empty) {
            // Not there yet, or no longer.
            return;
        }
        let index = seat.slot;
        match what {
            What::Launch(_)
            | What::Inspect(_)
            | What::Silence(..)
            | What::Tied(..)
            | What::Abandon { .. } => {}
            What::Stop => self.stop(index, world),
            What::Drain => self.drain_mail(index, world),
            What::Returned(returned) => self.returned(index, returned, world),
            What::Fail(error) => self.end_at_once(index, error.into(), world),
            What::Gone(child) => self.gone(index, child, world),
            What::Hold => self.hold(index, world),
            What::Held(child) => self.held(index, child, world),
            What::Retry => world.retry_later(seat),
            What::Untangle => self.untangle(index, world),
            What::Order(Order::Restart) => self.restart(index, world),
            What::Order(Order::Bury) => self.bury(index, world),
            What::Order(Order::Kill) => self.kill(index, world),
        }
    }

    fn signal(&mut self, seat: Seat, signal: Signal, world: &mut World) {
        if self.find(seat).is_some() {
            self.notice(seat.slot, signal, world);
        }
    }

    fn hatch_next(&mut self, world: &mut World) {
        self.hatch_all(world);
    }

    fn start_next(&mut self, world: &mut World) {
        self.start_all(world);
    }

    fn resume(&mut self, seat: Seat, world: &mut World) {
        if self.find(seat).is_some() {
            self.unstash(seat.slot, world);
        }
    }

    fn due(&mut self, seat: Seat, kind: usize, world: &mut World) {
        if self.find(seat).is_some() {
            self.time_has_come(seat.slot, kind, world);
        }
    }

    fn retry(&mut self, seat: Seat, world: &mut World) -> bool {
        self.find(seat).is_some() && self.retry_outbox(seat.slot, world)
    }

    fn silence(&mut self, home: u32, time: Duration, world: &mut World) {
        self.tell_silence(home, time, world);
    }

    fn inspect(
        &mut self,
        only: Option<Seat>,
        limit: usize,
        world: &mut World,
        views: &mut Vec<MachineView>,
    ) -> usize {
        self.look(only, limit, world, views)
    }
}
