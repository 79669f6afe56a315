//! A machine as a process of its own, under a node that started it.
//!
//! The node runs the machine's program with `<address> <spawner> [arguments]`, with the
//! environment variable [`NODE`] set, and with one end of a pair of sockets as its standard
//! input. Everything that the two say to each other goes over that pair: see [`protocol`]. When
//! it closes, the node is gone, and the machine ends in good order.
//!
//! Must not know of: any particular machine, and what the node makes of what it hears.

#![cfg_attr(not(unix), allow(dead_code))]

mod argument;
#[cfg(all(unix, feature = "remote"))]
mod ends;
#[cfg(all(unix, feature = "remote"))]
mod host;
#[cfg(unix)]
mod link;
#[cfg(not(unix))]
#[path = "process/no_link.rs"]
mod link;
mod look;
mod node;
pub mod protocol;
#[cfg(not(all(unix, feature = "remote")))]
#[path = "process/no_publish.rs"]
mod publish;
#[cfg(all(unix, any(test, not(feature = "remote"))))]
mod refusal;
#[cfg(unix)]
mod requests;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod state;
#[cfg(all(unix, feature = "remote"))]
mod wire;
#[cfg(all(unix, not(feature = "remote")))]
#[path = "process/no_wire.rs"]
mod wire;

pub use argument::{Argument, Begin, Words, parameter};
pub use node::Node;
#[cfg(not(all(unix, feature = "remote")))]
#[doc(hidden)]
pub use publish::Publish;
#[cfg(unix)]
pub(crate) use run::{Under, run};
#[cfg(all(unix, feature = "remote"))]
#[doc(hidden)]
pub use wire::Publish;

/// The environment variable by which a program knows that a node started it: the node's address.
pub const NODE: &str = "WINK_NODE";

/// The environment variable with the time between two pulses, in milliseconds.
pub const PULSE: &str = "WINK_PULSE_MS";

/// The environment variable with the time that the machine may take to stop, in milliseconds.
pub const GRACE: &str = "WINK_GRACE_MS";
