//! How the `wink` program reaches a node: a socket in a directory that only its user can enter.
//!
//! Everything about who may connect is here, and the rest of the node knows a connection only as
//! a stream.

use rustix::process::geteuid;
use std::fs::{self, DirBuilder};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use tokio::net::{UnixListener, UnixStream};

/// The longest path of a socket, in bytes.
const LONGEST: usize = 107;

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

fn socket(directory: &Path) -> io::Result<PathBuf> {
    let path = directory.join("control.sock");
    if path.as_os_str().len() > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "{} is too long for a socket: set WINK_HOME to a shorter directory",
                path.display()
            ),
        ));
    }
    Ok(path)
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

/// The node's end.
#[derive(Debug)]
pub struct Listener(UnixListener);

impl Listener {
    /// Takes connections in this directory, which is the node's alone.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn bind(directory: &Path) -> io::Result<Listener> {
        let path = socket(directory)?;
        // Of a node before this one: the directory is locked.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        UnixListener::bind(path).map(Listener)
    }

    /// The next connection of this user or the administrator; others are dropped.
    ///
    /// # Errors
    /// When the socket is broken, or there are no more descriptors.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.0.accept().await?;
            let peer = stream.peer_cred()?.uid();
            if peer == geteuid().as_raw() || peer == 0 {
                return Ok(stream);
            }
        }
    }
}

/// Connects with the node at that address.
///
/// # Errors
/// When there is none.
pub async fn connect(home: &Path, address: SocketAddr) -> io::Result<UnixStream> {
    UnixStream::connect(socket(&node_directory(home, address))?).await
}
