//! The rules, one family a file: each mistake marked where it is reported.
//!
//! Fixtures show the inside of a machine whose data is `Gate`.

use super::fixture::check_diagnostics;

mod actions;
mod eventless;
mod handling;
mod initial;
mod lints;
mod names;
mod parameters;
mod reachability;
mod replies;
mod rows;
mod several;
mod targets;

/// What is said about a machine with this inside is marked in it, and nothing else is.
#[track_caller]
fn gate(inside: &str) {
    check_diagnostics(&format!(
        "pub mod gate {{ #[data] pub struct Gate;{inside}\n}}"
    ));
}
