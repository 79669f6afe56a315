//! What can be typed after `wink`.

use crate::complete;
use crate::describe::Output;
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

/// State machines that the compiler proves.
#[derive(Parser)]
#[command(
    name = "wink",
    version,
    disable_help_subcommand = false,
    after_help = "Exit codes: 0 done; 1 the node or a machine said no, or something failed; \
                  2 wrong usage; 3 there is no node; 4 the machine that was followed has failed; \
                  5 the deadline passed; 130 interrupted."
)]
pub struct Arguments {
    /// The node's address: `HOST:PORT`, `:PORT` for this computer.
    #[arg(
        long,
        global = true,
        env = "WINK_NODE",
        default_value = "127.0.0.1:42000",
        value_parser = node
    )]
    pub node: SocketAddr,
    /// The directory of keys, by which nodes know who asks; without it `keys` in `$WINK_HOME`,
    /// else `wink` in `$XDG_CONFIG_HOME`, else `~/.config/wink`.
    #[arg(long, global = true, env = "WINK_KEYS", value_name = "DIRECTORY")]
    #[arg(value_hint = ValueHint::DirPath)]
    pub keys: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve the machines in a directory: start them on request, watch them, keep their logs.
    Serve(Serve),
    /// Start a machine as a process of its own.
    Start {
        /// Tell what happens to it and to what it starts, until it has ended.
        #[arg(short, long)]
        follow: bool,
        /// `package/Machine`, `package/Machine1.2.3`, `package/Machine@^1.2`; `:tag` behind it
        /// tells this one from others.
        #[arg(add = ArgValueCompleter::new(complete::machines))]
        machine: String,
        /// Where it is to be (`:43000`, `127.0.0.1:43000`), then its own arguments. A machine
        /// that is there is replaced. Without an address it gets one. Options of wink may stand
        /// anywhere; what stands behind `--` is the machine's, whatever it looks like.
        #[arg(
            allow_hyphen_values = true,
            trailing_var_arg = true,
            value_name = "ADDRESS] [ARGUMENT"
        )]
        rest: Vec<String>,
    },
    /// Stop a machine and everything that it has started.
    Stop(Stop),
    /// Send a machine a message.
    Send {
        /// Its address (`:43000`) or its name.
        #[arg(add = ArgValueCompleter::new(complete::running))]
        machine: String,
        /// The message as text: `coin 5`, `coin value=5` or JSON. What stands behind `--` is the
        /// message, also when it looks like an option of wink.
        #[arg(required = true, allow_hyphen_values = true, trailing_var_arg = true)]
        #[arg(add = ArgValueCompleter::new(complete::messages))]
        message: Vec<String>,
    },
    /// Ask a machine a question and print its answer as JSON.
    Call {
        /// How long the answer is waited for.
        #[arg(long, default_value = "5s", value_parser = duration)]
        deadline: Duration,
        /// Its address (`:43000`) or its name.
        #[arg(add = ArgValueCompleter::new(complete::running))]
        machine: String,
        /// The question as text: `total`, `say hello` or JSON.
        #[arg(required = true, allow_hyphen_values = true, trailing_var_arg = true)]
        #[arg(add = ArgValueCompleter::new(complete::messages))]
        question: Vec<String>,
    },
    /// List the machines that run.
    List {
        /// Those that could be started instead.
        #[arg(long)]
        available: bool,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show which machine started which.
    Tree,
    /// Show a machine's log.
    Logs {
        /// Go on with what comes.
        #[arg(short, long)]
        follow: bool,
        /// How many lines of what has been.
        #[arg(short = 'n', long, default_value_t = 100)]
        lines: usize,
        /// As JSON, one object a line.
        #[arg(long)]
        json: bool,
        /// Its address (`:43000`) or its name.
        #[arg(add = ArgValueCompleter::new(complete::running))]
        machine: String,
    },
    /// Print a machine's description as JSON.
    Describe {
        /// A machine's program, which is read and not run; or an address or name at the node.
        #[arg(value_hint = ValueHint::AnyPath, add = ArgValueCompleter::new(complete::machines))]
        machine: String,
    },
    /// Look for what is wrong with a machine: states that are never reached or never left,
    /// deferred messages that are lost, eventless rows that run in a circle. Fails if there is
    /// something.
    Check {
        /// Print the shortest path to every state and row too.
        #[arg(long)]
        paths: bool,
        /// A machine's program, which is read and not run.
        #[arg(value_hint = ValueHint::FilePath)]
        machine: String,
    },
    /// Print a machine's diagram, or serve a page on which it lives.
    Diagram {
        /// Serve a page in which the machine's active states light up, its last transition is
        /// drawn, and the messages that it takes now can be sent. At the node's own address it
        /// shows all machines of the node.
        #[cfg(feature = "live")]
        #[arg(long, conflicts_with = "format")]
        live: bool,
        /// Where the page is, on this computer; port 0 is any.
        #[cfg(feature = "live")]
        #[arg(
            long,
            value_name = "ADDRESS",
            default_value = "127.0.0.1:0",
            requires = "live"
        )]
        page: SocketAddr,
        /// mermaid, dot, plantuml, scxml, xstate, markdown, json, svg; png in a build with pixels.
        #[arg(long, default_value = "mermaid")]
        format: Output,
        /// A machine's program, which is read and not run; or an address or name at the node.
        #[arg(value_hint = ValueHint::AnyPath, add = ArgValueCompleter::new(complete::machines))]
        machine: String,
    },
    /// Make a cluster: an authority, and the keys of this computer's node and user. Whoever has
    /// keys of one cluster can talk; `wink serve` on a loopback address makes one by itself.
    Init {
        /// Where the keys are to be; without it where `--keys` says.
        #[arg(value_hint = ValueHint::DirPath)]
        directory: Option<PathBuf>,
    },
    /// Print a token, with which `wink join` gets keys of this cluster on another computer. It
    /// can be used once, and by whoever reads it. The node must be one where the cluster was
    /// made.
    Token {
        /// What the token is for: keys of a computer (its node and its user), or of a user alone.
        #[arg(long = "for", value_name = "WHAT", default_value = "node")]
        #[arg(value_parser = ["node", "user"])]
        kind: String,
        /// What the holder may do.
        #[arg(long, value_name = "ROLES", value_delimiter = ',')]
        #[arg(default_value = "start,stop,send,observe")]
        #[arg(value_parser = ["start", "stop", "send", "observe"])]
        may: Vec<String>,
        /// What the holder will be called: small letters, digits and inner hyphens.
        #[arg(long)]
        name: Option<String>,
        /// How long the token can be used.
        #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
        expires: Duration,
    },
    /// Let holders of credentials with that name in no more: a user's or a node's that was lost,
    /// or a token's. Each node has its own list; others are told with `--node`.
    Withdraw {
        /// What they are called, as `wink join` has said.
        name: String,
    },
    /// Join the cluster of a node on another computer, and keep the keys that it gives.
    Join {
        /// That node's address: `HOST:PORT`.
        #[arg(value_parser = node)]
        address: SocketAddr,
        /// What `wink token` printed there; `-` reads it from the standard input.
        token: String,
    },
    /// Make a project with a machine, its test and its diagram.
    New {
        /// The folder to make; its name becomes the package's.
        directory: PathBuf,
        /// Use the wink in this folder. Without it, a program that was built in a clone of wink
        /// uses that clone, and any other the published crate.
        #[arg(long, value_name = "FOLDER")]
        wink: Option<PathBuf>,
    },
    /// Print what a shell is to run so that it completes commands, machines and messages.
    Completion {
        /// For which shell.
        #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
        shell: String,
    },
    /// Write man pages, one a command.
    Man {
        /// The directory to write them to.
        directory: PathBuf,
    },
    /// Print the version, and the node's when there is one.
    Version,
}

