//! What a node adds to fork and exec, how soon it knows of a death, and how many machines it
//! lists; beside the same without a node, in one run, the two in turns.
//!
//! `cargo run --release -p node` prints the table; `-- --quick` is for checking that it runs.
//! The program is the machine, too: the same binary on both sides.

mod bare;
mod machine;
mod served;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use served::Served;

/// How much is done.
struct Work {
    turns: usize,
    machines: usize,
}

fn main() -> ExitCode {
    if std::env::var_os(wink_runtime::process::NODE).is_some() {
        return machine::run();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let work = match arguments[..] {
        ["--serve", folder] => {
            served::run(Path::new(folder));
            return ExitCode::SUCCESS;
        }
        [] => Work {
            turns: 300,
            machines: 1_000,
        },
        ["--quick"] => Work {
            turns: 10,
            machines: 20,
        },
        _ => {
            eprintln!("usage: node [--quick]");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(compare(work));
    ExitCode::SUCCESS
}

async fn compare(work: Work) {
    let folder = tempfile::tempdir().expect("a directory");
    let machines = folder.path().join("machines");
    fs::create_dir(&machines).expect("a directory");
    let program = machines.join("rest");
    let own = std::env::current_exe().expect("this program");
    fs::hard_link(&own, &program)
        .or_else(|_| fs::copy(&own, &program).map(drop))
        .expect("a copy of this program");
    let node = Served::start(folder.path()).await;
    let mut connected = Vec::new();
    let mut starts = Pairs::default();
    let mut deaths = Pairs::default();
    for _ in 0..work.turns {
        starts.bare.push(bare::start_once(&program));
        starts.ours.push(node.start_once().await);
        connected.push(node.connect_and_start_once().await);
        deaths.bare.push(bare::death_once(&program));
        deaths.ours.push(node.death_once().await);
    }
    println!("| | without a node | wink | ratio | target |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    starts.print("start to started, median", "at most 2");
    println!(
        "| the same by who connects for that alone, median | | {} | {:.2} | |",
        shown(median(&connected)),
        median(&connected).as_secs_f64() / median(&starts.bare).as_secs_f64()
    );
    deaths.print("killed to known, median", "");
    let worst = |times: &[Duration]| shown(times.iter().max().copied().unwrap_or_default());
    println!(
        "| killed to known, the worst of {} | {} | {} | | at most 20 ms |",
        work.turns,
        worst(&deaths.bare),
        worst(&deaths.ours)
    );
    many(&node, work.machines).await;
    let passed = node.end().await;
    println!("| all stopped in good order | | {} | | |", shown(passed));
}

async fn many(node: &Served, count: usize) {
    let passed = node.start_many(count).await;
    println!(
        "| {count} machines started, eight at a time | | {} | | |",
        shown(passed)
    );
    let (passed, rows) = node.list().await;
    let distinct: BTreeSet<_> = rows.iter().map(|row| &row.address).collect();
    let known = rows.iter().filter(|row| row.state == "resting").count();
    println!(
        "| of {count} machines listed, with their states | | {} of {known} in {} | | {count} |",
        distinct.len(),
        shown(passed)
    );
    let private: u64 = rows.iter().map(|row| private_bytes(row.pid)).sum();
    println!(
        "| memory that a machine has to itself | | {} kB | | |",
        private / 1_024 / count as u64
    );
}

/// What a process would give back if it ended.
fn private_bytes(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let kilobytes = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("Private_")?;
        rest.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    kilobytes.sum::<u64>() * 1_024
}

/// Times of the two, taken in turns.
#[derive(Default)]
struct Pairs {
    bare: Vec<Duration>,
    ours: Vec<Duration>,
}

impl Pairs {
    fn print(&self, what: &str, target: &str) {
        let (bare, ours) = (median(&self.bare), median(&self.ours));
        let ratio = ours.as_secs_f64() / bare.as_secs_f64();
        println!(
            "| {what} | {} | {} | {ratio:.2} | {target} |",
            shown(bare),
            shown(ours)
        );
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
