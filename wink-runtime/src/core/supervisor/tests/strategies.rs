//! Who is started again, and the failing scenarios that a forerunner got wrong.

use super::*;

#[test]
fn one_for_one_starts_the_failed_child_alone() {
    World::up(patient(Strategy::OneForOne), &["a", "b", "c"]).go(&[
        ("b fails", "start b"),
        ("b started", ""),
        ("a fails", "start a"),
        // The others do not wait for one that is being started again.
        ("c fails", "start c"),
        ("c started", ""),
        ("a started", ""),
    ]);
}

#[test]
fn one_for_all_stops_the_others_in_reverse_and_starts_all_in_order() {
    World::up(patient(Strategy::OneForAll), &["a", "b", "c"]).go(&[
        ("b fails", "stop c"),
        ("c stops", "stop a"),
        ("a stops", "start a"),
        ("a started", "start b"),
        ("b started", "start c"),
        ("c started", ""),
    ]);
}

#[test]
fn rest_for_one_keeps_the_earlier_siblings() {
    World::up(patient(Strategy::RestForOne), &["kv1", "kv2", "kv3"]).go(&[
        ("kv2 fails", "stop kv3"),
        ("kv3 stops", "start kv2"),
        ("kv2 started", "start kv3"),
        ("kv3 started", ""),
        // The forerunner had lost kv1 by now, and kv2 after this.
        ("kv3 fails", "start kv3"),
        ("kv3 started", ""),
        ("kv1 fails", "stop kv3"),
        ("kv3 stops", "stop kv2"),
        ("kv2 stops", "start kv1"),
        ("kv1 started", "start kv2"),
        ("kv2 started", "start kv3"),
        ("kv3 started", ""),
    ]);
}

#[test]
fn one_for_all_restarts_only_the_failing_supervisors_children() {
    // A tree: the root has `a` and the supervisor `inner`; `inner` has `b` and `c`. A nested
    // supervisor is a child like any other, and its children's ends are its own business.
    let root = World::up(patient(Strategy::OneForAll), &["a", "inner forever"]);
    let inner = World::up(patient(Strategy::OneForAll), &["b", "c"]);
    inner.go(&[
        ("b fails", "stop c"),
        ("c stops", "start b"),
        ("b started", "start c"),
        ("c started", ""),
    ]);
    // Nothing has happened to the root: `a` keeps what it knows.
    let root = root.go(&[("wait 1s", "")]);
    assert!(root.supervisor.children().all(|child| child.restarts == 0));
}

#[test]
fn a_nested_supervisor_before_the_failed_child_is_kept() {
    World::up(patient(Strategy::RestForOne), &["inner forever", "b", "c"]).go(&[
        ("b fails", "stop c"),
        ("c stops", "start b"),
        ("b started", "start c"),
    ]);
}

#[test]
fn what_is_known_of_no_child_kills_nobody() {
    let mut world = World::up(patient(Strategy::OneForAll), &["a", "b"]);
    let mut other = Supervisor::new(patient(Strategy::OneForAll), 0);
    other.handle(Time::ZERO, Input::Start);
    let keys: Vec<ChildKey> = (0..5)
        .filter_map(|_| other.add(Time::ZERO, ChildSpec::new("stranger")))
        .collect();
    let stranger = keys[4];
    for input in [
        Input::Started(stranger),
        Input::Ended(stranger, Error::raised("who am I?").into()),
        Input::Remove(stranger),
    ] {
        world.supervisor.handle(world.now, input);
        assert_eq!(world.effects(), "");
    }
    assert!(
        world
            .supervisor
            .children()
            .all(|child| child.state == ChildState::Up)
    );
}

#[test]
fn restart_kinds() {
    // (kind, how it ends, what is to be done)
    let table = [
        ("a", "a ends", "start a"),
        ("a", "a stops", "start a"),
        ("a", "a fails", "start a"),
        ("a transient", "a ends", "bury a"),
        ("a transient", "a stops", "bury a"),
        ("a transient", "a fails", "start a"),
        ("a transient", "a dies", "start a"),
        ("a temporary", "a ends", "bury a"),
        ("a temporary", "a fails", "bury a"),
    ];
    for strategy in [
        Strategy::OneForOne,
        Strategy::OneForAll,
        Strategy::RestForOne,
    ] {
        for (kind, how, expected) in table {
            let mut world = World::up(patient(strategy), &[kind]);
            assert_eq!(world.take(how), expected, "{strategy}: {kind}, {how}");
        }
    }
}

#[test]
fn a_group_leaves_out_what_is_temporary_or_done() {
    let children = ["a", "b temporary", "c transient", "d"];
    let world = World::up(patient(Strategy::OneForAll), &children).go(&[
        ("c ends", "bury c"),
        ("a fails", "stop d"),
        ("d stops", "stop b"),
        ("b stops", "bury b, start a"),
        ("a started", "start d"),
        ("d started", ""),
    ]);
    let states: Vec<ChildState> = world
        .supervisor
        .children()
        .map(|child| child.state)
        .collect();
    use ChildState::{Done, Up};
    assert_eq!(states, [Up, Done, Done, Up]);
}
