//! Writes XML 1.0.
//!
//! Must not know of: charts.

use alloc::string::String;
use alloc::vec::Vec;

/// Writes elements, indented by two spaces, each with its attributes first.
pub(super) struct Writer {
    text: String,
    /// The elements that are open, outermost first.
    open: Vec<&'static str>,
    /// The start tag of the innermost element is not yet closed.
    in_tag: bool,
}

impl Writer {
    pub(super) fn new() -> Writer {
        Writer {
            text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
            open: Vec::new(),
            in_tag: false,
        }
    }

    fn line(&mut self) {
        if self.in_tag {
            self.text.push('>');
        }
        self.in_tag = false;
        self.text.push('\n');
    }

    pub(super) fn open(&mut self, name: &'static str) {
        self.line();
        self.text
            .extend(core::iter::repeat_n("  ", self.open.len()));
        self.text.push('<');
        self.text.push_str(name);
        self.open.push(name);
        self.in_tag = true;
    }

    pub(super) fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if core::mem::take(&mut self.in_tag) {
            self.text.push_str("/>");
            return;
        }
        self.line();
        self.text
            .extend(core::iter::repeat_n("  ", self.open.len()));
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// An attribute of the element that was opened last, before anything is inside it.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        for letter in value.chars() {
            escape(letter, &mut self.text);
        }
        self.text.push('"');
    }

    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    /// An attribute that is left out when it is empty.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.attribute(name, value);
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}

/// XML 1.0, section 2.2: what no document may hold, not even as a reference, is replaced.
fn escape(letter: char, into: &mut String) {
    match letter {
        '&' => into.push_str("&amp;"),
        '<' => into.push_str("&lt;"),
        '>' => into.push_str("&gt;"),
        '"' => into.push_str("&quot;"),
        '\n' => into.push_str("&#10;"),
        '\r' => into.push_str("&#13;"),
        '\t' => into.push_str("&#9;"),
        letter if letter < ' ' || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
            into.push('\u{fffd}');
        }
        letter => into.push(letter),
    }
}
