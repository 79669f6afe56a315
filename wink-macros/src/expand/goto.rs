//! `Goto`: for each function that chooses where to go, the enum of what its row declares.
//!
//! The variants carry the spans of the row's targets, so that rustc's "variant is never
//! constructed" is shown at a target that the function never chooses.
//!
//! Must not know of: what a target means.

use super::names::{Cx, camel_case};
use crate::ast;
use crate::model::{Function, StateId};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

/// The hidden module with the enums of all functions of one state.
pub fn module(cx: &Cx<'_>, state: StateId) -> TokenStream {
    let functions = cx
        .chart
        .functions
        .iter()
        .filter(|function| function.state == state && function.returns.goto.is_some());
    let mut enums = functions
        .map(|function| enumeration(cx, function))
        .peekable();
    if enums.peek().is_none() {
        return TokenStream::new();
    }
    let visibility = cx.raised(state);
    quote! {
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        #visibility mod __wink_goto { #(#enums)* }
    }
}

fn enumeration(cx: &Cx<'_>, function: &Function<'_>) -> TokenStream {
    let name = &function.ast.signature.ident;
    let mut variants: Vec<Ident> = Vec::new();
    for row in &function.rows {
        for target in &cx.chart.rows[row.index()].ast.targets {
            let variant = variant(target);
            if !variants.contains(&variant) {
                variants.push(variant);
            }
        }
    }
    let guessed = function.broken
        || function
            .rows
            .iter()
            .any(|row| cx.chart.rows[row.index()].broken);
    if guessed {
        // What is wrong was reported; whatever the function chooses is not.
        let states = cx
            .chart
            .states
            .iter()
            .skip(1)
            .map(|state| camel_case(state.ident));
        for state in states.chain(["Stay".to_owned()]) {
            if !variants.iter().any(|variant| *variant == state) {
                variants.push(Ident::new(&state, name.span()));
            }
        }
    }
    let allow = guessed.then(|| quote!(#[allow(dead_code)]));
    // What is no variant of it is shown beside the return type.
    let span = function.returns.goto.unwrap_or_else(Span::call_site);
    let head = quote_spanned!(span=> pub enum Goto);
    quote! { pub mod #name { #allow #head { #(#variants),* } } }
}

/// The variant of a target as written: `Open`, `HistoryOfOpen`, `DeepHistoryOfOpen`, `Stay`.
pub fn variant(target: &ast::Target) -> Ident {
    match target {
        ast::Target::State(ident) => Ident::new(&camel_case(ident), ident.span()),
        ast::Target::History { deep, of, .. } => {
            let prefix = if *deep { "DeepHistoryOf" } else { "HistoryOf" };
            format_ident!("{prefix}{}", camel_case(of), span = of.span())
        }
        ast::Target::Stay(span) => Ident::new("Stay", *span),
    }
}

/// `self::opened::__wink_goto::wind::Goto`, as seen from the machine's module.
pub fn path(cx: &Cx<'_>, function: &Function<'_>) -> String {
    let module = cx.module(function.state);
    let name = &function.ast.signature.ident;
    format!("{module}::__wink_goto::{name}::Goto")
}

/// The return type of a function that chooses, with `Goto` in its last place resolved.
pub fn returned(function: &Ident, ty: &Type) -> TokenStream {
    match ty {
        Type::Tuple(tuple) => {
            let count = tuple.elems.len();
            let parts = tuple.elems.iter().enumerate().map(|(index, part)| {
                if index + 1 == count {
                    returned(function, part)
                } else {
                    part.to_token_stream()
                }
            });
            quote!((#(#parts),*))
        }
        Type::Paren(paren) => returned(function, &paren.elem),
        Type::Group(group) => returned(function, &group.elem),
        _ => {
            let span = super::names::at(ty).resolved_at(Span::call_site());
            let goto = Ident::new("Goto", span);
            quote!(self::__wink_goto::#function::#goto)
        }
    }
}

/// A function's body in which `Goto` is the function's own.
pub fn body(function: &Ident, body: &TokenStream) -> TokenStream {
    let mut tokens = body.clone().into_iter();
    let Some(TokenTree::Group(block)) = tokens.next() else {
        return body.clone();
    };
    let mut inner = block.stream().into_iter().peekable();
    let mut result = TokenStream::new();
    // Inner attributes have to stay first.
    while matches!(inner.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        let rest: TokenStream = inner.clone().skip(1).take(1).collect();
        if rest.to_string() != "!" {
            break;
        }
        result.extend(inner.by_ref().take(3));
    }
    result.extend(quote! {
        #[allow(unused_imports)]
        use self::__wink_goto::#function::Goto;
    });
    result.extend(inner);
    let mut block_with_use = Group::new(Delimiter::Brace, result);
    block_with_use.set_span(block.span());
    block_with_use.into_token_stream()
}
