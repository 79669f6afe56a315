//! Each format in the hands of the tool that it is made for: Graphviz and PlantUML from the
//! system, Mermaid and XState from npm, in the folder that `WINK_TOOLS` names (`.ci/tools.sh`
//! installs them). A tool that is not there is said to be missing, on the terminal itself.

use crate::charts::{HOSTILE, everything, named, nothing};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use wink_chart::Chart;
use wink_chart::export::{dot, mermaid, plantuml, xstate};

/// All charts that are tried: those made by hand, and one for each hostile text.
fn charts() -> Vec<Chart> {
    let hostile = HOSTILE.iter().map(|text| named(text));
    [everything(), nothing()]
        .into_iter()
        .chain(hostile)
        .collect()
}

/// Says that something was not tried. Not by a macro, whose output a passing test swallows.
fn missing(what: &str) {
    let line = format!("NOT CHECKED: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// The folder with the packages of npm.
fn packages() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("WINK_TOOLS")?);
    folder
        .join("node_modules/xstate")
        .is_dir()
        .then_some(folder)
}

/// Runs a program on this input, which must please it.
fn run(command: &mut Command, input: &str) -> Result<String, String> {
    // A file never blocks, however much is written before anything is read.
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(input.as_bytes()).expect("a file");
    file.rewind().expect("a file");
    let output = command.stdin(file).output();
    let output = output.map_err(|error| error.to_string())?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.success() && complaint.trim().is_empty() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{}: {complaint}", output.status)),
    }
}

#[test]
fn graphviz_draws_every_chart() {
    if !is_there("dot") {
        return missing("Graphviz is not installed, its diagrams are drawn by nobody");
    }
    for chart in charts() {
        let written = dot(&chart);
        let drawn = run(Command::new("dot").arg("-Tsvg"), &written)
            .unwrap_or_else(|error| panic!("{error}\n{written}"));
        let document = parse(&drawn);
        let texts = texts(&document);
        for state in chart.states.iter().skip(1) {
            assert!(shows(&texts, &state.name), "{:?}\n{drawn}", state.name);
        }
    }
}

#[test]
fn plantuml_draws_every_chart() {
    if !is_there("plantuml") {
        return missing("PlantUML is not installed, its diagrams are drawn by nobody");
    }
    // One run for all: each start of its virtual machine takes a second.
    let charts = charts();
    let written: String = charts.iter().map(plantuml).collect();
    let mut command = Command::new("plantuml");
    command.args([
        "-charset",
        "UTF-8",
        "-tsvg",
        "-pipe",
        "-pipedelimitor",
        "@@@",
    ]);
    let drawn = run(&mut command, &written).unwrap_or_else(|error| panic!("{error}"));
    let pictures: Vec<&str> = drawn
        .split("@@@")
        .filter(|text| !text.trim().is_empty())
        .collect();
    assert_eq!(pictures.len(), charts.len());
    for (chart, picture) in charts.iter().zip(pictures) {
        let document = parse(picture.trim());
        let texts = texts(&document);
        assert!(
            !texts.iter().any(|text| text.contains("Syntax Error")),
            "{texts:?}"
        );
        for state in chart.states.iter().skip(1) {
            assert!(shows(&texts, &state.name), "{:?} in {texts:?}", state.name);
        }
    }
}

#[test]
fn mermaid_reads_every_chart() {
    let written: Vec<String> = charts().iter().map(mermaid).collect();
    let Some(printed) = node("mermaid.mjs", &written) else {
        return missing("no Node, or WINK_TOOLS names no folder with mermaid");
    };
    assert_eq!(printed.trim(), format!("{} read", written.len()));
}

#[test]
fn xstate_makes_machines_of_every_chart() {
    let written: Vec<String> = charts().iter().map(xstate).collect();
    let Some(printed) = node("xstate.mjs", &written) else {
        return missing("no Node, or WINK_TOOLS names no folder with xstate");
    };
    assert_eq!(printed.trim(), format!("{} made", written.len()));
}

/// Runs a script beside this file on a list of texts.
fn node(script: &str, texts: &[String]) -> Option<String> {
    let packages = packages().filter(|_| is_there("node"))?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it")
        .join(script);
    let input = serde_json::to_string(texts).expect("texts");
    let mut command = Command::new("node");
    command.arg(script).env("WINK_TOOLS", packages);
    Some(run(&mut command, &input).unwrap_or_else(|error| panic!("{error}")))
}

fn parse(svg: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(svg, options)
        .unwrap_or_else(|error| panic!("{error}\n{svg}"))
}

/// The words that a picture shows.
fn texts(document: &roxmltree::Document<'_>) -> Vec<String> {
    let texts = document
        .descendants()
        .filter(|node| node.tag_name().name() == "text");
    let text = |node: roxmltree::Node<'_, '_>| {
        let parts = node.descendants().filter(roxmltree::Node::is_text);
        visible(&parts.filter_map(|part| part.text()).collect::<String>())
    };
    texts.map(text).collect()
}

fn shows(texts: &[String], text: &str) -> bool {
    let text = visible(text);
    text.is_empty() || texts.contains(&text)
}

/// What is left of a text in a picture: letters and signs.
fn visible(text: &str) -> String {
    let is_seen = |letter: &char| !letter.is_whitespace() && !letter.is_control();
    text.chars().filter(is_seen).collect()
}
