//! Reads the description out of a machine's program, without running that.
//!
//! Must not know of: nodes and processes.

use object::{Object, ObjectSection, ReadCache};
use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use wink_chart::section::{self, Program, SectionError};

/// More than this no description takes, in bytes.
const LONGEST: u64 = 16 << 20;

/// Why a file is no machine.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It cannot be read.
    Io(io::Error),
    /// It is no executable, or none with a description.
    NotAMachine,
    /// It has a description that cannot be read.
    Section(SectionError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(error) => write!(formatter, "cannot be read: {error}"),
            ReadError::NotAMachine => formatter.write_str(
                "is not a machine: it has no description (is its main `wink::main!(…)`?)",
            ),
            ReadError::Section(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ReadError {}

/// The description in this file.
///
/// Only the parts of the file that are needed are read, and no part of it is run.
///
/// # Errors
/// When it cannot be read, or is no machine.
pub fn describe(path: &Path) -> Result<Program, ReadError> {
    let file = File::open(path).map_err(ReadError::Io)?;
    if !file.metadata().map_err(ReadError::Io)?.is_file() {
        return Err(ReadError::NotAMachine);
    }
    let cache = ReadCache::new(file);
    let object = object::File::parse(&cache).map_err(|_| ReadError::NotAMachine)?;
    let found = object
        .section_by_name(section::SECTION)
        .or_else(|| object.section_by_name("__wink"));
    let found = found.ok_or(ReadError::NotAMachine)?;
    if found.size() > LONGEST {
        return Err(ReadError::NotAMachine);
    }
    let bytes = found.data().map_err(|_| ReadError::NotAMachine)?;
    section::read(bytes).map_err(ReadError::Section)
}
