//! The words of ECMAScript.
//!
//! Must not know of: what they mean together.

use super::Mistake;

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    Text(String),
    Name(String),
    Sign(&'static str),
}

/// Signs, the longer of two that begin alike first.
const SIGNS: [&str; 41] = [
    ">>>=", "===", "!==", "**=", "<<=", ">>=", ">>>", "=>", "==", "!=", "<=", ">=", "&&", "||",
    "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "<<", ">>", "(", ")", "[", "]", "{", "}",
    "+", "-", "*", "/", "%", "!", "<", ">", "?", ":",
];

/// Signs of one character that no longer one begins with.
const SMALL: [&str; 8] = [",", ".", "=", "&", "|", "^", "~", ";"];

/// The words of a text, each with where it stands; comments are none.
pub fn tokens(text: &str) -> Result<Vec<(Token, usize)>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("//") || rest.starts_with("/*") {
            at += comment(rest, at)?;
            continue;
        }
        let (token, length) = if first == '\'' || first == '"' {
            string(rest, first, at)?
        } else if first.is_ascii_digit() || (first == '.' && starts_with_digit(&rest[1..])) {
            number(rest, at)?
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            let inside = |one: char| one.is_alphanumeric() || one == '_' || one == '$';
            let length = rest.find(|one| !inside(one)).unwrap_or(rest.len());
            (Token::Name(rest[..length].to_owned()), length)
        } else {
            let mut signs = SIGNS.iter().chain(&SMALL);
            let Some(sign) = signs.find(|sign| rest.starts_with(**sign)) else {
                let message = format!("`{first}` means nothing in an expression");
                return Err(Mistake { at, message });
            };
            (Token::Sign(sign), sign.len())
        };
        tokens.push((token, at));
        at += length;
    }
    Ok(tokens)
}

/// The length of a comment.
fn comment(rest: &str, at: usize) -> Result<usize, Mistake> {
    if rest.starts_with("//") {
        return Ok(rest.find('\n').unwrap_or(rest.len()));
    }
    let message = "this comment has no end".to_owned();
    let end = rest.find("*/").filter(|&end| end > 1);
    let end = end.map(|end| end + 2);
    end.ok_or(Mistake { at, message })
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|one: char| one.is_ascii_digit())
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Mistake> {
    let mut length = rest
        .find(|one: char| !(one.is_ascii_alphanumeric() || one == '.'))
        .unwrap_or(rest.len());
    // The sign of an exponent.
    if rest[..length].ends_with(['e', 'E'])
        && rest[length..].starts_with(['+', '-'])
        && !rest.starts_with("0x")
    {
        let digits = rest[length + 1..].find(|one: char| !one.is_ascii_digit());
        length = digits.map_or(rest.len(), |digits| length + 1 + digits);
    }
    let written = &rest[..length];
    let hexadecimal = written.strip_prefix("0x").or(written.strip_prefix("0X"));
    let value = match hexadecimal {
        Some(digits) => u32::from_str_radix(digits, 16).map(f64::from).ok(),
        None => written.parse().ok(),
    };
    match value {
        Some(value) => Ok((Token::Number(value), length)),
        None => Err(Mistake {
            at,
            message: format!("`{written}` is no number"),
        }),
    }
}

fn string(rest: &str, quote: char, at: usize) -> Result<(Token, usize), Mistake> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((place, one)) = characters.next() {
        match one {
            _ if one == quote => return Ok((Token::Text(text), place + 1)),
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 'u' | 'x')) => {
                    let message = "escapes by number are not supported".to_owned();
                    return Err(Mistake { at, message });
                }
                Some((_, other)) => text.push(other),
                None => break,
            },
            _ => text.push(one),
        }
    }
    let message = "this string has no end".to_owned();
    Err(Mistake { at, message })
}
