//! JSON with places.
//!
//! Must not know of: machines.

use crate::document::ir::{Place, Text};
use crate::document::problems::Problems;
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

pub struct Json {
    pub place: Place,
    pub kind: Kind,
}

pub enum Kind {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<Entry>),
}

pub struct Entry {
    pub key: Text,
    pub value: Json,
}

impl Json {
    pub fn object(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn string(&self) -> Option<Text> {
        match &self.kind {
            Kind::Text(text) => Some(Text {
                text: text.clone(),
                // Behind the quote.
                place: self.place + 1,
            }),
            _ => None,
        }
    }

    /// The value itself, or those of a list.
    pub fn each(&self) -> &[Json] {
        match &self.kind {
            Kind::List(list) => list,
            _ => std::slice::from_ref(self),
        }
    }
}

/// Reads a value; `None` (reported) when it is malformed or nested too deeply.
pub fn read(text: &str, depth_max: usize, problems: &mut Problems<'_>) -> Option<Json> {
    if let Some(place) = too_deep(text, depth_max) {
        problems.add(
            place,
            format!("values are nested more than {depth_max} deep"),
        );
        return None;
    }
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
    };
    match parse_to_ast(text, &CollectOptions::default(), &strict) {
        Ok(found) => match found.value {
            Some(value) => Some(json(value, problems)),
            None => {
                problems.add(0, "the document is empty");
                None
            }
        },
        Err(error) => {
            let message = format!("this is no JSON: {}", error.kind());
            problems.add(error.range().start, message);
            None
        }
    }
}

/// Where brackets are first nested deeper than that, outside of strings.
fn too_deep(text: &str, depth_max: usize) -> Option<Place> {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > depth_max {
                    return Some(place);
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn json(value: Value<'_>, problems: &mut Problems<'_>) -> Json {
    let place = value.start();
    let kind = match value {
        Value::StringLit(text) => Kind::Text(text.value.into_owned()),
        Value::NumberLit(number) => Kind::Number(number.value.to_owned()),
        Value::BooleanLit(one) => Kind::Bool(one.value),
        Value::NullKeyword(_) => Kind::Null,
        Value::Array(list) => {
            let parts = list.elements.into_iter();
            Kind::List(parts.map(|part| json(part, problems)).collect())
        }
        Value::Object(object) => {
            let mut entries: Vec<Entry> = Vec::new();
            for property in object.properties {
                let place = property.name.start() + 1;
                let text = match property.name {
                    ObjectPropName::String(name) => name.value.into_owned(),
                    ObjectPropName::Word(name) => name.value.to_owned(),
                };
                if entries.iter().any(|entry| entry.key.text == text) {
                    problems.add(place, format!("`{text}` is said twice"));
                }
                let value = json(property.value, problems);
                let key = Text { text, place };
                entries.push(Entry { key, value });
            }
            Kind::Object(entries)
        }
    };
    Json { place, kind }
}
