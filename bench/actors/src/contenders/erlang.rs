//! Erlang/OTP, when it is installed: its program is compiled into a temporary folder, and each
//! turn is a virtual machine of its own.

use std::fs;
use std::io;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Threads;
use crate::workload::Row;

/// What to say where there is no Erlang.
pub const HINT: &str = "Erlang/OTP is left out: there is no `erl`. On Debian and Ubuntu: \
                        apt-get install --no-install-recommends erlang-base";

/// The name in the tables.
pub const NAME: &str = "OTP";

const SOURCE: &str = include_str!("erlang/actors_bench.erl");

/// The compiled program; its folder goes when this is dropped.
#[derive(Debug)]
pub struct Erlang {
    folder: TempDir,
}

impl Erlang {
    /// Compiles the program; `None` where there is no Erlang.
    ///
    /// # Errors
    /// When there is one and it does not compile the program.
    pub fn compile() -> io::Result<Option<Self>> {
        let there = Command::new("erl")
            .arg("-version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if there.is_err() {
            return Ok(None);
        }
        let folder = TempDir::with_prefix("wink-actors-")?;
        let source = folder.path().join("actors_bench.erl");
        fs::write(&source, SOURCE)?;
        let status = Command::new("erlc")
            .arg("-o")
            .arg(folder.path())
            .arg(&source)
            .status()?;
        if status.success() {
            Ok(Some(Self { folder }))
        } else {
            Err(io::Error::other("erlc does not compile the benchmark"))
        }
    }

    /// Whether there is something of the kind: mailboxes have no bound.
    pub fn can(row: Row) -> bool {
        !matches!(row, Row::SendBounded | Row::SendSupervised)
    }

    /// The command that does one turn.
    pub fn command(&self, threads: Threads, row: Row, operations: u64) -> Command {
        let schedulers = match threads {
            Threads::One => "1:1",
            Threads::Two => "2:2",
        };
        // `gen_server:call` it is in both.
        let row = match row {
            Row::Question => Row::Ask,
            row => row,
        };
        let mut command = Command::new("erl");
        command
            .args(["+S", schedulers, "+P", "1000000", "-noshell", "-pa"])
            .arg(self.folder.path())
            .args(["-run", "actors_bench", "main", row.id()])
            .arg(operations.to_string());
        command
    }
}
