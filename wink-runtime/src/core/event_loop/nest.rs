//! Machines that steps have spawned in their own loop, until each has its slot: when the step
//! has completed, before any order or mail is looked at.
//!
//! Must not know of: how machines start and end.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::children::Children;
use super::door::Door;
use super::egg::Newcomer;
use super::home::{Home, Seat};
use super::post::Post;
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::exit::MachineId;
use crate::core::mailbox::Mailbox;
use crate::core::station::Spawner;

/// So many slots or numbers are taken at once, at most, by a step that spawns many machines.
const STOCK: usize = 64;

/// The new machines of one type.
pub(crate) struct Nest<M: Drive> {
    door: Arc<Door<M>>,
    eggs: VecDeque<Newcomer<M>>,
    /// How many of these, the last ones, have no desk yet.
    unlisted: usize,
    /// Slots that nobody else is given, with the generations of their last machines; the next one
    /// is the last.
    vacant: Vec<(u32, u32)>,
}

impl<M: Drive> Nest<M> {
    pub(crate) fn new(door: Arc<Door<M>>) -> Self {
        Self {
            door,
            eggs: VecDeque::new(),
            unlisted: 0,
            vacant: Vec::new(),
        }
    }

    /// A place for a new machine.
    fn seat(&mut self) -> Seat {
        if self.vacant.is_empty() {
            let mut door = self.door.lock();
            let stock = self.unlisted.clamp(1, STOCK);
            self.vacant.extend((0..stock).map(|_| door.vacancy()));
            drop(door);
            self.vacant.reverse();
        }
        let (slot, before) = self.vacant.pop().unwrap_or((u32::MAX, 0));
        Seat {
            slab: self.door.index,
            slot,
            generation: before + 1,
        }
    }
}

impl<M: Drive> Drop for Nest<M> {
    fn drop(&mut self) {
        self.abandon_all();
    }
}

/// A nest, whatever its machines.
pub(crate) trait AnyNest: Any + Send {
    /// So many more of those that the step under way has spawned, the oldest first, may be found
    /// from here on, and are these children.
    fn list(&mut self, count: usize, children: &mut Children);

    /// The youngest is never to start.
    fn abandon_youngest(&mut self);

    /// None of them is to start.
    fn abandon_all(&mut self);
}

impl<M: Drive> AnyNest for Nest<M> {
    fn list(&mut self, count: usize, children: &mut Children) {
        let first = self.eggs.len() - self.unlisted;
        self.unlisted -= count;
        let mut door = self.door.lock();
        for egg in self.eggs.range(first..first + count) {
            door.enter(&egg.mailbox);
            children.push_here(self.door.index, egg.mailbox.spot());
        }
        if self.vacant.is_empty() {
            // A step that spawns one machine so takes the lock once.
            self.vacant.push(door.vacancy());
        }
    }

    fn abandon_youngest(&mut self) {
        if let Some(egg) = self.eggs.pop_back() {
            self.unlisted = self.unlisted.saturating_sub(1);
            egg.abandon();
        }
    }

    fn abandon_all(&mut self) {
        self.unlisted = 0;
        for egg in self.eggs.drain(..) {
            egg.abandon();
        }
    }
}

/// New machines of one type that one step has spawned one after another. Their eggs are in the nest
/// of their slab.
pub(crate) struct Brood {
    slab: u32,
    pub(crate) count: usize,
    pub(crate) spawner: Option<Arc<Spawner>>,
}

/// All nests of a loop.
#[derive(Default)]
pub(crate) struct Nests {
    nests: Vec<Box<dyn AnyNest>>,
    slabs: BTreeMap<TypeId, u32>,
    /// What was looked up there last.
    last: Option<(TypeId, u32)>,
    /// In the order in which they were spawned.
    broods: VecDeque<Brood>,
    /// How many of these, the last ones, are of the step under way.
    fresh: usize,
    /// How many machines are in those. The system has not counted them.
    uncounted: usize,
    /// Numbers for the next ones of the step under way.
    ids: Range<u64>,
}

impl Nests {
    pub(crate) fn add(&mut self, nest: Box<dyn AnyNest>) {
        self.nests.push(nest);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.nests.len()
    }

    #[inline]
    fn nest<M: Drive>(&mut self, slab: u32) -> Option<&mut Nest<M>> {
        let nest: &mut dyn Any = &mut **self.nests.get_mut(slab as usize)?;
        nest.downcast_mut()
    }

