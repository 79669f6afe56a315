//! `wink::__picture!("…")`: a machine's picture as a text of HTML, for its module's documentation.
//! It stands where only rustdoc looks, so it is laid out only while documentation is built.
//!
//! Must not know of: tokens of the user's.

use proc_macro2::{Literal, TokenStream, TokenTree};
use wink_chart::export::{Theme, svg_in};
use wink_chart::{
    Chart, ChildSignal, Delay, Message, MessageId, Row, RowKind, Shape, State, StateId, StateKind,
    Target, Trigger,
};

/// The literal for a description that `expand::picture` wrote; an empty one when it was not.
pub fn literal(argument: TokenStream) -> TokenStream {
    let written = syn::parse2::<syn::LitStr>(argument).ok();
    let chart = written.and_then(|written| read(&written.value()));
    let html = chart.map(|chart| html(&chart)).unwrap_or_default();
    TokenTree::Literal(Literal::string(&html)).into()
}

/// A block of HTML that Markdown leaves alone: it begins with a `div`, and has no blank line. What
/// is wider than the page is scrolled.
pub fn html(chart: &Chart) -> String {
    let picture = svg_in(chart, Theme::Rustdoc);
    format!(
        "\n<div style=\"overflow-x:auto\">{}</div>\n\n",
        picture.trim_end()
    )
}

/// The chart of such lines: without documentation, fields and versions, which no picture shows.
pub fn read(text: &str) -> Option<Chart> {
    let mut chart = Chart {
        name: "".into(),
        version: "".into(),
        data: "".into(),
        documentation: "".into(),
        messages: Vec::new().into(),
        states: Vec::new().into(),
        rows: Vec::new().into(),
        defaults: Vec::new().into(),
        completions: Vec::new().into(),
    };
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["c", data] => {
                chart.data = data.to_owned().into();
                chart.name = chart.data.clone();
            }
            ["m", name] => chart.messages.to_mut().push(Message {
                name: name.to_owned().into(),
                documentation: "".into(),
                shape: Shape::Unit,
                fields: Vec::new().into(),
                reply: None,
            }),
            ["s", ref fields @ ..] => chart.states.to_mut().push(state(fields)?),
            ["r", ref fields @ ..] => chart.rows.to_mut().push(row(fields)?),
            _ => return None,
        }
    }
    (!chart.states.is_empty()).then_some(chart)
}

fn optional(text: &str) -> Option<wink_chart::Text> {
    (!text.is_empty()).then(|| text.to_owned().into())
}

fn id(text: &str) -> Option<StateId> {
    text.parse().ok().map(StateId)
}

fn state(fields: &[&str]) -> Option<State> {
    let [name, parent, kind, initial, entry, exit] = *fields else {
        return None;
    };
    Some(State {
        name: name.to_owned().into(),
        documentation: "".into(),
        parent: id(parent),
        kind: match kind {
            "leaf" => StateKind::Leaf,
            "composite" => StateKind::Composite,
            "parallel" => StateKind::Parallel,
            "final" => StateKind::Final,
            _ => return None,
        },
        initial: id(initial),
        entry: optional(entry),
        exit: optional(exit),
        local: None,
    })
}

fn row(fields: &[&str]) -> Option<Row> {
    let [source, kind, trigger, guard, targets, reenter, action] = *fields else {
        return None;
    };
    let targets = targets.split_whitespace().map(|target| {
        Some(match target.split_at_checked(1)? {
            ("h", state) => Target::History(id(state)?),
            ("d", state) => Target::DeepHistory(id(state)?),
            ("s", "tay") => Target::Stay,
            _ => Target::State(id(target)?),
        })
    });
    Some(Row {
        source: id(source)?,
        trigger: self::trigger(trigger)?,
        kind: match kind {
            "receive" => RowKind::Receive,
            "ignore" => RowKind::Ignore,
            "defer" => RowKind::Defer,
            _ => return None,
        },
        guard: optional(guard),
        targets: targets.collect::<Option<Vec<Target>>>()?.into(),
        chooses: false,
        reenter: !reenter.is_empty(),
        action: optional(action),
        documentation: "".into(),
    })
}

fn trigger(text: &str) -> Option<Trigger> {
    if let Some(delay) = text.strip_prefix("after ") {
        return Some(Trigger::After(Delay {
            nanoseconds: 0,
            text: delay.to_owned().into(),
        }));
    }
    Some(match text {
        "any" => Trigger::Any,
        "always" => Trigger::Always,
        "done" => Trigger::Done,
        "down" => Trigger::Down,
        "started" => Trigger::Child(ChildSignal::Started),
        "pulsed" => Trigger::Child(ChildSignal::Pulsed),
        "errored" => Trigger::Child(ChildSignal::Errored),
        "exited" => Trigger::Child(ChildSignal::Exited),
        messages => {
            let numbers = messages.split(' ').map(|number| number.parse().ok());
            let messages = numbers.map(|number| number.map(MessageId));
            Trigger::Messages(messages.collect::<Option<Vec<MessageId>>>()?.into())
        }
    })
}
