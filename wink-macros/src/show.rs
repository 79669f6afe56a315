//! Tokens as lines that a person can read: `WINK_EXPAND=turnstile` prints these.
//!
//! Must not know of: the machine. This is no formatter; it breaks lines where braces and
//! semicolons are and leaves the rest as it comes.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The tokens with a line for each statement, indented by braces.
pub fn lines(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(&mut text, tokens, 0, true);
    text
}

fn write(text: &mut String, tokens: TokenStream, depth: usize, breaks: bool) {
    let mut is_joint = true;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_end = matches!(&token, TokenTree::Punct(punct) if ",;.?:".contains(punct.as_char()));
        if !is_joint && !is_end && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
        is_joint = false;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                let is_block = group.delimiter() == Delimiter::Brace && !group.stream().is_empty();
                text.push_str(open);
                if is_block {
                    line(text, depth + 1);
                }
                write(text, group.stream(), depth + 1, is_block);
                if is_block {
                    line(text, depth);
                }
                text.push_str(close);
                let goes_on = match tokens.peek() {
                    Some(TokenTree::Punct(punct)) => punct.as_char() != '#',
                    next => next.is_none(),
                };
                if is_block && breaks && !goes_on {
                    line(text, depth);
                    is_joint = true;
                }
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                is_joint = punct.spacing() == Spacing::Joint
                    || ".&#!".contains(punct.as_char())
                    || text.ends_with("::");
                if breaks && ",;".contains(punct.as_char()) && tokens.peek().is_some() {
                    line(text, depth);
                    is_joint = true;
                }
            }
            token => text.push_str(&token.to_string()),
        }
    }
}

/// Begins a line, unless one has just begun.
fn line(text: &mut String, depth: usize) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&"    ".repeat(depth));
}
