//! Drivers: what performs the effects of machines.
//!
//! The event loop knows no executor; tokio comes in with [`System`], under the feature of that
//! name.

#[cfg(feature = "tokio")]
mod berth;
mod clock;
mod spawn;

#[cfg(feature = "tokio")]
mod blocking;
#[cfg(feature = "tokio")]
mod events;
#[cfg(feature = "tokio")]
mod gathering;
#[cfg(feature = "tokio")]
mod inspect;
#[cfg(all(test, shuttle, feature = "tokio"))]
mod interleavings;
#[cfg(feature = "tokio")]
mod lookout;
#[cfg(feature = "metrics")]
mod meters;
#[cfg(feature = "tokio")]
mod patience;
#[cfg(feature = "tokio")]
mod run;
#[cfg(feature = "tokio")]
mod shared;
#[cfg(feature = "tokio")]
mod shutdown;
#[cfg(feature = "tokio")]
mod stopwatch;
#[cfg(feature = "tokio")]
mod system;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(feature = "tokio")]
mod vigil;
#[cfg(feature = "tokio")]
mod watching;

pub(crate) use crate::core::event_loop::panic::{catch, note_places};
pub use clock::Clock;
#[cfg(feature = "tokio")]
pub use clock::TokioClock;
#[cfg(feature = "tokio")]
pub use events::{Events, MissedEvents};
#[cfg(feature = "tokio")]
pub use shutdown::Shutdown;
pub(crate) use spawn::Beside;
pub use spawn::SpawnOptions;
pub(crate) use spawn::prepare_kept;
#[cfg(feature = "tokio")]
pub use system::{System, SystemBuilder};
