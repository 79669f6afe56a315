//! Who may talk: a cluster's authority, and the credentials that it gives to nodes and people.
//!
//! A cluster is whoever has a certificate of one authority. A certificate says what its holder
//! is called, whether it is a node, a person or somebody who may join, and what it may do
//! ([`Roles`]); the handshake of a link checks it on both sides, so that nothing reaches a node
//! from anybody else.
//!
//! ```
//! use wink_runtime::remote::{Grant, Keys, Kind, Roles};
//!
//! # fn main() -> Result<(), wink_runtime::remote::KeyError> {
//! # let directory = tempfile::tempdir().expect("a directory");
//! # let directory = directory.path().join("keys");
//! let keys = Keys::init(&directory)?;
//! let alice = Grant::new("alice", Kind::User, Roles::SEND | Roles::OBSERVE);
//! let alice = keys.authority()?.issue(&alice)?;
//! assert_eq!(alice.holder().roles.to_string(), "send, observe");
//! # Ok(())
//! # }
//! ```

mod authority;
mod credential;
mod directory;
mod holder;
mod token;
mod withdrawn;

use std::fmt;
use std::io;
use std::path::PathBuf;

pub use authority::{Authority, Grant};
pub use credential::Credential;
pub use directory::Keys;
pub use holder::{Holder, Kind, Roles};
pub use token::{Applicant, Given, Invitation, Token};

/// Why keys cannot be made, read or used. Says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// A file or directory cannot be read or written.
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There are no keys.
    Missing(PathBuf),
    /// There are keys, but not these.
    Lacking(PathBuf, &'static str),
    /// There are keys already.
    Exists(PathBuf),
    /// Others than its owner may read a key.
    Open {
        /// Which file or directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A file or text holds no credential, or one that cannot be used.
    Invalid {
        /// Where it comes from.
        origin: String,
        /// What is wrong.
        why: String,
    },
    /// The authority's key is on the computer where the cluster was made, not here.
    NoAuthority(PathBuf),
    /// A name that no certificate can have.
    Name(String),
    /// There is no home directory to keep keys in.
    Homeless,
    /// The directory has keys of another cluster.
    Foreign(PathBuf),
    /// The token of that name was used before, or has expired.
    Used(String),
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::File { path, source } => write!(formatter, "{}: {source}", path.display()),
            KeyError::Missing(path) => write!(
                formatter,
                "there are no keys in {}: make a cluster with `wink init`, or join one with \
                 `wink join`",
                path.display()
            ),
            KeyError::Lacking(path, name) => write!(
                formatter,
                "{} has no {name}: get one with `wink token` on a node of the cluster and `wink \
                 join` here",
                path.display()
            ),
            KeyError::Exists(path) => write!(
                formatter,
                "{} exists already: whoever has its keys goes on with them; for another cluster \
                 choose another directory",
                path.display()
            ),
            KeyError::Open { path, mode } => write!(
                formatter,
                "{} can be read by others (its mode is {mode:o}): `chmod go= {}`, and make new \
                 keys if somebody might have read it",
                path.display(),
                path.display()
            ),
            KeyError::Invalid { origin, why } => write!(formatter, "{origin}: {why}"),
            KeyError::NoAuthority(path) => write!(
                formatter,
                "{} has no key of the authority: only where the cluster was made can \
                 certificates be issued",
                path.display()
            ),
            KeyError::Name(name) => write!(
                formatter,
                "`{name}` cannot be the name of a holder: 1 to 63 small letters, digits and \
                 inner hyphens"
            ),
            KeyError::Foreign(path) => write!(
                formatter,
                "{} has the keys of another cluster: choose another directory, or move that one \
                 away",
                path.display()
            ),
            KeyError::Used(name) => write!(
                formatter,
                "`{name}` was used before, or has expired: ask for another token"
            ),
            KeyError::Homeless => formatter.write_str(
                "there is no home directory to keep keys in: set WINK_HOME to a directory",
            ),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            KeyError::File { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
