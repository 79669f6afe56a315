//! Tokens to syntax tree: what was written, with every mistake of form reported.
//!
//! Must not know of: names other than our attributes' (what a row's message or target refers
//! to is `model`'s), `quote!` for anything but re-emitting. Nothing here stops at the first
//! mistake, and function bodies and foreign items are never opened.

mod attributes;
mod cursor;
mod duration;
mod function;
mod items;
mod row;
mod shapes;
mod types;

use crate::ast::{Body, Data, Item, Machine, MachineOptions, Messages};
use crate::compile::Source;
use crate::diagnostics::Diagnostics;
pub use attributes::Name;
use attributes::{Attributes, Own, usage};
pub use cursor::Cursor;
use proc_macro2::{Delimiter, Ident, Span, TokenTree};

/// What is collected while a machine is read.
pub struct Cx<'d> {
    pub diagnostics: &'d mut Diagnostics,
    data: Option<Data>,
    data_span: Option<Span>,
    messages: Option<Messages>,
    messages_span: Option<Span>,
    /// `#[reply]`s in other enums than the messages.
    stray_replies: Vec<Span>,
    /// A part of the data or of the messages could not be read (reported).
    is_incomplete: bool,
}

/// Reads a machine; `None` (reported) when it is no module with a body.
pub fn machine(diagnostics: &mut Diagnostics, source: &Source) -> Option<Machine> {
    let mut cx = Cx {
        diagnostics,
        data: None,
        data_span: None,
        messages: None,
        messages_span: None,
        stray_replies: Vec::new(),
        is_incomplete: false,
    };
    let mut options = MachineOptions::default();
    let arguments = Cursor::new(source.arguments.clone(), Span::call_site());
    machine_options(&mut cx, &mut options, arguments);

    let mut cursor = Cursor::new(source.item.clone(), Span::call_site()).flat();
    let mut attributes = Attributes::default();
    attributes.take_outer(cx.diagnostics, &mut cursor);
    let visibility = shapes::visibility(&mut cursor);
    if !cursor.peek_keyword(0, "mod") {
        cx.diagnostics.machine_is_no_module(cursor.span());
        return None;
    }
    cursor.next();
    let Some(ident) = cursor.take_ident() else {
        cx.diagnostics.machine_is_no_module(cursor.span());
        return None;
    };
    let Some(group) = cursor.take_group(Delimiter::Brace) else {
        cx.diagnostics.machine_without_body(&ident);
        return None;
    };
    if let Some(token) = cursor.next() {
        cx.diagnostics.after_machine(token.span());
    }
    let mut inside = Cursor::of_items(&group);
    attributes.take_inner(cx.diagnostics, &mut inside);
    let mut body = Body::default();
    for own in attributes.own {
        own_attribute(&mut cx, &mut options, &mut body, own);
    }
    options.allows = attributes.allows;
    items::body(&mut cx, &mut body, &mut inside, true);
    missing(&mut cx, &ident, &body);
    Some(Machine {
        options,
        documentation: attributes.documentation,
        attributes: attributes.others,
        visibility,
        ident,
        body,
        data: cx.data,
        messages: cx.messages,
        is_incomplete: cx.is_incomplete,
    })
}

/// Says what every machine has and this one has not.
fn missing(cx: &mut Cx<'_>, ident: &Ident, body: &Body) {
    if cx.data_span.is_none() {
        cx.diagnostics.no_data(ident, candidate(body, "struct"));
    }
    if cx.messages_span.is_none() {
        cx.diagnostics.no_messages(ident, candidate(body, "enum"));
        return;
    }
    for span in &cx.stray_replies {
        let belongs = function::belongs(Name::Reply);
        cx.diagnostics
            .misplaced("reply", *span, "this enum", belongs);
    }
}

/// The first struct or enum of the machine, which may only lack its attribute.
fn candidate<'b>(body: &'b Body, keyword: &str) -> Option<&'b Ident> {
    body.items.iter().find_map(|item| match item {
        Item::Other(other) => {
            let first = other.rest.clone().into_iter().next();
            let is_one = cursor::is_keyword(first.as_ref(), keyword);
            other.declared.as_ref().filter(|_| is_one)
        }
        _ => None,
    })
}

/// An attribute of ours on the machine's module.
fn own_attribute(cx: &mut Cx<'_>, options: &mut MachineOptions, body: &mut Body, own: Own) {
    match own.name {
        // Behind `machine!` the options stand here.
        Name::Machine => {
            if let Some(arguments) = &own.arguments {
                machine_options(cx, options, Cursor::of(arguments));
            }
        }
        name if name.is_row() => {
            let row = row::row(cx, own, &[]);
            body.rows.push(row);
        }
        name => {
            let belongs = function::belongs(name);
            cx.diagnostics
                .misplaced(name.text(), own.span, "a machine", belongs);
        }
    }
}

/// `name = "family/Parent"`.
fn machine_options(cx: &mut Cx<'_>, options: &mut MachineOptions, mut cursor: Cursor) {
    while !cursor.is_empty() {
        let span = cursor.span();
        let mut option = Cursor::from_list(cursor.until_comma(), span);
        let Some(ident) = option.take_ident() else {
            cx.diagnostics
                .attribute_form("machine", span, usage(Name::Machine));
            continue;
        };
        if ident != "name" {
            cx.diagnostics.unknown_option(&ident, "machine", &["name"]);
            continue;
        }
        option.take_punct('=');
        let literal = option.take_literal().map(syn::Lit::new);
        match (literal, option.next()) {
            (Some(syn::Lit::Str(name)), None) if is_name(&name.value()) => {
                if options.name.replace(name).is_some() {
                    cx.diagnostics.said_twice("name", span);
                }
            }
            (Some(syn::Lit::Str(name)), None) => cx.diagnostics.bad_machine_name(&name),
            (_, token) => {
                let span = token.as_ref().map_or(option.last_span(), TokenTree::span);
                cx.diagnostics
                    .attribute_form("machine", span, usage(Name::Machine));
            }
        }
    }
}

/// `package/Machine`: two names with one slash between them.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    matches!(text.split_once('/'), Some((package, machine)) if is_part(package) && is_part(machine))
}
