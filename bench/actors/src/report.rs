//! Tables, and whether wink has reached what it set out to reach.
//!
//! Must not know of: how figures are taken.

use crate::contenders::{BASE, Threads};
use crate::runner::{Cell, Column, threads_id};
use crate::workload::Row;

/// Prints one of the two tables.
pub fn table(threads: Threads, columns: &[Column], rows: &[Row], cells: &[Cell], counted: usize) {
    let columns: Vec<Column> = columns
        .iter()
        .copied()
        .filter(|column| column.threads() == threads)
        .collect();
    let title = match threads {
        Threads::One => "One thread: nanoseconds of processor time an operation (x tokio)",
        Threads::Two => "Two threads: nanoseconds an operation (x tokio)",
    };
    println!("\n### {title}\n");
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    println!("| | {} |", names.join(" | "));
    println!("| --- |{}", " ---: |".repeat(columns.len()));
    let find = |name: &str, row: Row| Figures::of(cells, threads, name, row, counted);
    for &row in rows {
        let base = find(BASE, row);
        let shown = names.iter().map(|name| match (find(name, row), &base) {
            (Some(figures), Some(base)) => format!(
                "{} x{}",
                number(figures.nanoseconds),
                number(figures.nanoseconds / base.nanoseconds)
            ),
            (Some(figures), None) => number(figures.nanoseconds),
            (None, _) => "-".to_owned(),
        });
        println!("| {row} | {} |", shown.collect::<Vec<_>>().join(" | "));
    }
    if rows.contains(&Row::Spawn) {
        let bytes = names.iter().map(|name| {
            let bytes = find(name, Row::Spawn).and_then(|figures| figures.bytes);
            bytes.map_or_else(|| "-".to_owned(), number)
        });
        let bytes: Vec<String> = bytes.collect();
        println!("| bytes an idle actor | {} |", bytes.join(" | "));
    }
    if threads == Threads::Two {
        let waited: Vec<f64> = cells
            .iter()
            .filter(|cell| cell.column.threads() == threads)
            .map(|cell| cell.waited(counted) * 100.0)
            .collect();
        let most = waited.iter().copied().fold(0.0, f64::max);
        println!(
            "\nFor a processor, threads waited {} % of the time in the median of the cells, and \
             {} % in the worst: far more than a few say that the machine had other work.",
            number(median(waited).unwrap_or(0.0)),
            number(most)
        );
    }
}

/// Medians of the turns that count.
#[derive(Clone, Copy, Debug)]
struct Figures {
    nanoseconds: f64,
    bytes: Option<f64>,
}

impl Figures {
    fn of(cells: &[Cell], threads: Threads, name: &str, row: Row, counted: usize) -> Option<Self> {
        let cell = cells.iter().find(|cell| {
            let column = cell.column;
            column.threads() == threads && column.name() == name && cell.row == row
        })?;
        Some(Self {
            nanoseconds: median(cell.nanoseconds(counted))?,
            bytes: median(cell.bytes(counted)),
        })
    }
}

