//! A chart as the JSON that XState 5's `createMachine` takes.
//!
//! Guards and functions are named by their text; whoever runs the machine provides them. What
//! XState has no words for stands in `meta.wink`, which it passes over, so that a reader that
//! knows it has the same chart again.
//!
//! - A composite that rests in itself has a child for that, and histories are children too.
//! - A row whose function chooses is a transition for each of its targets, on the condition that
//!   the function's answer is that target. Rows of the same `meta.wink.row` are one.
//! - `_` stands at each of the messages that are left for it; what is ignored or deferred is a
//!   transition that does nothing. Others than wink forget what was to be deferred.
//! - A transition to its own source is `reenter`, since XState's does not leave it otherwise.

use super::ids::Ids;
use super::standard::{self, Way};
use super::writer::Writer;
use crate::{
    Chart, DefaultKind, Delay, Message, MessageId, Row, RowId, Shape, StateId, StateKind, Target,
    Trigger,
};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The chart as the configuration of an XState 5 machine, in JSON ended by a line break.
pub fn xstate(chart: &Chart) -> String {
    let document = Document {
        chart,
        ids: standard::ids(chart),
    };
    let mut out = Writer::default();
    out.open('{');
    document.state(StateId::ROOT, &mut out);
    out.close('}');
    out.finish()
}

struct Document<'a> {
    chart: &'a Chart,
    ids: Ids,
}

/// What sets off a transition, in XState's words.
#[derive(Clone, PartialEq, Eq)]
enum On {
    Event(String),
    After(Delay),
    Always,
    Done,
}

