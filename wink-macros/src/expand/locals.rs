//! `Locals`: the data of the states that are active, returned by their entry functions.
//!
//! Must not know of: who reads and changes it.

use super::codec::bounds;
use super::names::Cx;
use crate::model::StateId;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::GenericParam;

/// One local, ready to be written down.
struct Local {
    field: Ident,
    /// The state's name, by which it is saved.
    state: String,
    ty: TokenStream,
}

fn locals(cx: &Cx<'_>) -> Vec<Local> {
    cx.states_with_local()
        .map(|(state, ty)| {
            let alias = super::code::lex(&format!("{}::__WinkLocal", cx.module(state)));
            let generics = super::module::mentioned(&cx.data.generics, ty);
            let (_, arguments, _) = generics.split_for_impl();
            Local {
                field: field(cx, state),
                state: name(cx, state),
                ty: quote!(#alias #arguments),
            }
        })
        .collect()
}

fn field(cx: &Cx<'_>, state: StateId) -> Ident {
    Ident::new(&cx.local_field(state), Span::call_site())
}

fn name(cx: &Cx<'_>, state: StateId) -> String {
    cx.chart.states[state.index()].ident.to_string()
}

/// `()`, or `Locals` with the data's parameters.
pub fn type_of(cx: &Cx<'_>) -> TokenStream {
    if cx.states_with_local().next().is_none() {
        return quote!(());
    }
    let (_, arguments, _) = cx.data.generics.split_for_impl();
    quote!(Locals #arguments)
}

/// `Machine::holds`: whether a state's local is there. Nothing when no state has one.
pub fn holds(cx: &Cx<'_>) -> TokenStream {
    let states = || cx.states_with_local().map(|(state, _)| state);
    let fields: Vec<Ident> = states().map(|state| field(cx, state)).collect();
    if fields.is_empty() {
        return TokenStream::new();
    }
    let ids = states().map(|state| Literal::u16_unsuffixed(state.0));
    quote! {
        fn holds(locals: &Self::Locals, state: ::wink::private::StateId) -> bool {
            match state.0 {
                #(#ids => locals.#fields.is_some(),)*
                _ => true,
            }
        }
    }
}

/// The struct with what snapshots need of it, when any state has a local.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    let locals = locals(cx);
    if locals.is_empty() {
        return TokenStream::new();
    }
    let (parameters, _, clause) = cx.data.generics.split_for_impl();
    let fields: Vec<&Ident> = locals.iter().map(|local| &local.field).collect();
    let types: Vec<&TokenStream> = locals.iter().map(|local| &local.ty).collect();
    let itself = type_of(cx);
    let (marker, marker_value) = marker(cx);
    let codec = codec(cx, &locals);
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
        #[allow(clippy::all, clippy::pedantic)]
        pub struct Locals #parameters #clause {
            #(#fields: ::core::option::Option<#types>,)*
            #marker
        }

        #[automatically_derived]
        impl #parameters ::core::default::Default for #itself #clause {
            fn default() -> Self {
                Self { #(#fields: ::core::option::Option::None,)* #marker_value }
            }
        }

        #codec
    }
}

/// A field that speaks of all generic parameters, whether a local does or not.
fn marker(cx: &Cx<'_>) -> (TokenStream, TokenStream) {
    let generics = &cx.data.generics;
    let parts: Vec<TokenStream> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => {
                let lifetime = &parameter.lifetime;
                Some(quote!(&#lifetime ()))
            }
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                Some(quote!(fn() -> #ident))
            }
            // A const parameter may go unused.
            GenericParam::Const(_) => None,
        })
        .collect();
    if parts.is_empty() {
        return Default::default();
    }
    (
        quote!(marker: ::core::marker::PhantomData<(#(#parts,)*)>,),
        quote!(marker: ::core::marker::PhantomData,),
    )
}

/// Locals are saved as a map from the names of the active states.
fn codec(cx: &Cx<'_>, locals: &[Local]) -> TokenStream {
    let generics = &cx.data.generics;
    let (parameters, ..) = generics.split_for_impl();
    let itself = type_of(cx);
    let types: Vec<TokenStream> = locals
        .iter()
        .map(|local| local.ty.to_token_stream())
        .collect();
    let saved = bounds(generics, &types, &quote!(::wink::private::serde::Serialize));
    let restored = bounds(
        generics,
        &types,
        &quote!(::wink::private::serde::de::DeserializeOwned),
    );
    let fields: Vec<&Ident> = locals.iter().map(|local| &local.field).collect();
    let names: Vec<&String> = locals.iter().map(|local| &local.state).collect();
    let mut with_lifetime = generics.clone();
    with_lifetime.params.insert(0, syn::parse_quote!('de));
    let (with_lifetime, ..) = with_lifetime.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::serde::Serialize for #itself #saved {
            fn serialize<S: ::wink::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let mut map = ::wink::private::SaveLocals::new(serializer)?;
                #(map.local(#names, &self.#fields)?;)*
                map.finish()
            }
        }

        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::RestoreLocals for #itself #restored {
            fn restore<'de, A: ::wink::private::serde::de::MapAccess<'de>>(
                &mut self,
                state: &str,
                map: &mut A,
            ) -> ::core::result::Result<bool, A::Error> {
                match state {
                    #(#names => self.#fields = ::core::option::Option::Some(map.next_value()?),)*
                    _ => return ::core::result::Result::Ok(false),
                }
                ::core::result::Result::Ok(true)
            }
        }

        #[automatically_derived]
        impl #with_lifetime ::wink::private::serde::Deserialize<'de> for #itself #restored {
            fn deserialize<D: ::wink::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::wink::private::restore_locals(deserializer)
            }
        }
    }
}
