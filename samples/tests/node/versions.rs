//! Several versions side by side, and which one is chosen.

use super::bench::{Node, put, started};
use std::fs;

/// With these the forerunner took 0.0.2.
#[test]
fn the_highest_version_is_chosen_unless_one_is_named() {
    let node = Node::with(&[], &[]);
    let folder = node.machines().join("switch");
    fs::create_dir(&folder).unwrap();
    let chosen = |name: &str| {
        let printed = node.done(&["start", name]);
        let machine = started(&printed);
        node.done(&["stop", &machine.address]);
        let name = printed.split(' ').nth(1).unwrap();
        name.trim_start_matches("switch/Switch").to_owned()
    };
    let add = |version: &str| {
        let program = env!("CARGO_BIN_EXE_switch").as_ref();
        put(program, &folder.join(format!("Switch{version}")));
    };
    for version in ["0.0.1", "0.0.2", "0.0.9", "0.1.0"] {
        add(version);
    }
    assert_eq!(chosen("switch/Switch"), "0.1.0");
    // What is put there while the node serves is found.
    add("0.10.0");
    assert_eq!(chosen("switch/Switch"), "0.10.0");
    add("1.0.0-rc1");
    assert_eq!(chosen("switch/Switch"), "1.0.0-rc1");
    add("1.0.0+build.7");
    assert_eq!(chosen("switch/Switch"), "1.0.0+build.7");
    assert_eq!(chosen("switch/Switch0.0.2"), "0.0.2");
    assert_eq!(chosen("switch/Switch@^0.0.9"), "0.0.9");
    assert_eq!(chosen("switch/Switch@<0.10"), "0.1.0");
    assert_eq!(chosen("switch/Switch:blue"), "1.0.0+build.7:blue");
    // And what is taken away is gone.
    fs::remove_file(folder.join("Switch1.0.0+build.7")).unwrap();
    assert_eq!(chosen("switch/Switch"), "1.0.0-rc1");
    // A part of a name is no name.
    let told = node.refused(1, &["start", "switch/Sw"]);
    assert!(told.starts_with("error: no machine `switch/Sw`"), "{told}");
}

#[test]
fn two_versions_run_side_by_side() {
    let node = Node::with(&[], &[]);
    let folder = node.machines().join("switch");
    fs::create_dir(&folder).unwrap();
    for version in ["1.0.0", "2.0.0"] {
        let program = env!("CARGO_BIN_EXE_switch").as_ref();
        put(program, &folder.join(format!("Switch{version}")));
    }
    node.start(&["switch/Switch1.0.0"]);
    node.start(&["switch/Switch"]);
    let told = node.refused(1, &["send", "switch/Switch", "on"]);
    assert!(
        told.starts_with("error: several machines `switch/Switch` run here"),
        "{told}"
    );
    node.done(&["send", "switch/Switch@1", "on"]);
    let listed = node.done(&["list", "--json"]);
    let states: Vec<(String, String)> = listed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|row| (row["version"].to_string(), row["state"].to_string()))
        .collect();
    let expected = [("\"1.0.0\"", "\"on\""), ("\"2.0.0\"", "\"off\"")];
    assert_eq!(
        states,
        expected.map(|(version, state)| (version.into(), state.into()))
    );
}
