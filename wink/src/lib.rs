//! State machines that the compiler proves and that run anywhere: as values, by the million,
//! as supervised processes.
#![forbid(unsafe_code)]

pub use wink_runtime::*;

pub mod prelude;
