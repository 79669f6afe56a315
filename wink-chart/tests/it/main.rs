//! Charts made by hand, exported.
//!
//! `WINK_UPDATE=1 cargo test -p wink-chart` writes the files under test-data anew; what they say
//! is then reviewed as a change. Each Mermaid file was laid out by Mermaid 11 when it was written.

mod charts;
#[cfg(feature = "svg")]
mod drawing;
mod explore;
mod export;
mod formats;
#[cfg(feature = "svg")]
mod picture;
mod read_back;
mod section;
#[cfg(feature = "svg")]
mod thirty;
mod tools;
