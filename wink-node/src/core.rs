//! What a node decides: requests, news of processes and the time go in, effects come out.
//!
//! - `start`, `stop`, `send`, `call`, `list`, `shutdown` and `leave` take in what clients want;
//! - `launched`, `not_launched`, `said` and `exited` take in what processes do;
//! - `tick` takes in the time, which [`next_deadline`](Core::next_deadline) asks for;
//! - [`poll_effect`](Core::poll_effect) gives out what is to be done, in order.
//!
//! Must not know of: files, sockets, processes, clocks.

mod abroad;
mod ask;
mod attend;
mod late;
mod news;
mod stop;
#[cfg(test)]
mod tests;
mod watch;

pub use abroad::Abroad;
pub use news::Ended;

use crate::request::{Answer, Failure};
use semver::Version;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use wink_runtime::process::protocol::{Kind, News, ToMachine};

/// A machine's number on its node, never given to a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub u64);

/// A connection's number, never given to a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client(pub u64);

/// A node's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where machines are that are asked for without a host.
    pub host: IpAddr,
    /// How long a machine may take to stop before it is killed.
    pub grace: Duration,
    /// How long a machine may be silent before it is declared dead, and killed.
    pub silence: Duration,
    /// How long a machine may take to start.
    pub patience: Duration,
    /// How long a listing waits for machines that do not say how they are.
    pub listing: Duration,
    /// How many machines there may be.
    pub machines: usize,
    /// How many requests a machine may have waiting.
    pub requests: usize,
}

impl Settings {
    /// The usual ones, for machines at `host`.
    pub fn new(host: IpAddr) -> Self {
        Settings {
            host,
            grace: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            patience: Duration::from_secs(10),
            listing: Duration::from_millis(300),
            machines: 10_000,
            requests: 1_024,
        }
    }
}

/// Who wants a machine started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spawner {
    /// A person.
    Client(Client),
    /// A machine of this node, by a request of that number.
    Machine(Id, u64),
}

/// A machine that is to be started.
#[derive(Clone, Debug)]
pub struct Order {
    /// `package/Machine`.
    pub base: String,
    /// The version that was chosen.
    pub version: Version,
    /// The asker's own word for it.
    pub tag: Option<String>,
    /// Its program.
    pub path: PathBuf,
    /// Where, as it was asked for.
    pub address: Option<String>,
    /// Its own arguments.
    pub arguments: Vec<String>,
    /// Who wants it.
    pub spawner: Spawner,
    /// The client hears of it until it has ended.
    pub follow: bool,
    /// The address of the node that is to run it, when that is another one.
    pub node: Option<String>,
    /// It is a child of a machine of another node, at this address; stopped when its client,
    /// which is that node, has gone.
    pub bound: Option<String>,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Run this program; then say `launched` or `not_launched`.
    Launch {
        /// For which machine.
        id: Id,
        /// The program.
        path: PathBuf,
        /// Its own name, as its first word.
        name: String,
        /// What follows: address, spawner, arguments.
        arguments: Vec<String>,
    },
    /// Have another node run this machine; then say `abroad`.
    LaunchAbroad {
        /// Which machine.
        id: Id,
        /// The node's address.
        node: String,
        /// The machine's name, as it was asked for.
        name: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// The address of the machine that wants it.
        spawner: String,
    },
    /// Tell the machine this.
    Say(Id, ToMachine),
    /// Kill its process and what that has started.
    Kill(Id),
    /// A machine wants another started: look it up, then say `start` or `refuse`.
    Find {
        /// Which machine, by which request.
        spawner: (Id, u64),
        /// Its name.
        name: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// The address of the node that is to start it, when that is another one.
        node: Option<String>,
    },
    /// Have another node say when a machine of its ends; then say `tell_ended`.
    AttendAbroad {
        /// To which machine.
        id: Id,
        /// That node's address.
        node: String,
        /// Where the machine is that may end.
        address: String,
    },
    /// Give the machine's process a credential.
    Issue(Id),
    /// Answer a client.
    Answer(Client, Answer),
    /// Write this into the machine's log.
    Record(Id, Kind, String),
    /// The machine is gone: nothing will be said of it any more. It was at this address.
    Gone(Id, SocketAddr),
    /// All machines have ended after a `shutdown`.
    Over,
}

/// Where a machine is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Its address is another's, which is being stopped.
    Waiting,
    /// Its process runs, but has not said so; the time is when it began.
    Starting(Duration),
    /// It has started.
    Running,
}

