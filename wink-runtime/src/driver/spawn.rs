//! Spawning: a machine's data becomes a machine with an address.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::core::address::Address;
use crate::core::child_spec::Grace;
use crate::core::context::Context;
use crate::core::drive::Drive;
use crate::core::effect::Effect;
use crate::core::event_loop::door::Door;
use crate::core::event_loop::egg::{Egg, Newcomer, Wishes};
use crate::core::event_loop::home::Home;
use crate::core::event_loop::post::Post;
use crate::core::event_loop::slab::Origin;
use crate::core::exit::Error;
use crate::core::keeper::Keeper;
use crate::core::machine::Machine;
use crate::core::mailbox::Mailbox;
use crate::core::station::{Newborn, Site, Station};

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
    pulse: Option<Duration>,
    silence: Option<Duration>,
    label: Option<Cow<'static, str>>,
    beside: Option<Beside>,
}

/// Nothing is said of most machines: no options are made for them.
static USUAL: SpawnOptions = SpawnOptions::new();

/// Where a machine lives beside which another one is to live. It keeps no loop.
#[derive(Clone)]
pub(crate) struct Beside(Weak<Home>);

impl Beside {
    /// Beside that machine.
    pub(crate) fn of<M: Machine>(machine: &Address<M>) -> Self {
        Self(Arc::downgrade(machine.mailbox().home()))
    }
}

impl fmt::Debug for Beside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.upgrade() {
            Some(home) => formatter.write_str(&home.site().place_of(&home)),
            None => formatter.write_str("a loop that is gone"),
        }
    }
}

impl SpawnOptions {
    /// Everything as the system says.
    pub const fn new() -> Self {
        Self {
            mailbox: None,
            grace: None,
            pulse: None,
            silence: None,
            label: None,
            beside: None,
        }
    }

    /// In the loop of that machine: what the two send each other crosses no thread. It says where
    /// the machine begins, and nothing more: neither is the other's child.
    ///
    /// Of a machine that has ended the loop is still known. One that lives elsewhere (in another
    /// system, in a process of its own, under another node) says nothing: the new machine is
    /// placed as without this.
    ///
    /// ```
    /// # use wink_runtime::{Address, Drive, SpawnOptions, System};
    /// # fn place<Till: Drive, Clerk: Drive>(system: &System, till: &Address<Till>, clerk: Clerk) {
    /// let clerk = system.spawn_with(clerk, &SpawnOptions::new().beside(till));
    /// # }
    /// ```
    #[must_use]
    pub fn beside<M: Machine>(self, machine: &Address<M>) -> Self {
        self.at(Some(Beside::of(machine)))
    }

    /// As [`beside`](Self::beside), where the machine is known by its place only.
    pub(crate) fn at(mut self, place: Option<Beside>) -> Self {
        self.beside = place;
        self
    }

    /// The loop that the machine is to live in, when that was said and is one of the system's.
    pub(super) fn place(&self, site: &Arc<dyn Site>) -> Option<Arc<Home>> {
        let home = self.beside.as_ref()?.0.upgrade()?;
        let is_here = std::ptr::addr_eq(Arc::as_ptr(home.site()), Arc::as_ptr(site));
        (is_here && !home.is_nowhere()).then_some(home)
    }

    /// What the machine's slot is to know.
    fn wishes<M: Drive>(&self) -> Box<Wishes<M>> {
        Box::new(Wishes {
            grace: self.grace,
            pulse: self.pulse,
            label: self.label.clone(),
            ..Wishes::default()
        })
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

    /// How often the machine shows its spawner that it lives, when that has a row for it; at
    /// least a millisecond. Usually as the system says: each 2 seconds.
    #[must_use]
    pub fn pulse(mut self, pulse: Duration) -> Self {
        self.pulse = Some(pulse.max(Duration::from_millis(1)));
        self
    }

    /// For how long the machine may give no sign of life before it has failed for its spawner.
    /// Usually as the system says: see `SystemBuilder::silence`.
    #[must_use]
    pub const fn silence(mut self, limit: Duration) -> Self {
        self.silence = Some(limit);
        self
    }

    /// What people call the machine where they look at it: see
    /// [`Inspection`](crate::Inspection). It need not be unique.
    #[must_use]
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = Some(label.into());
        self
    }
}

/// A new machine of that loop, not yet started; one that will never start when the loop is
/// gone.
pub(super) fn lay<M: Drive>(
    origin: Origin<M>,
    options: &SpawnOptions,
    home: &Arc<Home>,
    is_root: bool,
) -> (Address<M>, Box<Egg<M>>) {
    let capacity = options.mailbox.unwrap_or_else(|| home.site().mailbox());
    let mailbox = door(home).open(capacity, is_root);
    let newcomer = newcomer(mailbox.clone(), origin, options);
    (Address::of(mailbox), Box::new(newcomer.into()))
}

fn door<M: Drive>(home: &Arc<Home>) -> Arc<Door<M>> {
    // Where there is no loop nobody will start what is laid; dropped, it says so.
    let door = home.door::<M>();
    door.unwrap_or_else(|| Arc::new(Door::new(home.clone(), 0)))
}

