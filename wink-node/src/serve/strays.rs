//! Processes that machines have left behind: they come to the node, which ends them.

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, getpgid, getpid, getrlimit, kill_process,
    set_child_subreaper, setrlimit, waitid,
};
use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io;

/// From now on, what loses its parent below this process becomes its child. Since there may be
/// thousands, and each takes some descriptors, as many of those are allowed as can be.
pub(super) fn adopt() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Where that is refused there are fewer, and a start beyond them is refused with the reason.
    let _ = setrlimit(Resource::Nofile, most);
    set_child_subreaper(Some(getpid())).map_err(io::Error::from)
}

/// Kills and reaps children that are no machines, and belong to no group of one that runs.
/// Whether some are not gone yet.
pub(super) fn end(machines: impl Iterator<Item = Pid>) -> bool {
    let machines: BTreeSet<i32> = machines.map(|pid| pid.as_raw_nonzero().get()).collect();
    let number = |pid: Pid| pid.as_raw_nonzero().get();
    let mut again = false;
    for child in children() {
        let group = getpgid(Some(child)).map(number);
        if machines.contains(&number(child)) || group.is_ok_and(|group| machines.contains(&group)) {
            continue;
        }
        let _ = kill_process(child, Signal::KILL);
        let status = waitid(
            WaitId::Pid(child),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
        );
        again |= matches!(status, Ok(None));
    }
    again
}

/// The children of this process: those that say that it is their parent.
fn children() -> Vec<Pid> {
    let own = getpid().as_raw_nonzero().get().to_string();
    let is_child = |entry: &DirEntry| {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name may hold anything; state and parent follow its bracket.
        let rest = stat.rsplit_once(") ").map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split(' ').nth(1)) == Some(own.as_str())
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        is_child(&entry).then(|| Pid::from_raw(number))?
    });
    processes.collect()
}
