//! The core knows no clock, no socket, no task, no file: read from its sources.

use std::fs;
use std::path::{Path, PathBuf};

/// What no file of the core may name. A `SystemTime` is a number like any other until somebody
/// reads the clock.
const BANNED: [&str; 13] = [
    "tokio",
    "Instant",
    "SystemTime::now",
    ".elapsed(",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "thread::spawn",
    "thread::sleep",
    "thread::current",
    "RandomState",
];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the core is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a line, without what follows `//`.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

#[test]
fn the_core_is_pure() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core"),
        &mut files,
    );
    assert!(files.len() > 15, "found only {files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        for (index, line) in text.lines().enumerate() {
            for banned in BANNED.iter().filter(|banned| code(line).contains(**banned)) {
                wrong.push(format!("{}:{}: {banned}", file.display(), index + 1));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "the core must not name these:\n{}",
        wrong.join("\n")
    );
}
