//! The same by a node, in a process of its own, as `wink serve` is one.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use wink_node::client::{self, Answers};
use wink_node::request::{Answer, Request, Row};
use wink_node::serve::{Options, serve};
use wink_runtime::process::protocol::Kind;

/// Serves until it is asked to end.
pub fn run(folder: &Path) {
    let any = "127.0.0.1:0".parse().expect("an address");
    let mut options = Options::new(folder.join("machines"), any);
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
    home: PathBuf,
}

impl Served {
    pub fn start(folder: &Path) -> Self {
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
        Self {
            process,
            address: line.trim().parse().expect("an address"),
            home: folder.join("home"),
        }
    }

    async fn ask(&self, request: &Request) -> Answers {
        let answers = client::ask(&self.home, self.address, request).await;
        answers.expect("the node answers")
    }

    /// The last of the answers to a request.
    async fn done(&self, request: &Request) {
        let mut answers = self.ask(request).await;
        while !matches!(next(&mut answers).await, Answer::Done) {}
    }

    async fn start_machine(&self, follow: bool) -> (Started, Answers) {
        let request = Request::Start {
            name: "bench/Rest".to_owned(),
            address: None,
            arguments: Vec::new(),
            follow,
        };
        let mut answers = self.ask(&request).await;
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

async fn next(answers: &mut Answers) -> Answer {
    match answers.next().await.expect("the node answers") {
        Answer::Failed { reason, .. } => panic!("{reason}"),
        answer => answer,
    }
}
