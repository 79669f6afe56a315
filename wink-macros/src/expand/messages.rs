//! The messages enum as the runtime sees it: its variants' numbers, its questions, its answers.
//!
//! Must not know of: states and rows.

use super::names::{Cx, snake_case};
use crate::ast::Variant;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Type;
use wink_chart::Shape;

/// `Replies`, `impl Messages`, and a constructor for each question.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    let replies = replies(cx);
    let numbers = numbers(cx);
    let questions = questions(cx);
    quote! { #replies #numbers #questions }
}

/// The questions with the types of their answers.
pub fn asked<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (&'a Variant, &'a Type)> + use<'a> {
    cx.messages
        .variants
        .iter()
        .filter_map(|variant| Some((variant, variant.reply.as_ref()?)))
}

/// `Replies` with the parameters of the messages enum.
pub fn replies_type(cx: &Cx<'_>) -> TokenStream {
    if asked(cx).next().is_none() {
        return quote!(::wink::private::NoReplies);
    }
    let (_, arguments, _) = cx.messages.generics.split_for_impl();
    quote!(Replies #arguments)
}

fn replies(cx: &Cx<'_>) -> TokenStream {
    if asked(cx).next().is_none() {
        return TokenStream::new();
    }
    let variants = asked(cx).map(|(variant, answer)| {
        let ident = &variant.ident;
        quote!(#ident(#answer))
    });
    let generics = &cx.messages.generics;
    let (parameters, _, clause) = generics.split_for_impl();
    let unused = (!generics.params.is_empty()).then(|| {
        let message = cx.message();
        quote!(__Wink(::core::convert::Infallible, ::core::marker::PhantomData<#message>))
    });
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, missing_docs, missing_debug_implementations, private_interfaces)]
        #[allow(clippy::all, clippy::pedantic)]
        pub enum Replies #parameters #clause { #(#variants,)* #unused }
    }
}

fn numbers(cx: &Cx<'_>) -> TokenStream {
    let message = cx.message();
    let replies = replies_type(cx);
    let ident = &cx.messages.ident;
    let (parameters, _, clause) = cx.messages.generics.split_for_impl();
    let arms = cx
        .messages
        .variants
        .iter()
        .enumerate()
        .map(|(index, variant)| {
            let name = &variant.ident;
            let number = Literal::u16_unsuffixed(index as u16);
            quote!(#ident::#name { .. } => #number,)
        });
    let number = if cx.messages.variants.is_empty() {
        quote!(match *self {})
    } else {
        quote!(match self { #(#arms)* })
    };
    quote! {
        #[automatically_derived]
        #[allow(unreachable_code, clippy::all, clippy::pedantic)]
        impl #parameters ::wink::private::Messages for #message #clause {
            type Reply = #replies;
            #[inline]
            fn id(&self) -> ::wink::private::MessageId {
                ::wink::private::MessageId(#number)
            }
            fn copier() -> ::core::option::Option<fn(&Self) -> Self> {
                use ::wink::private::NoCopies as _;
                ::wink::private::Copies::<Self>::COPIER
            }
        }
    }
}

fn questions(cx: &Cx<'_>) -> TokenStream {
    let mut functions = asked(cx)
        .map(|(variant, answer)| question(cx, variant, answer))
        .peekable();
    if functions.peek().is_none() {
        return TokenStream::new();
    }
    let message = cx.message();
    let (parameters, _, clause) = cx.messages.generics.split_for_impl();
    quote! {
        #[allow(dead_code, private_interfaces, unreachable_pub)]
        #[allow(clippy::all, clippy::pedantic)]
        impl #parameters #message #clause { #(#functions)* }
    }
}

fn question(cx: &Cx<'_>, variant: &Variant, answer: &Type) -> TokenStream {
    let message = cx.message();
    let replies = replies_type(cx);
    let ident = &variant.ident;
    let name = snake_case(ident);
    let documentation = if variant.documentation.is_empty() {
        format!(" Asks `{ident}`.")
    } else {
        variant.documentation.clone()
    };
    let names = field_names(variant);
    let types = variant.fields.iter().map(|field| &field.ty);
    let construct = construct(variant, &names);
    // The other variants are there only when there is another question.
    let others = (asked(cx).count() > 1 || !cx.messages.generics.params.is_empty())
        .then(|| quote!(_ => ::core::option::Option::None,));
    quote! {
        #[doc = #documentation]
        #[must_use]
        pub fn #name(#(#names: #types),*) -> ::wink::Question<#message, #answer> {
            ::wink::Question::new(#construct, |reply: #replies| match reply {
                Replies::#ident(answer) => ::core::option::Option::Some(answer),
                #others
            })
        }
    }
}

/// Names for a variant's fields as parameters: its own, or made ones in a tuple variant.
pub fn field_names(variant: &Variant) -> Vec<Ident> {
    let single = variant.fields.len() == 1;
    let name = |(index, field): (usize, &crate::ast::Field)| match &field.ident {
        Some(ident) => ident.clone(),
        None if single => Ident::new("value", Span::call_site()),
        None => format_ident!("value_{index}", span = Span::call_site()),
    };
    variant.fields.iter().enumerate().map(name).collect()
}

/// `Self::Coin { value }`, from values that go by these names.
pub fn construct(variant: &Variant, names: &[Ident]) -> TokenStream {
    let ident = &variant.ident;
    match variant.shape {
        Shape::Unit => quote!(Self::#ident),
        Shape::Tuple => quote!(Self::#ident(#(#names),*)),
        Shape::Named => quote!(Self::#ident { #(#names),* }),
    }
}
