//! A whole chart as JSON, with states and messages by name and keys in a fixed order.

use super::writer::Writer;
use crate::{
    Chart, DefaultEntry, DefaultKind, Message, Row, RowKind, Shape, State, StateKind, Target,
    Trigger,
};
use alloc::string::String;

/// The description as JSON: one object with `name`, `version`, `data`, `documentation`,
/// `messages`, `states` and `rows` (`defaults` and `completions` if there are any), indented by
/// two spaces and ended by a line break.
pub fn json(chart: &Chart) -> String {
    let mut out = Writer::default();
    out.open('{');
    out.text("name", &chart.name);
    out.text("version", &chart.version);
    out.text("data", &chart.data);
    out.text("documentation", &chart.documentation);
    out.list("messages", chart.messages.iter(), message);
    out.list("states", chart.states.iter(), |out, state| {
        self::state(out, chart, state)
    });
    out.list("rows", chart.rows.iter(), |out, row| {
        self::row(out, chart, row)
    });
    // What only documents say, only where they say it.
    if !chart.defaults.is_empty() {
        out.list("defaults", chart.defaults.iter(), |out, one| {
            default(out, chart, one)
        });
    }
    if !chart.completions.is_empty() {
        out.list("completions", chart.completions.iter(), |out, one| {
            out.text("of", &chart.state(one.of).name);
            out.text("message", &chart.message(one.message).name);
        });
    }
    out.close('}');
    out.finish()
}

fn default(out: &mut Writer, chart: &Chart, default: &DefaultEntry) {
    out.text("of", &chart.state(default.of).name);
    let kind = match default.kind {
        DefaultKind::Initial => "initial",
        DefaultKind::History => "history",
        DefaultKind::DeepHistory => "deep_history",
    };
    out.text("kind", kind);
    out.list("targets", default.targets.iter(), |out, &one| {
        target(out, chart, one)
    });
    out.optional("action", default.action.as_deref());
}

fn target(out: &mut Writer, chart: &Chart, target: Target) {
    match target {
        Target::State(state) => out.text("state", &chart.state(state).name),
        Target::History(state) => out.text("history", &chart.state(state).name),
        Target::DeepHistory(state) => out.text("deep_history", &chart.state(state).name),
        Target::Stay => out.boolean("stay", true),
    }
}

fn message(out: &mut Writer, message: &Message) {
    out.text("name", &message.name);
    out.text("documentation", &message.documentation);
    let shape = match message.shape {
        Shape::Unit => "unit",
        Shape::Tuple => "tuple",
        Shape::Named => "named",
    };
    out.text("shape", shape);
    out.list("fields", message.fields.iter(), |out, field| {
        out.text("name", &field.name);
        out.text("type", &field.type_name);
        out.text("documentation", &field.documentation);
    });
    out.optional("reply", message.reply.as_deref());
}

fn state(out: &mut Writer, chart: &Chart, state: &State) {
    out.text("name", &state.name);
    out.text("documentation", &state.documentation);
    out.optional(
        "parent",
        state.parent.map(|parent| &*chart.state(parent).name),
    );
    let kind = match state.kind {
        StateKind::Leaf => "leaf",
        StateKind::Composite => "composite",
        StateKind::Parallel => "parallel",
        StateKind::Final => "final",
    };
    out.text("kind", kind);
    out.optional(
        "initial",
        state.initial.map(|initial| &*chart.state(initial).name),
    );
    out.optional("entry", state.entry.as_deref());
    out.optional("exit", state.exit.as_deref());
    out.optional("local", state.local.as_deref());
}

fn row(out: &mut Writer, chart: &Chart, row: &Row) {
    out.text("source", &chart.state(row.source).name);
    out.text("trigger", trigger_name(&row.trigger));
    match &row.trigger {
        Trigger::Messages(messages) => {
            out.texts(
                "messages",
                messages.iter().map(|&id| &*chart.message(id).name),
            );
        }
        Trigger::After(delay) => {
            out.number("nanoseconds", delay.nanoseconds);
            out.text("delay", &delay.text);
        }
        Trigger::Child(signal) => out.text("signal", signal.name()),
        Trigger::Any | Trigger::Always | Trigger::Done | Trigger::Down => {}
    }
    let kind = match row.kind {
        RowKind::Receive => "receive",
        RowKind::Ignore => "ignore",
        RowKind::Defer => "defer",
    };
    out.text("kind", kind);
    out.optional("guard", row.guard.as_deref());
    out.list("targets", row.targets.iter(), |out, &one| {
        target(out, chart, one)
    });
    out.boolean("chooses", row.chooses);
    out.boolean("reenter", row.reenter);
    out.optional("action", row.action.as_deref());
    out.text("documentation", &row.documentation);
}

fn trigger_name(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Messages(_) => "messages",
        Trigger::Any => "any",
        Trigger::After(_) => "after",
        Trigger::Always => "always",
        Trigger::Done => "done",
        Trigger::Child(_) => "child",
        Trigger::Down => "down",
    }
}
