//! JSON with keys in the order of the calls.
//!
//! Must not know of: charts.

use alloc::format;
use alloc::string::String;
use core::fmt::Write;

/// Writes JSON with keys in the order of the calls.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    depth: usize,
    /// Something stands before the next entry of the innermost bracket.
    begun: bool,
}

impl Writer {
    /// What was written, ended by a line break.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    pub(super) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
        self.begun = false;
    }

    pub(super) fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if self.begun {
            self.line();
        }
        self.text.push(bracket);
        self.begun = true;
    }

    /// An object under this key; nothing is written when it stays empty.
    pub(super) fn object(&mut self, key: &str, write: impl FnOnce(&mut Writer)) {
        let (length, begun) = (self.text.len(), self.begun);
        self.key(key);
        self.open('{');
        write(self);
        let is_empty = !self.begun;
        self.close('}');
        if is_empty {
            self.text.truncate(length);
            self.begun = begun;
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(core::iter::repeat_n("  ", self.depth));
    }

    /// The place of the next entry.
    fn entry(&mut self) {
        if self.begun {
            self.text.push(',');
        }
        self.line();
        self.begun = true;
    }

    pub(super) fn key(&mut self, key: &str) {
        self.entry();
        self.string(key);
        self.text.push_str(": ");
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.string(value);
    }

    pub(super) fn optional(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.raw(key, "null"),
        }
    }

    pub(super) fn boolean(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }

    pub(super) fn number(&mut self, key: &str, value: u64) {
        self.raw(key, &format!("{value}"));
    }

    fn raw(&mut self, key: &str, value: &str) {
        self.key(key);
        self.text.push_str(value);
    }

    pub(super) fn texts<'a>(&mut self, key: &str, values: impl Iterator<Item = &'a str>) {
        self.key(key);
        self.open('[');
        for value in values {
            self.entry();
            self.string(value);
        }
        self.close(']');
    }

    pub(super) fn list<T>(
        &mut self,
        key: &str,
        items: impl Iterator<Item = T>,
        write: impl Fn(&mut Writer, T),
    ) {
        self.key(key);
        self.open('[');
        for item in items {
            self.entry();
            self.open('{');
            write(self, item);
            self.close('}');
        }
        self.close(']');
    }

    /// RFC 8259, section 7.
    fn string(&mut self, value: &str) {
        self.text.push('"');
        for letter in value.chars() {
            match letter {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                letter if (letter as u32) < 0x20 => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.text, "\\u{:04x}", letter as u32);
                }
                letter => self.text.push(letter),
            }
        }
        self.text.push('"');
    }
}
