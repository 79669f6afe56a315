//! Charts in the formats of other tools.
//!
//! Each exporter reads a [`Chart`](crate::Chart) and nothing else, and escapes what it writes:
//! names, labels and documentation may hold anything.

mod json;
mod mermaid;

pub use json::json;
pub use mermaid::mermaid;
