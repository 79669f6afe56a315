//! The four scenarios that a forerunner failed, with machines that run.

use super::machines::store::{Message, Store};
use super::machines::{Log, calm, system};
use wink::prelude::*;
use wink::{Strategy, Supervisor, SupervisorBuilder, System};

fn three(strategy: Strategy, log: &Log) -> SupervisorBuilder {
    ["kv1", "kv2", "kv3"].iter().fold(
        Supervisor::builder("stores")
            .strategy(strategy)
            .intensity(10, Duration::from_secs(5)),
        |stores, name| stores.child(*name, Store::maker(name, log)),
    )
}

fn store(stores: &Supervisor, path: &str) -> Address<Store> {
    stores.address(path).expect("a declared child")
}

/// Gives each its number, so that it is seen who has forgotten it.
async fn number(stores: &Supervisor, paths: &[&str]) {
    for (path, to) in paths.iter().zip(1..) {
        store(stores, path).send(Message::Set { to }).await.unwrap();
    }
    calm().await;
}

async fn numbers(stores: &Supervisor, paths: &[&str]) -> Vec<u32> {
    let mut numbers = Vec::new();
    for path in paths {
        numbers.push(store(stores, path).call(Message::number()).await.unwrap());
    }
    numbers
}

const ALL: [&str; 3] = ["kv1", "kv2", "kv3"];

async fn crash_second(strategy: Strategy) -> (Vec<u32>, Vec<String>) {
    let log = Log::default();
    let system = system();
    let stores = three(strategy, &log).start(&system);
    number(&stores, &ALL).await;
    log.take();
    assert!(
        store(&stores, "kv2")
            .call(Message::divide(0))
            .await
            .is_err()
    );
    calm().await;
    (numbers(&stores, &ALL).await, log.take())
}

#[tokio::test(start_paused = true)]
async fn strategies_forget_what_they_should() {
    let one = crash_second(Strategy::OneForOne).await;
    assert_eq!(one.0, [1, 0, 3]);
    assert_eq!(one.1, ["kv2 starts"]);
    let rest = crash_second(Strategy::RestForOne).await;
    assert_eq!(rest.0, [1, 0, 0]);
    assert_eq!(rest.1, ["kv3 ends", "kv2 starts", "kv3 starts"]);
    let all = crash_second(Strategy::OneForAll).await;
    assert_eq!(all.0, [0, 0, 0]);
    let expected = [
        "kv3 ends",
        "kv1 ends",
        "kv1 starts",
        "kv2 starts",
        "kv3 starts",
    ];
    assert_eq!(all.1, expected);
}

#[tokio::test(start_paused = true)]
async fn rest_for_one_loses_nobody_however_often() {
    let log = Log::default();
    let system = system();
    let stores = three(Strategy::RestForOne, &log).start(&system);
    for failing in ["kv2", "kv3", "kv1", "kv3", "kv2"] {
        number(&stores, &ALL).await;
        assert!(
            store(&stores, failing)
                .call(Message::divide(0))
                .await
                .is_err()
        );
        let left = numbers(&stores, &ALL).await;
        let position = ALL.iter().position(|name| *name == failing).unwrap();
        let expected: Vec<u32> = (0..3)
            .map(|place| {
                if place < position {
                    [1, 2, 3][place]
                } else {
                    0
                }
            })
            .collect();
        assert_eq!(left, expected, "after a failure of {failing}");
    }
}

fn nested(strategy: Strategy, log: &Log, system: &System) -> Supervisor {
    let child = |name: &'static str| Store::maker(name, log);
    let inner = Supervisor::builder("inner")
        .strategy(Strategy::OneForAll)
        .child("b", child("b"))
        .child("c", child("c"));
    Supervisor::builder("root")
        .strategy(strategy)
        .child("a", child("a"))
        .supervisor(inner)
        .child("d", child("d"))
        .start(system)
}

const TREE: [&str; 4] = ["a", "inner/b", "inner/c", "d"];

#[tokio::test(start_paused = true)]
async fn one_for_all_ends_at_its_own_supervisor() {
    let log = Log::default();
    let system = system();
    let root = nested(Strategy::OneForAll, &log, &system);
    calm().await;
    assert_eq!(log.take(), ["a starts", "b starts", "c starts", "d starts"]);
    number(&root, &TREE).await;
    assert!(
        store(&root, "inner/b")
            .call(Message::divide(0))
            .await
            .is_err()
    );
    assert_eq!(numbers(&root, &TREE).await, [1, 0, 0, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_nested_supervisor_before_the_failed_child_is_kept() {
    let log = Log::default();
    let system = system();
    let root = nested(Strategy::RestForOne, &log, &system);
    calm().await;
    number(&root, &TREE).await;
    assert!(store(&root, "d").call(Message::divide(0)).await.is_err());
    assert_eq!(numbers(&root, &TREE).await, [1, 2, 3, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_nested_supervisor_that_gives_up_is_started_again_by_its_own() {
    let log = Log::default();
    let system = system();
    let root = nested(Strategy::RestForOne, &log, &system);
    calm().await;
    number(&root, &TREE).await;
    log.take();
    for _ in 0..2 {
        store(&root, "inner/b").send(Message::Fail).await.unwrap();
        calm().await;
    }
    let expected = [
        "b ends", "c ends", "b starts", "c starts", // the first time it is borne
        "b ends", "c ends", "d ends", "b starts", "c starts", "d starts",
    ];
    assert_eq!(log.take(), expected);
    assert_eq!(numbers(&root, &TREE).await, [1, 0, 0, 0]);
    let tree = "\
root: rest for one, 1 in 5s
├─ a      up
├─ inner  up, 1 restart: one for all, 1 in 5s
│  ├─ b  up
│  └─ c  up
└─ d      up";
    assert_eq!(root.tree().to_string(), tree);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_name_kills_nobody() {
    let log = Log::default();
    let system = system();
    let stores = three(Strategy::OneForAll, &log).start(&system);
    number(&stores, &ALL).await;
    let error = stores.remove("kv4").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no child `kv4`: did you mean `kv1`?"
    );
    assert_eq!(stores.address::<Store>("kv4"), None);
    assert_eq!(stores.address::<Store>("kv1/kv2"), None);
    assert_eq!(numbers(&stores, &ALL).await, [1, 2, 3]);
    assert!(!stores.remove_machine(stores.handle().identity()));
}
