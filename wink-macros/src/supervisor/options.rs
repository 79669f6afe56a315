//! What stands between the parentheses: `strategy = rest_for_one, intensity = "3 in 5s"`.
//!
//! Must not know of: the module under it.

use super::{Grace, Saved, Settings};
use crate::diagnostics::Diagnostics;
use crate::parse::Cursor;
use proc_macro2::{Ident, Span, TokenStream};
use std::time::Duration;

/// Words of the language, and the variants that they stand for.
pub const STRATEGIES: [(&str, &str); 3] = [
    ("one_for_one", "OneForOne"),
    ("one_for_all", "OneForAll"),
    ("rest_for_one", "RestForOne"),
];
pub const RESTARTS: [(&str, &str); 3] = [
    ("permanent", "Permanent"),
    ("transient", "Transient"),
    ("temporary", "Temporary"),
];

/// The word for snapshots that no file keeps.
pub const IN_MEMORY: &str = "in_memory";

/// The right side of an option.
enum Value {
    Word(Ident),
    Text(syn::LitStr),
    Number(syn::LitInt),
}

impl Value {
    fn span(&self) -> Span {
        match self {
            Value::Word(word) => word.span(),
            Value::Text(text) => text.span(),
            Value::Number(number) => number.span(),
        }
    }

    fn text(&self) -> String {
        match self {
            Value::Word(word) => word.to_string(),
            Value::Text(text) => text.value(),
            Value::Number(number) => number.to_string(),
        }
    }
}

/// The options of `#[supervisor(…)]`.
pub fn settings(diagnostics: &mut Diagnostics, arguments: TokenStream) -> Settings {
    let mut settings = Settings::default();
    let keys = ["strategy", "intensity", "back_off"];
    for (key, value) in options(diagnostics, "supervisor", &keys, arguments) {
        match key {
            "strategy" => settings.strategy = word(diagnostics, "strategy", &value, &STRATEGIES),
            "intensity" => settings.intensity = intensity(diagnostics, &value),
            _ => settings.back_off = back_off(diagnostics, &value),
        }
    }
    settings
}

/// The options of `#[child(…)]` or `#[task(…)]`.
#[derive(Default)]
pub struct ChildOptions {
    pub restart: Option<&'static str>,
    pub grace: Option<Grace>,
    pub back_off: Option<(Duration, Duration)>,
    pub mailbox: Option<usize>,
    /// And where that is said.
    pub silence: Option<(Duration, Span)>,
    pub beside: Option<Ident>,
    /// And where that is said.
    pub saved: Option<(Saved, Span)>,
}

/// Reads them; only machines have mailboxes, are silent and can be saved.
pub fn child(diagnostics: &mut Diagnostics, name: &str, arguments: TokenStream) -> ChildOptions {
    let mut found = ChildOptions::default();
    let keys = match name {
        "child" => &[
            "restart", "grace", "back_off", "mailbox", "silence", "beside", "saved",
        ][..],
        _ => &["restart", "grace", "back_off"],
    };
    for (key, value) in options(diagnostics, name, keys, arguments) {
        match key {
            "restart" => found.restart = word(diagnostics, "restart", &value, &RESTARTS),
            "grace" => found.grace = grace(diagnostics, &value),
            "back_off" => found.back_off = back_off(diagnostics, &value),
            "mailbox" => found.mailbox = mailbox(diagnostics, &value),
            "silence" => {
                let limit = silence(diagnostics, &value);
                found.silence = limit.map(|limit| (limit, value.span()));
            }
            "beside" => match value {
                Value::Word(child) => found.beside = Some(child),
                _ => diagnostics.supervisor_option_form(name, value.span(), key),
            },
            _ => {
                let span = value.span();
                found.saved = saved(value).map(|saved| (saved, span));
                if found.saved.is_none() {
                    diagnostics.supervisor_option_form(name, span, key);
                }
            }
        }
    }
    found
}

/// `in_memory`, the path of a file, or a function whose name is looked up later.
fn saved(value: Value) -> Option<Saved> {
    Some(match value {
        Value::Text(path) => Saved::InFile(path),
        Value::Word(word) if word == IN_MEMORY => Saved::InMemory,
        Value::Word(function) => Saved::By {
            function,
            takes_data: false,
        },
        Value::Number(_) => return None,
    })
}