impl Document<'_> {
    fn state(&self, id: StateId, out: &mut Writer) {
        let state = self.chart.state(id);
        out.text("id", self.ids.state(id));
        match state.kind {
            StateKind::Parallel => out.text("type", "parallel"),
            StateKind::Final => out.text("type", "final"),
            StateKind::Leaf | StateKind::Composite => {}
        }
        let default = self.chart.default_of(id, DefaultKind::Initial);
        match state.initial {
            _ if default.is_some() => {}
            Some(initial) => out.text("initial", self.ids.state(initial)),
            None if standard::rests_in_itself(self.chart, id) => {
                out.text("initial", &standard::rest(&self.ids, id));
            }
            None => {}
        }
        if let Some(default) = default {
            out.object("initial", |out| {
                let targets = standard::targets(&self.ids, &default.targets);
                let targets: Vec<String> = targets.iter().map(|target| hash(target)).collect();
                out.texts("target", targets.iter().map(String::as_str));
                if let Some(action) = &default.action {
                    out.list("actions", core::iter::once(action), |out, action| {
                        out.text("type", action);
                    });
                }
            });
        }
        if !state.documentation.is_empty() {
            out.text("description", &state.documentation);
        }
        for (key, function) in [("entry", &state.entry), ("exit", &state.exit)] {
            if let Some(function) = function {
                out.list(key, core::iter::once(function), |out, function| {
                    out.text("type", function);
                });
            }
        }
        self.rows(id, out);
        out.object("meta", |out| out.object("wink", |out| self.meta(id, out)));
        out.object("states", |out| self.children(id, out));
    }

    fn meta(&self, id: StateId, out: &mut Writer) {
        let state = self.chart.state(id);
        if *state.name != *self.ids.state(id) {
            out.text("name", &state.name);
        }
        if let Some(local) = &state.local {
            out.text("local", local);
        }
        if id != StateId::ROOT {
            return;
        }
        let chart = self.chart;
        out.text("machine", &chart.name);
        out.text("version", &chart.version);
        out.text("data", &chart.data);
        out.text("documentation", &chart.documentation);
        out.list("messages", chart.messages.iter(), message);
        let events: Vec<String> = chart.message_ids().map(|id| self.event(id)).collect();
        out.texts("events", events.iter().map(String::as_str));
    }

    fn children(&self, id: StateId, out: &mut Writer) {
        if standard::rests_in_itself(self.chart, id) {
            let rest = standard::rest(&self.ids, id);
            out.object(&rest, |out| {
                out.text("id", &rest);
                out.object("meta", |out| {
                    out.object("wink", |out| out.boolean("rest", true));
                });
            });
        }
        for is_deep in standard::histories(self.chart, id) {
            let history = standard::history(&self.ids, id, is_deep);
            out.object(&history, |out| {
                out.text("id", &history);
                out.text("type", "history");
                out.text("history", if is_deep { "deep" } else { "shallow" });
                // A parallel state's regions are entered by default in any case.
                let (targets, _) = standard::history_default(self.chart, &self.ids, id, is_deep);
                if let [target] = &targets[..] {
                    out.text("target", &hash(target));
                }
            });
        }
        for child in self.chart.children(id) {
            out.object(self.ids.state(child), |out| self.state(child, out));
        }
    }

    fn rows(&self, id: StateId, out: &mut Writer) {
        let mut rows: Vec<(On, RowId)> = Vec::new();
        for row in self.chart.rows_of(id) {
            rows.extend(self.on(row).into_iter().map(|on| (on, row)));
        }
        let at = |wanted: &On| -> Vec<RowId> {
            let rows = rows.iter().filter(|(on, _)| on == wanted);
            rows.map(|&(_, row)| row).collect()
        };
        out.object("on", |out| {
            let mut written: Vec<&str> = Vec::new();
            for (on, _) in &rows {
                if let On::Event(event) = on
                    && !written.contains(&event.as_str())
                {
                    written.push(event);
                    self.transitions(event, &at(on), out);
                }
            }
        });
        out.object("after", |out| {
            let mut written: Vec<u64> = Vec::new();
            for (on, _) in &rows {
                if let On::After(delay) = on
                    && !written.contains(&delay.nanoseconds)
                {
                    written.push(delay.nanoseconds);
                    let same = rows.iter().filter(|(other, _)| {
                        matches!(other, On::After(other) if other.nanoseconds == delay.nanoseconds)
                    });
                    let same: Vec<RowId> = same.map(|&(_, row)| row).collect();
                    self.transitions(&standard::milliseconds(delay), &same, out);
                }
            }
        });
        for (on, key) in [(On::Always, "always"), (On::Done, "onDone")] {
            let rows = at(&on);
            if !rows.is_empty() {
                self.transitions(key, &rows, out);
            }
        }
    }

    fn on(&self, id: RowId) -> Vec<On> {
        let row = self.chart.row(id);
        match &row.trigger {
            Trigger::Messages(_) | Trigger::Any => {
                let messages = standard::messages(self.chart, row).into_iter();
                let events: Vec<On> = messages.map(|id| On::Event(self.event(id))).collect();
                match events.is_empty() {
                    true => [On::Event("wink.none".to_owned())].into(),
                    false => events,
                }
            }
            Trigger::After(delay) => [On::After(delay.clone())].into(),
            Trigger::Always => [On::Always].into(),
            Trigger::Done => [On::Done].into(),
            Trigger::Child(signal) => [On::Event(format!("wink.child.{}", signal.name()))].into(),
            Trigger::Down => [On::Event("wink.down".to_owned())].into(),
        }
    }

    fn event(&self, message: MessageId) -> String {
        standard::event_name(self.chart, &self.ids, message, "xstate.done.state.")
    }

    fn transitions(&self, key: &str, rows: &[RowId], out: &mut Writer) {
        let ways = rows.iter().flat_map(|&row| {
            let ways = standard::ways(self.chart, self.chart.row(row));
            ways.into_iter().map(move |way| (row, way))
        });
        out.list(key, ways, |out, (id, way)| self.transition(id, &way, out));
    }

    fn transition(&self, id: RowId, way: &Way, out: &mut Writer) {
        let row = self.chart.row(id);
        let targets = standard::targets(&self.ids, &way.targets);
        match &targets[..] {
            [] => {}
            [target] => out.text("target", &hash(target)),
            targets => {
                let targets: Vec<String> = targets.iter().map(|target| hash(target)).collect();
                out.texts("target", targets.iter().map(String::as_str));
            }
        }
        if !targets.is_empty() && standard::is_external(self.chart, row, &way.targets) {
            out.boolean("reenter", true);
        }
        if let Some(condition) = &way.condition {
            out.object("guard", |out| {
                out.text("type", condition);
                out.object("params", |out| {
                    out.number("row", id.0.into());
                    if let Some(choice) = way.choice {
                        out.number("choice", choice as u64);
                    }
                });
            });
        }
        if let Some(action) = &row.action {
            out.list("actions", core::iter::once(action), |out, action| {
                out.text("type", action);
                out.object("params", |out| out.number("row", id.0.into()));
            });
        }
        if !row.documentation.is_empty() {
            out.text("description", &row.documentation);
        }
        out.object("meta", |out| out.object("wink", |out| marks(id, row, out)));
    }
}

/// What XState has no words for.
fn marks(id: RowId, row: &Row, out: &mut Writer) {
    out.number("row", id.0.into());
    if let Some(kind) = standard::kind(row) {
        out.text("kind", kind);
    }
    match &row.trigger {
        Trigger::Any => out.boolean("any", true),
        Trigger::After(delay) => {
            out.text("after", &delay.text);
            out.number("nanoseconds", delay.nanoseconds);
        }
        _ => {}
    }
    if row.reenter {
        out.boolean("reenter", true);
    }
    if row.chooses {
        out.boolean("chooses", true);
        if let Some(guard) = &row.guard {
            out.text("guard", guard);
        }
    } else if row.targets.first() == Some(&Target::Stay) {
        out.boolean("stay", true);
    }
}

fn message(out: &mut Writer, message: &Message) {
    out.text("name", &message.name);
    let shape = match message.shape {
        Shape::Unit => "unit",
        Shape::Tuple => "tuple",
        Shape::Named => "named",
    };
    out.text("shape", shape);
    out.text("documentation", &message.documentation);
    out.list("fields", message.fields.iter(), |out, field| {
        out.text("name", &field.name);
        out.text("type", &field.type_name);
        out.text("documentation", &field.documentation);
    });
    if let Some(reply) = &message.reply {
        out.text("reply", reply);
    }
}

/// A state by its id; XState reads what follows a point as a path below that state.
fn hash(id: &str) -> String {
    format!("#{}", id.replace('.', "\\."))
}
