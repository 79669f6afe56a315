//! Messages from text, answers to text. Each implementation exists only when the types in it
//! allow that: `for<'wink> u32: Serialize` is a bound that may be false without being an error.
//!
//! Must not know of: states and rows; what form the text has.

use super::messages::{asked, replies_type};
use super::names::Cx;
use crate::ast::Variant;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;
use wink_chart::Shape;

/// `impl FromFields` for the messages, `impl Serialize` and `impl ReadReply` for the answers.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    let from_fields = from_fields(cx);
    let serialize = serialize(cx);
    let read_reply = read_reply(cx);
    quote! { #from_fields #serialize #read_reply }
}

/// The types that differ, in source order.
pub fn distinct<'a>(types: impl Iterator<Item = &'a Type>) -> Vec<&'a Type> {
    let mut seen: Vec<String> = Vec::new();
    types
        .filter(|ty| {
            let text = ty.to_token_stream().to_string();
            let new = !seen.contains(&text);
            if new {
                seen.push(text);
            }
            new
        })
        .collect()
}

/// The user's where-clause, and that each of these types has this trait.
pub fn bounds(generics: &syn::Generics, types: &[TokenStream], has: &TokenStream) -> TokenStream {
    let written = generics
        .where_clause
        .iter()
        .flat_map(|clause| clause.predicates.iter());
    if types.is_empty() && generics.where_clause.is_none() {
        return TokenStream::new();
    }
    quote!(where #(#written,)* #(for<'wink> #types: #has,)*)
}

fn from_fields(cx: &Cx<'_>) -> TokenStream {
    let message = cx.message();
    let generics = &cx.messages.generics;
    let (parameters, ..) = generics.split_for_impl();
    let fields = cx
        .messages
        .variants
        .iter()
        .flat_map(|variant| &variant.fields);
    let types: Vec<TokenStream> = distinct(fields.map(|field| &field.ty))
        .iter()
        .map(|ty| ty.to_token_stream())
        .collect();
    let clause = bounds(
        generics,
        &types,
        &quote!(::wink::private::serde::de::DeserializeOwned),
    );
    let arms = cx
        .messages
        .variants
        .iter()
        .enumerate()
        .map(|(index, variant)| {
            let number = Literal::u16_unsuffixed(index as u16);
            let construct = from_values(variant);
            quote!(#number => #construct,)
        });
    quote! {
        #[automatically_derived]
        #[allow(unused_mut, unreachable_code, clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::FromFields for #message #clause {
            fn from_fields<'de, D: ::wink::private::serde::Deserializer<'de>>(
                message: ::wink::private::MessageId,
                fields: ::std::vec::Vec<D>,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut fields = ::wink::private::Fields::new(fields);
                let message = match message.0 {
                    #(#arms)*
                    _ => return ::core::result::Result::Err(::wink::private::no_message()),
                };
                fields.finish()?;
                ::core::result::Result::Ok(message)
            }
        }
    }
}

fn from_values(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    let values = variant.fields.iter().map(|field| {
        let name = field.ident.as_ref().map(|name| quote!(#name:));
        quote!(#name fields.next()?)
    });
    match variant.shape {
        Shape::Unit => quote!(Self::#ident),
        Shape::Tuple => quote!(Self::#ident(#(#values),*)),
        Shape::Named => quote!(Self::#ident { #(#values),* }),
    }
}

/// The bounds by which every answer is that.
fn answers_are(cx: &Cx<'_>, that: &TokenStream) -> TokenStream {
    let types: Vec<TokenStream> = distinct(asked(cx).map(|(_, answer)| answer))
        .iter()
        .map(|ty| ty.to_token_stream())
        .collect();
    bounds(&cx.messages.generics, &types, that)
}

fn serialize(cx: &Cx<'_>) -> TokenStream {
    if asked(cx).next().is_none() {
        return TokenStream::new();
    }
    let replies = replies_type(cx);
    let generics = &cx.messages.generics;
    let (parameters, ..) = generics.split_for_impl();
    let clause = answers_are(cx, &quote!(::wink::private::serde::Serialize));
    let arms = asked(cx).map(|(variant, _)| {
        let ident = &variant.ident;
        quote!(Replies::#ident(answer) =>
            ::wink::private::serde::Serialize::serialize(answer, serializer),)
    });
    let unused = (!generics.params.is_empty())
        .then(|| quote!(Replies::__Wink(never, _) => match *never {},));
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::serde::Serialize for #replies #clause {
            fn serialize<S: ::wink::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self { #(#arms)* #unused }
            }
        }
    }
}

fn read_reply(cx: &Cx<'_>) -> TokenStream {
    if asked(cx).next().is_none() {
        return TokenStream::new();
    }
    let replies = replies_type(cx);
    let generics = &cx.messages.generics;
    let (parameters, ..) = generics.split_for_impl();
    let clause = answers_are(cx, &quote!(::wink::private::serde::de::DeserializeOwned));
    let numbered = cx.messages.variants.iter().enumerate();
    let arms = numbered
        .filter(|(_, variant)| variant.reply.is_some())
        .map(|(index, variant)| {
            let number = Literal::u16_unsuffixed(index as u16);
            let ident = &variant.ident;
            quote!(#number => ::wink::private::serde::Deserialize::deserialize(answer)
                .map(Replies::#ident),)
        });
    quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::ReadReply for #replies #clause {
            fn read_reply<'de, D: ::wink::private::serde::Deserializer<'de>>(
                question: ::wink::private::MessageId,
                answer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                match question.0 {
                    #(#arms)*
                    _ => ::core::result::Result::Err(::wink::private::no_message()),
                }
            }
        }
    }
}
