//! Where an item begins and ends, and what it is called: items are split, not parsed.
//!
//! Must not know of: attributes, the tree.

use super::cursor::{Cursor, is_group, is_keyword, is_operator, is_punct};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Token, Visibility};

/// Takes `pub`, `pub(…)` or nothing.
pub fn visibility(cursor: &mut Cursor) -> Visibility {
    let Some(public) = cursor.take_keyword("pub") else {
        return Visibility::Inherited;
    };
    let is_restricted = cursor
        .peek_group(0, Delimiter::Parenthesis)
        .is_some_and(|group| {
            let inside = Cursor::of(group);
            ["crate", "self", "super", "in"]
                .iter()
                .any(|word| inside.peek_keyword(0, word))
        });
    if !is_restricted {
        return Visibility::Public(Token![pub](public.span()));
    }
    let tokens: TokenStream = [Some(TokenTree::Ident(public)), cursor.next()]
        .into_iter()
        .flatten()
        .collect();
    syn::parse2(tokens).unwrap_or(Visibility::Inherited)
}

/// Whether a function comes next, whatever its qualifiers.
pub fn is_function(cursor: &Cursor) -> bool {
    let mut at = 0;
    while let Some(token) = cursor.peek_at(at) {
        match token {
            TokenTree::Ident(ident) if ident == "fn" => return cursor.peek_ident(at + 1).is_some(),
            TokenTree::Ident(ident)
                if ["const", "async", "unsafe", "safe", "extern", "default"]
                    .iter()
                    .any(|word| ident == word) => {}
            TokenTree::Literal(_) if at > 0 => {}
            _ => return false,
        }
        at += 1;
    }
    false
}

/// What comes next, in words.
pub fn kind(cursor: &Cursor) -> &'static str {
    if is_function(cursor) {
        return "a function";
    }
    let Some(first) = cursor.peek_ident(0) else {
        return "this item";
    };
    match first.to_string().as_str() {
        "mod" => "a module",
        "struct" => "a struct",
        "enum" => "an enum",
        "union" => "a union",
        "trait" => "a trait",
        "impl" => "an impl block",
        "use" => "an import",
        "const" => "a constant",
        "static" => "a static",
        "type" => "a type alias",
        _ => "this item",
    }
}

/// Takes one item's tokens: up to its `;` or its last group.
pub fn take_item(cursor: &mut Cursor) -> Vec<TokenTree> {
    let ends_with_semicolon = match cursor.peek() {
        Some(TokenTree::Ident(ident)) => {
            ["use", "type", "static"].iter().any(|word| ident == word)
                || (ident == "const" && !is_function(cursor) && !cursor.peek_keyword(1, "trait"))
        }
        _ => false,
    };
    let mut item = match ends_with_semicolon {
        // No generics to mind: a `<` may be a comparison here.
        true => {
            let mut item = Vec::new();
            while !cursor.is_empty() && !cursor.peek_punct(0, ';') {
                item.extend(cursor.next());
            }
            item
        }
        false => cursor.until(|tokens| {
            is_group(tokens.first(), Delimiter::Brace) || is_punct(tokens.first(), ';')
        }),
    };
    // The brace or the semicolon.
    item.extend(cursor.next());
    item
}

/// The name of an item that can be seen from elsewhere.
pub fn declared(item: &[TokenTree]) -> Option<proc_macro2::Ident> {
    let mut tokens = item;
    while let [first, rest @ ..] = tokens {
        let TokenTree::Ident(word) = first else {
            // The string in `extern "C" fn`.
            if matches!(first, TokenTree::Literal(_)) {
                tokens = rest;
                continue;
            }
            return None;
        };
        match word.to_string().as_str() {
            "struct" | "enum" | "union" | "type" | "trait" | "mod" | "fn" => {
                return name_in(rest);
            }
            "const" | "static" if !has_function(rest) => return name_in(rest),
            "const" | "static" | "mut" | "unsafe" | "async" | "extern" | "auto" | "safe" => {
                tokens = rest;
            }
            _ => return None,
        }
    }
    None
}

fn has_function(tokens: &[TokenTree]) -> bool {
    tokens
        .iter()
        .take(4)
        .any(|token| is_keyword(Some(token), "fn") || is_keyword(Some(token), "trait"))
}

fn name_in(tokens: &[TokenTree]) -> Option<proc_macro2::Ident> {
    let tokens = match tokens {
        [first, rest @ ..] if is_keyword(Some(first), "mut") => rest,
        tokens => tokens,
    };
    match tokens {
        [TokenTree::Ident(ident), ..] if ident != "_" && !is_operator(tokens, ':', ':') => {
            Some(ident.clone())
        }
        _ => None,
    }
}
