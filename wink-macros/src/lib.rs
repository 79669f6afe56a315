//! The compiler of wink machines.
//!
//! Depend on `wink`, which re-exports both doors beside what the emitted code needs.

mod ast;
mod check;
mod compile;
mod diagnostics;
#[cfg_attr(
    not(feature = "scxml"),
    allow(dead_code, reason = "only readers of documents make them")
)]
mod document;
mod expand;
mod fallback;
mod model;
mod nearest;
mod parse;
#[cfg(feature = "pictures")]
mod picture;
mod show;
mod supervisor;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes the module under it a machine.
#[proc_macro_attribute]
pub fn machine(arguments: TokenStream, item: TokenStream) -> TokenStream {
    compile::compile(compile::Source {
        arguments: arguments.into(),
        item: item.into(),
        notes: None,
    })
    .into()
}

/// Makes the module under it a supervisor: its functions with `#[child]` and `#[task]`, and its
/// modules with `#[supervisor]`, are its children, in the order in which they start.
#[proc_macro_attribute]
pub fn supervisor(arguments: TokenStream, item: TokenStream) -> TokenStream {
    supervisor::compile(arguments.into(), item.into()).into()
}

/// Makes the module inside it a machine; `wink::machine!` is the public name.
#[doc(hidden)]
#[proc_macro]
pub fn machine_block(item: TokenStream) -> TokenStream {
    let tokens = item.clone().into();
    if document::is_document(&tokens) {
        return from_document(tokens).into();
    }
    compile::compile(compile::Source {
        arguments: TokenStream::new().into(),
        item: item.into(),
        notes: None,
    })
    .into()
}

/// The picture in a machine's documentation; what `#[machine]` emits for rustdoc calls it.
#[cfg(feature = "pictures")]
#[doc(hidden)]
#[proc_macro]
pub fn picture(description: TokenStream) -> TokenStream {
    picture::literal(description.into()).into()
}

#[cfg(feature = "scxml")]
fn from_document(tokens: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    document::compile(tokens, proc_macro::Span::call_site().local_file())
}

#[cfg(not(feature = "scxml"))]
fn from_document(_: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    quote::quote! {
        ::core::compile_error! {
            "machines from documents need wink's feature `scxml`\n\
             help: in Cargo.toml, write `wink = { version = \"…\", features = [\"scxml\"] }`"
        }
    }
}
