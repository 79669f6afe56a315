//! How messages are written as text: the kinds of their fields, and their usage lines.
//!
//! Must not know of: parsers of any text; those read this.

use crate::{Field, Message, Shape};
use alloc::string::String;

/// What a person may write for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// May be negative.
        signed: bool,
    },
    /// A number with a fraction.
    Float,
    /// One character.
    Char,
    /// Any text.
    Text,
    /// Anything else: written as JSON.
    Json,
}

impl Field {
    /// What a person may write for this field, told from its type's name. `Option<T>` is as `T`.
    pub fn kind(&self) -> FieldKind {
        kind(plain_type(&self.type_name))
    }

    /// The least and the greatest number that the field holds, when it holds whole numbers of at
    /// most 64 bits. `usize` and `isize` are those of this program.
    pub fn range(&self) -> Option<(i64, u64)> {
        match plain_type(&self.type_name) {
            "u8" => Some((0, u8::MAX.into())),
            "u16" => Some((0, u16::MAX.into())),
            "u32" => Some((0, u32::MAX.into())),
            "u64" => Some((0, u64::MAX)),
            "usize" => Some((0, usize::MAX as u64)),
            "i8" => Some((i8::MIN.into(), i8::MAX as u64)),
            "i16" => Some((i16::MIN.into(), i16::MAX as u64)),
            "i32" => Some((i32::MIN.into(), i32::MAX as u64)),
            "i64" => Some((i64::MIN, i64::MAX as u64)),
            "isize" => Some((isize::MIN as i64, isize::MAX as u64)),
            _ => None,
        }
    }
}

/// The type's name without its path and without an `Option` around it.
fn plain_type(type_name: &str) -> &str {
    let inner = type_name
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'));
    let name = inner.unwrap_or(type_name);
    name.rsplit("::").next().unwrap_or(name).trim()
}

fn kind(plain_type: &str) -> FieldKind {
    match plain_type {
        "bool" => FieldKind::Bool,
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => FieldKind::Integer { signed: false },
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => FieldKind::Integer { signed: true },
        "f32" | "f64" => FieldKind::Float,
        "char" => FieldKind::Char,
        "String" | "&str" | "str" | "PathBuf" => FieldKind::Text,
        _ => FieldKind::Json,
    }
}

impl Message {
    /// The message's name as a person types it: `CoinInserted` is `coin_inserted`.
    pub fn text_name(&self) -> String {
        snake(&self.name)
    }

    /// How the message is typed, for example `coin <value: u32>`.
    pub fn usage(&self) -> String {
        let mut usage = self.text_name();
        for field in self.fields.iter() {
            usage.push_str(" <");
            if self.shape == Shape::Named {
                usage.push_str(&field.name);
                usage.push_str(": ");
            }
            usage.push_str(&field.type_name);
            usage.push('>');
        }
        usage
    }
}

/// `CoinInserted`, `coin-inserted` and `coinInserted` as `coin_inserted`.
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut previous_is_lower = false;
    for letter in name.chars() {
        if letter == '-' {
            snake.push('_');
        } else {
            if letter.is_uppercase() && previous_is_lower {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        previous_is_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::field;

    #[test]
    fn names_are_typed_in_snake_case() {
        let names = [
            "Coin",
            "CoinInserted",
            "coin-inserted",
            "coinInserted",
            "A1B",
            "ÉtéFini",
        ];
        let typed = [
            "coin",
            "coin_inserted",
            "coin_inserted",
            "coin_inserted",
            "a1_b",
            "été_fini",
        ];
        for (name, typed) in names.iter().zip(typed) {
            assert_eq!(snake(name), typed);
        }
    }

    #[test]
    fn kinds_come_from_type_names() {
        let kind = |name| field("x", name, "").kind();
        assert_eq!(kind("Option<u8>"), FieldKind::Integer { signed: false });
        assert_eq!(kind("std::string::String"), FieldKind::Text);
        assert_eq!(kind("Vec<u8>"), FieldKind::Json);
        assert_eq!(kind("f32"), FieldKind::Float);
    }

    #[test]
    fn ranges_come_from_type_names() {
        let range = |name| field("x", name, "").range();
        assert_eq!(range("Option<std::primitive::u8>"), Some((0, 255)));
        assert_eq!(range("i16"), Some((-32_768, 32_767)));
        assert_eq!(range("u128"), None);
        assert_eq!(range("String"), None);
    }
}
