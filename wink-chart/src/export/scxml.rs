//! A chart as a document of the W3C's SCXML 1.0.
//!
//! Guards and functions are what the machine's source says, so the data model is called `rust`.
//! What the recommendation has no words for stands in attributes and elements of a namespace of
//! wink's own, which others pass over, so that no part of the description is lost: a reader that
//! knows them has the same chart again.
//!
//! - The machine itself, when it has rows or functions, is a state around all others
//!   (`wink:root`), and a composite that rests in itself has a child for that (`wink:rest`).
//! - A row whose function chooses is a transition for each of its targets, all with the same
//!   `wink:row`, on the condition that the function's answer is that target.
//! - `_` names the messages that are left for it; `ignore` and `defer` (`wink:kind`) are
//!   transitions that do nothing. Others than wink forget what was to be deferred.
//! - `after` is a delayed event that the state sends itself and cancels.

mod xml;

use super::ids::Ids;
use super::{notes, standard};
use crate::{
    Chart, DefaultEntry, DefaultKind, Message, Row, RowId, Shape, State, StateId, StateKind,
    Target, Trigger,
};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use xml::Writer;

/// The chart as an SCXML document, ended by a line break.
pub fn scxml(chart: &Chart) -> String {
    let mut document = Document {
        chart,
        ids: standard::ids(chart),
        xml: Writer::new(),
    };
    document.write();
    document.xml.finish()
}

struct Document<'a> {
    chart: &'a Chart,
    ids: Ids,
    xml: Writer,
}

