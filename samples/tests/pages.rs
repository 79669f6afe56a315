//! Every sample's page tells the truth: its diagram is what the machine draws, and its transcript
//! is what the machine prints.
//!
//! Beside it stands the picture of the same machine, light and dark.
//!
//! `WINK_UPDATE=1 cargo test -p samples --test pages` writes both anew. In a transcript, what is
//! typed stands behind the prompt (`locked> push`); everything else is the machine's.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use wink_chart::export::{Theme, svg_in};
use wink_node::executable;

macro_rules! pages {
    ($($test:ident: $folder:literal = $binary:literal;)*) => {
        $(
            #[test]
            fn $test() {
                check($folder, env!(concat!("CARGO_BIN_EXE_", $binary)), $binary);
            }
        )*
    };
}

pages! {
    switch: "switch" = "switch";
    turnstile: "turnstile" = "turnstile";
    fizzbuzz: "fizzbuzz" = "fizzbuzz";
    echo: "echo" = "echo";
    forward: "forward" = "forward";
    useless: "useless" = "useless";
    version: "version" = "version";
    door: "door" = "door";
    traffic_light: "traffic-light" = "traffic-light";
    calculator: "calculator" = "calculator";
    coffee: "coffee" = "coffee";
    ring: "ring" = "ring";
    chat: "chat" = "chat";
    pool: "pool" = "pool";
    hierarchy_empty: "hierarchy/empty" = "empty";
    hierarchy_simple: "hierarchy/simple" = "simple";
    hierarchy_bigger: "hierarchy/bigger" = "bigger";
    hierarchy_forest: "hierarchy/forest" = "forest";
    time_after: "time/after" = "after";
    time_at: "time/at" = "at";
    time_ticker: "time/ticker" = "ticker";
    time_stopwatch: "time/stopwatch" = "stopwatch";
    family: "family" = "family";
}

/// A program that tells a story of its own: no machine on the console, nothing typed.
#[test]
fn key_value() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("key-value/README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let printed = run(env!("CARGO_BIN_EXE_key-value"), &[], "");
    let command = "$ cargo run -q -p samples --bin key-value";
    let page_now = replace(&page, "console", &format!("{command}\n{printed}"));
    settle(&path, &page, &page_now);
}

/// Another one.
#[test]
fn monkey() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("monkey/README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let printed = run(env!("CARGO_BIN_EXE_monkey"), &[], "");
    let command = "$ cargo run -q -p samples --bin monkey";
    let page_now = replace(&page, "console", &format!("{command}\n{printed}"));
    settle(&path, &page, &page_now);
}

fn check(folder: &str, program: &str, binary: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join("README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let diagram = run(program, &["--diagram"], "");
    let transcript = block(&page, "console").expect("the page has a transcript");
    let command = transcript.lines().next().unwrap();
    let (start, arguments) = command
        .split_once(" -- ")
        .expect("the command passes arguments on");
    assert_eq!(start, format!("$ cargo run -q -p samples --bin {binary}"));
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    assert!(
        arguments.contains(&"--virtual-time"),
        "or the transcript would take its time"
    );
    let printed = run(program, &arguments, &typed(transcript));
    let page_now = replace(&page, "mermaid", &diagram);
    let page_now = replace(&page_now, "console", &format!("{command}\n{printed}"));
    let page_now = with_picture(&path, program, &page_now);
    settle(&path, &page, &page_now);
}

/// The picture beside the page, light and dark, and the line of the page that shows it.
fn with_picture(path: &Path, program: &str, page: &str) -> String {
    let chart = executable::describe(Path::new(program)).unwrap().chart;
    for (name, theme) in [
        ("picture.svg", Theme::Light),
        ("picture-dark.svg", Theme::Dark),
    ] {
        let path = path.with_file_name(name);
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        settle(&path, &kept, &svg_in(&chart, theme));
    }
    let Some((before, rest)) = page.split_once(PICTURE) else {
        let fence = page.find("```mermaid").expect("the page has a diagram");
        return format!("{}{PICTURE}\n\n{}", &page[..fence], &page[fence..]);
    };
    format!("{before}{PICTURE}{rest}")
}

/// What shows the picture in the colours that the reader likes.
const PICTURE: &str = "<picture><source media=\"(prefers-color-scheme: dark)\" \
     srcset=\"picture-dark.svg\"><img src=\"picture.svg\" alt=\"The machine\"></picture>";

/// Writes the page anew, or compares.
fn settle(path: &Path, page: &str, page_now: &str) {
    if std::env::var_os("WINK_UPDATE").is_some() {
        std::fs::write(path, page_now).unwrap();
    } else {
        let path = path.display();
        assert_eq!(page, page_now, "{path} is stale: run with WINK_UPDATE=1");
    }
}

/// What stands behind the prompts.
fn typed(transcript: &str) -> String {
    let prompted = |line: &&str| !line.starts_with([' ', '$']) && line.contains("> ");
    let lines = transcript.lines().filter(prompted);
    lines
        .map(|line| line.split_once("> ").unwrap().1.to_owned() + "\n")
        .collect()
}

fn run(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A machine that has ended reads no more.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "",
        "{program} says nothing else"
    );
    assert!(
        output.status.success(),
        "{program} ended with {}",
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

fn bounds(page: &str, language: &str) -> Option<(usize, usize)> {
    let fence = format!("```{language}\n");
    let start = page.find(&fence)? + fence.len();
    Some((start, start + page[start..].find("```")?))
}

fn block<'a>(page: &'a str, language: &str) -> Option<&'a str> {
    bounds(page, language).map(|(start, end)| &page[start..end])
}

fn replace(page: &str, language: &str, text: &str) -> String {
    let (start, end) = bounds(page, language).expect("the page has a block to fill");
    format!("{}{text}{}", &page[..start], &page[end..])
}
