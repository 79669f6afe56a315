//! Supervisors: children that are started in order, watched, started again, and stopped.
//!
//! What is decided is [`core::supervisor`](crate::core::supervisor)'s; here is what carries it
//! out. A supervisor that runs is a machine among machines: it has an address, it is a child of
//! another supervisor when it is nested, and it ends when its children have.

mod blueprint;
mod handle;
mod manager;
#[cfg(feature = "saved")]
mod saved;
mod shared;
mod task;
mod tree;

use std::borrow::Cow;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use blueprint::{Blueprint, Declared};
use manager::Manager;
use shared::Shared;

pub use handle::{NotSupervised, UnknownChild};
#[cfg(feature = "saved")]
pub use saved::Saved;
pub use task::TaskEnd;
pub use tree::{Tree, TreeChild};

use crate::core::address::Address;
use crate::core::child_spec::{ChildSpec, Grace};
use crate::core::context::Context;
use crate::core::drive::Drive;
use crate::core::exit::Error;
use crate::core::machine::Machine;
use crate::core::restart::{BackOff, Intensity};
#[cfg(feature = "saved")]
use crate::core::snapshot::{Durable, Portable};
use crate::core::supervisor::Strategy;
use crate::driver::{SpawnOptions, System};
#[cfg(feature = "remote")]
use crate::remote::{Program, Remote};

/// A supervisor that runs: its children by name, the tree under it, its end.
///
/// A value that is cheap to clone; dropping it stops nothing. Children keep their address and
/// their mail over a restart: what was accepted is handled by the successor, in order, except
/// for the message that the child failed on. Whoever asked that hears of the failure at once.
///
/// ```no_run
/// # use std::time::Duration;
/// # use wink_runtime::{ChildSpec, Drive, Restart, Strategy, Supervisor, System};
/// # async fn run<Till: Drive + Default, Kitchen: Drive + Default>() {
/// let system = System::new();
/// let shop = Supervisor::builder("shop")
///     .strategy(Strategy::RestForOne)
///     .intensity(3, Duration::from_secs(5))
///     .child("kitchen", Kitchen::default)
///     .child(ChildSpec::new("till").restart(Restart::Transient), Till::default)
///     .task("radio", || async { /* any future */ })
///     .start(&system);
/// let kitchen = shop.address::<Kitchen>("kitchen");
/// println!("{}", shop.tree());
/// shop.stop();
/// # }
/// ```
#[derive(Clone)]
pub struct Supervisor {
    address: Address<Manager>,
    shared: Arc<Shared>,
}

impl Supervisor {
    /// A supervisor of that name, with no children yet: one for one, one restart in five
    /// seconds, no delay.
    pub fn builder(name: impl Into<Cow<'static, str>>) -> SupervisorBuilder {
        SupervisorBuilder {
            blueprint: Blueprint::new(name.into()),
        }
    }
}

/// A supervisor to be: its settings, and its children in the order in which they start.
///
/// A child is named by text or described by a [`ChildSpec`].
#[derive(Debug)]
#[must_use = "nothing runs before `start`"]
pub struct SupervisorBuilder {
    blueprint: Blueprint,
}

