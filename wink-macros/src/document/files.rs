//! Files beside a document that it names: documents that it invokes, scripts, values.
//!
//! Only what lies in the document's folder, or in a folder of that, is read; nothing is fetched
//! from anywhere else.
//!
//! Must not know of: what a file means.

use std::path::{Path, PathBuf};

/// Larger files are refused.
pub const BYTES_MAX: u64 = 4 << 20;

/// How many documents may invoke each other in a row.
const CHAIN_MAX: usize = 8;

/// How many files one machine may be made of.
const FILES_MAX: usize = 64;

/// A file that was read.
pub struct File {
    pub path: PathBuf,
    pub text: String,
}

/// Where the files of a document are.
#[derive(Default)]
pub struct Files {
    /// The folder of the document that the machine is made of; nothing is read from outside of it.
    folder: Option<PathBuf>,
    /// The documents that are being read, the outermost first.
    chain: Vec<PathBuf>,
    /// All that was read.
    read: Vec<PathBuf>,
}

impl Files {
    /// The files beside a document; `None` for one that is no file.
    pub fn beside(document: Option<&Path>) -> Files {
        let document = document.and_then(|path| path.canonicalize().ok());
        Files {
            folder: document
                .as_deref()
                .and_then(Path::parent)
                .map(Path::to_owned),
            chain: document.into_iter().collect(),
            read: Vec::new(),
        }
    }

    /// Reads the file that the document under way names.
    pub fn read(&mut self, named: &str) -> Result<File, String> {
        let path = self.find(named)?;
        if self.read.len() == FILES_MAX {
            return Err(format!("a machine is made of {FILES_MAX} files at most"));
        }
        let text = text_of(&path, named)?;
        if !self.read.contains(&path) {
            self.read.push(path.clone());
        }
        Ok(File { path, text })
    }

    /// Whether there is such a file.
    pub fn has(&self, named: &str) -> bool {
        self.find(named).is_ok()
    }

    fn find(&self, named: &str) -> Result<PathBuf, String> {
        let trimmed = named.trim();
        let relative = trimmed.strip_prefix("file:").unwrap_or(trimmed);
        let has_scheme = relative.contains("://") || relative.starts_with("//");
        if has_scheme || relative.split('/').next().unwrap_or("").contains(':') {
            return Err(format!(
                "nothing is fetched: `{trimmed}` is no file beside the document"
            ));
        }
        let (Some(folder), Some(document)) = (&self.folder, self.chain.last()) else {
            return Err(format!("there is no folder in which `{trimmed}` could be"));
        };
        let beside = document.parent().unwrap_or(folder);
        let path = beside.join(relative);
        let Ok(path) = path.canonicalize() else {
            return Err(format!("there is no file `{relative}` beside the document"));
        };
        if !path.starts_with(folder) {
            return Err(format!(
                "`{relative}` lies outside of the document's folder"
            ));
        }
        match path.is_file() {
            true => Ok(path),
            false => Err(format!("`{relative}` is no file")),
        }
    }

    /// A document that another names is read now.
    pub fn enter(&mut self, path: &Path) -> Result<(), String> {
        if self.chain.iter().any(|one| one == path) {
            return Err("this document would invoke itself again and again".to_owned());
        }
        if self.chain.len() == CHAIN_MAX {
            let message = format!("documents invoke each other more than {CHAIN_MAX} deep");
            return Err(message);
        }
        self.chain.push(path.to_owned());
        Ok(())
    }

    /// The document that was entered last has been read.
    pub fn leave(&mut self) {
        self.chain.pop();
    }

    /// The paths of all files that were read.
    pub fn paths(&self) -> Vec<String> {
        let paths = self.read.iter();
        paths
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }
}

/// The text of a file, or why there is none.
pub fn text_of(path: &Path, named: &str) -> Result<String, String> {
    let length = path
        .metadata()
        .map_err(|error| format!("`{named}`: {error}"))?
        .len();
    if length > BYTES_MAX {
        return Err(format!(
            "`{named}` is too large: {length} bytes, and {BYTES_MAX} are read"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("`{named}`: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("`{named}` is not UTF-8: see byte {at}")
    })
}
