//! Supervisors whose children live in processes of their own.

use std::time::Duration;

use super::host::{Fate, Stage};
use super::machines::{Counter, Message};
use wink::Restart;
use wink::prelude::*;
use wink::remote::Program;
use wink::{BackOff, CallError, ChildSpec, ChildState, ExitReason, Grace, Supervisor};

/// A supervisor with that program as its child.
fn supervise(
    stage: &Stage,
    spec: ChildSpec,
    make: impl FnMut() -> Program<Counter> + Send + 'static,
) -> (Supervisor, Address<Counter>) {
    let supervisor = Supervisor::builder("top")
        .intensity(3, Duration::from_secs(60))
        .program(spec, make)
        .start(&stage.system);
    let child = supervisor.address::<Counter>("worker");
    (supervisor, child.expect("it was declared"))
}

fn worker() -> ChildSpec {
    ChildSpec::new("worker")
}

async fn settle() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(start_paused = true)]
async fn a_killed_process_is_started_again_at_its_address() {
    let stage = Stage::new();
    let program = stage.program();
    let host = stage.host.clone();
    let (supervisor, child) = supervise(&stage, worker(), move || {
        Program::new(std::sync::Arc::new(host.clone())).argument("again")
    });
    drop(program);
    child.send(Message::Add(1)).await.expect("it will start");
    assert_eq!(child.call(Message::sum()).await, Ok(1));
    let waits = tokio::spawn(child.call(Message::later()));
    settle().await;
    // What comes while nobody is there waits for the next one.
    stage.host.fate(Fate::Later);
    stage.host.kill(0, "killed by signal 9 (SIGKILL)");
    let error = waits.await.expect("no panic").expect_err("it is dead");
    assert!(matches!(error, CallError::Died(_)), "{error}");
    settle().await;
    child.send(Message::Add(2)).await.expect("it is kept");
    child.send(Message::Add(3)).await.expect("it is kept");
    assert_eq!(stage.host.count(), 2);
    stage.host.let_go(1);
    assert_eq!(child.call(Message::all()).await, Ok(vec![2, 3]));
    let tree = supervisor.tree();
    assert_eq!(tree.children[0].restarts, 1, "{tree}");
    assert!(
        stage.log.has("killed by signal 9"),
        "{:?}",
        stage.log.lines()
    );
    supervisor.stop();
    assert_eq!(supervisor.closed().await, ExitReason::Stopped);
    assert_eq!(child.ended(), Some(ExitReason::Stopped));
    assert_eq!(stage.host.asked(), ["stop 1"]);
    assert!(stage.system.machines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn too_many_failures_are_the_end_of_the_supervisor() {
    let stage = Stage::new();
    for _ in 0..4 {
        stage
            .host
            .fate(Fate::Refused("the node 10.0.0.2:42000 is lost"));
    }
    let host = stage.host.clone();
    let (supervisor, child) = supervise(&stage, worker(), move || {
        Program::new(std::sync::Arc::new(host.clone())).on("10.0.0.2:42000")
    });
    let asked = child.call(Message::sum());
    let reason = supervisor.closed().await;
    let text = format!("{:#}", reason.error().expect("it gave up"));
    assert!(
        text.contains("`worker`") && text.contains("10.0.0.2:42000 is lost"),
        "{text}"
    );
    let error = asked.await.expect_err("nobody will answer");
    assert!(
        error.to_string().contains("10.0.0.2:42000 is lost"),
        "{error}"
    );
    let orders = stage.host.orders.lock().expect("free").clone();
    assert_eq!(orders.len(), 4);
    assert!(
        orders
            .iter()
            .all(|order| order.node.as_deref() == Some("10.0.0.2:42000"))
    );
}

#[tokio::test(start_paused = true)]
async fn restarts_wait_and_may_choose_another_node() {
    let stage = Stage::new();
    stage.host.fate(Fate::Refused("the first node is lost"));
    let (host, mut nodes) = (
        stage.host.clone(),
        ["first:1", "second:2"].into_iter().cycle(),
    );
    let begin = tokio::time::Instant::now();
    let supervisor = Supervisor::builder("top")
        .intensity(3, Duration::from_secs(60))
        .back_off(BackOff::new(
            Duration::from_secs(2),
            Duration::from_secs(10),
        ))
        .program("worker", move || {
            let node = nodes.next().expect("they go round");
            Program::<Counter>::new(std::sync::Arc::new(host.clone())).on(node)
        })
        .start(&stage.system);
    let child = supervisor
        .address::<Counter>("worker")
        .expect("it was declared");
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    assert!(
        begin.elapsed() >= Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
    let orders = stage.host.orders.lock().expect("free").clone();
    let nodes: Vec<_> = orders
        .iter()
        .filter_map(|order| order.node.as_deref())
        .collect();
    assert_eq!(nodes, ["first:1", "second:2"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_stop_in_its_grace_is_killed() {
    let stage = Stage::new();
    let host = stage.host.clone();
    let spec = worker().grace(Grace::Within(Duration::from_secs(1)));
    let (supervisor, child) = supervise(&stage, spec, move || {
        Program::new(std::sync::Arc::new(host.clone()))
    });
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    stage.host.ignores_stops();
    supervisor.stop();
    supervisor.closed().await;
    assert_eq!(stage.host.asked(), ["stop 0", "kill 0"]);
    assert!(child.ended().is_some());
}

#[tokio::test(start_paused = true)]
async fn one_that_ends_in_peace_and_need_not_run_is_left_alone() {
    let stage = Stage::new();
    let host = stage.host.clone();
    let (supervisor, child) = supervise(&stage, worker().restart(Restart::Transient), move || {
        Program::new(std::sync::Arc::new(host.clone()))
    });
    child.send(Message::Exit).await.expect("it will start");
    child.closed().await;
    settle().await;
    let tree = supervisor.tree();
    assert!(
        matches!(tree.children[0].state, ChildState::Done),
        "{tree:?}"
    );
    assert_eq!(stage.host.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn children_are_added_and_removed_while_it_runs() {
    let stage = Stage::new();
    let supervisor = Supervisor::builder("top").start(&stage.system);
    let host = stage.host.clone();
    let added = supervisor.add_program("more", move || {
        Program::<Counter>::new(std::sync::Arc::new(host.clone()))
    });
    let child = added.expect("it runs");
    assert_eq!(child.call(Message::sum()).await, Ok(0));
    assert!(supervisor.remove_machine(child.identity()));
    assert_eq!(child.closed().await, ExitReason::Stopped);
}

/// A worker in a process of its own, declared.
#[supervisor(intensity = "3 in 1m", back_off = "10ms..1s")]
pub mod crew {
    use super::super::host::Fake;
    use super::super::machines::Counter;
    use std::sync::Arc;
    use wink::remote::Program;

    /// What starts programs.
    #[data]
    pub struct Tools {
        pub host: Fake,
    }

    #[child]
    fn worker(tools: &Tools) -> Program<Counter> {
        Program::new(Arc::new(tools.host.clone())).tag("one")
    }

    #[child(restart = transient, grace = "2s")]
    fn helper(tools: &Tools) -> Result<Program<Counter>, Error> {
        Ok(Program::new(Arc::new(tools.host.clone())).tag("two"))
    }
}

#[tokio::test(start_paused = true)]
async fn programs_are_declared_as_children_are() {
    let stage = Stage::new();
    let host = stage.host.clone();
    let crew = crew::start(&stage.system, crew::Tools { host });
    let (worker, helper): (Address<Counter>, Address<Counter>) = (crew.worker(), crew.helper());
    assert_eq!(worker.call(Message::sum()).await, Ok(0));
    assert_eq!(helper.call(Message::sum()).await, Ok(0));
    stage.host.kill(0, "killed by signal 9 (SIGKILL)");
    settle().await;
    assert_eq!(worker.call(Message::sum()).await, Ok(0));
    let orders = stage.host.orders.lock().expect("free").clone();
    let names: Vec<&str> = orders.iter().map(|order| &*order.name).collect();
    let tags = names
        .iter()
        .map(|name| name.rsplit(':').next().expect("a tag"));
    assert_eq!(tags.collect::<Vec<_>>(), ["one", "two", "one"]);
    crew.stop();
    assert_eq!(crew.closed().await, ExitReason::Stopped);
}
