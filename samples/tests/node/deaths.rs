//! Machines and nodes that die, and what is known and left of them.

use super::bench::{Node, exists, signal, started, until, zombies};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;

#[test]
fn a_killed_machine_is_known_at_once_and_leaves_nothing() {
    let mut node = Node::new();
    let mut follower = node
        .command(&["start", "-f", "tests/Unruly", "help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let machine = started(&lines.next().unwrap().unwrap());
    let helper = helper(&node, &machine.address);
    signal("KILL", machine.pid);
    // The follower is told and ends: no heartbeat of ten seconds is waited for.
    let printed: Vec<String> = lines.map_while(Result::ok).collect();
    let killed = "errored: killed by signal 9 (SIGKILL)";
    assert!(
        printed.iter().any(|line| line.ends_with(killed)),
        "{printed:?}"
    );
    assert_eq!(follower.wait().unwrap().code(), Some(4));
    assert!(!exists(machine.pid));
    until("its helper has gone", || !exists(helper));
    assert_eq!(node.done(&["list", "--json"]), "");
    assert_eq!(zombies(node.pid()), 0);
    assert!(node.is_alive());
}

/// The process that a machine says that it has started.
fn helper(node: &Node, address: &str) -> u32 {
    let mut found = None;
    until("it has a helper", || {
        let logged = node.done(&["logs", address]);
        let line = logged.lines().find(|line| line.contains("helper "));
        found = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
        found.is_some()
    });
    found.unwrap()
}

/// A daemon leaves its group; it does not get away.
#[test]
fn what_a_dead_machine_leaves_behind_is_found() {
    let node = Node::new();
    let machine = node.start(&["tests/Unruly", "daemon"]);
    let daemon = helper(&node, &machine.address);
    node.done(&["stop", &machine.address]);
    until("its daemon has gone", || !exists(daemon));
    assert_eq!(zombies(node.pid()), 0);
}

#[test]
fn a_machine_that_fails_tells_why() {
    let node = Node::new();
    let machine = node.start(&["tests/Unruly"]);
    let told = node.refused(1, &["send", &machine.address, "do", "error"]);
    assert_eq!(told, "error: no answer: the machine has ended: it broke\n");
    until("it has ended", || node.done(&["list", "--json"]).is_empty());
    let logged = node.done(&["logs", &machine.address]);
    assert!(logged.contains("errored: it broke"), "{logged}");
    let machine = node.start(&["tests/Unruly"]);
    let told = node.refused(1, &["send", &machine.address, "do", "abort"]);
    assert!(
        told.contains("the machine has ended: killed by signal 6 (SIGABRT)"),
        "{told}"
    );
}

/// A step that never ends, a process that is stopped: both are silent, and both are ended.
#[test]
fn a_silent_machine_is_declared_dead_and_killed() {
    let options = ["--pulse", "50ms", "--silence", "1s"];
    let node = Node::with(&options, &["unruly", "switch"]);
    let stopped = node.start(&["switch/Switch"]);
    let stuck = node.start(&["tests/Unruly"]);
    let other = node.start(&["switch/Switch"]);
    signal("STOP", stopped.pid);
    node.done(&["send", &stuck.address, "do", "hang"]);
    for machine in [stopped, stuck] {
        until("it is gone", || !exists(machine.pid));
        let logged = node.done(&["logs", &machine.address]);
        assert!(
            logged.contains("errored: heartbeat timeout: nothing was heard"),
            "{logged}"
        );
    }
    // The one that shows that it lives goes on.
    assert!(exists(other.pid));
    assert_eq!(node.done(&["list", "--json"]).lines().count(), 1);
}

#[test]
fn a_machine_that_does_not_stop_is_killed_after_its_grace() {
    let node = Node::with(&["--grace", "300ms"], &["unruly"]);
    let machine = node.start(&["tests/Unruly"]);
    node.done(&["send", &machine.address, "do", "hang"]);
    node.done(&["stop", &machine.address]);
    assert!(!exists(machine.pid));
    let logged = node.done(&["logs", &machine.address]);
    assert!(
        logged.contains("exited: killed: did not stop within its grace"),
        "{logged}"
    );
}

#[test]
fn a_machine_that_does_not_start_is_killed() {
    let node = Node::with(&["--patience", "300ms"], &["unruly"]);
    let told = node.refused(1, &["start", "tests/Unruly", "hang"]);
    assert!(told.contains("has not started within 300ms"), "{told}");
    assert_eq!(node.done(&["list", "--json"]), "");
}

/// With kill -9, so that the node can do nothing about it.
#[test]
fn a_killed_node_leaves_no_orphan() {
    let mut node = Node::with(&["--grace", "500ms"], &["unruly", "switch"]);
    let calm = node.start(&["switch/Switch"]);
    let stuck = node.start(&["tests/Unruly", "help"]);
    let helper = helper(&node, &stuck.address);
    node.done(&["send", &stuck.address, "do", "hang"]);
    node.kill();
    // They hear that it is gone, also the one that is stuck in a step.
    until("the calm one has ended", || !runs(calm.pid));
    until("the stuck one has ended", || !runs(stuck.pid));
    until("its helper has ended", || !runs(helper));
    node.again();
    assert_eq!(node.done(&["list", "--json"]), "");
    let next = node.start(&["switch/Switch", &calm.address]);
    assert_eq!(next.address, calm.address);
}

/// One that is stopped hears nothing, not even that its node is gone.
#[test]
fn the_next_node_ends_what_is_left() {
    let mut node = Node::with(&["--grace", "2s"], &["unruly"]);
    let stuck = node.start(&["tests/Unruly"]);
    node.done(&["send", &stuck.address, "do", "hang"]);
    node.kill();
    signal("STOP", stuck.pid);
    assert!(runs(stuck.pid));
    node.again();
    assert!(!runs(stuck.pid));
    assert_eq!(node.done(&["list", "--json"]), "");
    node.start(&["tests/Unruly", &stuck.address]);
}

/// Whether a process runs. Nobody may be there who reaps those of a node that was killed.
fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[test]
fn a_node_that_ends_stops_its_machines() {
    let mut node = Node::new();
    let machines = [
        node.start(&["switch/Switch"]),
        node.start(&["tests/Unruly", "help"]),
    ];
    let log = node.home();
    node.done(&["stop", "--node-itself"]);
    assert!(machines.iter().all(|machine| !exists(machine.pid)));
    until("it has ended", || {
        node.wink(&["list"]).status.code() == Some(3)
    });
    let mut logged = String::new();
    for path in logs(&log) {
        std::fs::File::open(path)
            .unwrap()
            .read_to_string(&mut logged)
            .unwrap();
    }
    assert!(logged.contains("ended in good order"), "{logged}");
    node.again();
    assert!(node.is_alive());
}

/// All logs below a home.
pub fn logs(home: &Path) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(home).unwrap().flatten();
    // The folder of keys has none.
    let files = folders.filter_map(|folder| std::fs::read_dir(folder.path().join("logs")).ok());
    let mut paths: Vec<_> = files.flatten().flatten().map(|file| file.path()).collect();
    paths.sort();
    paths
}

/// The forerunner kept a zombie for each machine that it had ever started.
#[test]
fn a_hundred_short_lives_leave_no_zombie() {
    let node = Node::with(&[], &["useless"]);
    let followers: Vec<_> = (0..100)
        .map(|_| {
            let mut command = node.command(&["start", "-f", "useless/Useless"]);
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut follower in followers {
        assert!(follower.wait().unwrap().success());
    }
    assert_eq!(zombies(node.pid()), 0);
    // Started in the same seconds, and no log was written over.
    assert_eq!(logs(&node.home()).len(), 100);
}
