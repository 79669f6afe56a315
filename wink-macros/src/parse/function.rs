//! Functions that carry an attribute of ours: the signature is read, the body is not.
//!
//! Must not know of: what a parameter is for.

use super::Cx;
use super::attributes::{Attributes, Name, usage};
use super::cursor::{Cursor, is_group, is_keyword, is_operator, is_punct};
use super::row::row;
use crate::ast::{Function, Parameter, Signature};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Generics, Type, Visibility};

/// Reads a function. The cursor stands at its first qualifier or at `fn`.
pub fn function(
    cx: &mut Cx<'_>,
    attributes: Attributes,
    visibility: Visibility,
    cursor: &mut Cursor,
) -> Function {
    let mut refused = Refused {
        others: attributes.tokens(),
        is_refused: false,
        emit: true,
    };
    let start = cursor.span();
    let asyncness = qualifiers(cx, &mut refused, cursor);
    let name = cursor
        .take_ident()
        .unwrap_or_else(|| Ident::new("unnamed", start));
    let generics = generics(cx, &mut refused, cursor);
    let group = cursor.take_group(Delimiter::Parenthesis);
    let parameters_tokens = group.as_ref().map(|group| group.to_token_stream());
    let parameters = match &group {
        Some(group) => parameters(cx, &mut refused, group),
        None => Vec::new(),
    };
    let (output, output_tokens) = output(cx, &mut refused, cursor);
    let clause = cursor.until(|tokens| is_group(tokens.first(), Delimiter::Brace));
    let clause: TokenStream = clause.into_iter().collect();
    let body = match cursor.take_group(Delimiter::Brace) {
        Some(group) => group.into_token_stream(),
        None => {
            cx.diagnostics.function_without_body(&name);
            cursor.take_punct(';');
            refused.is_refused = true;
            quote!({ ::core::unimplemented!() })
        }
    };
    let mut parsed = Generics::default();
    if !generics.is_empty() || !clause.is_empty() {
        match read_generics(generics.clone(), clause.clone()) {
            Ok(generics) => parsed = generics,
            Err(error) => refused.syn(cx, error),
        }
        let kinds = parsed
            .params
            .iter()
            .find(|one| !matches!(one, syn::GenericParam::Lifetime(_)));
        if let Some(parameter) = kinds {
            let span = parameter.to_token_stream().into_iter().next();
            let span = span.map_or(name.span(), |token| token.span());
            cx.diagnostics.generic_function(&name, span);
            refused.is_refused = true;
        }
    }
    let verbatim = refused.is_refused.then(|| {
        let others = &refused.others;
        let asyncness = asyncness.map(|span| Ident::new("async", span));
        match refused.emit {
            true => quote! {
                #others #visibility #asyncness fn #name #generics #parameters_tokens
                #output_tokens #clause #body
            },
            // Neither rustc nor a reader has a use for a method without a type.
            false => TokenStream::new(),
        }
    });
    let signature = Signature {
        asyncness,
        ident: name,
        generics: parsed,
        parameters,
        output,
    };
    let function = Function {
        documentation: String::new(),
        attributes: Vec::new(),
        visibility,
        signature,
        body,
        rows: Vec::new(),
        entry: None,
        exit: None,
        verbatim,
    };
    attribute(cx, function, attributes)
}

/// Whether the signature was refused, and what of it rustc may see again.
struct Refused {
    others: TokenStream,
    is_refused: bool,
    emit: bool,
}

impl Refused {
    fn syn(&mut self, cx: &mut Cx<'_>, error: syn::Error) {
        cx.diagnostics.syn(error);
        self.is_refused = true;
    }
}

/// Hands our attributes to the function.
fn attribute(cx: &mut Cx<'_>, mut function: Function, attributes: Attributes) -> Function {
    function.documentation = attributes.documentation;
    function.attributes = attributes.others;
    for own in attributes.own {
        match own.name {
            name if name.is_row() => {
                let row = row(cx, own, &attributes.allows);
                function.rows.push(row);
            }
            Name::Entry | Name::Exit => {
                if let Some(arguments) = &own.arguments {
                    let text = own.name.text();
                    cx.diagnostics
                        .attribute_form(text, arguments.span(), usage(own.name));
                }
                let place = match own.name {
                    Name::Entry => &mut function.entry,
                    _ => &mut function.exit,
                };
                if place.replace(own.span).is_some() {
                    cx.diagnostics.said_twice(own.name.text(), own.span);
                }
            }
            name => cx
                .diagnostics
                .misplaced(name.text(), own.span, "a function", belongs(name)),
        }
    }
    function
}

/// Where an attribute belongs, in words.
pub fn belongs(name: Name) -> &'static str {
    match name {
        Name::Machine => "it belongs on the machine's module",
        Name::Data => "it belongs on the struct that is the machine",
        Name::Messages => "it belongs on the enum of everything that the machine can be sent",
        Name::Reply => "it belongs on a variant of the messages enum",
        Name::State => "it belongs on a module: `#[state] pub mod waiting { … }`",
        Name::Entry | Name::Exit => "it belongs on a function of a state or of the machine",
        _ => "it belongs on a function or on the module of a state",
    }
}

