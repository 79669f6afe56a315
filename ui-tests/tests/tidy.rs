//! The rules of the house, as tests: nobody has to remember them in a review.

use std::fs;
use std::path::{Path, PathBuf};

/// Longer than this, a file holds two topics.
const LINES: usize = 500;
/// What fits beside another file on a screen.
const COLUMNS: usize = 100;
/// What can be read at once.
const FUNCTION_LINES: usize = 70;

/// A source file of ours, and its path from the root of the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        let in_folder = |name: &str| self.path.split('/').any(|part| part == name);
        in_folder("tests") || in_folder("ui-tests") || self.path.ends_with("tests.rs")
    }

    /// Lines that are code: no comments, no documentation.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self
            .text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace")
        .to_owned()
}

/// All files below `folder` that end in `.extension`, sorted.
fn files(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).expect("text");
                let path = path.strip_prefix(root()).expect("inside").to_string_lossy();
                found.push(Source {
                    path: path.replace('\\', "/"),
                    text,
                });
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// The Rust that people write. The benchmarks are tables of other crates' machines; golden
/// expansions are what the compiler writes.
fn sources() -> Vec<Source> {
    let mut sources = files("", "rs");
    sources.retain(|file| !file.path.starts_with("bench/") && !file.path.contains("/test-data/"));
    sources
}

/// Fails with everything that was found, not only with the first.
#[track_caller]
fn none(rule: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// Nothing for Miri to look at: no crate of ours may hold `unsafe`, and none does.
#[test]
fn nothing_is_unsafe() {
    let forbids = |path: &str| {
        let text = fs::read_to_string(root().join(path)).expect("a crate");
        text.contains("#![forbid(unsafe_code)]")
    };
    let roots = ["wink/src/lib.rs", "wink-runtime/src/lib.rs"];
    let missing = roots.iter().filter(|path| !forbids(path));
    none(
        "says `#![forbid(unsafe_code)]`",
        missing.map(ToString::to_string).collect(),
    );
    let mut found = Vec::new();
    // What is read as text, and this list.
    let is_text =
        |path: &str| path.starts_with("ui-tests/") || path.starts_with("wink-macros/src/tests/");
    // The attribute by which `wink::main!` names a section is written `unsafe(…)`, and no block.
    let words = [
        "unsafe {",
        "unsafe fn",
        "unsafe impl",
        "unsafe extern",
        "unsafe trait",
    ];
    for file in sources().iter().filter(|file| !is_text(&file.path)) {
        for (line, code) in file.code() {
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{line}", file.path));
            }
        }
    }
    none("is not unsafe", found);
}

#[test]
fn files_are_short_and_lines_fit() {
    let mut found = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        if lines > LINES {
            found.push(format!("{}: {lines} lines", file.path));
        }
        // Fixtures say what the compiler says, however long that is.
        if file.is_test() {
            continue;
        }
        for (at, line) in file.text.lines().enumerate() {
            if line.chars().count() > COLUMNS {
                found.push(format!(
                    "{}:{}: {} columns",
                    file.path,
                    at + 1,
                    line.chars().count()
                ));
            }
        }
    }
    none("at most 500 lines a file, 100 columns a line", found);
}

#[test]
fn functions_can_be_read_at_once() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| !file.is_test()) {
        let mut start: Option<(usize, &str, usize)> = None;
        for (at, line) in file.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            match start {
                None if begins_function(line) && !line.trim_end().ends_with(['}', ';']) => {
                    start = Some((at, line.trim(), indent));
                }
                Some((first, name, outer)) if indent == outer && line.trim() == "}" => {
                    let lines = at - first - 1;
                    if lines > FUNCTION_LINES {
                        found.push(format!(
                            "{}:{}: {lines} lines: {name}",
                            file.path,
                            first + 1
                        ));
                    }
                    start = None;
                }
                // A signature without a body.
                Some((_, _, outer)) if indent == outer && line.trim_end().ends_with(';') => {
                    start = None;
                }
                _ => {}
            }
        }
    }
    none("at most 70 lines a function", found);
}

fn begins_function(line: &str) -> bool {
    let words = line
        .split_whitespace()
        .take_while(|word| !word.contains('(') || *word == "pub(crate)");
    let mut words = words.chain(line.split_whitespace().find(|word| word.contains('(')));
    let qualifier = |word: &str| {
        matches!(
            word,
            "pub" | "const" | "async" | "unsafe" | "pub(crate)" | "pub(super)"
        )
    };
    words.find(|word| !qualifier(word)) == Some("fn")
}

#[test]
fn nothing_is_left_for_later() {
    // Written in two parts, so that this file does not find itself.
    let words = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("db", "g!("),
    ];
    let mut found = Vec::new();
    for file in sources() {
        for (at, line) in file.code() {
            // The compiler's fixtures speak of the attribute.
            let ignored = line.trim().starts_with(concat!("#[ig", "nore]"))
                && !file.path.starts_with("wink-macros/src/tests");
            // In a string it is text for somebody else's code.
            if ignored || words.iter().any(|word| line.contains(word)) && !line.contains("::core::")
            {
                found.push(format!("{}:{at}: {}", file.path, line.trim()));
            }
        }
    }
    none("nothing is left for later, no test is switched off", found);
}