/// The one in the middle; `None` of none.
fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// A figure that wink set out to reach, in times of somebody else's.
struct Target {
    threads: Threads,
    name: &'static str,
    row: Row,
    most: f64,
    of: (Threads, &'static str),
}

const fn target(
    threads: Threads,
    name: &'static str,
    row: Row,
    most: f64,
    of: (Threads, &'static str),
) -> Target {
    Target {
        threads,
        name,
        row,
        most,
        of,
    }
}

const STAKKER: (Threads, &str) = (Threads::One, "stakker");
const TOKIO_ONE: (Threads, &str) = (Threads::One, BASE);
const TOKIO_TWO: (Threads, &str) = (Threads::Two, BASE);

/// The most bytes of an idle machine without data.
const BYTES: f64 = 200.0;

const TARGETS: [Target; 18] = [
    target(Threads::One, "wink", Row::Send, 1.5, STAKKER),
    target(Threads::One, "wink", Row::SendMany, 1.5, STAKKER),
    target(Threads::One, "wink", Row::Ring, 1.5, STAKKER),
    target(Threads::One, "wink", Row::Ask, 1.5, STAKKER),
    target(Threads::One, "wink", Row::Question, 1.5, STAKKER),
    target(Threads::One, "wink", Row::AskMany, 1.5, STAKKER),
    target(Threads::One, "wink", Row::Spawn, 0.1, TOKIO_TWO),
    target(Threads::One, "wink", Row::Restart, 1.0, TOKIO_ONE),
    target(Threads::Two, "wink-across", Row::Send, 0.5, TOKIO_TWO),
    target(Threads::Two, "wink-across", Row::SendMany, 0.5, TOKIO_TWO),
    target(Threads::Two, "wink-across", Row::Ask, 1.0, TOKIO_TWO),
    target(Threads::Two, "wink-across", Row::Question, 1.0, TOKIO_TWO),
    target(Threads::Two, "wink-across", Row::AskMany, 1.0, TOKIO_TWO),
    target(Threads::Two, "wink-outside", Row::Send, 0.5, TOKIO_TWO),
    target(Threads::Two, "wink-outside", Row::SendMany, 0.5, TOKIO_TWO),
    target(Threads::Two, "wink-outside", Row::Ask, 1.0, TOKIO_TWO),
    target(Threads::Two, "wink-outside", Row::AskMany, 1.0, TOKIO_TWO),
    target(Threads::Two, "wink-across", Row::Restart, 1.0, TOKIO_TWO),
];

/// Prints what wink set out to reach and what it has; whether something is missed.
pub fn targets(cells: &[Cell], counted: usize) -> bool {
    println!("\n### Targets\n");
    println!("| | times of | at most | is | |");
    println!("| --- | --- | ---: | ---: | --- |");
    let mut missed = false;
    let find = |threads, name, row| Figures::of(cells, threads, name, row, counted);
    let table = |threads| match threads {
        Threads::One => "one thread",
        Threads::Two => "two threads",
    };
    for target in &TARGETS {
        let own = find(target.threads, target.name, target.row);
        let other = find(target.of.0, target.of.1, target.row);
        let (Some(own), Some(other)) = (own, other) else {
            continue;
        };
        let ratio = own.nanoseconds / other.nanoseconds;
        missed |= ratio > target.most;
        println!(
            "| {}, {}, {} | {}, {} | {} | {} | {} |",
            target.name,
            target.row,
            table(target.threads),
            target.of.1,
            table(target.of.0),
            target.most,
            number(ratio),
            verdict(ratio <= target.most),
        );
    }
    if let Some(bytes) = find(Threads::One, "wink", Row::Spawn).and_then(|own| own.bytes) {
        missed |= bytes > BYTES;
        println!(
            "| wink, bytes an idle machine | | {BYTES} | {} | {} |",
            number(bytes),
            verdict(bytes <= BYTES)
        );
    }
    missed | frameworks(cells, counted)
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

/// Says where another actor framework is ahead; whether one is.
fn frameworks(cells: &[Cell], counted: usize) -> bool {
    let mut ahead = Vec::new();
    for row in Row::ALL {
        for threads in [Threads::One, Threads::Two] {
            let find = |name| Figures::of(cells, threads, name, row, counted);
            let own = ["wink", "wink-across", "wink-outside"]
                .into_iter()
                .filter_map(find)
                .map(|figures| figures.nanoseconds)
                .min_by(f64::total_cmp);
            for name in ["actix", "ractor", "kameo", "OTP"] {
                let (Some(own), Some(other)) = (own, find(name)) else {
                    continue;
                };
                if other.nanoseconds < own {
                    ahead.push(format!(
                        "{name}, {row}, table {}: {} against wink's {}",
                        threads_id(threads),
                        number(other.nanoseconds),
                        number(own)
                    ));
                }
            }
        }
    }
    println!();
    for line in &ahead {
        println!("Ahead of wink: {line}");
    }
    if ahead.is_empty() {
        println!("No other actor framework is ahead of wink on any row.");
    }
    !ahead.is_empty()
}

/// Three digits.
fn number(figure: f64) -> String {
    match figure {
        figure if figure < 10.0 => format!("{figure:.2}"),
        figure if figure < 100.0 => format!("{figure:.1}"),
        figure => format!("{figure:.0}"),
    }
}
