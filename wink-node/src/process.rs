//! A machine's process: run, watched by a file descriptor, killed with all that it has started.

use crate::core::Ended;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process_group, pidfd_open,
    pidfd_send_signal, waitid,
};
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStderr, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A process that was run.
#[derive(Debug)]
pub struct Launched {
    /// The process.
    pub process: Process,
    /// Where it is spoken to.
    pub channel: UnixStream,
    /// What it prints.
    pub stdout: ChildStdout,
    /// What it complains of.
    pub stderr: ChildStderr,
}

/// A process by its descriptor, which is never another's.
#[derive(Debug)]
pub struct Process {
    /// Its number; its group has the same.
    pub pid: Pid,
    descriptor: OwnedFd,
}

/// Runs a program in a group of its own, with one end of a pair of sockets as its standard
/// input.
///
/// # Errors
/// When it cannot be run.
pub fn launch<'a>(
    path: &Path,
    name: &str,
    arguments: &[String],
    environment: impl IntoIterator<Item = (&'a str, String)>,
) -> io::Result<Launched> {
    let (channel, theirs) = UnixStream::pair()?;
    let mut command = Command::new(path);
    command
        .arg0(OsStr::new(name))
        .args(arguments)
        .envs(environment)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn()?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::Error::other("a process without output"));
    };
    let pid = Pid::from_child(&child);
    // It has not been waited for: the number is still its own.
    let descriptor = match pidfd_open(pid, PidfdFlags::NONBLOCK) {
        Ok(descriptor) => descriptor,
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(error.into());
        }
    };
    Ok(Launched {
        process: Process { pid, descriptor },
        channel,
        stdout,
        stderr,
    })
}

impl Process {
    /// A process that somebody else has started; `None` when there is none of that number.
    pub fn of(pid: Pid) -> Option<Process> {
        let descriptor = pidfd_open(pid, PidfdFlags::NONBLOCK).ok()?;
        Some(Process { pid, descriptor })
    }

    /// Another descriptor of it, readable when it has ended.
    ///
    /// # Errors
    /// When there are no more descriptors.
    pub fn descriptor(&self) -> io::Result<OwnedFd> {
        self.descriptor.try_clone()
    }

    /// Kills it and its group. That it has ended already is no error.
    pub fn kill(&self) {
        let _ = pidfd_send_signal(&self.descriptor, Signal::KILL);
        self.kill_group();
    }

    /// Kills what is left of its group. To be called before it is reaped: then the number of the
    /// group is given to nobody else.
    pub fn kill_group(&self) {
        let _ = kill_process_group(self.pid, Signal::KILL);
    }

    /// Takes the status of a child that has ended, so that no zombie stays.
    pub fn reap(&self) -> Ended {
        let status = waitid(
            WaitId::PidFd(self.descriptor.as_fd()),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
        );
        match status {
            Ok(Some(status)) => ended(&status),
            _ => Ended {
                how: "ended, nobody knows how".to_owned(),
                is_failure: true,
                last_words: None,
            },
        }
    }

    /// Waits for its end; whether it has ended.
    pub fn wait(&self, patience: Duration) -> bool {
        let mut descriptors = [PollFd::new(&self.descriptor, PollFlags::IN)];
        let timeout = Timespec {
            tv_sec: patience.as_secs() as i64,
            tv_nsec: patience.subsec_nanos().into(),
        };
        matches!(poll(&mut descriptors, Some(&timeout)), Ok(count) if count > 0)
    }
}

fn ended(status: &WaitIdStatus) -> Ended {
    let (how, is_failure) = match (status.exit_status(), status.terminating_signal()) {
        (Some(0), _) => ("exit code 0".to_owned(), false),
        (Some(code), _) => (format!("exit code {code}"), true),
        (_, Some(signal)) => (format!("killed by {}", signal_name(signal)), true),
        _ => ("ended".to_owned(), true),
    };
    Ended {
        how,
        is_failure,
        last_words: None,
    }
}

fn signal_name(number: i32) -> String {
    let name = match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => return format!("signal {number}"),
    };
    format!("signal {number} ({name})")
}
