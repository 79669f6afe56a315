//! A chart for PlantUML.
//!
//! PlantUML knows a state of a concurrent region only within that region. So the regions of a
//! parallel state are drawn as such when no row crosses their borders, and as states beside each
//! other under the stereotype `parallel` otherwise. It has no deep history that all of its
//! versions know: that is a small state `H*`.

use super::ids::Ids;
use super::notes;
use crate::{Chart, Row, StateId, StateKind, Target};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The chart as a PlantUML state diagram, ended by a line break.
pub fn plantuml(chart: &Chart) -> String {
    let mut drawing = Drawing {
        chart,
        ids: Ids::of(chart, |state, name| {
            state != StateId::ROOT && !RESERVED.contains(&name.to_ascii_lowercase().as_str())
        }),
        parallel: Vec::new(),
        text: String::new(),
    };
    drawing.parallel = drawing.drawn_in_regions();
    drawing.line(0, "@startuml");
    drawing.line(0, "hide empty description");
    if notes::root_is_drawn(chart) {
        drawing.state(StateId::ROOT, 0);
        let line = format!("[*] --> {}", drawing.ids.state(StateId::ROOT));
        drawing.line(0, &line);
    } else {
        drawing.inside(StateId::ROOT, 0);
    }
    drawing.rows_within(None, 0);
    drawing.line(0, "@enduml");
    drawing.text
}

/// Words that PlantUML reads as something else at the beginning of a line, in lower case.
const RESERVED: [&str; 22] = [
    "as",
    "caption",
    "center",
    "end",
    "footer",
    "header",
    "hide",
    "legend",
    "left",
    "mainframe",
    "newpage",
    "note",
    "page",
    "right",
    "rotate",
    "scale",
    "show",
    "skin",
    "skinparam",
    "state",
    "title",
    "top",
];

struct Drawing<'a> {
    chart: &'a Chart,
    ids: Ids,
    /// The parallel states whose regions are drawn as such.
    parallel: Vec<StateId>,
    text: String,
}

impl Drawing<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.extend(core::iter::repeat_n("    ", depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn state(&mut self, state: StateId, depth: usize) {
        let id = String::from(self.ids.state(state));
        let title = escape(notes::title(self.chart, state));
        let mut line = format!("state \"{title}\" as {id}");
        let has_inside =
            self.chart.children(state).next().is_some() || self.has_deep_history(state);
        if self.chart.state(state).kind == StateKind::Parallel && !self.parallel.contains(&state) {
            line.push_str(" <<parallel>>");
        }
        if has_inside {
            line.push_str(" {");
        }
        self.line(depth, &line);
        if has_inside {
            self.inside(state, depth + 1);
            self.line(depth, "}");
        }
        if self.chart.state(state).kind == StateKind::Final {
            self.line(depth, &format!("{id} --> [*]"));
        }
    }

    fn inside(&mut self, state: StateId, depth: usize) {
        if let Some(initial) = self.chart.state(state).initial {
            let line = format!("[*] --> {}", self.ids.state(initial));
            self.line(depth, &line);
        }
        if self.has_deep_history(state) {
            let line = format!("state \"H*\" as {}", self.deep_history(state));
            self.line(depth, &line);
        }
        let has_regions = self.parallel.contains(&state);
        let children: Vec<StateId> = self.chart.children(state).collect();
        for (place, child) in children.into_iter().enumerate() {
            if has_regions && place > 0 {
                self.line(depth, "--");
            }
            self.state(child, depth);
            if has_regions {
                self.rows_within(Some(child), depth);
            }
        }
    }

    fn has_deep_history(&self, state: StateId) -> bool {
        let mut targets = self.chart.rows.iter().flat_map(|row| row.targets.iter());
        targets.any(|&target| target == Target::DeepHistory(state))
    }

    /// No other id has a point.
    fn deep_history(&self, state: StateId) -> String {
        format!("{}.deep_history", self.ids.state(state))
    }

    /// The parallel states into whose regions no row reaches from outside, nor out of them. A
    /// deep history stands beside the regions, where there is no place for it.
    fn drawn_in_regions(&self) -> Vec<StateId> {
        let is_parallel = |state: &StateId| self.chart.state(*state).kind == StateKind::Parallel;
        let is_closed = |&parallel: &StateId| {
            let region = |state| self.chart.child_towards(parallel, state);
            let stays_inside = |row: &Row| {
                let mut states = row.targets.iter().filter_map(|target| target.state());
                states.all(|state| region(state) == region(row.source))
            };
            !self.chart.has_history(parallel) && self.chart.rows.iter().all(stays_inside)
        };
        let states = self.chart.state_ids();
        states.filter(is_parallel).filter(is_closed).collect()
    }

    /// The innermost region, drawn as such, that this state is or lies in.
    fn region(&self, state: StateId) -> Option<StateId> {
        self.chart.and_ancestors(state).find(|&state| {
            let parent = self.chart.parent(state);
            parent.is_some_and(|parent| self.parallel.contains(&parent))
        })
    }

    /// What the states of this region do, and of no region drawn within it.
    fn rows_within(&mut self, region: Option<StateId>, depth: usize) {
        let chart = self.chart;
        for row in chart.rows.iter() {
            if self.region(row.source) == region {
                self.edges(row, depth);
            }
        }
        for state in chart.state_ids() {
            if self.region(state) == region {
                self.description(state, depth);
            }
        }
    }

    fn edges(&mut self, row: &Row, depth: usize) {
        let label = escape(&notes::edge_label(self.chart, row));
        let from = String::from(self.ids.state(row.source));
        for &target in row.targets.iter() {
            let to = match target {
                Target::State(state) => String::from(self.ids.state(state)),
                Target::History(state) => format!("{}[H]", self.ids.state(state)),
                Target::DeepHistory(state) => self.deep_history(state),
                Target::Stay => continue,
            };
            self.line(depth, &format!("{from} --> {to} : {label}"));
        }
    }

    /// What the state does without going anywhere.
    fn description(&mut self, state: StateId, depth: usize) {
        let id = String::from(self.ids.state(state));
        for line in notes::lines(self.chart, state) {
            self.line(depth, &format!("{id} : {}", escape(&line)));
        }
    }
}

/// PlantUML's codes for everything that could mean something to it, in its own language or in
/// the markup of its labels. Never empty, since PlantUML has no empty labels.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut previous = ' ';
    for letter in text.chars() {
        match letter {
            // Two of them are markup, one is itself.
            '_' | '/' if previous != letter => escaped.push(letter),
            ' ' | '.' | ',' | '=' | '(' | ')' | '+' | '?' | '|' => escaped.push(letter),
            letter if letter.is_alphanumeric() => escaped.push(letter),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push_str(&format!("<U+{:04X}>", letter as u32)),
        }
        previous = letter;
    }
    if escaped.trim().is_empty() {
        escaped.push_str("<U+00A0>");
    }
    escaped
}
