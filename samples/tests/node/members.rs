//! Who belongs to a node's cluster, as its users see it.

use super::bench::{Node, exists, signal, until, wink};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// What a command complains of.
fn complaint(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_user_of_another_computer_may_do_what_was_given() {
    let node = Node::with(&[], &["switch"]);
    let switch = node.start(&["switch/Switch"]);
    let token = node.done(&["token", "--for", "user", "--may", "observe,send"]);
    let away = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let node = node.address.to_string();
        let mut command = wink(arguments);
        command.env("WINK_HOME", away.path()).env("WINK_NODE", node);
        command.output().unwrap()
    };
    // Who has no keys is told how to get some.
    let output = run(&["list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("`wink join`"), "{output:?}");
    let joined = run(&["join", &node.address.to_string(), token.trim()]);
    let printed = String::from_utf8_lossy(&joined.stdout).into_owned();
    assert!(joined.status.success(), "{joined:?}");
    assert!(printed.contains("which may send, observe\n"), "{printed}");
    assert!(run(&["send", &switch.address, "on"]).status.success());
    let listed = String::from_utf8(run(&["list", "--json"]).stdout).unwrap();
    assert!(listed.contains("\"state\":\"on\""), "{listed}");
    for arguments in [
        &["start", "switch/Switch"][..],
        &["stop", &switch.address],
        &["stop", "--node-itself"],
        &["token"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(complaint(&output).contains(" may not "), "{output:?}");
    }
    assert!(exists(switch.pid));
}

/// A key that was lost is good for nothing any more, also after the node has started anew.
#[test]
fn a_credential_is_withdrawn_by_its_name() {
    let mut node = Node::with(&[], &["switch"]);
    let token = node.done(&["token", "--for", "user", "--name", "alice"]);
    let away = tempfile::tempdir().unwrap();
    let run = |node: &Node, arguments: &[&str]| {
        let mut command = wink(arguments);
        command.env("WINK_HOME", away.path());
        let address = node.address.to_string();
        command.env("WINK_NODE", address).output().unwrap()
    };
    let at = node.address.to_string();
    assert!(run(&node, &["join", &at, token.trim()]).status.success());
    assert!(run(&node, &["list"]).status.success());
    // Who is withdrawn hears it, whatever it was about to do.
    let follow = ["start", "--follow", "switch/Switch"];
    let mut follower = wink(&follow);
    follower.env("WINK_HOME", away.path()).env("WINK_NODE", &at);
    let mut follower = follower.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let switch = super::bench::started(&lines.next().unwrap().unwrap());
    let told = node.done(&["withdraw", "alice"]);
    assert!(told.contains("of the name `alice`"), "{told}");
    assert_eq!(follower.wait().unwrap().code(), Some(3));
    let refused = |node: &Node| {
        let output = run(node, &["list"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let told = complaint(&output);
        let expected = "the credential of user `alice` was withdrawn";
        assert!(told.contains(expected), "{told}");
    };
    refused(&node);
    // What was started goes on.
    assert!(exists(switch.pid));
    node.done(&["stop", &switch.address]);
    node.kill();
    node.again();
    refused(&node);
    let told = node.refused(1, &["token", "--name", "alice"]);
    assert!(told.contains("`alice` was withdrawn"), "{told}");
    let told = node.refused(1, &["withdraw", "node"]);
    assert!(told.contains("is this node itself"), "{told}");
    let told = node.refused(1, &["withdraw", "No Body"]);
    assert!(told.contains("cannot be the name of a holder"), "{told}");
}

#[test]
fn a_cluster_is_made_once_and_strangers_are_told() {
    let node = Node::with(&[], &["switch"]);
    let away = tempfile::tempdir().unwrap();
    let place = away.path().join("keys");
    let init = || {
        let mut command = wink(&["init"]);
        command.arg(&place).output().unwrap()
    };
    let made = init();
    assert!(made.status.success(), "{made:?}");
    assert!(made.stdout.starts_with(b"made cluster "), "{made:?}");
    let again = init();
    assert_eq!(again.status.code(), Some(1));
    assert!(complaint(&again).contains("exists already"), "{again:?}");
    let output = node
        .command(&["list"])
        .env("WINK_KEYS", &place)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = complaint(&output);
    let expected = "its certificate is one of another cluster\nhelp: the keys in ";
    assert!(told.contains(expected), "{told}");
    // Joining with keys of another cluster in the way uses no token up.
    let token = node.done(&["token"]);
    let join = |keys: &std::path::Path| {
        wink(&["join", &node.address.to_string(), token.trim()])
            .env("WINK_KEYS", keys)
            .output()
            .unwrap()
    };
    let told = complaint(&join(&place));
    assert!(told.contains("has the keys of another cluster"), "{told}");
    assert!(join(&away.path().join("second")).status.success());
    let told = complaint(&join(&away.path().join("third")));
    assert!(told.contains("was used before, or has expired"), "{told}");
    let half = &token[..token.len() / 2];
    let told = wink(&["join", &node.address.to_string(), half]);
    let told = complaint(&{ told }.output().unwrap());
    assert!(
        told.contains("it is damaged: is all of it there?"),
        "{told}"
    );
}

/// The machine goes on, and the node knows that nobody listens any more.
#[test]
fn who_follows_may_go_away() {
    let node = Node::with(&[], &["switch"]);
    let mut follower = node
        .command(&["start", "--follow", "switch/Switch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let switch = super::bench::started(&first);
    signal("INT", follower.id());
    assert_eq!(follower.wait().unwrap().code(), Some(130));
    assert!(exists(switch.pid));
    until("it is on", || {
        node.wink(&["send", &switch.address, "on"]).status.success()
    });
    node.done(&["stop", &switch.address]);
}
