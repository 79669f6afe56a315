//! Machines in processes of their own that reach, spawn, watch and supervise each other.

use super::bench::{Machine, Node, exists, signal, until};
use serde_json::Value;

const PROGRAMS: &[&str] = &["foreman", "worker", "unruly"];

fn rows(node: &Node) -> Vec<Value> {
    let listed = node.done(&["list", "--json"]);
    let rows = listed.lines();
    rows.map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The process of the one worker that a node has.
fn worker(node: &Node) -> Option<u32> {
    let rows = rows(node);
    let is_worker = |row: &&Value| row["name"] == "tests/Worker" && row["state"] == "working";
    let row = rows.iter().find(is_worker)?;
    u32::try_from(row["pid"].as_u64()?).ok()
}

fn call(node: &Node, machine: &Machine, question: &str) -> Value {
    let answer = node.done(&["call", &machine.address, question]);
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}"))
}

fn send(node: &Node, machine: &Machine, words: &[&str]) {
    node.done(&[&["send", &machine.address], words].concat());
}

fn logged(node: &Node, machine: &Machine) -> String {
    node.done(&["logs", &machine.address])
}

#[test]
fn machines_find_each_other_by_their_addresses() {
    let node = Node::with(&[], PROGRAMS);
    let worker = node.start(&["tests/Worker"]);
    let foreman = node.start(&["tests/Foreman"]);
    let meet = format!("meet {}", worker.address);
    assert_eq!(call(&node, &foreman, &meet)["Ok"], Value::Null);
    send(&node, &foreman, &["give", "500"]);
    let numbers = call(&node, &foreman, "numbers");
    let expected: Vec<u64> = (0..500).collect();
    assert_eq!(numbers["Ok"], serde_json::json!(expected));
    assert_eq!(call(&node, &foreman, "process")["Ok"], worker.pid);
    // One of another kind, one that cannot be reached, nobody.
    let told = call(&node, &foreman, &format!("meet {}", foreman.address));
    let told = told["Err"].as_str().unwrap().to_owned();
    assert!(
        told.contains("is a tests/Foreman there, not a tests/Worker"),
        "{told}"
    );
}

/// The forerunner noticed a `kill -9` after ten seconds. Here no silence of the wire is waited for,
/// which would be an hour.
#[test]
fn whoever_is_linked_with_a_process_hears_of_its_kill_at_once() {
    let node = Node::with(&["--pulse", "12m", "--silence", "1h"], PROGRAMS);
    let linked = || {
        let (worker, foreman) = (
            node.start(&["tests/Worker"]),
            node.start(&["tests/Foreman"]),
        );
        call(&node, &foreman, &format!("meet {}", worker.address));
        send(&node, &foreman, &["link"]);
        assert_eq!(call(&node, &foreman, "process")["Ok"], worker.pid);
        (worker, foreman)
    };
    let (worker, foreman) = linked();
    signal("KILL", worker.pid);
    until("who has reached it falls with it", || !exists(foreman.pid));
    let log = logged(&node, &foreman);
    let reason = "its process has ended: killed by signal 9 (SIGKILL)";
    assert!(log.contains(reason), "{log}");
    // And the other way round: who was reached knows those who have reached it.
    let (worker, foreman) = linked();
    signal("KILL", foreman.pid);
    until("who was reached falls too", || !exists(worker.pid));
    let log = logged(&node, &worker);
    assert!(log.contains(reason), "{log}");
}

/// What a machine has only reached is another's: the caller is told, and nothing happens.
#[test]
fn what_was_only_reached_is_not_stopped_and_that_is_said() {
    let node = Node::with(&[], PROGRAMS);
    let worker = node.start(&["tests/Worker"]);
    let foreman = node.start(&["tests/Foreman"]);
    call(&node, &foreman, &format!("meet {}", worker.address));
    let told = call(&node, &foreman, "dismiss");
    let told = told["Err"].as_str().unwrap();
    let expected = "may not stop machines that it has only reached (it may: send, observe)";
    assert!(told.contains(expected), "{told}");
    assert_eq!(call(&node, &foreman, "process")["Ok"], worker.pid);
    // What it has hired is its own.
    send(&node, &foreman, &["hire"]);
    let own = call(&node, &foreman, "process")["Ok"].as_u64().unwrap();
    assert_eq!(call(&node, &foreman, "dismiss")["Ok"], Value::Null);
    until("it has gone", || !exists(u32::try_from(own).unwrap()));
    assert!(exists(worker.pid));
}

