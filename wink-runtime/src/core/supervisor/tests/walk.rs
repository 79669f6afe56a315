//! Random histories: whatever happens in whatever order, some things hold.

use std::collections::BTreeMap;

use super::*;
use crate::core::child_spec::Restart;

/// The children as the world sees them: present while they run, `true` when told to stop.
struct Outside {
    supervisor: Supervisor,
    running: BTreeMap<ChildKey, bool>,
    buried: Vec<ChildKey>,
    ended: bool,
}

impl Outside {
    /// Performs what is wanted, and finds it possible.
    fn perform(&mut self, story: &str) {
        while let Some(effect) = self.supervisor.poll_effect() {
            assert!(!self.ended, "{story}: {effect:?} after the end");
            match effect {
                Effect::Start(key) => {
                    let before = self.running.insert(key, false);
                    assert_eq!(before, None, "{story}: {key:?} runs already");
                    assert!(!self.buried.contains(&key), "{story}: {key:?} is buried");
                }
                Effect::Stop(key) => {
                    let told = self.running.insert(key, true);
                    assert_eq!(told, Some(false), "{story}: {key:?} is told to stop");
                }
                Effect::Kill(key) => {
                    assert!(
                        self.running.contains_key(&key),
                        "{story}: {key:?} is killed"
                    );
                }
                Effect::Bury(key) => {
                    assert!(!self.running.contains_key(&key), "{story}: {key:?} runs");
                    self.buried.push(key);
                }
                Effect::Ended(_) => {
                    assert!(self.running.is_empty(), "{story}: orphans");
                    self.ended = true;
                }
                Effect::Started | Effect::Failed { .. } => {}
            }
        }
    }
}

fn spec(random: &mut Random) -> ChildSpec {
    let restart = [Restart::Permanent, Restart::Transient, Restart::Temporary];
    let grace = [Grace::Kill, Grace::Forever, Grace::Within(seconds("1s"))];
    ChildSpec::new(format!("child {}", random.at_most(9)))
        .restart(restart[pick(random, 3)])
        .grace(grace[pick(random, 3)])
}

fn pick(random: &mut Random, count: u64) -> usize {
    usize::try_from(random.at_most(count - 1)).expect("a small number")
}

fn walk(seed: u64) {
    let mut random = Random::new(seed);
    let strategies = [
        Strategy::OneForOne,
        Strategy::OneForAll,
        Strategy::RestForOne,
    ];
    let plan = Plan {
        strategy: strategies[pick(&mut random, 3)],
        intensity: Intensity::new(20, seconds("5s")),
        back_off: [BackOff::NONE, BackOff::new(seconds("1s"), seconds("4s"))][pick(&mut random, 2)],
    };
    let mut supervisor = Supervisor::new(plan, seed);
    let mut keys: Vec<ChildKey> = (0..random.at_most(4))
        .map(|_| supervisor.declare(spec(&mut random)))
        .collect();
    let mut outside = Outside {
        supervisor,
        running: BTreeMap::new(),
        buried: Vec::new(),
        ended: false,
    };
    let mut now = Time::ZERO;
    outside.supervisor.handle(now, Input::Start);
    for step in 0..200 {
        let story = format!("seed {seed}, step {step}");
        outside.perform(&story);
        let running: Vec<ChildKey> = outside.running.keys().copied().collect();
        let some = (!running.is_empty()).then(|| running[pick(&mut random, running.len() as u64)]);
        let reasons = [ExitReason::Normal, Error::raised("broke").into()];
        let input = match (random.at_most(9), some) {
            (0..=2, Some(key)) => Input::Started(key),
            (3..=5, Some(key)) => {
                outside.running.remove(&key);
                Input::Ended(key, reasons[pick(&mut random, 2)].clone())
            }
            (6, _) => {
                keys.extend(outside.supervisor.add(now, spec(&mut random)));
                continue;
            }
            (7, _) if !keys.is_empty() => Input::Remove(keys[pick(&mut random, keys.len() as u64)]),
            _ => {
                now = now + Duration::from_millis(500);
                Input::Time
            }
        };
        outside.supervisor.handle(now, input);
    }
    outside.supervisor.handle(now, Input::Stop);
    let story = format!("seed {seed}, stop");
    outside.perform(&story);
    while let Some(key) = outside.running.keys().next_back().copied() {
        outside.running.remove(&key);
        outside
            .supervisor
            .handle(now, Input::Ended(key, ExitReason::Stopped));
        outside.perform(&story);
    }
    assert!(outside.ended, "{story}: it never ends");
    assert_eq!(outside.supervisor.next_deadline(), None, "{story}");
    assert!(
        keys.iter().all(|key| outside.buried.contains(key)),
        "{story}"
    );
}

#[test]
fn nobody_runs_twice_nobody_is_orphaned_and_it_ends() {
    for seed in 0..2_000 {
        walk(seed);
    }
}
