//! A chart for Graphviz.
//!
//! States are nodes, states around others are clusters. Graphviz draws no edge to a cluster: such
//! an edge is aimed at a small invisible node in it and cut at the border by `lhead` or `ltail`.

use super::ids::Ids;
use super::notes;
use crate::{Chart, Row, StateId, StateKind, Target};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The chart as the source of a Graphviz `digraph`, ended by a line break.
pub fn dot(chart: &Chart) -> String {
    let mut drawing = Drawing {
        chart,
        ids: Ids::of(chart, |state, name| {
            state != StateId::ROOT && !RESERVED.contains(&name.to_ascii_lowercase().as_str())
        }),
        text: String::new(),
    };
    drawing.line(0, &format!("digraph {} {{", quoted(&chart.name)));
    drawing.line(1, "compound=true");
    drawing.line(1, "fontname=\"Helvetica\"");
    drawing.line(1, "node [shape=box, style=rounded, fontname=\"Helvetica\"]");
    drawing.line(1, "edge [fontname=\"Helvetica\", fontsize=10]");
    match notes::root_is_drawn(chart) {
        true => drawing.state(StateId::ROOT, 1),
        false => drawing.inside(StateId::ROOT, 1),
    }
    for row in chart.rows.iter() {
        drawing.edges(row);
    }
    drawing.line(0, "}");
    drawing.text
}

/// Words of the language itself, in lower case.
const RESERVED: [&str; 6] = ["node", "edge", "graph", "digraph", "subgraph", "strict"];

struct Drawing<'a> {
    chart: &'a Chart,
    ids: Ids,
    text: String,
}

impl Drawing<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.extend(core::iter::repeat_n("    ", depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn is_cluster(&self, state: StateId) -> bool {
        self.chart.children(state).next().is_some() || self.chart.has_history(state)
    }

    fn state(&mut self, state: StateId, depth: usize) {
        let id = String::from(self.ids.state(state));
        let label = label(
            notes::title(self.chart, state),
            &notes::lines(self.chart, state),
        );
        let kind = self.chart.state(state).kind;
        if !self.is_cluster(state) {
            let shape = match kind {
                StateKind::Final => ", peripheries=2",
                _ => "",
            };
            self.line(depth, &format!("{id} [label={label}{shape}]"));
            return;
        }
        self.line(depth, &format!("subgraph \"cluster {id}\" {{"));
        self.line(depth + 1, &format!("label={label}"));
        let parent = self.chart.parent(state);
        let is_region =
            parent.is_some_and(|parent| self.chart.state(parent).kind == StateKind::Parallel);
        self.line(
            depth + 1,
            match is_region {
                true => "style=\"rounded,dashed\"",
                false => "style=rounded",
            },
        );
        self.line(
            depth + 1,
            &format!("\"{id} anchor\" [shape=point, style=invis, label=\"\", width=0, height=0]"),
        );
        self.inside(state, depth + 1);
        self.line(depth, "}");
    }

    fn inside(&mut self, state: StateId, depth: usize) {
        let id = String::from(self.ids.state(state));
        if let Some(initial) = self.chart.state(state).initial {
            self.line(
                depth,
                &format!("\"{id} initial\" [shape=point, width=0.15, label=\"\"]"),
            );
            let (end, cut) = self.end(initial, "lhead");
            let cut = if cut.is_empty() {
                cut
            } else {
                format!(" [{cut}]")
            };
            self.line(depth, &format!("\"{id} initial\" -> {end}{cut}"));
        }
        let targets = self.chart.rows.iter().flat_map(|row| row.targets.iter());
        let targets: BTreeSet<_> = targets
            .filter_map(|&target| history(target))
            .filter(|&(of, _)| of == state)
            .collect();
        for (_, is_deep) in targets {
            let (sign, label) = if is_deep {
                ("deep history", "H*")
            } else {
                ("history", "H")
            };
            self.line(
                depth,
                &format!("\"{id} {sign}\" [shape=circle, margin=0, label=\"{label}\"]"),
            );
        }
        let children = self.chart.children(state);
        for child in children.collect::<Vec<_>>() {
            self.state(child, depth);
        }
    }

    /// A node to aim at for this state, and where to cut the edge when that is only inside.
    fn end(&self, state: StateId, cut: &str) -> (String, String) {
        let id = self.ids.state(state);
        match self.is_cluster(state) {
            true => (
                format!("\"{id} anchor\""),
                format!("{cut}=\"cluster {id}\""),
            ),
            false => (String::from(id), String::new()),
        }
    }

    fn edges(&mut self, row: &Row) {
        let label = quoted(&notes::edge_label(self.chart, row));
        for &target in row.targets.iter() {
            let (to, head) = match target {
                Target::Stay => continue,
                Target::State(state) => self.end(state, "lhead"),
                Target::History(state) => (
                    format!("\"{} history\"", self.ids.state(state)),
                    String::new(),
                ),
                Target::DeepHistory(state) => {
                    let id = self.ids.state(state);
                    (format!("\"{id} deep history\""), String::new())
                }
            };
            let (from, tail) = self.end(row.source, "ltail");
            let mut line = format!("{from} -> {to} [label={label}");
            // Graphviz warns of a cut where the other end is inside, and cuts nothing.
            let Some(state) = target.state() else {
                continue;
            };
            let is_inside = |inner, outer| inner == outer || self.chart.is_descendant(inner, outer);
            if !tail.is_empty() && !is_inside(state, row.source) {
                line.push_str(&format!(", {tail}"));
            }
            if !head.is_empty() && !is_inside(row.source, state) {
                line.push_str(&format!(", {head}"));
            }
            line.push(']');
            self.line(1, &line);
        }
    }
}

/// The composite whose history this is, and whether it is the deep one.
fn history(target: Target) -> Option<(StateId, bool)> {
    match target {
        Target::History(of) => Some((of, false)),
        Target::DeepHistory(of) => Some((of, true)),
        Target::State(_) | Target::Stay => None,
    }
}

/// A state's name, with what it does in lines that begin at the left.
fn label(title: &str, lines: &[String]) -> String {
    let mut label = String::from("\"");
    escape(title, &mut label);
    if !lines.is_empty() {
        label.push_str("\\n");
    }
    for line in lines {
        escape(line, &mut label);
        label.push_str("\\l");
    }
    label.push('"');
    label
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    escape(text, &mut quoted);
    quoted.push('"');
    quoted
}

/// Graphviz reads escapes that begin with a backslash, and HTML's entities.
fn escape(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '"' => into.push_str("&quot;"),
            '\\' => into.push_str("\\\\"),
            '&' => into.push_str("&amp;"),
            letter if letter.is_control() => into.push(' '),
            letter => into.push(letter),
        }
    }
}
