//! Tokens as text, as a person would write them: no needless spaces.
//!
//! Made from the tokens alone, so that the same source gives the same text on every toolchain.
//!
//! Must not know of: what the tokens mean.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// What kind of token was written last: decides whether a space follows.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing, an opening delimiter, a path separator, a prefix operator: no space.
    Open,
    /// An identifier or literal.
    Word,
    /// A closing delimiter.
    Close,
    /// A binary operator: a space follows.
    Operator,
}

/// `Vec<u8>`, `&mut Gate`, `value >= 2 && !full`.
pub fn written(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut last = Last::Open;
    // Inside `<…>` of a type, `<` and `>` stick to what they enclose.
    let mut angles = 0usize;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        match token {
            TokenTree::Group(group) => {
                last = delimited(group, last, text);
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if matches!(last, Last::Word | Last::Operator | Last::Close) {
                    text.push(' ');
                }
                text.push_str(&name);
                last = Last::Word;
            }
            TokenTree::Literal(literal) => {
                if matches!(last, Last::Word | Last::Operator | Last::Close) {
                    text.push(' ');
                }
                text.push_str(&literal.to_string());
                last = Last::Word;
            }
            TokenTree::Punct(_) => {
                let operator = operator(&tokens, &mut index);
                last = punctuation(&operator, &tokens[index..], last, &mut angles, text);
            }
        }
    }
}

fn delimited(group: &proc_macro2::Group, last: Last, text: &mut String) -> Last {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    let call = matches!(
        group.delimiter(),
        Delimiter::Parenthesis | Delimiter::Bracket
    );
    let keyword = ["in", "if", "match", "as", "mut", "return"];
    let after_keyword =
        last == Last::Word && keyword.contains(&text.rsplit(' ').next().unwrap_or_default());
    if last == Last::Operator
        || after_keyword
        || (!call && matches!(last, Last::Word | Last::Close))
    {
        text.push(' ');
    }
    if group.stream().is_empty() {
        text.push_str(open.trim_end());
        text.push_str(close.trim_start());
    } else {
        text.push_str(open);
        write(group.stream(), text);
        text.push_str(close);
    }
    Last::Close
}

/// The punctuation characters from `index - 1` on that form one operator.
fn operator(tokens: &[TokenTree], index: &mut usize) -> String {
    let TokenTree::Punct(first) = &tokens[*index - 1] else {
        return String::new();
    };
    let mut operator = String::from(first.as_char());
    let mut spacing = first.spacing();
    while spacing == Spacing::Joint && first.as_char() != '\'' {
        let Some(TokenTree::Punct(next)) = tokens.get(*index) else {
            break;
        };
        let longer = format!("{operator}{}", next.as_char());
        if !OPERATORS.contains(&longer.as_str()) {
            break;
        }
        operator = longer;
        spacing = next.spacing();
        *index += 1;
    }
    operator
}

/// Operators of more than one character.
const OPERATORS: [&str; 22] = [
    "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", "..", "...", "..=", "+=", "-=",
    "*=", "/=", "%=", "^=", "&=", "|=", "<<=",
];

fn punctuation(
    operator: &str,
    rest: &[TokenTree],
    last: Last,
    angles: &mut usize,
    text: &mut String,
) -> Last {
    let after_operand = matches!(last, Last::Word | Last::Close);
    match operator {
        "'" | "#" | "$" => {
            if matches!(last, Last::Word | Last::Operator) {
                text.push(' ');
            }
            text.push_str(operator);
            Last::Open
        }
        "::" | "." | ".." | "..=" | "?" => {
            if last == Last::Operator {
                text.push(' ');
            }
            text.push_str(operator);
            if operator == "?" {
                Last::Close
            } else {
                Last::Open
            }
        }
        "," | ";" | ":" => {
            text.push_str(operator);
            Last::Operator
        }
        "<" if opens_arguments(rest, text) => {
            *angles += 1;
            text.push('<');
            Last::Open
        }
        ">" if *angles > 0 => {
            *angles -= 1;
            text.push('>');
            Last::Close
        }
        "!" | "&" | "&&" | "*" | "-" | "|" if !after_operand => {
            if last == Last::Operator {
                text.push(' ');
            }
            text.push_str(operator);
            Last::Open
        }
        "!" => {
            // A macro's.
            text.push('!');
            Last::Open
        }
        _ => {
            if after_operand {
                text.push(' ');
            }
            text.push_str(operator);
            Last::Operator
        }
    }
}

/// Whether `<` begins generic arguments: it follows a name of a type or `::`, and a `>` follows.
fn opens_arguments(rest: &[TokenTree], text: &str) -> bool {
    let name = text.rsplit(|character: char| !character.is_alphanumeric() && character != '_');
    let name = name.into_iter().next().unwrap_or_default();
    let follows_type =
        text.is_empty() || text.ends_with("::") || name.starts_with(char::is_uppercase);
    let closes = rest
        .iter()
        .any(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '>'));
    follows_type && closes
}