/// What `wink stop` is to stop.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Stop {
    /// Its address (`:43000`) or its name.
    #[arg(add = ArgValueCompleter::new(complete::running))]
    pub machine: Option<String>,
    /// Stop the node itself with all its machines.
    #[arg(long)]
    pub node_itself: bool,
}

/// Options of `wink serve`.
#[derive(Args)]
pub struct Serve {
    /// The directory of machines: programs whose main is `wink::main!(…)`, in it or in a folder
    /// right below it. Without it the one that this program is in.
    #[arg(value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
    /// Start this machine with these arguments, tell what happens to it, and end when it has
    /// ended.
    #[arg(short, long, num_args = 1.., allow_hyphen_values = true)]
    #[arg(value_names = ["MACHINE", "ADDRESS] [ARGUMENT"])]
    pub follow: Vec<String>,
    /// The node's address; without it that of `--node`. Port 0 is any.
    #[arg(long, value_parser = node)]
    pub address: Option<SocketAddr>,
    /// Where logs go.
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    pub logs: Option<PathBuf>,
    /// The size at which a log is put aside, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 10 << 20)]
    pub log_size: u64,
    /// How many logs of a machine that were put aside are kept.
    #[arg(long, value_name = "COUNT", default_value_t = 3)]
    pub log_files: usize,
    /// How many machines there may be.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = some)]
    pub machines: usize,
    /// How long a machine that is asked to stop may take before it is killed.
    #[arg(long, default_value = "5s", value_parser = duration)]
    pub grace: Duration,
    /// How long a machine may take to start.
    #[arg(long, default_value = "10s", value_parser = duration)]
    pub patience: Duration,
    /// How often machines show that they live.
    #[arg(long, default_value = "2s", value_parser = duration)]
    pub pulse: Duration,
    /// How long a machine may be silent before it is declared dead and killed.
    #[arg(long, default_value = "10s", value_parser = duration)]
    pub silence: Duration,
    /// How often the node shows other nodes that it lives.
    #[arg(long, default_value = "2s", value_parser = duration)]
    pub heartbeat: Duration,
    /// After what silence another node is lost: what was started here for it is stopped.
    #[arg(long, default_value = "10s", value_parser = duration)]
    pub lost_after: Duration,
}

/// `HOST:PORT`, and `:PORT` for this computer.
pub fn node(text: &str) -> Result<SocketAddr, String> {
    let whole = match text.strip_prefix(':') {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    let port = whole.rsplit_once(':').map(|(_, port)| port);
    if port.is_none_or(|port| port.parse::<u16>().is_err()) {
        return Err("write `HOST:PORT`, for example `127.0.0.1:42000`".to_owned());
    }
    let mut found = whole.to_socket_addrs().map_err(|error| error.to_string())?;
    found
        .next()
        .ok_or_else(|| "the host has no address".to_owned())
}

fn some(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("a node for no machine is none".to_owned()),
        Ok(count) => Ok(count),
        Err(_) => Err("write a whole number".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let nanos = wink_chart::parse_duration(text);
    let nanos = nanos.map_err(|error| format!("{error}: write for example `5s` or `1m30s`"))?;
    Ok(Duration::from_nanos(nanos))
}
