//! Which machines a directory has: found by their descriptions, never by running anything, never
//! outside of the directory.

use crate::executable::{self, ReadError};
use crate::name::{Name, NameError, meant, precedence, split_version};
use semver::Version;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wink_chart::section::Program;

/// More files than this are not looked at: the directory is not one of machines.
const FILES: usize = 100_000;

/// A directory of machines.
#[derive(Debug)]
pub struct Catalog {
    root: PathBuf,
    /// By the names in their descriptions.
    entries: Vec<Entry>,
    /// By the names that their paths give them.
    by_path: Vec<Entry>,
    /// Files that somebody could take for machines, and why they are none.
    refused: BTreeMap<String, String>,
    /// The directories that were looked through, as they were then.
    folders: Vec<(PathBuf, Stamp)>,
    /// What was read of each file, as it was then.
    known: BTreeMap<PathBuf, (Stamp, Found)>,
}

/// A machine's program.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `package/Machine`.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The file.
    pub path: PathBuf,
    /// What it says of itself.
    pub program: Arc<Program>,
    /// Directories between it and the catalog's.
    depth: usize,
    stamp: Stamp,
}

/// Whether a file is still the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

#[derive(Clone, Debug)]
enum Found {
    Machine(Arc<Program>),
    /// Not a machine, and why.
    Other(String),
}

/// Why a machine cannot be started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindError {
    /// The name is none.
    Name(NameError),
    /// There is no such machine.
    Unknown {
        /// Its name.
        name: String,
        /// The catalog's directory.
        directory: PathBuf,
        /// A name that is near it.
        near: Option<String>,
    },
    /// There is such a machine, but not in that version.
    NoVersion {
        /// What was asked for.
        name: String,
        /// The versions that there are, the highest first.
        versions: Vec<Version>,
    },
    /// There is such a file, but it is no machine.
    Refused {
        /// Its path below the directory.
        name: String,
        /// Why.
        reason: String,
    },
    /// The directory cannot be read.
    Io(String),
}

impl fmt::Display for FindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FindError::Name(error) => error.fmt(formatter),
            FindError::Unknown {
                name,
                directory,
                near,
            } => {
                write!(formatter, "no machine `{name}` in {}", directory.display())?;
                match near {
                    Some(near) => write!(formatter, "\nhelp: did you mean `{near}`?"),
                    None => {
                        formatter.write_str("\nhelp: `wink list --available` shows what is there")
                    }
                }
            }
            FindError::NoVersion { name, versions } => {
                let versions: Vec<String> = versions.iter().map(Version::to_string).collect();
                let versions = versions.join(", ");
                write!(
                    formatter,
                    "no such version of `{name}`: there is {versions}"
                )
            }
            FindError::Refused { name, reason } => write!(formatter, "`{name}` {reason}"),
            FindError::Io(error) => formatter.write_str(error),
        }
    }
}

