//! A node that serves: performs what [`Core`] decides.
//!
//! One task has the core and everything that effects touch; connections, processes and logs are
//! tasks of their own that send it what happens.

mod abroad;
mod complaints;
mod connection;
mod identity;
mod issue;
mod machine;
mod perform;
mod strays;
mod wire;

use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::core::{Abroad, Client, Core, Id, Settings};
use crate::journal::{Journal, Left};
use crate::log::Logs;
use crate::notify::Notify;
use crate::places;
use crate::process::Process;
use crate::request::{Answer, Request};
use connection::Door;
use identity::Identity;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use wink_runtime::process::protocol::{FromMachine, ToMachine};
use wink_runtime::remote::{KeyError, NodeError};
use wire::Wire;

/// What a node serves, where and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory of machines.
    pub directory: PathBuf,
    /// The node's address; port 0 is any.
    pub address: SocketAddr,
    /// The directory of all nodes of this user.
    pub home: PathBuf,
    /// The directory of keys: those that this node shows, and, where the cluster was made, those
    /// that let others in.
    pub keys: PathBuf,
    /// How often the node shows other nodes that it lives.
    pub heartbeat: Duration,
    /// After what silence another node is lost.
    pub lost_after: Duration,
    /// Where logs go; into the node's own directory when nothing is said.
    pub logs: Option<PathBuf>,
    /// The size, in bytes, at which a log is put aside.
    pub log_size: u64,
    /// How many logs of a machine that were put aside are kept.
    pub log_files: usize,
    /// Grace, silence, limits.
    pub settings: Settings,
    /// How often machines show that they live.
    pub pulse: Duration,
    /// The node is all that its process does: what dead machines leave behind is its own to
    /// find and kill.
    pub adopts: bool,
}

impl Options {
    /// The usual ones, with the keys in that directory.
    pub fn new(directory: PathBuf, address: SocketAddr, keys: PathBuf) -> Self {
        Options {
            directory,
            address,
            home: places::home(),
            keys,
            heartbeat: Duration::from_secs(2),
            lost_after: Duration::from_secs(10),
            logs: None,
            log_size: 10 << 20,
            log_files: 3,
            settings: Settings::new(address.ip()),
            pulse: Duration::from_secs(2),
            adopts: false,
        }
    }
}

/// Why a node does not serve.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The directory of machines cannot be read.
    Directory(PathBuf, io::Error),
    /// The address cannot be taken.
    Address(SocketAddr, io::Error),
    /// A node serves there already.
    Taken(SocketAddr),
    /// Its own directory cannot be used.
    Home(PathBuf, io::Error),
    /// Processes of the node before it do not end.
    Left(Vec<i32>),
    /// Something that a node needs is refused.
    Io(io::Error),
    /// Other computers could reach it, and there are no keys in that directory to know them by.
    Stranger(SocketAddr, PathBuf),
    /// Its keys cannot be used.
    Keys(KeyError),
    /// The wire cannot be used.
    Wire(NodeError),
}