/// Reads `key = value, …`; each key at most once, and none but these.
fn options(
    diagnostics: &mut Diagnostics,
    name: &str,
    keys: &[&'static str],
    arguments: TokenStream,
) -> Vec<(&'static str, Value)> {
    let mut list: Vec<(&'static str, Value)> = Vec::new();
    let mut cursor = Cursor::new(arguments, Span::call_site());
    while !cursor.is_empty() {
        let span = cursor.span();
        let mut option = Cursor::from_list(cursor.until_comma(), span);
        let Some(ident) = option.take_ident() else {
            diagnostics.supervisor_option_form(name, span, keys[0]);
            continue;
        };
        let Some(key) = keys.iter().find(|key| ident == **key) else {
            diagnostics.unknown_option(&ident, name, keys);
            continue;
        };
        let value = option.take_punct('=').and_then(|_| value(&mut option));
        let Some(value) = value.filter(|_| option.is_empty()) else {
            diagnostics.supervisor_option_form(name, ident.span(), key);
            continue;
        };
        if list.iter().any(|(other, _)| other == key) {
            diagnostics.said_twice(key, ident.span());
            continue;
        }
        list.push((key, value));
    }
    list
}

fn value(option: &mut Cursor) -> Option<Value> {
    if let Some(word) = option.take_ident() {
        return Some(Value::Word(word));
    }
    match syn::Lit::new(option.take_literal()?) {
        syn::Lit::Str(text) => Some(Value::Text(text)),
        syn::Lit::Int(number) => Some(Value::Number(number)),
        _ => None,
    }
}

/// One of some words; quoted ones will do.
fn word(
    diagnostics: &mut Diagnostics,
    what: &str,
    value: &Value,
    words: &[(&'static str, &'static str)],
) -> Option<&'static str> {
    let text = value.text();
    let found = words.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        diagnostics.unknown_word(what, &text, value.span(), &words);
    }
    found.map(|(_, variant)| *variant)
}

/// `"3 in 5s"`.
fn intensity(diagnostics: &mut Diagnostics, value: &Value) -> Option<(u32, Duration)> {
    let text = value.text();
    let read = text
        .split_once(" in ")
        .and_then(|(restarts, period)| Some((restarts.trim().parse().ok()?, time(period.trim())?)));
    if read.is_none() {
        diagnostics.bad_intensity(&text, value.span());
    }
    read
}

/// `"100ms..10s"`.
fn back_off(diagnostics: &mut Diagnostics, value: &Value) -> Option<(Duration, Duration)> {
    let text = value.text();
    let read = text
        .split_once("..")
        .and_then(|(first, most)| Some((time(first.trim())?, time(most.trim())?)))
        .filter(|(first, most)| first <= most);
    if read.is_none() {
        diagnostics.bad_back_off(&text, value.span());
    }
    read
}

/// `"2s"`, `kill` or `forever`.
fn grace(diagnostics: &mut Diagnostics, value: &Value) -> Option<Grace> {
    let text = value.text();
    let read = match text.as_str() {
        "kill" => Some(Grace::Kill),
        "forever" => Some(Grace::Forever),
        text => time(text).map(Grace::Within),
    };
    if read.is_none() {
        diagnostics.bad_grace(&text, value.span());
    }
    read
}

/// `100`.
fn mailbox(diagnostics: &mut Diagnostics, value: &Value) -> Option<usize> {
    let text = value.text();
    let read = text.parse().ok().filter(|messages| *messages > 0);
    if read.is_none() {
        diagnostics.bad_mailbox(&text, value.span());
    }
    read
}

/// `"20s"`.
fn silence(diagnostics: &mut Diagnostics, value: &Value) -> Option<Duration> {
    let text = value.text();
    let read = time(&text);
    if read.is_none() {
        diagnostics.bad_silence(&text, value.span());
    }
    read
}

fn time(text: &str) -> Option<Duration> {
    let nanoseconds = wink_chart::parse_duration(text).ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
