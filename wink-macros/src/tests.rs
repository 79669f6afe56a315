//! Tests of the stages, on tokens: what is written, in; what is understood or said, out.

mod check;
#[cfg(feature = "scxml")]
mod document;
mod expand;
mod fixture;
mod fuzz;
mod model;
mod parse;
mod show;
