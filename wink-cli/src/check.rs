//! `wink check`: what a machine's description alone tells against it.

use crate::node::Trouble;
use crate::out;
use std::fmt::Write as _;
use std::path::Path;
use wink_chart::{Chart, Finding};
use wink_node::executable;

/// Looks at the program's machine, prints what was found, and fails if there is something.
pub fn run(machine: &str, paths: bool) -> Result<(), Trouble> {
    let path = Path::new(machine);
    let program = executable::describe(path).map_err(|error| match path.exists() {
        true => format!("`{machine}` {error}"),
        false => format!(
            "there is no file `{machine}`\nhelp: a machine's program is looked at, not what runs: \
             name its file, for example `target/debug/turnstile`"
        ),
    })?;
    let (report, found) = report(&program.chart, paths);
    let printed = out::bytes(report.as_bytes());
    match found {
        0 => printed,
        1 => Err(format!("one finding in `{}`", program.chart.name).into()),
        found => Err(format!("{found} findings in `{}`", program.chart.name).into()),
    }
}

/// What is printed, and how many findings there are.
fn report(chart: &Chart, paths: bool) -> (String, usize) {
    let explored = chart.explore();
    let findings = explored.findings();
    let mut report = String::new();
    for finding in &findings {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{}", explored.finding_label(finding));
    }
    if paths {
        for state in chart.state_ids().skip(1) {
            if let Some(path) = explored.path_to_state(state) {
                let name = &chart.state(state).name;
                let _ = writeln!(report, "to {name}: {}", explored.path_label(&path));
            }
        }
        for id in chart.row_ids() {
            let row = chart.row(id);
            if let Some(path) = explored.path_to_row(id) {
                let (label, path) = (chart.row_label(row), explored.path_label(&path));
                let source = &chart.state(row.source).name;
                let _ = writeln!(report, "to `{label}` of {source}: {path}");
            }
        }
    }
    let _ = writeln!(
        report,
        "{}: {} states, {} rows, {} situations",
        chart.name,
        chart.states.len() - 1,
        chart.rows.len(),
        explored.situations()
    );
    // That not all was looked at is no fault of the machine's.
    let faults = findings
        .iter()
        .filter(|finding| **finding != Finding::Incomplete);
    (report, faults.count())
}
