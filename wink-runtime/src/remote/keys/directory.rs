//! A directory of keys: whoever may read it is the node.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use super::KeyError;
use super::authority::{Authority, Grant};
use super::credential::{Credential, pem};
use super::holder::{Kind, Roles};
use super::token::Token;

/// The authority's certificate and key, if the cluster was made here; what this computer's node
/// shows; what the person at this computer shows.
const AUTHORITY: &str = "authority.pem";
pub(super) const NODE: &str = "node.pem";
pub(super) const USER: &str = "user.pem";

/// A directory with this computer's keys: that of its node, that of its user, and, where the
/// cluster was made, that of the authority. Only its owner can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    directory: PathBuf,
}

impl Keys {
    /// Where the keys of whoever asks are: `keys` in `$WINK_HOME`, else `wink` in
    /// `$XDG_CONFIG_HOME`, else `.config/wink` at home.
    ///
    /// # Errors
    /// When there is no home.
    pub fn default_directory() -> Result<PathBuf, KeyError> {
        let path = |name: &str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        path("WINK_HOME")
            .map(|path| path.join("keys"))
            .or_else(|| path("XDG_CONFIG_HOME").map(|path| path.join("wink")))
            .or_else(|| path("HOME").map(|path| path.join(".config").join("wink")))
            .ok_or(KeyError::Homeless)
    }

    /// Makes a cluster: an authority, a node and a user that may do everything. All of it is
    /// there afterwards, or nothing.
    ///
    /// # Errors
    /// When the directory has something in it, or cannot be made.
    pub fn init(directory: impl Into<PathBuf>) -> Result<Self, KeyError> {
        let authority = Authority::generate()?;
        let node = authority.issue(&Grant::new("node", Kind::Node, Roles::ALL))?;
        let user = authority.issue(&Grant::new("user", Kind::User, Roles::ALL))?;
        let mut own = pem("CERTIFICATE", authority.certificate());
        own += &pem("PRIVATE KEY", authority.key().secret_pkcs8_der());
        let files = [
            (AUTHORITY, own),
            (NODE, node.to_pem()),
            (USER, user.to_pem()),
        ];
        Self::create(directory.into(), &files)
    }

