//! How long it takes to lay out and write the picture of a chart of thirty states, beside what
//! Graphviz needs for the same chart. `--check` fails above 50 ms; `--save FILE` keeps a picture.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wink_chart::export::{dot, svg};
use wink_chart::{Chart, Target};
use wink_oracle::random::{Shape, chart};

/// What is aimed at for thirty states.
const PROMISED: Duration = Duration::from_millis(50);
const STATES: usize = 30;
const CHARTS: usize = 12;
const ROUNDS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = if arguments.iter().any(|word| word == "--quick") {
        1
    } else {
        ROUNDS
    };
    let charts = charts();
    if let Some(at) = arguments.iter().position(|word| word == "--save") {
        let file = arguments.get(at + 1).expect("--save FILE");
        std::fs::write(file, svg(&charts[0])).expect("a file");
    }
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    let (mut rows, mut length) = (0, 0);
    for chart in &charts {
        rows += chart.rows.iter().filter(|row| goes(row)).count();
        let mut best = Duration::MAX;
        for _ in 0..rounds {
            let start = spent();
            length += svg(chart).len();
            best = best.min(spent() - start);
        }
        ours.push(best);
        theirs.extend(graphviz(&dot(chart)));
    }
    assert!(length > 0);
    ours.sort_unstable();
    theirs.sort_unstable();
    let mut report = String::new();
    let rows = rows / charts.len();
    let sizes = charts.iter().map(|chart| chart.states.len() - 1);
    let (least, most) = (sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0));
    let _ = writeln!(
        report,
        "{CHARTS} charts of {least} to {most} states, {rows} rows that go somewhere on average"
    );
    line(&mut report, "wink: layout and SVG, processor", &ours);
    match theirs.is_empty() {
        true => report.push_str("Graphviz is not installed\n"),
        false => line(&mut report, "dot -Tsvg, wall clock with its start", &theirs),
    }
    print!("{report}");
    if arguments.iter().any(|word| word == "--check") {
        let slowest = ours[ours.len() - 1];
        assert!(slowest < PROMISED, "{slowest:?} is more than {PROMISED:?}");
    }
}

/// The time that this thread has had on a processor: what others do at the same time is no cost of
/// ours.
fn spent() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn goes(row: &wink_chart::Row) -> bool {
    row.targets.iter().any(|&target| target != Target::Stay)
}

/// Charts of as many states as the generator draws for thirty or a few more, half of them with
/// parallel states.
fn charts() -> Vec<Chart> {
    let of = |parallel: bool| {
        let draw = move |seed| {
            let shape = Shape {
                states: STATES,
                parallel,
                compiles: true,
            };
            chart(seed, shape)
        };
        let mut charts: Vec<Chart> = (0..500).map(draw).collect();
        if parallel {
            charts.retain(Chart::has_parallel);
        }
        charts.sort_by_key(|chart| std::cmp::Reverse(chart.states.len()));
        charts.truncate(CHARTS / 2);
        charts
    };
    of(false).into_iter().chain(of(true)).collect()
}

fn graphviz(source: &str) -> Option<Duration> {
    let start = Instant::now();
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(source.as_bytes()).ok()?;
    child.wait().ok()?;
    Some(start.elapsed())
}

fn line(report: &mut String, what: &str, times: &[Duration]) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    let _ = writeln!(
        report,
        "{what}: median {:.1} ms, slowest {:.1} ms",
        milliseconds(median),
        milliseconds(worst)
    );
}
