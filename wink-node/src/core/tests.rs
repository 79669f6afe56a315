//! A node as a value: no process, no clock.

use super::*;
use wink_runtime::process::protocol::FromMachine;

const NOW: Duration = Duration::from_secs(1);

fn core() -> Core {
    Core::new(
        "127.0.0.1:42000".to_owned(),
        Settings::new([127, 0, 0, 1].into()),
    )
}

fn order(spawner: Spawner, address: &str) -> Order {
    Order {
        base: "test/Machine".to_owned(),
        version: Version::new(1, 0, 0),
        tag: None,
        path: PathBuf::from("machine"),
        address: Some(address.to_owned()),
        arguments: vec!["5".to_owned()],
        spawner,
        follow: false,
        node: None,
        bound: None,
    }
}

fn effects(core: &mut Core) -> Vec<Effect> {
    std::iter::from_fn(|| core.poll_effect()).collect()
}

/// A machine that runs, at that port.
fn running(core: &mut Core, spawner: Spawner, port: u16) -> Id {
    let id = core
        .start(NOW, order(spawner, &format!(":{port}")))
        .unwrap();
    core.launched(id, u32::from(port));
    let address = format!("127.0.0.1:{port}");
    let started = FromMachine::Started {
        address,
        unreachable: None,
    };
    core.said(NOW, id, started);
    effects(core);
    id
}

fn exited(core: &mut Core, id: Id) -> Vec<Effect> {
    let ended = Ended {
        how: "exit code 0".to_owned(),
        is_failure: false,
        last_words: None,
    };
    core.exited(NOW, id, ended);
    effects(core)
}

/// Who is asked to stop.
fn asked(effects: &[Effect]) -> Vec<Id> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Say(id, ToMachine::Stop) => Some(*id),
        _ => None,
    });
    asked.collect()
}

#[test]
fn a_machine_is_launched_by_the_contract() {
    let mut core = core();
    let client = Spawner::Client(Client(1));
    let parent = running(&mut core, client, 43_001);
    let mut child = order(Spawner::Machine(parent, 7), ":0");
    child.tag = Some("blue".to_owned());
    let id = core.start(NOW, child).unwrap();
    let launch = Effect::Launch {
        id,
        path: PathBuf::from("machine"),
        name: "test/Machine1.0.0:blue".to_owned(),
        arguments: ["127.0.0.1:0", "127.0.0.1:43001", "5"]
            .map(str::to_owned)
            .to_vec(),
    };
    assert_eq!(effects(&mut core), [launch]);
}

#[test]
fn a_tree_stops_in_reverse_order() {
    let mut core = core();
    let root = running(&mut core, Spawner::Client(Client(1)), 1);
    let older = running(&mut core, Spawner::Machine(root, 1), 2);
    let inner = running(&mut core, Spawner::Machine(older, 1), 3);
    let younger = running(&mut core, Spawner::Machine(root, 2), 4);
    core.stop(NOW, Client(9), ":1");
    let mut order = Vec::new();
    let mut next = asked(&effects(&mut core));
    while let [id] = next[..] {
        order.push(id);
        next = asked(&exited(&mut core, id));
    }
    assert_eq!(order, [younger, inner, older, root]);
    assert!(core.is_empty());
}

#[test]
fn one_that_does_not_stop_is_killed_after_its_grace() {
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 1);
    core.stop(NOW, Client(9), ":1");
    assert_eq!(asked(&effects(&mut core)), [id]);
    let deadline = NOW + Duration::from_secs(5);
    assert_eq!(core.next_deadline(), Some(deadline));
    core.tick(deadline - Duration::from_millis(1));
    assert_eq!(effects(&mut core), []);
    core.tick(deadline);
    assert_eq!(effects(&mut core), [Effect::Kill(id)]);
    assert!(exited(&mut core, id).contains(&Effect::Answer(Client(9), Answer::Done)));
}

#[test]
fn children_of_a_dead_machine_are_stopped() {
    let mut core = core();
    let root = running(&mut core, Spawner::Client(Client(1)), 1);
    let child = running(&mut core, Spawner::Machine(root, 1), 2);
    assert_eq!(asked(&exited(&mut core, root)), [child]);
}

#[test]
fn silence_kills_and_a_pulse_does_not() {
    let mut core = core();
    let (one, other) = (
        running(&mut core, Spawner::Client(Client(1)), 1),
        running(&mut core, Spawner::Client(Client(1)), 2),
    );
    let later = NOW + Duration::from_secs(9);
    core.said(later, other, FromMachine::Pulse);
    core.tick(NOW + Duration::from_secs(10));
    assert_eq!(effects(&mut core), [Effect::Kill(one)]);
    assert_eq!(core.next_deadline(), Some(later + Duration::from_secs(10)));
}

