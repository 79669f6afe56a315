//! What the exports write, and that no text of a chart gets out of its place.

use crate::charts::{HOSTILE, everything, named, nothing};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use wink_chart::export::{dot, json, markdown, mermaid, plantuml, scxml, xstate};

/// Compares with a file under test-data, or writes it when asked to.
pub fn check(file: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("test-data")
        .join(file);
    if std::env::var_os("WINK_UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "test-data/{file} differs: WINK_UPDATE=1 writes it anew"
    );
}

#[test]
fn everything_is_drawn() {
    check("everything.mmd", &mermaid(&everything()));
    check("nothing.mmd", &mermaid(&nothing()));
    check("everything.dot", &dot(&everything()));
    check("everything.puml", &plantuml(&everything()));
}

#[test]
fn everything_is_described() {
    check("everything.json", &json(&everything()));
    check("nothing.json", &json(&nothing()));
    check("everything.scxml", &scxml(&everything()));
    check("nothing.scxml", &scxml(&nothing()));
    check("everything.xstate.json", &xstate(&everything()));
    check("everything.md", &markdown(&everything()));
}

#[test]
fn descriptions_read_back_as_what_they_were() {
    for text in HOSTILE {
        let read: Value = serde_json::from_str(&json(&named(text))).unwrap();
        assert_eq!(read["documentation"], text);
        assert_eq!(read["messages"][0]["name"], text);
        assert_eq!(read["messages"][0]["fields"][0]["type"], text);
        assert_eq!(read["states"][1]["entry"], text);
        assert_eq!(read["states"][1]["parent"], text);
        assert_eq!(read["rows"][0]["guard"], text);
        assert_eq!(read["rows"][0]["messages"][0], text);
        assert_eq!(read["rows"][0]["targets"][1]["state"], text);
    }
}

#[test]
fn no_name_gets_out_of_its_label() {
    for text in HOSTILE {
        let drawn = mermaid(&named(text));
        let mut lines = drawn.lines();
        assert_eq!(lines.next(), Some("stateDiagram-v2"));
        let (mut depth, mut is_in_note, mut ids) = (0_usize, false, BTreeSet::new());
        for line in lines {
            let line = line.trim();
            if is_in_note {
                is_in_note = line != "end note";
                assert!(!is_in_note || is_label(line), "{text:?}: {line}");
            } else if let Some(id) = line.strip_prefix("note right of ") {
                assert!(is_id(id), "{text:?}: {line}");
                is_in_note = true;
            } else if let Some(rest) = line.strip_prefix("state \"") {
                let (label, id) = rest.split_once("\" as ").unwrap();
                assert!(is_label(label) && is_id(id), "{text:?}: {line}");
                assert!(ids.insert(id), "{text:?}: {id} is there twice");
            } else if let Some((edge, label)) = line.split_once(" : ") {
                assert!(is_edge(edge) && is_label(label), "{text:?}: {line}");
            } else if let Some(id) = line.strip_prefix("state ") {
                assert!(is_id(id.strip_suffix(" {").unwrap()), "{text:?}: {line}");
                depth += 1;
            } else if line == "}" {
                depth -= 1;
            } else {
                assert!(is_edge(line) || is_id(line), "{text:?}: {line}");
                assert!(
                    line.contains(' ') || ids.insert(line),
                    "{text:?}: {line} is there twice"
                );
            }
        }
        assert!(depth == 0 && !is_in_note, "{text:?}: {drawn}");
    }
}

fn is_edge(text: &str) -> bool {
    let is_end = |end: &str| end == "[*]" || is_id(end);
    text.split_once(" --> ")
        .is_some_and(|(from, to)| is_end(from) && is_end(to))
}

fn is_id(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !text.is_empty()
        && text.chars().all(is_plain)
        && !["root", "state", "constructor"].contains(&text)
}

/// Nothing that Mermaid reads as more than text.
fn is_label(text: &str) -> bool {
    let without_codes: String = text
        .split('#')
        .map(|part| part.split_once(';').map_or(part, |(_, rest)| rest))
        .collect();
    !text.is_empty()
        && !without_codes.contains(['"', '{', '}', ':', ';', '<', '>', '-', '%', '`', '\\'])
        && !without_codes.contains("[[")
        && !without_codes.contains("direction TB")
        && !without_codes.contains("end note")
        && without_codes.is_ascii()
}