/// Everything before `fn`, and `fn`.
fn qualifiers(cx: &mut Cx<'_>, refused: &mut Refused, cursor: &mut Cursor) -> Option<Span> {
    let mut asyncness = None;
    while let Some(token) = cursor.next() {
        if is_keyword(Some(&token), "fn") {
            break;
        }
        if is_keyword(Some(&token), "async") {
            asyncness = Some(token.span());
        } else if let TokenTree::Ident(ident) = &token {
            cx.diagnostics.refused_qualifier(ident);
            refused.is_refused = true;
        }
    }
    asyncness
}

/// `<…>` after the name, unread.
fn generics(cx: &mut Cx<'_>, refused: &mut Refused, cursor: &mut Cursor) -> TokenStream {
    let mut tokens = Vec::new();
    if cursor.peek_punct(0, '<') {
        tokens.extend(cursor.next());
        let mut depth = 1usize;
        while depth > 0 {
            let arrow = cursor.peek_operator(0, '-', '>');
            let Some(token) = cursor.next() else {
                cx.diagnostics
                    .missing_after("<", "`>`", "fn name<'a>(…)", cursor.last_span());
                refused.is_refused = true;
                break;
            };
            if is_punct(Some(&token), '<') {
                depth += 1;
            } else if is_punct(Some(&token), '>') {
                depth -= 1;
            }
            tokens.push(token);
            if arrow {
                tokens.extend(cursor.next());
            }
        }
    }
    tokens.into_iter().collect()
}

pub fn read_generics(generics: TokenStream, clause: TokenStream) -> syn::Result<Generics> {
    let mut parsed: Generics = syn::parse2(generics)?;
    if !clause.is_empty() {
        parsed.where_clause = Some(syn::parse2(clause)?);
    }
    Ok(parsed)
}

/// `-> Type`, read and as it is.
fn output(
    cx: &mut Cx<'_>,
    refused: &mut Refused,
    cursor: &mut Cursor,
) -> (Option<Type>, TokenStream) {
    let Some(arrow) = cursor.take_operator('-', '>') else {
        return (None, TokenStream::new());
    };
    let tokens = cursor.until(|tokens| {
        is_keyword(tokens.first(), "where") || is_group(tokens.first(), Delimiter::Brace)
    });
    let tokens: TokenStream = tokens.into_iter().collect();
    match read_type(cx, tokens.clone(), arrow, ("->", "-> u32")) {
        Some(ty) => (Some(ty), quote!(-> #tokens)),
        None => {
            refused.is_refused = true;
            (None, TokenStream::new())
        }
    }
}

fn parameters(cx: &mut Cx<'_>, refused: &mut Refused, group: &Group) -> Vec<Parameter> {
    let mut list = Vec::new();
    let mut cursor = Cursor::of(group);
    while !cursor.is_empty() {
        let start = cursor.span();
        let one = cursor.until_comma();
        match parameter(cx, refused, Cursor::from_list(one, start)) {
            Some(parameter) => list.push(parameter),
            None => refused.is_refused = true,
        }
    }
    list
}

fn parameter(cx: &mut Cx<'_>, refused: &mut Refused, mut cursor: Cursor) -> Option<Parameter> {
    let start = cursor.span();
    if cursor.peek_punct(0, '#') {
        cx.diagnostics.attribute_on_parameter(start);
        return None;
    }
    let tokens =
        cursor.until(|tokens| is_punct(tokens.first(), ':') && !is_operator(tokens, ':', ':'));
    if let Some(token) = tokens.iter().find(|token| is_keyword(Some(token), "self")) {
        cx.diagnostics.self_parameter(token.span());
        refused.emit = false;
        return None;
    }
    let (mutability, ident) = match tokens.as_slice() {
        [TokenTree::Ident(ident)] => (None, ident),
        [TokenTree::Ident(mutability), TokenTree::Ident(ident)] if mutability == "mut" => {
            (Some(mutability.span()), ident)
        }
        _ => {
            let end = tokens.last().map_or(start, TokenTree::span);
            cx.diagnostics.pattern_parameter(start, end);
            return None;
        }
    };
    let name = ident.to_string();
    let form = (name.as_str(), format!("{name}: u32"));
    if cursor.take_punct(':').is_none() {
        let span = ident.span();
        cx.diagnostics
            .missing_after(form.0, "a type", &form.1, span);
        return None;
    }
    let tokens = cursor.rest().into_iter().collect();
    let ty = read_type(cx, tokens, ident.span(), (form.0, &form.1))?;
    Some(Parameter {
        mutability,
        ident: ident.clone(),
        ty,
    })
}

/// Reads a type. `place` and `form` (what stands before it, and how both look together) are for
/// the case that there is none.
pub fn read_type(
    cx: &mut Cx<'_>,
    tokens: TokenStream,
    place: Span,
    form: (&str, &str),
) -> Option<Type> {
    let Some(last) = tokens.clone().into_iter().last() else {
        cx.diagnostics
            .missing_after(form.0, "a type", form.1, place);
        return None;
    };
    match syn::parse2(tokens) {
        Ok(ty) => Some(ty),
        Err(error) => {
            cx.diagnostics.bad_type(&error, last.span());
            None
        }
    }
}