#[test]
fn an_address_is_one_machine_s_at_a_time() {
    let mut core = core();
    let old = running(&mut core, Spawner::Client(Client(1)), 1);
    let second = core
        .start(NOW, order(Spawner::Client(Client(2)), ":1"))
        .unwrap();
    assert_eq!(asked(&effects(&mut core)), [old]);
    // A third one takes the place of the one that waits, which is told.
    let third = core
        .start(NOW, order(Spawner::Client(Client(3)), ":1"))
        .unwrap();
    let told = effects(&mut core);
    assert!(
        told.iter().any(|effect| matches!(
            effect,
            Effect::Answer(Client(2), Answer::Failed { reason, .. })
                if reason.contains("stopped before it had started")
        )),
        "{told:?}"
    );
    let after = exited(&mut core, old);
    let launched =
        |id| move |effect: &Effect| matches!(effect, Effect::Launch { id: own, .. } if *own == id);
    assert!(after.iter().any(launched(third)));
    assert!(!after.iter().any(launched(second)));
}

#[test]
fn a_caller_is_told_of_the_machine_s_end_and_of_its_silence() {
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 1);
    core.call(NOW, Client(2), ":1", "total".to_owned(), 1_000);
    core.call(NOW, Client(3), ":1", "total".to_owned(), 60_000);
    effects(&mut core);
    core.tick(NOW + Duration::from_secs(2));
    let late = effects(&mut core);
    assert!(matches!(
        &late[..],
        [Effect::Answer(
            Client(2),
            Answer::Failed {
                failure: Failure::Late,
                ..
            }
        )]
    ));
    let told = exited(&mut core, id);
    assert!(told.iter().any(|effect| matches!(
        effect,
        Effect::Answer(Client(3), Answer::Failed { reason, .. })
            if reason.starts_with("the machine has ended")
    )));
}

/// An answer to a question that it was not asked, from another machine than was asked.
#[test]
fn a_machine_cannot_answer_for_another() {
    let mut core = core();
    running(&mut core, Spawner::Client(Client(1)), 1);
    let other = running(&mut core, Spawner::Client(Client(1)), 2);
    core.call(NOW, Client(2), ":1", "total".to_owned(), 1_000);
    let asked = effects(&mut core);
    let Some(Effect::Say(_, ToMachine::Call { id, .. })) = asked.last() else {
        panic!("{asked:?}");
    };
    let result = Ok("7".to_owned());
    core.said(NOW, other, FromMachine::Answer { id: *id, result });
    assert_eq!(effects(&mut core), []);
}

#[test]
fn a_node_that_ends_starts_nothing_and_is_over_when_all_have_ended() {
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 1);
    core.shutdown(NOW, Some(Client(5)));
    assert_eq!(asked(&effects(&mut core)), [id]);
    assert_eq!(
        core.start(NOW, order(Spawner::Client(Client(2)), ":2")),
        None
    );
    effects(&mut core);
    let last = exited(&mut core, id);
    assert!(last.ends_with(&[Effect::Answer(Client(5), Answer::Done), Effect::Over]));
}

/// Who is stopped itself is not told of the ends of what it has spawned, unless it asks.
#[test]
fn who_wants_a_child_gone_hears_that_it_is() {
    let mut core = core();
    let parent = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let child = running(&mut core, Spawner::Machine(parent, 7), 43_002);
    core.said(NOW, parent, FromMachine::KillChild { id: 7 });
    assert_eq!(effects(&mut core), [Effect::Kill(child)]);
    core.stop(NOW, Client(2), ":43001");
    let told = exited(&mut core, child);
    let news = |effect: &Effect| matches!(effect, Effect::Say(_, ToMachine::Child { .. }));
    assert!(!told.iter().any(news), "{told:?}");
    core.said(NOW, parent, FromMachine::StopChild { id: 7 });
    let reason = "has ended".to_owned();
    let news = News::Exited { reason };
    let gone = Effect::Say(parent, ToMachine::Child { id: 7, news });
    assert_eq!(effects(&mut core), [gone]);
}

/// What is shown to that client.
fn shown(effects: &[Effect], wanted: Client) -> Vec<Option<u64>> {
    let shown = effects.iter().filter_map(|effect| match effect {
        Effect::Answer(client, Answer::Shown(shown)) if *client == wanted => {
            Some(shown.look.as_ref().map(|look| look.taken))
        }
        _ => None,
    });
    shown.collect()
}

