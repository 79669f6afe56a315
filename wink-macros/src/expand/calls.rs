//! Calls of the user's functions: arguments, and patterns of messages.
//!
//! An argument that can have the wrong type stands where the parameter's type stands, and a call
//! whose value can have the wrong type where the return type stands, so that rustc's type errors
//! land on the user's tokens.
//!
//! Must not know of: exits, entries, the order of a step.

use super::code::{Code, say};
use super::names::{Cx, at, mentions, moved_to};
use super::waiting;
use crate::model::{Function, FunctionId, MessageId, Parameter, ParameterKind, Row};
use proc_macro2::{Ident, Span};
use quote::quote_spanned;
use syn::Type;
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

/// Calls a row's function. What it answers is sent; what it chooses is in `__goto` afterwards.
pub fn call(cx: &Cx<'_>, function: FunctionId, offer: Offer) -> Code {
    let model = cx.function(function);
    let mut code = Code::new();
    let call = placed(model, expression(cx, function, offer, &mut code));
    let answer = model.returns.value.and_then(|_| wrapper(cx, offer));
    let Some((wrap, answer)) = answer else {
        if model.returns.goto.is_some() {
            code.text("let __goto = ");
        }
        code.append(call).text(";");
        return code;
    };
    // Wrapped, so that rustc does not propose to convert a wrong answer in the signature.
    let output = model.ast.signature.output.as_ref();
    let span = output.map_or_else(Span::call_site, ours);
    let wrapped = Ident::new("__wrapped", span);
    if model.returns.goto.is_some() {
        code.text("let (__answer, __goto) = ").append(call);
        code.text("; let __wrapped = __w::Answer(__answer);");
    } else {
        code.text("let __wrapped = __w::Answer")
            .list(call)
            .text(";");
    }
    let placed = |text: &str| Code::from(text).finish_at(ours(answer));
    code.text("let __answer: ").tokens(placed("__w::Answer<"));
    code.tokens(answer).tokens(placed(">")).text(" = ");
    code.tokens(wrapped);
    say!(code, "; __w::answer(&mut __parts.cx, {wrap}(__answer.0));");
    code
}

/// A call to which rustc can have something to say, where it should say it.
fn placed(function: &Function<'_>, call: Code) -> Code {
    let takes_parts = function.parameters.iter().any(|parameter| {
        matches!(
            parameter.kind,
            ParameterKind::Field { .. } | ParameterKind::Message { .. }
        )
    });
    if !takes_parts && function.returns.value.is_none() {
        return call;
    }
    let signature = &function.ast.signature;
    let span = signature
        .output
        .as_ref()
        .map_or_else(|| signature.ident.span(), at);
    let mut code = Code::new();
    code.waits = call.waits;
    code.tokens(call.finish_at(Span::call_site().located_at(span)));
    code
}

/// Calls an entry or exit function, which is handed nothing of a message.
pub fn plain_call(cx: &Cx<'_>, function: FunctionId) -> Code {
    expression(cx, function, Offer::Other, &mut Code::new())
}

/// The call itself, awaited where needed; `before` is what has to precede it.
fn expression(cx: &Cx<'_>, function: FunctionId, offer: Offer, before: &mut Code) -> Code {
    let model = cx.function(function);
    let name = &model.ast.signature.ident;
    let mut code = Code::new();
    code.text(&cx.module(model.state)).text("::");
    if waiting::never_waits(model.ast) {
        code.text(&waiting::plain_name(name).to_string());
    } else {
        code.text(&name.to_string());
    }
    code.text(&cx.turbofish());
    let mut arguments = Code::new();
    for parameter in &model.parameters {
        argument(cx, parameter, offer, before, &mut arguments);
        arguments.text(",");
    }
    code.list(arguments);
    if waiting::waits(model.ast) {
        code.text(".await");
        code.waits = true;
    }
    code
}

