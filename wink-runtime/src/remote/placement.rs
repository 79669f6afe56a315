//! Where a machine is to live: in this system, in a process of its own, under another node.
//!
//! A machine that is spawned elsewhere is a child as any: its [`Address`] is there at once, its
//! spawner's `child` rows hear of it, it ends with its spawner, a supervisor starts it again. What
//! is here of it is a stand-in, which hands on its mail.

mod host;
mod stand_in;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::codec::Remote;
use crate::core::address::Address;
use crate::core::context::Context;
use crate::core::drive::Drive;
use crate::core::effect::Effect;
use crate::core::machine::Machine;
use crate::core::station::{Newborn, Site};
use crate::driver::System;

pub use host::{Host, Hosted, News, Order};
pub(crate) use stand_in::prepare;

/// A program that is to run a machine of that type: which one, with what arguments, started by
/// whom. A [`Placement`] is made of it.
///
/// The machine's type is known on both sides, usually from a library that both programs use. A
/// program of another version may be started as long as the messages are the same.
pub struct Program<M> {
    host: Arc<dyn Host>,
    order: Order,
    version: String,
    tag: String,
    machine: PhantomData<fn() -> M>,
}

impl<M: Machine> Program<M> {
    /// The machine's program, in its highest version, started by that host: usually
    /// `process::Node`, whose `program` makes this.
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            order: Order {
                name: M::CHART.name.to_string(),
                arguments: Vec::new(),
                node: None,
            },
            version: String::new(),
            tag: String::new(),
            machine: PhantomData,
        }
    }

    /// One argument more of the program, as it is written on a command line.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.order.arguments.push(argument.into());
        self
    }

    /// The program's version, `1.2.3`, or a range of versions, `^1.2`, of which the highest is
    /// taken.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        let is_one = version.starts_with(|first: char| first.is_ascii_digit())
            && version.split('.').count() > 2;
        self.version = match is_one {
            true => version.to_owned(),
            false => format!("@{version}"),
        };
        self
    }

    /// A word of yours for it, which lists of machines show.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tag = format!(":{tag}");
        self
    }

    /// The node that is to start it, by its address `host:port`. Usually it is the one under
    /// which this program runs.
    #[must_use]
    pub fn on(mut self, node: impl Into<String>) -> Self {
        self.order.node = Some(node.into());
        self
    }

    /// The machine, not yet started.
    pub(super) fn prepare(self, site: &Arc<dyn Site>) -> (Address<M>, Newborn)
    where
        M: Remote,
    {
        let mut program = Some(self);
        let once = move || program.take().ok_or_else(|| "it was started before".into());
        prepare(once, false, None, site)
    }

    /// What is asked of the host.
    fn order(&self) -> Order {
        let mut order = self.order.clone();
        order.name.push_str(&self.version);
        order.name.push_str(&self.tag);
        order
    }
}

impl<M: Machine> fmt::Debug for Program<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.order(), formatter)
    }
}

/// Where a machine is to live, with what it begins with.
///
/// ```
/// # use wink_runtime::remote::{Placement, Program, Remote};
/// # fn place<Child: Remote>(host: std::sync::Arc<dyn wink_runtime::remote::Host>, child: Child) {
/// let here = Placement::Local(child);
/// let process: Placement<Child> = Program::new(host.clone()).argument("5s").into();
/// let far: Placement<Child> = Program::new(host).on("192.0.2.7:42000").into();
/// # let _ = (here, process, far);
/// # }
/// ```
pub enum Placement<M> {
    /// In this system, in one of its loops.
    Local(M),
    /// In a process of its own, under this program's node or another one.
    Process(Program<M>),
}

impl<M> From<Program<M>> for Placement<M> {
    fn from(program: Program<M>) -> Self {
        Placement::Process(program)
    }
}

impl<M: Machine> Context<M> {
    /// Spawns a machine as a child of this one, where the placement says. Its address is known at
    /// once, and is as any other; what is sent before it has started waits.
    ///
    /// This machine's `child` rows hear of it as of a local one: that it has started, that it
    /// lives, that it has failed (its program cannot be started or reached, it was killed, its
    /// node is lost), that it has ended. When this machine ends, the child is asked to end
    /// before, and killed after the grace of its node.
    ///
    /// What was handed on to a process that dies is lost with it; whoever waits for its answer
    /// hears so.
    pub fn spawn_at<N>(&mut self, placement: impl Into<Placement<N>>) -> Address<N>
    where
        N: Drive + Remote,
    {
        match placement.into() {
            Placement::Local(data) => self.spawn(data),
            Placement::Process(program) => self.spawn_program(program),
        }
    }

    /// As [`spawn_at`](Self::spawn_at), for a machine that only lives in programs of its own.
    pub fn spawn_program<N: Remote>(&mut self, program: Program<N>) -> Address<N> {
        let site = self.mailbox().home().site().clone();
        let (address, newborn) = program.prepare(&site);
        self.push_effect(Effect::Spawn(newborn));
        address
    }
}

impl System {
    /// Spawns a machine that nobody here is the spawner of, where the placement says: what
    /// [`Context::spawn_at`] is for a machine's children. Its address is there at once; what is
    /// sent before it has started waits.
    ///
    /// Nobody but [`Address::closed`] and [`events`](System::events) tells of its end. It is asked
    /// to end at the [`shutdown`](System::shutdown) of this system.
    pub fn spawn_at<M>(&self, placement: impl Into<Placement<M>>) -> Address<M>
    where
        M: Drive + Remote,
    {
        match placement.into() {
            Placement::Local(data) => self.spawn(data),
            Placement::Process(program) => self.spawn_program(program),
        }
    }

    /// As [`spawn_at`](Self::spawn_at), for a machine that only lives in programs of its own.
    pub fn spawn_program<M: Remote>(&self, program: Program<M>) -> Address<M> {
        let site = self.site();
        let (address, newborn) = program.prepare(&site);
        if self.shared().is_closing() {
            // It has ended before it started.
            drop(newborn);
        } else if let Some(future) = newborn.0.launch(&site, None) {
            let kept = self.shared().keep(address.handle());
            self.shared().blocking.beside(Box::pin(async move {
                future.await;
                drop(kept);
            }));
        }
        address
    }
}
