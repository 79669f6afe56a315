//! Tables, and whether the figures that wink promises hold.
//!
//! Must not know of: how time is taken.

use crate::contender::Kind;
use crate::measure::{Line, quantile};

/// The most that a step may cost, in steps of the best machine written by hand.
const MOST: f64 = 1.15;
/// The same for a machine with async functions of which none waits.
const MOST_ASYNC: f64 = 1.5;

/// Prints a table and returns what it says against wink.
pub fn table(title: &str, mode: &str, lines: &[Line]) -> Vec<String> {
    let best = best(lines);
    let mut complaints = Vec::new();
    println!("\n{title} ({mode})");
    println!(
        "| {:<38} | ns an event | times the best by hand | middle half | ns, fastest to slowest | allocations |",
        "contender"
    );
    println!("| {:-<38} | ---: | ---: | ---: | ---: | ---: |", "");
    for line in lines {
        let ratios = ratios(line, best);
        let ratio = quantile(&ratios, 0.5);
        println!(
            "| {:<38} | {:.2} | {ratio:.2} | {:.2}-{:.2} | {:.2}-{:.2} | {} |",
            line.name,
            quantile(&line.rounds, 0.5),
            quantile(&ratios, 0.25),
            quantile(&ratios, 0.75),
            quantile(&line.rounds, 0.0),
            quantile(&line.rounds, 1.0),
            line.allocations,
        );
        complaints.extend(complaint(line, ratio).map(|text| format!("{title} ({mode}): {text}")));
    }
    complaints
}

/// The machine written by hand that takes the least time.
fn best(lines: &[Line]) -> &Line {
    let median = |line: &&Line| quantile(&line.rounds, 0.5);
    lines
        .iter()
        .filter(|line| line.kind == Kind::Hand)
        .min_by(|left, right| median(left).total_cmp(&median(right)))
        .expect("each workload has a machine written by hand")
}

/// Each round's time in times of the best machine's in the same round: what else the computer did
/// in that round has slowed both.
fn ratios(line: &Line, best: &Line) -> Vec<f64> {
    line.rounds
        .iter()
        .zip(&best.rounds)
        .map(|(own, best)| own / best)
        .collect()
}

fn complaint(line: &Line, ratio: f64) -> Option<String> {
    let most = match line.kind {
        Kind::Wink => MOST,
        Kind::WinkAsync => MOST_ASYNC,
        Kind::Hand | Kind::Peer => return None,
    };
    (ratio > most).then(|| format!("{} costs {ratio:.2}, promised is at most {most}", line.name))
}