#[test]
fn a_worker_that_is_hired_is_a_child() {
    let node = Node::with(&[], PROGRAMS);
    let foreman = node.start(&["tests/Foreman"]);
    send(&node, &foreman, &["hire"]);
    // Sent before it has started, and handled in its order.
    send(&node, &foreman, &["give", "100"]);
    let expected: Vec<u64> = (0..100).collect();
    assert_eq!(
        call(&node, &foreman, "numbers")["Ok"],
        serde_json::json!(expected)
    );
    let pid = worker(&node).unwrap();
    assert_eq!(call(&node, &foreman, "process")["Ok"], pid);
    let tree = node.done(&["tree"]);
    assert!(
        tree.lines().nth(1).unwrap().starts_with("  tests/Worker"),
        "{tree}"
    );
    // Who waits for an answer of one that is killed hears so, and no silence is waited for.
    let asked = node
        .command(&["call", &foreman.address, "never"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    signal("KILL", pid);
    let answer = asked.wait_with_output().unwrap();
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.contains("SIGKILL"), "{answer}");
    until("its end is told", || {
        logged(&node, &foreman).contains("tests/Worker has ended")
    });
    let log = logged(&node, &foreman);
    for line in [
        "tests/Worker has started",
        "tests/Worker has failed: killed by signal 9 (SIGKILL)",
    ] {
        assert!(log.contains(line), "{log}");
    }
    // A failure keeps its own words.
    send(&node, &foreman, &["hire"]);
    until("there is another one", || worker(&node).is_some());
    let other = rows(&node)
        .into_iter()
        .find(|row| row["name"] == "tests/Worker")
        .unwrap();
    node.wink(&["send", other["address"].as_str().unwrap(), "fail", "tired"]);
    until("it has failed", || {
        logged(&node, &foreman).contains("tests/Worker has failed: tired")
    });
}

#[test]
fn a_supervisor_starts_a_process_again() {
    let node = Node::with(&[], PROGRAMS);
    let foreman = node.start(&["tests/Foreman"]);
    send(&node, &foreman, &["supervise"]);
    let first = call(&node, &foreman, "process")["Ok"].as_u64().unwrap();
    signal("KILL", u32::try_from(first).unwrap());
    // The same address leads to the next one, also of what is sent in between.
    send(&node, &foreman, &["give", "3"]);
    until("it has another one", || {
        call(&node, &foreman, "process")["Ok"]
            .as_u64()
            .is_some_and(|pid| pid != first)
    });
    assert_eq!(rows(&node).len(), 2);
    let second = worker(&node).unwrap();
    node.done(&["stop", &foreman.address]);
    assert!(!exists(second) && !exists(foreman.pid));
    let log = logged(&node, &foreman);
    assert!(!log.contains("did not stop"), "{log}");
}

#[test]
fn who_is_linked_with_a_machine_of_another_process_falls_with_it() {
    let node = Node::with(&[], PROGRAMS);
    let worker = node.start(&["tests/Worker"]);
    let foreman = node.start(&["tests/Foreman"]);
    call(&node, &foreman, &format!("meet {}", worker.address));
    send(&node, &foreman, &["link"]);
    assert_eq!(call(&node, &foreman, "process")["Ok"], worker.pid);
    node.wink(&["send", &worker.address, "fail", "tired"]);
    until("both have ended", || rows(&node).is_empty());
    let log = logged(&node, &foreman);
    assert!(
        log.contains("tests/Worker") && log.contains("tired"),
        "{log}"
    );
}
