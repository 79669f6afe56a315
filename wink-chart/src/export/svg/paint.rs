//! Writes the picture.
//!
//! Must not know of: how anything found its place.

use super::super::ids::Ids;
use super::area::{Area, Point};
use super::layout::Placed;
use super::measure::{self, LARGE, LINE, SMALL};
use super::route;
use super::scene::{Arrow, FINAL_MARK, PADDING, Scene, Thing};
use super::style::{Theme, sheet};
use crate::{Chart, StateId, StateKind};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The picture, in one line, since a blank one would end it in a page of Markdown.
pub(super) fn paint(chart: &Chart, scene: &Scene, placed: &Placed, theme: Theme) -> String {
    let mut painter = Painter {
        chart,
        scene,
        placed,
        ids: Ids::of(chart, |_, _| true),
        text: String::new(),
    };
    painter.add(&head(chart, placed.width, placed.height, theme));
    painter.borders();
    for (arrow, course) in scene.arrows.iter().zip(&placed.courses) {
        painter.way(arrow, &course.points);
    }
    for (&thing, area) in &placed.things {
        painter.thing(thing, area);
    }
    for (arrow, course) in scene.arrows.iter().zip(&placed.courses) {
        if let Some(label) = &course.label {
            painter.label(arrow, label);
        }
    }
    painter.add("</svg>\n");
    painter.text
}

/// What is drawn of a chart that is too large: how large it is.
pub(super) fn notice(chart: &Chart, theme: Theme) -> String {
    let (states, rows) = (chart.states.len(), chart.rows.len());
    let text = format!("{states} states and {rows} rows: too much for a picture");
    let (width, height) = (measure::width(&text, SMALL) + 32.0, 40.0);
    let mut picture = head(chart, width, height, theme);
    picture.push_str(&format!(
        "<text class=\"label\" x=\"16\" y=\"24\">{text}</text></svg>\n"
    ));
    picture
}

/// The beginning of the document, with its colours.
fn head(chart: &Chart, width: f64, height: f64, theme: Theme) -> String {
    let (width, height) = (width.ceil(), height.ceil());
    let (name, sheet) = (escaped(&chart.name), sheet(theme));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wink-chart\" role=\"img\" \
         aria-label=\"{name}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\"><style>{sheet}</style>\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>"
    )
}

struct Painter<'a> {
    chart: &'a Chart,
    scene: &'a Scene,
    placed: &'a Placed,
    ids: Ids,
    text: String,
}

