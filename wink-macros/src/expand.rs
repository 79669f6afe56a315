//! The tokens of a checked machine: the user's module again, and beside it what makes it a
//! machine. One generated thing a file.
//!
//! Must not know of: rules. What is marked broken becomes a stub.

mod actions;
mod calls;
mod code;
mod codec;
mod description;
mod dispatch;
mod docs;
mod goto;
mod guards;
mod known;
mod locals;
mod messages;
mod module;
mod names;
mod parallel;
mod picture;
mod plan;
mod signals;
mod states;
mod steps;
mod text;
mod waiting;

use crate::model::{Chart, StateId};
use names::Cx;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The module with everything that makes it a machine; nothing when it has no data or no
/// messages.
pub fn machine(chart: &Chart<'_>) -> TokenStream {
    let Some(cx) = Cx::new(chart) else {
        return TokenStream::new();
    };
    let attributes = &chart.ast.attributes;
    let visibility = &chart.ast.visibility;
    let ident = &chart.ast.ident;
    let keyword = Ident::new("mod", ident.span());
    let (picture, table) = (picture::text(&cx), docs::table(&cx));
    let body = module::body(&cx, StateId::ROOT);
    let states = states::items(&cx);
    let messages = messages::items(&cx);
    let codec = codec::items(&cx);
    let locals = locals::items(&cx);
    let machine = states::machine(&cx);
    let steps = steps::items(&cx);
    quote! {
        #(#attributes)*
        #[doc = "\n\n# States\n\n"]
        #[cfg_attr(doc, doc = ::wink::__picture!(#picture))]
        #[doc = #table]
        #visibility #keyword #ident {
            #body
            #states
            #messages
            #codec
            #locals
            #machine
            #steps
        }
    }
}
