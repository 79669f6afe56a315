//! A chart as a Mermaid state diagram.
//!
//! What Mermaid has no sign for is drawn with what it has: history as a small state `H` or `H*`
//! in its composite; a row that goes from a composite to a state inside it starts at a small
//! state `any` in there, and one that goes to a state around it ends at a small state `again`,
//! since Mermaid cannot lay out an edge between a state and what encloses it. Rows that go
//! nowhere stand in notes.

use crate::{Chart, Row, StateId, StateKind, Target};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The chart as the source of a Mermaid `stateDiagram-v2`, ended by a line break.
pub fn mermaid(chart: &Chart) -> String {
    let mut drawing = Drawing {
        chart,
        text: String::new(),
        extras: Extras::of(chart),
    };
    drawing.text.push_str("stateDiagram-v2\n");
    let root_is_drawn = chart.rows.iter().any(|row| row.source == StateId::ROOT);
    if root_is_drawn {
        drawing.state(StateId::ROOT, 1);
        drawing.line(1, &format!("[*] --> {}", drawing.id(StateId::ROOT)));
    } else {
        drawing.inside(StateId::ROOT, 1);
    }
    for row in chart.rows.iter() {
        drawing.edges(row);
    }
    for state in chart.state_ids() {
        drawing.note(state);
    }
    drawing.text
}

/// Words that Mermaid gives a meaning, and so cannot be the id of a state.
const RESERVED: [&str; 17] = [
    "as",
    "class",
    "classdef",
    "click",
    "default",
    "direction",
    "end",
    "fork",
    "join",
    "choice",
    "hide",
    "href",
    "note",
    "scale",
    "state",
    "style",
    "title",
];

/// Small states that stand for what Mermaid has no sign for.
struct Extras {
    history: BTreeSet<StateId>,
    deep_history: BTreeSet<StateId>,
    /// Composites with a row to a state inside.
    any: BTreeSet<StateId>,
    /// Composites that a state inside goes to.
    again: BTreeSet<StateId>,
}

impl Extras {
    fn of(chart: &Chart) -> Extras {
        let mut extras = Extras {
            history: BTreeSet::new(),
            deep_history: BTreeSet::new(),
            any: BTreeSet::new(),
            again: BTreeSet::new(),
        };
        for row in chart.rows.iter() {
            for &target in row.targets.iter() {
                let state = match target {
                    Target::State(state) => {
                        if chart.is_descendant(row.source, state) {
                            extras.again.insert(state);
                        }
                        state
                    }
                    Target::History(state) => {
                        extras.history.insert(state);
                        state
                    }
                    Target::DeepHistory(state) => {
                        extras.deep_history.insert(state);
                        state
                    }
                    Target::Stay => continue,
                };
                let inside = matches!(target, Target::History(_) | Target::DeepHistory(_))
                    && state == row.source;
                if inside || chart.is_descendant(state, row.source) {
                    extras.any.insert(row.source);
                }
            }
        }
        extras
    }
}

struct Drawing<'a> {
    chart: &'a Chart,
    text: String,
    extras: Extras,
}

