//! Children that go on from their last snapshot.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::lock;
use crate::core::drive::Drive;
use crate::core::exit::{Error, ExitReason};
use crate::core::instance::Instance;
use crate::core::keeper::Keeper;
use crate::core::machine::Machine;
use crate::core::snapshot::{Durable, Portable, Snapshot};
use crate::core::time::Time;

/// Where a child's snapshots are kept, and how often one is taken: see
/// [`SupervisorBuilder::saved_child`](crate::SupervisorBuilder::saved_child).
///
/// ```
/// use wink_runtime::Saved;
///
/// let in_memory = Saved::in_memory();
/// let on_disk = Saved::in_file("till.json").each(100);
/// ```
#[derive(Clone, Debug)]
pub struct Saved {
    file: Option<PathBuf>,
    each: u32,
    at_once: bool,
}

impl Saved {
    /// In memory, after each step: a child that fails goes on from before the step that failed.
    /// With the program all is gone.
    pub const fn in_memory() -> Self {
        Self {
            file: None,
            each: 1,
            at_once: false,
        }
    }

    /// As [`in_memory`](Self::in_memory), and written to that file (JSON) when the child ends:
    /// the next program's child goes on from there. When the program itself is killed, the file
    /// is the one before: see [`at_once`](Self::at_once). The directory must exist.
    pub fn in_file(path: impl Into<PathBuf>) -> Self {
        Self {
            file: Some(path.into()),
            ..Self::in_memory()
        }
    }

    /// A snapshot after so many steps, and when the child is asked to stop. Usually after each
    /// step; with 0 only when it is asked to stop. What was done since the last snapshot is
    /// lost when the child fails.
    #[must_use]
    pub const fn each(mut self, steps: u32) -> Self {
        self.each = steps;
        self
    }

    /// Writes each snapshot to the file at once, and waits until the disk has it. The child's
    /// loop waits too: use it with large numbers in [`each`](Self::each).
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }
}

/// Where the last snapshot is, for all lives of one child.
pub(super) type Place = Arc<Mutex<Option<Image>>>;

#[derive(Clone)]
pub(super) struct Image {
    /// When it was taken; `None` when that was in another program, whose clock was another.
    at: Option<Time>,
    bytes: Vec<u8>,
}

/// Keeps one child's snapshots.
pub(super) struct Keep<M> {
    saved: Saved,
    last: Place,
    /// Steps since the last snapshot.
    steps: u32,
    /// It has said that it cannot save.
    has_complained: bool,
    machine: PhantomData<fn() -> M>,
}

impl<M> Keep<M> {
    pub(super) fn new(saved: &Saved, last: &Place) -> Self {
        Self {
            saved: saved.clone(),
            last: last.clone(),
            steps: 0,
            has_complained: false,
            machine: PhantomData,
        }
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        let Some(path) = &self.saved.file else {
            return Ok(());
        };
        replace(path, bytes).map_err(|error| {
            Error::raised(format!("`{}` cannot be written: {error}", path.display()))
        })
    }

    fn read(&self) -> Result<Option<Image>, Error> {
        let Some(path) = &self.saved.file else {
            return Ok(None);
        };
        match fs::read(path) {
            Ok(bytes) => Ok(Some(Image { at: None, bytes })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::raised(format!(
                "`{}` cannot be read: {error}",
                path.display()
            ))),
        }
    }

    /// What does not fit, and what to do.
    fn refuse(&self, why: &dyn std::fmt::Display) -> Error {
        Error::raised(match &self.saved.file {
            Some(path) => format!(
                "the snapshot `{}` cannot be restored: {why}; move it away to start anew",
                path.display()
            ),
            None => format!("the last snapshot cannot be restored: {why}"),
        })
    }
}

/// Puts new content in the place of a file, in one go: whoever reads sees the old or the new.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let next = PathBuf::from(name);
    let mut file = File::create(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&next, path)
}

impl<M> Keeper<M> for Keep<M>
where
    M: Drive + Durable,
    M::Locals: Durable,
    M::Message: Portable,
{
    fn load(&mut self, now: Time) -> Result<Option<Instance<M>>, Error> {
        let kept = lock(&self.last).clone();
        let Some(image) = kept.map_or_else(|| self.read(), |image| Ok(Some(image)))? else {
            return Ok(None);
        };
        let snapshot: Snapshot<M> =
            serde_json::from_slice(&image.bytes).map_err(|error| self.refuse(&error))?;
        // Time has passed for its timers since then.
        let at = image.at.unwrap_or(now);
        let instance = snapshot.restore(at).map_err(|error| self.refuse(&error))?;
        *lock(&self.last) = Some(image);
        Ok(Some(instance))
    }

    fn save(&mut self, instance: &Instance<M>, is_last: bool) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(1);
        let is_due = self.saved.each > 0 && self.steps >= self.saved.each;
        if !is_due && !is_last {
            return Ok(());
        }
        self.steps = 0;
        let written = instance
            .snapshot()
            .map_err(|error| error.to_string())
            .and_then(|view| serde_json::to_vec(&view).map_err(|error| error.to_string()));
        let bytes = match written {
            Ok(bytes) => bytes,
            // It may be so for many steps: once is enough.
            Err(_) if std::mem::replace(&mut self.has_complained, true) => return Ok(()),
            Err(error) => return Err(Error::raised(format!("not saved: {error}"))),
        };
        self.has_complained = false;
        if self.saved.at_once {
            self.write(&bytes)?;
        }
        let at = Some(instance.now());
        *lock(&self.last) = Some(Image { at, bytes });
        Ok(())
    }

    fn ended(&mut self, reason: &ExitReason) -> Result<(), Error> {
        if *reason != ExitReason::Normal {
            let last = lock(&self.last).clone();
            return last.map_or(Ok(()), |image| self.write(&image.bytes));
        }
        // Its work is done: the next one begins anew.
        *lock(&self.last) = None;
        match self.saved.file.as_ref().map(fs::remove_file) {
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => {
                Err(Error::raised(format!("a snapshot stays behind: {error}")))
            }
            _ => Ok(()),
        }
    }
}

/// What is kept of all lives of a child, before the first.
pub(super) fn nothing() -> Place {
    Place::default()
}

/// A keeper for a child's next machine.
pub(super) fn keeper<M>(saved: &Saved, last: &Place) -> Box<dyn Keeper<M>>
where
    M: Machine + Drive + Durable,
    M::Locals: Durable,
    M::Message: Portable,
{
    Box::new(Keep::new(saved, last))
}
