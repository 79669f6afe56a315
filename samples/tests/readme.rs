//! What the repository's README shows is what is built and what is printed.

use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap()
}

fn block<'a>(page: &'a str, fence: &str) -> &'a str {
    let fence = format!("```{fence}\n");
    let start = page.find(&fence).expect("the page has such a block") + fence.len();
    &page[start..start + page[start..].find("```").unwrap()]
}

/// Code without comments and white space.
fn bare(code: &str) -> String {
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect()
}

#[test]
fn the_machine_is_the_sample() {
    let (page, sample) = (read("../README.md"), read("turnstile/main.rs"));
    let sample = sample.replace("#[machine(name = \"turnstile/Turnstile\")]", "#[machine]");
    let (machine, tests) = sample.split_once("#[cfg(test)]").unwrap();
    // The formatter's commas and braces aside, which one-line functions do without.
    assert_eq!(
        bare(block(&page, "rust")).replace(",}", "}"),
        bare(machine).replace(",}", "}")
    );
    let embedded = block(&page, "rust,ignore");
    assert!(bare(tests).contains(&bare(embedded)), "{embedded}");
}

#[test]
fn the_placement_is_the_family_s() {
    let (page, sample) = (read("../README.md"), read("family/main.rs"));
    let shown = block(&page, "rust,family");
    assert!(bare(&sample).contains(&bare(shown)), "{shown}");
}

#[test]
fn the_diagram_is_the_machine_s() {
    let program = env!("CARGO_BIN_EXE_turnstile");
    let output = Command::new(program).arg("--diagram").output().unwrap();
    let drawn = String::from_utf8(output.stdout).unwrap();
    assert_eq!(block(&read("../README.md"), "mermaid"), drawn);
}

/// All Rust sources below a folder, in one text.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let texts = entries.map(|entry| {
        let path = entry.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => std::fs::read_to_string(&path).unwrap(),
            _ if path.is_dir() => sources(&path),
            _ => String::new(),
        }
    });
    texts.collect()
}

/// All tests that a page may name.
fn tests() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    ["samples/tests", "wink", "wink-node", "wink-runtime"]
        .iter()
        .map(|folder| sources(&root.join(folder)))
        .collect()
}

/// In each row of a table the last cell names tests; how many rows there are.
#[track_caller]
fn check_names(table: &str) -> usize {
    let tests = tests();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    for row in &rows[2..] {
        let named = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for name in named.split(", ").map(|name| name.trim_matches('`')) {
            assert!(tests.contains(&format!("fn {name}(")), "{name} of {row}");
        }
    }
    rows.len() - 2
}

/// Each of the old faults has its tests, by the names that the page gives.
#[test]
fn every_fault_of_the_forerunner_has_a_test() {
    assert!(check_names(&read("../docs/faults.md")) > 12);
}

/// Each wish of other systems' users has its tests, too.
#[test]
fn every_wish_of_others_has_a_test() {
    let page = read("../docs/coming-from.md");
    let (_, wishes) = page.split_once("\n## What users of the others").unwrap();
    assert_eq!(check_names(wishes), 16);
}
