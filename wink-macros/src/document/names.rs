//! Names in Rust for names in documents.
//!
//! Must not know of: what the names are for.

use proc_macro2::{Ident, Span};

/// Names that a state's module cannot have: parts of the language, types of Rust's own.
const TAKEN: [&str; 29] = [
    "stay",
    "history",
    "deep_history",
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "self",
    "super",
    "crate",
    "wink",
    "core",
    "std",
    "alloc",
    "data",
    "cx",
];

/// Names that are taken already, so that all are different.
#[derive(Default)]
pub struct Names {
    taken: Vec<String>,
}

impl Names {
    /// The name of a module for a state.
    pub fn state(&mut self, id: &str) -> Ident {
        let mut name = snake(id);
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert_str(0, "s_");
        }
        if TAKEN.contains(&name.as_str()) || !is_ident(&name) {
            name.push('_');
        }
        if !is_ident(&name) {
            name = "state_".to_owned();
        }
        self.fresh(name)
    }

    /// The name of a variant for an event.
    pub fn event(&mut self, event: &str) -> Ident {
        let mut name = camel(event);
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert(0, 'E');
        }
        if !is_ident(&name) {
            name = "Event".to_owned();
        }
        self.fresh(name)
    }

    fn fresh(&mut self, name: String) -> Ident {
        let mut fresh = name.clone();
        let mut number = 1;
        // The generated variants of two names that differ in underscores would be one.
        while self.taken.iter().any(|taken| camel(taken) == camel(&fresh)) {
            number += 1;
            fresh = format!("{name}_{number}");
        }
        self.taken.push(fresh.clone());
        ident(&fresh)
    }
}

/// `door-opened.Twice` as `door_opened_twice`.
pub fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for character in text.chars() {
        if !character.is_alphanumeric() {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            after_lower = false;
            continue;
        }
        if character.is_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = character.is_lowercase();
        snake.extend(character.to_lowercase());
    }
    snake.trim_end_matches('_').to_owned()
}

/// `door.opened` as `DoorOpened`.
pub fn camel(text: &str) -> String {
    let words = text.split(|one: char| !one.is_alphanumeric());
    let mut camel = String::new();
    for word in words {
        let mut characters = word.chars();
        camel.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        let rest = characters.as_str();
        // `OPEN_DOOR` is `OpenDoor`, and `HTTPStatus` is left alone.
        match word.chars().any(char::is_lowercase) {
            true => camel.push_str(rest),
            false => camel.push_str(&rest.to_lowercase()),
        }
    }
    camel
}

pub fn is_ident(text: &str) -> bool {
    syn::parse_str::<Ident>(text).is_ok()
}

pub fn ident(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_name_of_its_own() {
        let mut names = Names::default();
        let ids = [
            "s1",
            "S1",
            "half-open",
            "1st",
            "match",
            "history",
            "²",
            "ünder",
            "",
            "u8",
            "a.B",
        ];
        let made: Vec<String> = ids.iter().map(|id| names.state(id).to_string()).collect();
        let expected = [
            "s1",
            "s1_2",
            "half_open",
            "s_1st",
            "match_",
            "history_",
            "state_",
            "ünder",
            "s_",
            "u8_",
            "a_b",
        ];
        assert_eq!(made, expected);
    }

    #[test]
    fn events_become_variants() {
        let mut names = Names::default();
        let made: Vec<String> = ["coin", "door.open", "doorOpen", "self", "5", "OPEN_DOOR"]
            .iter()
            .map(|event| names.event(event).to_string())
            .collect();
        assert_eq!(
            made,
            ["Coin", "DoorOpen", "DoorOpen_2", "Event", "E5", "OpenDoor"]
        );
    }
}
