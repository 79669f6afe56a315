//! What a supervisor that runs shares with those who look at it: the decisions, and its
//! children's addresses.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::blueprint::{Blueprint, Declared, Ground, Seat};
use super::handle::{NotSupervised, UnknownChild};
use super::lock;
use super::tree::{Tree, TreeChild};
use crate::core::child_spec::ChildSpec;
use crate::core::exit::{ExitReason, Identity, MachineId};
use crate::core::guardian::Guardian;
use crate::core::station::{Newborn, Site};
use crate::core::supervisor::{ChildKey, Supervisor as Decisions};
use crate::core::time::Time;
use crate::driver::Beside;

pub(super) struct Shared {
    pub(super) name: Cow<'static, str>,
    pub(super) site: Arc<dyn Site>,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) decisions: Decisions,
    /// When something was decided last.
    pub(super) now: Time,
    /// Children that are to go, of which it has not heard yet.
    pub(super) removals: Vec<ChildKey>,
    /// By the slots of the keys.
    seats: Vec<Option<Seat>>,
    /// Which child a machine is.
    machines: BTreeMap<MachineId, ChildKey>,
    /// The declared ones.
    names: BTreeMap<Cow<'static, str>, ChildKey>,
}

impl Shared {
    /// A supervisor that has not started, with addresses for all of its children.
    pub(super) fn new(blueprint: &Blueprint, site: &Arc<dyn Site>) -> Self {
        let mut state = State {
            decisions: Decisions::new(blueprint.plan, blueprint.seed_in(site.seed())),
            now: Time::ZERO,
            removals: Vec::new(),
            seats: Vec::new(),
            machines: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for child in &blueprint.children {
            let beside = state.place_of(child);
            let key = state.decisions.declare(child.spec.clone());
            state.names.insert(child.spec.name.clone(), key);
            state.sit(key, child.prepare(Ground { site, beside }));
        }
        Self {
            name: blueprint.name.clone(),
            site: site.clone(),
            state: Mutex::new(state),
        }
    }

    /// The same supervisor before its next start. Its children keep their seats, but for those that
    /// were over and done with: these get new ones.
    pub(super) fn renew(&self, blueprint: &Blueprint) {
        let is_kept = |place: usize, state: &State| {
            let seat = state.seats.get(place).and_then(Option::as_ref);
            seat.is_some_and(|seat| !seat.is_over && seat.handle.ended().is_none())
        };
        let mut fresh: Vec<Option<Seat>> = Vec::new();
        for (place, child) in blueprint.children.iter().enumerate() {
            let beside = {
                let state = lock(&self.state);
                if is_kept(place, &state) {
                    fresh.push(None);
                    continue;
                }
                // Another one of the new ones may have to do with another loop than before.
                let neighbour = state.key_beside(child).map(ChildKey::slot);
                let renewed = neighbour.and_then(|slot| fresh.get(slot)?.as_ref());
                let renewed = renewed.map(|seat| seat.place.clone());
                renewed.or_else(|| state.place_of(child))
            };
            // Made while the lock is free.
            let site = &self.site;
            fresh.push(Some(child.prepare(Ground { site, beside })));
        }
        let mut state = lock(&self.state);
        let seed = blueprint.seed_in(self.site.seed());
        state.decisions = Decisions::new(blueprint.plan, seed);
        state.removals.clear();
        state.machines.clear();
        let mut before = std::mem::take(&mut state.seats);
        for (place, (child, fresh)) in blueprint.children.iter().zip(fresh).enumerate() {
            // In the same order, so that each is where it was.
            let key = state.decisions.declare(child.spec.clone());
            let kept = before.get_mut(place).and_then(Option::take);
            if let Some(seat) = fresh.or(kept) {
                state.sit(key, seat);
            }
        }
        drop(state);
        drop(before);
    }

    /// Adds a child.
    pub(super) fn add(&self, child: &Declared) -> Result<Identity, NotSupervised> {
        let beside = {
            let state = lock(&self.state);
            if let Some(neighbour) = &child.spec.beside
                && !state.names.contains_key(neighbour)
            {
                let names = state.names.keys().map(|name| &**name);
                let unknown = UnknownChild::new(neighbour, names);
                return Err(NotSupervised::UnknownNeighbour(unknown));
            }
            state.place_of(child)
        };
        let site = &self.site;
        let seat = child.prepare(Ground { site, beside });
        let machine = seat.handle.identity();
        let mut state = lock(&self.state);
        let now = state.now;
        let key = state.decisions.add(now, child.spec.clone());
        state.sit(key.ok_or(NotSupervised::Stopping)?, seat);
        Ok(machine)
    }

    /// Gives up the children that have never started: nobody will start them. Whoever waits for
    /// that is told, when the lock is free.
    pub(super) fn abandon(&self) {
        let unborn = lock(&self.state).take_unborn();
        drop(unborn);
    }

    /// What `look` sees of the child at the end of that path.
    pub(super) fn at<T>(&self, path: &str, look: impl FnOnce(&Seat) -> T) -> Option<T> {
        let (name, rest) = match path.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        let inner = {
            let state = lock(&self.state);
            let seat = state.seat(*state.names.get(name)?)?;
            match rest {
                None => return Some(look(seat)),
                Some(_) => seat.inner.clone()?,
            }
        };
        inner.shared.at(rest?, look)
    }

    /// That there is no declared child of that name.
    pub(super) fn unknown(&self, name: &str) -> UnknownChild {
        let state = lock(&self.state);
        UnknownChild::new(name, state.names.keys().map(|name| &**name))
    }

    pub(super) fn tree(&self) -> Tree {
        let (plan, mut children) = {
            let state = lock(&self.state);
            let plan = *state.decisions.plan();
            let views = state.decisions.children();
            let child = |view: crate::core::supervisor::ChildView<'_>| {
                let seat = state.seat(view.key);
                let inner = seat.and_then(|seat| seat.inner.clone());
                let child = TreeChild {
                    name: view.spec.name.clone(),
                    machine: seat.map(|seat| seat.handle.identity()),
                    state: view.state,
                    restart: view.spec.restart,
                    restarts: view.restarts,
                    failures: view.failures,
                    supervisor: None,
                };
                (child, inner)
            };
            (plan, views.map(child).collect::<Vec<_>>())
        };
        // One lock at a time.
        for (child, inner) in &mut children {
            child.supervisor = inner.as_ref().map(|inner| inner.shared.tree());
        }
        Tree {
            name: self.name.clone(),
            plan,
            children: children.into_iter().map(|(child, _)| child).collect(),
        }
    }
}