impl fmt::Display for ServeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Directory(path, error) => {
                write!(formatter, "{} cannot be read: {error}", path.display())
            }
            ServeError::Address(address, error) => {
                write!(formatter, "the address {address} cannot be taken: {error}")
            }
            ServeError::Taken(address) => write!(
                formatter,
                "a node serves at {address} already, or another program has that port: \
                 `--address` chooses another address"
            ),
            ServeError::Home(path, error) => {
                write!(formatter, "{} cannot be used: {error}", path.display())
            }
            ServeError::Left(processes) => write!(
                formatter,
                "processes of the node before this one do not end: {processes:?}"
            ),
            ServeError::Io(error) => error.fmt(formatter),
            ServeError::Stranger(address, keys) => write!(
                formatter,
                "other computers can reach {address}, and there are no keys in {} to know them \
                 by\nhelp: `wink init` makes a cluster here; `wink token` on a node of a cluster \
                 and `wink join HOST:PORT TOKEN` here join that one",
                keys.display()
            ),
            ServeError::Keys(error) => error.fmt(formatter),
            ServeError::Wire(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ServeError {}

/// What a node that serves says of itself.
#[derive(Clone, Debug)]
pub struct Serving {
    /// Its address.
    pub address: SocketAddr,
    /// The directory of machines.
    pub directory: PathBuf,
    /// How many machines are there to be started.
    pub machines: usize,
    /// Where logs are.
    pub logs: PathBuf,
    /// Which cluster it belongs to: the fingerprint of its authority.
    pub cluster: String,
    /// How many processes of a node before it had to be ended.
    pub ended: usize,
}

/// What happens to a node.
enum Input {
    Request(Client, Request, mpsc::Sender<Answer>),
    Left(Client),
    Said(Id, FromMachine),
    /// Another node tells of a machine that it runs for one of this node's.
    Abroad(Id, Abroad),
    /// A machine of another node has ended, at that address, of which one of this node's is to
    /// hear why.
    Ended(Id, String, String),
    /// The process has ended, and everything that it said has been heard.
    Exited(Id, Option<String>),
}

/// How long after a machine's end it is looked for what it has left, so that many ends make one
/// look.
const SWEEP: Duration = Duration::from_millis(50);

/// How many inputs wait before whoever sends more waits.
const INPUTS: usize = 1_024;

/// A process, and the ways to it.
struct Running {
    /// `package/Machine1.2.3:tag`
    name: String,
    process: Process,
    /// What it is told; the core bounds how much.
    say: mpsc::UnboundedSender<ToMachine>,
    log: mpsc::Sender<crate::log::Entry>,
    log_path: PathBuf,
}

/// A machine that has ended: its log can still be read.
struct Past {
    name: String,
    address: SocketAddr,
    log: PathBuf,
}

struct Server {
    core: Core,
    catalog: Catalog,
    clock: Clock,
    logs: Logs,
    issuer: issue::Issuer,
    journal: Journal,
    address: SocketAddr,
    options: Options,
    running: BTreeMap<Id, Running>,
    /// The ways to machines that other nodes run for those of this one.
    abroad: BTreeMap<Id, mpsc::UnboundedSender<abroad::Wish>>,
    /// What asks other nodes for the ends of machines that one of this node's is linked with.
    attending: BTreeMap<Id, JoinSet<()>>,
    wire: wink_runtime::remote::Node,
    /// The names of those who are not let in any more.
    withdrawn: BTreeSet<String>,
    clients: BTreeMap<Client, mpsc::Sender<Answer>>,
    past: VecDeque<Past>,
    inputs: mpsc::Sender<Input>,
    log_tasks: JoinSet<()>,
    /// When it is looked for what dead machines have left.
    sweep_at: Option<Duration>,
    is_over: bool,
}

/// Serves until the node is asked to end, by a client or by a signal. `ready` is called when it
/// takes requests.
///
/// # Errors
/// When it cannot begin.
pub async fn serve(options: Options, ready: impl FnOnce(&Serving)) -> Result<(), ServeError> {
    let catalog = Catalog::open(&options.directory)
        .map_err(|error| ServeError::Directory(options.directory.clone(), error))?;
    let refused = |error| match io::Error::kind(&error) {
        io::ErrorKind::AddrInUse => ServeError::Taken(options.address),
        _ => ServeError::Address(options.address, error),
    };
    // The address is this node's alone while it runs.
    let taken = UdpSocket::bind(options.address).map_err(refused)?;
    let address = taken.local_addr().map_err(ServeError::Io)?;
    let own = places::node_directory(&options.home, address);
    let home = |error| ServeError::Home(own.clone(), error);
    places::private_directory(&options.home).map_err(home)?;
    places::private_directory(&own).map_err(home)?;
    let _lock = lock(&own, address)?;
    let (journal, left) = Journal::open(&own.join("processes")).map_err(home)?;
    let ended = end_left(&options, left)?;
    let logs = logs(&options, &own)?;
    let keys = identity::keys(&options.keys, address)?;
    let withdrawn = keys.withdrawn().map_err(ServeError::Keys)?;
    let credential = keys.node().map_err(ServeError::Keys)?;
    let cluster = credential.cluster();
    let (inputs, incoming) = mpsc::channel(INPUTS);
    let serving = Serving {
        address,
        directory: catalog.directory().to_owned(),
        machines: catalog.entries().len(),
        logs: logs.directory.clone(),
        cluster,
        ended,
    };
    let room = Arc::new(Semaphore::new(connection::REQUESTS));
    let door = Door::new(inputs.clone(), room.clone(), Identity(keys));
    let wire = Wire::begin(taken, credential, &options, door).map_err(ServeError::Wire)?;
    wire.node().refuse(withdrawn.iter().cloned());
    let server = Server {
        withdrawn,
        core: Core::new(address.to_string(), options.settings.clone()),
        catalog,
        clock: Clock::start(),
        logs,
        issuer: issue::Issuer::open(&options.keys),
        journal,
        address,
        options,
        running: BTreeMap::new(),
        abroad: BTreeMap::new(),
        attending: BTreeMap::new(),
        wire: wire.node(),
        clients: BTreeMap::new(),
        past: VecDeque::new(),
        inputs,
        log_tasks: JoinSet::new(),
        sweep_at: None,
        is_over: false,
    };
    let notify = Notify::from_environment();
    ready(&serving);
    notify.tell(&format!("READY=1\nSTATUS=serving {address}"));
    let mut logs = server
        .run(incoming, &notify)
        .await
        .map_err(ServeError::Io)?;
    notify.tell("STOPPING=1");
    settle(&mut logs, &room).await;
    wire.end().await;
    Ok(())
}

/// What was said last is on its way, into logs and to those who asked: it has a moment to arrive.
async fn settle(logs: &mut JoinSet<()>, room: &Semaphore) {
    let _ = tokio::time::timeout(Duration::from_secs(2), async {
        while logs.join_next().await.is_some() {}
        let _ = room.acquire_many(connection::REQUESTS as u32).await;
    })
    .await;
}

/// Where logs go: made when it is not there, and tried.
fn logs(options: &Options, own: &Path) -> Result<Logs, ServeError> {
    let logs = Logs {
        directory: options.logs.clone().unwrap_or_else(|| own.join("logs")),
        size: options.log_size,
        files: options.log_files,
    };
    // Said now, and not when the first machine is to be started: whether files can be made there,
    // which permissions do not tell (a disk may be read-only).
    let probe = logs
        .directory
        .join(format!(".probe-{}", std::process::id()));
    fs::create_dir_all(&logs.directory)
        .and_then(|()| File::create(&probe))
        .and_then(|_| fs::remove_file(&probe))
        .map_err(|error| ServeError::Home(logs.directory.clone(), error))?;
    Ok(logs)
}

/// Ends what the node before this one has left; how many that were.
fn end_left(options: &Options, left: Vec<Left>) -> Result<usize, ServeError> {
    if options.adopts {
        strays::adopt().map_err(ServeError::Io)?;
    }
    let (ended, grace) = (left.len(), options.settings.grace);
    let still: Vec<_> = left.into_iter().filter(|one| !one.end(grace)).collect();
    match still.is_empty() {
        true => Ok(ended),
        false => Err(ServeError::Left(still.iter().map(|one| one.pid).collect())),
    }
}

/// The lock on a node's directory: gone with its process, however that ends.
fn lock(directory: &Path, address: SocketAddr) -> Result<File, ServeError> {
    let failed = |error| ServeError::Home(directory.to_owned(), error);
    let path = directory.join("lock");
    let file = File::options().append(true).create(true).open(path);
    let mut file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Err(ServeError::Taken(address)),
        Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
    }
    let _ = file.set_len(0);
    let _ = write!(file, "{}", std::process::id());
    Ok(file)
}

