//! Starts that fail, intensity, escalation, delays.

use super::*;

fn second(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn plan(strategy: Strategy, restarts: u32, back_off: BackOff) -> Plan {
    Plan {
        strategy,
        intensity: Intensity::new(restarts, second(5)),
        back_off: back_off.jitter(0),
    }
}

const GAVE_UP: &str = "ended: child `b` ended too often: more than 1 in 5s is not borne: b broke";

#[test]
fn one_restart_too_many_stops_everything_and_goes_up() {
    World::up(Plan::default(), &["a", "b", "c"]).go(&[
        ("b fails", "start b"),
        ("b started", ""),
        ("wait 5s", ""),
        ("b fails", "bury b, stop c"),
        ("c stops", "bury c, stop a"),
        ("a stops", &format!("bury a, {GAVE_UP}")),
    ]);
}

#[test]
fn restarts_that_lie_far_enough_apart_are_borne_for_ever() {
    let mut world = World::up(Plan::default(), &["a", "b"]);
    for _ in 0..100 {
        assert_eq!(world.take("wait 5.1s"), "");
        assert_eq!(world.take("b fails"), "start b");
        assert_eq!(world.take("b started"), "");
    }
}

#[test]
fn ends_that_are_not_wanted_again_do_not_count() {
    let mut world = World::up(Plan::default(), &["a"]);
    for _ in 0..10 {
        assert_eq!(world.take("add x temporary"), "start x");
        assert_eq!(world.take("x fails"), "bury x");
    }
    assert_eq!(world.take("a fails"), "start a");
}

#[test]
fn a_start_that_always_fails_goes_up() {
    World::new(Plan::default(), &["a", "b", "c"]).go(&[
        ("start", "start a"),
        ("a started", "start b"),
        ("b fails", "start b"),
        ("b fails", "bury b, bury c, stop a"),
        ("a stops", &format!("bury a, {GAVE_UP}")),
    ]);
}

#[test]
fn a_start_that_fails_once_is_tried_again_and_keeps_the_order() {
    World::new(Plan::default(), &["a", "b", "c"]).go(&[
        ("start", "start a"),
        ("a started", "start b"),
        ("b fails", "start b"),
        ("b started", "start c"),
        ("c started", "all started"),
    ]);
}

#[test]
fn a_temporary_child_that_fails_to_start_is_left_out() {
    World::new(Plan::default(), &["a", "b temporary", "c"]).go(&[
        ("start", "start a"),
        ("a started", "start b"),
        ("b fails", "bury b, start c"),
    ]);
}

#[test]
fn a_failure_while_a_group_starts_begins_the_group_anew() {
    World::up(patient(Strategy::OneForAll), &["a", "b", "c"]).go(&[
        ("c fails", "stop b"),
        ("b stops", "stop a"),
        ("a stops", "start a"),
        ("a started", "start b"),
        ("b fails", "stop a"),
        ("a stops", "start a"),
        ("a started", "start b"),
        ("b started", "start c"),
    ]);
}

#[test]
fn delays_grow_with_failures_in_a_row_and_begin_anew_after_a_calm_time() {
    let back_off = BackOff::new(second(1), second(8));
    World::up(plan(Strategy::OneForOne, 100, back_off), &["a", "b"]).go(&[
        ("b fails", "after 1s"),
        ("wait 0.9s", ""),
        ("wait 0.1s", "start b"),
        ("b fails", "after 2s"),
        // The other one does not wait.
        ("a fails", "after 1s"),
        ("wait 1s", "start a"),
        ("wait 1s", "start b"),
        ("b started", ""),
        ("wait 8s", ""),
        ("b fails", "after 4s"),
        ("wait 4s", "start b"),
        ("b started", ""),
        ("wait 8.1s", ""),
        ("b fails", "after 1s"),
    ]);
}

#[test]
fn a_child_may_have_delays_of_its_own() {
    let back_off = BackOff::new(second(1), second(8));
    World::up(plan(Strategy::OneForOne, 100, back_off), &["a", "b 3s..6s"]).go(&[
        ("b fails", "after 3s"),
        ("a fails", "after 1s"),
        ("wait 1s", "start a"),
        ("wait 2s", "start b"),
        ("b started", ""),
        ("b fails", "after 6s"),
        ("wait 6s", "start b"),
        ("b started", ""),
        ("b fails", "after 6s"),
    ]);
}

#[test]
fn a_group_waits_for_its_delay_and_for_its_stops() {
    let back_off = BackOff::new(second(1), second(8));
    World::up(plan(Strategy::RestForOne, 100, back_off), &["a", "b", "c"]).go(&[
        ("b fails", "after 1s, stop c"),
        ("wait 1s", ""),
        ("c stops", "start b"),
        ("b started", "start c"),
        ("c started", ""),
        ("a fails", "after 1s, stop c"),
        ("c stops", "stop b"),
        ("b stops", ""),
        ("wait 1s", "start a"),
        ("a started", "start b"),
    ]);
}

#[test]
fn a_stop_during_a_delay_does_not_wait_for_it() {
    let back_off = BackOff::new(second(100), second(100));
    let world = World::up(plan(Strategy::OneForOne, 100, back_off), &["a", "b"]).go(&[
        ("b fails", "after 100s"),
        ("stop", "bury b, stop a"),
        ("a stops", "bury a, ended: stopped"),
        ("wait 100s", ""),
    ]);
    assert_eq!(world.supervisor.next_deadline(), None);
}

#[test]
fn an_added_child_waits_for_its_delay_alone() {
    let back_off = BackOff::new(second(1), second(8));
    World::up(plan(Strategy::OneForOne, 100, back_off), &["a"]).go(&[
        ("add x", "start x"),
        ("x fails", "after 1s"),
        ("add y", "start y"),
        ("wait 1s", "start x"),
        ("x fails", "after 2s"),
        ("remove x", "bury x"),
        ("wait 2s", ""),
    ]);
}
