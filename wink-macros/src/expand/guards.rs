//! Guards: each becomes a function in the module of the state that declares its row, so that it
//! sees what is private there.
//!
//! A guard sees fields as its row's function takes them, but may not take them away: it is handed
//! a reference, and where the function takes a value, the guard's tokens say `(*value)`.
//!
//! Must not know of: when a guard is asked.

use super::calls::bindings;
use super::code::{Code, say};
use super::module;
use super::names::{Cx, at, mentions, moved_to};
use crate::model::{Parameter, ParameterKind, Row, RowId, StateId, Trigger};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Type};

/// How the pattern of the message has bound what a guard is handed.
#[derive(Clone, Copy, PartialEq)]
pub enum Bound {
    /// As the row's function takes it: by value or by reference.
    AsTaken,
    /// All by value: the message is put together again.
    Values,
    /// All by reference: the message is borrowed.
    References,
}

/// Something that a guard speaks of.
struct Subject<'a> {
    name: Ident,
    /// The type of the guard's parameter.
    ty: TokenStream,
    /// The guard says the name and means the value behind the reference.
    is_value: bool,
    /// Where a wrong type is shown.
    span: Span,
    source: Source<'a>,
}

enum Source<'a> {
    Parameter(&'a Parameter<'a>),
    /// A field of the message, on a row without function.
    Field,
    /// `data`, on a row without function.
    Data,
}

/// The guards of one state's rows.
pub fn functions(cx: &Cx<'_>, state: StateId) -> TokenStream {
    let rows = cx.chart.states[state.index()].rows.iter();
    rows.filter_map(|&id| function(cx, id)).collect()
}

