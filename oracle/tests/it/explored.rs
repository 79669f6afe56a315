//! What an exploration finds covers what the oracle does: every configuration and every row of
//! random runs of random charts is among what was found.

use std::collections::BTreeSet;
use wink_chart::{MessageId, StateId};
use wink_oracle::random::{Random, Shape, chart};
use wink_oracle::{Event, Interpreter, Script, Trace, outline};

const CHARTS: u64 = 60;
const EVENTS: usize = 40;

#[test]
fn no_run_leaves_what_was_explored() {
    let mut complete = 0;
    for seed in 0..CHARTS {
        let shape = Shape {
            states: 4 + (seed as usize % 10),
            parallel: seed % 2 == 0,
            compiles: true,
        };
        let chart = chart(seed, shape);
        let explored = chart.explore();
        if !explored.is_complete() {
            continue;
        }
        complete += 1;
        let configurations: BTreeSet<&BTreeSet<StateId>> = explored.configurations().collect();
        for run in 0..4 {
            let mut script = Script::new(&chart, seed * 31 + run);
            // What functions raise is not in the description.
            (script.raise_one_in, script.exit_one_in) = (0, 0);
            let mut random = Random::new(seed + run);
            let mut oracle = Interpreter::interpret(&chart, script);
            for _ in 0..EVENTS {
                if !oracle.running {
                    break;
                }
                let shown = || format!("seed {seed} run {run}\n{}", outline(&chart));
                assert!(
                    configurations.contains(&oracle.configuration),
                    "{:?}\n{}",
                    oracle.configuration,
                    shown()
                );
                for trace in std::mem::take(&mut oracle.trace) {
                    if let Trace::Row(row) = trace {
                        assert!(explored.path_to_row(row).is_some(), "{row:?}\n{}", shown());
                    }
                }
                let next = oracle.armed.iter().map(|&(due, _)| due).min();
                match next.filter(|_| random.percent(20)) {
                    Some(due) => oracle.advance(due),
                    None => {
                        let message = MessageId(random.below(chart.messages.len()) as u16);
                        oracle.main_event_loop(Event::Message(message));
                    }
                }
            }
        }
    }
    assert!(
        complete > CHARTS / 2,
        "only {complete} charts were small enough"
    );
}
