//! What a call to a machine in another process costs, beside the same bytes over bare QUIC: two
//! processes, each with one thread, on the loopback interface; wink and bare take turns.
//!
//! `cargo run --release -p wire` prints the table; `-- --quick` is for checking that it runs.

mod bare;
mod machine;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What one turn has measured.
struct Turn {
    /// One in flight: the median, in microseconds.
    alone: f64,
    /// 64 in flight: calls a second.
    pipelined: f64,
}

/// How much one turn does.
#[derive(Clone, Copy)]
pub struct Work {
    pub alone: usize,
    pub pipelined: usize,
    pub burst: u64,
}

/// How many bytes a question takes on the wire, and an answer: both ways the same.
pub const MESSAGE: usize = 128;

/// How many calls are in flight in the second row.
pub const IN_FLIGHT: usize = 64;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match arguments[..] {
        ["--serve-wink", directory] => runtime.block_on(machine::serve(directory)),
        ["--serve-bare", directory] => runtime.block_on(bare::serve(directory, false)),
        ["--serve-tuned", directory] => runtime.block_on(bare::serve(directory, true)),
        [] => compare(
            &runtime,
            9,
            Work {
                alone: 5_000,
                pipelined: 150_000,
                burst: 100_000,
            },
        ),
        // For a profile of one of the two, or of quinn set as wink sets it.
        ["--only", what @ ("bare" | "tuned" | "wink"), ref calls @ ..] => {
            let calls = calls.first().map(|calls| calls.parse());
            only(
                &runtime,
                what,
                calls.transpose().expect("a number").unwrap_or(2_000_000),
            );
        }
        ["--quick"] => compare(
            &runtime,
            1,
            Work {
                alone: 500,
                pipelined: 5_000,
                burst: 100_000,
            },
        ),
        _ => {
            eprintln!("usage: wire [--quick | --only bare|tuned|wink [CALLS]]");
            std::process::exit(2);
        }
    }
}

/// A process of this program that serves; it says first where.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(what: &str, directory: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .args([what, directory])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let output = child.stdout.take().expect("it is piped");
        let mut address = String::new();
        let read = BufReader::new(output).read_line(&mut address);
        read.expect("the server says where it is");
        let address = address.trim().to_owned();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Many calls, 64 in flight, with one of the two.
fn only(runtime: &tokio::runtime::Runtime, what: &str, calls: usize) {
    let directory = tempfile::tempdir().expect("a directory");
    let keys = directory.path().join("keys");
    let keys = keys.to_str().expect("a path of text");
    let server = Server::start(&format!("--serve-{what}"), keys);
    let work = Work {
        alone: 20,
        pipelined: calls,
        burst: 1,
    };
    let turn = match what {
        "bare" => runtime.block_on(bare::measure(&server.address, keys, work, false)),
        "tuned" => runtime.block_on(bare::measure(&server.address, keys, work, true)),
        _ => {
            runtime
                .block_on(machine::measure(&server.address, keys, work))
                .0
        }
    };
    println!("{:.0} calls a second", turn.pipelined);
}

fn compare(runtime: &tokio::runtime::Runtime, turns: usize, work: Work) {
    let directory = tempfile::tempdir().expect("a directory");
    let keys = directory.path().join("keys");
    let keys = keys.to_str().expect("a path of text");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut lost = 0;
    for _ in 0..turns {
        let server = Server::start("--serve-bare", keys);
        let turn = bare::measure(&server.address, keys, work, false);
        theirs.push(runtime.block_on(turn));
        drop(server);
        let server = Server::start("--serve-wink", keys);
        let (turn, missing) = runtime.block_on(machine::measure(&server.address, keys, work));
        ours.push(turn);
        lost += missing;
    }
    let of = |turns: &[Turn], what: fn(&Turn) -> f64| {
        let mut figures: Vec<f64> = turns.iter().map(what).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let ratio = |what: fn(&Turn) -> f64| {
        let pairs = ours.iter().zip(&theirs);
        let mut ratios: Vec<f64> = pairs
            .map(|(ours, theirs)| what(ours) / what(theirs))
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    };
    println!("| | bare quinn | wink | ratio | target |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    println!(
        "| one call in flight, microseconds (median) | {:.1} | {:.1} | {:.2} | at most 1.4 |",
        of(&theirs, |turn| turn.alone),
        of(&ours, |turn| turn.alone),
        ratio(|turn| turn.alone)
    );
    println!(
        "| {IN_FLIGHT} calls in flight, calls a second | {:.0} | {:.0} | {:.2} | at least 0.6 |",
        of(&theirs, |turn| turn.pipelined),
        of(&ours, |turn| turn.pipelined),
        ratio(|turn| turn.pipelined)
    );
    println!(
        "| lost of {} in bursts | - | {lost} | - | 0 |",
        work.burst * turns as u64
    );
}

/// The median of times, in microseconds.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e6
}
