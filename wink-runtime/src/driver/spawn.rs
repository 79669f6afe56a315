//! Spawning: a machine's data becomes a machine with an address.

use std::sync::Arc;

use super::life::Life;
use crate::core::address::Address;
use crate::core::child_spec::Grace;
use crate::core::context::Context;
use crate::core::drive::Drive;
use crate::core::effect::Effect;
use crate::core::exit::Error;
use crate::core::machine::Machine;
use crate::core::mailbox::Inbox;
use crate::core::observer::Observer;
use crate::core::station::{BoxFuture, Handle, Host, Launch, Newborn, Site, Spawner};

/// What may be said of one machine where it is spawned.
///
/// ```
/// use wink_runtime::SpawnOptions;
///
/// let options = SpawnOptions::new().mailbox(16);
/// ```
#[derive(Clone, Debug, Default)]
pub struct SpawnOptions {
    mailbox: Option<usize>,
    grace: Option<Grace>,
}

impl SpawnOptions {
    /// Everything as the system says.
    pub const fn new() -> Self {
        Self {
            mailbox: None,
            grace: None,
        }
    }

    /// How many messages the mailbox holds, at least one. Who sends more waits.
    #[must_use]
    pub const fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = Some(messages);
        self
    }

    /// How long the machine, asked to stop, may go on with an async receiver.
    #[must_use]
    pub const fn grace(mut self, grace: Grace) -> Self {
        self.grace = Some(grace);
        self
    }
}

/// What a machine's data comes from.
pub(super) enum Make<M> {
    /// It is here.
    Once(M),
    /// It is made at each start.
    Again(Maker<M>),
}

pub(super) type Maker<M> = Box<dyn FnMut() -> Result<M, Error> + Send>;

/// A machine with its mailbox, not yet started.
pub(super) struct Egg<M: Drive> {
    pub(super) make: Make<M>,
    pub(super) grace: Option<Grace>,
    pub(super) address: Address<M>,
    pub(super) inbox: Inbox<M>,
    pub(super) observer: Watching,
}

/// Who is told what the machine's steps do.
pub(super) type Watching = Box<dyn Observer + Send>;

impl<M: Drive> Egg<M> {
    fn new(make: Make<M>, options: &SpawnOptions, site: &Arc<dyn Site>) -> Self {
        let capacity = options.mailbox.unwrap_or_else(|| site.mailbox());
        let (address, inbox) = Address::open(capacity, site.clone());
        Self {
            make,
            grace: options.grace,
            address,
            inbox,
            // Nobody: allocates nothing.
            observer: Box::new(()),
        }
    }
}

impl<M: Drive> Launch for Egg<M> {
    fn handle(&self) -> Handle {
        self.address.handle()
    }

    fn into_life(
        self: Box<Self>,
        host: Arc<dyn Host>,
        spawner: Option<Spawner>,
    ) -> BoxFuture<'static, ()> {
        Box::pin(Life::live(*self, host, spawner))
    }
}

/// As [`prepare`], with somebody who is told what the machine's steps do.
#[cfg(feature = "tokio")]
pub(super) fn prepare_observed<M: Drive>(
    data: M,
    options: &SpawnOptions,
    site: &Arc<dyn Site>,
    observer: Watching,
) -> (Address<M>, Newborn) {
    let mut egg = Egg::new(Make::Once(data), options, site);
    egg.observer = observer;
    (egg.address.clone(), Newborn(Box::new(egg)))
}

/// Prepares a machine that nobody spawned, for whatever executor `site` belongs to: its
/// address, and what is to be run.
pub fn prepare<M: Drive>(
    data: M,
    options: &SpawnOptions,
    site: &Arc<dyn Site>,
) -> (Address<M>, Newborn) {
    let egg = Egg::new(Make::Once(data), options, site);
    (egg.address.clone(), Newborn(Box::new(egg)))
}

/// As [`prepare`], for a machine that its spawner keeps: when it has ended, for whatever reason,
/// it is down. Its address and its mail stay, until the spawner has it started again with what
/// `make` makes ([`Handle::restart`]) or ends it for good ([`Handle::bury`]).
///
/// An error or a panic of `make` is an end like any other; the machine has not started then.
/// The message on which the machine failed is not handled again, and whoever asked it is told
/// at once; what was accepted besides is handled by the successor.
pub fn prepare_kept<M: Drive>(
    make: impl FnMut() -> Result<M, Error> + Send + 'static,
    options: &SpawnOptions,
    site: &Arc<dyn Site>,
) -> (Address<M>, Newborn) {
    let egg = Egg::new(Make::Again(Box::new(make)), options, site);
    (egg.address.clone(), Newborn(Box::new(egg)))
}

impl<M: Machine> Context<M> {
    /// Spawns a machine as a child of this one. Its address is known at once; it starts when
    /// this step has completed, and not at all when this step fails.
    ///
    /// This machine's `child` rows hear of it. A child whose error no row receives makes this
    /// machine fail too. When this machine ends, its children end before it, the youngest
    /// first.
    pub fn spawn<N: Drive>(&mut self, data: N) -> Address<N> {
        self.spawn_with(data, &SpawnOptions::new())
    }

    /// As [`spawn`](Self::spawn), with options.
    pub fn spawn_with<N: Drive>(&mut self, data: N, options: &SpawnOptions) -> Address<N> {
        let (address, newborn) = prepare(data, options, self.address().site());
        self.push_effect(Effect::Spawn(newborn));
        address
    }

    /// Asks a machine, a child for example, to end in good order when this step has completed:
    /// its children first, then its exit actions. It takes no more mail.
    pub fn stop<N: Drive>(&mut self, machine: &Address<N>) {
        self.push_effect(Effect::Stop(machine.handle()));
    }
}
