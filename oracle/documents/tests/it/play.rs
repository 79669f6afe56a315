//! Plays an expected run on a machine.

use serde_json::Value;
use std::time::Duration;
use wink::{Chart, Instance, Machine, Observer, Start, StateId, Status, Steps, Time};

pub type Verdict = Result<(), String>;

/// Where a machine rested when it ended: its end leaves all that is active, innermost first.
#[derive(Default)]
struct Left {
    since_entry: Vec<StateId>,
}

impl Observer for Left {
    fn entered(&mut self, _: StateId) {
        self.since_entry.clear();
    }

    fn exited(&mut self, state: StateId) {
        self.since_entry.push(state);
    }
}

/// A machine that is played.
struct Player<M: Machine> {
    machine: Instance<M>,
    left: Left,
}

impl<M: Machine + Steps> Player<M> {
    fn check(&self, wanted: &Value, when: &str) -> Verdict {
        let is = match self.machine.status() {
            Status::Running => self.machine.resting(),
            Status::Exited => outermost(M::CHART, &self.left.since_entry),
            other => {
                return Err(format!(
                    "{when}: {other:?}, {:?}",
                    self.machine.exit_reason()
                ));
            }
        };
        let mut is: Vec<&str> = is
            .iter()
            .map(|&state| &*M::CHART.state(state).name)
            .collect();
        is.sort_unstable();
        let wanted = names(wanted);
        match is == wanted {
            true => Ok(()),
            false => Err(format!("{when}: in {is:?}, expected {wanted:?}")),
        }
    }

    /// Lets time pass; what the machine has sent to itself arrives when it is due.
    fn pass(&mut self, milliseconds: u64) {
        let until = self.machine.now() + Duration::from_millis(milliseconds);
        while let Some(next) = self.machine.next_deadline().filter(|&next| next <= until) {
            let _ = self.machine.advance_with(next, &mut self.left);
        }
        let _ = self.machine.advance_with(until, &mut self.left);
    }
}

/// Of these states those in which none of the others lies.
fn outermost(chart: &Chart, states: &[StateId]) -> Vec<StateId> {
    let is_parent = |state: StateId| states.iter().any(|&one| chart.parent(one) == Some(state));
    let states = states.iter().copied();
    states.filter(|&state| !is_parent(state)).collect()
}

fn names(configuration: &Value) -> Vec<&str> {
    let states = configuration.as_array().expect("a configuration is a list");
    let mut names: Vec<&str> = states.iter().filter_map(Value::as_str).collect();
    names.sort_unstable();
    names
}

/// Plays the run; says where it went another way.
pub fn play<M>(run: &Value, event: fn(&str) -> Option<M::Message>) -> Verdict
where
    M: Machine + Steps + Default,
{
    let mut left = Left::default();
    let machine = M::default().start_with(Time::ZERO, &mut left);
    let mut player = Player { machine, left };
    let events = run["events"].as_array().map_or(&[][..], Vec::as_slice);
    let initial = &run["initialConfiguration"];
    if events.is_empty() && names(initial) == ["pass"] {
        player.pass(60_000);
    }
    player.check(initial, "at the start")?;
    for entry in events {
        player.pass(entry["after"].as_u64().unwrap_or(0));
        let name = entry["event"]["name"]
            .as_str()
            .expect("an event has a name");
        // Nothing in the document listens to an event that is no message.
        if let Some(message) = event(name) {
            let _ = player.machine.dispatch_with(message, &mut player.left);
        }
        player.pass(0);
        player.check(&entry["nextConfiguration"], name)?;
    }
    Ok(())
}
