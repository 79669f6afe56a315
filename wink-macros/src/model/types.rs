//! Types as they are written: compared by their tokens, told apart by their last name.
//!
//! Must not know of: the chart.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// Whether two types are written alike.
pub fn same_type(left: &Type, right: &Type) -> bool {
    // Cheap and nearly always decisive.
    if last_name(left) != last_name(right) {
        return false;
    }
    same_tokens(
        plain(left).to_token_stream(),
        plain(right).to_token_stream(),
    )
}

fn same_tokens(left: TokenStream, right: TokenStream) -> bool {
    let mut right = right.into_iter();
    left.into_iter().all(|left| match (left, right.next()) {
        (TokenTree::Ident(left), Some(TokenTree::Ident(right))) => left == right,
        (TokenTree::Punct(left), Some(TokenTree::Punct(right))) => {
            left.as_char() == right.as_char()
        }
        (TokenTree::Literal(left), Some(TokenTree::Literal(right))) => {
            left.to_string() == right.to_string()
        }
        (TokenTree::Group(left), Some(TokenTree::Group(right))) => {
            left.delimiter() == right.delimiter() && same_tokens(left.stream(), right.stream())
        }
        _ => false,
    }) && right.next().is_none()
}

/// A type without the invisible group that a `macro_rules!` macro puts around it.
pub fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        ty => ty,
    }
}

/// The last name of a type's path.
pub fn last_name(ty: &Type) -> Option<&Ident> {
    match plain(ty) {
        Type::Path(path) if path.qself.is_none() => {
            path.path.segments.last().map(|last| &last.ident)
        }
        _ => None,
    }
}