struct Machine {
    base: String,
    version: Version,
    tag: Option<String>,
    path: PathBuf,
    address: SocketAddr,
    arguments: Vec<String>,
    spawner: Spawner,
    phase: Phase,
    began: Duration,
    heard: Duration,
    /// How often in a row its silence was not counted.
    spared: u8,
    pid: u32,
    restarts: u32,
    /// The client that waits for its start.
    starter: Option<Client>,
    followers: Vec<Client>,
    /// Clients that wait for its end.
    stoppers: Vec<Client>,
    error: Option<String>,
    reason: Option<String>,
    /// It is to end; when it was asked to, the time of its killing.
    is_stopping: bool,
    is_asked: bool,
    kill_at: Option<Duration>,
    children: BTreeSet<Id>,
    /// Who else hears of its end.
    attenders: Vec<attend::Attender>,
    log: String,
    /// The node that runs it, when that is another one.
    node: Option<String>,
    /// The machine of another node that it is a child of.
    bound: Option<String>,
}

/// A node, as a value.
pub struct Core {
    settings: Settings,
    /// The node's own address, as machines are told it.
    address: String,
    machines: BTreeMap<Id, Machine>,
    next_machine: u64,
    next_request: u64,
    pending: BTreeMap<u64, ask::Pending>,
    gathers: Vec<ask::Gather>,
    watchers: Vec<watch::Watcher>,
    effects: VecDeque<Effect>,
    alarm: Option<Duration>,
    /// The clients that wait for the end of the node, once that was asked for.
    closing: Option<Vec<Client>>,
    is_over: bool,
}

impl Machine {
    /// `package/Machine1.2.3:tag`
    fn name(&self) -> String {
        let (base, version) = (&self.base, &self.version);
        if self.is_only_asked_for() {
            return base.clone();
        }
        match &self.tag {
            Some(tag) => format!("{base}{version}:{tag}"),
            None => format!("{base}{version}"),
        }
    }

    fn full_name(&self) -> String {
        format!("{}@{}", self.name(), self.address)
    }
}

impl Core {
    /// A node without machines.
    pub fn new(address: String, settings: Settings) -> Self {
        Core {
            settings,
            address,
            machines: BTreeMap::new(),
            next_machine: 1,
            next_request: 1,
            pending: BTreeMap::new(),
            gathers: Vec::new(),
            watchers: Vec::new(),
            effects: VecDeque::new(),
            alarm: None,
            closing: None,
            is_over: false,
        }
    }

