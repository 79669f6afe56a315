//! Prints a machine's steps as they happen.

use super::screen::{Screen, Tone};
use crate::core::observer::Observer;
use wink_chart::{Chart, MessageId, RowId, StateId};

pub struct Watcher {
    pub chart: &'static Chart,
    pub screen: Screen,
}

impl Observer for Watcher {
    fn row(&mut self, row: RowId) {
        let label = self.chart.row_label(self.chart.row(row));
        self.screen.step(Tone::Plain, &format!("  {label}"));
    }

    fn exited(&mut self, state: StateId) {
        self.screen.mark(state, false);
    }

    fn entered(&mut self, state: StateId) {
        self.screen.mark(state, true);
    }

    fn ignored(&mut self, row: RowId) {
        let source = &self.chart.state(self.chart.row(row).source).name;
        self.screen
            .step(Tone::Faint, &format!("  ignored in {source}"));
    }

    fn deferred(&mut self, _: RowId) {
        self.screen
            .step(Tone::Faint, "  deferred until the state changes");
    }

    fn unhandled(&mut self, message: MessageId) {
        let name = &self.chart.message(message).name;
        let line = format!("  nothing in {} receives {name} now", self.screen.place());
        self.screen.step(Tone::Bad, &line);
    }
}
