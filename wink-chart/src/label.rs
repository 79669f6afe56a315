//! Rows as a person reads them.

use crate::{Chart, ChildSignal, Row, RowKind, Target, Trigger};
use alloc::borrow::ToOwned;
use alloc::string::String;

impl Chart {
    /// What sets a row off, for example `Coin`, `Open | Close`, `after 5s`, `done`.
    pub fn trigger_label(&self, row: &Row) -> String {
        match &row.trigger {
            Trigger::Messages(messages) => {
                let mut label = String::new();
                for &message in messages.iter() {
                    if !label.is_empty() {
                        label.push_str(" | ");
                    }
                    label.push_str(&self.message(message).name);
                }
                label
            }
            Trigger::Any => "_".to_owned(),
            Trigger::After(delay) => {
                let mut label = "after ".to_owned();
                label.push_str(&delay.text);
                label
            }
            Trigger::Always => "always".to_owned(),
            Trigger::Done => "done".to_owned(),
            Trigger::Child(signal) => {
                let mut label = "child ".to_owned();
                label.push_str(signal.name());
                label
            }
            Trigger::Down => "down".to_owned(),
        }
    }

    /// A row without its targets: `Coin [value >= 2] / pay`, `ignore Resume`.
    pub fn row_label(&self, row: &Row) -> String {
        let mut label = match row.kind {
            RowKind::Receive => String::new(),
            RowKind::Ignore => "ignore ".to_owned(),
            RowKind::Defer => "defer ".to_owned(),
        };
        label.push_str(&self.trigger_label(row));
        if let Some(guard) = &row.guard {
            label.push_str(" [");
            label.push_str(guard);
            label.push(']');
        }
        if let Some(action) = &row.action {
            label.push_str(" / ");
            label.push_str(action);
        }
        label
    }

    /// A target by name: `locked`, `history(service)`, `stay`.
    pub fn target_label(&self, target: Target) -> String {
        let (before, state, after) = match target {
            Target::State(state) => ("", state, ""),
            Target::History(state) => ("history(", state, ")"),
            Target::DeepHistory(state) => ("deep_history(", state, ")"),
            Target::Stay => return "stay".to_owned(),
        };
        let mut label = before.to_owned();
        label.push_str(&self.state(state).name);
        label.push_str(after);
        label
    }
}

impl ChildSignal {
    /// The signal's name in the language: `started`, `pulsed`, `errored`, `exited`.
    pub const fn name(self) -> &'static str {
        match self {
            ChildSignal::Started => "started",
            ChildSignal::Pulsed => "pulsed",
            ChildSignal::Errored => "errored",
            ChildSignal::Exited => "exited",
        }
    }
}
