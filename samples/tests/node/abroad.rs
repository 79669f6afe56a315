//! Two nodes of one cluster: machines of one have children on the other.

use super::bench::{Machine, Node, exists, signal, until};
use serde_json::Value;
use std::process::Stdio;

const PROGRAMS: &[&str] = &["foreman", "worker"];

/// A link that is silent for a second is lost.
const SHORT: [&str; 4] = ["--heartbeat", "200ms", "--lost-after", "1s"];

/// A node with a foreman, and one of the same cluster.
fn pair() -> (Node, Machine, Node) {
    let here = Node::with(&SHORT, PROGRAMS);
    let there = Node::member(&here, "start,stop,send,observe", &SHORT, PROGRAMS);
    let foreman = here.start(&["tests/Foreman"]);
    (here, foreman, there)
}

/// The process of the one worker that a node runs.
fn worker(node: &Node) -> Option<u32> {
    let listed = node.done(&["list", "--json"]);
    let mut rows = listed.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        row
    });
    let row = rows.find(|row| row["name"] == "tests/Worker" && row["state"] == "working")?;
    u32::try_from(row["pid"].as_u64()?).ok()
}

fn hire(here: &Node, foreman: &Machine, how: &str, there: &Node) -> u32 {
    let on = format!("on={}", there.address);
    here.done(&["send", &foreman.address, how, &on]);
    until("it works there", || worker(there).is_some());
    worker(there).unwrap()
}

fn says(node: &Node, machine: &Machine, part: &str) -> bool {
    node.done(&["logs", &machine.address]).contains(part)
}

#[test]
fn a_machine_has_a_child_on_another_node() {
    let (here, foreman, there) = pair();
    let pid = hire(&here, &foreman, "hire", &there);
    until("it has started", || says(&here, &foreman, "has started"));
    here.done(&["send", &foreman.address, "give", "3"]);
    let numbers = here.done(&["call", &foreman.address, "numbers"]);
    assert_eq!(numbers, "{\"Ok\":[0,1,2]}\n");
    let process = here.done(&["call", &foreman.address, "process"]);
    assert_eq!(process, format!("{{\"Ok\":{pid}}}\n"));
    // Each node knows of it: one as of a child elsewhere, one as of its own process.
    let tree = here.done(&["tree"]);
    let on = format!(", on {}", there.address);
    let line = tree.lines().nth(1).unwrap_or_default();
    assert!(line.starts_with("  tests/Worker"), "{tree}");
    assert!(line.ends_with(&on), "{tree}");
    let listed = there.done(&["list", "--json"]);
    assert!(listed.contains(&foreman.address), "{listed}");
    // It ends before who has spawned it.
    here.done(&["stop", &foreman.address]);
    assert!(!exists(pid));
    assert_eq!(worker(&there), None);
}

#[test]
fn a_killed_child_is_started_again_on_its_node() {
    let (here, foreman, there) = pair();
    let first = hire(&here, &foreman, "supervise", &there);
    signal("KILL", first);
    until("another one works", || {
        worker(&there).is_some_and(|pid| pid != first)
    });
    here.done(&["stop", &foreman.address]);
    assert_eq!(worker(&there), None);
}

/// Whoever asks the spawner's node need not know where the child is.
#[test]
fn what_is_asked_of_a_child_elsewhere_is_passed_on() {
    let (here, foreman, there) = pair();
    let pid = hire(&here, &foreman, "hire", &there);
    until("it has started", || says(&here, &foreman, "has started"));
    let tree = here.done(&["tree"]);
    let line = tree.lines().nth(1).unwrap();
    let address = line
        .split(" at ")
        .nth(1)
        .and_then(|rest| rest.split(',').next());
    let address = address.unwrap();
    here.done(&["send", address, "add", "7"]);
    assert_eq!(here.done(&["call", address, "numbers"]), "[7]\n");
    assert_eq!(
        here.done(&["call", "tests/Worker", "process"]),
        format!("{pid}\n")
    );
    let told = here.refused(1, &["send", address, "adn", "7"]);
    assert!(told.contains("did you mean `add <number: u64>`?"), "{told}");
    assert_eq!(
        here.done(&["describe", address]),
        there.done(&["describe", address])
    );
    assert!(here.done(&["logs", address]).contains("started"));
    let follower = here.command(&["logs", "-f", address]);
    let follower = { follower }.stdout(Stdio::piped()).spawn().unwrap();
    here.done(&["stop", address]);
    assert!(!exists(pid));
    let followed = follower.wait_with_output().unwrap();
    let followed = String::from_utf8(followed.stdout).unwrap();
    assert!(followed.contains("exited: "), "{followed}");
    until("that is told", || says(&here, &foreman, "has ended"));
    let told = here.refused(1, &["send", address, "add", "7"]);
    assert!(told.starts_with("error: there is no machine at "), "{told}");
}

