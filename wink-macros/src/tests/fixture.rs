//! Fixtures: a machine with, under the guilty tokens, what the compiler says about them.
//!
//! ```text
//! #[receive(Coinn => open)]
//! //        ^^^^^ `Message` has no message `Coinn` | help: did you mean `Coin`?
//! ```
//!
//! `^^^^` marks a mistake, `---- text` the second place of one. A text that starts with
//! `warning: ` is a lint. A comment that starts with `|` goes on where the one above ended.
//! `WINK_UPDATE=1 cargo test -p wink-macros` writes the marks into the fixtures; read the
//! difference before you believe it.

use crate::ast::Machine;
use crate::compile::Source;
use crate::diagnostics::{Diagnostics, Level};
use crate::model::Chart;
use crate::{check, model, parse};
use proc_macro2::{Span, TokenStream};
use std::fmt::Write;
use std::panic::Location;
use std::str::FromStr;
use std::sync::Mutex;

/// Everything that is said about a machine is marked in it, and nothing else is.
#[track_caller]
pub fn check_diagnostics(fixture: &str) {
    check(fixture, |diagnostics, chart| {
        drop(check::all(diagnostics, chart))
    });
}

/// The same without the rules: what the tokens and the names alone are blamed for.
#[track_caller]
pub fn check_form(fixture: &str) {
    check(fixture, |_, _| {});
}

/// [`check_form`] for what stands in a small machine.
#[track_caller]
pub fn check_in_gate(fixture: &str) {
    check_form(&in_gate(fixture));
}

/// A small machine around `body`, all in the lines of `body`.
pub fn in_gate(body: &str) -> String {
    format!(
        "pub mod gate {{ #[data] pub struct Gate {{ pub coins: u32 }} \
         #[messages] pub enum Message {{ Coin {{ value: u32 }}, Note {{ value: u32, code: u64 }}, \
         Push, Pair(u8, u16), #[reply(u32)] Total }} {body} }}"
    )
}

