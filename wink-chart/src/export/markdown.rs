//! A chart's transition table as Markdown, with tables as GitHub and rustdoc know them.

use super::notes;
use crate::{Chart, Row, RowKind, StateId, StateKind, Target, Trigger};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The chart as a page: what it is called and for, its transition table, its messages. Ended by
/// a line break.
pub fn markdown(chart: &Chart) -> String {
    let mut text = format!("# {} {}\n", plain(&chart.name), plain(&chart.version));
    let paragraph = plain(&chart.documentation);
    if !paragraph.trim().is_empty() {
        text.push_str(&format!("\n{}\n", paragraph.trim()));
    }
    text.push_str("\n## States\n\n");
    text.push_str(&table(chart));
    text.push_str("\n## Messages\n\n| message | fields | answer | about |\n|---|---|---|---|\n");
    for message in chart.messages.iter() {
        let fields = message.fields.iter();
        let fields = fields.map(|field| code(&format!("{}: {}", field.name, field.type_name)));
        let line = format!(
            "| {} | {} | {} | {} |\n",
            code(&message.name),
            fields.collect::<Vec<_>>().join(", "),
            message.reply.as_deref().map_or_else(String::new, code),
            plain(&message.documentation),
        );
        text.push_str(&line);
    }
    text
}

/// The transition table alone: a line for each entry, exit and row, states in document order and
/// indented as they lie in one another. Ended by a line break.
pub fn table(chart: &Chart) -> String {
    let mut text = String::from("| state | on | does | goes to |\n|---|---|---|---|\n");
    for state in chart.state_ids() {
        lines(chart, state, &mut text);
    }
    text
}

fn lines(chart: &Chart, id: StateId, text: &mut String) {
    let state = chart.state(id);
    let mut name = match id {
        StateId::ROOT => "*everywhere*".to_owned(),
        _ => "\u{2003}".repeat(chart.depth(id) - 1) + &code(notes::title(chart, id)),
    };
    let parent = chart.parent(id).map(|parent| chart.state(parent));
    let marks = [
        (
            parent.is_some_and(|parent| parent.initial == Some(id)),
            "initial",
        ),
        (state.kind == StateKind::Parallel, "parallel"),
        (state.kind == StateKind::Final, "final"),
    ];
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        name.push_str(&format!(" ({mark})"));
    }
    let mut cells: Vec<[String; 3]> = Vec::new();
    for (word, function) in [("entry", &state.entry), ("exit", &state.exit)] {
        if let Some(function) = function {
            cells.push([word.to_owned(), code(function), String::new()]);
        }
    }
    for row in chart.rows.iter().filter(|row| row.source == id) {
        cells.push([on(chart, row), does(row), goes(chart, row)]);
    }
    if cells.is_empty() && id != StateId::ROOT {
        cells.push(Default::default());
    }
    for (index, [on, does, goes]) in cells.iter().enumerate() {
        let name = if index == 0 { name.as_str() } else { "" };
        text.push_str(&format!("| {name} | {on} | {does} | {goes} |\n"));
    }
}

fn on(chart: &Chart, row: &Row) -> String {
    let event = match &row.trigger {
        Trigger::Messages(messages) => {
            let names = messages.iter().map(|&id| code(&chart.message(id).name));
            names.collect::<Vec<String>>().join(", ")
        }
        Trigger::Any => "any other message".to_owned(),
        Trigger::After(_) => plain(&chart.trigger_label(row)),
        Trigger::Always | Trigger::Done | Trigger::Child(_) | Trigger::Down => {
            chart.trigger_label(row)
        }
    };
    match &row.guard {
        Some(guard) => format!("{event} if {}", code(guard)),
        None => event,
    }
}

fn does(row: &Row) -> String {
    match (row.kind, &row.action) {
        (RowKind::Ignore, _) => "*ignored*".to_owned(),
        (RowKind::Defer, _) => "*deferred*".to_owned(),
        (RowKind::Receive, Some(function)) => code(function),
        (RowKind::Receive, None) => String::new(),
    }
}

fn goes(chart: &Chart, row: &Row) -> String {
    let targets = row.targets.iter().map(|&target| match target {
        Target::State(state) => code(notes::title(chart, state)),
        Target::History(state) => format!("history of {}", code(notes::title(chart, state))),
        Target::DeepHistory(state) => {
            format!("deep history of {}", code(notes::title(chart, state)))
        }
        Target::Stay => "*stay*".to_owned(),
    });
    let mut goes = targets.collect::<Vec<String>>().join(" or ");
    if row.reenter {
        goes.push_str(" (reenter)");
    }
    goes
}

/// A code span in a cell: a bar would end the cell, and so many backticks as are in the text
/// would end the span (CommonMark 0.31, section 6.1).
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    // A backslash before a bar takes the bar's escape for itself, so it stands outside of code.
    if text.trim().is_empty() || text.contains("\\\\|") {
        return plain(&text.replace("\\|", "|"));
    }
    let runs = text.split(|letter| letter != '`').map(str::len);
    let longest = runs.max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let begins = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    match begins {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut escaped = String::new();
    for letter in one_line(text).chars() {
        match letter {
            // Everyday punctuation in the middle of a text means nothing.
            '.' | ',' | '\'' | '"' | '/' | ';' | '?' | '%' | '=' => escaped.push(letter),
            '-' | ':' | '(' | ')' if !escaped.is_empty() => escaped.push(letter),
            letter if letter.is_ascii_punctuation() => {
                escaped.push('\\');
                escaped.push(letter);
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    let line = text.chars().map(|letter| match letter {
        letter if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' => ' ',
        letter => letter,
    });
    line.collect()
}
