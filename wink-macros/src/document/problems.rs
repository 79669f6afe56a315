//! What is wrong with a document: each problem one compile error that shows the line of the
//! document.
//!
//! Rust lets a macro point into Rust files only, so the place is in the text of the error.
//!
//! Must not know of: formats.

use super::ir::{Place, Text};
use proc_macro2::TokenStream;
use quote::quote;

/// More than these of one document are not shown.
const SHOWN: usize = 20;

/// Longer lines are cut around the place.
const LINE_MAX: usize = 100;

/// The problems of one document.
pub struct Problems<'t> {
    /// The file's name as the person wrote it.
    file: &'t str,
    text: &'t str,
    list: Vec<(Place, String)>,
    /// Those of other files, as texts.
    others: Vec<String>,
}

impl<'t> Problems<'t> {
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Problems {
            file,
            text,
            list: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Something is wrong there.
    pub fn add(&mut self, place: Place, message: impl Into<String>) {
        self.list.push((place, message.into()));
    }

    /// The same with what to do about it.
    pub fn add_with(&mut self, place: Place, message: &str, help: Option<impl std::fmt::Display>) {
        match help {
            Some(help) => self.add(place, format!("{message}\nhelp: {help}")),
            None => self.add(place, message),
        }
    }

    /// Something is wrong at that byte of a text, in which the file may have written some
    /// characters as `&…;`.
    pub fn add_inside(&mut self, text: &Text, at: usize, message: impl Into<String>) {
        self.add(self.place_inside(text, at), message);
    }

    /// Where in the file a byte of a text stands.
    pub fn place_inside(&self, text: &Text, at: usize) -> Place {
        let mut place = text.place;
        let mut decoded = text.text.char_indices();
        for (byte, _) in decoded.by_ref() {
            let Some(rest) = self.text.get(place..).filter(|_| byte < at) else {
                break;
            };
            let entity = rest.starts_with('&').then(|| rest.find(';')).flatten();
            place += match (entity, rest.chars().next()) {
                (Some(end), _) => end + 1,
                (None, Some(one)) => one.len_utf8(),
                (None, None) => 0,
            };
        }
        place
    }

    /// Those of another file, which this one has brought in.
    pub fn absorb(&mut self, other: Problems<'_>) {
        self.others.extend(other.texts());
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.others.is_empty()
    }

    /// `door.scxml:12`
    pub fn line_of(&self, place: Place) -> String {
        let (line, _, _) = locate(self.text, place);
        format!("{}:{line}", self.file)
    }

    /// The errors in the order of the document, as texts.
    pub fn texts(mut self) -> Vec<String> {
        self.list.sort_by_key(|(place, _)| *place);
        self.list.dedup();
        let more = self.list.len().saturating_sub(SHOWN);
        let shown = self.list.iter().take(SHOWN);
        let mut texts: Vec<String> = shown
            .map(|(place, message)| self.show(*place, message))
            .collect();
        texts.extend(self.others.iter().take(SHOWN).cloned());
        if more > 0 {
            texts.push(format!("{}: {more} more errors are not shown", self.file));
        }
        texts
    }

    fn show(&self, place: Place, message: &str) -> String {
        let (line, column, written) = locate(self.text, place);
        let (before, shown) = cut(written, column);
        let margin = " ".repeat(line.to_string().len());
        let (first, help) = match message.split_once('\n') {
            Some((first, help)) => (first, format!("\n{margin} = {help}")),
            None => (message, String::new()),
        };
        let file = self.file;
        format!(
            "{first}\n{margin}--> {file}:{line}:{column}\n{margin} |\n{line} | {shown}\n\
             {margin} | {}^{help}",
            " ".repeat(before)
        )
    }
}

/// The line and column, counted from 1 in characters, and the line itself.
fn locate(text: &str, place: Place) -> (usize, usize, &str) {
    let mut place = place.min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place..].find('\n').map_or(text.len(), |at| place + at);
    let line = text[..start].matches('\n').count() + 1;
    let column = text[start..place].chars().count() + 1;
    (line, column, text[start..end].trim_end())
}

/// The part of a line around a column, and how many columns stand before the place in it.
fn cut(line: &str, column: usize) -> (usize, String) {
    let visible = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    let characters: Vec<char> = line.chars().map(visible).collect();
    let from = match characters.len() > LINE_MAX {
        true => (column - 1).saturating_sub(LINE_MAX / 2),
        false => 0,
    };
    let shown = characters.iter().skip(from).take(LINE_MAX).collect();
    (column - 1 - from, shown)
}

/// One compile error for each text.
pub fn errors(texts: &[String]) -> TokenStream {
    texts
        .iter()
        .map(|text| quote!(::core::compile_error! { #text }))
        .collect()
}
