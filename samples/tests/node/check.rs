//! What `wink check` finds in programs.

use super::bench::wink;
use std::path::{Path, PathBuf};

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_switch")).with_file_name(name)
}

/// Exit code, what was found, and the last words.
fn check(name: &str, more: &[&str]) -> (i32, String, String) {
    let program = program(name);
    let mut command = wink(&["check"]);
    let output = command.args(more).arg(program).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn each_kind_of_fault_is_found() {
    let (code, found, said) = check("suspicious", &[]);
    let lines: Vec<&str> = found.lines().collect();
    let expected = [
        "`behind` is never reached: add a row that goes there, or remove it",
        "`Step` in `inner` is never taken: what is before it takes its place, or it is left at once",
        "`trapped` is never left, and is not final: add a row that leaves it, or make it final",
        "`Keep`, deferred in `waiting`, is never taken again: receive or ignore it somewhere behind",
        "eventless rows can run in a circle through `left`, `right`: make sure that a guard ends it",
    ];
    for line in expected {
        assert!(lines.contains(&line), "{line}\nis not in\n{found}");
    }
    assert_eq!(code, 1);
    assert!(said.contains("findings in `tests/Suspicious`"), "{said}");
}

#[test]
fn nothing_is_found_in_a_sound_machine() {
    for name in ["turnstile", "door", "traffic-light"] {
        let (code, found, said) = check(name, &[]);
        assert_eq!((code, said.as_str()), (0, ""), "{name}: {found}");
        // One line: how much was looked at.
        assert_eq!(found.lines().count(), 1, "{name}: {found}");
    }
}

#[test]
fn the_shortest_paths_are_told() {
    let (code, found, _) = check("turnstile", &["--paths"]);
    assert_eq!(code, 0);
    assert!(found.contains("to unlocked: Coin"), "{found}");
    assert!(found.contains("to `Push` of unlocked: Coin"), "{found}");
}
