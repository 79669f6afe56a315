//! The W3C algorithm for statecharts (SCXML 1.0, appendix D) as a small, slow, obvious
//! interpreter over a machine's description, and random charts to judge the real thing by.
//!
//! For tests only. [`Interpreter`] is written from the recommendation's pseudo-code, function
//! for function and with its names, in sets and lists; it shares no code with the engine and
//! with the code that the macro generates, which is what makes a disagreement worth reading.
//! Where wink differs from the recommendation on purpose, a comment begins with "Wink:".
//!
//! `cargo test -p wink-oracle` compares the engine, `cargo test -p wink-oracle-compiled` compares
//! forty machines that the macro has compiled. Each failure prints its seed and its chart. With
//! `WINK_ORACLE_FIRST_SEED=1000` both draw other charts.
#![forbid(unsafe_code)]

mod interpreter;
mod program;
pub mod random;
pub mod source;
mod text;

pub use interpreter::{Event, Interpreter, MICROSTEPS, Received, Trace};
pub use program::{Effects, Function, Program, Script};
pub use text::outline;
