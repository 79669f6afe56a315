//! What is drawn: boxes with their texts, marks, arrows with their labels.
//!
//! Must not know of: coordinates.

use super::super::notes;
use super::measure::{self, LARGE, LINE, SMALL};
use crate::{Chart, RowId, RowKind, StateId, StateKind, Target};
use alloc::string::String;
use alloc::vec::Vec;

/// Something that takes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// A state without others inside.
    Box(StateId),
    /// The name of a state with others inside, and what it does: at its top.
    Title(StateId),
    /// Its history; the deep one, if that is true.
    History(StateId, bool),
}

impl Thing {
    /// The state that it is part of, or that it lies in if it is a mark.
    pub(super) fn state(self) -> StateId {
        match self {
            Thing::Box(state) | Thing::Title(state) => state,
            Thing::History(state, _) => state,
        }
    }
}

/// A line of text, and what it looks like.
pub(super) struct Line {
    pub text: String,
    pub class: &'static str,
}

/// What is written in a state.
pub(super) struct Caption {
    pub title: String,
    pub lines: Vec<Line>,
    pub width: f64,
    pub height: f64,
}

/// One arrow. Rows from one state to another share it.
pub(super) struct Arrow {
    pub from: Thing,
    pub to: Thing,
    /// What it says, row after row.
    pub lines: Vec<String>,
    /// The same in full.
    pub tooltip: String,
    pub rows: Vec<RowId>,
}

/// All that is drawn.
pub(super) struct Scene {
    /// Of each state.
    pub captions: Vec<Caption>,
    pub arrows: Vec<Arrow>,
    /// Whether each state has others inside and so a border around them.
    pub clusters: Vec<bool>,
    /// Whether each state is the one that is entered first in the state around it.
    pub initials: Vec<bool>,
}

/// Room between a border and a text.
pub(super) const PADDING: f64 = 9.0;
/// The length of the initial arrow, with its mark.
const ENTRANCE: f64 = 28.0;
/// The diameter of the mark of a final state, with the room below it.
pub(super) const FINAL_MARK: f64 = 20.0;

impl Scene {
    pub(super) fn of(chart: &Chart) -> Scene {
        let is_cluster = |state: StateId| {
            let has_inside = chart.children(state).next().is_some() || chart.has_history(state);
            has_inside && (state != StateId::ROOT || notes::root_is_drawn(chart))
        };
        let is_initial = |state: StateId| {
            let parent = chart.parent(state);
            parent.is_some_and(|parent| chart.state(parent).initial == Some(state))
        };
        let mut scene = Scene {
            initials: chart.state_ids().map(is_initial).collect(),
            captions: chart.state_ids().map(|id| caption(chart, id)).collect(),
            arrows: Vec::new(),
            clusters: chart.state_ids().map(is_cluster).collect(),
        };
        for id in chart.row_ids() {
            let row = chart.row(id);
            let label = notes::edge_label(chart, row);
            let from = scene.anchor(row.source);
            for &target in row.targets.iter() {
                let to = match target {
                    Target::State(state) => scene.anchor(state),
                    Target::History(state) => Thing::History(state, false),
                    Target::DeepHistory(state) => Thing::History(state, true),
                    Target::Stay => continue,
                };
                scene.arrow(from, to, id, &label);
            }
        }
        scene
    }

    pub(super) fn is_cluster(&self, state: StateId) -> bool {
        self.clusters[state.index()]
    }

    /// The room at the left of this state for the mark that it is entered first.
    pub(super) fn entrance(&self, state: StateId) -> f64 {
        match self.initials[state.index()] {
            true => ENTRANCE,
            false => 0.0,
        }
    }

    /// What an arrow to or from this state is aimed at.
    pub(super) fn anchor(&self, state: StateId) -> Thing {
        match self.is_cluster(state) {
            true => Thing::Title(state),
            false => Thing::Box(state),
        }
    }

    fn arrow(&mut self, from: Thing, to: Thing, row: RowId, label: &str) {
        let lines = measure::wrap(label);
        let same = |arrow: &&mut Arrow| arrow.from == from && arrow.to == to;
        if let Some(arrow) = self.arrows.iter_mut().find(same) {
            // A function that chooses the same target twice says nothing new.
            if arrow.rows.last() != Some(&row) {
                arrow.lines.extend(lines);
                arrow.tooltip.push('\n');
                arrow.tooltip.push_str(label);
                arrow.rows.push(row);
            }
            return;
        }
        self.arrows.push(Arrow {
            from,
            to,
            lines,
            tooltip: label.into(),
            rows: Vec::from([row]),
        });
    }

    /// The width and height of a thing.
    pub(super) fn size(&self, thing: Thing) -> (f64, f64) {
        match thing {
            Thing::Box(state) => {
                let caption = &self.captions[state.index()];
                (caption.width + self.entrance(state), caption.height)
            }
            Thing::Title(state) => {
                let caption = &self.captions[state.index()];
                (caption.width, caption.height)
            }
            Thing::History(..) => (24.0, 24.0),
        }
    }
}

impl Arrow {
    /// The width and height of its label.
    pub(super) fn size(&self) -> (f64, f64) {
        let widths = self.lines.iter().map(|line| measure::width(line, SMALL));
        let width = widths.fold(0.0, f64::max);
        (width + 8.0, self.lines.len() as f64 * SMALL * LINE + 2.0)
    }
}

fn caption(chart: &Chart, id: StateId) -> Caption {
    let state = chart.state(id);
    let mut lines = Vec::new();
    for (word, function) in [("entry", &state.entry), ("exit", &state.exit)] {
        if let Some(function) = function {
            let text = alloc::format!("{word} / {function}");
            note(&text, "does", &mut lines);
        }
    }
    for row in chart.rows_of(id).map(|row| chart.row(row)) {
        if notes::stays(row) {
            let class = match row.kind {
                RowKind::Receive => "does",
                RowKind::Ignore | RowKind::Defer => "leaves",
            };
            note(&notes::edge_label(chart, row), class, &mut lines);
        }
    }
    let title = measure::wrap(notes::title(chart, id)).swap_remove(0);
    let widths = lines.iter().map(|line| measure::width(&line.text, SMALL));
    let width = widths.fold(measure::width(&title, LARGE), f64::max);
    let mut height = LARGE * LINE + 2.0 * PADDING;
    if !lines.is_empty() {
        height += lines.len() as f64 * SMALL * LINE + 4.0;
    }
    if state.kind == StateKind::Final {
        height += FINAL_MARK;
    }
    Caption {
        title,
        lines,
        width: (width + 2.0 * PADDING).max(48.0),
        height,
    }
}

fn note(text: &str, class: &'static str, lines: &mut Vec<Line>) {
    for (index, text) in measure::wrap(text).into_iter().enumerate() {
        let text = if index == 0 {
            text
        } else {
            alloc::format!("  {text}")
        };
        lines.push(Line { text, class });
    }
}
