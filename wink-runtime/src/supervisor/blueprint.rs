//! What a supervisor is made from, as often as it is started.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

use super::handle::UnknownChild;
use super::lock;
use super::manager::Manager;
use super::shared::Shared;
use super::task::{Task, TaskEnd};
use crate::core::address::Address;
use crate::core::child_spec::{ChildSpec, Grace};
use crate::core::drive::Drive;
use crate::core::effect::ReplyOf;
use crate::core::exit::Error;
use crate::core::keeper::Keeper;
use crate::core::machine::Machine;
use crate::core::station::{Handle, Newborn, Site};
use crate::core::supervisor::Plan;
use crate::driver::{Beside, SpawnOptions, prepare_kept};
#[cfg(feature = "remote")]
use crate::remote::{self, Program, Remote};

/// A child of a supervisor that runs, or will.
pub(super) struct Seat {
    pub(super) handle: Handle,
    /// Its address, of whatever type.
    pub(super) address: Box<dyn Any + Send + Sync>,
    /// Where it lives.
    pub(super) place: Beside,
    /// The machine before its first start.
    pub(super) newborn: Option<Newborn>,
    /// It has ended for good.
    pub(super) is_over: bool,
    /// Where a child that is a supervisor shows its own children.
    pub(super) inner: Option<Inner>,
}

impl Seat {
    /// Of a child that has not been started yet.
    fn new<M>(address: Address<M>, newborn: Newborn) -> Self
    where
        M: Machine + 'static,
        M::Message: Send,
        ReplyOf<M>: Send,
    {
        Self {
            handle: address.handle(),
            place: Beside::of(&address),
            address: Box::new(address),
            newborn: Some(newborn),
            is_over: false,
            inner: None,
        }
    }
}

/// What a nested supervisor and the one over it know of each other.
pub(super) type Inner = Arc<Nesting>;

pub(super) struct Nesting {
    /// Where the nested one shows its children.
    pub(super) shared: Arc<Shared>,
    /// Where it tells that they have all started.
    pub(super) outer: Mutex<Option<Address<Manager>>>,
}

/// Where a child is to live.
pub(super) struct Ground<'child> {
    pub(super) site: &'child Arc<dyn Site>,
    /// The loop of another child.
    pub(super) beside: Option<Beside>,
}

/// Makes a child's seat.
type Prepare = Box<dyn Fn(Ground<'_>) -> Seat + Send + Sync>;

/// A child as it was declared.
pub(super) struct Declared {
    pub(super) spec: ChildSpec,
    prepare: Prepare,
}

impl Declared {
    pub(super) fn machine<M: Drive>(
        spec: ChildSpec,
        make: impl FnMut() -> Result<M, Error> + Send + 'static,
    ) -> Self {
        let options = options(&spec);
        // A supervisor that is started again has a new machine use the same constructor.
        let make = Arc::new(Mutex::new(make));
        let prepare = move |ground: Ground<'_>| {
            let make = make.clone();
            seat(move || lock(&make)(), None, &options, ground)
        };
        Self {
            spec,
            prepare: Box::new(prepare),
        }
    }

    /// As [`machine`](Self::machine), with somebody who keeps what it was last.
    #[cfg(feature = "saved")]
    pub(super) fn saved<M: Drive>(
        spec: ChildSpec,
        keeper: impl Fn() -> Box<dyn Keeper<M>> + Send + Sync + 'static,
        make: impl FnMut() -> Result<M, Error> + Send + 'static,
    ) -> Self {
        let options = options(&spec);
        let make = Arc::new(Mutex::new(make));
        let prepare = move |ground: Ground<'_>| {
            let make = make.clone();
            seat(move || lock(&make)(), Some(keeper()), &options, ground)
        };
        Self {
            spec,
            prepare: Box::new(prepare),
        }
    }

    /// A machine that lives in a process of its own.
    #[cfg(feature = "remote")]
    pub(super) fn program<M: Remote>(
        spec: ChildSpec,
        make: impl FnMut() -> Result<Program<M>, Error> + Send + 'static,
    ) -> Self {
        let make = Arc::new(Mutex::new(make));
        let room = spec.mailbox;
        let prepare = move |ground: Ground<'_>| {
            let make = make.clone();
            let (address, newborn) =
                remote::prepare(move || lock(&make)(), true, room, ground.site);
            Seat::new(address, newborn)
        };
        Self {
            spec,
            prepare: Box::new(prepare),
        }
    }

    pub(super) fn task<F>(spec: ChildSpec, mut make: impl FnMut() -> F + Send + 'static) -> Self
    where
        F: Future<Output: TaskEnd> + Send + 'static,
    {
        Self::machine(spec, move || Ok(Task::new(make())))
    }

    pub(super) fn supervisor(blueprint: Blueprint) -> Self {
        let spec = ChildSpec::new(blueprint.name.clone()).grace(Grace::Forever);
        let options = SpawnOptions::new()
            .grace(Grace::Forever)
            .label(spec.name.clone());
        let blueprint = Arc::new(blueprint);
        let prepare = move |ground: Ground<'_>| {
            let blueprint = blueprint.clone();
            // Its children have addresses before it has started.
            let shared = Arc::new(Shared::new(&blueprint, ground.site));
            let inner = Arc::new(Nesting {
                shared: shared.clone(),
                outer: Mutex::default(),
            });
            let children = Children(shared);
            let shown = inner.clone();
            let mut is_first = true;
            let make = move || {
                if !std::mem::replace(&mut is_first, false) {
                    children.0.renew(&blueprint);
                }
                let outer = lock(&shown.outer).clone();
                Ok(Manager::new(children.0.clone(), outer))
            };
            let mut seat = seat(make, None, &options, ground);
            seat.inner = Some(inner);
            seat
        };
        Self {
            spec,
            prepare: Box::new(prepare),
        }
    }

    pub(super) fn prepare(&self, ground: Ground<'_>) -> Seat {
        (self.prepare)(ground)
    }
}

