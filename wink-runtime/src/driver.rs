//! Drivers: what performs the effects of machines.
//!
//! The life of a machine knows no executor; tokio comes in with [`System`], under the feature
//! of that name.

mod clock;
mod kept;
mod life;
mod outbox;
mod panic;
mod spawn;

#[cfg(feature = "tokio")]
mod events;
#[cfg(feature = "tokio")]
mod system;

pub use clock::Clock;
#[cfg(feature = "tokio")]
pub use clock::TokioClock;
#[cfg(feature = "tokio")]
pub use events::{Events, MissedEvents};
pub use spawn::{SpawnOptions, prepare, prepare_kept};
#[cfg(feature = "tokio")]
pub use system::{Shutdown, System, SystemBuilder};
