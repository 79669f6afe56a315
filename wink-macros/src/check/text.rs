//! Tokens as people write them, for what is said about them.
//!
//! Must not know of: rules.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// The first and the last token of a type.
pub fn ends(ty: &Type) -> (Span, Span) {
    let mut tokens = ty.to_token_stream().into_iter();
    let first = tokens
        .next()
        .map_or_else(Span::call_site, |token| token.span());
    (first, tokens.last().map_or(first, |token| token.span()))
}

/// A type as people write it.
pub fn text(ty: &Type) -> String {
    compact(&ty.to_token_stream())
}

/// Tokens with the blanks that people would write.
pub fn compact(tokens: &TokenStream) -> String {
    let mut text = String::new();
    push(&mut text, tokens);
    text
}

fn push(text: &mut String, tokens: &TokenStream) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                push(text, &group.stream());
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
        if tokens
            .get(index + 1)
            .is_some_and(|next| is_apart(index, token, next, &tokens))
        {
            text.push(' ');
        }
    }
}

/// Whether a blank stands between two tokens.
fn is_apart(index: usize, token: &TokenTree, next: &TokenTree, all: &[TokenTree]) -> bool {
    let punct = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => Some((punct.as_char(), punct.spacing())),
        _ => None,
    };
    let is_generic = all.iter().filter_map(punct).any(|(mark, _)| mark == '<')
        && all.iter().filter_map(punct).any(|(mark, _)| mark == '>');
    match (punct(token), punct(next)) {
        (Some((_, Spacing::Joint)), _) => false,
        (Some((',' | ';' | '=' | '|' | '+' | '-' | '*' | '/' | '%', _)), _) => index > 0,
        (Some(('<' | '>', _)), _) | (_, Some(('<' | '>', _))) => !is_generic,
        (Some(('&', _)), _) => {
            index > 0 && punct(&all[index - 1]).is_some_and(|(mark, _)| mark == '&')
        }
        (Some(_), _) => false,
        (None, Some((',' | ';' | '.' | ':' | '?' | '!', spacing))) => {
            // `!=` is an operator, `!` a macro.
            matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!')
                && spacing == Spacing::Joint
        }
        (None, Some(_)) => true,
        (None, None) => {
            matches!(
                (token, next),
                (
                    TokenTree::Ident(_),
                    TokenTree::Ident(_) | TokenTree::Literal(_)
                )
            )
        }
    }
}