/// Runs a task beside the node's own.
#[allow(clippy::disallowed_methods, reason = "the node is a driver")]
fn start(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

impl Server {
    async fn run(
        mut self,
        mut incoming: mpsc::Receiver<Input>,
        notify: &Notify,
    ) -> io::Result<JoinSet<()>> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut watchdog = notify.watchdog().map(tokio::time::interval);
        while !self.is_over {
            let deadline = self.core.next_deadline().map(|time| self.clock.at(time));
            let sweep = self.sweep_at.map(|time| self.clock.at(time));
            tokio::select! {
                Some(input) = incoming.recv() => self.take(input),
                () = wait_until(deadline) => self.core.tick(self.clock.now()),
                () = wait_until(sweep) => self.sweep(),
                _ = terminate.recv() => self.core.shutdown(self.clock.now(), None),
                _ = interrupt.recv() => self.core.shutdown(self.clock.now(), None),
                // From the node's own task: when that is stuck, the manager hears nothing.
                () = next_tick(&mut watchdog) => notify.tell("WATCHDOG=1"),
            }
            self.perform_all();
        }
        if self.options.adopts {
            self.sweep();
        }
        Ok(self.log_tasks)
    }

    /// Ends what dead machines have left; until nothing is.
    fn sweep(&mut self) {
        let machines = self.running.values().map(|running| running.process.pid);
        let again = strays::end(machines);
        self.sweep_at = again.then(|| self.clock.now() + SWEEP);
    }

    fn take(&mut self, input: Input) {
        let now = self.clock.now();
        match input {
            Input::Request(client, request, answers) => {
                self.clients.insert(client, answers);
                self.request(client, request);
            }
            Input::Left(client) => {
                self.clients.remove(&client);
                self.core.leave(now, client);
            }
            Input::Said(id, message) => self.core.said(now, id, message),
            Input::Abroad(id, told) => self.core.abroad(now, id, told),
            Input::Ended(id, address, reason) => self.core.tell_ended(id, address, reason),
            Input::Exited(id, last_words) => {
                if let Some(running) = self.running.get(&id) {
                    let mut ended = running.process.reap();
                    let _ = self.journal.remove(running.process.pid);
                    ended.last_words = last_words;
                    self.core.exited(now, id, ended);
                }
                if self.options.adopts {
                    self.sweep_at.get_or_insert(now + SWEEP);
                }
            }
        }
    }
}

async fn wait_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

async fn next_tick(interval: &mut Option<tokio::time::Interval>) {
    match interval {
        Some(interval) => drop(interval.tick().await),
        None => std::future::pending().await,
    }
}
