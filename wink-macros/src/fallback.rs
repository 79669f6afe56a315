//! What is emitted beside the errors when no machine can be made: the user's own items.
//!
//! Must not know of: the model. What is left out here would be reported by rustc again.

use crate::ast::{Body, Item, Machine};
use crate::parse::{Cursor, Name};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// A machine that was read but cannot be one: its types and whatever is not ours. Functions that
/// only a machine calls are left out; they speak of a `Context` and a `Goto` that do not exist.
pub fn machine(machine: &Machine) -> TokenStream {
    let Machine {
        attributes,
        visibility,
        ident,
        ..
    } = machine;
    let items = body(Some(machine), &machine.body);
    quote! {
        #(#attributes)*
        #[allow(dead_code, unused_imports)]
        #visibility mod #ident { #items }
    }
}

fn body(machine: Option<&Machine>, body: &Body) -> TokenStream {
    let items = body.items.iter().map(|item| match item {
        Item::Function(_) => TokenStream::new(),
        Item::State(at) => {
            let state = &body.states[*at];
            let (attributes, visibility) = (&state.attributes, &state.visibility);
            let ident = &state.ident;
            let items = self::body(None, &state.body);
            quote!(#(#attributes)* #visibility mod #ident { #items })
        }
        Item::Data => {
            let data = machine.and_then(|machine| machine.data.as_ref());
            data.map(|data| data.tokens.clone()).unwrap_or_default()
        }
        Item::Messages => {
            let messages = machine.and_then(|machine| machine.messages.as_ref());
            messages
                .map(|messages| messages.tokens.clone())
                .unwrap_or_default()
        }
        Item::Other(other) => {
            let (attributes, visibility) = (&other.attributes, &other.visibility);
            let rest = &other.rest;
            quote!(#attributes #visibility #rest)
        }
    });
    quote!(use super::*; #(#items)*)
}

/// The items as they are, without the attributes that only a machine understands.
pub fn items(item: TokenStream) -> TokenStream {
    strip(item)
}

/// Takes our attributes out of items, of what modules and impls contain, and of variants.
pub fn strip(items: TokenStream) -> TokenStream {
    let mut cursor = Cursor::new(items, proc_macro2::Span::call_site());
    let mut kept = TokenStream::new();
    let mut opens = false;
    while !cursor.is_empty() {
        if is_own(&cursor) {
            cursor.next();
            if cursor.peek_punct(0, '!') {
                cursor.next();
            }
            cursor.next();
            continue;
        }
        let starts = ["mod", "enum", "impl", "trait"]
            .iter()
            .any(|word| cursor.peek_keyword(0, word));
        let ends = cursor.peek_punct(0, ';');
        opens = (opens || starts) && !ends;
        match cursor.next() {
            Some(TokenTree::Group(group)) if opens && group.delimiter() == Delimiter::Brace => {
                opens = false;
                let mut inside = Group::new(Delimiter::Brace, strip(group.stream()));
                inside.set_span(group.span());
                kept.extend([TokenTree::Group(inside)]);
            }
            token => kept.extend(token),
        }
    }
    kept
}

fn is_own(cursor: &Cursor) -> bool {
    let at = 1 + usize::from(cursor.peek_punct(1, '!'));
    let Some(group) = cursor.peek_group(at, Delimiter::Bracket) else {
        return false;
    };
    let inside = Cursor::of(group);
    // `#[ignore]` alone is Rust's.
    cursor.peek_punct(0, '#')
        && inside.peek_ident(0).and_then(Name::of).is_some_and(|name| {
            name != Name::Ignore || inside.peek_group(1, Delimiter::Parenthesis).is_some()
        })
}
