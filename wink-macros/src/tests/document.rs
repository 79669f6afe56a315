//! Documents that must not compile, with what is said about them, and what may never happen.
//!
//! `test-data/scxml/NAME.scxml` is the document, `NAME.txt` what is printed;
//! `WINK_UPDATE=1 cargo test -p wink-macros --features scxml` writes it: read the difference.

use crate::document::{check, ecmascript};
use proc_macro2::TokenStream;
use std::path::{Path, PathBuf};

fn arguments(format: &str, file: &str) -> TokenStream {
    let tokens = format!("{format} = {file:?}, pub mod door");
    tokens.parse().expect("these are tokens")
}

fn documents(format: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("test-data")
        .join(format);
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|one| one == ending));
    paths.sort();
    assert!(!paths.is_empty(), "there are documents");
    paths
}

fn problems(text: &str) -> Vec<String> {
    check(arguments("scxml", "door.scxml"), text, None).0
}

/// All documents in the folder say what is written beside them.
fn judge(format: &str, ending: &str) {
    for path in documents(format, ending) {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        let (problems, _) = check(arguments(format, &name), &text, Some(&path));
        assert!(!problems.is_empty(), "{name} is to be refused");
        let said = format!("error: {}\n", problems.join("\n\nerror: "));
        let kept = path.with_extension("txt");
        if std::env::var_os("WINK_UPDATE").is_some() {
            std::fs::write(&kept, &said).expect("it can be written");
        }
        let expected = std::fs::read_to_string(&kept).unwrap_or_default();
        assert_eq!(said, expected, "{name}");
    }
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    judge("scxml", "scxml");
}

#[test]
fn what_is_wrong_in_json_is_said_at_its_place() {
    judge("xstate", "json");
}

#[test]
fn json_that_is_too_deep_is_refused() {
    let text = "[".repeat(100_000);
    let (said, _) = check(arguments("xstate", "door.json"), &text, None);
    assert!(said.len() == 1 && said[0].contains("nested"), "{said:?}");
}

const HEAD: &str = "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0'>";

#[test]
fn documents_that_are_too_deep_or_too_large_are_refused() {
    for (depth, why) in [
        (70, "nested"),
        (10_000, "nested"),
        (100_000, "16000 elements"),
    ] {
        let (open, close) = ("<state>".repeat(depth), "</state>".repeat(depth));
        let said = problems(&format!("{HEAD}{open}{close}</scxml>"));
        assert!(said.len() == 1 && said[0].contains(why), "{said:?}");
    }
    let many = "<state/>".repeat(2_001);
    let said = problems(&format!("{HEAD}{many}</scxml>"));
    assert!(said[0].contains("2000 states"), "{said:?}");
    let more = "<state/>".repeat(100_000);
    let said = problems(&format!("{HEAD}{more}</scxml>"));
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn deep_expressions_are_refused() {
    for text in [
        "(".repeat(5_000),
        "!".repeat(5_000) + "a",
        "[".repeat(5_000),
        "a+".repeat(5_000) + "a",
        "a.".repeat(5_000) + "a",
        "a?".repeat(5_000),
        "In(".repeat(5_000),
    ] {
        assert!(ecmascript::parse(&text).is_err(), "{}", &text[..10]);
    }
}

#[test]
fn nothing_about_a_sound_document_is_wrong() {
    let text = format!("{HEAD}<state id='a'><transition event='b' target='a'/></state></scxml>");
    let (problems, module) = check(arguments("scxml", "door.scxml"), &text, None);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(module.to_string().contains("pub mod a"));
}

/// Small changes to documents, drawn from a seed: an answer is all that is asked for.
#[test]
fn mutilated_documents_are_answered() {
    let mut sources: Vec<String> = documents("scxml", "scxml")
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("it can be read"))
        .collect();
    let content = "<onentry><if cond='x'><raise event='a.b'/><elseif cond='y'/><else/></if>\
                   <send event='c' delay='1s'/><foreach array='[1]' item='z'/></onentry>";
    sources.push(format!(
        "{HEAD}<parallel id='p'><state id='s'>{content}</state></parallel></scxml>"
    ));
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % bound.max(1) as u64) as usize
    };
    for _ in 0..3_000 {
        let mut text: Vec<char> = sources[draw(sources.len())].chars().collect();
        for _ in 0..=draw(4) {
            let at = draw(text.len());
            let length = draw(12).min(text.len() - at);
            match draw(3) {
                0 => drop(text.drain(at..at + length)),
                1 => {
                    let copied: Vec<char> = text[at..at + length].to_vec();
                    let to = draw(text.len());
                    text.splice(to..to, copied);
                }
                _ => text[at] = ['<', '>', '\'', '"', '&', 'é', ' ', '/'][draw(8)],
            }
        }
        let text: String = text.into_iter().collect();
        let (problems, _) = check(arguments("scxml", "door.scxml"), &text, None);
        assert!(problems.len() < 30);
    }
}
