//! What a description alone tells of a machine.

use crate::charts::{everything, named, nothing};
use wink_chart::{Chart, Finding, Given, RowId, RowKind, StateId, Trigger};

fn labels(chart: &Chart) -> Vec<String> {
    let explored = chart.explore();
    let findings = explored.findings();
    findings
        .iter()
        .map(|finding| explored.finding_label(finding))
        .collect()
}

#[test]
fn every_state_and_row_has_a_shortest_path() {
    let chart = everything();
    let explored = chart.explore();
    assert!(explored.is_complete());
    let path = |name| {
        let state = chart.find_state(name).unwrap();
        explored
            .path_to_state(state)
            .map(|path| explored.path_label(&path))
    };
    let asleep = "Tire [cx.is_in(State::Busy) && tired > 2]";
    assert_eq!(path("busy").as_deref(), Some("at the start"));
    assert_eq!(path("deep").as_deref(), Some(&*format!("{asleep}, Tire")));
    assert_eq!(path("quiet"), Some(format!("{asleep}, Leave")));
    assert_eq!(path("loud"), Some(format!("{asleep}, Leave, Tire")));
    assert_eq!(
        path("gone"),
        Some(format!("{asleep}, Leave [data.unlocked], child errored"))
    );
    // The alarm never ends, so its parallel state does not either.
    assert_eq!(path("sold"), None);
    let last = explored.path_to_row(RowId(12)).unwrap();
    assert_eq!(last.len(), 2);
    assert!(last[1].rows.contains(&RowId(12)));
    for path in explored.paths() {
        assert!(!path.is_empty());
        let is_row = |given: &Given| matches!(given, Given::Row(_) | Given::Message(_));
        assert!(path.iter().all(|step| is_row(&step.given)));
    }
}

#[test]
fn what_is_wrong_is_found() {
    let found = labels(&everything());
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("`sold` is never reached")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("`done` in `guarded` is never taken")),
        "{found:?}"
    );
    assert_eq!(labels(&nothing()), Vec::<String>::new());
}

#[test]
fn a_deferred_message_that_nothing_takes_is_lost() {
    let mut chart = everything();
    // Ring is deferred in busy and taken by its composite as soon as that is elsewhere.
    let lost = |chart: &Chart| {
        let findings = chart.explore().findings();
        findings.into_iter().any(|finding| {
            matches!(finding, Finding::LostMessage { deferred_in, .. } if deferred_in == StateId(2))
        })
    };
    assert!(!lost(&chart));
    chart.rows.to_mut()[1].targets = vec![wink_chart::Target::State(StateId(6))].into();
    assert!(lost(&chart), "nothing takes Ring while guarded");
    let rows = chart.rows.to_mut();
    rows.retain(|row| row.kind != RowKind::Defer);
    assert!(!lost(&chart));
}

#[test]
fn an_eventless_cycle_is_found_under_its_guards() {
    let mut chart = everything();
    let has_cycle = |chart: &Chart| {
        let findings = chart.explore().findings();
        findings
            .iter()
            .any(|finding| matches!(finding, Finding::EventlessCycle(_)))
    };
    assert!(!has_cycle(&chart));
    let mut back = chart.rows[12].clone();
    back.source = StateId(9);
    back.trigger = Trigger::Always;
    back.targets = vec![wink_chart::Target::State(StateId(8))].into();
    chart.rows.to_mut().push(back);
    assert!(has_cycle(&chart));
}

#[test]
fn no_chart_takes_for_ever() {
    for text in ["", "--", "root"] {
        let chart = named(text);
        assert!(chart.explore().situations() > 0);
    }
}
