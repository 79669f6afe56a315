//! What can be asked of a supervisor that runs.

use std::fmt;
use std::future::Future;

use super::blueprint::{Declared, Seat};
use super::manager::Message;
use super::shared::address_of;
use super::tree::Tree;
use super::{Supervisor, TaskEnd, lock};
use crate::core::address::Address;
use crate::core::child_spec::{ChildSpec, Grace};
use crate::core::drive::Drive;
use crate::core::exit::{Error, ExitReason, Identity};
use crate::core::machine::Machine;
use crate::core::station::Handle;
use crate::core::supervisor::ChildKey;

impl Supervisor {
    /// The address of a declared child that is such a machine: `kitchen`, or `back/kitchen`
    /// for the child of a nested supervisor. `None` when there is no such child, or when it is
    /// another machine.
    pub fn address<M: Machine + 'static>(&self, path: &str) -> Option<Address<M>>
    where
        Address<M>: Send,
    {
        self.shared.at(path, address_of::<Address<M>>).flatten()
    }

    /// The declared child at the end of that path, without its type.
    pub fn child(&self, path: &str) -> Option<Handle> {
        self.shared.at(path, |seat: &Seat| seat.handle.clone())
    }

    /// Adds a child while the supervisor runs: a machine whose data `make` makes at each start.
    /// It starts when all declared children have; it stops before them. Takes constant time,
    /// however many there are; names may repeat.
    ///
    /// # Errors
    /// When the supervisor stops or has ended, or has declared no child of the name that this one
    /// is to live beside.
    pub fn add<M: Drive>(
        &self,
        spec: impl Into<ChildSpec>,
        mut make: impl FnMut() -> M + Send + 'static,
    ) -> Result<Address<M>, NotSupervised> {
        let child = Declared::machine(spec.into(), move || Ok::<M, Error>(make()));
        self.added(&child)
    }

    /// As [`add`](Self::add), for any future.
    ///
    /// # Errors
    /// When the supervisor stops or has ended, or has declared no child of the name that this one
    /// is to live beside.
    pub fn add_task<F>(
        &self,
        spec: impl Into<ChildSpec>,
        make: impl FnMut() -> F + Send + 'static,
    ) -> Result<Identity, NotSupervised>
    where
        F: Future<Output: TaskEnd> + Send + 'static,
    {
        let mut spec = spec.into();
        if spec.grace == Grace::default() {
            spec.grace = Grace::Kill;
        }
        self.add_child(&Declared::task(spec, make))
    }

    /// As [`add`](Self::add), for a machine in a process of its own: see
    /// [`SupervisorBuilder::program`](crate::SupervisorBuilder::program).
    ///
    /// # Errors
    /// When the supervisor stops or has ended, or has declared no child of the name that this one
    /// is to live beside.
    #[cfg(feature = "remote")]
    pub fn add_program<M: crate::remote::Remote>(
        &self,
        spec: impl Into<ChildSpec>,
        mut make: impl FnMut() -> crate::remote::Program<M> + Send + 'static,
    ) -> Result<Address<M>, NotSupervised> {
        let child = Declared::program(spec.into(), move || Ok(make()));
        self.added(&child)
    }

    /// Adds a child with an address of that type.
    fn added<A: Clone + 'static>(&self, child: &Declared) -> Result<A, NotSupervised> {
        let machine = self.add_child(child)?;
        let state = lock(&self.shared.state);
        let key = state.key_of(machine.id());
        let seat = key.and_then(|key| state.seat(key));
        seat.and_then(address_of::<A>)
            .ok_or(NotSupervised::Stopping)
    }

    fn add_child(&self, child: &Declared) -> Result<Identity, NotSupervised> {
        let machine = self.shared.add(child)?;
        self.look();
        Ok(machine)
    }

    /// Stops a declared child for good. The others go on.
    ///
    /// # Errors
    /// When no child of that name was declared.
    pub fn remove(&self, name: &str) -> Result<(), UnknownChild> {
        let key = lock(&self.shared.state).key_named(name);
        let Some(key) = key else {
            return Err(self.shared.unknown(name));
        };
        self.remove_key(key);
        Ok(())
    }

    /// Stops a child for good, one that was added for example; whether it is a child of this
    /// supervisor.
    pub fn remove_machine(&self, machine: Identity) -> bool {
        let key = lock(&self.shared.state).key_of(machine.id());
        if let Some(key) = key {
            self.remove_key(key);
        }
        key.is_some()
    }

    fn remove_key(&self, key: ChildKey) {
        lock(&self.shared.state).removals.push(key);
        self.look();
    }

    /// Has the supervisor look at what there is to do.
    fn look(&self) {
        // Full, it is full of others that have it look. Ended, it has nothing to look at.
        let _ = self.address.try_send(Message::Look);
    }

    /// The supervisor and what is under it, as it is now.
    pub fn tree(&self) -> Tree {
        self.shared.tree()
    }

    /// Asks the supervisor to stop its children, in reverse order, and to end.
    pub fn stop(&self) {
        self.address.stop();
    }

    /// Waits until the supervisor has ended; ready with the reason.
    pub fn closed(&self) -> impl Future<Output = ExitReason> + use<> {
        self.address.closed()
    }

    /// The supervisor as any machine: to be watched, for example.
    pub fn handle(&self) -> Handle {
        self.address.handle()
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.tree(), formatter)
    }
}

/// No child was added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSupervised {
    /// The supervisor stops or has ended.
    Stopping,
    /// It has declared no child of the name that the new one is to live beside.
    UnknownNeighbour(UnknownChild),
}

impl fmt::Display for NotSupervised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSupervised::Stopping => {
                formatter.write_str("the supervisor stops: it starts no more children")
            }
            NotSupervised::UnknownNeighbour(unknown) => {
                write!(formatter, "nothing to live beside: {unknown}")
            }
        }
    }
}

impl std::error::Error for NotSupervised {}

/// A supervisor has no child of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChild {
    /// The name that was asked for.
    pub name: String,
    /// The name that may have been meant.
    pub nearest: Option<String>,
}

impl UnknownChild {
    /// Of a supervisor that has children of these names.
    pub(super) fn new<'name>(name: &str, names: impl Iterator<Item = &'name str>) -> Self {
        Self {
            name: name.to_owned(),
            nearest: wink_chart::nearest(name, names).map(str::to_owned),
        }
    }
}

impl fmt::Display for UnknownChild {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no child `{}`", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(formatter, ": did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownChild {}