    /// Whether the step under way has spawned any.
    #[inline(always)]
    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh > 0
    }

    /// Whether any wait for their slot.
    #[inline(always)]
    pub(crate) fn is_waiting(&self) -> bool {
        !self.broods.is_empty()
    }

    /// The slab of the next ones that are to have their slots.
    pub(crate) fn next(&self) -> Option<u32> {
        self.broods.front().map(|brood| brood.slab)
    }

    /// The next ones, when they are of that slab.
    pub(crate) fn next_of(&mut self, slab: u32) -> Option<Brood> {
        let brood = self.broods.front()?;
        if brood.slab != slab {
            return None;
        }
        self.broods.pop_front()
    }

    /// Takes the machines out of their nest, the next one first.
    pub(crate) fn take_eggs<M: Drive>(&mut self, slab: u32) -> VecDeque<Newcomer<M>> {
        let nest = self.nest::<M>(slab);
        nest.map_or_else(VecDeque::new, |nest| mem::take(&mut nest.eggs))
    }

    /// Puts them back, less the first ones. No step has spawned any meanwhile.
    pub(crate) fn put_back<M: Drive>(&mut self, slab: u32, eggs: VecDeque<Newcomer<M>>) {
        if let Some(nest) = self.nest::<M>(slab) {
            nest.eggs = eggs;
        }
    }

    /// How many machines of this loop the step under way has spawned.
    pub(crate) fn uncounted(&self) -> usize {
        self.uncounted
    }

    /// A number that no machine of the system has had.
    #[inline]
    fn next_id(&mut self, home: &Home) -> MachineId {
        if self.ids.is_empty() {
            let stock = self.uncounted.clamp(1, STOCK);
            self.ids = home.site().next_ids(stock as u64);
        }
        let id = self.ids.start;
        self.ids.start += 1;
        MachineId(id)
    }

    /// One more machine of that slab was spawned.
    #[inline]
    fn note(&mut self, slab: u32) {
        self.uncounted += 1;
        match self.broods.back_mut() {
            Some(brood) if self.fresh > 0 && brood.slab == slab => brood.count += 1,
            _ => {
                self.fresh += 1;
                self.broods.push_back(Brood {
                    slab,
                    count: 1,
                    spawner: None,
                });
            }
        }
    }

    /// Has the system count the machines that the step under way has spawned; in how many broods
    /// they are.
    fn count(&mut self, home: &Home) -> usize {
        let unused = mem::take(&mut self.ids);
        if !unused.is_empty() {
            home.site().give_back(unused);
        }
        home.count(mem::take(&mut self.uncounted));
        mem::take(&mut self.fresh)
    }

    /// The loop is gone: none starts.
    pub(crate) fn abandon(&mut self) {
        for nest in &mut self.nests {
            nest.abandon_all();
        }
        self.broods.clear();
    }
}

impl Post {
    /// Spawns a machine of this loop for the step under way.
    ///
    /// # Errors
    /// What would have laid its egg, when there is no door to its slab any more.
    #[inline]
    pub(crate) fn spawn<M: Drive, L>(&mut self, capacity: usize, lay: L) -> Result<Address<M>, L>
    where
        L: FnOnce(Arc<Mailbox<M>>) -> Newcomer<M>,
    {
        let Some(slab) = self.slab_of::<M>() else {
            return Err(lay);
        };
        let id = self.nests.next_id(&self.home);
        let Some(nest) = self.nests.nest::<M>(slab) else {
            return Err(lay);
        };
        let seat = nest.seat();
        let door = nest.door.clone();
        let mailbox = Arc::new(Mailbox::new(door, seat, id, capacity, false));
        mailbox.limit().set(mailbox.capacity());
        nest.eggs.push_back(lay(mailbox.clone()));
        nest.unlisted += 1;
        self.nests.note(slab);
        self.note_birth();
        Ok(Address::of(mailbox))
    }

    /// Has the system count the machines that the step under way has spawned, and the door know
    /// of them: once for all of them. They are that spawner's children.
    pub(crate) fn adopt(&mut self, spawner: &Arc<Spawner>, children: &mut Children) {
        let fresh = self.nests.count(&self.home);
        let Nests { nests, broods, .. } = &mut self.nests;
        let first = broods.len() - fresh;
        for brood in broods.range_mut(first..) {
            brood.spawner = Some(spawner.clone());
            if let Some(nest) = nests.get_mut(brood.slab as usize) {
                nest.list(brood.count, children);
            }
        }
    }

    /// What the step under way has spawned never starts.
    pub(crate) fn abandon_newcomers(&mut self) {
        if !self.nests.is_fresh() {
            return;
        }
        for _ in 0..self.nests.count(&self.home) {
            let Some(Brood { slab, count, .. }) = self.nests.broods.pop_back() else {
                break;
            };
            if let Some(nest) = self.nests.nests.get_mut(slab as usize) {
                (0..count).for_each(|_| nest.abandon_youngest());
            }
        }
    }

    #[inline]
    fn slab_of<M: Drive>(&mut self) -> Option<u32> {
        let key = TypeId::of::<M>();
        match self.nests.last {
            Some((last, slab)) if last == key => Some(slab),
            _ => self.look_up::<M>(key),
        }
    }

    #[inline(never)]
    fn look_up<M: Drive>(&mut self, key: TypeId) -> Option<u32> {
        let slab = match self.nests.slabs.get(&key) {
            Some(slab) => *slab,
            None => {
                let slab = self.home().door::<M>()?.index;
                self.catch_up(slab);
                self.nests.slabs.insert(key, slab);
                slab
            }
        };
        self.nests.last = Some((key, slab));
        Some(slab)
    }
}

impl Home {
    /// So many machines have been given their places here.
    pub(crate) fn count(&self, machines: usize) {
        self.machines().fetch_add(machines, Ordering::Relaxed);
        self.site().begun(machines);
    }
}
