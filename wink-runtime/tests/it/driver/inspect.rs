//! What the machines of a system look like from outside.

use std::time::Duration;

use wink_runtime::{Activity, Address, Inspection, SpawnOptions, System};

use super::probe::{Deaf, Hearing, Log, Message, act, note, pass, quiet};
use super::sleeper::{self, Sleeper};

#[tokio::test(start_paused = true)]
async fn every_machine_is_told_of_with_its_place_in_the_tree() {
    let log = Log::default();
    let system = quiet();
    let in_child = log.clone();
    let options = SpawnOptions::new().label("office").mailbox(7);
    let first = move |_: &mut Hearing, cx: &mut wink_runtime::Context<Hearing>| {
        let options = SpawnOptions::new().label("clerk");
        cx.spawn_with(Deaf::new("child", &in_child), &options);
        cx.spawn(Deaf::new("child", &in_child));
    };
    let parent = system.spawn_with(Hearing::new("parent", &log).first(first), &options);
    pass(Duration::from_secs(3)).await;
    let seen = system.inspect().await;
    let root = seen.machine(1).expect("the parent is there");
    assert_eq!(root.name, "tests/Hearing");
    assert_eq!(root.label.as_deref(), Some("office"));
    assert_eq!(root.states, ["root"]);
    assert_eq!(root.activity, Activity::Ready);
    assert_eq!((root.queued, root.room), (0, 7));
    assert_eq!(root.uptime, Duration::from_secs(3));
    assert_eq!(seen.children(1).count(), 2);
    assert_eq!(seen.loops.len(), 1);
    assert_eq!((seen.loops[0].machines, seen.left_out()), (3, 0));
    let lines = [
        "office: tests/Hearing#1 [root] ready, up 3s",
        "├─ clerk: tests/Deaf#2 [root] ready, up 3s",
        "└─ tests/Deaf#3 [root] ready, up 3s",
    ];
    assert_eq!(seen.to_string(), lines.join("\n"));
    assert_eq!(parent.inspect().await.as_ref(), Some(root));
}

#[tokio::test(start_paused = true)]
async fn it_is_a_value_that_can_be_written_and_read() {
    let system = quiet();
    system.spawn(Deaf::new("a", &Log::default()));
    pass(Duration::from_millis(1)).await;
    let seen = system.inspect().await;
    let text = serde_json::to_string(&seen).expect("plain data");
    let read: Inspection = serde_json::from_str(&text).expect("what was written");
    assert_eq!(read, seen);
    assert!(text.contains(r#""name":"tests/Deaf""#), "{text}");
    assert!(text.contains(r#""activity":"ready""#), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_waits_says_so_and_its_mail_is_counted() {
    let log = Log::default();
    let system = quiet();
    let busy = system.spawn_with(Sleeper::new(&log), &SpawnOptions::new().mailbox(2));
    let wait = || sleeper::Message::Wait(Box::pin(pass(Duration::from_secs(60))), "done");
    for _ in 0..3 {
        busy.send(wait()).await.expect("it runs");
        pass(Duration::from_millis(1)).await;
    }
    // There is no more room: this one stands in line.
    let mut late = tokio::spawn({
        let busy = busy.clone();
        async move { busy.send(sleeper::Message::Note("late")).await.is_ok() }
    });
    pass(Duration::from_millis(1)).await;
    let view = busy.inspect().await.expect("it runs");
    assert_eq!(view.activity, Activity::Waiting);
    assert_eq!(view.states, ["root"], "where it was before the step");
    assert_eq!((view.queued, view.room), (3, 2));
    pass(Duration::from_secs(200)).await;
    assert!((&mut late).await.expect("the task ends"));
    let view = busy.inspect().await.expect("it runs");
    assert_eq!((view.activity, view.queued), (Activity::Ready, 0));
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_waits_for_room_is_blocked() {
    let log = Log::default();
    let system = quiet();
    let full = system.spawn_with(Sleeper::new(&log), &SpawnOptions::new().mailbox(1));
    let wait = sleeper::Message::Wait(Box::pin(pass(Duration::from_secs(60))), "done");
    full.send(wait).await.expect("it runs");
    let to = full.clone();
    let sender = system.spawn(Deaf::new("sender", &log));
    sender
        .send(act(move |_, cx| {
            for _ in 0..3 {
                cx.send(&to, sleeper::Message::Note("pushed"));
            }
        }))
        .await
        .expect("it runs");
    pass(Duration::from_millis(1)).await;
    let view = sender.inspect().await.expect("it runs");
    assert_eq!(view.activity, Activity::Blocked);
    pass(Duration::from_secs(100)).await;
    let view = sender.inspect().await.expect("it runs");
    assert_eq!(view.activity, Activity::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_has_ended_is_not_there() {
    let system = quiet();
    let gone: Address<Deaf> = system.spawn(Deaf::new("a", &Log::default()));
    let other: Address<Deaf> = system.spawn(Deaf::new("b", &Log::default()));
    gone.stop();
    gone.closed().await;
    assert_eq!(gone.inspect().await, None);
    let seen = system.inspect().await;
    assert_eq!(seen.machines.len(), 1);
    assert_eq!(seen.machines[0].id, other.identity().id().get());
}

#[tokio::test(start_paused = true)]
async fn of_too_many_the_rest_is_counted() {
    let system = quiet();
    for _ in 0..10 {
        system.spawn(Deaf::new("a", &Log::default()));
    }
    let seen = system.inspect_up_to(4).await;
    assert_eq!((seen.machines.len(), seen.left_out()), (4, 6));
    assert!(
        seen.to_string().ends_with("\n6 more are left out"),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_look_overtakes_mail_on_every_loop() {
    let log = Log::default();
    let system = System::builder().loops(3).log(|_| {}).build();
    let mut machines = Vec::new();
    for _ in 0..9 {
        machines.push(system.spawn(Deaf::new("a", &log)));
    }
    for machine in &machines {
        machine.call(Message::kept()).await.expect("it runs");
        machine.send(note("hello")).await.expect("it runs");
    }
    let seen = system.inspect().await;
    assert_eq!(seen.machines.len(), 9);
    assert_eq!(seen.loops.len(), 3);
    for one in &seen.loops {
        assert!(one.answered);
        let own = seen
            .machines
            .iter()
            .filter(|view| view.event_loop == one.number);
        assert_eq!(own.count(), one.machines);
    }
    let one = machines[4].inspect().await.expect("it runs");
    let other = seen.machine(one.id).expect("it is there");
    assert_eq!(one.event_loop, other.event_loop);
    assert!(system.shutdown().await.is_complete());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_in_a_step_without_end_does_not_answer() {
    let log = Log::default();
    let system = System::builder().loops(1).log(|_| {}).build();
    let stuck = system.spawn(Deaf::new("stuck", &log));
    let (entered, inside) = tokio::sync::oneshot::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let block = act(move |_: &mut Deaf, _| {
        let _ = entered.send(());
        let _ = released.recv();
    });
    stuck.send(block).await.expect("it runs");
    inside.await.expect("the step begins");
    let seen = system.inspect().await;
    assert!(!seen.loops[0].answered);
    let view = seen
        .machine(stuck.identity().id().get())
        .expect("its name is known");
    assert_eq!(view.activity, Activity::Unknown);
    drop(release);
    assert!(system.shutdown().await.is_complete());
}
