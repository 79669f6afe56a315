//! The decisions as tables: what happens on the left, what is to be done on the right.

mod alone;
mod dynamic;
mod order;
mod strategies;
mod trouble;
mod walk;

use std::time::Duration;

use super::*;
use crate::core::child_spec::Restart;
use crate::core::supervisor::ChildState;

/// A supervisor whose children have names, driven by words.
struct World {
    supervisor: Supervisor,
    names: Vec<(String, ChildKey)>,
    now: Time,
}

/// Much is borne, and nothing waits.
fn patient(strategy: Strategy) -> Plan {
    Plan {
        strategy,
        intensity: Intensity::new(1_000, Duration::from_secs(5)),
        back_off: BackOff::NONE,
    }
}

/// `kitchen`, `kitchen transient`, `kitchen temporary 2s`, `kitchen kill`, `kitchen forever`,
/// `kitchen 1s..8s`.
fn spec(text: &str) -> ChildSpec {
    let mut words = text.split(' ');
    let name = words.next().expect("a name").to_owned();
    words.fold(ChildSpec::new(name), |spec, word| match word {
        "transient" => spec.restart(Restart::Transient),
        "temporary" => spec.restart(Restart::Temporary),
        "kill" => spec.grace(Grace::Kill),
        "forever" => spec.grace(Grace::Forever),
        time => match time.split_once("..") {
            Some((first, most)) => {
                spec.back_off(BackOff::new(seconds(first), seconds(most)).jitter(0))
            }
            None => spec.grace(Grace::Within(seconds(time))),
        },
    })
}

fn seconds(text: &str) -> Duration {
    let number = text.strip_suffix('s').expect("seconds");
    Duration::from_secs_f64(number.parse().expect("a number"))
}

impl World {
    fn new(plan: Plan, children: &[&str]) -> Self {
        let mut supervisor = Supervisor::new(plan, 0);
        let mut names = Vec::new();
        for text in children {
            let spec = spec(text);
            names.push((spec.name.to_string(), supervisor.declare(spec)));
        }
        let now = Time::ZERO;
        Self {
            supervisor,
            names,
            now,
        }
    }

    /// As [`new`](Self::new), with all children up.
    fn up(plan: Plan, children: &[&str]) -> Self {
        let mut world = Self::new(plan, children);
        world.take("start");
        for text in children {
            let name = text.split(' ').next().expect("a name");
            world.take(&format!("{name} started"));
        }
        let states: Vec<_> = world
            .supervisor
            .children()
            .map(|child| child.state)
            .collect();
        assert!(states.iter().all(|state| *state == ChildState::Up));
        world
    }

    fn key(&self, name: &str) -> ChildKey {
        let of_name = |entry: &&(String, ChildKey)| entry.0 == name;
        self.names.iter().rfind(of_name).expect("a known child").1
    }

    fn name(&self, key: ChildKey) -> &str {
        let of_key = |entry: &&(String, ChildKey)| entry.1 == key;
        &self.names.iter().find(of_key).expect("a known child").0
    }

    /// Lets one thing happen; what is to be done, in words.
    fn take(&mut self, what: &str) -> String {
        let input = match what.split_once(' ') {
            None if what == "start" => Input::Start,
            None => Input::Stop,
            Some(("wait", time)) => {
                self.now = self.now + seconds(time);
                Input::Time
            }
            Some(("add", text)) => {
                let spec = spec(text);
                let name = spec.name.to_string();
                match self.supervisor.add(self.now, spec) {
                    Some(key) => self.names.push((name, key)),
                    None => return "refused".to_owned(),
                }
                return self.effects();
            }
            Some(("remove", name)) => Input::Remove(self.key(name)),
            Some((name, happens)) => {
                let key = self.key(name);
                match happens {
                    "started" => Input::Started(key),
                    "fails" => Input::Ended(key, Error::raised(format!("{name} broke")).into()),
                    "ends" => Input::Ended(key, ExitReason::Normal),
                    "stops" => Input::Ended(key, ExitReason::Stopped),
                    "dies" => Input::Ended(key, ExitReason::Killed),
                    _ => panic!("what is `{what}`?"),
                }
            }
        };
        self.supervisor.handle(self.now, input);
        self.effects()
    }

    fn effects(&mut self) -> String {
        let mut words = Vec::new();
        while let Some(effect) = self.supervisor.poll_effect() {
            words.push(match effect {
                Effect::Start(key) => format!("start {}", self.name(key)),
                Effect::Stop(key) => format!("stop {}", self.name(key)),
                Effect::Kill(key) => format!("kill {}", self.name(key)),
                Effect::Bury(key) => format!("bury {}", self.name(key)),
                Effect::Started => "all started".to_owned(),
                Effect::Failed { delay, .. } if delay.is_zero() => continue,
                Effect::Failed { delay, .. } => format!("after {delay:?}"),
                Effect::Ended(reason) => format!("ended: {reason:#}"),
            });
        }
        words.join(", ")
    }

    /// Goes through a table.
    fn go(mut self, table: &[(&str, &str)]) -> Self {
        for (index, (what, expected)) in table.iter().enumerate() {
            assert_eq!(self.take(what), *expected, "line {index}: {what}");
        }
        self
    }
}