    /// A directory with those files, all at once.
    pub(super) fn create(directory: PathBuf, files: &[(&str, String)]) -> Result<Self, KeyError> {
        let mut inside = fs::read_dir(&directory).into_iter().flatten();
        if directory.exists() && (!directory.is_dir() || inside.next().is_some()) {
            return Err(KeyError::Exists(directory));
        }
        let mut draft = directory.clone().into_os_string();
        draft.push(format!(".new-{}", std::process::id()));
        let draft = PathBuf::from(draft);
        let made = fill(&draft, files).and_then(|()| {
            // Whoever was faster has made a directory that is not empty: this fails.
            fs::rename(&draft, &directory).map_err(|source| match source.kind() {
                io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
                    KeyError::Exists(directory.clone())
                }
                _ => at(&directory)(source),
            })
        });
        if let Err(error) = made {
            // What is left behind would only be in the way of the next try.
            let _ = fs::remove_dir_all(&draft);
            return Err(error);
        }
        Ok(Self { directory })
    }

    /// Whether somebody with that token can keep keys in that directory: to be asked before the
    /// token is used up.
    ///
    /// # Errors
    /// When it has keys, of this cluster or another, and when it cannot be read.
    pub fn is_free(directory: &Path, token: &Token) -> Result<(), KeyError> {
        let keys = match Self::open(directory) {
            Err(KeyError::Missing(_)) => return Ok(()),
            opened => opened?,
        };
        let mut known = [keys.node(), keys.user()].into_iter().flatten();
        let ours = token.credential().authority();
        Err(match known.all(|known| known.authority() == ours) {
            true => KeyError::Exists(keys.directory),
            false => KeyError::Foreign(keys.directory),
        })
    }

    /// The keys in that directory.
    ///
    /// # Errors
    /// When there are none, or when others may read them.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, KeyError> {
        let directory = directory.into();
        if !directory.join(NODE).exists() && !directory.join(USER).exists() {
            return Err(KeyError::Missing(directory));
        }
        private(&directory)?;
        Ok(Self { directory })
    }

    /// The keys in that directory; made when there are none, so that the first command on a
    /// fresh computer works.
    ///
    /// # Errors
    /// When others may read them, or when they cannot be made.
    pub fn open_or_init(directory: impl Into<PathBuf>) -> Result<Self, KeyError> {
        let directory = directory.into();
        match Self::open(&directory) {
            Err(KeyError::Missing(_)) => match Self::init(&directory) {
                // Two first commands at a time.
                Err(KeyError::Exists(_)) => Self::open(directory),
                made => made,
            },
            opened => opened,
        }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What this computer's node shows to others.
    ///
    /// # Errors
    /// When it cannot be read, or others may; a computer that a user has joined from has no node.
    pub fn node(&self) -> Result<Credential, KeyError> {
        self.credential(NODE)
    }

    /// What the user of this computer shows to nodes.
    ///
    /// # Errors
    /// When it cannot be read, or others may; a computer that has joined a cluster as a node has
    /// no user until the authority has issued a credential for one.
    pub fn user(&self) -> Result<Credential, KeyError> {
        self.credential(USER)
    }

    fn credential(&self, name: &'static str) -> Result<Credential, KeyError> {
        let path = self.directory.join(name);
        if !path.exists() {
            return Err(KeyError::Lacking(self.directory.clone(), name));
        }
        Credential::from_pem(&read(&path)?, &path.display().to_string())
    }

    /// What issues certificates.
    ///
    /// # Errors
    /// When the cluster was not made here, or the key cannot be read, or others may read it.
    pub fn authority(&self) -> Result<Authority, KeyError> {
        let path = self.directory.join(AUTHORITY);
        if !path.exists() {
            return Err(KeyError::NoAuthority(self.directory.clone()));
        }
        let text = read(&path)?;
        let invalid = |why: String| KeyError::Invalid {
            origin: path.display().to_string(),
            why,
        };
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|error| invalid(format!("no certificate: {error}")))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes())
            .map_err(|error| invalid(format!("no private key: {error}")))?;
        Authority::load(certificate, &key).map_err(invalid)
    }
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::File { path, source }
}

/// Makes a directory that only its owner can read, when it is not there.
pub(super) fn private_folder(directory: &Path) -> Result<(), KeyError> {
    match directory.is_dir() {
        true => private(directory),
        false => private_folders(directory),
    }
}

/// Makes those folders of a path that are not there, for its owner alone.
fn private_folders(path: &Path) -> Result<(), KeyError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(at(path))
}

/// Makes a directory that only its owner can read, with those files in it.
fn fill(directory: &Path, files: &[(&str, String)]) -> Result<(), KeyError> {
    if let Some(around) = directory.parent() {
        private_folders(around)?;
    }
    if directory.exists() {
        let source = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(at(directory)(source));
    }
    private_folder(directory)?;
    for (name, text) in files {
        write(&directory.join(name), text)?;
    }
    Ok(())
}

/// Writes a new file that only its owner can read, to the disk.
pub(super) fn write(path: &Path, text: &str) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(at(path))?;
    file.write_all(text.as_bytes()).map_err(at(path))?;
    file.sync_all().map_err(at(path))
}

pub(super) fn read(path: &Path) -> Result<String, KeyError> {
    private(path)?;
    fs::read_to_string(path).map_err(at(path))
}

/// Makes sure that nobody but its owner can read it.
fn private(path: &Path) -> Result<(), KeyError> {
    let metadata = fs::metadata(path).map_err(at(path))?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata) & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Open {
                path: path.to_owned(),
                mode,
            });
        }
    }
    let _ = metadata;
    Ok(())
}
