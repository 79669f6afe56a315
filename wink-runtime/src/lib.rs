//! Runs wink machines: the pure core, and drivers that perform what it asks for.
//!
//! [`core`](mod@crate::core) knows no clock, no socket, no task: a machine's step is a function of
//! its state, its data, a message and the time, and returns a new state and a list of
//! [`Effect`]s. Drivers perform those. Without its default features this crate is the core alone.
#![forbid(unsafe_code)]
// What only a driver calls is unused in the core alone.
#![cfg_attr(not(feature = "tokio"), allow(dead_code, unused_imports))]

mod attach;
mod blocking;
#[cfg(feature = "console")]
pub mod console;
pub mod core;
mod coverage;
#[cfg(feature = "documents")]
pub mod document;
mod driver;
#[cfg(test)]
mod fuzz;
mod group;
pub mod link;
#[cfg(feature = "tokio")]
mod one_state;
mod pool;
#[doc(hidden)]
pub mod private;
#[cfg(feature = "console")]
pub mod process;
mod recipient;
mod registry;
#[cfg(feature = "remote")]
pub mod remote;
mod respondent;
#[cfg(feature = "tokio")]
mod supervisor;
mod topic;
pub use crate::core::address::{
    Address, Call, Mail, SendError, Sending, StopError, TrySendError, WeakAddress,
};
pub use crate::core::child_spec::{ChildSpec, Grace, Restart};
pub use crate::core::context::Context;
pub use crate::core::drive::{Drive, Input, Progress};
pub use crate::core::effect::Effect;
pub use crate::core::event::{PeerEvent, SystemEvent};
pub use crate::core::exit::{
    Child, ChildEvent, Down, Error, ErrorKind, ExitReason, Identity, MachineId,
};
pub use crate::core::fingerprint::fingerprint;
pub use crate::core::inspect::{Activity, Inspection, LoopView, MachineView};
pub use crate::core::instance::{Asked, Instance, Start};
pub use crate::core::link::{Ending, LinkError, LinkMode};
pub use crate::core::machine::{FromFields, Machine, Messages, ReadReply, StateName, Takes};
pub use crate::core::mailbox::{Envelope, Order};
pub use crate::core::observer::{Observer, Record};
pub use crate::core::outcome::{Outcome, Received};
pub use crate::core::portrait::Change;
pub use crate::core::question::{CallError, Question, Reply, ReplyPort};
pub use crate::core::restart::{BackOff, Intensity};
pub use crate::core::signal::Signal;
pub use crate::core::snapshot::{
    Durable, Portable, RestoreError, SaveError, Snapshot, SnapshotView,
};
pub use crate::core::station::{BoxFuture, Closed, Handle, Newborn};
pub use crate::core::status::Status;
pub use crate::core::step_record::StepRecord;
pub use crate::core::steps::{Event, Parts, Perform, PerformAsync, Steps, StepsAsync};
pub use crate::core::store::{Configuration, Place, Store};
pub use crate::core::supervisor::{ChildState, Strategy};
pub use crate::core::time::Time;
pub use crate::core::timers::TimerId;
pub use crate::coverage::Coverage;
pub use crate::driver::{Clock, SpawnOptions};
#[cfg(feature = "tokio")]
pub use crate::driver::{Events, MissedEvents, Shutdown, System, SystemBuilder, TokioClock};
pub use crate::group::{Delivery, Group, Missed, MissedWhy};
pub use crate::link::{Crash, Linkable, Notice, Task, Watched};
pub use crate::pool::{Dispatch, Job, Pool, PoolBuilder, PoolEvent};
pub use crate::recipient::Recipient;
pub use crate::registry::{FindError, GroupError, RegisterError, Registry};
pub use crate::respondent::Respondent;
#[cfg(feature = "saved")]
pub use crate::supervisor::Saved;
#[cfg(feature = "tokio")]
pub use crate::supervisor::{
    NotSupervised, Supervisor, SupervisorBuilder, TaskEnd, Tree, TreeChild, UnknownChild,
};
pub use crate::topic::Topics;
pub use wink_chart::{
    Chart, Exploration, Finding, Given, MessageId, Path, PathStep, RowId, StateId,
};