impl std::error::Error for FindError {}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Catalog {
    /// The machines in this directory and in those right below it.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn open(directory: &Path) -> io::Result<Catalog> {
        let mut catalog = Catalog {
            root: directory.canonicalize()?,
            entries: Vec::new(),
            by_path: Vec::new(),
            refused: BTreeMap::new(),
            folders: Vec::new(),
            known: BTreeMap::new(),
        };
        catalog.scan()?;
        Ok(catalog)
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.root
    }

    /// All machines, by name, the highest version of each first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Looks for what has been put into the directory, and taken out. When it cannot be read, what
    /// was known stays.
    pub fn refresh(&mut self) {
        if !self.is_fresh() {
            // Whoever asks for a machine hears of it.
            let _ = self.rescan();
        }
    }

    /// The machine of that name, in the highest version that will do. What has been put into the
    /// directory since is found too.
    ///
    /// # Errors
    /// When there is none, and why.
    pub fn find(&mut self, name: &Name) -> Result<Entry, FindError> {
        if !self.is_fresh() {
            self.rescan()?;
        }
        let entry = self.choose(name)?;
        // Written over in its place: not seen by the directory's own time.
        let now = fs::metadata(&entry.path).map(|metadata| Stamp::of(&metadata));
        if now.is_ok_and(|stamp| stamp == entry.stamp) {
            return Ok(entry);
        }
        self.rescan()?;
        self.choose(name)
    }

    fn rescan(&mut self) -> Result<(), FindError> {
        self.scan().map_err(|error| {
            let directory = self.root.display();
            FindError::Io(format!("{directory} cannot be read: {error}"))
        })
    }

    fn choose<'a>(&'a self, name: &Name) -> Result<Entry, FindError> {
        let of_name = |entries: &'a [Entry]| -> Vec<&'a Entry> {
            entries.iter().filter(|one| one.name == name.base).collect()
        };
        let mut named = of_name(&self.entries);
        if named.is_empty() {
            named = of_name(&self.by_path);
        }
        if let Some(entry) = named.iter().find(|entry| name.wanted.takes(&entry.version)) {
            return Ok((*entry).clone());
        }
        if !named.is_empty() {
            return Err(FindError::NoVersion {
                name: name.base.clone(),
                versions: named.iter().map(|entry| entry.version.clone()).collect(),
            });
        }
        let by_path = |(path, reason): (&String, &String)| {
            let base = split_version(path).map_or(path.as_str(), |(base, _)| base);
            (base == name.base).then(|| FindError::Refused {
                name: path.clone(),
                reason: reason.clone(),
            })
        };
        if let Some(refused) = self.refused.iter().find_map(by_path) {
            return Err(refused);
        }
        Err(FindError::Unknown {
            name: name.base.clone(),
            directory: self.root.clone(),
            near: self.meant(&name.base).map(str::to_owned),
        })
    }

    /// The name of a machine that there is, and that was most likely meant by this text.
    pub fn meant(&self, asked: &str) -> Option<&str> {
        meant(asked, self.entries.iter().map(|entry| entry.name.as_str()))
    }

    fn is_fresh(&self) -> bool {
        let is_same = |(path, stamp): &(PathBuf, Stamp)| {
            fs::metadata(path).is_ok_and(|metadata| Stamp::of(&metadata) == *stamp)
        };
        !self.folders.is_empty() && self.folders.iter().all(is_same)
    }

    fn scan(&mut self) -> io::Result<()> {
        let root = self.root.clone();
        // What cannot be read now is looked at anew the next time.
        self.folders.clear();
        fs::read_dir(&root)?;
        let known = std::mem::take(&mut self.known);
        self.entries.clear();
        self.by_path.clear();
        self.refused.clear();
        let mut budget = FILES;
        let folders = self.scan_folder(&root, 0, &known, &mut budget)?;
        for folder in folders {
            // One that cannot be read has no machines for us.
            let _ = self.scan_folder(&folder, 1, &known, &mut budget);
        }
        sort(&mut self.entries);
        sort(&mut self.by_path);
        Ok(())
    }

    /// Looks through one directory; the directories in it.
    fn scan_folder(
        &mut self,
        folder: &Path,
        depth: usize,
        known: &BTreeMap<PathBuf, (Stamp, Found)>,
        budget: &mut usize,
    ) -> io::Result<Vec<PathBuf>> {
        // Before it is read: what comes in meanwhile is found the next time.
        self.folders
            .push((folder.to_owned(), Stamp::of(&fs::metadata(folder)?)));
        let mut folders = Vec::new();
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        paths.sort();
        for path in paths {
            *budget = budget.saturating_sub(1);
            if *budget == 0 {
                return Ok(folders);
            }
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            let is_hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            let is_link = fs::symlink_metadata(&path).is_ok_and(|own| own.is_symlink());
            if is_link
                && !path
                    .canonicalize()
                    .is_ok_and(|real| real.starts_with(&self.root))
            {
                self.refuse(&path, "is a link that leads out of the directory");
            } else if metadata.is_dir() && !is_hidden {
                folders.push(path);
            } else if metadata.is_file() && !is_hidden {
                self.scan_file(path, &metadata, depth, known);
            }
        }
        Ok(folders)
    }

    fn scan_file(
        &mut self,
        path: PathBuf,
        metadata: &Metadata,
        depth: usize,
        known: &BTreeMap<PathBuf, (Stamp, Found)>,
    ) {
        if metadata.permissions().mode() & 0o111 == 0 {
            self.refuse(&path, "cannot be executed: `chmod +x` makes it a program");
            return;
        }
        let stamp = Stamp::of(metadata);
        let found = match known.get(&path) {
            Some((then, found)) if *then == stamp => found.clone(),
            _ => match executable::describe(&path) {
                Ok(program) => Found::Machine(Arc::new(program)),
                Err(error) => Found::Other(match error {
                    ReadError::Section(error) => format!("is no machine for this node: {error}"),
                    error => error.to_string(),
                }),
            },
        };
        self.known.insert(path.clone(), (stamp, found.clone()));
        match found {
            Found::Machine(program) => self.add(path, depth, stamp, &program),
            Found::Other(reason) => self.refuse(&path, &reason),
        }
    }

    /// Under the name in its description, and under the one that its path gives it.
    fn add(&mut self, path: PathBuf, depth: usize, stamp: Stamp, program: &Arc<Program>) {
        let chart = &program.chart;
        let own = Version::parse(&chart.version).ok();
        let below = self.below(&path);
        let (by_path, version) = match split_version(&below) {
            Some((base, version)) => (base.to_owned(), Some(version)),
            None => (below.clone(), None),
        };
        let Some(version) = version.or(own) else {
            self.refuse(&path, "says a version that is none");
            return;
        };
        let is_askable = |name: &str| name.parse::<Name>().is_ok();
        let entry = |name: &str| Entry {
            name: name.to_owned(),
            version: version.clone(),
            path: path.clone(),
            program: program.clone(),
            depth,
            stamp,
        };
        if is_askable(&chart.name) {
            self.entries.push(entry(&chart.name));
        }
        if depth == 1 && by_path != *chart.name && is_askable(&by_path) {
            self.by_path.push(entry(&by_path));
        }
    }

    /// The path below the directory.
    fn below(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.to_string_lossy().into_owned()
    }

    fn refuse(&mut self, path: &Path, reason: &str) {
        let below = self.below(path);
        self.refused.insert(below, reason.to_owned());
    }
}

/// By name, the highest version first. Of two files that say the same of themselves the one
/// nearer to the top stays, then the newer one, as of a build directory's copies.
fn sort(entries: &mut Vec<Entry>) {
    entries.sort_by(|left, right| {
        let order = left.name.cmp(&right.name);
        order
            .then_with(|| precedence(&right.version, &left.version))
            .then_with(|| right.version.cmp(&left.version))
            .then_with(|| left.depth.cmp(&right.depth))
            .then_with(|| right.stamp.modified.cmp(&left.stamp.modified))
            .then_with(|| left.path.cmp(&right.path))
    });
    entries.dedup_by(|next, first| next.name == first.name && next.version == first.version);
}