/// How a child is spawned.
fn options(spec: &ChildSpec) -> SpawnOptions {
    let mut options = SpawnOptions::new().grace(spec.grace);
    if let Some(messages) = spec.mailbox {
        options = options.mailbox(messages);
    }
    if let Some(limit) = spec.silence {
        options = options.silence(limit);
    }
    options.label(spec.name.clone())
}

/// The children of a nested supervisor, in all of its lives. When there are no more of these, what
/// has not started never will.
struct Children(Arc<Shared>);

impl Drop for Children {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

fn seat<M: Drive>(
    make: impl FnMut() -> Result<M, Error> + Send + 'static,
    keeper: Option<Box<dyn Keeper<M>>>,
    options: &SpawnOptions,
    ground: Ground<'_>,
) -> Seat {
    let options = options.clone().at(ground.beside);
    let (address, newborn) = prepare_kept(make, keeper, &options, ground.site);
    Seat::new(address, newborn)
}

/// A supervisor as it was declared.
pub(super) struct Blueprint {
    pub(super) name: Cow<'static, str>,
    pub(super) plan: Plan,
    /// What its delays depend on; the system's seed and its name when nothing is said.
    pub(super) seed: Option<u64>,
    pub(super) children: Vec<Declared>,
}

impl Blueprint {
    pub(super) fn new(name: Cow<'static, str>) -> Self {
        Self {
            name,
            plan: Plan::default(),
            seed: None,
            children: Vec::new(),
        }
    }

    /// What its delays depend on in a system of that seed.
    pub(super) fn seed_in(&self, system: u64) -> u64 {
        // FNV-1a: supervisors of other names have other delays.
        let name = self.name.bytes();
        let hash = name.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        self.seed.unwrap_or(hash ^ system)
    }

    pub(super) fn declare(&mut self, child: Declared) {
        let name = &child.spec.name;
        let is_taken = self.children.iter().any(|other| other.spec.name == *name);
        assert!(
            !is_taken,
            "supervisor `{}` has two children `{name}`: give one another name",
            self.name
        );
        if let Some(neighbour) = &child.spec.beside {
            let names = self.children.iter().map(|other| &*other.spec.name);
            assert!(
                names.clone().any(|other| other == neighbour),
                "supervisor `{}`, child `{name}`: it is to live beside one declared before it, \
                 but {}",
                self.name,
                UnknownChild::new(neighbour, names)
            );
        }
        self.children.push(child);
    }
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.children.iter().map(|child| &child.spec.name);
        formatter
            .debug_struct("Supervisor")
            .field("name", &self.name)
            .field("plan", &self.plan)
            .field("children", &names.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
