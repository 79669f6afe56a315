//! Machines that steps have spawned in their own loop, until each has its slot: when the step
//! has completed, before any order or mail is looked at.
//!
//! Must not know of: how machines start and end.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::door::Door;
use super::egg::Egg;
use super::home::Seat;
use super::post::Post;
use crate::core::address::Address;
use crate::core::drive::Drive;
use crate::core::station::{Handle, Spawner};

/// The new machines of one type.
pub(crate) struct Nest<M: Drive> {
    door: Arc<Door<M>>,
    eggs: VecDeque<Egg<M>>,
}

impl<M: Drive> Nest<M> {
    pub(crate) fn new(door: Arc<Door<M>>) -> Self {
        Self {
            door,
            eggs: VecDeque::new(),
        }
    }
}

/// A nest, whatever its machines.
pub(crate) trait AnyNest: Any + Send {
    /// The youngest is never to start.
    fn abandon_youngest(&mut self);

    /// None of them is to start.
    fn abandon_all(&mut self);
}

impl<M: Drive> AnyNest for Nest<M> {
    fn abandon_youngest(&mut self) {
        drop(self.eggs.pop_back());
    }

    fn abandon_all(&mut self) {
        self.eggs.clear();
    }
}

/// One new machine, whatever its type; its egg is in the nest of its slab.
pub(crate) struct Hatching {
    pub(crate) seat: Seat,
    /// Taken by its spawner.
    child: Option<Handle>,
    pub(crate) spawner: Option<Arc<Spawner>>,
}

/// All nests of a loop.
#[derive(Default)]
pub(crate) struct Nests {
    nests: Vec<Box<dyn AnyNest>>,
    slabs: BTreeMap<TypeId, u32>,
    /// In the order in which they were spawned.
    hatching: VecDeque<Hatching>,
    /// How many of these, the last ones, the step under way has spawned.
    fresh: usize,
}

impl Nests {
    pub(crate) fn add(&mut self, nest: Box<dyn AnyNest>) {
        self.nests.push(nest);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.nests.len()
    }

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
        !self.hatching.is_empty()
    }

    /// Gives those that the step under way has spawned their spawner, and their handles to it.
    pub(crate) fn adopt(&mut self, spawner: &Arc<Spawner>, mut child: impl FnMut(Handle)) {
        let first = self.hatching.len() - std::mem::take(&mut self.fresh);
        for hatching in self.hatching.range_mut(first..) {
            hatching.spawner = Some(spawner.clone());
            if let Some(handle) = hatching.child.take() {
                child(handle);
            }
        }
    }

    /// The next one that is to have its slot.
    pub(crate) fn next(&mut self) -> Option<Hatching> {
        self.hatching.pop_front()
    }

    /// The egg of that one.
    pub(crate) fn egg<M: Drive>(&mut self, hatching: Hatching) -> Option<Egg<M>> {
        let mut egg = self.nest::<M>(hatching.seat.slab)?.eggs.pop_front()?;
        egg.spawner = hatching.spawner;
        Some(egg)
    }

    /// The step under way has failed: what it has spawned never starts.
    pub(crate) fn rollback(&mut self) {
        for _ in 0..std::mem::take(&mut self.fresh) {
            let Some(Hatching { seat, .. }) = self.hatching.pop_back() else {
                break;
            };
            if let Some(nest) = self.nests.get_mut(seat.slab as usize) {
                nest.abandon_youngest();
            }
        }
    }

    /// The loop is gone: none starts.
    pub(crate) fn abandon(&mut self) {
        for nest in &mut self.nests {
            nest.abandon_all();
        }
        self.hatching.clear();
    }
}

impl Post {
    /// Spawns a machine of this loop for the step under way.
    ///
    /// # Errors
    /// What would have laid its egg, when there is no door to its slab any more.
    pub(crate) fn spawn<M: Drive, L>(&mut self, lay: L) -> Result<Address<M>, L>
    where
        L: FnOnce(&Arc<Door<M>>) -> Egg<M>,
    {
        let Some(slab) = self.slab_of::<M>() else {
            return Err(lay);
        };
        let Some(nest) = self.nests.nest::<M>(slab) else {
            return Err(lay);
        };
        let egg = lay(&nest.door);
        let mailbox = egg.mailbox.clone();
        nest.eggs.push_back(egg);
        let seat = mailbox.seat();
        self.nests.hatching.push_back(Hatching {
            seat,
            child: Some(Handle(mailbox.clone())),
            spawner: None,
        });
        self.nests.fresh += 1;
        self.note_birth();
        mailbox.limit().set(mailbox.capacity());
        Ok(Address::of(mailbox))
    }

    fn slab_of<M: Drive>(&mut self) -> Option<u32> {
        let key = TypeId::of::<M>();
        if let Some(slab) = self.nests.slabs.get(&key) {
            return Some(*slab);
        }
        let slab = self.home().door::<M>()?.index;
        self.catch_up(slab);
        self.nests.slabs.insert(key, slab);
        Some(slab)
    }
}