/// Hands the model of a correct machine to `read`.
#[track_caller]
pub fn with_chart<T>(source: &str, read: impl FnOnce(&Chart<'_>) -> T) -> T {
    with_machine(source, |diagnostics, machine| {
        let chart = model::build(diagnostics, machine, None);
        assert_eq!(said(diagnostics), [], "the machine is not correct");
        read(&chart)
    })
}

/// Hands the tree of a machine to `read`; mistakes are not looked at.
#[track_caller]
pub fn with_machine<T>(source: &str, read: impl FnOnce(&mut Diagnostics, &Machine) -> T) -> T {
    let mut diagnostics = Diagnostics::default();
    let machine = parse::machine(&mut diagnostics, &source_of(source)).expect("a machine");
    let result = read(&mut diagnostics, &machine);
    diagnostics.finish();
    result
}

/// A fixture may start with the arguments of `#[machine(…)]`, as an attribute.
fn source_of(text: &str) -> Source {
    Source {
        arguments: TokenStream::new(),
        item: TokenStream::from_str(text).expect("the fixture consists of tokens"),
        notes: None,
    }
}

#[track_caller]
fn check(fixture: &str, rules: impl FnOnce(&mut Diagnostics, &Chart<'_>)) {
    let mut diagnostics = Diagnostics::default();
    if let Some(machine) = parse::machine(&mut diagnostics, &source_of(fixture)) {
        let chart = model::build(&mut diagnostics, &machine, None);
        rules(&mut diagnostics, &chart);
    }
    let actual = said(&diagnostics);
    diagnostics.finish();
    let expected = marked(fixture);
    if actual != expected && std::env::var_os("WINK_UPDATE").is_some() {
        return update(
            Location::caller().file(),
            fixture,
            &annotate(fixture, &actual),
        );
    }
    assert!(
        actual == expected,
        "the compiler says something else; what it says is:\n{}",
        annotate(fixture, &actual)
    );
}

/// A marked place: line, first column, length, and the text with its mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    line: usize,
    column: usize,
    length: usize,
    text: String,
}

/// What the compiler said, in source order.
fn said(diagnostics: &Diagnostics) -> Vec<Mark> {
    let mut marks = Vec::new();
    for diagnostic in diagnostics.list() {
        let level = match diagnostic.level {
            Level::Error => "",
            Level::Warning(_) => "warning: ",
        };
        let mut text = format!("^ {level}{}", diagnostic.message);
        if let Some(help) = &diagnostic.help {
            write!(text, " | help: {help}").expect("a string takes everything");
        }
        marks.push(mark(diagnostic.span, text));
        if let Some((span, text)) = &diagnostic.other {
            marks.push(mark((*span, *span), format!("- {text}")));
        }
    }
    marks.sort();
    marks.dedup();
    marks
}

fn mark((first, last): (Span, Span), text: String) -> Mark {
    let start = first.start();
    // A place of several lines is marked in its first one.
    let end = [last.end(), first.end()]
        .into_iter()
        .find(|end| end.line == start.line);
    let end = end.map_or(start.column + 1, |end| end.column);
    Mark {
        line: start.line,
        column: start.column,
        length: end.saturating_sub(start.column),
        text,
    }
}

/// What the fixture says that the compiler says.
fn marked(fixture: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut code_line = 0;
    for (at, line) in fixture.lines().enumerate() {
        let Some((column, comment)) = annotation(line) else {
            code_line = at + 1;
            continue;
        };
        if let Some(more) = comment.strip_prefix('|') {
            let last = marks.last_mut().expect("something to go on with");
            write!(last.text, " |{more}").expect("a string takes everything");
            continue;
        }
        let kind = &comment[..1];
        let length = comment
            .chars()
            .take_while(|letter| kind.starts_with(*letter))
            .count();
        let text = format!("{kind} {}", comment[length..].trim());
        marks.push(Mark {
            line: code_line,
            column,
            length,
            text,
        });
    }
    marks.sort();
    marks
}

/// The column and the rest of a comment that marks something.
fn annotation(line: &str) -> Option<(usize, &str)> {
    let comment = line.trim_start().strip_prefix("//")?.trim_start();
    let is_mark = comment.starts_with(['^', '|', '-']);
    is_mark.then(|| {
        (
            line[..line.len() - comment.len()].chars().count(),
            comment.trim_end(),
        )
    })
}

/// The fixture as it would have to be, to compare and to paste.
fn annotate(fixture: &str, marks: &[Mark]) -> String {
    let mut text = String::new();
    for (at, line) in fixture.lines().enumerate() {
        if annotation(line).is_some() {
            continue;
        }
        writeln!(text, "{line}").expect("a string takes everything");
        for mark in marks.iter().filter(|mark| mark.line == at + 1) {
            let column = mark.column.saturating_sub(2);
            let indent = (line.len() - line.trim_start().len()).min(column);
            let blank = " ".repeat(column - indent);
            let carets = mark.text[..1].repeat(mark.length);
            let more = format!("\n{}// | help: ", " ".repeat(indent));
            let message = mark.text[2..].replace(" | help: ", &more);
            writeln!(text, "{}//{blank}{carets} {message}", " ".repeat(indent))
                .expect("a string takes everything");
        }
    }
    text
}

/// Replaces a fixture in the file of its test. `fixture` may contain more than the literal.
fn update(file: &str, fixture: &str, annotated: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    // The path starts at the workspace, tests run in the package.
    let path = [file, &format!("../{file}")].map(std::path::PathBuf::from);
    let path = path
        .into_iter()
        .find(|path| path.exists())
        .expect("the test's file");
    let text = std::fs::read_to_string(&path).expect("the test's file can be read");
    let mut literal = "";
    for part in text.split("r#\"").skip(1) {
        let content = part.split("\"#").next().unwrap_or_default();
        if content.len() > literal.len() && fixture.contains(content) {
            literal = content;
        }
    }
    assert!(!literal.is_empty(), "a fixture is a literal with r#");
    let at = fixture.find(literal).expect("part of the fixture");
    let (before, after) = (&fixture[..at], &fixture[at + literal.len()..]);
    let after = after.strip_suffix('\n').unwrap_or(after);
    let annotated = annotated.strip_prefix(before).expect("the same beginning");
    let annotated = annotated.strip_suffix('\n').unwrap_or(annotated);
    let annotated = annotated.strip_suffix(after).expect("the same end");
    std::fs::write(&path, text.replacen(literal, annotated, 1)).expect("it can be written");
}
