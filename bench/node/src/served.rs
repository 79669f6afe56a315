//! The same by a node, in a process of its own, as `wink serve` is one.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use wink::System;
use wink::remote::{Keys, Node, Peer, Responses};
use wink_node::client;
use wink_node::request::{Answer, Request, Row};
use wink_node::serve::{Options, serve};
use wink_runtime::process::protocol::Kind;

/// Serves until it is asked to end.
pub fn run(folder: &Path) {
    let any = "127.0.0.1:0".parse().expect("an address");
    let mut options = Options::new(folder.join("machines"), any, folder.join("keys"));
    options.home = folder.join("home");
    options.adopts = true;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let served = runtime.block_on(serve(options, |serving| println!("{}", serving.address)));
    served.expect("it serves");
}

/// A node that runs, and where.
pub struct Served {
    process: Child,
    address: SocketAddr,
    keys: PathBuf,
    /// A link with it, as another node has one.
    peer: Peer,
    _node: Node,
}

impl Served {
    pub async fn start(folder: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .arg("--serve")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut line = String::new();
        let output = process.stdout.take().expect("it is piped");
        let read = BufReader::new(output).read_line(&mut line);
        read.expect("the node says where it is");
        let address: SocketAddr = line.trim().parse().expect("an address");
        let keys = folder.join("keys");
        let user = Keys::open(&keys).and_then(|keys| keys.user());
        let system = System::builder().log(|_| {}).build();
        let node = Node::builder(&system, user.expect("a user")).start();
        let node = node.expect("it starts");
        let peer = node.connect(&address.to_string()).await;
        Self {
            process,
            address,
            keys,
            peer: peer.expect("it is there"),
            _node: node,
        }
    }

    async fn ask(&self, request: &Request) -> Answers {
        let body = serde_json::to_vec(request).expect("it is JSON");
        Answers(self.peer.request(&body).await.expect("it is short"))
    }

    /// The last of the answers to a request.
    async fn done(&self, request: &Request) {
        let mut answers = self.ask(request).await;
        while !matches!(next(&mut answers).await, Answer::Done) {}
    }

    async fn start_machine(&self, follow: bool) -> (Started, Answers) {
        let mut answers = self.ask(&start_request(follow)).await;
        loop {
            if let Answer::Started { address, pid, .. } = next(&mut answers).await {
                return (Started { address, pid }, answers);
            }
        }
    }

    /// From the request to the answer that the machine has started.
    pub async fn start_once(&self) -> Duration {
        let begin = Instant::now();
        let (started, answers) = self.start_machine(false).await;
        let passed = begin.elapsed();
        drop(answers);
        let target = started.address;
        self.done(&Request::Stop { target }).await;
        passed
    }

    /// The same by somebody who connects for that alone, as `wink start` does.
    pub async fn connect_and_start_once(&self) -> Duration {
        let request = start_request(false);
        let begin = Instant::now();
        let answers = client::ask(&self.keys, self.address, &request).await;
        let mut answers = answers.expect("the node answers");
        let target = loop {
            match answers.next().await.expect("the node answers") {
                Answer::Started { address, .. } => break address,
                Answer::Failed { reason, .. } => panic!("{reason}"),
                _ => {}
            }
        };
        let passed = begin.elapsed();
        answers.finish().await;
        self.done(&Request::Stop { target }).await;
        passed
    }

    /// From the signal that kills a machine to the news of it, to whoever follows it.
    pub async fn death_once(&self) -> Duration {
        let (started, mut answers) = self.start_machine(true).await;
        let pid = Pid::from_raw(started.pid as i32).expect("a process");
        let begin = Instant::now();
        kill_process(pid, Signal::KILL).expect("it runs");
        loop {
            if let Answer::Event { kind, .. } = next(&mut answers).await
                && kind == Kind::Errored
            {
                return begin.elapsed();
            }
        }
    }

    /// Starts so many, eight at a time.
    pub async fn start_many(&self, count: usize) -> Duration {
        let begin = Instant::now();
        let next = std::cell::Cell::new(0);
        let line = async || {
            while next.get() < count {
                next.set(next.get() + 1);
                self.start_machine(false).await;
            }
        };
        tokio::join!(
            line(),
            line(),
            line(),
            line(),
            line(),
            line(),
            line(),
            line()
        );
        begin.elapsed()
    }

    /// All machines that run, as they say that they are.
    pub async fn list(&self) -> (Duration, Vec<Row>) {
        let begin = Instant::now();
        let mut answers = self.ask(&Request::List).await;
        let mut rows = Vec::new();
        loop {
            match next(&mut answers).await {
                Answer::Row(row) => rows.push(row),
                Answer::Done => return (begin.elapsed(), rows),
                _ => {}
            }
        }
    }

    /// Stops everything, in good order.
    pub async fn end(mut self) -> Duration {
        let begin = Instant::now();
        self.done(&Request::Shutdown).await;
        self.process.wait().expect("it has ended");
        begin.elapsed()
    }
}

struct Started {
    address: String,
    pid: u32,
}

fn start_request(follow: bool) -> Request {
    Request::Start {
        name: "bench/Rest".to_owned(),
        address: None,
        arguments: Vec::new(),
        follow,
    }
}

/// The answers to one request.
struct Answers(Responses);

async fn next(answers: &mut Answers) -> Answer {
    let body = answers.0.next().await.expect("another answer");
    let body = body.expect("the node lives");
    match serde_json::from_slice(&body).expect("an answer") {
        Answer::Failed { reason, .. } => panic!("{reason}"),
        answer => answer,
    }
}
