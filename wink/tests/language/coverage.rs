//! What a test-suite has covered, and the paths that cover the rest.

use super::turnstile::turnstile::{Message, Turnstile};
use std::time::Duration;
use wink::prelude::*;
use wink::{Coverage, Given, Machine};

#[test]
fn what_was_missed_is_told_with_a_way_to_it() {
    let mut coverage = Coverage::of(Turnstile::CHART);
    let mut gate = Turnstile::default().start_with(Time::ZERO, &mut coverage);
    gate.dispatch_with(Message::Push, &mut coverage);
    gate.dispatch_with(Message::Coin { value: 1 }, &mut coverage);
    assert!(!coverage.is_complete());
    let unlocked = Turnstile::CHART.find_state("unlocked").unwrap();
    assert_eq!(
        coverage.missed_states().into_iter().collect::<Vec<_>>(),
        [unlocked]
    );
    let told = coverage.to_string();
    assert!(
        told.starts_with("wink/Turnstile: 1 of 2 states, 2 of 7 rows\n"),
        "{told}"
    );
    assert!(
        told.contains("missed the state unlocked (Coin [value >= 2])"),
        "{told}"
    );

    // Another test covers the rest; what both have counted is put together.
    let mut other = Coverage::of(Turnstile::CHART);
    let mut gate = Turnstile::default().start_with(Time::ZERO, &mut other);
    for _ in 0..2 {
        gate.dispatch_with(Message::Coin { value: 2 }, &mut other);
        gate.dispatch_with(Message::Coin { value: 20 }, &mut other);
        gate.dispatch_with(Message::Push, &mut other);
    }
    gate.dispatch_with(Message::Coin { value: 2 }, &mut other);
    gate.advance_with(Time::ZERO + Duration::from_secs(5), &mut other);
    let _ = gate.ask_with(Message::total(), &mut other);
    coverage.join(&other);
    assert!(coverage.is_complete(), "{coverage}");
}

/// Every path that the description gives can be gone, when its guards are made to hold.
#[test]
fn paths_are_tests_for_nothing() {
    let chart = Turnstile::CHART;
    let explored = chart.explore();
    assert_eq!(explored.findings(), []);
    let mut coverage = Coverage::of(chart);
    for path in explored.paths() {
        let mut gate = Turnstile::default().start_with(Time::ZERO, &mut coverage);
        for step in path {
            let has_guard = step.rows.iter().any(|&row| chart.row(row).guard.is_some());
            match step.given {
                Given::Message(message) => match &*chart.message(message).name {
                    "Coin" => {
                        let value = if has_guard { 2 } else { 1 };
                        gate.dispatch_with(Message::Coin { value }, &mut coverage);
                    }
                    "Push" => {
                        gate.dispatch_with(Message::Push, &mut coverage);
                    }
                    _ => {
                        let _ = gate.ask_with(Message::total(), &mut coverage);
                    }
                },
                Given::Row(_) => {
                    gate.advance_with(Time::ZERO + Duration::from_secs(5), &mut coverage);
                }
            }
        }
    }
    assert!(coverage.is_complete(), "{coverage}");
}
