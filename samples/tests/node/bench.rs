//! What the tests of the node work with: a node of their own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Tests that look again and again do so this often, and give up in the end.
const LOOKS: u32 = 1_000;
const LOOK: &str = "0.02";

/// The `wink` program, built once.
pub fn wink_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program = Path::new(env!("CARGO_BIN_EXE_switch")).with_file_name("wink");
        let target = program.parent().and_then(Path::parent).unwrap();
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--offline",
                "-p",
                "samples",
                "-p",
                "wink-cli",
            ])
            .env("CARGO_TARGET_DIR", target)
            .status();
        assert!(built.unwrap().success());
        program
    })
}

/// The `wink` program, not run yet.
pub fn wink(arguments: &[&str]) -> Command {
    let mut command = Command::new(wink_program());
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A node, its directory of machines and its home; gone with this.
pub struct Node {
    pub folder: TempDir,
    pub address: SocketAddr,
    options: Vec<String>,
    process: Child,
    _stdout: BufReader<ChildStdout>,
}

/// A machine that runs.
pub struct Machine {
    pub address: String,
    pub pid: u32,
}

impl Node {
    pub fn new() -> Node {
        Node::with(&[], &["switch", "turnstile", "echo", "unruly", "family"])
    }

    /// A node with these options and these of the samples' programs.
    pub fn with(options: &[&str], programs: &[&str]) -> Node {
        Node::within(tempfile::tempdir().unwrap(), options, programs)
    }

    /// The same, of that node's cluster: as on another computer, by a token for these roles.
    pub fn member(of: &Node, may: &str, options: &[&str], programs: &[&str]) -> Node {
        let folder = tempfile::tempdir().unwrap();
        let token = of.done(&["token", "--may", may]);
        let joined = wink(&["join", &of.address.to_string(), token.trim()])
            .env("WINK_HOME", folder.path().join("home"))
            .output()
            .unwrap();
        assert!(joined.status.success(), "{joined:?}");
        Node::within(folder, options, programs)
    }

    fn within(folder: TempDir, options: &[&str], programs: &[&str]) -> Node {
        let machines = folder.path().join("machines");
        fs::create_dir(&machines).unwrap();
        for program in programs {
            let path = Path::new(env!("CARGO_BIN_EXE_switch")).with_file_name(program);
            put(&path, &machines.join(program));
        }
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let any = "127.0.0.1:0".parse().unwrap();
        let (process, stdout, address) = serve(folder.path(), any, &options);
        Node {
            folder,
            address,
            options,
            process,
            _stdout: stdout,
        }
    }

    pub fn machines(&self) -> PathBuf {
        self.folder.path().join("machines")
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A command, not run yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = wink(arguments);
        command
            .env("WINK_HOME", self.home())
            .env("WINK_NODE", self.address.to_string());
        command
    }

    pub fn wink(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command prints, when it succeeds.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.wink(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command complains of, when it fails with this code.
    #[track_caller]
    pub fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.wink(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {output:?}"
        );
        String::from_utf8(output.stderr).unwrap()
    }

    /// Starts a machine.
    #[track_caller]
    pub fn start(&self, arguments: &[&str]) -> Machine {
        let printed = self.done(&[&["start"], arguments].concat());
        started(&printed)
    }

    /// Kills it as hard as can be.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again at its address; what it prints first.
    pub fn again(&mut self) -> String {
        let (process, stdout, address) = serve(self.folder.path(), self.address, &self.options);
        assert_eq!(address, self.address);
        self.process = process;
        self._stdout = stdout;
        fs::read_to_string(self.folder.path().join("first")).unwrap()
    }

    /// The node's own process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Whether it still serves.
    pub fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none() && self.wink(&["list"]).status.success()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.wink(&["stop", "--node-itself"]);
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts a program under another name: the same file when that can be.
pub fn put(program: &Path, path: &Path) {
    fs::hard_link(program, path)
        .or_else(|_| fs::copy(program, path).map(drop))
        .unwrap();
}

/// A link, whoever it leads to.
pub fn link(target: &Path, path: &Path) {
    symlink(target, path).unwrap();
}

fn serve(
    folder: &Path,
    address: SocketAddr,
    options: &[String],
) -> (Child, BufReader<ChildStdout>, SocketAddr) {
    let mut process = Command::new(wink_program())
        .arg("serve")
        .arg(folder.join("machines"))
        .args(["--address", &address.to_string()])
        .args(options)
        .env("WINK_HOME", folder.join("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    let at = first.trim_end().rsplit(' ').next().unwrap();
    let at = at
        .parse()
        .unwrap_or_else(|_| panic!("{first:?} says where"));
    stdout.read_line(&mut first).unwrap();
    // What follows, when it has ended something, comes with the same write.
    fs::write(folder.join("first"), &first).unwrap();
    (process, stdout, at)
}

/// What `wink start` says of a machine.
#[track_caller]
pub fn started(printed: &str) -> Machine {
    let first = printed.lines().next().unwrap_or_default();
    let rest = first.split(" at ").nth(1).expect(first);
    let (address, process) = rest.split_once(" (process ").expect(first);
    Machine {
        address: address.to_owned(),
        pid: process.trim_end_matches(')').parse().expect(first),
    }
}

/// Looks until it is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        // The operating system tells nobody of what is looked for here.
        Command::new("sleep").arg(LOOK).status().unwrap();
    }
    panic!("not within the time: {what}");
}

/// Sends a process a signal.
pub fn signal(name: &str, pid: u32) {
    let pid = pid.to_string();
    let sent = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(sent.unwrap().success(), "{name} to {pid}");
}

/// Whether there is such a process, be it a zombie.
pub fn exists(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

/// The zombies among the children of this process.
pub fn zombies(parent: u32) -> usize {
    let is_zombie = |entry: &fs::DirEntry| {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let Some((_, rest)) = stat.rsplit_once(") ") else {
            return false;
        };
        let mut words = rest.split(' ');
        words.next() == Some("Z") && words.next() == Some(parent.to_string().as_str())
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter(is_zombie).count()
}
