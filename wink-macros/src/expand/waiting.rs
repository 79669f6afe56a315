//! Which functions can wait.
//!
//! An `async` function whose body has no `.await` never waits, so it is called as a plain one: no
//! future is made, and a machine whose functions do not wait runs as fast as plain code.
//!
//! Must not know of: rows, states.

use crate::ast::Function;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// Macros that are known to put no `.await` where none is written.
const PLAIN_MACROS: [&str; 28] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "error",
    "format",
    "include_str",
    "info",
    "matches",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "write",
];

/// Attributes that leave a function what it is.
const PLAIN_ATTRIBUTES: [&str; 9] = [
    "doc",
    "allow",
    "expect",
    "warn",
    "deny",
    "cold",
    "inline",
    "must_use",
    "track_caller",
];

/// Whether a call of this function may have to be awaited.
pub fn waits(function: &Function) -> bool {
    function.signature.asyncness.is_some() && !is_plain(function)
}

/// An `async` function that never waits.
pub fn never_waits(function: &Function) -> bool {
    function.signature.asyncness.is_some() && is_plain(function)
}

fn is_plain(function: &Function) -> bool {
    let known = |name: &Ident| PLAIN_ATTRIBUTES.iter().any(|plain| name == plain);
    function
        .attributes
        .iter()
        .all(|attribute| known(&attribute.name))
        && body_is_plain(function.body.clone())
}

fn body_is_plain(tokens: TokenStream) -> bool {
    let mut name: Option<Ident> = None;
    for token in tokens {
        let before = name.take();
        match token {
            TokenTree::Ident(ident) if ident == "await" => return false,
            TokenTree::Ident(ident) => name = Some(ident),
            TokenTree::Group(group) if !body_is_plain(group.stream()) => return false,
            // `name!` is a macro's call; `name != other` and `name !other` are not told apart
            // from it here, and the function then counts as one that may wait.
            TokenTree::Punct(punct)
                if punct.as_char() == '!'
                    && punct.spacing() == proc_macro2::Spacing::Alone
                    && before
                        .is_some_and(|name| !PLAIN_MACROS.iter().any(|plain| name == plain)) =>
            {
                return false;
            }
            _ => {}
        }
    }
    true
}

/// The name of the plain twin of an `async` function that never waits.
pub fn plain_name(function: &Ident) -> Ident {
    let name = function.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    format_ident!("__wink_now_{name}", span = function.span())
}

/// The `async` function as it was declared, for whoever calls it by hand: it asks its twin.
pub fn wrapper(
    function: &Function,
    visibility: &TokenStream,
    generics: &TokenStream,
    parameters: &[TokenStream],
    rest: &TokenStream,
) -> TokenStream {
    let attributes = &function.attributes;
    let name = &function.signature.ident;
    let twin = plain_name(name);
    let asyncness = Ident::new(
        "async",
        function.signature.asyncness.unwrap_or(Span::call_site()),
    );
    let names = function
        .signature
        .parameters
        .iter()
        .map(|parameter| &parameter.ident);
    quote! {
        #(#attributes)*
        #[allow(dead_code, clippy::unused_async)]
        #visibility #asyncness fn #name #generics (#(#parameters),*) #rest {
            #twin(#(#names),*)
        }
    }
}
