//! Where a node and its user keep things.

use rustix::process::geteuid;
use std::fs::{self, DirBuilder};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The directory of all nodes of this user: `$WINK_HOME`, or `wink` in `$XDG_RUNTIME_DIR`, or
/// `wink-` and the user's number in the directory for temporary files.
pub fn home() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(home) = variable("WINK_HOME") {
        return PathBuf::from(home);
    }
    match variable("XDG_RUNTIME_DIR") {
        Some(directory) => Path::new(&directory).join("wink"),
        None => std::env::temp_dir().join(format!("wink-{}", geteuid().as_raw())),
    }
}

/// The directory of the node at that address.
pub fn node_directory(home: &Path, address: SocketAddr) -> PathBuf {
    let host = address.ip().to_string().replace(':', "-");
    home.join(format!("{host}_{}", address.port()))
}

/// Makes a directory that only this user can enter, or checks that it is one.
///
/// # Errors
/// When it cannot be made, or is somebody else's.
pub fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let metadata = fs::metadata(path)?;
    let is_own = metadata.uid() == geteuid().as_raw();
    if !is_own || metadata.mode() & 0o077 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "{} can be entered by others: `chmod 700` it, or set WINK_HOME to another one",
                path.display()
            ),
        ));
    }
    Ok(())
}
