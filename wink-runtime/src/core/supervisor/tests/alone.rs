//! What concerns one child alone, decided on the spot: the same as if the supervisor had been told.

use super::*;

fn plan(strategy: Strategy, back_off: BackOff) -> Plan {
    Plan {
        strategy,
        intensity: Intensity::new(2, Duration::from_secs(5)),
        back_off,
    }
}

fn broke() -> ExitReason {
    Error::raised("kitchen broke").into()
}

#[test]
fn a_child_that_starts_again_alone_is_decided_on_as_if_it_had_been_told() {
    let plan = plan(Strategy::OneForOne, BackOff::NONE);
    let children = ["kitchen", "hall transient"];
    let (mut told, mut alone) = (World::up(plan, &children), World::up(plan, &children));
    for world in [&mut told, &mut alone] {
        assert_eq!(world.take("add porch"), "start porch");
        world.take("porch started");
    }
    for name in ["kitchen", "porch"] {
        let (key, now) = (alone.key(name), alone.now);
        assert_eq!(told.take(&format!("{name} fails")), format!("start {name}"));
        assert!(alone.supervisor.restarts_alone(now, key, &broke()));
        let same = |told: &World, alone: &World| {
            assert_eq!(alone.supervisor.effects, []);
            let views =
                |world: &World| format!("{:?}", world.supervisor.children().collect::<Vec<_>>());
            assert_eq!(views(told), views(alone), "{name}");
        };
        same(&told, &alone);
        assert_eq!(told.take(&format!("{name} started")), "");
        assert!(alone.supervisor.has_restarted_alone(now, key));
        same(&told, &alone);
    }
    // No more is borne: that ends all of them, and is to be told.
    let (key, now) = (alone.key("kitchen"), alone.now);
    assert!(!alone.supervisor.restarts_alone(now, key, &broke()));
    assert_eq!(alone.take("kitchen fails"), told.take("kitchen fails"));
    assert_eq!(
        format!("{:?}", alone.supervisor),
        format!("{:?}", told.supervisor)
    );
}

#[test]
fn what_waits_for_a_child_is_told_that_it_has_started_again() {
    let mut world = World::up(plan(Strategy::OneForOne, BackOff::NONE), &["kitchen"]);
    let (key, now) = (world.key("kitchen"), world.now);
    assert!(world.supervisor.restarts_alone(now, key, &broke()));
    assert_eq!(world.take("add porch"), "", "it waits for the kitchen");
    assert!(!world.supervisor.has_restarted_alone(now, key));
    assert_eq!(world.take("kitchen started"), "start porch");
}

#[test]
fn whatever_concerns_others_or_takes_time_is_not_decided_alone() {
    let wait = BackOff::new(Duration::from_secs(1), Duration::from_secs(9)).jitter(0);
    // (plan, the child, what happens before, why it ends)
    let table = [
        (
            plan(Strategy::OneForAll, BackOff::NONE),
            "kitchen",
            "wait 1s",
            broke(),
        ),
        (
            plan(Strategy::RestForOne, BackOff::NONE),
            "kitchen",
            "wait 1s",
            broke(),
        ),
        (
            plan(Strategy::OneForOne, wait),
            "kitchen",
            "wait 1s",
            broke(),
        ),
        (
            patient(Strategy::OneForOne),
            "kitchen temporary",
            "wait 1s",
            broke(),
        ),
        (
            patient(Strategy::OneForOne),
            "kitchen transient",
            "wait 1s",
            ExitReason::Normal,
        ),
        (
            patient(Strategy::OneForOne),
            "kitchen",
            "kitchen fails",
            broke(),
        ),
        (
            patient(Strategy::OneForOne),
            "kitchen",
            "remove kitchen",
            broke(),
        ),
        (patient(Strategy::OneForOne), "kitchen", "stop", broke()),
    ];
    for (line, (plan, child, before, reason)) in table.into_iter().enumerate() {
        let mut world = World::up(plan, &[child, "hall"]);
        world.take(before);
        let (key, now) = (world.key("kitchen"), world.now);
        let known = format!("{:?}", world.supervisor);
        assert!(
            !world.supervisor.restarts_alone(now, key, &reason),
            "line {line}"
        );
        assert_eq!(format!("{:?}", world.supervisor), known, "line {line}");
    }
}

#[test]
fn a_child_whose_own_restarts_wait_is_not_decided_alone() {
    let wait = BackOff::new(Duration::from_secs(1), Duration::from_secs(9));
    let mut supervisor = Supervisor::new(patient(Strategy::OneForOne), 0);
    let key = supervisor.declare(ChildSpec::new("kitchen").back_off(wait));
    supervisor.handle(Time::ZERO, Input::Start);
    supervisor.handle(Time::ZERO, Input::Started(key));
    while supervisor.poll_effect().is_some() {}
    assert!(!supervisor.restarts_alone(Time::ZERO, key, &broke()));
}
