//! A chart as a picture of wink's own.
//!
//! `scene` says what is drawn, `order` what stands higher, `layout` where (with dagre, a layered
//! layout after Sugiyama), `paint` writes it. States and arrows have ids and classes, so that a
//! page can light them up: a state is `id="state-NAME"`, an arrow lists its rows in `data-rows`.
//! Colours follow the reader's scheme.
//!
//! dagre loses a node when an arrow begins or ends at a state with others inside. So such an arrow
//! is aimed at the title of that state, or at an unseen foot below what is inside, and is cut at
//! the border.

mod area;
mod layout;
mod measure;
mod order;
mod paint;
mod route;
mod scene;
mod style;

use crate::Chart;
use alloc::string::String;
pub use style::Theme;

/// The chart as a standalone SVG document, light or dark as its reader likes it, ended by a line
/// break.
pub fn svg(chart: &Chart) -> String {
    svg_in(chart, Theme::Reader)
}

/// The chart as an SVG document in the colours of this theme, ended by a line break.
pub fn svg_in(chart: &Chart, theme: Theme) -> String {
    let scene = scene::Scene::of(chart);
    let placed = layout::place(chart, &scene);
    paint::paint(chart, &scene, &placed, theme)
}