impl Guardian for Shared {
    fn restarts(&self, child: MachineId, reason: &ExitReason, now: Time) -> bool {
        let mut state = lock(&self.state);
        let Some(key) = state.key_of(child) else {
            return false;
        };
        let is_plain = |seat: &Seat| seat.inner.is_none() && seat.newborn.is_none();
        if !state.seat(key).is_some_and(is_plain) {
            return false;
        }
        state.now = state.now.max(now);
        state.decisions.restarts_alone(now, key, reason)
    }

    fn has_restarted(&self, child: MachineId, now: Time) -> bool {
        let mut state = lock(&self.state);
        let Some(key) = state.key_of(child) else {
            return false;
        };
        let is_plain = state.seat(key).is_some_and(|seat| seat.inner.is_none());
        is_plain && state.decisions.has_restarted_alone(now, key)
    }
}

impl State {
    fn sit(&mut self, key: ChildKey, seat: Seat) {
        self.machines.insert(seat.handle.identity().id(), key);
        if self.seats.len() <= key.slot() {
            self.seats.resize_with(key.slot() + 1, || None);
        }
        self.seats[key.slot()] = Some(seat);
    }

    pub(super) fn seat(&self, key: ChildKey) -> Option<&Seat> {
        self.seats.get(key.slot())?.as_ref()
    }

    pub(super) fn seat_mut(&mut self, key: ChildKey) -> Option<&mut Seat> {
        self.seats.get_mut(key.slot())?.as_mut()
    }

    /// The declared child beside which that one is to live.
    fn key_beside(&self, child: &Declared) -> Option<ChildKey> {
        self.key_named(child.spec.beside.as_deref()?)
    }

    /// Where it is to live, when that is said.
    fn place_of(&self, child: &Declared) -> Option<Beside> {
        let seat = self.seat(self.key_beside(child)?)?;
        Some(seat.place.clone())
    }

    /// Takes the children that have never started.
    fn take_unborn(&mut self) -> Vec<Newborn> {
        let seats = self.seats.iter_mut().flatten();
        seats.filter_map(|seat| seat.newborn.take()).collect()
    }

    /// Takes the seat of a child that is over and done with; a declared one keeps it, so that
    /// its address can be asked for.
    pub(super) fn leave(&mut self, key: ChildKey) -> Option<Seat> {
        if self.decisions.child(key).is_some() {
            return None;
        }
        let seat = self.seats.get_mut(key.slot())?.take()?;
        self.machines.remove(&seat.handle.identity().id());
        Some(seat)
    }

    pub(super) fn key_of(&self, machine: MachineId) -> Option<ChildKey> {
        self.machines.get(&machine).copied()
    }

    pub(super) fn key_named(&self, name: &str) -> Option<ChildKey> {
        self.names.get(name).copied()
    }

    /// What is said of a child.
    pub(super) fn spec(&self, key: ChildKey) -> Option<ChildSpec> {
        self.decisions.child(key).map(|view| view.spec.clone())
    }
}

/// A seat's address as one of that type.
pub(super) fn address_of<A: Clone + 'static>(seat: &Seat) -> Option<A> {
    let address: &dyn Any = &*seat.address;
    address.downcast_ref::<A>().cloned()
}
