//! What the `wink` program and nodes ask a node, and what it answers: JSON in the bodies of the
//! wire's frames `request` and `response`.
//!
//! Must not know of: sockets.

use serde::{Deserialize, Serialize};
use wink_runtime::process::protocol::{Kind, Look};
use wink_runtime::remote::Roles;

/// What a node is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Start a machine.
    Start {
        /// `package/Machine[version][:tag]`.
        name: String,
        /// Where; anywhere when nothing is said.
        address: Option<String>,
        /// Its own arguments.
        arguments: Vec<String>,
        /// Tell what happens to it until it has ended.
        follow: bool,
    },
    /// Stop a machine and everything that it has started.
    Stop {
        /// Its address, or its name when only one has that.
        target: String,
    },
    /// Send it a message.
    Send {
        /// Its address or name.
        target: String,
        /// The message as it is typed.
        text: String,
    },
    /// Ask it a question.
    Call {
        /// Its address or name.
        target: String,
        /// The question as it is typed.
        text: String,
        /// How long the answer is waited for, in milliseconds.
        deadline: u64,
    },
    /// Tell of all machines that run.
    List,
    /// Show a machine, until it has ended or nobody looks any more.
    Watch {
        /// Its address or name.
        target: String,
        /// How often, in milliseconds; at least 50.
        every: u64,
    },
    /// Tell of all machines that could be started.
    Available,
    /// Show a machine's log.
    Logs {
        /// Its address or name.
        target: String,
        /// Go on with what comes.
        follow: bool,
        /// How many lines of what has been.
        lines: usize,
    },
    /// The description of a machine that runs or could be started.
    Describe {
        /// Its address or name.
        target: String,
        /// In what format, by its name: `json`, `mermaid`, ….
        format: String,
    },
    /// Which version the node is.
    Version,
    /// Stop all machines and end.
    Shutdown,
    /// Start a machine as a child of one of another node, which asks. Answered as a start that is
    /// followed; the machine and all that it has started are stopped when nobody waits for
    /// answers any more.
    Spawn {
        /// `package/Machine[version][:tag]`.
        name: String,
        /// Its own arguments.
        arguments: Vec<String>,
        /// The address of the machine that wants it.
        spawner: String,
    },
    /// Kill a machine, and stop everything that it has started.
    Kill {
        /// Its address, or its name when only one has that.
        target: String,
    },
    /// Say when the machine at that address ends: as a text, why. For nodes, whose machines are
    /// linked with it.
    Attend {
        /// Its address.
        target: String,
    },
    /// Make a token with which another computer joins the cluster.
    Invite(Invite),
    /// Let holders of credentials with that name in no more.
    Withdraw {
        /// What they are called.
        name: String,
    },
    /// Give whoever shows a token its certificates for these public keys, in hexadecimal digits.
    Join {
        /// The key for a node's certificate.
        node: String,
        /// The key for a user's certificate.
        user: String,
    },
}

/// Who is to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// What it will be called; a name is made when nothing is said.
    pub name: Option<String>,
    /// A computer with a node, and not a user alone.
    pub is_node: bool,
    /// What it may do, by names: `start`, `stop`, `send`, `observe`.
    pub roles: Vec<String>,
    /// How long the token can be used, in seconds.
    pub valid: u64,
}

impl Request {
    /// The machine that it is about, by its address or name, when the node that runs that is the
    /// one to answer. What stops a machine is not among them: that concerns its spawner too.
    pub fn target(&mut self) -> Option<&mut String> {
        match self {
            Request::Send { target, .. }
            | Request::Call { target, .. }
            | Request::Watch { target, .. }
            | Request::Logs { target, .. }
            | Request::Describe { target, .. } => Some(target),
            _ => None,
        }
    }

