//! How long a step takes: wink, its peers and machines written by hand, in one run, on three
//! workloads, called once an event and merged into the loop that sends the events.
//!
//! `cargo run --release`, in this folder, prints the tables. `--quick` measures less; `--check` ends with an error
//! when wink costs more than it promises.

// The same sources at five places in the program, see `contenders/all.rs`.
#![allow(clippy::duplicate_mod)]

mod contender;
mod measure;
mod report;
mod workload;

#[path = "contenders/all.rs"]
mod called_fifth;
#[path = "contenders/all.rs"]
mod called_first;
#[path = "contenders/all.rs"]
mod called_fourth;
#[path = "contenders/all.rs"]
mod called_second;
#[path = "contenders/all.rs"]
mod called_third;
#[path = "contenders/all.rs"]
mod inlined_fifth;
#[path = "contenders/all.rs"]
mod inlined_first;
#[path = "contenders/all.rs"]
mod inlined_fourth;
#[path = "contenders/all.rs"]
mod inlined_second;
#[path = "contenders/all.rs"]
mod inlined_third;

use contender::Kind;
use measure::{Effort, Entrant, race};
use std::process::ExitCode;
use workload::{Levels, Mixed, Toggle, Workload};

/// The contenders of a workload, driven in both ways.
macro_rules! entrants {
    ($workload:ident: $($contender:ident),* $(,)?) => {
        [
            ("called once an event", vec![$(
                Entrant::called::<called_first::$workload::$contender, 1>()
                    .and(Entrant::called::<called_second::$workload::$contender, 2>())
                    .and(Entrant::called::<called_third::$workload::$contender, 3>())
                    .and(Entrant::called::<called_fourth::$workload::$contender, 4>())
                    .and(Entrant::called::<called_fifth::$workload::$contender, 5>())
            ),*]),
            ("inlined", vec![$(
                Entrant::inlined::<inlined_first::$workload::$contender, 1>()
                    .and(Entrant::inlined::<inlined_second::$workload::$contender, 2>())
                    .and(Entrant::inlined::<inlined_third::$workload::$contender, 3>())
                    .and(Entrant::inlined::<inlined_fourth::$workload::$contender, 4>())
                    .and(Entrant::inlined::<inlined_fifth::$workload::$contender, 5>())
            ),*]),
        ]
    };
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(other) = arguments
        .iter()
        .find(|given| !["--quick", "--check"].contains(&given.as_str()))
    {
        eprintln!("speed does not know `{other}`; it knows --quick and --check");
        return ExitCode::from(2);
    }
    let given = |option: &str| arguments.iter().any(|given| given == option);
    let effort = if given("--quick") {
        Effort {
            rounds: 20,
            repetitions: 200,
        }
    } else {
        Effort {
            rounds: 80,
            repetitions: 600,
        }
    };
    let complaints = run(effort);
    println!();
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() {
        println!("wink costs what it promises, and no step of it allocates");
    }
    if given("--check") && !complaints.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Prints all tables and returns what they say against wink.
fn run(effort: Effort) -> Vec<String> {
    let toggle = entrants!(toggle:
        Pair, Wink, WinkAsync, StatigBlocking, StatigAwaitable, Smlang, RustFsm, Finny);
    let levels = entrants!(levels:
        Pair, EventFirst, Dense, ParentTable, Wink, WinkAsync, StatigBlocking, StatigAwaitable, Smlang,
        RustFsm, Finny);
    let mixed = entrants!(mixed:
        Pair, EventFirst, Dense, ParentTable, Wink, WinkAsync, StatigBlocking, StatigAwaitable, Smlang,
        RustFsm, Finny);
    let mut complaints = Vec::new();
    complaints.extend(tables::<Toggle>(&toggle, effort));
    complaints.extend(tables::<Levels>(&levels, effort));
    complaints.extend(tables::<Mixed>(&mixed, effort));
    complaints
}

/// Prints a workload's tables.
///
/// # Panics
/// If a step of wink has allocated.
fn tables<W: Workload>(modes: &[(&str, Vec<Entrant>)], effort: Effort) -> Vec<String> {
    let mut complaints = Vec::new();
    for (mode, entrants) in modes {
        let lines = race(entrants, effort);
        complaints.extend(report::table(W::TITLE, mode, &lines));
        for line in lines
            .iter()
            .filter(|line| matches!(line.kind, Kind::Wink | Kind::WinkAsync))
        {
            assert_eq!(line.allocations, 0, "{} allocates in its steps", line.name);
        }
    }
    complaints
}
