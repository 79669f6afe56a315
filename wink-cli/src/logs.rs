//! `wink logs`: what a machine has written, and what it writes.

use crate::node::{Node, Trouble};
use crate::out;
use crate::show;
use anstyle::{AnsiColor, Style};
use wink_node::request::{Answer, Line, Request};

/// Shows a machine's log.
pub fn run(
    node: &Node,
    target: String,
    follow: bool,
    lines: usize,
    json: bool,
) -> Result<(), Trouble> {
    let request = Request::Logs {
        target,
        follow,
        lines,
    };
    node.for_each(&request, |answer| match (answer, json) {
        (Answer::Line(line), true) => out::line(serde_json::to_string(&line).unwrap_or_default()),
        (Answer::Line(line), false) => out::line(text(&line)),
        _ => Ok(()),
    })
}

/// A line for people: the time, what kind of line, the text.
fn text(line: &Line) -> String {
    let time = line.time.get(11..23).unwrap_or(&line.time);
    let (style, shown) = match line.kind.as_str() {
        "log" | "out" => (Style::new(), show::plain(&line.text)),
        "errored" => (
            AnsiColor::Red.on_default(),
            format!("errored: {}", show::plain(&line.text)),
        ),
        "exited" => (
            Style::new().dimmed(),
            format!("exited: {}", show::plain(&line.text)),
        ),
        "err" | "notice" => (AnsiColor::Yellow.on_default(), show::plain(&line.text)),
        _ => (Style::new().dimmed(), show::plain(&line.text)),
    };
    format!(
        "{} {}",
        show::styled(Style::new().dimmed(), time),
        show::styled(style, &shown)
    )
}
