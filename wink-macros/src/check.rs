//! Every rule that a machine must keep, one line a family.
//!
//! Must not know of: syntax (names are resolved), `quote!`. It reads the chart and writes
//! only diagnostics. What the model marked broken has been reported: rules pass over it, so
//! that one mistake does not become two.

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
mod targets;
mod text;
mod tree;

use crate::diagnostics::Diagnostics;
use crate::model::Chart;
use reachability::Reach;

/// Reports everything that is wrong with a machine that was understood.
pub fn all(diagnostics: &mut Diagnostics, chart: &Chart<'_>) {
    let reach = Reach::of(chart);
    names::check(diagnostics, chart);
    initial::check(diagnostics, chart);
    targets::check(diagnostics, chart);
    rows::check(diagnostics, chart);
    actions::check(diagnostics, chart);
    parameters::check(diagnostics, chart);
    replies::check(diagnostics, chart);
    eventless::check(diagnostics, chart);
    reachability::check(diagnostics, chart, &reach);
    handling::check(diagnostics, chart, &reach);
    // Beside an error rustc prints no warning, and half of them would follow from it.
    if !diagnostics.has_errors() {
        lints::check(diagnostics, chart, &reach);
    }
}
