//! A supervisor's children: a table in which adding and removing takes constant time.
//!
//! Must not know: why a child changes.

use std::fmt;

use super::super::child_spec::ChildSpec;
use super::super::time::Time;

/// Which child of its supervisor. Never given to a second child.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChildKey {
    slot: u32,
    generation: u32,
}

impl ChildKey {
    /// Its place in a table of the same size as the supervisor's; a later child may have it.
    pub const fn slot(self) -> usize {
        self.slot as usize
    }
}

impl fmt::Debug for ChildKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.slot, self.generation)
    }
}

/// What becomes of a child that has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Then {
    /// It is started again with its group.
    Again,
    /// Nothing more.
    Bury,
}

/// How far a child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is to be started; if it has a deadline, not before.
    Waiting {
        /// Only when those before it have started.
        ordered: bool,
    },
    Starting,
    Up {
        since: Time,
    },
    /// It runs, and is to stop when those after it have.
    Condemned(Then),
    /// It has been told to stop.
    Stopping {
        then: Then,
        /// Others wait for that.
        in_group: bool,
    },
    /// It is not started any more.
    Done,
}

impl Phase {
    /// Whether an end of the child is still to come.
    pub(super) fn is_alive(self) -> bool {
        !matches!(self, Phase::Waiting { .. } | Phase::Done)
    }

    /// Whether others wait for the child's end.
    pub(super) fn is_in_group(self) -> bool {
        matches!(
            self,
            Phase::Condemned(_) | Phase::Stopping { in_group: true, .. }
        )
    }
}

#[derive(Debug)]
pub(super) struct Child {
    pub(super) spec: ChildSpec,
    /// Its place in the order, when it was declared.
    pub(super) position: Option<usize>,
    pub(super) phase: Phase,
    /// When its delay or its grace is over.
    pub(super) deadline: Option<Time>,
    /// Failures in a row.
    pub(super) failures: u32,
    /// How often it has ended and was wanted again.
    pub(super) restarts: u64,
}

impl Child {
    pub(super) fn view(&self, key: ChildKey) -> ChildView<'_> {
        ChildView {
            key,
            spec: &self.spec,
            state: match self.phase {
                Phase::Waiting { .. } => ChildState::Waiting,
                Phase::Starting => ChildState::Starting,
                Phase::Up { .. } => ChildState::Up,
                Phase::Condemned(_) | Phase::Stopping { .. } => ChildState::Stopping,
                Phase::Done => ChildState::Done,
            },
            failures: self.failures,
            restarts: self.restarts,
        }
    }
}

/// What people see of a child.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ChildView<'supervisor> {
    /// Which child.
    pub key: ChildKey,
    /// What was said of it.
    pub spec: &'supervisor ChildSpec,
    /// How far it is.
    pub state: ChildState,
    /// How many times in a row it has failed.
    pub failures: u32,
    /// How often it has ended and was started again, or will be.
    pub restarts: u64,
}

/// How far a child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildState {
    /// It waits to be started: for its delay, or for others.
    Waiting,
    /// It is being started.
    Starting,
    /// It runs.
    Up,
    /// It is being stopped.
    Stopping,
    /// It has ended and is not started again.
    Done,
}

impl fmt::Display for ChildState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ChildState::Waiting => "waiting",
            ChildState::Starting => "starting",
            ChildState::Up => "up",
            ChildState::Stopping => "stopping",
            ChildState::Done => "done",
        })
    }
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    child: Option<Child>,
}

/// The table.
#[derive(Debug, Default)]
pub(super) struct Children {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// The declared ones, in order.
    declared: Vec<ChildKey>,
    /// A declared child has changed since the order was last looked at.
    changed: bool,
}

impl Children {
    pub(super) fn declare(&mut self, spec: ChildSpec) -> ChildKey {
        let key = self.insert(spec, Some(self.declared.len()));
        self.declared.push(key);
        self.changed = true;
        key
    }

    pub(super) fn add(&mut self, spec: ChildSpec) -> ChildKey {
        self.insert(spec, None)
    }

    fn insert(&mut self, spec: ChildSpec, position: Option<usize>) -> ChildKey {
        let child = Some(Child {
            spec,
            position,
            phase: Phase::Waiting { ordered: true },
            deadline: None,
            failures: 0,
            restarts: 0,
        });
        if let Some(slot) = self.free.pop() {
            let place = &mut self.slots[slot as usize];
            place.child = child;
            let generation = place.generation;
            return ChildKey { slot, generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than four thousand million");
        let generation = 0;
        self.slots.push(Slot { generation, child });
        ChildKey { slot, generation }
    }

    pub(super) fn get(&self, key: ChildKey) -> Option<&Child> {
        let slot = self.slots.get(key.slot as usize)?;
        slot.child
            .as_ref()
            .filter(|_| slot.generation == key.generation)
    }

    pub(super) fn get_mut(&mut self, key: ChildKey) -> Option<&mut Child> {
        let slot = self.slots.get_mut(key.slot as usize)?;
        slot.child
            .as_mut()
            .filter(|_| slot.generation == key.generation)
    }

    pub(super) fn change(&mut self, key: ChildKey, phase: Phase) {
        if let Some(child) = self.get_mut(key) {
            child.phase = phase;
            self.changed |= self.get(key).is_some_and(|child| child.position.is_some());
        }
    }

    /// Has the order looked at again.
    pub(super) fn touch(&mut self) {
        self.changed = true;
    }

    /// Whether the order is to be looked at; asked once.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Marks a declared child as done, forgets another; whether it was there and not yet done.
    pub(super) fn bury(&mut self, key: ChildKey) -> bool {
        let Some(child) = self.get_mut(key) else {
            return false;
        };
        if child.position.is_some() {
            let was_done = child.phase == Phase::Done;
            self.change(key, Phase::Done);
            return !was_done;
        }
        let slot = &mut self.slots[key.slot as usize];
        slot.child = None;
        // A slot whose numbers are used up is never used again.
        if let Some(next) = slot.generation.checked_add(1) {
            slot.generation = next;
            self.free.push(key.slot);
        }
        true
    }

    pub(super) fn declared(&self) -> &[ChildKey] {
        &self.declared
    }

    /// All that are there, in the order of the table.
    pub(super) fn keys(&self) -> Vec<ChildKey> {
        self.entries().map(|(key, _)| key).collect()
    }

    /// All that were added and are there, in the order of the table.
    pub(super) fn added(&self) -> Vec<ChildKey> {
        let added = self.entries().filter(|(_, child)| child.position.is_none());
        added.map(|(key, _)| key).collect()
    }

    fn entries(&self) -> impl Iterator<Item = (ChildKey, &Child)> {
        self.slots.iter().enumerate().filter_map(|(slot, place)| {
            let key = ChildKey {
                slot: u32::try_from(slot).ok()?,
                generation: place.generation,
            };
            Some((key, place.child.as_ref()?))
        })
    }

    /// The declared ones in order, then the others.
    pub(super) fn views(&self) -> impl Iterator<Item = ChildView<'_>> {
        // Children are declared before any is added, and keep their slots.
        self.entries().map(|(key, child)| child.view(key))
    }
}
