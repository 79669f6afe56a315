//! Children that are added while the supervisor runs.

use super::*;

#[test]
fn added_children_wait_for_the_declared_ones_and_not_for_each_other() {
    World::new(patient(Strategy::OneForOne), &["a", "b"]).go(&[
        ("add x", ""),
        ("start", "start a"),
        ("a started", "start b"),
        ("add y", ""),
        ("b started", "all started, start x, start y"),
        ("add z", "start z"),
        ("y started", ""),
        ("y fails", "start y"),
    ]);
}

#[test]
fn added_children_stop_first_and_together() {
    World::up(patient(Strategy::OneForOne), &["a", "b"]).go(&[
        ("add x", "start x"),
        ("add y kill", "start y"),
        ("x started", ""),
        ("stop", "stop x, kill y"),
        ("y dies", "bury y"),
        ("wait 5s", "kill x"),
        ("x dies", "bury x, stop b"),
        ("add z", "refused"),
        ("b stops", "bury b, stop a"),
        ("a stops", "bury a, ended: stopped"),
        ("add z", "refused"),
    ]);
}

#[test]
fn added_children_come_after_the_declared_ones() {
    // (strategy, who fails, what is to be done)
    let table = [
        (Strategy::OneForOne, "a fails", "start a"),
        (Strategy::RestForOne, "a fails", "stop x, stop y"),
        (Strategy::OneForAll, "a fails", "stop x, stop y"),
        (Strategy::OneForOne, "x fails", "start x"),
        (Strategy::RestForOne, "x fails", "start x"),
        (Strategy::OneForAll, "x fails", "stop y"),
    ];
    for (strategy, who, expected) in table {
        let mut world = World::up(patient(strategy), &["a"]);
        for child in ["x", "y"] {
            world.take(&format!("add {child}"));
            world.take(&format!("{child} started"));
        }
        assert_eq!(world.take(who), expected, "{strategy}, {who}");
    }
}

#[test]
fn a_group_with_added_children_comes_back_in_order() {
    World::up(patient(Strategy::OneForAll), &["a", "b"]).go(&[
        ("add x", "start x"),
        ("add y temporary", "start y"),
        ("x started", ""),
        ("x fails", "stop y"),
        ("y stops", "bury y, stop b"),
        ("b stops", "stop a"),
        ("a stops", "start a"),
        ("a started", "start b"),
        ("b started", "start x"),
    ]);
}

#[test]
fn a_key_is_never_given_twice_and_places_are() {
    let mut world = World::new(patient(Strategy::OneForOne), &[]);
    world.take("start");
    let mut keys = Vec::new();
    for _ in 0..10_000 {
        assert_eq!(world.take("add x temporary"), "start x");
        keys.push(world.key("x"));
        assert_eq!(world.take("x ends"), "bury x");
        world.names.clear();
    }
    assert!(keys.iter().all(|key| key.slot() == 0));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 10_000);
    assert_eq!(world.supervisor.children().count(), 0);
}

#[test]
fn ten_thousand_children_come_and_go_in_constant_time_each() {
    let mut supervisor = Supervisor::new(patient(Strategy::OneForOne), 0);
    supervisor.handle(Time::ZERO, Input::Start);
    let keys: Vec<ChildKey> = (0..10_000)
        .filter_map(|_| supervisor.add(Time::ZERO, ChildSpec::new("worker")))
        .collect();
    assert_eq!(keys.len(), 10_000);
    for key in &keys {
        supervisor.handle(Time::ZERO, Input::Started(*key));
    }
    while supervisor.poll_effect().is_some() {}
    supervisor.handle(Time::ZERO, Input::Stop);
    let mut told = 0;
    while let Some(effect) = supervisor.poll_effect() {
        assert!(matches!(effect, Effect::Stop(_)), "{effect:?}");
        told += 1;
    }
    assert_eq!(told, 10_000);
    for key in &keys {
        assert!(!supervisor.has_ended());
        supervisor.handle(Time::ZERO, Input::Ended(*key, ExitReason::Stopped));
    }
    assert!(supervisor.has_ended());
    assert_eq!(supervisor.next_deadline(), None);
}