fn function(cx: &Cx<'_>, id: RowId) -> Option<TokenStream> {
    let row = &cx.chart.rows[id.index()];
    let guard = row.ast.guard.as_ref()?;
    if !emitted(cx, row) {
        return None;
    }
    let subjects = subjects(cx, row);
    let values: Vec<&Ident> = subjects
        .iter()
        .filter(|subject| subject.is_value)
        .map(|subject| &subject.name)
        .collect();
    let tokens = behind_references(guard.tokens.clone(), &values);
    let parameters = subjects
        .iter()
        .map(|Subject { name, ty, .. }| quote!(#name: #ty));
    let none = Generics::default();
    let own = row
        .function
        .map(|function| &cx.function(function).ast.signature.generics);
    let (generics, clause) = module::generics(cx, own.unwrap_or(&none));
    let visibility = cx.raised(row.source);
    let name = name(id);
    Some(quote! {
        #[doc(hidden)]
        #[inline]
        #[allow(clippy::all, clippy::pedantic)]
        #visibility fn #name #generics (#(#parameters),*) -> bool #clause { #tokens }
    })
}

fn emitted(cx: &Cx<'_>, row: &Row<'_>) -> bool {
    !row.broken && row.function.is_none_or(|function| cx.callable(function))
}

fn name(row: RowId) -> Ident {
    format_ident!("__wink_guard_{}", row.0, span = Span::call_site())
}

/// Asks a row's guard; `None` when it has none.
pub fn ask(cx: &Cx<'_>, id: RowId, bound: Bound) -> Option<Code> {
    let row = &cx.chart.rows[id.index()];
    row.ast.guard.as_ref()?;
    let mut code = Code::new();
    if !emitted(cx, row) {
        code.text("false");
        return Some(code);
    }
    let mut arguments = Code::new();
    for subject in subjects(cx, row) {
        argument(cx, &subject, bound, &mut arguments);
        arguments.text(",");
    }
    say!(
        code,
        "{}::{}{}",
        cx.module(row.source),
        name(id),
        cx.turbofish()
    );
    code.list(arguments);
    Some(code)
}

/// What the guard speaks of, of all that it could.
fn subjects<'a>(cx: &Cx<'a>, row: &Row<'a>) -> Vec<Subject<'a>> {
    let Some(guard) = row.ast.guard.as_ref() else {
        return Vec::new();
    };
    let Some(function) = row.function else {
        return without_function(cx, row, guard.span);
    };
    let function = cx.function(function);
    let spoken_of = function
        .parameters
        .iter()
        .filter(|parameter| mentions(guard.tokens.clone(), &parameter.ast.ident));
    spoken_of
        .filter_map(|parameter| subject(cx, parameter))
        .collect()
}

fn subject<'a>(cx: &Cx<'_>, parameter: &'a Parameter<'a>) -> Option<Subject<'a>> {
    let written = module::parameter_type(cx, Some(&parameter.kind), parameter.ast);
    let span = at(&parameter.ast.ty);
    let is_value = match parameter.kind {
        ParameterKind::Field { by_reference, .. } | ParameterKind::Message { by_reference } => {
            !by_reference
        }
        ParameterKind::Reply => return None,
        _ => false,
    };
    let ty = if is_value {
        quote_spanned!(span=> &#written)
    } else {
        shared(written)
    };
    let name = parameter.ast.ident.clone();
    Some(Subject {
        name,
        ty,
        is_value,
        span,
        source: Source::Parameter(parameter),
    })
}

/// `&Gate` for `&mut Gate`.
fn shared(ty: TokenStream) -> TokenStream {
    match syn::parse2::<Type>(ty.clone()) {
        Ok(Type::Reference(mut reference)) => {
            reference.mutability = None;
            reference.into_token_stream()
        }
        _ => ty,
    }
}

/// The fields and `data` of which the guard of a row without function speaks.
fn without_function<'a>(cx: &Cx<'a>, row: &Row<'a>, span: Span) -> Vec<Subject<'a>> {
    let mut subjects: Vec<Subject<'a>> = Vec::new();
    if let Trigger::Messages(messages) = &row.trigger {
        for &message in messages {
            let variant = &cx.messages.variants[message.index()];
            for binding in bindings(cx, row, message) {
                if subjects.iter().any(|subject| subject.name == binding.name) {
                    continue;
                }
                let ty = variant.fields[binding.field].ty.to_token_stream();
                let ty = from_below(ty, cx.chart.states[row.source.index()].depth);
                let ty = quote!(&#ty);
                let name = binding.name;
                subjects.push(Subject {
                    name,
                    ty,
                    is_value: true,
                    span: Span::call_site(),
                    source: Source::Field,
                });
            }
        }
    }
    let data = Ident::new("data", span);
    let tokens = row
        .ast
        .guard
        .iter()
        .flat_map(|guard| guard.tokens.clone())
        .collect();
    if mentions(tokens, &data) && subjects.iter().all(|subject| subject.name != data) {
        let machine = cx.machine();
        let ty = quote!(&#machine);
        subjects.push(Subject {
            name: data,
            ty,
            is_value: false,
            span,
            source: Source::Data,
        });
    }
    subjects
}

/// A type of the machine's module as it is written in a module `depth` below it.
fn from_below(tokens: TokenStream, depth: usize) -> TokenStream {
    let mut result = TokenStream::new();
    let mut in_path = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if !in_path && (ident == "self" || ident == "super") => {
                let supers = depth + usize::from(ident == "super");
                let path = (0..supers).map(|_| Ident::new("super", ident.span()));
                let itself = (supers == 0).then_some(&ident);
                result.extend(quote!(#itself #(#path)::*));
                in_path = true;
            }
            TokenTree::Group(group) => {
                let inner = from_below(group.stream(), depth);
                let mut moved = Group::new(group.delimiter(), inner);
                moved.set_span(group.span());
                result.extend([TokenTree::Group(moved)]);
                in_path = false;
            }
            token => {
                in_path = matches!(&token, TokenTree::Ident(_)) || is_punct(Some(&token), ':');
                result.extend([token]);
            }
        }
    }
    result
}

/// What the guard is handed, in the method that asks it.
fn argument(cx: &Cx<'_>, subject: &Subject<'_>, bound: Bound, code: &mut Code) {
    let is_reference = match bound {
        Bound::References => true,
        Bound::Values => false,
        Bound::AsTaken => !subject.is_value,
    };
    let bound = |code: &mut Code| {
        let name = moved_to(&subject.name, subject.span);
        let span = Span::call_site().located_at(subject.span);
        let reference = (!is_reference).then(|| quote_spanned!(span=> &));
        code.tokens(reference).tokens(name);
    };
    let parameter = match subject.source {
        Source::Parameter(parameter) => parameter,
        Source::Data => {
            code.text("&__parts.data");
            return;
        }
        Source::Field => return bound(code),
    };
    match &parameter.kind {
        ParameterKind::Data { .. } => {
            code.text("&__parts.data");
        }
        ParameterKind::Context { .. } => {
            code.text("&__parts.cx");
        }
        ParameterKind::Local { of, .. } => {
            say!(code, "__w::local(&__parts.locals.{})", cx.local_field(*of));
        }
        ParameterKind::Field { .. } | ParameterKind::Message { .. } => bound(code),
        ParameterKind::Child => {
            code.text("__child");
        }
        ParameterKind::Error => {
            code.text("__error");
        }
        ParameterKind::Down => {
            code.text("__down");
        }
        ParameterKind::Reply => {}
    }
}

/// The tokens with each of these names, where it is an expression, as `(*name)`.
fn behind_references(tokens: TokenStream, names: &[&Ident]) -> TokenStream {
    if names.is_empty() {
        return tokens;
    }
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut result = TokenStream::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| &tokens[index]);
        match token {
            TokenTree::Ident(ident) if names.contains(&ident) && is_expression(&tokens, index) => {
                result.extend(quote_spanned!(ident.span()=> (*#ident)));
            }
            TokenTree::Group(group) => {
                let literal = group.delimiter() == Delimiter::Brace && is_struct_name(before);
                let stream = if literal {
                    with_field_names(group.stream(), names)
                } else {
                    group.stream()
                };
                let mut inner = Group::new(group.delimiter(), behind_references(stream, names));
                inner.set_span(group.span());
                result.extend([TokenTree::Group(inner)]);
            }
            token => result.extend([token.clone()]),
        }
    }
    result
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// Whether the name at `index` is neither a field after a dot, nor part of a path, nor the name
/// of a field in a struct literal, nor bound there.
fn is_expression(tokens: &[TokenTree], index: usize) -> bool {
    let before = |places: usize| index.checked_sub(places).map(|index| &tokens[index]);
    let after = |places: usize| tokens.get(index + places);
    let after_dot = is_punct(before(1), '.') && !is_punct(before(2), '.');
    let in_path = (is_punct(before(1), ':') && is_punct(before(2), ':'))
        || (is_punct(after(1), ':') && is_punct(after(2), ':'));
    let names_field = is_punct(after(1), ':') && !is_punct(after(2), ':');
    let binding = matches!(before(1), Some(TokenTree::Ident(keyword))
        if keyword == "let" || keyword == "mut" || keyword == "ref");
    !(after_dot || in_path || names_field || binding)
}

/// Whether a brace after this token opens a struct literal: types begin with a capital.
fn is_struct_name(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Ident(ident))
        if ident.to_string().starts_with(char::is_uppercase))
}

/// `{ value }` in a struct literal as `{ value: value }`.
fn with_field_names(tokens: TokenStream, names: &[&Ident]) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut result = TokenStream::new();
    for (index, token) in tokens.iter().enumerate() {
        let first = index == 0 || is_punct(tokens.get(index - 1), ',');
        let last = index + 1 == tokens.len() || is_punct(tokens.get(index + 1), ',');
        match token {
            TokenTree::Ident(ident) if first && last && names.contains(&ident) => {
                result.extend(quote!(#ident: #ident));
            }
            token => result.extend([token.clone()]),
        }
    }
    result
}
