//! How much room a text takes, in a font whose letters are all of one width: what fits here fits in
//! every browser.
//!
//! Must not know of: charts.

use alloc::string::String;
use alloc::vec::Vec;

/// The size of what stands at arrows and inside of states.
pub(super) const SMALL: f64 = 11.0;
/// The size of a state's name.
pub(super) const LARGE: f64 = 13.0;
/// From line to line, as a multiple of the size.
pub(super) const LINE: f64 = 1.35;
/// The width of a letter, as a multiple of the size: that of DejaVu Sans Mono and Menlo, which are
/// the widest of the usual ones.
const LETTER: f64 = 0.603;
/// Columns after which a text goes on in the next line.
const COLUMNS: usize = 30;
/// Lines of one text at most; the rest is in its tooltip.
const LINES: usize = 5;

/// The width of a line of text.
pub(super) fn width(text: &str, size: f64) -> f64 {
    columns(text) as f64 * LETTER * size
}

fn columns(text: &str) -> usize {
    text.chars().map(letter_columns).sum()
}

/// Two for the wide letters of East Asia and for pictures, as terminals have it.
fn letter_columns(letter: char) -> usize {
    match u32::from(letter) {
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff => 2,
        0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The text in lines that are not too long, broken between words where that is possible.
pub(super) fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // What a row does begins a line, if need be; a slash never ends one.
    let text = text.replace(" / ", " /\u{0}");
    for word in text.split_whitespace() {
        let word = word.replace('\u{0}', " ");
        let fits = columns(&line) + 1 + columns(&word) <= COLUMNS;
        if !line.is_empty() && !fits {
            lines.push(core::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if columns(&line) + letter_columns(letter) > COLUMNS + 10 {
                lines.push(core::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines[LINES - 1].push_str(" …");
    }
    lines
}
