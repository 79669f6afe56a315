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
use crate::model::{Chart, Function, FunctionId};
use reachability::Reach;

/// What was reported and would not compile: rustc shall not have to say it again.
#[derive(Default)]
pub struct Blame {
    /// To be emitted as they are, and called nowhere.
    pub functions: Vec<FunctionId>,
    /// Names of the machine's own are taken: it cannot be emitted at all.
    pub machine: bool,
}

impl Blame {
    /// Looks at every function that is sound so far, and blames those of which something is said.
    fn each(
        &mut self,
        diagnostics: &mut Diagnostics,
        chart: &Chart<'_>,
        mut rule: impl FnMut(&mut Diagnostics, &Function<'_>),
    ) {
        for (index, function) in chart.functions.iter().enumerate() {
            let said = diagnostics.list().len();
            if !function.broken && !self.functions.contains(&FunctionId(index)) {
                rule(diagnostics, function);
            }
            if diagnostics.list().len() > said {
                self.functions.push(FunctionId(index));
            }
        }
    }
}

/// Reports everything that is wrong with a machine that was understood.
pub fn all(diagnostics: &mut Diagnostics, chart: &Chart<'_>) -> Blame {
    let mut blame = Blame::default();
    let reach = Reach::of(chart);
    names::check(diagnostics, &mut blame, chart);
    initial::check(diagnostics, chart);
    targets::check(diagnostics, chart);
    rows::check(diagnostics, chart);
    actions::check(diagnostics, &mut blame, chart);
    parameters::check(diagnostics, &mut blame, chart);
    replies::check(diagnostics, &mut blame, chart);
    eventless::check(diagnostics, chart);
    reachability::check(diagnostics, chart, &reach);
    handling::check(diagnostics, chart, &reach);
    // Beside an error rustc prints no warning, and half of them would follow from it.
    if !diagnostics.has_errors() {
        lints::check(diagnostics, chart, &reach);
    }
    blame
}
