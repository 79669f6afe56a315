//! Charts in the formats of other tools.
//!
//! Each exporter reads a [`Chart`](crate::Chart) and nothing else, and escapes what it writes:
//! names, labels and documentation may hold anything. [`Format`] has them all by name.

mod dot;
mod format;
mod ids;
mod json;
mod markdown;
mod mermaid;
mod notes;
mod plantuml;
#[cfg(feature = "png")]
mod png;
mod scxml;
mod standard;
#[cfg(feature = "svg")]
mod svg;
mod writer;
mod xstate;

pub use dot::dot;
pub use format::{Format, UnknownFormat};
pub use json::json;
pub use markdown::{markdown, table};
pub use mermaid::mermaid;
pub use plantuml::plantuml;
#[cfg(feature = "png")]
pub use png::{PngError, png};
pub use scxml::scxml;
#[cfg(feature = "svg")]
pub use svg::{Theme, svg, svg_in};
pub use xstate::xstate;
