//! Random charts and events: the engine must do what the oracle does.

use crate::engine::{Runner, table};
use std::collections::BTreeSet;
use wink_chart::{Chart, ChildSignal, StateId, StateKind, Trigger};
use wink_oracle::random::{Random, Shape, chart};
use wink_oracle::{Event, Interpreter, Script, Trace, outline};
use wink_runtime::private::history_slots;

/// Any event that the chart can be given now.
fn event(random: &mut Random, chart: &Chart, armed: &[wink_chart::RowId]) -> Event {
    match random.below(100) {
        0..20 if !armed.is_empty() => Event::After(random.pick(armed)),
        20..25 => Event::Child(ChildSignal::Errored),
        25..30 => Event::Down,
        _ => {
            let messages: Vec<_> = chart.message_ids().collect();
            Event::Message(random.pick(&messages))
        }
    }
}

/// Runs the chart of that seed against the oracle and panics, with all that is needed to
/// look into it, where they part. Returns how often each kind of thing happened.
fn compare(seed: u64, shape: Shape) -> Seen {
    let chart = &chart(seed, shape);
    same_slots(chart);
    let table = table(chart);
    let script = Script::new(chart, seed);
    let mut oracle = Interpreter::interpret(chart, script.clone());
    let mut engine = Runner::start(chart, &table, script);
    let mut random = Random::new(seed ^ 0xe4e7);
    let mut seen = Seen::default();
    let mut events = Vec::new();
    for _ in 0..20 {
        let agree = oracle.trace == engine.trace
            && oracle.configuration == engine.configuration()
            && oracle.resting() == engine.resting()
            && oracle.running == engine.running;
        assert!(
            agree,
            "seed {seed}, {shape:?}, after {events:?}\n{}oracle {:?}\n  in {:?}\n\
             engine {:?}\n  in {:?}",
            outline(chart),
            oracle.trace,
            oracle.configuration,
            engine.trace,
            engine.configuration(),
        );
        assert_legal(chart, &oracle.configuration, seed);
        seen.count(chart, &oracle.trace);
        if !oracle.running {
            seen.ended += 1;
            break;
        }
        oracle.trace.clear();
        engine.trace.clear();
        let armed: Vec<_> = oracle.armed.iter().map(|&(_, row)| row).collect();
        let event = event(&mut random, chart, &armed);
        events.push(event);
        assert_eq!(
            oracle.main_event_loop(event),
            {
                use wink_oracle::Received;
                let received: Received = engine.take(event);
                received
            },
            "seed {seed}, {shape:?}, {events:?}\n{}",
            outline(chart),
        );
    }
    seen
}

/// Both could be wrong together: whatever happened, every active state lies in an active one, a
/// composite has one active child or rests in itself, and a parallel state has all its regions.
fn assert_legal(chart: &Chart, configuration: &BTreeSet<StateId>, seed: u64) {
    for &state in configuration {
        let parent = chart.parent(state);
        let active = chart
            .children(state)
            .filter(|child| configuration.contains(child))
            .count();
        let legal = match chart.state(state).kind {
            StateKind::Leaf | StateKind::Final => active == 0,
            StateKind::Composite => active == 1 || (active == 0 && chart.can_rest(state)),
            StateKind::Parallel => active == chart.children(state).count(),
        };
        assert!(
            legal && parent.is_none_or(|parent| configuration.contains(&parent)),
            "seed {seed}: state {} in {configuration:?}\n{}",
            state.0,
            outline(chart)
        );
    }
}

/// How often each thing happened: a test that never gets to the interesting places proves
/// nothing.
#[derive(Debug, Default)]
struct Seen {
    rows: usize,
    together: usize,
    done: usize,
    always: usize,
    after: usize,
    histories: usize,
    chosen: usize,
    reentered: usize,
    ended: usize,
}

