//! A chart as a picture of wink's own.
//!
//! `scene` says what is drawn, `order` what stands higher, `layout` where (each state by itself, in
//! layers, by `level`), `paint` writes it. States and arrows have ids and classes, so that a page
//! can light them up: a state is `id="state-NAME"`, an arrow lists its rows in `data-rows`. Colours
//! follow the reader's scheme.

mod area;
mod layout;
mod level;
mod measure;
mod order;
mod paint;
mod route;
mod scene;
mod style;

use crate::Chart;
use alloc::string::String;
pub use style::Theme;

/// Above these nothing is laid out: nobody could read it, and a description may come from anywhere.
const STATES: usize = 1_000;
const ROWS: usize = 4_000;
const DEPTH: usize = 100;

/// The chart as a standalone SVG document, light or dark as its reader likes it, ended by a line
/// break. Of a chart that nobody could read (1,000 states, 4,000 rows, 100 states in each other, or
/// fewer that are joined too much) the picture says no more than how large it is.
pub fn svg(chart: &Chart) -> String {
    svg_in(chart, Theme::Reader)
}

/// The chart as an SVG document in the colours of this theme, ended by a line break.
pub fn svg_in(chart: &Chart, theme: Theme) -> String {
    let is_large = chart.states.len() > STATES || chart.rows.len() > ROWS;
    if is_large || chart.state_ids().any(|id| chart.depth(id) > DEPTH) {
        return paint::notice(chart, theme);
    }
    let scene = scene::Scene::of(chart);
    match layout::place(chart, &scene) {
        Some(placed) => paint::paint(chart, &scene, &placed, theme),
        None => paint::notice(chart, theme),
    }
}
