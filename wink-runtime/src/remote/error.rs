//! Why another node, or a machine there, is not reached.

use std::fmt;

use super::keys::KeyError;
use crate::core::wire::schema::SchemaError;

/// Codes of the frame that says that a machine is not reached.
pub(super) mod unreached {
    /// Nothing has that name.
    pub const NONE: u8 = 1;
    /// It is another kind of machine.
    pub const KIND: u8 = 2;
    /// Its messages are others.
    pub const SCHEMA: u8 = 3;
    /// The credential does not allow it.
    pub const ROLE: u8 = 4;
    /// The peer knows of too many machines.
    pub const FULL: u8 = 5;
}

/// Why a node does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum NodeError {
    /// It cannot listen, or has no socket.
    Transport(String),
    /// Its credential cannot be used.
    Keys(KeyError),
    /// It was not started inside of a tokio runtime.
    NoRuntime,
}

impl fmt::Display for NodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeError::Transport(why) => formatter.write_str(why),
            NodeError::Keys(error) => fmt::Display::fmt(error, formatter),
            NodeError::NoRuntime => {
                formatter.write_str("a node is started inside of a tokio runtime with io and time")
            }
        }
    }
}

impl std::error::Error for NodeError {}

impl From<KeyError> for NodeError {
    fn from(error: KeyError) -> Self {
        NodeError::Keys(error)
    }
}

/// Another node is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectError {
    /// Where it was thought to be.
    pub address: String,
    /// Why it is not reached.
    pub why: String,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, why } = self;
        write!(formatter, "no link with {address}: {why}")
    }
}

impl std::error::Error for ConnectError {}

/// A machine of another node is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReachError {
    /// Its node is not.
    Connect(ConnectError),
    /// Nothing there has that name.
    Unknown {
        /// The name that was asked for.
        name: String,
        /// What has names there.
        published: Vec<String>,
    },
    /// It is another kind of machine.
    Kind {
        /// The name that was asked for.
        name: String,
        /// The machine that was expected, `package/Machine`.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The two sides know different messages: two versions of one machine.
    Schema {
        /// The name that was asked for.
        name: String,
        /// What differs.
        difference: String,
    },
    /// The messages cannot travel at all.
    Unsendable(SchemaError),
    /// The node refuses, and says why.
    Refused {
        /// The name that was asked for.
        name: String,
        /// Why.
        why: String,
    },
}

impl fmt::Display for ReachError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReachError::Connect(error) => fmt::Display::fmt(error, formatter),
            ReachError::Unknown { name, published }
                if published.is_empty() && name == super::Node::MAIN =>
            {
                formatter.write_str(
                    "what runs there is no machine's own process, or one whose messages cannot \
                     travel",
                )
            }
            ReachError::Unknown { name, published } if published.is_empty() => {
                write!(formatter, "`{name}` is not published there: nothing is")
            }
            ReachError::Unknown { name, published } => {
                let list = published.join("`, `");
                write!(formatter, "`{name}` is not published there, but `{list}`")
            }
            ReachError::Kind {
                name,
                expected,
                found,
            } => write!(formatter, "`{name}` is a {found} there, not a {expected}"),
            ReachError::Schema { name, difference } => write!(
                formatter,
                "`{name}` takes other messages there: {difference}; use the same version of the \
                 machine on both sides"
            ),
            ReachError::Unsendable(error) => fmt::Display::fmt(error, formatter),
            ReachError::Refused { name, why } => {
                write!(formatter, "`{name}` cannot be reached: {why}")
            }
        }
    }
}

impl std::error::Error for ReachError {}

impl From<ConnectError> for ReachError {
    fn from(error: ConnectError) -> Self {
        ReachError::Connect(error)
    }
}

impl From<SchemaError> for ReachError {
    fn from(error: SchemaError) -> Self {
        ReachError::Unsendable(error)
    }
}