fn argument(
    cx: &Cx<'_>,
    parameter: &Parameter<'_>,
    offer: Offer,
    before: &mut Code,
    code: &mut Code,
) {
    let ty = &parameter.ast.ty;
    let borrowed = cx.tree.is_interpreted();
    match &parameter.kind {
        ParameterKind::Data { mutable: true } => own(code, ty, "&mut __parts.data"),
        ParameterKind::Data { mutable: false } => own(code, ty, "&__parts.data"),
        ParameterKind::Context { mutable: true } => own(code, ty, "&mut __parts.cx"),
        ParameterKind::Context { mutable: false } => own(code, ty, "&__parts.cx"),
        ParameterKind::Local { of, mutable } => {
            let (function, reference) = if *mutable {
                ("local_mut", "&mut")
            } else {
                ("local", "&")
            };
            let field = cx.local_field(*of);
            say!(code, "__w::{function}({reference} __parts.locals.{field})");
        }
        ParameterKind::Field {
            by_reference: false,
            ..
        }
        | ParameterKind::Message {
            by_reference: false,
        } if borrowed => {
            let span = at(ty);
            let name = moved_to(&parameter.ast.ident, span);
            code.tokens(quote_spanned!(span=> ::core::clone::Clone::clone(#name)));
        }
        ParameterKind::Field { .. } | ParameterKind::Message { .. } => {
            code.tokens(moved_to(&parameter.ast.ident, at(ty)));
        }
        ParameterKind::Reply => {
            take_reply(cx, offer, before);
            code.tokens(Ident::new("__reply", ours(ty)));
        }
        ParameterKind::Child => {
            code.tokens(Ident::new("__child", ours(ty)));
        }
        ParameterKind::Error => {
            code.tokens(Ident::new("__error", ours(ty)));
        }
        ParameterKind::Down => {
            code.tokens(Ident::new("__down", ours(ty)));
        }
    }
}

/// What is ours to hand out. Its type is the one that the parameter names, unless that is a path
/// to somewhere else.
fn own(code: &mut Code, ty: &Type, text: &str) {
    let elsewhere = match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path.path.segments.len() > 1,
            _ => true,
        },
        _ => true,
    };
    if elsewhere {
        let mut moved = Code::new();
        moved.text(text);
        code.tokens(moved.finish_at(ours(ty)));
    } else {
        code.text(text);
    }
}

/// Where a parameter's type stands, for names of ours.
fn ours(ty: &Type) -> Span {
    Span::call_site().located_at(at(ty))
}

fn take_reply(cx: &Cx<'_>, offer: Offer, code: &mut Code) {
    let Some((wrap, answer)) = wrapper(cx, offer) else {
        return;
    };
    let mut arguments = Code::new();
    arguments
        .text("&mut __parts.cx, ")
        .text(&wrap)
        .text(" as fn");
    let mut taken = Code::new();
    taken.tokens(answer);
    arguments
        .list(taken)
        .text(" -> ")
        .tokens(super::messages::replies_type(cx));
    code.text("let __reply = __w::take_reply")
        .list(arguments)
        .text(";");
}

/// `Replies::Total` and the type that it takes, when the offered message is a question.
fn wrapper<'a>(cx: &Cx<'a>, offer: Offer) -> Option<(String, &'a Type)> {
    let Offer::Message(message) = offer else {
        return None;
    };
    let variant = &cx.messages.variants[message.index()];
    Some((
        format!("Replies::{}", variant.ident),
        variant.reply.as_ref()?,
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

/// A pattern for these messages that binds what the row needs. In a parallel chart the message
/// is borrowed, and so is all that is bound.
pub fn pattern(cx: &Cx<'_>, row: &Row<'_>, messages: &[MessageId]) -> Code {
    let mut code = Code::new();
    for (index, &message) in messages.iter().enumerate() {
        if index > 0 {
            code.text(" | ");
        }
        one_pattern(cx, row, message, &mut code);
    }
    code
}

fn one_pattern(cx: &Cx<'_>, row: &Row<'_>, message: MessageId, code: &mut Code) {
    let variant = &cx.messages.variants[message.index()];
    say!(code, "{}::{}", cx.messages.ident, variant.ident);
    let bindings = bindings(cx, row, message);
    if bindings.is_empty() {
        code.text(" { .. }");
        return;
    }
    let borrowed = cx.tree.is_interpreted();
    let bind = |binding: &Binding, code: &mut Code| {
        if binding.by_reference && !borrowed {
            code.text("ref ");
        }
        code.tokens(&binding.name).text(",");
    };
    let mut fields = Code::new();
    if variant.shape == Shape::Named {
        for binding in &bindings {
            if let Some(field) = &variant.fields[binding.field].ident {
                say!(fields, "{field}: ");
            }
            bind(binding, &mut fields);
        }
        fields.text(" .. ");
        code.block(fields);
        return;
    }
    for place in 0..variant.fields.len() {
        match bindings.iter().find(|binding| binding.field == place) {
            Some(binding) => bind(binding, &mut fields),
            None => {
                fields.text("_,");
            }
        }
    }
    code.list(fields);
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
pub fn whole(cx: &Cx<'_>, row: &Row<'_>, message: MessageId) -> Code {
    let variant = &cx.messages.variants[message.index()];
    let bound = bindings(cx, row, message);
    let mut code = Code::new();
    say!(code, "{}::{}", cx.messages.ident, variant.ident);
    let mut fields = Code::new();
    for (index, field) in variant.fields.iter().enumerate() {
        if let Some(field) = &field.ident {
            say!(fields, "{field}: ");
        }
        match bound.iter().find(|binding| binding.field == index) {
            Some(binding) => fields.tokens(&binding.name),
            None => fields.text(&format!("__field_{index}")),
        };
        fields.text(", ");
    }
    match variant.shape {
        Shape::Unit => {}
        Shape::Tuple => {
            code.list(fields);
        }
        Shape::Named => {
            code.block(fields);
        }
    }
    code
}
