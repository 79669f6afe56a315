//! What mail, questions, spawning and restarting cost: wink beside bare tokio, stakker, actix,
//! ractor, kameo and Erlang/OTP, in one run.
//!
//! `cargo run --release` in its folder prints the tables. `--quick` only shows that everything runs
//! and comes to the right sums; `--check` ends with an error when wink misses its targets.

mod contenders;
mod report;
mod runner;
mod sample;
mod workload;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use contenders::erlang::{self, Erlang};
use contenders::{ALL, Threads};
use runner::{Column, Effort, race, threads_id};
use workload::Row;

const FULL: Effort = Effort {
    rounds: 9,
    counted: 7,
    turn: 60e6,
    most: 4_000_000,
    actors: 100_000,
    panics: 2_000,
};

const QUICK: Effort = Effort {
    rounds: 1,
    counted: 1,
    turn: 1e6,
    most: 6_400,
    actors: 1_000,
    panics: 50,
};

const USAGE: &str = "\
actors [--quick] [--check] [--only NAME]... [--row ROW]... [--rounds NUMBER]
  --quick          one short round of everything: does it run, are the sums right
  --check          end with an error when wink misses a target
  --only NAME      these contenders only (tokio and stakker are what the others are compared with)
  --row ROW        these rows only: send, send-bounded, send-8, ring, ask, ask-64, spawn, restart
  --rounds NUMBER  so many rounds";

/// What was asked for on the command line.
struct Wanted {
    effort: Effort,
    check: bool,
    names: Vec<String>,
    rows: Vec<Row>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, name, threads, row, operations] = &arguments[..]
        && first == "--turn"
    {
        return turn(name, threads, row, operations);
    }
    let Some(wanted) = Wanted::parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&wanted) {
        Ok(missed) if missed && wanted.check => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

impl Wanted {
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut wanted = Wanted {
            effort: FULL,
            check: false,
            names: Vec::new(),
            rows: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => wanted.effort = QUICK,
                "--check" => wanted.check = true,
                "--only" => wanted.names.push(arguments.next()?.clone()),
                "--row" => wanted.rows.push(Row::named(arguments.next()?)?),
                "--rounds" => {
                    let rounds = arguments
                        .next()?
                        .parse()
                        .ok()
                        .filter(|&rounds| rounds > 0)?;
                    wanted.effort.rounds = rounds;
                    wanted.effort.counted = wanted.effort.counted.min(rounds);
                }
                _ => return None,
            }
        }
        if wanted.rows.is_empty() {
            wanted.rows = Row::ALL.to_vec();
        }
        Some(wanted)
    }

    fn has(&self, column: Column) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == column.name())
    }
}

/// Runs everything and prints the tables; whether wink has missed a target.
fn run(wanted: &Wanted) -> io::Result<bool> {
    let erlang = Erlang::compile()?;
    if erlang.is_none() {
        eprintln!("{}", erlang::HINT);
    }
    let columns: Vec<Column> = Column::all(erlang.is_some())
        .into_iter()
        .filter(|&column| wanted.has(column))
        .collect();
    let cells = race(&columns, &wanted.rows, wanted.effort, erlang.as_ref())?;
    let counted = wanted.effort.counted;
    for threads in [Threads::One, Threads::Two] {
        report::table(threads, &columns, &wanted.rows, &cells, counted);
    }
    let missed = report::targets(&cells, counted);
    println!("\nall sums are right");
    Ok(missed)
}

/// One turn, in the process that was made for it.
#[expect(
    clippy::disallowed_methods,
    reason = "a turn that hangs must not hang the benchmark"
)]
fn turn(name: &str, threads: &str, row: &str, operations: &str) -> ExitCode {
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_secs(120));
        eprintln!("it has not come to its end in two minutes");
        std::process::exit(3);
    });
    let found = ALL
        .into_iter()
        .find(|contender| contender.name == name && threads_id(contender.threads) == threads);
    let parsed = (found, Row::named(row), operations.parse().ok());
    let (Some(contender), Some(row), Some(operations)) = parsed else {
        eprintln!("there is no such turn");
        return ExitCode::from(2);
    };
    let Some(turn) = (contender.turn)(row) else {
        eprintln!("{name} has nothing of the kind");
        return ExitCode::from(2);
    };
    let sample = turn(contender.threads, operations);
    println!("{}", sample.line());
    // Whatever is left goes with the process: taking it down is not what is measured.
    let flushed = io::stdout().flush();
    std::process::exit(i32::from(flushed.is_err()))
}
