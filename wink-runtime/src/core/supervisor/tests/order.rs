//! Starting in order, stopping in reverse, each with its grace.

use super::*;

#[test]
fn the_next_child_starts_when_the_one_before_has() {
    World::new(Plan::default(), &["a", "b", "c"]).go(&[
        ("start", "start a"),
        ("wait 9s", ""),
        ("a started", "start b"),
        ("b started", "start c"),
        ("c started", "all started"),
        ("b fails", "start b"),
        ("b started", ""),
    ]);
}

#[test]
fn children_stop_in_reverse_each_in_its_own_time() {
    World::up(Plan::default(), &["a", "b 2s", "c forever", "d kill"]).go(&[
        ("stop", "kill d"),
        ("d dies", "bury d, stop c"),
        ("wait 1000s", ""),
        ("c stops", "bury c, stop b"),
        ("wait 1.9s", ""),
        ("wait 0.1s", "kill b"),
        ("wait 100s", ""),
        ("b dies", "bury b, stop a"),
        ("a stops", "bury a, ended: stopped"),
        ("a stops", ""),
        ("stop", ""),
    ]);
}

#[test]
fn a_stop_during_a_start_stops_what_has_begun_and_starts_nothing_more() {
    World::new(Plan::default(), &["a", "b", "c"]).go(&[
        ("start", "start a"),
        ("a started", "start b"),
        ("stop", "bury c, stop b"),
        // It had begun, and says so before it hears of the stop.
        ("b started", ""),
        ("b stops", "bury b, stop a"),
        ("a stops", "bury a, ended: stopped"),
    ]);
}

#[test]
fn a_stop_while_a_group_restarts_starts_nothing() {
    World::up(patient(Strategy::OneForAll), &["a", "b", "c"]).go(&[
        ("a fails", "stop c"),
        ("stop", "bury a"),
        ("c stops", "bury c, stop b"),
        ("b stops", "bury b, ended: stopped"),
    ]);
}

#[test]
fn a_stop_before_the_start_ends_at_once() {
    let world = World::new(Plan::default(), &["a"]);
    world.go(&[("stop", "bury a, ended: stopped"), ("start", "")]);
}

#[test]
fn a_child_that_ends_while_its_group_stops_is_not_stopped_again() {
    World::up(patient(Strategy::OneForAll), &["a", "b", "c"]).go(&[
        ("a fails", "stop c"),
        ("b fails", ""),
        ("c stops", "start a"),
        ("a started", "start b"),
        ("b started", "start c"),
    ]);
}

#[test]
fn an_earlier_sibling_that_fails_while_the_rest_stops_is_started_first() {
    World::up(patient(Strategy::RestForOne), &["a", "b", "c"]).go(&[
        ("b fails", "stop c"),
        ("a fails", ""),
        ("c stops", "start a"),
        ("a started", "start b"),
        ("b started", "start c"),
    ]);
}

#[test]
fn a_child_is_removed_and_the_others_go_on() {
    World::up(patient(Strategy::OneForOne), &["a", "b", "c"]).go(&[
        ("remove b", "stop b"),
        ("c fails", "start c"),
        ("b stops", "bury b"),
        ("remove b", ""),
        ("b fails", ""),
        ("c started", ""),
        ("remove c", "stop c"),
        // The whole waits for what is on its way out, and for its grace.
        ("stop", ""),
        ("wait 5s", "kill c"),
        ("c dies", "bury c, stop a"),
        ("a stops", "bury a, ended: stopped"),
    ]);
}