impl SupervisorBuilder {
    /// Who is started again when one child has failed. Usually the child alone.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.blueprint.plan.strategy = strategy;
        self
    }

    /// How many restarts are borne in any stretch of time of that length; one more stops the
    /// children and makes the supervisor fail. Usually one in five seconds.
    pub fn intensity(mut self, restarts: u32, period: Duration) -> Self {
        self.blueprint.plan.intensity = Intensity::new(restarts, period);
        self
    }

    /// How long restarts wait, where the child ([`ChildSpec::back_off`]) says nothing else.
    /// Usually they do not.
    pub fn back_off(mut self, back_off: BackOff) -> Self {
        self.blueprint.plan.back_off = back_off;
        self
    }

    /// What the chance part of the delays depends on. Usually the system's seed
    /// ([`SystemBuilder::seed`](crate::SystemBuilder::seed)) and the supervisor's name.
    pub fn seed(mut self, seed: u64) -> Self {
        self.blueprint.seed = Some(seed);
        self
    }

    /// The next child: a machine whose data `make` makes, at the start and at each restart.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    pub fn child<M: Drive>(
        self,
        spec: impl Into<ChildSpec>,
        mut make: impl FnMut() -> M + Send + 'static,
    ) -> Self {
        self.try_child(spec, move || Ok(make()))
    }

    /// As [`child`](Self::child), for a machine whose data may fail to be made: that is a start
    /// that fails, which is tried again and counted as any other failure.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    pub fn try_child<M: Drive>(
        mut self,
        spec: impl Into<ChildSpec>,
        make: impl FnMut() -> Result<M, Error> + Send + 'static,
    ) -> Self {
        self.blueprint.declare(Declared::machine(spec.into(), make));
        self
    }

    /// The next child: a machine that goes on from its last snapshot when it is started again,
    /// in the states and with the timers that it had, without its entry functions. `make` makes
    /// its data when there is no snapshot: at the first start, and after it has ended normally.
    ///
    /// It goes on from before the step that failed; the message that the step was about is gone,
    /// as always. What the machine has sent before is not sent again. Machines that it had
    /// spawned have ended with it and are not there again.
    ///
    /// A snapshot that does not fit (another version of the machine, a broken file) is a start
    /// that fails, and says why.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    #[cfg(feature = "saved")]
    pub fn saved_child<M>(
        self,
        spec: impl Into<ChildSpec>,
        saved: Saved,
        mut make: impl FnMut() -> M + Send + 'static,
    ) -> Self
    where
        M: Drive + Durable,
        M::Locals: Durable,
        M::Message: Portable,
    {
        self.try_saved_child(spec, saved, move || Ok(make()))
    }

    /// As [`saved_child`](Self::saved_child), for a machine whose data may fail to be made: see
    /// [`try_child`](Self::try_child).
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    #[cfg(feature = "saved")]
    pub fn try_saved_child<M>(
        mut self,
        spec: impl Into<ChildSpec>,
        saved: Saved,
        make: impl FnMut() -> Result<M, Error> + Send + 'static,
    ) -> Self
    where
        M: Drive + Durable,
        M::Locals: Durable,
        M::Message: Portable,
    {
        let last = saved::nothing();
        let keeper = move || saved::keeper(&saved, &last);
        let child = Declared::saved(spec.into(), keeper, make);
        self.blueprint.declare(child);
        self
    }

    /// The next child: a machine in a process of its own, under this program's node or another
    /// one. `make` says which program is started, at the start and at each restart; it may choose
    /// another node when the one before was lost.
    ///
    /// The child's address leads to whichever process is its machine now. Mail that was not handed
    /// on when a process ended is for the next one; what was in the process is lost, and callers
    /// hear so. That the program cannot be started or reached, that its process is killed, and that
    /// its node is lost are failures as any other.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    #[cfg(feature = "remote")]
    pub fn program<M: Remote>(
        self,
        spec: impl Into<ChildSpec>,
        mut make: impl FnMut() -> Program<M> + Send + 'static,
    ) -> Self {
        self.try_program(spec, move || Ok(make()))
    }

    /// As [`program`](Self::program), for one that may fail to be chosen: that is a start that
    /// fails, which is tried again and counted as any other failure.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    #[cfg(feature = "remote")]
    pub fn try_program<M: Remote>(
        mut self,
        spec: impl Into<ChildSpec>,
        make: impl FnMut() -> Result<Program<M>, Error> + Send + 'static,
    ) -> Self {
        let child = Declared::program(spec.into(), make);
        self.blueprint.declare(child);
        self
    }

    /// The next child: any future, made anew at each start. It ends normally when the future
    /// is ready with `()` or `Ok(())`.
    ///
    /// A future that is to stop is dropped, at once unless the child was given a grace to
    /// finish in.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    pub fn task<F>(
        mut self,
        spec: impl Into<ChildSpec>,
        make: impl FnMut() -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output: TaskEnd> + Send + 'static,
    {
        let mut spec = spec.into();
        if spec.grace == Grace::default() {
            spec.grace = Grace::Kill;
        }
        self.blueprint.declare(Declared::task(spec, make));
        self
    }

    /// The next child: another supervisor. It has all the time that its own children need to
    /// stop. When it gives up, that is a failure of this child; started again, it starts its
    /// children anew. These keep their addresses and their mail as over any restart; only those
    /// that had ended for good meanwhile are others, at new addresses.
    ///
    /// # Panics
    /// When a child of that name has been declared, or none of the name that it is to live
    /// beside.
    pub fn supervisor(mut self, inner: SupervisorBuilder) -> Self {
        self.blueprint
            .declare(Declared::supervisor(inner.blueprint));
        self
    }

    /// Starts the supervisor and then, in order, its children.
    ///
    /// Their addresses are known at once; what is sent to a child that has not started yet
    /// waits.
    pub fn start(self, system: &System) -> Supervisor {
        let shared = Arc::new(Shared::new(&self.blueprint, &system.site()));
        let options = SpawnOptions::new().label(shared.name.clone());
        let address = system.spawn_with(Manager::new(shared.clone(), None), &options);
        Supervisor { address, shared }
    }
}

impl<M: Machine> Context<M> {
    /// Starts a supervisor as a child of this machine, when this step has completed. It has all
    /// the time that its own children need to stop; when it gives up, a child of this machine has
    /// failed.
    pub fn supervise(&mut self, builder: SupervisorBuilder) -> Supervisor {
        let site = self.mailbox().site().clone();
        let shared = Arc::new(Shared::new(&builder.blueprint, &site));
        let options = SpawnOptions::new()
            .grace(Grace::Forever)
            .label(shared.name.clone());
        let address = self.spawn_with(Manager::new(shared.clone(), None), &options);
        Supervisor { address, shared }
    }
}

impl From<&'static str> for ChildSpec {
    fn from(name: &'static str) -> Self {
        ChildSpec::new(name)
    }
}

impl From<String> for ChildSpec {
    fn from(name: String) -> Self {
        ChildSpec::new(name)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What panics under a lock here is a child's constructor; it leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
