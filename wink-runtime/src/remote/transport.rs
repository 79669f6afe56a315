//! What carries bytes between nodes. QUIC in the world, memory in tests; another one is these
//! traits written again.

pub(super) mod memory;
pub(super) mod quic;

use super::keys::{Credential, Holder, Kind};
use crate::core::station::BoxFuture;

/// Connects, and lets others connect.
pub(super) trait Transport: Send + Sync {
    /// Where others reach this node, as they would write it; empty when nobody can.
    fn local_address(&self) -> String;

    /// Connects to a node.
    fn connect(&self, address: &str) -> BoxFuture<'_, Result<Connection, String>>;

    /// The next who has connected; `None` when nobody ever will. A connection that fails is
    /// told of, and is not the end.
    fn accept(&self) -> BoxFuture<'_, Option<Result<Connection, Stranger>>>;

    /// Shows another credential to whom it meets from now on.
    ///
    /// # Errors
    /// When it does not fit together.
    fn renew(&self, credential: &Credential) -> Result<(), String>;

    /// Ends all connections, when what was written has been sent.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// Somebody who wanted to connect and may not.
#[derive(Debug)]
pub(super) struct Stranger {
    /// Where from.
    pub(super) address: String,
    /// Why not.
    pub(super) why: String,
}

/// Two streams in each direction, and datagrams: with somebody whose certificate was checked.
pub(super) struct Connection {
    /// Whose certificate it is.
    pub(super) holder: Holder,
    /// Where the other end is.
    pub(super) address: String,
    /// The stream that is never kept waiting by mail.
    pub(super) control: (Box<dyn Source>, Box<dyn Sink>),
    /// The stream of letters and answers.
    pub(super) mail: (Box<dyn Source>, Box<dyn Sink>),
    /// Signs of life.
    pub(super) beats: Box<dyn Beats>,
}

/// Where bytes come from.
pub(super) trait Source: Send {
    /// Appends what has come, at least one byte; `false` at the end of the stream.
    ///
    /// # Errors
    /// When the connection is lost, with why.
    fn read<'a>(&'a mut self, bytes: &'a mut Vec<u8>) -> BoxFuture<'a, Result<bool, String>>;
}

/// Where bytes go.
pub(super) trait Sink: Send {
    /// Writes all of it, waiting while the other end does not read.
    ///
    /// # Errors
    /// When the connection is lost, with why.
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), String>>;
}

/// Datagrams: they may get lost, and do not wait for anything.
pub(super) trait Beats: Send + Sync {
    fn send(&self, bytes: &[u8]);

    /// The next one.
    ///
    /// # Errors
    /// When the connection is lost, with why.
    fn receive(&self) -> BoxFuture<'_, Result<Vec<u8>, String>>;

    /// Ends the connection, when what was written before has arrived or a moment has passed.
    fn close(&self, why: &str);
}

/// What the name says that a node is asked for by its certificate.
pub(super) const NODE: &str = Kind::Node.domain();
