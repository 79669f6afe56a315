//! Calls of the user's functions: arguments, and patterns of messages.
//!
//! An argument stands where the parameter's type stands, and a call where the return type
//! stands, so that rustc's type errors land on the user's tokens.
//!
//! Must not know of: exits, entries, the order of a step.

use super::names::{Cx, at, mentions, moved_to, own, private_at};
use super::waiting;
use crate::model::{FunctionId, MessageId, Parameter, ParameterKind, Row};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use wink_chart::Shape;

/// What set off a row: decides what its function and guard can be handed.
#[derive(Clone, Copy)]
pub enum Offer {
    /// This message; in an or-pattern the first of several.
    Message(MessageId),
    /// Anything else: a whole message, a signal, or nothing.
    Other,
}

/// A field of a message that a pattern has to bind.
pub struct Binding {
    pub field: usize,
    pub name: Ident,
    by_reference: bool,
}

/// The function's call, awaited where needed. `before` has to stand before it.
pub struct Call {
    pub before: TokenStream,
    pub expression: TokenStream,
}

/// Calls a function with what the event offers.
pub fn call(cx: &Cx<'_>, function: FunctionId, offer: Offer) -> Call {
    let model = cx.function(function);
    let signature = &model.ast.signature;
    let mut before = TokenStream::new();
    let arguments: Vec<TokenStream> = model
        .parameters
        .iter()
        .map(|parameter| argument(cx, parameter, offer, &mut before))
        .collect();
    let span = signature
        .output
        .as_ref()
        .map_or_else(|| at(&signature.ident), at);
    // All of the call stands where the type of its value does, so that a wrong one is shown there.
    let stand = |mut token: TokenTree| {
        token.set_span(span.resolved_at(token.span()));
        token
    };
    let module: TokenStream = cx.module(model.state).into_iter().map(stand).collect();
    let name = if waiting::never_waits(model.ast) {
        moved_to(&waiting::plain_name(&signature.ident), span)
    } else {
        moved_to(&signature.ident, span)
    };
    let turbofish = cx.turbofish();
    let awaited = waiting::waits(model.ast).then(|| quote_spanned!(span=> .await));
    let expression = quote_spanned!(span=> #module :: #name #turbofish (#(#arguments),*) #awaited);
    Call { before, expression }
}

fn argument(
    cx: &Cx<'_>,
    parameter: &Parameter<'_>,
    offer: Offer,
    before: &mut TokenStream,
) -> TokenStream {
    let span = at(&parameter.ast.ty);
    let name = moved_to(&parameter.ast.ident, span);
    match &parameter.kind {
        ParameterKind::Data { mutable: true } => quote_spanned!(span=> &mut parts.data),
        ParameterKind::Data { mutable: false } => quote_spanned!(span=> &parts.data),
        ParameterKind::Context { mutable: true } => quote_spanned!(span=> &mut parts.cx),
        ParameterKind::Context { mutable: false } => quote_spanned!(span=> &parts.cx),
        ParameterKind::Local { of, mutable } => {
            let field = cx.local_field(*of);
            if *mutable {
                let local = private_at(span, "local_mut");
                quote_spanned!(span=> #local(&mut parts.locals.#field))
            } else {
                let local = private_at(span, "local");
                quote_spanned!(span=> #local(&parts.locals.#field))
            }
        }
        ParameterKind::Field {
            by_reference: false,
            ..
        } if cx.tree.has_parallel() => {
            quote_spanned!(span=> ::core::clone::Clone::clone(#name))
        }
        ParameterKind::Message {
            by_reference: false,
        } if cx.tree.has_parallel() => {
            quote_spanned!(span=> ::core::clone::Clone::clone(#name))
        }
        ParameterKind::Field { .. } | ParameterKind::Message { .. } => name.into_token_stream(),
        ParameterKind::Reply => {
            if let Some((wrap, answer)) = wrapper(cx, offer) {
                let replies = super::messages::replies_type(cx);
                before.extend(quote_spanned! {Span::mixed_site()=>
                    let reply = ::wink::private::take_reply(
                        &mut parts.cx,
                        #wrap as fn(#answer) -> #replies,
                    );
                });
            }
            quote_spanned!(span=> reply)
        }
        ParameterKind::Child => quote_spanned!(span=> child),
        ParameterKind::Error => quote_spanned!(span=> error),
        ParameterKind::Down => quote_spanned!(span=> down),
    }
}

/// `Replies::Total` and the type that it takes, when the offered message is a question.
pub fn wrapper(cx: &Cx<'_>, offer: Offer) -> Option<(TokenStream, TokenStream)> {
    let Offer::Message(message) = offer else {
        return None;
    };
    let variant = &cx.messages.variants[message.index()];
    let ident = &variant.ident;
    Some((
        quote!(Replies::#ident),
        variant.reply.as_ref()?.to_token_stream(),
    ))
}

/// The fields of `message` that a row's function takes, or its guard speaks of.
pub fn bindings(cx: &Cx<'_>, row: &Row<'_>, message: MessageId) -> Vec<Binding> {
    let variant = &cx.messages.variants[message.index()];
    let Some(function) = row.function else {
        let Some(guard) = &row.ast.guard else {
            return Vec::new();
        };
        let named = variant
            .fields
            .iter()
            .enumerate()
            .filter_map(|(field, one)| {
                let name = one.ident.as_ref()?;
                mentions(guard.tokens.clone(), name).then(|| Binding {
                    field,
                    name: name.clone(),
                    by_reference: false,
                })
            });
        return named.collect();
    };
    let fields = cx
        .function(function)
        .parameters
        .iter()
        .filter_map(|parameter| {
            let ParameterKind::Field {
                position,
                by_reference,
            } = parameter.kind
            else {
                return None;
            };
            let name = parameter.ast.ident.clone();
            let field = match variant.shape {
                Shape::Named => variant
                    .fields
                    .iter()
                    .position(|field| field.ident.as_ref() == Some(&name))?,
                Shape::Tuple | Shape::Unit => position,
            };
            Some(Binding {
                field,
                name,
                by_reference,
            })
        });
    fields.collect()
}

/// A pattern for one message that binds what the row needs. In a parallel chart the message is
/// borrowed, and so is all that is bound.
pub fn pattern(cx: &Cx<'_>, row: &Row<'_>, message: MessageId) -> TokenStream {
    let variant = &cx.messages.variants[message.index()];
    let (messages, ident) = (&cx.messages.ident, &variant.ident);
    let bindings = bindings(cx, row, message);
    if bindings.is_empty() {
        return quote!(#messages::#ident { .. });
    }
    let borrowed = cx.tree.has_parallel();
    let bind = |binding: &Binding| {
        let name = &binding.name;
        let by_reference = (binding.by_reference && !borrowed).then(|| quote!(ref));
        quote!(#by_reference #name)
    };
    if variant.shape == Shape::Named {
        // A parameter is named like its field, so rustc would ask for the short form.
        let fields = bindings.iter().map(bind);
        return quote!(#messages::#ident { #(#fields,)* .. });
    }
    let places = (0..variant.fields.len()).map(|place| {
        let binding = bindings.iter().find(|binding| binding.field == place);
        binding.map_or_else(|| quote!(_), bind)
    });
    quote!(#messages::#ident(#(#places),*))
}

/// Whether a pattern for this message takes parts out of it.
pub fn takes_apart(cx: &Cx<'_>, row: &Row<'_>, message: MessageId) -> bool {
    !bindings(cx, row, message).is_empty()
}

/// Whether one arm with an or-pattern will do for all messages of a row.
pub fn alike(cx: &Cx<'_>, row: &Row<'_>, messages: &[MessageId]) -> bool {
    row.function.is_none()
        || messages
            .iter()
            .all(|message| cx.messages.variants[message.index()].reply.is_none())
}

/// The name under which the function of a `_` row takes the whole message, and whether it takes
/// it by reference.
pub fn whole_message(cx: &Cx<'_>, row: &Row<'_>) -> Option<(Ident, bool)> {
    let function = cx.function(row.function?);
    function
        .parameters
        .iter()
        .find_map(|parameter| match parameter.kind {
            ParameterKind::Message { by_reference } => {
                Some((parameter.ast.ident.clone(), by_reference))
            }
            _ => None,
        })
}

/// A message with all its fields, as a pattern and as the message put together again; for rows
/// that give a message on after their guard has looked at its parts.
pub fn whole(cx: &Cx<'_>, row: &Row<'_>, message: MessageId) -> TokenStream {
    let variant = &cx.messages.variants[message.index()];
    let (messages, ident) = (&cx.messages.ident, &variant.ident);
    let bound = bindings(cx, row, message);
    let names: Vec<Ident> = (0..variant.fields.len())
        .map(|index| {
            let binding = bound.iter().find(|binding| binding.field == index);
            binding.map_or_else(
                || own(&format!("field_{index}")),
                |binding| binding.name.clone(),
            )
        })
        .collect();
    match variant.shape {
        Shape::Named => {
            let fields = variant.fields.iter().map(|field| &field.ident);
            quote!(#messages::#ident { #(#fields: #names),* })
        }
        Shape::Tuple => quote!(#messages::#ident(#(#names),*)),
        Shape::Unit => quote!(#messages::#ident),
    }
}