impl Drawing<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.extend(core::iter::repeat_n("    ", depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn id(&self, state: StateId) -> String {
        let name = &self.chart.state(state).name;
        let plain = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let reserved = RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word));
        // The machine may have a state that is called as its module is.
        if plain && !reserved && !name.is_empty() && state != StateId::ROOT {
            String::from(&**name)
        } else {
            format!("state_{}", state.0)
        }
    }

    fn state(&mut self, state: StateId, depth: usize) {
        let id = self.id(state);
        let name = &self.chart.state(state).name;
        let label = if state == StateId::ROOT {
            &self.chart.data
        } else {
            name
        };
        if *label != id {
            self.line(depth, &format!("state \"{}\" as {id}", escape(label)));
        }
        let has_inside = self.chart.children(state).next().is_some()
            || self.extras.any.contains(&state)
            || self.extras.again.contains(&state);
        if has_inside {
            self.line(depth, &format!("state {id} {{"));
            self.inside(state, depth + 1);
            self.line(depth, "}");
        } else if *label == id {
            self.line(depth, &id);
        }
        if self.chart.state(state).kind == StateKind::Final {
            self.line(depth, &format!("{id} --> [*]"));
        }
    }

    fn inside(&mut self, state: StateId, depth: usize) {
        if let Some(initial) = self.chart.state(state).initial {
            self.line(depth, &format!("[*] --> {}", self.id(initial)));
        }
        let id = self.id(state);
        let extras = [
            (&self.extras.history, "H", "history"),
            (&self.extras.deep_history, "H*", "deep_history"),
            (&self.extras.any, "any", "any"),
            (&self.extras.again, "again", "again"),
        ];
        let lines: Vec<String> = extras
            .iter()
            .filter(|(states, ..)| states.contains(&state))
            .map(|(_, label, suffix)| format!("state \"{label}\" as {id}_{suffix}"))
            .collect();
        for line in lines {
            self.line(depth, &line);
        }
        let is_parallel = self.chart.state(state).kind == StateKind::Parallel;
        let children: Vec<StateId> = self.chart.children(state).collect();
        for (place, child) in children.into_iter().enumerate() {
            if is_parallel && place > 0 {
                self.line(depth, "--");
            }
            self.state(child, depth);
        }
    }

    fn edges(&mut self, row: &Row) {
        let label = escape(&self.label(row));
        for &target in row.targets.iter() {
            let to = match target {
                Target::State(state) if self.chart.is_descendant(row.source, state) => {
                    format!("{}_again", self.id(state))
                }
                Target::State(state) => self.id(state),
                Target::History(state) => format!("{}_history", self.id(state)),
                Target::DeepHistory(state) => format!("{}_deep_history", self.id(state)),
                Target::Stay => continue,
            };
            let mut from = self.id(row.source);
            let is_inside = match target {
                Target::State(state) => self.chart.is_descendant(state, row.source),
                Target::History(state) | Target::DeepHistory(state) => {
                    state == row.source || self.chart.is_descendant(state, row.source)
                }
                Target::Stay => false,
            };
            if is_inside {
                from.push_str("_any");
            }
            self.line(1, &format!("{from} --> {to} : {label}"));
        }
    }

    fn label(&self, row: &Row) -> String {
        let mut label = self.chart.row_label(row);
        if row.reenter {
            label.push_str(" (reenter)");
        }
        label
    }

    /// Rows that go nowhere, and the state's entry and exit.
    fn note(&mut self, state: StateId) {
        let described = self.chart.state(state);
        let mut lines = Vec::new();
        for (what, function) in [("entry", &described.entry), ("exit", &described.exit)] {
            if let Some(function) = function {
                lines.push(format!("{what} / {function}"));
            }
        }
        for row in self.chart.rows.iter().filter(|row| row.source == state) {
            if row.targets.is_empty() || row.targets.contains(&Target::Stay) {
                lines.push(self.label(row));
            }
        }
        let is_drawn = state != StateId::ROOT
            || self
                .chart
                .rows
                .iter()
                .any(|row| row.source == StateId::ROOT);
        if lines.is_empty() || !is_drawn {
            return;
        }
        self.line(1, &format!("note right of {}", self.id(state)));
        for line in lines {
            self.line(2, &escape(&line));
        }
        self.line(1, "end note");
    }
}

/// Mermaid's entity codes for everything that could mean something to it.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            'a'..='z'
            | 'A'..='Z'
            | '0'..='9'
            | ' '
            | '_'
            | '.'
            | ','
            | '/'
            | '['
            | ']'
            | '('
            | ')'
            | '='
            | '|'
            | '*'
            | '+'
            | '!'
            | '?'
            | '\'' => escaped.push(letter),
            '\n' | '\r' | '\t' => escaped.push(' '),
            letter if letter.is_control() => {}
            letter => escaped.push_str(&format!("#{};", letter as u32)),
        }
    }
    escaped
}
