//! Which processes the node has, in a file, so that a node that is started again after it was
//! killed finds them.
//!
//! A process is known by its number, its start and the boot of the computer: a number alone is
//! given to others later.

use crate::process::Process;
use rustix::process::{Pid, getpgid};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A process that a node before this one has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// Its number.
    pub pid: i32,
    /// When it started, in clock ticks since the boot.
    started: u64,
}

/// The file.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Begins a new journal in place of the one before; which of its processes still run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path) -> io::Result<(Journal, Vec<Left>)> {
        let before = fs::read_to_string(path).unwrap_or_default();
        let left = read(&before, &boot());
        let fresh = path.with_extension("new");
        let _ = fs::remove_file(&fresh);
        let mut file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)?;
        writeln!(file, "boot {}", boot())?;
        for one in &left {
            writeln!(file, "+ {} {}", one.pid, one.started)?;
        }
        fs::rename(&fresh, path)?;
        Ok((Journal { file }, left))
    }

    /// A process runs.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn add(&mut self, pid: Pid) -> io::Result<()> {
        let pid = pid.as_raw_nonzero().get();
        match started(pid) {
            Some(started) => writeln!(self.file, "+ {pid} {started}"),
            None => Ok(()),
        }
    }

    /// It has ended.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn remove(&mut self, pid: Pid) -> io::Result<()> {
        writeln!(self.file, "- {}", pid.as_raw_nonzero().get())
    }
}

/// What a journal says is left, of this boot, and still runs.
fn read(journal: &str, boot: &str) -> Vec<Left> {
    let mut left = BTreeSet::new();
    let mut lines = journal.lines();
    if lines.next() != Some(&format!("boot {boot}")) {
        return Vec::new();
    }
    for line in lines {
        let mut words = line.split(' ');
        let sign = words.next();
        let pid = words.next().and_then(|word| word.parse::<i32>().ok());
        let when = words.next().and_then(|word| word.parse().ok());
        match (sign, pid, when) {
            (Some("+"), Some(pid), Some(started)) => {
                left.insert(Left { pid, started });
            }
            (Some("-"), Some(pid), None) => left.retain(|one: &Left| one.pid != pid),
            // The last line of a node that was killed as it wrote.
            _ => {}
        }
    }
    left.into_iter().filter(Left::runs).collect()
}

impl Left {
    fn runs(&self) -> bool {
        self.pid > 1 && started(self.pid) == Some(self.started)
    }

    /// Waits for its end, for so long; then kills it and its group. Whether it is gone.
    pub fn end(&self, grace: Duration) -> bool {
        let Some(process) = Pid::from_raw(self.pid).and_then(Process::of) else {
            return true;
        };
        // Its number may have become another's before its descriptor was there.
        if !self.runs() {
            return true;
        }
        if process.wait(grace) {
            return true;
        }
        if getpgid(Some(process.pid)) == Ok(process.pid) {
            process.kill_group();
        }
        process.kill();
        process.wait(Duration::from_secs(5))
    }
}

/// The boot's own number.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map_or_else(|_| "unknown".to_owned(), |id| id.trim().to_owned())
}

/// When a process started, in clock ticks since the boot; `None` when there is no such one, or
/// only a zombie.
fn started(pid: i32) -> Option<u64> {
    let path: PathBuf = ["/proc", &pid.to_string(), "stat"].iter().collect();
    let text = fs::read_to_string(path).ok()?;
    // The name may hold spaces and brackets; what follows the last bracket is numbers.
    let (_, rest) = text.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    // Field 22, of which the first two are gone.
    words.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_still_runs_is_left() {
        let own = std::process::id() as i32;
        let since = started(own).unwrap();
        let told = |lines: &str| read(&format!("boot b\n{lines}"), "b");
        let myself = Left {
            pid: own,
            started: since,
        };
        assert_eq!(told(&format!("+ {own} {since}\n")), [myself]);
        assert_eq!(told(&format!("+ {own} {since}\n- {own}\n")), []);
        // The number is another's now.
        assert_eq!(told(&format!("+ {own} {}\n", since + 1)), []);
        // A line that was not finished, and others that are none.
        assert_eq!(
            told(&format!("+ {own} {since}\n- \n+ 1\nx\n+ 1 1\n")),
            [myself]
        );
        assert_eq!(read(&format!("boot a\n+ {own} {since}\n"), "b"), []);
    }
}
