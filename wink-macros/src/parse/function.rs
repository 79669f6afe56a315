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
    let mut refused = Refused::default();
    let start = cursor.span();
    let asyncness = qualifiers(cx, &mut refused, cursor);
    let ident = cursor
        .take_ident()
        .unwrap_or_else(|| Ident::new("unnamed", start));
    let generic_tokens = generics(cx, &mut refused, cursor);
    let group = cursor.take_group(Delimiter::Parenthesis);
    let parameters = match &group {
        Some(group) => parameters(cx, &mut refused, group),
        None => Vec::new(),
    };
    let (output, output_tokens) = output(cx, &mut refused, cursor);
    let clause = cursor.until(|tokens| is_group(tokens.first(), Delimiter::Brace));
    let clause: TokenStream = clause.into_iter().collect();
    let generics = lifetimes(cx, &mut refused, &ident, &generic_tokens, &clause);
    let body = body(cx, &mut refused, cursor, &ident);
    let mut function = Function {
        documentation: String::new(),
        attributes: Vec::new(),
        visibility,
        signature: Signature {
            asyncness,
            ident,
            generics,
            parameters,
            output,
        },
        body,
        rows: Vec::new(),
        entry: None,
        exit: None,
        verbatim: None,
    };
    if refused.is_refused {
        let written = [
            generic_tokens,
            group.into_token_stream(),
            output_tokens,
            clause,
        ];
        function.verbatim = Some(verbatim(&function, &attributes, &refused, written));
    }
    attribute(cx, function, attributes)
}

/// What rustc sees of a function whose signature was refused: as much as it will not refuse
/// once more.
fn verbatim(
    function: &Function,
    attributes: &Attributes,
    refused: &Refused,
    [generics, parameters, output, clause]: [TokenStream; 4],
) -> TokenStream {
    if refused.has_self {
        // Some item must stand here.
        return quote!(
            const _: () = ();
        );
    }
    let others = attributes.tokens();
    let Function {
        visibility,
        signature: Signature { ident, .. },
        body,
        ..
    } = function;
    let asyncness = function.signature.asyncness;
    let asyncness = asyncness.map(|span| Ident::new("async", span));
    let (output, body) = match mentions(output.clone(), "Goto") {
        // Nothing says which `Goto` it could mean.
        true => (TokenStream::new(), quote!({ ::core::unimplemented!() })),
        false => (output, body.clone()),
    };
    quote! {
        #others #[allow(unused_variables)]
        #visibility #asyncness fn #ident #generics #parameters #output #clause #body
    }
}

/// The block with its braces.
fn body(cx: &mut Cx<'_>, refused: &mut Refused, cursor: &mut Cursor, ident: &Ident) -> TokenStream {
    if let Some(group) = cursor.take_group(Delimiter::Brace) {
        return group.into_token_stream();
    }
    cx.diagnostics.function_without_body(ident);
    cursor.take_punct(';');
    refused.is_refused = true;
    quote!({ ::core::unimplemented!() })
}

/// The function's generics: lifetimes only.
fn lifetimes(
    cx: &mut Cx<'_>,
    refused: &mut Refused,
    ident: &Ident,
    generics: &TokenStream,
    clause: &TokenStream,
) -> Generics {
    if generics.is_empty() && clause.is_empty() {
        return Generics::default();
    }
    let generics = match read_generics(generics.clone(), clause.clone()) {
        Ok(generics) => generics,
        Err(error) => {
            cx.diagnostics.syn(error);
            refused.is_refused = true;
            return Generics::default();
        }
    };
    let other = generics
        .params
        .iter()
        .find(|one| !matches!(one, syn::GenericParam::Lifetime(_)));
    if let Some(parameter) = other {
        let span = parameter.to_token_stream().into_iter().next();
        let span = span.map_or(ident.span(), |token| token.span());
        cx.diagnostics.generic_function(ident, span);
        refused.is_refused = true;
    }
    generics
}

/// Whether a name stands somewhere in the tokens.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        token => is_keyword(Some(&token), name),
    })
}

/// Whether the signature was refused, and whether for a `self`.
#[derive(Default)]
struct Refused {
    is_refused: bool,
    has_self: bool,
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
    for token in cursor.by_ref() {
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
        refused.has_self = true;
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
