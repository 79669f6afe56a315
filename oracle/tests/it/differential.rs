//! An outside judge of our semantics: random charts, as wink exports them, run by XState 5 with
//! the same guards, functions and events; it must come to the same states by the same functions
//! in the same order.
//!
//! XState comes from npm, in the folder that `WINK_TOOLS` names (`.ci/tools.sh` installs it).
//! `docs/xstate.md` lists the differences that are known; `comparable` takes them out by name.

use crate::engine::{Runner, table};
use serde_json::{Value, json};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use wink_chart::export::xstate;
use wink_chart::{Chart, Row, RowKind, StateId, StateKind, Target, Trigger};
use wink_oracle::random::{Random, Shape, chart};
use wink_oracle::{Event, Function, Script};

const CHARTS: u64 = 500;
const EVENTS: usize = 100;

/// The chart without what XState is known to do otherwise.
fn comparable(mut chart: Chart) -> Chart {
    let mut rows: Vec<Row> = Vec::new();
    for row in chart.rows.iter() {
        let mut row = row.clone();
        // XState has no words for what its machines hear of other machines of ours.
        if matches!(row.trigger, Trigger::Child(_) | Trigger::Down) {
            continue;
        }
        // Two time-outs of one state with one delay are one event there.
        let is_same = |other: &Row| match (&other.trigger, &row.trigger) {
            (Trigger::After(one), Trigger::After(other)) => one.nanoseconds == other.nanoseconds,
            _ => false,
        };
        if rows
            .iter()
            .any(|other| other.source == row.source && is_same(other))
        {
            continue;
        }
        // It forgets what was to be deferred.
        if row.kind == RowKind::Defer {
            row.kind = RowKind::Ignore;
        }
        // A function that chooses is a guard there: asked before, and in another order.
        if row.chooses {
            row.chooses = false;
            let first = row.targets.iter().find(|target| **target != Target::Stay);
            row.targets = first.copied().into_iter().collect();
            let inside = |target: &Target| match *target {
                Target::State(state) => chart.is_descendant(state, row.source),
                _ => false,
            };
            row.reenter &= row.targets.iter().any(inside);
        }
        if leaves_region_by_itself(&chart, &row) {
            continue;
        }
        if meets_in_parallel(&chart, &row) || remembers_around(&chart, &row) {
            (row.targets, row.reenter) = (Vec::new().into(), false);
            // An eventless row that goes nowhere would be taken again and again.
            if row.trigger == Trigger::Always {
                continue;
            }
        }
        rows.push(row);
    }
    let all = rows.clone();
    rows.retain(|row| !is_overruled(&chart, row, &all));
    chart.rows = rows.into();
    chart
}

/// Whether a message sets off this row of a parallel state, or of one around it, in a region that
/// says nothing of it, beside those of other regions. In XState it waits until no region takes
/// the message.
fn is_overruled(chart: &Chart, row: &Row, all: &[Row]) -> bool {
    let is_message = |row: &Row| matches!(row.trigger, Trigger::Messages(_) | Trigger::Any);
    let meets = |one: &Row, other: &Row| match (&one.trigger, &other.trigger) {
        (Trigger::Messages(one), Trigger::Messages(other)) => {
            one.iter().any(|message| other.contains(message))
        }
        _ => is_message(one) && is_message(other),
    };
    let mut parallel = chart.state_ids().filter(|&state| {
        let is_around = state == row.source || chart.is_descendant(state, row.source);
        chart.state(state).kind == StateKind::Parallel && is_around
    });
    is_message(row)
        && parallel.any(|state| {
            let mut inner = all.iter();
            inner.any(|other| chart.is_descendant(other.source, state) && meets(row, other))
        })
}

/// Whether the innermost state around a row's source and its targets is parallel. That state is
/// left by the recommendation and stays active in XState.
fn meets_in_parallel(chart: &Chart, row: &Row) -> bool {
    let lies_in = |state: StateId, target: &Target| match *target {
        Target::State(target) => chart.is_descendant(target, state),
        Target::History(of) | Target::DeepHistory(of) => {
            of == state || chart.is_descendant(of, state)
        }
        Target::Stay => true,
    };
    let moves = row.targets.iter().any(|target| *target != Target::Stay);
    let inside = row.targets.iter().all(|target| lies_in(row.source, target));
    if !moves || (inside && !row.reenter) {
        return false;
    }
    let mut around = chart
        .ancestors(row.source)
        .filter(|&state| state != row.source);
    let meets = around.find(|&state| row.targets.iter().all(|target| lies_in(state, target)));
    meets.is_some_and(|state| chart.state(state).kind == StateKind::Parallel)
}

/// Whether a row goes to what a state around its own source remembers. That may be the source
/// itself, which is left by the recommendation and stays active in XState.
fn remembers_around(chart: &Chart, row: &Row) -> bool {
    row.targets.iter().any(|target| match *target {
        Target::History(of) | Target::DeepHistory(of) => chart.is_descendant(row.source, of),
        Target::State(_) | Target::Stay => false,
    })
}

/// Whether an eventless row leads out of a region. Of such that conflict the first one in the
/// document wins; in XState the one of the state that was entered first.
fn leaves_region_by_itself(chart: &Chart, row: &Row) -> bool {
    let leaves = |state: StateId| {
        let Some(region) = chart.child_towards(state, row.source) else {
            return false;
        };
        row.targets.iter().any(|target| match *target {
            Target::State(target) | Target::History(target) | Target::DeepHistory(target) => {
                target != region && !chart.is_descendant(target, region)
            }
            Target::Stay => false,
        })
    };
    let mut around = chart
        .ancestors(row.source)
        .filter(|&state| state != row.source);
    row.trigger == Trigger::Always
        && around.any(|state| chart.state(state).kind == StateKind::Parallel && leaves(state))
}