/// As of one of the same node: see `whoever_is_linked_with_a_process_hears_of_its_kill_at_once`.
#[test]
fn the_kill_of_a_machine_elsewhere_is_known_to_whom_it_is_linked_with() {
    let slow = ["--pulse", "12m", "--silence", "1h"];
    let here = Node::with(&slow, PROGRAMS);
    let there = Node::member(&here, "start,stop,send,observe", &slow, PROGRAMS);
    let worker = there.start(&["tests/Worker"]);
    let foreman = here.start(&["tests/Foreman"]);
    here.done(&["call", &foreman.address, "meet", &worker.address]);
    here.done(&["send", &foreman.address, "link"]);
    here.done(&["call", &foreman.address, "process"]);
    signal("KILL", worker.pid);
    until("it falls too", || !exists(foreman.pid));
    let reason = "its process has ended: killed by signal 9 (SIGKILL)";
    assert!(says(&here, &foreman, reason));
}

/// The old one must be gone before its spawner's node could start it elsewhere.
#[test]
fn a_child_ends_with_the_node_of_its_spawner() {
    let (mut here, foreman, there) = pair();
    let pid = hire(&here, &foreman, "hire", &there);
    here.kill();
    until("it has gone", || !exists(pid));
    assert_eq!(there.done(&["list", "--json"]), "");
}

/// The link is not lost before the node is there again: the supervisor does not give up.
#[test]
fn a_machine_is_there_again_when_its_node_is() {
    let options = ["--heartbeat", "200ms", "--lost-after", "5s"];
    let here = Node::with(&options, PROGRAMS);
    let mut there = Node::member(&here, "start,stop,send,observe", &options, PROGRAMS);
    let foreman = here.start(&["tests/Foreman"]);
    let first = hire(&here, &foreman, "supervise", &there);
    there.kill();
    until("it has gone", || !exists(first));
    there.again();
    until("another one works", || worker(&there).is_some());
}

/// A node that is stopped is lost to the other one, and fences itself when it goes on.
#[test]
fn a_node_that_sleeps_is_lost_and_ends_what_it_ran() {
    let (here, foreman, there) = pair();
    let pid = hire(&here, &foreman, "hire", &there);
    until("it has started", || says(&here, &foreman, "has started"));
    signal("STOP", there.pid());
    let lost = format!("has failed: the node {} is lost: ", there.address);
    until("that is told", || says(&here, &foreman, &lost));
    signal("CONT", there.pid());
    until("it has gone", || !exists(pid));
}

#[test]
fn what_a_node_may_not_do_it_cannot_do_for_its_machines() {
    let there = Node::with(&SHORT, PROGRAMS);
    let here = Node::member(&there, "send,observe", &SHORT, PROGRAMS);
    // Its user may not start anything either.
    let told = here.refused(1, &["start", "tests/Foreman"]);
    assert!(told.contains("may not start machines"), "{told}");
    let owner = there.home().join("keys");
    let started = here
        .command(&["start", "tests/Foreman"])
        .env("WINK_KEYS", &owner)
        .output()
        .unwrap();
    let foreman = super::bench::started(&String::from_utf8(started.stdout).unwrap());
    let on = format!("on={}", there.address);
    here.done(&["send", &foreman.address, "hire", &on]);
    until("that is told", || {
        says(&here, &foreman, "may not start a machine and follow it")
    });
    let nowhere = "on=127.0.0.1:1";
    here.done(&["send", &foreman.address, "hire", nowhere]);
    until("that is told", || {
        says(&here, &foreman, "the node 127.0.0.1:1 cannot be reached")
    });
}
