//! The data struct and the messages enum.
//!
//! Must not know of: states, rows.

use super::Cx;
use super::attributes::{Attributes, Name, usage};
use super::cursor::{Cursor, is_group, is_punct};
use super::function::{belongs, read_generics, read_type};
use crate::ast::{Data, Field, Messages, Variant};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Generics;
use wink_chart::Shape;

/// Reads `struct Name<…> …`, whose tokens (from `struct` on) are given.
pub fn data(cx: &mut Cx<'_>, before: TokenStream, item: Vec<TokenTree>) -> Option<Data> {
    let mut cursor = Cursor::from_list(item.clone(), proc_macro2::Span::call_site());
    cursor.next();
    let ident = cursor.take_ident()?;
    // A tuple struct's bounds follow its fields.
    let before_body = cursor.until(|tokens| {
        is_group(tokens.first(), Delimiter::Brace)
            || is_group(tokens.first(), Delimiter::Parenthesis)
            || is_punct(tokens.first(), ';')
    });
    cursor.take_group(Delimiter::Parenthesis);
    let after_body = cursor.until(|tokens| {
        is_group(tokens.first(), Delimiter::Brace) || is_punct(tokens.first(), ';')
    });
    let generics = header(cx, before_body, after_body);
    let mut tokens = before;
    tokens.extend(item);
    Some(Data {
        ident,
        generics,
        tokens,
    })
}

/// Generics and where clause around a type's body.
fn header(cx: &mut Cx<'_>, before: Vec<TokenTree>, after: Vec<TokenTree>) -> Generics {
    if before.is_empty() && after.is_empty() {
        return Generics::default();
    }
    let at = before
        .iter()
        .position(|token| super::cursor::is_keyword(Some(token), "where"));
    let mut generics = before;
    let mut clause = generics.split_off(at.unwrap_or(generics.len()));
    clause.extend(after);
    match read_generics(generics.into_iter().collect(), clause.into_iter().collect()) {
        Ok(generics) => generics,
        Err(error) => {
            cx.diagnostics.syn(error);
            cx.is_incomplete = true;
            Generics::default()
        }
    }
}

/// Reads `enum Message { … }`, whose tokens (from `enum` on) are given.
pub fn messages(cx: &mut Cx<'_>, before: TokenStream, item: Vec<TokenTree>) -> Option<Messages> {
    let mut cursor = Cursor::from_list(item, proc_macro2::Span::call_site());
    let keyword = cursor.next()?;
    let ident = cursor.take_ident()?;
    let header_tokens = cursor.until(|tokens| is_group(tokens.first(), Delimiter::Brace));
    let group = cursor.take_group(Delimiter::Brace)?;
    let generics = header(cx, header_tokens.clone(), Vec::new());
    if let Some(token) = header_tokens.first() {
        cx.diagnostics.generic_messages(&ident, token.span());
        cx.is_incomplete = true;
    }
    let mut variants = Vec::new();
    let mut inside = Cursor::of(&group);
    let mut emitted = TokenStream::new();
    while !inside.is_empty() {
        let (variant, tokens) = variant(cx, &mut inside);
        variants.extend(variant);
        emitted.extend(tokens);
    }
    let mut body = Group::new(Delimiter::Brace, emitted);
    body.set_span(group.span());
    let mut tokens = before;
    tokens.extend([keyword]);
    ident.to_tokens(&mut tokens);
    tokens.extend(header_tokens);
    body.to_tokens(&mut tokens);
    Some(Messages {
        ident,
        generics,
        variants,
        tokens,
    })
}

/// Reads one variant and gives it back as it is emitted: without what is ours.
fn variant(cx: &mut Cx<'_>, inside: &mut Cursor) -> (Option<Variant>, TokenStream) {
    let mut attributes = Attributes::default();
    attributes.take_outer(cx.diagnostics, inside);
    attributes.misspelt(cx.diagnostics, &[Name::Reply]);
    let mut tokens = attributes.tokens();
    let mut reply = None;
    for own in std::mem::take(&mut attributes.own) {
        if own.name != Name::Reply {
            cx.diagnostics
                .misplaced(own.name.text(), own.span, "a message", belongs(own.name));
            continue;
        }
        let Some(arguments) = own.arguments else {
            cx.diagnostics
                .attribute_form("reply", own.span, usage(Name::Reply));
            continue;
        };
        match syn::parse2(arguments.stream()) {
            Ok(ty) if reply.is_none() => reply = Some(ty),
            Ok(_) => cx.diagnostics.said_twice("reply", own.span),
            Err(_) => cx
                .diagnostics
                .attribute_form("reply", arguments.span(), usage(Name::Reply)),
        }
    }
    if let Some(attribute) = attributes.other("cfg") {
        cx.diagnostics
            .cfg_in_chart(attribute.name.span(), "a message");
    }
    let Some(ident) = inside.take_ident() else {
        // Not Rust; rustc says so.
        tokens.extend(inside.until_comma());
        return (None, tokens);
    };
    ident.to_tokens(&mut tokens);
    let (shape, fields) = match inside.peek() {
        Some(TokenTree::Group(group)) => {
            let group = group.clone();
            let shape = match group.delimiter() {
                Delimiter::Brace => Shape::Named,
                _ => Shape::Tuple,
            };
            (shape, fields(cx, &group, shape))
        }
        _ => (Shape::Unit, Vec::new()),
    };
    tokens.extend(inside.until_comma());
    tokens.extend(quote!(,));
    let documentation = attributes.documentation;
    let allows = attributes.allows;
    (
        Some(Variant {
            documentation,
            ident,
            shape,
            fields,
            reply,
            allows,
        }),
        tokens,
    )
}

fn fields(cx: &mut Cx<'_>, group: &Group, shape: Shape) -> Vec<Field> {
    let mut list = Vec::new();
    let mut cursor = Cursor::of(group);
    while !cursor.is_empty() {
        let start = cursor.span();
        let mut field = Cursor::from_list(cursor.until_comma(), start);
        let mut attributes = Attributes::default();
        attributes.take_outer(cx.diagnostics, &mut field);
        for own in &attributes.own {
            let name = own.name;
            cx.diagnostics
                .misplaced(name.text(), own.span, "a field", belongs(name));
        }
        super::shapes::visibility(&mut field);
        let ident: Option<Ident> = match shape {
            Shape::Named => {
                let ident = field.take_ident();
                field.take_punct(':');
                ident
            }
            _ => None,
        };
        let form = match &ident {
            Some(ident) => (ident.to_string(), format!("{ident}: u32")),
            None => (",".to_owned(), "(u32, u32)".to_owned()),
        };
        let tokens = field.rest().into_iter().collect();
        match read_type(cx, tokens, start, (&form.0, &form.1)) {
            Some(ty) => list.push(Field {
                ident,
                ty,
                documentation: attributes.documentation,
            }),
            None => {
                cx.is_incomplete = true;
                list.push(Field {
                    ident,
                    ty: syn::parse_quote!(()),
                    documentation: String::new(),
                });
            }
        }
    }
    list
}
