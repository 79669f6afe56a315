//! Texts of a chart as Mermaid may see them.

use alloc::format;
use alloc::string::String;

/// Mermaid's entity codes for everything that could mean something to it. Never empty, since
/// Mermaid has no empty labels.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    // One star is a star; two are emphasis, as in Markdown.
    let keeps_star = text.matches('*').count() == 1;
    let mut previous = ' ';
    for (place, letter) in text.char_indices() {
        let next = text[place..].chars().nth(1).unwrap_or(' ');
        match letter {
            '\n' | '\r' | '\t' => escaped.push(' '),
            letter if letter.is_control() => {}
            '*' if keeps_star => escaped.push('*'),
            letter if is_harmless(previous, letter, next) && !begins_order(&text[place..]) => {
                escaped.push(letter);
            }
            letter => escaped.push_str(&format!("#{};", letter as u32)),
        }
        previous = letter;
    }
    if escaped.is_empty() {
        escaped.push_str("#160;");
    }
    escaped
}

fn is_harmless(previous: char, letter: char, next: char) -> bool {
    match letter {
        ' ' | '.' | ',' | '/' | ']' | '(' | ')' | '=' | '|' | '+' | '!' | '?' | '\'' => true,
        // `[[fork]]` is an order.
        '[' => next != '[',
        // Around a word it is emphasis, as in Markdown; within one or alone it is not.
        '_' => {
            let is_within = previous.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
            is_within || (previous == ' ' && next == ' ')
        }
        letter => letter.is_ascii_alphanumeric(),
    }
}

/// Texts that Mermaid obeys wherever they stand in a line.
fn begins_order(text: &str) -> bool {
    let begins = |text: &str, word: &str| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if begins(text, "end note") {
        return true;
    }
    let Some(rest) = text.get("direction".len()..) else {
        return false;
    };
    let way = rest.trim_start();
    begins(text, "direction")
        && way.len() < rest.len()
        && ["tb", "bt", "rl", "lr"]
            .iter()
            .any(|known| begins(way, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mermaid_would_read_is_escaped() {
        let cases = [
            ("Coin [value >= 2] / pay", "Coin [value #62;= 2] / pay"),
            ("a:b;c\"#}{", "a#58;b#59;c#34;#35;#125;#123;"),
            ("[[fork]]", "#91;[fork]]"),
            ("a\nb\u{7}", "a b"),
            ("_ / hand_on", "_ / hand_on"),
            ("_b_ c_d", "#95;b#95; c_d"),
            ("__b__", "#95;#95;b#95;#95;"),
            ("H*", "H*"),
            ("**a", "#42;#42;a"),
            ("Set direction  tb", "Set #100;irection  tb"),
            ("direction == up", "direction == up"),
            ("directionless", "directionless"),
            ("end note", "#101;nd note"),
            ("é", "#233;"),
            ("", "#160;"),
        ];
        for (text, escaped) in cases {
            assert_eq!(escape(text), escaped, "{text:?}");
        }
    }
}