impl Painter<'_> {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn state(&mut self, state: StateId) {
        let id = self.ids.state(state);
        let tag = format!(
            "<g id=\"state-{id}\" class=\"state\" data-state=\"{}\">",
            escaped(&self.chart.state(state).name)
        );
        self.add(&tag);
        self.tooltip(&self.chart.state(state).documentation.clone());
    }

    fn tooltip(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.add(&format!("<title>{}</title>", escaped(text)));
        }
    }

    /// The states with others inside, the outer ones first. The title is part of its state.
    fn borders(&mut self) {
        let borders: Vec<(StateId, Area)> = self
            .placed
            .borders
            .iter()
            .map(|(&state, &area)| (state, area))
            .collect();
        for (state, area) in borders {
            let parent = self.chart.parent(state);
            let is_region =
                parent.is_some_and(|parent| self.chart.state(parent).kind == StateKind::Parallel);
            let title = self.placed.things.get(&Thing::Title(state)).copied();
            self.entrance(state, &area, title.map_or(area.y, |title| title.y));
            self.state(state);
            let class = if is_region { "border region" } else { "border" };
            self.rectangle(class, &area, 9.0);
            if let Some(title) = title {
                self.rectangle("title", &title, 5.0);
                self.caption(state, &title);
            }
            self.add("</g>");
        }
    }

    fn rectangle(&mut self, class: &str, area: &Area, round: f64) {
        self.add(&format!(
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             rx=\"{round}\"/>",
            area.left(),
            area.top(),
            area.width,
            area.height
        ));
    }

    fn words(&mut self, class: &str, x: f64, y: f64, middle: bool, text: &str) {
        let anchor = if middle {
            " text-anchor=\"middle\""
        } else {
            ""
        };
        self.add(&format!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\"{anchor}>{}</text>",
            escaped(text)
        ));
    }

    fn caption(&mut self, state: StateId, area: &Area) {
        let scene = self.scene;
        let caption = &scene.captions[state.index()];
        let mut y = area.top() + PADDING + LARGE * 0.95;
        if self.chart.state(state).kind == StateKind::Final {
            y += FINAL_MARK;
        }
        self.words("name", area.x, y, true, &caption.title);
        y += LARGE * (LINE - 0.95) + 4.0;
        for line in &caption.lines {
            let base = y + SMALL;
            self.words(line.class, area.left() + PADDING, base, false, &line.text);
            y += SMALL * LINE;
        }
    }

    fn thing(&mut self, thing: Thing, area: &Area) {
        match thing {
            Thing::Box(state) => {
                self.entrance(state, area, area.y);
                self.state(state);
                self.rectangle("box", area, 9.0);
                if self.chart.state(state).kind == StateKind::Final {
                    let y = area.top() + 5.0 + FINAL_MARK / 2.0;
                    self.circle("ring", area.x, y, 8.0);
                    self.circle("mark", area.x, y, 4.5);
                }
                self.caption(state, area);
                self.add("</g>");
            }
            Thing::History(_, is_deep) => {
                self.circle("ring", area.x, area.y, 12.0);
                let sign = if is_deep { "H*" } else { "H" };
                self.words("name", area.x, area.y + 4.5, true, sign);
            }
            Thing::Title(_) => {}
        }
    }

    /// The mark of a state that is entered first, and the arrow from it.
    fn entrance(&mut self, state: StateId, area: &Area, y: f64) {
        if self.scene.entrance(state) == 0.0 {
            return;
        }
        let tip = area.left();
        self.circle("mark", tip - 22.0, y, 5.5);
        self.add(&format!(
            "<path class=\"way\" d=\"M{:.1} {y:.1}H{:.1}\"/>",
            tip - 17.0,
            tip - 6.0
        ));
        let (back, above, below) = (tip - 8.0, y - 3.8, y + 3.8);
        self.add(&format!(
            "<polygon class=\"mark\" points=\"{tip:.1},{y:.1} {back:.1},{above:.1} \
             {back:.1},{below:.1}\"/>"
        ));
    }

    fn circle(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        self.add(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
        ));
    }

    fn way(&mut self, arrow: &Arrow, points: &[Point]) {
        let Some(head) = route::head(points) else {
            return;
        };
        let rows: Vec<String> = arrow.rows.iter().map(|row| format!("{}", row.0)).collect();
        let end = |thing: Thing| self.ids.state(thing.state());
        let tag = format!(
            "<g class=\"arrow\" data-rows=\"{}\" data-from=\"{}\" data-to=\"{}\">",
            rows.join(" "),
            end(arrow.from),
            end(arrow.to)
        );
        self.add(&tag);
        self.add(&format!(
            "<path class=\"way\" d=\"{}\"/>",
            route::path(points)
        ));
        let corners = head.map(|point| format!("{:.1},{:.1}", point.x, point.y));
        self.add(&format!(
            "<polygon class=\"mark\" points=\"{}\"/></g>",
            corners.join(" ")
        ));
    }

    fn label(&mut self, arrow: &Arrow, area: &Area) {
        self.add("<g class=\"labels\">");
        self.tooltip(&arrow.tooltip);
        self.rectangle("behind", area, 3.0);
        let mut y = area.top() + 1.0;
        for line in &arrow.lines {
            self.words("label", area.x, y + SMALL, true, line);
            y += SMALL * LINE;
        }
        self.add("</g>");
    }
}

/// XML 1.0: what means something to it, and what no document may hold. Lines are no lines here.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            letter if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