impl Document<'_> {
    fn write(&mut self) {
        let chart = self.chart;
        let root_is_drawn = notes::root_is_drawn(chart)
            || standard::rests_in_itself(chart, StateId::ROOT)
            || !standard::histories(chart, StateId::ROOT).is_empty()
            || chart
                .default_of(StateId::ROOT, DefaultKind::Initial)
                .is_some();
        self.xml.open("scxml");
        self.xml
            .attribute("xmlns", "http://www.w3.org/2005/07/scxml");
        self.xml.attribute("xmlns:wink", NAMESPACE);
        self.xml.attribute("version", "1.0");
        self.xml.attribute("name", &chart.name);
        self.xml.attribute("datamodel", "rust");
        let initial = match root_is_drawn {
            true => Some(StateId::ROOT),
            false => chart.state(StateId::ROOT).initial,
        };
        if let Some(initial) = initial {
            self.xml.attribute("initial", self.ids.state(initial));
        }
        self.xml.attribute("wink:version", &chart.version);
        self.xml.attribute("wink:data", &chart.data);
        self.xml.text("wink:documentation", &chart.documentation);
        if !root_is_drawn {
            self.xml
                .attribute("wink:module", &chart.state(StateId::ROOT).name);
            let documentation = &chart.state(StateId::ROOT).documentation;
            self.xml.text("wink:module-documentation", documentation);
        }
        for id in chart.message_ids() {
            let completion = chart.completions.iter().find(|one| one.message == id);
            self.message(chart.message(id), completion.map(|one| one.of));
        }
        if root_is_drawn {
            self.root();
        } else {
            for child in chart.children(StateId::ROOT) {
                self.state(child);
            }
        }
        self.xml.close();
    }

    fn message(&mut self, message: &Message, completed: Option<StateId>) {
        self.xml.open("wink:message");
        self.xml.attribute("name", &message.name);
        let shape = match message.shape {
            Shape::Unit => "unit",
            Shape::Tuple => "tuple",
            Shape::Named => "named",
        };
        self.xml.attribute("shape", shape);
        self.xml.optional("reply", message.reply.as_deref());
        self.xml.text("documentation", &message.documentation);
        if let Some(of) = completed {
            self.xml.attribute("completes", self.ids.state(of));
        }
        for field in message.fields.iter() {
            self.xml.open("wink:field");
            self.xml.attribute("name", &field.name);
            self.xml.attribute("type", &field.type_name);
            self.xml.text("documentation", &field.documentation);
            self.xml.close();
        }
        self.xml.close();
    }

    /// The machine as a state. When its final child is reached, the document is at its end.
    fn root(&mut self) {
        self.state(StateId::ROOT);
        let mut children = self.chart.children(StateId::ROOT);
        if children.any(|child| self.chart.state(child).kind == StateKind::Final) {
            self.xml.open("final");
            self.xml.attribute("id", &self.ended());
            self.xml.attribute("wink:ended", "true");
            self.xml.close();
        }
    }

    fn ended(&self) -> String {
        format!("{}.ended", self.ids.state(StateId::ROOT))
    }

    fn state(&mut self, id: StateId) {
        let chart = self.chart;
        let state = chart.state(id);
        self.xml.open(match state.kind {
            StateKind::Leaf | StateKind::Composite => "state",
            StateKind::Parallel => "parallel",
            StateKind::Final => "final",
        });
        self.begin(id, state);
        if let Some(default) = chart.default_of(id, DefaultKind::Initial) {
            self.initial(default);
        }
        self.functions(id, state);
        if id == StateId::ROOT {
            self.end_of_root();
        }
        for row in chart.rows_of(id) {
            self.row(row);
        }
        if standard::rests_in_itself(chart, id) {
            self.xml.open("state");
            self.xml.attribute("id", &standard::rest(&self.ids, id));
            self.xml.attribute("wink:rest", "true");
            self.xml.close();
        }
        for is_deep in standard::histories(chart, id) {
            self.history(id, is_deep);
        }
        for child in chart.children(id) {
            self.state(child);
        }
        self.xml.close();
    }

    fn begin(&mut self, id: StateId, state: &State) {
        self.xml.attribute("id", self.ids.state(id));
        let default = self.chart.default_of(id, DefaultKind::Initial);
        match state.initial {
            _ if default.is_some() => {}
            Some(initial) => self.xml.attribute("initial", self.ids.state(initial)),
            None if standard::rests_in_itself(self.chart, id) => {
                let rest = standard::rest(&self.ids, id);
                self.xml.attribute("initial", &rest);
            }
            None => {}
        }
        if id == StateId::ROOT {
            self.xml.attribute("wink:root", "true");
        }
        if *state.name != *self.ids.state(id) {
            self.xml.attribute("wink:name", &state.name);
        }
        self.xml.optional("wink:local", state.local.as_deref());
        self.xml.text("wink:documentation", &state.documentation);
    }

    /// The entry function and what sends the state's time-outs; the exit function and what
    /// cancels them.
    fn functions(&mut self, id: StateId, state: &State) {
        let chart = self.chart;
        let delays = chart
            .rows_of(id)
            .filter_map(|row| match &chart.row(row).trigger {
                Trigger::After(delay) => Some((timeout(row), delay)),
                _ => None,
            });
        let delays: Vec<_> = delays.collect();
        if state.entry.is_some() || !delays.is_empty() {
            self.xml.open("onentry");
            self.call(state.entry.as_deref());
            for (name, delay) in &delays {
                self.xml.open("send");
                self.xml.attribute("event", name);
                self.xml.attribute("id", name);
                self.xml
                    .attribute("delay", &(standard::milliseconds(delay) + "ms"));
                self.xml.close();
            }
            self.xml.close();
        }
        if state.exit.is_some() || !delays.is_empty() {
            self.xml.open("onexit");
            self.call(state.exit.as_deref());
            for (name, _) in &delays {
                self.xml.open("cancel");
                self.xml.attribute("sendid", name);
                self.xml.close();
            }
            self.xml.close();
        }
    }

    fn call(&mut self, function: Option<&str>) {
        if let Some(function) = function {
            self.xml.open("wink:call");
            self.xml.attribute("function", function);
            self.xml.close();
        }
    }

    fn end_of_root(&mut self) {
        let mut children = self.chart.children(StateId::ROOT);
        if children.any(|child| self.chart.state(child).kind == StateKind::Final) {
            let event = format!("done.state.{}", self.ids.state(StateId::ROOT));
            self.xml.open("transition");
            self.xml.attribute("event", &event);
            self.xml.attribute("target", &self.ended());
            self.xml.attribute("wink:ended", "true");
            self.xml.close();
        }
    }

    fn row(&mut self, id: RowId) {
        let chart = self.chart;
        let row = chart.row(id);
        for way in standard::ways(chart, row) {
            self.xml.open("transition");
            if let Some(event) = self.event(id, row) {
                self.xml.attribute("event", &event);
            }
            self.xml.optional("cond", way.condition.as_deref());
            if !way.targets.is_empty() {
                let targets = standard::targets(&self.ids, &way.targets);
                self.xml.attribute("target", &targets.join(" "));
                if !standard::is_external(chart, row, &way.targets) {
                    self.xml.attribute("type", "internal");
                }
            }
            self.marks(id, row);
            if way.choice.is_some() {
                self.xml.attribute("wink:chooses", "true");
                self.xml.optional("wink:guard", row.guard.as_deref());
            }
            self.call(row.action.as_deref());
            self.xml.close();
        }
    }

    fn event(&self, id: RowId, row: &Row) -> Option<String> {
        let event = match &row.trigger {
            Trigger::Messages(_) | Trigger::Any => {
                let messages = standard::messages(self.chart, row);
                let name = |&id| standard::event_name(self.chart, &self.ids, id, "done.state.");
                let names = messages.iter().map(name);
                let names: Vec<_> = names.collect();
                match names.is_empty() {
                    // An event that nobody sends; a transition without one would be eventless.
                    true => "wink.none".to_owned(),
                    false => names.join(" "),
                }
            }
            Trigger::After(_) => timeout(id),
            Trigger::Always => return None,
            Trigger::Done => format!("done.state.{}", self.ids.state(row.source)),
            Trigger::Child(signal) => format!("wink.child.{}", signal.name()),
            Trigger::Down => "wink.down".to_owned(),
        };
        Some(event)
    }

    /// What the recommendation has no words for.
    fn marks(&mut self, id: RowId, row: &Row) {
        self.xml.attribute("wink:row", &format!("{}", id.0));
        self.xml.optional("wink:kind", standard::kind(row));
        match &row.trigger {
            Trigger::Any => self.xml.attribute("wink:any", "true"),
            Trigger::After(delay) => self.xml.attribute("wink:after", &delay.text),
            _ => {}
        }
        if row.reenter {
            self.xml.attribute("wink:reenter", "true");
        }
        if row.targets.first() == Some(&Target::Stay) && !row.chooses {
            self.xml.attribute("wink:stay", "true");
        }
        self.xml.text("wink:documentation", &row.documentation);
    }

    fn history(&mut self, state: StateId, is_deep: bool) {
        self.xml.open("history");
        let id = standard::history(&self.ids, state, is_deep);
        self.xml.attribute("id", &id);
        self.xml
            .attribute("type", if is_deep { "deep" } else { "shallow" });
        self.xml.open("transition");
        let (targets, action) = standard::history_default(self.chart, &self.ids, state, is_deep);
        self.xml.attribute("target", &targets.join(" "));
        self.call(action);
        self.xml.close();
        self.xml.close();
    }

    /// What is entered first, when an attribute cannot say it.
    fn initial(&mut self, default: &DefaultEntry) {
        self.xml.open("initial");
        self.xml.open("transition");
        let targets = standard::targets(&self.ids, &default.targets);
        self.xml.attribute("target", &targets.join(" "));
        self.call(default.action.as_deref());
        self.xml.close();
        self.xml.close();
    }
}

/// The namespace of what the recommendation has no words for.
const NAMESPACE: &str = "https://docs.rs/wink";

/// The event of an `after` row.
fn timeout(row: RowId) -> String {
    format!("wink.after.{}", row.0)
}
