//! Machines that are spawned in processes of their own: children as any.

use std::time::Duration;

use super::host::{Fate, Stage};
use super::machines::{Counter, Message};
use wink::prelude::*;
use wink::remote::{Placement, Program};
use wink::{CallError, ErrorKind, ExitReason, Machine as _};

/// Spawns counters, and writes down what it hears of them.
#[machine]
pub mod boss {
    use super::super::machines::{Counter, counter};
    use super::Placement;

    #[data]
    #[derive(Default)]
    pub struct Boss {
        pub first: Option<Placement<Counter>>,
        pub child: Option<Address<Counter>>,
        pub heard: Vec<String>,
        pub links: bool,
    }

    #[messages]
    #[derive(Debug, Serialize, Deserialize)]
    pub enum Message {
        #[reply(Vec<String>)]
        Heard,
        #[reply(Address<Counter>)]
        Child,
        Tell(u64),
    }

    #[entry]
    fn begin(boss: &mut Boss, cx: &mut Context) {
        if let Some(placement) = boss.first.take() {
            let child = cx.spawn_at(placement);
            if boss.links {
                cx.link(&child);
            }
            boss.child = Some(child);
        }
    }

    #[receive(Heard)]
    fn heard(boss: &Boss) -> Vec<String> {
        boss.heard.clone()
    }

    #[receive(Child)]
    fn child(boss: &Boss) -> Address<Counter> {
        boss.child.clone().expect("it has one")
    }

    #[receive(Tell)]
    fn tell(boss: &Boss, cx: &mut Context, number: u64) {
        if let Some(child) = &boss.child {
            cx.send(child, counter::Message::Add(number));
        }
    }

    #[child(started)]
    fn started(boss: &mut Boss, child: &Child) {
        let is_it = boss.child.as_ref().is_some_and(|one| *child == *one);
        boss.heard.push(format!("started {is_it}"));
    }

    #[child(pulsed)]
    fn pulsed(boss: &mut Boss) {
        boss.heard.push("pulsed".into());
    }

    #[child(errored)]
    fn errored(boss: &mut Boss, error: &Error) {
        boss.heard.push(format!("errored {error:#}"));
    }

    #[child(exited)]
    fn exited(boss: &mut Boss) {
        boss.heard.push("exited".into());
    }

    #[down]
    fn down(boss: &mut Boss, down: &Down) {
        boss.heard.push(format!("down {}", down.reason()));
    }
}

pub use boss::Boss;

/// A boss with a child of that program, and the child's address.
async fn boss(stage: &Stage, program: Program<Counter>) -> (Address<Boss>, Address<Counter>) {
    let boss = stage.system.spawn(Boss {
        first: Some(program.into()),
        ..Boss::default()
    });
    let child = boss.call(boss::Message::child()).await.expect("it has one");
    (boss, child)
}

async fn heard(boss: &Address<Boss>) -> Vec<String> {
    let heard = boss.call(boss::Message::heard()).await;
    let mut heard = heard.expect("it lives");
    heard.retain(|line| line != "pulsed");
    heard
}