    /// What must be in a credential for this, and what it is called; nothing must be for what
    /// everybody of the cluster may ask.
    pub fn needs(&self) -> (Roles, &'static str) {
        match self {
            // What is followed is observed.
            Request::Start { follow: true, .. } => (
                Roles::START | Roles::OBSERVE,
                "start a machine and follow it",
            ),
            Request::Start { .. } => (Roles::START, "start machines"),
            Request::Spawn { .. } => (
                Roles::START | Roles::OBSERVE,
                "start a machine and follow it",
            ),
            Request::Stop { .. } | Request::Kill { .. } => (Roles::STOP, "stop machines"),
            Request::Shutdown => (Roles::STOP, "stop the node"),
            Request::Send { .. } => (Roles::SEND, "send messages"),
            Request::Call { .. } => (Roles::SEND, "ask questions"),
            Request::List | Request::Available => (Roles::OBSERVE, "see what there is"),
            Request::Watch { .. } | Request::Attend { .. } => (Roles::OBSERVE, "watch machines"),
            Request::Logs { .. } => (Roles::OBSERVE, "read logs"),
            Request::Describe { .. } => (Roles::OBSERVE, "read descriptions"),
            // Nobody gives away what is not theirs.
            Request::Invite(_) => (Roles::ALL, "let others in"),
            Request::Withdraw { .. } => (Roles::ALL, "withdraw credentials"),
            Request::Version | Request::Join { .. } => (Roles::NONE, ""),
        }
    }
}

/// What a node answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The machine has started.
    Started {
        /// Its full name.
        name: String,
        /// Its address.
        address: String,
        /// Its process.
        pid: u32,
        /// Its log.
        log: String,
        /// Why machines of other processes do not reach it there; nothing when they do.
        #[serde(default)]
        unreachable: Option<String>,
    },
    /// Something happened to the machine that is followed, or to one below it.
    Event {
        /// Which machine: `family/Child#2`, or the full name and address of a process.
        machine: String,
        /// What kind of thing.
        kind: Kind,
        /// What.
        text: String,
    },
    /// A machine that runs.
    Row(Row),
    /// How a machine that is watched is now.
    Shown(Box<Shown>),
    /// A machine that could be started.
    Entry {
        /// `package/Machine`.
        name: String,
        /// Its version.
        version: String,
        /// What arguments it takes.
        usage: String,
        /// The first line of its documentation.
        about: String,
        /// The messages that it takes, as they are typed.
        messages: Vec<String>,
    },
    /// A line of a log.
    Line(Line),
    /// A text: an answer, a description.
    Text(String),
    /// Certificates for who has joined, as PEM.
    Joined {
        /// For its node.
        node: Option<String>,
        /// For its user.
        user: Option<String>,
    },
    /// All is done; nothing follows.
    Done,
    /// It did not come to what was asked; nothing follows.
    Failed {
        /// What kind of failure.
        failure: Failure,
        /// Why, maybe with lines of help.
        reason: String,
    },
}

/// What kind of failure an answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The node or the machine said no.
    Refused,
    /// The machine that was followed has failed.
    Errored,
    /// The deadline passed.
    Late,
}

/// A machine that runs, as `wink list` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// `package/Machine`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its tag.
    pub tag: Option<String>,
    /// Its address.
    pub address: String,
    /// Its process; 0 while it waits for its address.
    pub pid: u32,
    /// The states in which it rests, or what it does: `starting`, `stopping`.
    pub state: String,
    /// How long it has run, in milliseconds.
    pub uptime: u64,
    /// How often a machine at its address was replaced.
    pub restarts: u32,
    /// How many messages wait in its mailbox; `None` when it did not say in time.
    pub mail: Option<usize>,
    /// How many machines its process has.
    pub machines: Option<usize>,
    /// The address of the machine that spawned it.
    pub spawner: Option<String>,
}

/// A machine that is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// As it is listed.
    pub row: Row,
    /// What it shows of itself; `None` while it is too busy for that.
    pub look: Option<Box<Look>>,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When: as RFC 3339 says it, in UTC.
    pub time: String,
    /// Which machine.
    pub machine: String,
    /// What kind of line: `log`, `started`, `errored`, `exited`, `notice`, `out`, `err`.
    pub kind: String,
    /// The line.
    pub text: String,
}
