//! Machines that start others as processes.

use super::bench::{Node, exists, signal, until, wink};
use serde_json::Value;

fn rows(node: &Node) -> Vec<Value> {
    let listed = node.done(&["list", "--json"]);
    let rows = listed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

fn children(node: &Node) -> Vec<u32> {
    let rows = rows(node);
    let is_child = |row: &&Value| row["name"] == "family/Child" && row["state"] == "playing";
    let pids = rows
        .iter()
        .filter(is_child)
        .map(|row| row["pid"].as_u64().unwrap());
    pids.map(|pid| pid as u32).collect()
}

/// In the forerunner children of a dead parent ran on, and pulsed to nobody.
#[test]
fn a_killed_child_is_tried_again_and_a_killed_parent_takes_all_with_it() {
    let node = Node::with(&[], &["family", "child"]);
    let parent = node.start(&["family/Parent", "1h"]);
    until("it has two children", || children(&node).len() == 2);
    let tree = node.done(&["tree"]);
    let lines: Vec<&str> = tree.lines().collect();
    assert!(lines[0].starts_with("family/Parent"), "{tree}");
    assert!(
        lines[1].starts_with("  family/Child") && lines.len() == 3,
        "{tree}"
    );
    let first = children(&node)[0];
    signal("KILL", first);
    until("it has another one", || {
        let children = children(&node);
        children.len() == 2 && !children.contains(&first)
    });
    let logged = node.done(&["logs", &parent.address]);
    assert!(
        logged.contains("has failed: killed by signal 9 (SIGKILL)"),
        "{logged}"
    );
    let left = children(&node);
    signal("KILL", parent.pid);
    until("all have gone", || rows(&node).is_empty());
    assert!(left.into_iter().all(|pid| !exists(pid)));
}

#[test]
fn a_child_that_cannot_be_started_fails_at_once() {
    let node = Node::with(&[], &["family"]);
    let output = node.wink(&["start", "-f", "family/Parent", "1h", "1"]);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("Alice has failed: no machine `family/Child` in "),
        "{printed}"
    );
}

#[test]
fn stopping_a_parent_stops_its_children_before() {
    let node = Node::with(&[], &["family", "child"]);
    let parent = node.start(&["family/Parent", "1h"]);
    until("it has two children", || children(&node).len() == 2);
    let left = children(&node);
    node.done(&["stop", &parent.address]);
    assert!(left.into_iter().all(|pid| !exists(pid)));
    assert!(!exists(parent.pid));
    // That its children are stopped is no reason to try again.
    let logged = node.done(&["logs", &parent.address]);
    assert_eq!(logged.matches("has started").count(), 2, "{logged}");
    assert!(!logged.contains("has failed"), "{logged}");
}

/// The README's main command.
#[test]
fn one_command_serves_and_follows() {
    let folder = tempfile::tempdir().unwrap();
    let output = wink(&[
        "serve",
        "--address",
        "127.0.0.1:0",
        "--follow",
        "family/Parent",
        "50ms",
        "2",
    ])
    .env("WINK_HOME", folder.path().join("home"))
    .output()
    .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    for (count, end) in [
        (4, ": errored: AHHHHH"),
        (4, ": exited: AHHHHH"),
        (2, ": Alice has failed: AHHHHH"),
        (2, ": Bob has failed: AHHHHH"),
        (1, ": exited: ended normally"),
    ] {
        let found = printed.lines().filter(|line| line.ends_with(end)).count();
        assert!(found >= count.min(1), "{end}: {found} in\n{printed}");
    }
    let failed = printed
        .lines()
        .filter(|line| line.ends_with("has failed: AHHHHH"));
    assert_eq!(failed.count(), 4, "{printed}");
    // The future that stands for a process is not told of beside it.
    assert!(!printed.contains("family/Child#"), "{printed}");
}
