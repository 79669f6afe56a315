//! Machines on other nodes: the same addresses over an authenticated wire.
//!
//! A [`Node`] makes a system reachable. It shows a [`Credential`] of its cluster and lets nobody
//! in who has none ([`Keys`]). Machines are published by name and reached by name; from then on
//! an [`Address`](crate::Address) is an address, wherever its machine lives.
//!
//! ```no_run
//! use wink_runtime::System;
//! use wink_runtime::remote::{Keys, Node};
//! # use wink_runtime::remote::Remote;
//! # async fn run<Turnstile: Remote + wink_runtime::Drive + Default>()
//! # -> Result<(), Box<dyn std::error::Error>> {
//! let keys = Keys::open_or_init(Keys::default_directory()?)?;
//! let system = System::new();
//!
//! // On one computer:
//! let node = Node::builder(&system, keys.node()?).listen("127.0.0.1:42000").start()?;
//! node.publish("gate", &system.spawn(Turnstile::default()))?;
//!
//! // On another one:
//! let node = Node::builder(&system, keys.node()?).start()?;
//! let gate = node.reach::<Turnstile>("gate", "127.0.0.1:42000").await?;
//! println!("{gate} has ended: {}", gate.closed().await);
//! # Ok(())
//! # }
//! ```
//!
//! The bytes are described in `docs/protocol.md`.

mod address;
mod codec;
mod error;
mod inlet;
mod keys;
mod link;
mod local;
mod names;
mod node;
mod outlet;
mod placement;
mod request;
mod transport;

pub use crate::core::wire::Limits;
pub use crate::core::wire::schema::{Schema, SchemaError};
pub use codec::Remote;
pub use error::{ConnectError, NodeError, ReachError};
pub use keys::{
    Applicant, Authority, Credential, Given, Grant, Holder, Invitation, KeyError, Keys, Kind,
    Roles, Token,
};
pub use node::{Node, NodeBuilder, Peer};
pub(crate) use placement::prepare;
pub use placement::{Host, Hosted, News, Order, Placement, Program};
pub use request::{Answers, NotSent, Requests, Responses};
pub use transport::memory::MemoryNetwork;

#[cfg(test)]
mod tests;
