//! Many machines that one step spawns: they start in order, each by itself, and whatever one of
//! them does first concerns no other.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;
use wink_runtime::{Address, Context, System};

use super::probe::{Deaf, Hearing, Log, Message, act, note, pass, quiet, watched};

#[tokio::test(start_paused = true)]
async fn machines_start_in_the_order_of_their_spawning_whatever_their_types() {
    let log = Log::default();
    let system = watched(&log);
    let inside = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let below = inside.clone();
        cx.spawn(Deaf::new("a", &inside).first(move |_, cx| {
            cx.spawn(Deaf::new("a1", &below));
            cx.spawn(Hearing::new("a2", &below));
            cx.spawn(Deaf::new("a3", &below));
        }));
        let below = inside.clone();
        cx.spawn(Deaf::new("b", &inside).first(move |_, cx| {
            cx.spawn(Deaf::new("b1", &below));
        }));
        cx.spawn(Hearing::new("c", &inside));
        cx.spawn(Deaf::new("d", &inside));
        cx.spawn(Deaf::new("e", &inside));
    }));
    pass(Duration::from_millis(1)).await;
    // Numbered as they are spawned: the parent's five, a's three, b's one.
    let expected = [
        "tests/Deaf#1: started",
        "tests/Deaf#2: started by tests/Deaf#1",
        "tests/Deaf#3: started by tests/Deaf#1",
        "tests/Hearing#4: started by tests/Deaf#1",
        "tests/Deaf#5: started by tests/Deaf#1",
        "tests/Deaf#6: started by tests/Deaf#1",
        "tests/Deaf#7: started by tests/Deaf#2",
        "tests/Hearing#8: started by tests/Deaf#2",
        "tests/Deaf#9: started by tests/Deaf#2",
        "tests/Deaf#10: started by tests/Deaf#3",
    ];
    let lines = log.take();
    let said: Vec<&str> = lines.iter().map(|line| &line["! ".len()..]).collect();
    assert_eq!(said, expected);
    parent.stop();
    parent.closed().await;
    let lines = log.take();
    let left = lines
        .iter()
        .filter_map(|line| line.strip_suffix(": leaves"));
    let left: Vec<&str> = left.collect();
    assert_eq!(
        left,
        ["e", "d", "c", "b1", "b", "a3", "a2", "a1", "a", "parent"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_one_entry_is_no_other_machines_end() {
    let log = Log::default();
    let system = quiet();
    let (tell, told) = oneshot::channel();
    let inside = log.clone();
    let parent = system.spawn(Hearing::new("parent", &log).first(move |_, cx| {
        let children = (0..100).map(|number| {
            let child = Deaf::new("child", &inside);
            let child = cx.spawn(match number % 10 {
                3 => child.first(|_, _| panic!("no")),
                7 => child.first(|_, cx| cx.exit()),
                _ => child.first(|probe, _| probe.write("starts")),
            });
            cx.send(&child, note("hears"));
            child
        });
        let _ = tell.send(children.collect::<Vec<Address<Deaf>>>());
    }));
    let children = told.await.expect("the step spawns them");
    pass(Duration::from_millis(1)).await;
    let lines = log.take();
    let count = |end: &str| lines.iter().filter(|line| line.ends_with(end)).count();
    assert_eq!(count("child: starts"), 80);
    assert_eq!(count("child: hears"), 80, "mail comes after the start");
    assert_eq!(count("child: leaves"), 10);
    assert_eq!(count("parent: child started"), 90);
    let failed = lines.iter().filter(|line| line.contains("child errored"));
    assert_eq!(failed.count(), 10);
    let ended = lines.iter().filter(|line| line.contains("child exited"));
    assert_eq!(ended.count(), 20);
    for (number, child) in children.iter().enumerate() {
        let is_gone = matches!(number % 10, 3 | 7);
        assert_eq!(
            child.call(Message::kept()).await.is_ok(),
            !is_gone,
            "{number}"
        );
    }
    assert_eq!(parent.ended(), None);
    assert_eq!(system.machines().len(), 81);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_stopped_before_its_turn_starts_and_ends_before_others_start() {
    let log = Log::default();
    let system = quiet();
    let third: Arc<Mutex<Option<Address<Deaf>>>> = Arc::default();
    let inside = log.clone();
    let parent = system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        let known = third.clone();
        cx.spawn(Deaf::new("first", &inside).first(move |probe, _| {
            probe.write("starts");
            let third = known.lock().expect("no test panics with it").take();
            third.expect("it was spawned").stop();
        }));
        let starting = |name| Deaf::new(name, &inside).first(|probe, _| probe.write("starts"));
        cx.spawn(starting("second"));
        let address = cx.spawn(starting("third"));
        *third.lock().expect("no test panics with it") = Some(address);
        cx.spawn(starting("fourth"));
    }));
    pass(Duration::from_millis(1)).await;
    let expected = [
        "first: starts",
        "second: starts",
        "third: starts",
        "third: leaves",
        "fourth: starts",
    ];
    assert_eq!(log.take(), expected);
    assert_eq!(parent.ended(), None);
    assert_eq!(system.machines().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_machine_may_send_to_those_that_start_after_it() {
    let log = Log::default();
    let system = quiet();
    let next: Arc<Mutex<Vec<Address<Deaf>>>> = Arc::default();
    let inside = log.clone();
    system.spawn(Deaf::new("parent", &log).first(move |_, cx| {
        for number in 0..3 {
            let known = next.clone();
            let child = cx.spawn(Deaf::new("child", &inside).first(move |probe, cx| {
                probe.write(format!("{number} starts"));
                for other in &known.lock().expect("no test panics with it")[number + 1..] {
                    cx.send(other, note(format!("from {number}")));
                }
            }));
            next.lock().expect("no test panics with it").push(child);
        }
    }));
    pass(Duration::from_millis(1)).await;
    let expected = [
        "child: 0 starts",
        "child: 1 starts",
        "child: 2 starts",
        "child: from 0",
        "child: from 0",
        "child: from 1",
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_machines_of_two_loops_have_the_same_number() {
    let log = Log::default();
    let system = System::builder().loops(2).log(|_| {}).build();
    let parents = [(); 4].map(|()| system.spawn(Deaf::new("parent", &log)));
    let mut spawned = Vec::new();
    for round in 0..50 {
        for (place, parent) in parents.iter().enumerate() {
            let (tell, told) = oneshot::channel();
            let inside = log.clone();
            let count = 1 + (round * 7 + place) % 90;
            let spawn = act(move |_: &mut Deaf, cx: &mut Context<Deaf>| {
                let child = |_| cx.spawn_local(Deaf::new("child", &inside)).identity().id();
                let _ = tell.send((0..count).map(child).collect::<Vec<_>>());
            });
            parent.send(spawn).await.expect("it runs");
            spawned.push((count, told));
        }
    }
    let mut numbers: BTreeSet<u64> = parents
        .iter()
        .map(|parent| parent.identity().id().get())
        .collect();
    let mut all = numbers.len();
    for (count, told) in spawned {
        let ids = told.await.expect("the step spawns them");
        assert!(ids.is_sorted(), "{ids:?}");
        numbers.extend(ids.iter().map(|id| id.get()));
        all += count;
    }
    assert_eq!(numbers.len(), all);
    for parent in &parents {
        assert_eq!(
            parent.call(Message::kept()).await,
            Ok(0),
            "its last step is over"
        );
    }
    assert_eq!(system.machines().len(), all);
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn those_that_end_in_their_entry_leave_nothing() {
    let log = Log::default();
    let system = quiet();
    let parent = system.spawn(Deaf::new("parent", &log));
    for _ in 0..20 {
        let inside = log.clone();
        let spawn = act(move |_: &mut Deaf, cx: &mut Context<Deaf>| {
            for _ in 0..500 {
                cx.spawn(Deaf::new("brief", &inside).first(|_, cx| cx.exit()));
            }
        });
        parent.send(spawn).await.expect("it runs");
        pass(Duration::from_millis(1)).await;
        assert_eq!(log.take().len(), 500);
        assert_eq!(system.machines().len(), 1);
    }
    parent.stop();
    parent.closed().await;
    assert_eq!(log.take(), ["parent: leaves"], "none is stopped twice");
}
