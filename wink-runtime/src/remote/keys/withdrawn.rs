//! Holders whose credentials count no more, though they have not expired: a list of names beside
//! the keys.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;

use super::KeyError;
use super::directory::{Keys, at, read};
use super::holder::is_name;

/// The list: a name a line.
const WITHDRAWN: &str = "withdrawn";

impl Keys {
    /// The names of holders that are not let in any more.
    ///
    /// # Errors
    /// When the list is there and cannot be read, or others may.
    pub fn withdrawn(&self) -> Result<BTreeSet<String>, KeyError> {
        let path = self.directory().join(WITHDRAWN);
        if !path.exists() {
            return Ok(BTreeSet::new());
        }
        let text = read(&path)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Lets holders of that name in no more, here: each node has a list of its own.
    ///
    /// # Errors
    /// When nobody can be called so, and when the list cannot be written.
    pub fn withdraw(&self, name: &str) -> Result<(), KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        if self.withdrawn()?.contains(name) {
            return Ok(());
        }
        let path = self.directory().join(WITHDRAWN);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(at(&path))?;
        writeln!(file, "{name}").map_err(at(&path))?;
        file.sync_all().map_err(at(&path))
    }
}
