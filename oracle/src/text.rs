//! A chart as an outline, for a person who reads a failed test.

use std::fmt::Write;
use wink_chart::{Chart, MessageId, Row, RowId, RowKind, StateId, StateKind, Target, Trigger};

/// The chart's states and rows, nested by indentation.
pub fn outline(chart: &Chart) -> String {
    let mut text = String::new();
    for id in chart.state_ids() {
        let state = chart.state(id);
        let indent = "  ".repeat(chart.depth(id));
        let kind = match state.kind {
            StateKind::Leaf => "",
            StateKind::Composite => " composite",
            StateKind::Parallel => " parallel",
            StateKind::Final => " final",
        };
        let initial = state
            .initial
            .map(|child| format!(" -> {}", name(chart, child)));
        let functions: String = [&state.entry, &state.exit]
            .into_iter()
            .flatten()
            .map(|f| format!(" {f}()"))
            .collect();
        let initial = initial.unwrap_or_default();
        let _ = writeln!(
            text,
            "{indent}{} {}{kind}{initial}{functions}",
            id.0, state.name
        );
        for row in chart.rows_of(id) {
            let _ = writeln!(text, "{indent}  | {}", line(chart, row));
        }
    }
    text
}

fn line(chart: &Chart, id: RowId) -> String {
    let row = chart.row(id);
    let kind = match row.kind {
        RowKind::Receive => "",
        RowKind::Ignore => "ignore ",
        RowKind::Defer => "defer ",
    };
    let mut text = format!("{} {kind}{}", id.0, trigger(chart, row));
    if let Some(guard) = &row.guard {
        let _ = write!(text, " if {guard}");
    }
    let targets: Vec<_> = row
        .targets
        .iter()
        .map(|&target| self::target(chart, target))
        .collect();
    if !targets.is_empty() {
        let _ = write!(text, " => {}", targets.join(" | "));
    }
    if row.reenter {
        text.push_str(", reenter");
    }
    if row.chooses {
        text.push_str(", chooses");
    }
    if let Some(action) = &row.action {
        let _ = write!(text, " {action}()");
    }
    text
}

fn trigger(chart: &Chart, row: &Row) -> String {
    match &row.trigger {
        Trigger::Messages(messages) => {
            let name = |&id: &MessageId| chart.message(id).name.to_string();
            messages.iter().map(name).collect::<Vec<_>>().join(" | ")
        }
        Trigger::Any => "_".to_owned(),
        Trigger::After(delay) => format!("after {}", delay.text),
        Trigger::Always => "always".to_owned(),
        Trigger::Done => "done".to_owned(),
        Trigger::Child(signal) => format!("child {signal:?}"),
        Trigger::Down => "down".to_owned(),
    }
}

fn target(chart: &Chart, target: Target) -> String {
    match target {
        Target::State(state) => name(chart, state),
        Target::History(state) => format!("history({})", name(chart, state)),
        Target::DeepHistory(state) => format!("deep_history({})", name(chart, state)),
        Target::Stay => "stay".to_owned(),
    }
}

fn name(chart: &Chart, state: StateId) -> String {
    chart.state(state).name.to_string()
}
