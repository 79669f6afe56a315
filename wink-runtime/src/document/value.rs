//! A value whose type nobody has declared.
//!
//! Must not know of: expressions, machines.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A value of a document's data model, as in ECMAScript; what an event carries.
///
/// Unlike there, two lists or maps are equal when their parts are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// No value at all.
    #[default]
    Undefined,
    /// The value that says that there is none.
    Null,
    /// True or false.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object: its properties in the order in which they were added.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Whether a condition of this value holds: all but `undefined`, `null`, `false`, `0`, `NaN`
    /// and the empty string do.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(value) => *value != 0.0 && !value.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::List(_) | Value::Map(_) => true,
        }
    }

    pub(super) fn is_undefined(&self) -> bool {
        *self == Value::Undefined
    }

    /// The number that this value stands for; `NaN` when it is none.
    pub fn number(&self) -> f64 {
        match self {
            Value::Undefined | Value::Map(_) => f64::NAN,
            Value::Null => 0.0,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(value) => *value,
            Value::Text(text) if text.trim().is_empty() => 0.0,
            Value::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Value::List(list) => match list.as_slice() {
                [] => 0.0,
                [one] => one.number(),
                _ => f64::NAN,
            },
        }
    }

    /// What ECMAScript's `typeof` says.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Undefined => "undefined",
            Value::Null | Value::List(_) | Value::Map(_) => "object",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
        }
    }

    /// A part of the value by name or index; `None` when the value cannot have parts.
    pub fn member(&self, name: &Value) -> Option<Value> {
        let found = match self {
            Value::Undefined | Value::Null => return None,
            Value::Text(text) if is_length(name) => Some(Value::from(text.chars().count() as f64)),
            Value::List(list) if is_length(name) => Some(Value::from(list.len() as f64)),
            Value::List(list) => place(name).and_then(|place| list.get(place).cloned()),
            Value::Map(map) => {
                let name = name.to_string();
                let mut parts = map.iter();
                parts
                    .find(|(key, _)| *key == name)
                    .map(|(_, part)| part.clone())
            }
            Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
        };
        Some(found.unwrap_or_default())
    }

    /// A part to be written, which is made when there is none; `None` when this value cannot
    /// have it.
    pub(crate) fn member_mut(&mut self, name: &Value) -> Option<&mut Value> {
        match self {
            Value::List(list) => {
                let place = place(name)?;
                if place == list.len() {
                    list.push(Value::Undefined);
                }
                list.get_mut(place)
            }
            Value::Map(map) => {
                let name = name.to_string();
                let place = match map.iter().position(|(key, _)| *key == name) {
                    Some(place) => place,
                    None => {
                        map.push((name, Value::Undefined));
                        map.len() - 1
                    }
                };
                map.get_mut(place).map(|(_, part)| part)
            }
            _ => None,
        }
    }
}

fn is_length(name: &Value) -> bool {
    matches!(name, Value::Text(name) if name == "length")
}

/// An index into a list.
fn place(name: &Value) -> Option<usize> {
    let number = name.number();
    (number >= 0.0 && number.fract() == 0.0 && number < f64::from(u32::MAX))
        .then_some(number as usize)
}

/// As ECMAScript makes a string of it; maps as JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Undefined => f.write_str("undefined"),
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Number(value) if value.is_infinite() && *value > 0.0 => f.write_str("Infinity"),
            Value::Number(value) if value.is_infinite() => f.write_str("-Infinity"),
            // There is one zero for a reader.
            Value::Number(value) => write!(f, "{}", value + 0.0),
            Value::Text(text) => f.write_str(text),
            Value::List(list) => {
                for (index, part) in list.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    if !matches!(part, Value::Undefined | Value::Null) {
                        write!(f, "{part}")?;
                    }
                }
                Ok(())
            }
            Value::Map(map) => {
                f.write_str("{")?;
                for (index, (key, part)) in map.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    match part {
                        Value::Text(text) => write!(f, "{key:?}:{text:?}")?,
                        part => write!(f, "{key:?}:{part}")?,
                    }
                }
                f.write_str("}")
            }
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

macro_rules! from_number {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(value: $number) -> Self {
                Value::Number(f64::from(value))
            }
        })*
    };
}

from_number!(u8, u16, u32, i8, i16, i32, f32, f64);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Value::Undefined
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(list: Vec<T>) -> Self {
        Value::List(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_ecmascript_writes_them() {
        let list = Value::from(vec![1.0, 2.5]);
        let map = Value::Map(vec![("a b".to_owned(), "c\"".into())]);
        let cases = [
            (Value::Undefined, "undefined"),
            (Value::from(3), "3"),
            (Value::from(-0.5), "-0.5"),
            (Value::from(-0.0), "0"),
            (Value::from(f64::INFINITY), "Infinity"),
            (Value::from(f64::NAN), "NaN"),
            (list, "1,2.5"),
            (map, r#"{"a b":"c\""}"#),
        ];
        for (value, written) in cases {
            assert_eq!(value.to_string(), written);
        }
    }

    #[test]
    fn parts_are_found_and_made() {
        let mut list = Value::from(vec!["a"]);
        assert_eq!(list.member(&"length".into()), Some(1.into()));
        assert_eq!(list.member(&5.into()), Some(Value::Undefined));
        assert!(list.member_mut(&5.into()).is_none(), "no holes");
        *list.member_mut(&1.into()).expect("the end of the list") = "b".into();
        assert_eq!(list, Value::from(vec!["a", "b"]));
        assert_eq!(Value::Null.member(&0.into()), None);
    }
}
