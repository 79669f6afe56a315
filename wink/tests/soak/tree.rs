//! A random tree of supervisors.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::ledger::Ledger;
use super::round::Dice;
use super::worker::{Place, Worker};
use wink::{BackOff, ChildSpec, Grace, Restart, Strategy, Supervisor, SupervisorBuilder};

/// What there is to play with.
#[derive(Default)]
pub struct Plan {
    /// Paths of the workers.
    pub workers: Vec<String>,
    /// Paths of the nested supervisors.
    pub supervisors: Vec<String>,
    /// Which child of which supervisor each nested one is.
    pub places: BTreeMap<u32, (u32, u32)>,
    next: u32,
}

fn strategy(dice: &mut Dice) -> Strategy {
    match dice.below(3) {
        0 => Strategy::OneForOne,
        1 => Strategy::OneForAll,
        _ => Strategy::RestForOne,
    }
}

pub fn spec(dice: &mut Dice, name: String) -> ChildSpec {
    let restart = match dice.below(6) {
        0 => Restart::Temporary,
        1 => Restart::Transient,
        _ => Restart::Permanent,
    };
    let grace = match dice.below(4) {
        0 => Grace::Kill,
        1 => Grace::Within(Duration::from_millis(2)),
        _ => Grace::Forever,
    };
    ChildSpec::new(name).restart(restart).grace(grace)
}

/// A place; once in a while whoever takes it fails when it starts.
pub fn maker(
    dice: &mut Dice,
    ledger: &Arc<Ledger>,
    supervisor: u32,
    position: u32,
) -> impl FnMut() -> Worker + Send + 'static {
    let ledger = ledger.clone();
    let mut chance = Dice::new(dice.below(1 << 40));
    move || Worker {
        place: Place {
            supervisor,
            position,
            ledger: ledger.clone(),
            fragile: chance.below(12) == 0,
        },
    }
}

pub fn grow(
    dice: &mut Dice,
    ledger: &Arc<Ledger>,
    plan: &mut Plan,
    path: &str,
    depth: u32,
) -> SupervisorBuilder {
    let own = plan.next;
    plan.next += 1;
    let name = match path.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "root".to_owned(),
    };
    let mut supervisor = Supervisor::builder(name).strategy(strategy(dice));
    // Some give up, most bear everything.
    supervisor = match dice.below(5) {
        0 => supervisor.intensity(3, Duration::from_secs(1)),
        _ => supervisor.intensity(1_000_000, Duration::from_secs(1)),
    };
    if dice.below(3) == 0 {
        let (first, most) = (Duration::from_millis(1), Duration::from_millis(3));
        supervisor = supervisor.back_off(BackOff::new(first, most));
    }
    let children = 2 + dice.below(4);
    for position in 0..children {
        let position = u32::try_from(position).expect("a few");
        let name = format!("c{position}");
        let below = match path {
            "" => name.clone(),
            path => format!("{path}/{name}"),
        };
        if depth > 0 && dice.below(3) == 0 {
            plan.supervisors.push(below.clone());
            plan.places.insert(plan.next, (own, position));
            supervisor = supervisor.supervisor(grow(dice, ledger, plan, &below, depth - 1));
        } else {
            let spec = spec(dice, name);
            plan.workers.push(below);
            supervisor = supervisor.child(spec, maker(dice, ledger, own, position));
        }
    }
    supervisor
}