#[test]
fn a_machine_is_watched_until_it_ends() {
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let look = |taken| FromMachine::Look {
        id: 1,
        look: Box::new(wink_runtime::process::protocol::Look {
            taken,
            ..Default::default()
        }),
    };
    core.watch(NOW, Client(2), ":43001", 100);
    assert_eq!(
        effects(&mut core),
        [Effect::Say(id, ToMachine::Look { id: 1 })]
    );
    let later = |times: u32| NOW + times * Duration::from_millis(100);
    assert!(core.next_deadline().is_some_and(|next| next <= later(1)));
    core.tick(later(1));
    assert_eq!(effects(&mut core), []);
    // It is busy: it is shown without what it would have said.
    core.tick(later(5));
    assert_eq!(shown(&effects(&mut core), Client(2)), [None]);
    core.said(later(5), id, look(3));
    assert_eq!(shown(&effects(&mut core), Client(2)), [Some(3)]);
    // What nobody has asked is not shown.
    core.said(later(5), id, look(4));
    assert_eq!(effects(&mut core), []);
    core.tick(later(6));
    let again = Effect::Say(id, ToMachine::Look { id: 2 });
    assert_eq!(effects(&mut core), [again]);
    let told = exited(&mut core, id).into_iter().any(|effect| {
        matches!(effect, Effect::Answer(Client(2), Answer::Failed { reason, .. })
            if reason.starts_with("the machine has ended"))
    });
    assert!(told);
    core.tick(later(9));
    assert_eq!(effects(&mut core), []);
}

#[test]
fn who_leaves_watches_no_more_and_few_can_at_a_time() {
    let mut core = core();
    running(&mut core, Spawner::Client(Client(1)), 43_001);
    for client in 2..18 {
        core.watch(NOW, Client(client), ":43001", 0);
    }
    effects(&mut core);
    core.watch(NOW, Client(18), ":43001", 0);
    assert!(matches!(
        &effects(&mut core)[..],
        [Effect::Answer(Client(18), Answer::Failed { .. })]
    ));
    for client in 2..18 {
        core.leave(NOW, Client(client));
    }
    core.tick(NOW + Duration::from_secs(1));
    assert_eq!(effects(&mut core), []);
}