#[test]
fn no_test_sleeps() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| file.is_test()) {
        for (at, line) in file.code() {
            if line.contains(concat!("thread::sl", "eep(")) {
                found.push(format!("{}:{at}: {}", file.path, line.trim()));
            }
        }
    }
    none(
        "tests hand in the time, or wait for what they wait for",
        found,
    );
}

#[test]
fn every_mistake_has_its_message() {
    let mut found = Vec::new();
    for folder in ["ui-tests/fail", "ui-tests/warnings"] {
        let sources = files(folder, "rs");
        let messages = files(folder, "stderr");
        let stem = |path: &str| {
            path.rsplit_once('.')
                .map_or(path, |(stem, _)| stem)
                .to_owned()
        };
        for source in &sources {
            if !messages
                .iter()
                .any(|message| stem(&message.path) == stem(&source.path))
            {
                found.push(format!("{}: no .stderr", source.path));
            }
        }
        for message in &messages {
            if !sources
                .iter()
                .any(|source| stem(&message.path) == stem(&source.path))
            {
                found.push(format!("{}: no .rs", message.path));
            }
        }
    }
    none("every .rs has its .stderr, every .stderr its .rs", found);
}

/// No stage imports a later one.
#[test]
fn the_compilers_stages_look_one_way() {
    let forbidden: [(&str, &[&str]); 5] = [
        ("parse", &["model", "check", "expand"]),
        ("model", &["parse", "check", "expand"]),
        ("check", &["parse", "expand"]),
        ("expand", &["parse", "check", "diagnostics"]),
        ("diagnostics", &["parse", "model", "check", "expand"]),
    ];
    let mut found = Vec::new();
    for file in files("wink-macros/src", "rs") {
        let inside = file.path.trim_start_matches("wink-macros/src/");
        let stage = inside.split(['/', '.']).next().unwrap_or_default();
        let Some((_, later)) = forbidden.iter().find(|(name, _)| *name == stage) else {
            continue;
        };
        for (at, line) in file.code() {
            if later.iter().any(|later| names_module(line, later)) {
                found.push(format!("{}:{at}: {}", file.path, line.trim()));
            }
        }
    }
    none(
        "parse, model, check, expand: no stage imports a later one",
        found,
    );
}

/// `crate::name`, or `name` among the braces of `use crate::{…}`.
fn names_module(line: &str, name: &str) -> bool {
    let after = |prefix: &str| {
        line.split(prefix).skip(1).any(|rest| {
            rest.strip_prefix(name).is_some_and(|rest| {
                !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
            })
        })
    };
    let list = line.split("crate::{").nth(1).unwrap_or_default();
    let listed = list
        .split([',', '}', ';'])
        .any(|part| part.trim() == name || part.trim().starts_with(&format!("{name}::")));
    after("crate::") || listed
}

#[test]
fn stages_and_the_core_say_what_they_must_not_know() {
    let mut found = Vec::new();
    let stages = [
        "ast",
        "parse",
        "model",
        "check",
        "expand",
        "fallback",
        "diagnostics/emit",
    ];
    for stage in stages {
        let path = root().join(format!("wink-macros/src/{stage}.rs"));
        let text = fs::read_to_string(&path).expect("a stage");
        if !introduction(&text).contains("must not know") {
            found.push(format!("wink-macros/src/{stage}.rs"));
        }
    }
    for file in files("wink-runtime/src/core", "rs")
        .iter()
        .filter(|file| !file.is_test())
    {
        if !introduction(&file.text).contains("must not know") {
            found.push(file.path.clone());
        }
    }
    none(
        "a stage and a module of the core open with what they must not know",
        found,
    );
}

/// The documentation at the top of a file, in small letters and one line.
fn introduction(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let words: Vec<&str> = lines
        .flat_map(|line| line[3..].split_whitespace())
        .collect();
    words.join(" ").to_lowercase()
}

#[test]
fn crates_depend_one_way() {
    // From the first to the last; each may name only those after it.
    let order = [
        "wink-cli",
        "wink-node",
        "wink",
        "wink-runtime",
        "wink-macros",
        "wink-chart",
    ];
    let mut found = Vec::new();
    for (at, name) in order.iter().enumerate() {
        let path = root().join(name).join("Cargo.toml");
        let text = fs::read_to_string(&path).expect("a manifest");
        let normal = text.split("[dev-dependencies]").next().unwrap_or_default();
        for line in normal.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if order[..at].contains(&dependency) {
                found.push(format!("{name} depends on {dependency}"));
            }
        }
    }
    none(
        "samples, ui-tests, wink-cli, wink-node, wink, wink-runtime, wink-macros, wink-chart",
        found,
    );
}