    /// The next thing to be done.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`tick`](Self::tick) is to be called.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.alarm
    }

    /// How many machines there are.
    pub fn len(&self) -> usize {
        self.machines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    fn wake_at(&mut self, time: Duration) {
        self.alarm = Some(self.alarm.map_or(time, |alarm| alarm.min(time)));
    }

    fn effect(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    fn answer(&mut self, client: Client, answer: Answer) {
        self.effect(Effect::Answer(client, answer));
    }

    fn fail(&mut self, client: Client, reason: impl Into<String>) {
        let answer = Answer::Failed {
            failure: Failure::Refused,
            reason: reason.into(),
        };
        self.answer(client, answer);
    }

    /// The name and the path of a machine.
    pub fn program(&self, id: Id) -> Option<(String, PathBuf)> {
        let machine = self.machines.get(&id)?;
        Some((machine.full_name(), machine.path.clone()))
    }

    /// Where a machine's log is, for those who are told of it.
    pub fn set_log(&mut self, id: Id, log: String) {
        if let Some(machine) = self.machines.get_mut(&id) {
            machine.log = log;
        }
    }

    /// A machine is to be started. One that is at its address is stopped before.
    pub fn start(&mut self, now: Duration, order: Order) -> Option<Id> {
        let address = match self.admit(&order) {
            Ok(address) => address,
            Err(reason) => {
                self.refuse(order.spawner, reason);
                return None;
            }
        };
        let id = Id(self.next_machine);
        self.next_machine += 1;
        let client = match order.spawner {
            Spawner::Client(client) => Some(client),
            Spawner::Machine(spawner, _) => {
                if let Some(spawner) = self.machines.get_mut(&spawner) {
                    spawner.children.insert(id);
                }
                None
            }
        };
        let before: Vec<Id> = self.at(address).map(|(id, _)| id).collect();
        let replaced = before.iter().filter_map(|before| self.machines.get(before));
        let restarts = replaced.map(|before| before.restarts + 1).max();
        let machine = Machine {
            base: order.base,
            version: order.version,
            tag: order.tag,
            path: order.path,
            address,
            arguments: order.arguments,
            spawner: order.spawner,
            phase: Phase::Waiting,
            began: now,
            heard: now,
            spared: 0,
            pid: 0,
            restarts: restarts.unwrap_or(0),
            starter: client,
            followers: client.filter(|_| order.follow).into_iter().collect(),
            stoppers: Vec::new(),
            error: None,
            reason: None,
            is_stopping: false,
            is_asked: false,
            kill_at: None,
            children: BTreeSet::new(),
            attenders: Vec::new(),
            log: String::new(),
            node: order.node,
            bound: order.bound,
        };
        self.machines.insert(id, machine);
        for before in before {
            self.stop_tree(now, before);
        }
        match address.port() {
            0 => self.launch(now, id),
            _ => self.launch_waiting(now, address),
        }
        Some(id)
    }

    /// Whether the machine may be started, and where.
    fn admit(&self, order: &Order) -> Result<SocketAddr, String> {
        if self.closing.is_some() {
            return Err("the node is shutting down".to_owned());
        }
        if self.machines.len() >= self.settings.machines {
            let limit = self.settings.machines;
            return Err(format!(
                "the node has {limit} machines, as many as it may have: \
                 `wink serve --machines` sets the limit"
            ));
        }
        if let Spawner::Machine(spawner, _) = order.spawner {
            let is_ending = |machine: &Machine| machine.is_stopping;
            if self.machines.get(&spawner).is_none_or(is_ending) {
                return Err("the machine that wants it is stopping".to_owned());
            }
        }
        ask::read_address(order.address.as_deref(), self.settings.host)
    }

    /// A machine will not be started: whoever wants it is told why.
    pub fn refuse(&mut self, spawner: Spawner, reason: String) {
        match spawner {
            Spawner::Client(client) => self.fail(client, reason),
            Spawner::Machine(id, request) => {
                self.tell_spawner(id, request, News::Errored { error: reason });
                let reason = "not started".to_owned();
                self.tell_spawner(id, request, News::Exited { reason });
            }
        }
    }

    /// One that is to stop when its children have is not told of their ends: it would try again.
    fn tell_spawner(&mut self, spawner: Id, request: u64, news: News) {
        let hears = |spawner: &Machine| !spawner.is_stopping;
        if self.machines.get(&spawner).is_some_and(hears) {
            let message = ToMachine::Child { id: request, news };
            self.effect(Effect::Say(spawner, message));
        }
    }

    /// The machines of that address; none when it says any port.
    fn at(&self, address: SocketAddr) -> impl Iterator<Item = (Id, &Machine)> {
        let machines = self.machines.iter().map(|(&id, machine)| (id, machine));
        machines.filter(move |(_, machine)| {
            address.port() != 0 && machine.address == address && machine.is_here()
        })
    }

    /// Launches the machine that waits for this address, when nobody has it.
    fn launch_waiting(&mut self, now: Duration, address: SocketAddr) {
        let at: Vec<Id> = self.at(address).map(|(id, _)| id).collect();
        let [id] = at[..] else { return };
        let waits = |machine: &Machine| machine.phase == Phase::Waiting;
        if self.machines.get(&id).is_some_and(waits) {
            self.launch(now, id);
        }
    }

    fn launch(&mut self, now: Duration, id: Id) {
        let spawner = match self.machines.get(&id).map(|machine| machine.spawner) {
            Some(Spawner::Machine(spawner, _)) => self.machines.get(&spawner),
            _ => None,
        };
        let spawner = spawner.map_or(self.address.clone(), |machine| machine.address.to_string());
        let deadline = now + self.settings.patience;
        let Some(machine) = self.machines.get_mut(&id) else {
            return;
        };
        machine.phase = Phase::Starting(now);
        (machine.began, machine.heard) = (now, now);
        let spawner = machine.bound.clone().unwrap_or(spawner);
        if let Some(node) = machine.node.clone() {
            self.launch_abroad(id, node, spawner);
            return self.wake_at(deadline);
        }
        let mut arguments = vec![machine.address.to_string(), spawner];
        arguments.extend(machine.arguments.iter().cloned());
        let effect = Effect::Launch {
            id,
            path: machine.path.clone(),
            name: machine.name(),
            arguments,
        };
        self.effect(effect);
        self.wake_at(deadline);
    }

    /// A client has gone: nobody is there to be told anything.
    pub fn leave(&mut self, now: Duration, client: Client) {
        for machine in self.machines.values_mut() {
            machine.followers.retain(|one| *one != client);
            machine.stoppers.retain(|one| *one != client);
            machine.starter = machine.starter.filter(|one| *one != client);
        }
        self.pending.retain(|_, pending| !pending.is_of(client));
        self.gathers.retain(|gather| !gather.is_of(client));
        self.forget_watching(client);
        self.forget_attending(client);
        self.fence(now, client);
    }
}
