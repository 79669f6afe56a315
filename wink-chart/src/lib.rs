//! What a machine is, as data.
//!
//! The compiler (`wink-macros`) emits one constant [`Chart`] for each machine. Diagrams,
//! the command line's message schema, inspection, snapshots and the parallel engine all read
//! that one description; there is no second source of truth. This crate has no dependency.
#![forbid(unsafe_code)]

extern crate alloc;

#[doc(hidden)]
pub mod describe;
mod description;
mod duration;
mod explore;
pub mod export;
mod label;
mod nearest;
mod schema;
pub mod section;
mod tree;

pub use description::*;
pub use duration::parse_duration;
pub use explore::{Exploration, Finding, Given, Path, PathStep};
pub use nearest::{distance, nearest};
pub use schema::{FieldKind, snake};