/// Everything that goes on by itself has gone on.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(start_paused = true)]
async fn a_machine_in_a_process_is_a_child_as_any() {
    let stage = Stage::new();
    let program = stage.program().argument("5s").version("1.2.3").tag("blue");
    let (boss, child) = boss(&stage, program).await;
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    assert_eq!(heard(&boss).await, ["started true"]);
    let order = stage.host.orders.lock().expect("free")[0].clone();
    assert_eq!(order.name, format!("{}1.2.3:blue", Counter::CHART.name));
    assert_eq!(
        (&*order.arguments, order.node),
        (&["5s".to_owned()][..], None)
    );
    child
        .send(Message::Fail("no beans".into()))
        .await
        .expect("it lives");
    assert_eq!(child.closed().await.to_string(), "no beans");
    settle().await;
    assert_eq!(
        heard(&boss).await,
        ["started true", "errored no beans", "exited"]
    );
    assert_eq!(stage.system.machines().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn mail_waits_for_the_start_and_keeps_its_order() {
    let stage = Stage::new();
    stage.host.fate(Fate::Later);
    let (boss, child) = boss(&stage, stage.program()).await;
    let numbers: Vec<u64> = (0..2_000).collect();
    let sending = tokio::spawn({
        let (boss, numbers) = (boss.clone(), numbers.clone());
        async move {
            for number in numbers {
                let told = boss.send(boss::Message::Tell(number)).await;
                told.expect("it lives");
            }
        }
    });
    settle().await;
    assert_eq!(stage.host.machine(0).call(Message::all()).await, Ok(vec![]));
    stage.host.let_go(0);
    sending.await.expect("all are sent");
    settle().await;
    assert_eq!(child.call(Message::all()).await, Ok(numbers));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_killed_process_hears_so_at_once() {
    let stage = Stage::new();
    let (boss, child) = boss(&stage, stage.program()).await;
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    let begin = tokio::time::Instant::now();
    let asked = child.call(Message::later());
    let waits = tokio::spawn(asked);
    settle().await;
    stage.host.kill(0, "killed by signal 9 (SIGKILL)");
    let error = waits.await.expect("no panic").expect_err("it is dead");
    assert!(matches!(&error, CallError::Died(_)), "{error}");
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "no silence was waited for"
    );
    assert_eq!(
        heard(&boss).await[1..],
        ["errored killed by signal 9 (SIGKILL)", "exited"]
    );
    assert!(child.send(Message::Add(1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_started_or_reached_has_failed_and_says_why() {
    let stage = Stage::new();
    stage.host.fate(Fate::Refused("no machine of that name"));
    let (first, child) = boss(&stage, stage.program()).await;
    let waits = child.call(Message::sum()).await;
    assert!(
        waits
            .expect_err("nobody is there")
            .to_string()
            .contains("no machine of that name")
    );
    assert_eq!(
        heard(&first).await,
        ["errored no machine of that name", "exited"]
    );
    // One that has started and failed before it was reached had started.
    stage.host.fate(Fate::Brief("no milk"));
    let (brief, child) = boss(&stage, stage.program()).await;
    child.closed().await;
    assert_eq!(
        heard(&brief).await,
        ["started true", "errored no milk", "exited"]
    );
    stage.host.fate(Fate::Other);
    let (second, child) = boss(&stage, stage.program()).await;
    child.closed().await;
    settle().await;
    let heard = heard(&second).await;
    assert!(
        heard[0].contains("is not reached") && heard[0].contains("Boss there, not a"),
        "{heard:?}"
    );
    assert_eq!(stage.host.asked(), ["kill 0"], "it does not run on unseen");
}

#[tokio::test(start_paused = true)]
async fn who_ends_stops_its_children_before() {
    let stage = Stage::new();
    let (boss, child) = boss(&stage, stage.program()).await;
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    boss.stop();
    assert_eq!(boss.closed().await, ExitReason::Stopped);
    assert_eq!(child.ended(), Some(ExitReason::Stopped));
    assert_eq!(stage.host.machine(0).ended(), Some(ExitReason::Stopped));
    assert_eq!(stage.host.asked(), ["stop 0"]);
    assert!(stage.system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_lost_process_is_lost_and_is_not_left_to_itself() {
    let stage = Stage::new();
    let (boss, child) = boss(&stage, stage.program()).await;
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    stage.host.network.cut();
    let error = child
        .call(Message::sum())
        .await
        .expect_err("nobody answers");
    let CallError::Died(reason) = &error else {
        panic!("{error}");
    };
    let kind = reason.error().map(Error::kind);
    assert!(
        matches!(kind, Some(ErrorKind::Lost { node, .. }) if node == "process-0"),
        "{error}"
    );
    settle().await;
    assert_eq!(stage.host.asked(), ["kill 0"]);
    let heard = heard(&boss).await;
    assert!(
        heard[1].starts_with("errored lost with node process-0"),
        "{heard:?}"
    );
    assert_eq!(heard[2], "exited");
}

#[tokio::test(start_paused = true)]
async fn a_process_shows_that_it_lives() {
    let stage = Stage::new();
    let (boss, child) = boss(&stage, stage.program()).await;
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    tokio::time::sleep(Duration::from_secs(21)).await;
    let heard = boss.call(boss::Message::heard()).await.expect("it lives");
    let pulses = heard.iter().filter(|line| *line == "pulsed").count();
    assert!((8..=11).contains(&pulses), "{heard:?}");
    // Nothing is told of one that nobody hears of.
    stage.host.network.cut();
    tokio::time::sleep(Duration::from_secs(6)).await;
    let heard = boss.call(boss::Message::heard()).await.expect("it lives");
    let later = heard.iter().filter(|line| *line == "pulsed").count();
    assert!(later <= pulses + 1, "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn links_hold_between_processes() {
    let stage = Stage::new();
    let boss = stage.system.spawn(Boss {
        first: Some(stage.program().into()),
        links: true,
        ..Boss::default()
    });
    let child = boss.call(boss::Message::child()).await.expect("it has one");
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    stage
        .host
        .machine(0)
        .send(Message::Panic)
        .await
        .expect("it lives");
    child.closed().await;
    settle().await;
    let heard = heard(&boss).await;
    assert!(
        heard.iter().any(|line| line.starts_with("down panicked")),
        "{heard:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_program_starts_others_too() {
    let stage = Stage::new();
    let machine = stage.system.spawn_at(stage.program().argument("1"));
    assert_eq!(machine.call(Message::sum()).await, Ok(0));
    machine.stop();
    assert_eq!(machine.closed().await, ExitReason::Stopped);
    assert_eq!(stage.host.asked(), ["stop 0"]);
    // A system that ends has nothing started any more.
    let _ = stage.system.shutdown().await;
    let late = stage.system.spawn_program(stage.program());
    assert_eq!(late.closed().await, ExitReason::Dropped);
    assert_eq!(stage.host.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_ends_asks_what_it_has_started_to_end() {
    let stage = Stage::new();
    let machine = stage.system.spawn_at(stage.program().argument("1"));
    assert_eq!(machine.call(Message::sum()).await, Ok(0));
    let report = stage.system.shutdown().await;
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(machine.closed().await, ExitReason::Stopped);
    assert_eq!(stage.host.asked(), ["stop 0"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_spawn_keeps_a_machine_here() {
    let stage = Stage::new();
    let local = Placement::Local(Counter::default());
    assert_eq!(
        stage.system.spawn_at(local).call(Message::sum()).await,
        Ok(0)
    );
    let boss = stage.system.spawn(Boss {
        first: Some(Placement::Local(Counter::default())),
        ..Boss::default()
    });
    let child = boss.call(boss::Message::child()).await.expect("it has one");
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    assert_eq!(heard(&boss).await, ["started true"]);
    assert_eq!(stage.host.count(), 0);
}
