//! Fixtures: a machine with, under the guilty tokens, what the compiler says about them.
//!
//! ```text
//! #[receive(Coinn => open)]
//! //        ^^^^^ `Message` has no message `Coinn` | help: did you mean `Coin`?
//! ```
//!
//! `^^^^` marks a mistake, `---- text` the second place of one. A text that starts with
//! `warning: ` is a lint. A comment that starts with `|` goes on where the one above ended.

use crate::ast::Machine;
use crate::compile::Source;
use crate::diagnostics::{Diagnostics, Level};
use crate::model::Chart;
use crate::{check, model, parse};
use proc_macro2::{Span, TokenStream};
use std::fmt::Write;
use std::str::FromStr;

/// Everything that is said about a machine is marked in it, and nothing else is.
#[track_caller]
pub fn check_diagnostics(fixture: &str) {
    check(fixture, |diagnostics, chart| check::all(diagnostics, chart));
}

/// The same without the rules: what the tokens and the names alone are blamed for.
#[track_caller]
pub fn check_form(fixture: &str) {
    check(fixture, |_, _| {});
}

/// Hands the model of a correct machine to `read`.
#[track_caller]
pub fn with_chart<T>(source: &str, read: impl FnOnce(&Chart<'_>) -> T) -> T {
    with_machine(source, |diagnostics, machine| {
        let chart = model::build(diagnostics, machine);
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
    }
}

#[track_caller]
fn check(fixture: &str, rules: impl FnOnce(&mut Diagnostics, &Chart<'_>)) {
    let mut diagnostics = Diagnostics::default();
    if let Some(machine) = parse::machine(&mut diagnostics, &source_of(fixture)) {
        let chart = model::build(&mut diagnostics, &machine);
        rules(&mut diagnostics, &chart);
    }
    let actual = said(&diagnostics);
    diagnostics.finish();
    let expected = marked(fixture);
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
    let end = [last.end(), first.end()].into_iter().find(|end| end.line == start.line);
    let end = end.map_or(start.column + 1, |end| end.column);
    Mark { line: start.line, column: start.column, length: end.saturating_sub(start.column), text }
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
        let length = comment.chars().take_while(|letter| kind.starts_with(*letter)).count();
        let text = format!("{kind} {}", comment[length..].trim());
        marks.push(Mark { line: code_line, column, length, text });
    }
    marks.sort();
    marks
}

/// The column and the rest of a comment that marks something.
fn annotation(line: &str) -> Option<(usize, &str)> {
    let comment = line.trim_start().strip_prefix("//")?.trim_start();
    let is_mark = comment.starts_with(['^', '|']) || comment.starts_with("--");
    is_mark.then(|| (line[..line.len() - comment.len()].chars().count(), comment.trim_end()))
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
            let message = mark.text[2..].replace(" | ", &format!("\n{}// | ", " ".repeat(indent)));
            writeln!(text, "{}//{blank}{carets} {message}", " ".repeat(indent))
                .expect("a string takes everything");
        }
    }
    text
}