#[inline]
fn newcomer<M: Drive>(
    mailbox: Arc<Mailbox<M>>,
    origin: Origin<M>,
    options: &SpawnOptions,
) -> Newcomer<M> {
    if let Some(limit) = options.silence {
        mailbox.set_silence(limit);
        mailbox.site().expect_silence(limit);
    }
    let is_special = options.grace.is_some() || options.pulse.is_some() || options.label.is_some();
    Newcomer {
        origin,
        mailbox,
        wishes: is_special.then(|| options.wishes()),
    }
}

/// A machine that its spawner keeps, not yet started. See [`Context::spawn_kept`].
pub(crate) fn prepare_kept<M: Drive>(
    make: impl FnMut() -> Result<M, Error> + Send + 'static,
    keeper: Option<Box<dyn Keeper<M>>>,
    options: &SpawnOptions,
    site: &Arc<dyn Site>,
) -> (Address<M>, Newborn) {
    let home = options.place(site).unwrap_or_else(|| site.home());
    let (address, mut egg) = lay(Origin::Again(Box::new(make)), options, &home, false);
    if keeper.is_some()
        && let Some(wishes) = egg.wishes()
    {
        wishes.keeper = keeper;
    }
    (address, Newborn(egg))
}

impl<M: Machine> Context<M> {
    /// Spawns a machine as a child of this one, in the loop with the fewest machines. Its
    /// address is known at once; it starts when this step has completed, and not at all when
    /// this step fails.
    ///
    /// This machine's `child` rows hear of it. A child whose error no row receives makes this
    /// machine fail too. When this machine ends, its children end before it, the youngest
    /// first.
    pub fn spawn<N: Drive>(&mut self, data: N) -> Address<N> {
        self.spawn_with(data, &USUAL)
    }

    /// As [`spawn`](Self::spawn), with options.
    pub fn spawn_with<N: Drive>(&mut self, data: N, options: &SpawnOptions) -> Address<N> {
        let place = self.place(options);
        self.spawn_in(data, options, place)
    }

    /// As [`spawn`](Self::spawn), in this machine's own loop: messages between the two cross no
    /// thread.
    pub fn spawn_local<N: Drive>(&mut self, data: N) -> Address<N> {
        self.spawn_local_with(data, &USUAL)
    }

    /// As [`spawn_local`](Self::spawn_local), with options.
    pub fn spawn_local_with<N: Drive>(&mut self, data: N, options: &SpawnOptions) -> Address<N> {
        self.spawn_in(data, options, None)
    }

    #[inline]
    fn spawn_in<N: Drive>(
        &mut self,
        data: N,
        options: &SpawnOptions,
        place: Option<Arc<Home>>,
    ) -> Address<N> {
        let lay = |mailbox: Arc<Mailbox<N>>| newcomer(mailbox, Origin::Once(data), options);
        let is_here = |home: &Arc<Home>, post: &Post| post.is_at(home.number());
        let spawned = match &mut self.post {
            Some(post) if place.as_ref().is_none_or(|home| is_here(home, post)) => {
                self.phase.owe();
                let usual = || post.home().site().mailbox();
                let capacity = options.mailbox.unwrap_or_else(usual);
                post.spawn(capacity, lay)
            }
            _ => Err(lay),
        };
        spawned.unwrap_or_else(|lay| {
            let home = place.unwrap_or_else(|| self.mailbox().home().clone());
            let capacity = options.mailbox.unwrap_or_else(|| home.site().mailbox());
            let mailbox = door(&home).open(capacity, false);
            let egg = Egg::from(lay(mailbox.clone()));
            self.push_effect(Effect::Spawn(Newborn(Box::new(egg))));
            Address::of(mailbox)
        })
    }

    /// Where a machine is to live that this one spawns, when that is elsewhere.
    #[inline]
    fn place(&mut self, options: &SpawnOptions) -> Option<Arc<Home>> {
        let uncounted = self.post.as_ref().map(|post| post.nests.uncounted());
        let own = self.mailbox().home();
        let said = options.place(own.site());
        said.or_else(|| own.site().choose(own, uncounted.unwrap_or(0)))
    }

    /// Spawns a child that can be made anew at its address: `make` makes its data, at the start
    /// and whenever it is restarted. An error or a panic of `make` is an end like any other.
    ///
    /// When such a machine ends, this one's `child` rows hear of it as always, but its mailbox
    /// stays open and its mail waits, until somebody says [`Handle::restart`] (it starts again
    /// and takes the mail that waits, without the message that it failed at, whose asker is told
    /// at once) or [`Handle::bury`] (it has ended for good). It is buried with this machine.
    ///
    /// [`Handle::restart`]: crate::Handle::restart
    /// [`Handle::bury`]: crate::Handle::bury
    pub fn spawn_kept<N: Drive>(
        &mut self,
        make: impl FnMut() -> Result<N, Error> + Send + 'static,
        options: &SpawnOptions,
    ) -> Address<N> {
        let place = self.place(options);
        let home = place.unwrap_or_else(|| self.mailbox().home().clone());
        let (address, egg) = lay(Origin::Again(Box::new(make)), options, &home, false);
        self.push_effect(Effect::Spawn(Newborn(egg)));
        address
    }

    /// Asks a machine, a child for example, to end in good order when this step has completed:
    /// its children first, then its exit actions. It takes no more mail.
    pub fn stop<N: Drive>(&mut self, machine: &Address<N>) {
        self.push_effect(Effect::Stop(machine.handle()));
    }
}