#[test]
fn one_that_is_killed_when_it_ends_has_ended_for_its_own_reason() {
    let mut core = core();
    let parent = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let child = running(&mut core, Spawner::Machine(parent, 7), 43_002);
    let error = "AHHHHH".to_owned();
    let reason = error.clone();
    core.said(NOW, child, FromMachine::Errored { error });
    core.said(NOW, child, FromMachine::Exited { reason });
    core.said(NOW, parent, FromMachine::KillChild { id: 7 });
    assert_eq!(effects(&mut core), [Effect::Kill(child)]);
    let told = exited(&mut core, child);
    let exit = told.iter().find_map(|effect| match effect {
        Effect::Record(_, Kind::Exited, text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(exit.as_deref(), Some("AHHHHH"));
}

fn abroad(core: &mut Core, parent: Id, request: u64) -> Id {
    let mut child = order(Spawner::Machine(parent, request), ":0");
    (child.node, child.address) = (Some("10.0.0.2:42000".to_owned()), None);
    child.base = "test/Child:far".to_owned();
    core.start(NOW, child).unwrap()
}

fn is_there(core: &mut Core, id: Id, address: &str) -> Vec<Effect> {
    let started = Abroad::Started {
        name: "test/Child2.0.0:far".to_owned(),
        address: address.to_owned(),
        unreachable: None,
    };
    core.abroad(NOW, id, started);
    effects(core)
}

#[test]
fn a_child_abroad_is_a_child() {
    let mut core = core();
    let parent = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let id = abroad(&mut core, parent, 7);
    let launch = Effect::LaunchAbroad {
        id,
        node: "10.0.0.2:42000".to_owned(),
        name: "test/Child:far".to_owned(),
        arguments: vec!["5".to_owned()],
        spawner: "127.0.0.1:43001".to_owned(),
    };
    assert_eq!(effects(&mut core), [launch]);
    // It may have the address of one that runs here, which is another one.
    let told = is_there(&mut core, id, "127.0.0.1:43001");
    let news = News::Started {
        address: "127.0.0.1:43001".to_owned(),
        name: "test/Child2.0.0:far".to_owned(),
        unreachable: None,
    };
    let news = Effect::Say(parent, ToMachine::Child { id: 7, news });
    assert!(told.contains(&news), "{told:?}");
    assert_eq!(core.resolve(":43001"), Ok(parent));
    // By its name it is the only one, and the other node is the one to ask.
    assert_eq!(core.resolve("test/Child"), Ok(id));
    let there = ("10.0.0.2:42000".to_owned(), "127.0.0.1:43001".to_owned());
    assert_eq!(core.runs_there(id), Ok(Some(there)));
    assert_eq!(core.runs_there(parent), Ok(None));
    // Nobody waits for its pulse: that is what its node does.
    core.said(NOW, parent, FromMachine::Pulse);
    core.tick(NOW + Duration::from_secs(9));
    assert_eq!(effects(&mut core), []);
    core.stop(NOW, Client(9), ":43001");
    assert_eq!(asked(&effects(&mut core)), [id]);
    core.abroad(NOW, id, Abroad::Exited("stopped".to_owned()));
    core.abroad(NOW, id, Abroad::Over(None));
    assert_eq!(asked(&effects(&mut core)), [parent]);
}

#[test]
fn a_lost_node_is_news_of_its_machines() {
    let mut core = core();
    let parent = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let id = abroad(&mut core, parent, 7);
    is_there(&mut core, id, "10.0.0.2:43001");
    let lost = "the node 10.0.0.2:42000 is lost: nothing was heard of it".to_owned();
    core.abroad(NOW, id, Abroad::Over(Some(lost.clone())));
    let told = effects(&mut core);
    let news = |news| Effect::Say(parent, ToMachine::Child { id: 7, news });
    let error = lost.clone();
    assert!(told.contains(&news(News::Errored { error })), "{told:?}");
    let reason = lost;
    assert!(told.contains(&news(News::Exited { reason })), "{told:?}");
    assert_eq!(core.len(), 1);
}

#[test]
fn what_runs_for_a_node_ends_with_that() {
    let mut core = core();
    let (lost, other) = (Client(1), Client(2));
    let bound = |client| {
        let mut order = order(Spawner::Client(client), ":0");
        order.bound = Some("10.0.0.2:43001".to_owned());
        order
    };
    let first = core.start(NOW, bound(lost)).unwrap();
    let Some(Effect::Launch { arguments, .. }) = effects(&mut core).pop() else {
        panic!("it is launched");
    };
    assert_eq!(arguments, ["127.0.0.1:0", "10.0.0.2:43001", "5"]);
    let second = core.start(NOW, bound(other)).unwrap();
    let mine = running(&mut core, Spawner::Client(lost), 43_003);
    core.leave(NOW, lost);
    assert_eq!(asked(&effects(&mut core)), [first]);
    core.leave(NOW, other);
    assert_eq!(asked(&effects(&mut core)), [second]);
    assert!(core.program(mine).is_some(), "a person's goes on");
}

/// One that is silent for ten seconds is dead; not so when it is the node that slept.
#[test]
fn the_time_in_which_the_node_was_stopped_is_no_silence() {
    let second = Duration::from_secs(1);
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let alarm = core.next_deadline().expect("its silence is waited for");
    assert_eq!(alarm, NOW + 10 * second);
    core.tick(alarm + 60 * second);
    assert_eq!(effects(&mut core), []);
    // From now on it has as long as ever.
    let alarm = core.next_deadline().expect("its silence is waited for");
    assert_eq!(alarm, NOW + 80 * second);
    core.tick(alarm);
    assert_eq!(effects(&mut core), [Effect::Kill(id)]);
}

/// A node that is always held up, as on a computer that has too much to do, still concludes.
#[test]
fn a_node_that_is_always_late_notices_silence_in_the_end() {
    let second = Duration::from_secs(1);
    let mut core = core();
    let id = running(&mut core, Spawner::Client(Client(1)), 43_001);
    let late = |core: &mut Core| core.tick(core.next_deadline().unwrap() + 5 * second);
    for _ in 0..3 {
        late(&mut core);
        assert_eq!(effects(&mut core), []);
    }
    late(&mut core);
    assert_eq!(effects(&mut core), [Effect::Kill(id)]);
}

/// The forerunner's list ended where a datagram did, at about 3,100 machines.
#[test]
fn a_listing_has_all_machines_however_many_there_are() {
    let mut core = core();
    for number in 0..4_000 {
        let id = running(&mut core, Spawner::Client(Client(1)), 10_000 + number);
        assert_eq!(id.0, u64::from(number) + 1);
    }
    let client = Client(2);
    core.list(NOW, client);
    effects(&mut core);
    // Those that do not say how they are, are listed too, when the time for it is over.
    core.tick(NOW + Settings::new([127, 0, 0, 1].into()).listing);
    let answers = effects(&mut core)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Answer(to, answer) if to == client => Some(answer),
            _ => None,
        });
    let rows: BTreeSet<String> = answers
        .filter_map(|answer| match answer {
            Answer::Row(row) => Some(row.address),
            _ => None,
        })
        .collect();
    assert_eq!(rows.len(), 4_000);
}