/// The number of a function, by which both sides name it.
fn number(function: Function) -> u64 {
    match function {
        Function::Entry(state) => u64::from(state.0) * 3,
        Function::Exit(state) => u64::from(state.0) * 3 + 1,
        Function::Row(row) => u64::from(row.0) * 3 + 2,
        Function::Default(index) => (1 << 32) + u64::from(index),
    }
}

/// The functions of a chart by their text.
fn functions(chart: &Chart) -> Value {
    let mut functions = serde_json::Map::new();
    for state in chart.state_ids() {
        let described = chart.state(state);
        let both = [
            (&described.entry, Function::Entry(state)),
            (&described.exit, Function::Exit(state)),
        ];
        for (text, function) in both {
            if let Some(text) = text {
                functions.insert(text.to_string(), number(function).into());
            }
        }
    }
    for row in chart.row_ids() {
        if let Some(text) = &chart.row(row).action {
            functions.insert(text.to_string(), number(Function::Row(row)).into());
        }
    }
    functions.into()
}

/// An event that the machine may be given now, and its name there.
fn event(random: &mut Random, chart: &Chart, active: &[StateId]) -> (Event, String) {
    let armed: Vec<_> = chart
        .row_ids()
        .filter(|&row| active.contains(&chart.row(row).source))
        .filter(|&row| matches!(chart.row(row).trigger, Trigger::After(_)))
        .collect();
    if !armed.is_empty() && random.percent(20) {
        let id = random.pick(&armed);
        let row = chart.row(id);
        if let Trigger::After(delay) = &row.trigger {
            let milliseconds = delay.nanoseconds / 1_000_000;
            let source = &chart.state(row.source).name;
            let name = format!("xstate.after.{milliseconds}.{source}");
            return (Event::After(id), name);
        }
    }
    let messages: Vec<_> = chart.message_ids().collect();
    let message = random.pick(&messages);
    let name = chart.message(message).name.to_string();
    (Event::Message(message), name)
}

/// Runs the chart of that seed in wink: what XState has to come to.
fn case(seed: u64) -> (Value, usize) {
    let shape = Shape {
        states: 3 + (seed as usize % 14),
        parallel: !seed.is_multiple_of(3),
        compiles: seed.is_multiple_of(2),
    };
    let chart = &comparable(chart(seed, shape));
    let table = table(chart);
    let mut script = Script::new(chart, seed);
    script.exit_one_in = 0;
    let raise_one_in = script.raise_one_in;
    let mut runner = Runner::start(chart, &table, script);
    let mut random = Random::new(seed ^ 0x5cab);
    let mut run = Vec::new();
    let (mut name, mut seen) = (None, 0);
    loop {
        // An endless cycle is an error of wink's, and none there.
        let is_last = |&state: &StateId| {
            let is_outermost = chart.parent(state) == Some(StateId::ROOT);
            is_outermost && chart.state(state).kind == StateKind::Final
        };
        if !runner.running && !runner.ended_in.iter().any(is_last) {
            break;
        }
        runner.trace.clear();
        let calls: Vec<u64> = runner.program.calls[seen..]
            .iter()
            .map(|&one| number(one))
            .collect();
        seen = runner.program.calls.len();
        let active: Vec<StateId> = runner.configuration().into_iter().collect();
        let states = active.iter().map(|&state| &*chart.state(state).name);
        let states: Vec<&str> = match runner.running {
            true => states.collect(),
            false => Vec::new(),
        };
        run.push(
            json!({ "event": name, "calls": calls, "states": states, "running": runner.running }),
        );
        if !runner.running || run.len() > EVENTS {
            break;
        }
        let (event, its) = event(&mut random, chart, &active);
        name = Some(its);
        runner.take(event);
    }
    let messages: Vec<_> = chart.messages.iter().map(|one| &*one.name).collect();
    let events = run.len();
    let case = json!({
        "seed": seed.to_string(),
        "chart": xstate(chart),
        "functions": functions(chart),
        "messages": messages,
        "raise_one_in": raise_one_in,
        "run": run,
    });
    (case, events)
}

/// Says that something was not tried. Not by a macro, whose output a passing test swallows.
fn missing(what: &str) {
    let line = format!("NOT CHECKED: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// The folder with the packages of npm.
fn packages() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("WINK_TOOLS")?);
    let is_there = folder.join("node_modules/xstate").is_dir();
    is_there.then_some(folder)
}

#[test]
fn xstate_does_what_wink_does() {
    let (cases, events): (Vec<Value>, Vec<usize>) = (0..CHARTS).map(case).unzip();
    let events: usize = events.iter().sum();
    assert!(
        events > 30_000,
        "only {events} events: too many runs end early"
    );
    let Some(packages) = packages() else {
        return missing("WINK_TOOLS names no folder with xstate: nobody judges our semantics");
    };
    // A file never blocks, however much is written before anything is read.
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(Value::from(cases).to_string().as_bytes())
        .expect("a file");
    file.rewind().expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/differential.mjs");
    let output = Command::new("node")
        .arg(script)
        .env("WINK_TOOLS", packages)
        .stdin(file)
        .output();
    let Ok(output) = output else {
        return missing("no Node: nobody judges our semantics");
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complaint}");
    assert_eq!(
        said.trim(),
        format!("{CHARTS} charts, {events} events agree")
    );
}
