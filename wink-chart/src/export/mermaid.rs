//! A chart as a Mermaid state diagram.
//!
//! What Mermaid has no sign for is drawn with what it has: history as a small state `H` or `H*`
//! in its composite; a row that goes from a composite to a state inside it starts at a small
//! state `any` in there, and one that goes to a state around it ends at a small state `again`,
//! since Mermaid cannot lay out an edge between a state and what encloses it. Rows that go
//! nowhere stand in notes.
//!
//! All of it was laid out by Mermaid 11, which is where the workarounds come from.

mod escape;
mod reserved;

use super::ids::Ids;
use super::notes;
use crate::{Chart, Row, StateId, StateKind, Target};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use escape::escape;

/// The chart as the source of a Mermaid `stateDiagram-v2`, ended by a line break.
pub fn mermaid(chart: &Chart) -> String {
    let mut drawing = Drawing::new(chart);
    drawing.text.push_str("stateDiagram-v2\n");
    if drawing.root_is_drawn {
        drawing.state(StateId::ROOT, 1);
        let line = format!("[*] --> {}", drawing.ids.state(StateId::ROOT));
        drawing.line(1, &line);
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

/// A small state that stands for what Mermaid has no sign for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    History,
    DeepHistory,
    /// A row of a composite goes to a state inside from here.
    Any,
    /// A state inside goes to its composite by going here.
    Again,
}

impl Sign {
    const ALL: [Sign; 4] = [Sign::History, Sign::DeepHistory, Sign::Any, Sign::Again];

    fn label(self) -> &'static str {
        match self {
            Sign::History => "H",
            Sign::DeepHistory => "H*",
            Sign::Any => "any",
            Sign::Again => "again",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Sign::History => "history",
            Sign::DeepHistory => "deep_history",
            Sign::Any => "any",
            Sign::Again => "again",
        }
    }
}

/// One end of an edge.
#[derive(Clone, Copy)]
enum End {
    State(StateId),
    Sign(StateId, Sign),
}

struct Drawing<'a> {
    chart: &'a Chart,
    /// The machine itself is drawn, as the state around all others.
    root_is_drawn: bool,
    ids: Ids,
    /// The ids of the signs in use.
    signs: BTreeMap<(StateId, Sign), String>,
    text: String,
}

impl<'a> Drawing<'a> {
    fn new(chart: &'a Chart) -> Self {
        let mut ids = Ids::of(chart, |state, name| {
            // The machine may have a state that is called as its module is.
            state != StateId::ROOT && reserved::can_be_id(name, chart)
        });
        let mut signs = BTreeMap::new();
        let edges = chart.rows.iter().flat_map(|row| {
            let targets = row.targets.iter();
            targets.filter_map(|&target| ends(chart, row.source, target))
        });
        for end in edges.flat_map(|(from, to)| [from, to]) {
            if let End::Sign(state, sign) = end {
                signs
                    .entry((state, sign))
                    .or_insert_with(|| ids.beside(state, sign.suffix()));
            }
        }
        Drawing {
            chart,
            root_is_drawn: notes::root_is_drawn(chart),
            ids,
            signs,
            text: String::new(),
        }
    }

    fn line(&mut self, depth: usize, line: &str) {
        self.text.extend(core::iter::repeat_n("    ", depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn state(&mut self, state: StateId, depth: usize) {
        let id = String::from(self.ids.state(state));
        let described = self.chart.state(state);
        let label = match state {
            StateId::ROOT => &self.chart.data,
            _ => &described.name,
        };
        if *label != id {
            self.line(depth, &format!("state \"{}\" as {id}", escape(label)));
        }
        let has_inside = self.chart.children(state).next().is_some()
            || Sign::ALL
                .iter()
                .any(|&sign| self.signs.contains_key(&(state, sign)));
        if has_inside {
            self.line(depth, &format!("state {id} {{"));
            self.inside(state, depth + 1);
            self.line(depth, "}");
        } else if *label == id {
            self.line(depth, &id);
        }
        if described.kind == StateKind::Final {
            self.line(depth, &format!("{id} --> [*]"));
        }
    }

    fn inside(&mut self, state: StateId, depth: usize) {
        if let Some(initial) = self.chart.state(state).initial {
            let line = format!("[*] --> {}", self.ids.state(initial));
            self.line(depth, &line);
        }
        for sign in Sign::ALL {
            if let Some(id) = self.signs.get(&(state, sign)) {
                let line = format!("state \"{}\" as {id}", escape(sign.label()));
                self.line(depth, &line);
            }
        }
        let is_parallel = self.chart.state(state).kind == StateKind::Parallel;
        for (place, child) in self.chart.children(state).enumerate() {
            if is_parallel && place > 0 {
                self.line(depth, "--");
            }
            self.state(child, depth);
        }
    }

    fn edges(&mut self, row: &Row) {
        let label = escape(&notes::edge_label(self.chart, row));
        for &target in row.targets.iter() {
            if let Some((from, to)) = ends(self.chart, row.source, target) {
                let line = format!("{} --> {} : {label}", self.end(from), self.end(to));
                self.line(1, &line);
            }
        }
    }

    fn end(&self, end: End) -> &str {
        match end {
            End::State(state) => self.ids.state(state),
            End::Sign(state, sign) => &self.signs[&(state, sign)],
        }
    }

    /// Rows that go nowhere, and the state's entry and exit.
    fn note(&mut self, state: StateId) {
        let lines = notes::lines(self.chart, state);
        if lines.is_empty() {
            return;
        }
        let line = format!("note right of {}", self.ids.state(state));
        self.line(1, &line);
        for line in lines {
            self.line(2, &escape(&line));
        }
        self.line(1, "end note");
    }
}

/// From where to where a row's edge is drawn; nothing for a row that goes nowhere.
fn ends(chart: &Chart, source: StateId, target: Target) -> Option<(End, End)> {
    let (state, to) = match target {
        Target::State(state) if chart.is_descendant(source, state) => {
            (state, End::Sign(state, Sign::Again))
        }
        Target::State(state) => (state, End::State(state)),
        Target::History(state) => (state, End::Sign(state, Sign::History)),
        Target::DeepHistory(state) => (state, End::Sign(state, Sign::DeepHistory)),
        Target::Stay => return None,
    };
    let goes_inside =
        chart.is_descendant(state, source) || (state == source && matches!(to, End::Sign(..)));
    let from = match goes_inside {
        true => End::Sign(source, Sign::Any),
        false => End::State(source),
    };
    Some((from, to))
}