impl Seen {
    fn count(&mut self, chart: &Chart, trace: &[Trace]) {
        let mut before = None;
        for entry in trace {
            if let Trace::Row(id) = *entry {
                let row = chart.row(id);
                self.rows += 1;
                self.together += usize::from(matches!(before, Some(Trace::Row(_))));
                self.done += usize::from(row.trigger == Trigger::Done);
                self.always += usize::from(row.trigger == Trigger::Always);
                self.after += usize::from(matches!(row.trigger, Trigger::After(_)));
                self.chosen += usize::from(row.chooses);
                self.reentered += usize::from(row.reenter);
                let is_history = |target: &wink_chart::Target| {
                    use wink_chart::Target::{DeepHistory, History};
                    matches!(target, History(_) | DeepHistory(_))
                };
                self.histories += usize::from(row.targets.iter().any(is_history));
            }
            before = Some(*entry);
        }
    }

    fn add(&mut self, other: &Seen) {
        self.rows += other.rows;
        self.together += other.together;
        self.done += other.done;
        self.always += other.always;
        self.after += other.after;
        self.histories += other.histories;
        self.chosen += other.chosen;
        self.reentered += other.reentered;
        self.ended += other.ended;
    }
}

/// The engine must write histories where snapshots look for them.
fn same_slots(chart: &Chart) {
    let table = table(chart);
    for (slot, (state, deep)) in history_slots(chart).into_iter().enumerate() {
        assert_eq!(table.slot(state, deep), Some(slot), "{}", outline(chart));
    }
}

fn compare_all(charts: u64, shape: Shape) -> Seen {
    let mut seen = Seen::default();
    let first = std::env::var("WINK_ORACLE_FIRST_SEED")
        .map_or(0, |seed| seed.parse().expect("a seed is a number"));
    for seed in first..first + charts {
        seen.add(&compare(seed, shape));
    }
    seen
}

#[test]
fn small_parallel_charts_agree() {
    let seen = compare_all(
        3_000,
        Shape {
            states: 8,
            parallel: true,
            compiles: false,
        },
    );
    assert!(seen.together > 500, "{seen:?}");
}

#[test]
fn large_parallel_charts_agree() {
    let seen = compare_all(
        2_000,
        Shape {
            states: 22,
            parallel: true,
            compiles: false,
        },
    );
    let all = [
        seen.rows,
        seen.together,
        seen.done,
        seen.always,
        seen.after,
        seen.histories,
    ];
    assert!(all.iter().all(|&times| times > 500), "{seen:?}");
    assert!(
        seen.chosen > 500 && seen.reentered > 200 && seen.ended > 50,
        "{seen:?}"
    );
}

#[test]
fn charts_that_compile_agree() {
    let seen = compare_all(
        1_000,
        Shape {
            states: 16,
            parallel: true,
            compiles: true,
        },
    );
    assert!(seen.rows > 5_000, "{seen:?}");
}

#[test]
fn charts_without_parallel_states_agree() {
    let seen = compare_all(
        1_000,
        Shape {
            states: 16,
            parallel: false,
            compiles: false,
        },
    );
    assert!(seen.rows > 5_000 && seen.together == 0, "{seen:?}");
}

/// More states than one word of bits has.
#[test]
fn charts_of_many_states_agree() {
    let shape = Shape {
        states: 125,
        parallel: true,
        compiles: false,
    };
    let large = (0..)
        .filter(|&seed| chart(seed, shape).states.len() > 70)
        .take(100);
    let rows: usize = large.map(|seed| compare(seed, shape).rows).sum();
    assert!(rows > 1_000, "{rows}");
}

/// SCXML and XState JSON hold all that a chart says.
#[test]
fn charts_are_what_is_read_of_their_documents() {
    for seed in 0..400 {
        let shape = Shape {
            states: 2 + (seed as usize % 15),
            parallel: seed % 2 == 0,
            compiles: seed % 3 == 0,
        };
        crate::read_back::check(&chart(seed, shape), &format!("seed {seed}"));
    }
}
