//! An outside judge: SCXML charts with their expected runs, as far as a wink chart can say
//! what they say.
//!
//! The charts lie beside the repository and not in it; without them the test says so and
//! passes.

mod content;
mod expression;
mod load;

use crate::engine::{Runner, table};
use content::Contents;
use load::Document;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wink_chart::{Chart, StateId};
use wink_oracle::{Event, Interpreter};

/// The charts, from this package's folder.
const CHARTS: &str = "../../shared/referee/scxml";

/// What both interpreters offer to a run.
trait Judged {
    fn take(&mut self, event: Event);
    fn contents(&mut self) -> &mut Contents;
    /// The resting states; those in which it ended once it has.
    fn rests_in(&self) -> Vec<StateId>;
}

impl Judged for Interpreter<'_, Contents> {
    fn take(&mut self, event: Event) {
        let _ = self.main_event_loop(event);
    }

    fn contents(&mut self) -> &mut Contents {
        &mut self.program
    }

    fn rests_in(&self) -> Vec<StateId> {
        if self.running {
            self.resting()
        } else {
            self.ended_in.clone()
        }
    }
}

impl Judged for Runner<'_, Contents> {
    fn take(&mut self, event: Event) {
        let _ = Runner::take(self, event);
    }

    fn contents(&mut self) -> &mut Contents {
        &mut self.program
    }

    fn rests_in(&self) -> Vec<StateId> {
        if self.running {
            self.resting()
        } else {
            self.ended_in.clone()
        }
    }
}

/// Lets so many milliseconds pass and takes everything that the external queue holds by then.
fn pass_time(machine: &mut dyn Judged, milliseconds: u64) {
    let until = machine.contents().now + milliseconds;
    while let Some(message) = machine.contents().next_external(until) {
        machine.take(Event::Message(message));
    }
    machine.contents().now = until;
}

fn names(chart: &Chart, states: &[StateId]) -> Vec<String> {
    let mut names: Vec<_> = states
        .iter()
        .map(|&id| chart.state(id).name.to_string())
        .collect();
    names.sort();
    names
}

fn expected(configuration: &Value) -> Vec<String> {
    let states = configuration.as_array().expect("a configuration is a list");
    let mut names: Vec<_> = states
        .iter()
        .map(|name| name.as_str().expect("of names").to_owned())
        .collect();
    names.sort();
    names
}

/// Plays the run; says where it went another way.
fn play(chart: &Chart, machine: &mut dyn Judged, run: &Value) -> Result<(), String> {
    let check = |machine: &dyn Judged, wanted: &Value, when: &str| {
        let (is, wanted) = (names(chart, &machine.rests_in()), expected(wanted));
        if is == wanted {
            Ok(())
        } else {
            Err(format!("{when}: in {is:?}, expected {wanted:?}"))
        }
    };
    let events = run["events"].as_array().map_or(&[][..], Vec::as_slice);
    let initial = &run["initialConfiguration"];
    if events.is_empty() && expected(initial) == ["pass"] {
        pass_time(machine, 60_000);
    }
    check(machine, initial, "at the start")?;
    for event in events {
        pass_time(machine, event["after"].as_u64().unwrap_or(0));
        let name = event["event"]["name"]
            .as_str()
            .expect("an event has a name");
        let message = chart
            .find_message(name)
            .expect("the loader knows the run's events");
        machine.take(Event::Message(message));
        pass_time(machine, 0);
        check(machine, &event["nextConfiguration"], name)?;
    }
    Ok(())
}

fn judge(scxml: &str, run: &Value) -> Result<(), String> {
    let Document { chart, contents } = load::document(scxml, run)?;
    let mut oracle = Interpreter::interpret(&chart, contents.clone());
    play(&chart, &mut oracle, run).map_err(|error| format!("oracle: {error}"))?;
    let table = table(&chart);
    let mut engine = Runner::start(&chart, &table, contents);
    play(&chart, &mut engine, run).map_err(|error| format!("engine: {error}"))
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn expected_runs_of_scxml_charts() {
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHARTS);
    if !charts.is_dir() {
        println!("skipped: there are no charts at {CHARTS}");
        return;
    }
    let index: Value = serde_json::from_str(&read(charts.join("index.json"))).expect("an index");
    let mut levels: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    for entry in index.as_array().expect("the index is a list") {
        let test = entry["test"].as_str().expect("a test has a name");
        let level = entry["level"].as_str().expect("and a level");
        let run = serde_json::from_str(&read(charts.join(format!("{test}.json")))).expect("a run");
        let verdict = judge(&read(charts.join(format!("{test}.scxml"))), &run);
        let (passed, all) = levels.entry(level.to_owned()).or_default();
        *all += 1;
        match verdict {
            Ok(()) => *passed += 1,
            Err(error) => failures.push(format!("{test} ({level}): {error}")),
        }
    }
    for (level, (passed, all)) in &levels {
        println!("{level}: {passed} of {all}");
    }
    assert!(
        failures.is_empty(),
        "{} failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
