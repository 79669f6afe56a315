//! What stands in a machine or a state, split into items by their tokens.
//!
//! Must not know of: what a row or a function means.

use super::attributes::{Attributes, Name, Own, usage};
use super::cursor::{Cursor, is_keyword, is_punct};
use super::function::{belongs, function};
use super::row::row;
use super::shapes::{declared, is_function, kind, take_item, visibility};
use super::{Cx, types};
use crate::ast::{Body, Item, OtherItem, State, StateOptions};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Visibility;

/// Reads everything up to the end of the module. `body` may already have the module's own rows.
pub fn body(cx: &mut Cx<'_>, body: &mut Body, cursor: &mut Cursor, is_machine: bool) {
    while !cursor.is_empty() {
        let mut attributes = Attributes::default();
        attributes.take_outer(cx.diagnostics, cursor);
        if cursor.is_empty() {
            // Attributes of nothing: rustc says so.
            let attributes = attributes.tokens();
            body.items
                .push(Item::Other(other(attributes, None, Vec::new(), None)));
            return;
        }
        item(cx, body, attributes, cursor, is_machine);
    }
}

fn item(
    cx: &mut Cx<'_>,
    body: &mut Body,
    mut attributes: Attributes,
    cursor: &mut Cursor,
    is_machine: bool,
) {
    use Name::*;
    let visibility = visibility(cursor);
    if is_function(cursor) {
        let expected = [
            Entry, Exit, Receive, Ignore, Defer, After, Always, Done, Child, Down,
        ];
        attributes.misspelt(cx.diagnostics, &expected);
        let is_ours = attributes
            .own
            .iter()
            .any(|own| expected.contains(&own.name));
        if is_ours {
            if let Some(attribute) = attributes.other("cfg") {
                cx.diagnostics
                    .cfg_in_chart(attribute.name.span(), "a function of a machine");
            }
            body.items.push(Item::Function(body.functions.len()));
            body.functions
                .push(function(cx, attributes, visibility, cursor));
            return;
        }
    } else if cursor.peek_keyword(0, "mod") {
        attributes.misspelt(
            cx.diagnostics,
            &[State, Receive, Ignore, Defer, After, Always],
        );
        if attributes.has(State)
            && cursor.peek_ident(1).is_some()
            && cursor.peek_group(2, Delimiter::Brace).is_some()
        {
            state(cx, body, attributes, visibility, cursor);
            return;
        }
    } else if cursor.peek_keyword(0, "struct") || cursor.peek_keyword(0, "enum") {
        attributes.misspelt(cx.diagnostics, &[Data, Messages]);
        attributes.name_serde();
        if is_machine && (attributes.has(Data) || attributes.has(Messages)) {
            data_or_messages(cx, body, attributes, visibility, cursor);
            return;
        }
    }
    foreign(cx, body, attributes, visibility, cursor);
}

fn state(
    cx: &mut Cx<'_>,
    outer: &mut Body,
    mut attributes: Attributes,
    visibility: Visibility,
    cursor: &mut Cursor,
) {
    cursor.next();
    let Some(ident) = cursor.take_ident() else {
        return;
    };
    let Some(group) = cursor.take_group(Delimiter::Brace) else {
        return;
    };
    let mut inside = Cursor::of_items(&group);
    attributes.take_inner(cx.diagnostics, &mut inside);
    if let Some(attribute) = attributes.other("cfg") {
        cx.diagnostics
            .cfg_in_chart(attribute.name.span(), "a state");
    }
    let mut options = StateOptions {
        allows: attributes.allows,
        ..StateOptions::default()
    };
    let mut is_said = false;
    let mut own_body = Body::default();
    for own in attributes.own {
        match own.name {
            Name::State if is_said => {
                cx.diagnostics.said_twice("state", own.span);
            }
            Name::State => {
                is_said = true;
                state_options(cx, &mut options, &own);
            }
            name if name.is_row() => {
                let row = row(cx, own, &[]);
                own_body.rows.push(row);
            }
            name => cx
                .diagnostics
                .misplaced(name.text(), own.span, "a state", belongs(name)),
        }
    }
    body(cx, &mut own_body, &mut inside, false);
    outer.items.push(Item::State(outer.states.len()));
    outer.states.push(State {
        options,
        documentation: attributes.documentation,
        attributes: attributes.others,
        visibility,
        ident,
        body: own_body,
    });
}

fn state_options(cx: &mut Cx<'_>, options: &mut StateOptions, own: &Own) {
    const OPTIONS: [&str; 3] = ["initial", "final", "parallel"];
    let Some(arguments) = &own.arguments else {
        return;
    };
    let mut cursor = Cursor::of(arguments);
    while !cursor.is_empty() {
        let span = cursor.span();
        let option = cursor.until_comma();
        let Some(TokenTree::Ident(ident)) = option.first() else {
            cx.diagnostics
                .attribute_form("state", span, usage(Name::State));
            continue;
        };
        let place = match OPTIONS.iter().position(|option| ident == option) {
            Some(0) => &mut options.initial,
            Some(1) => &mut options.is_final,
            Some(_) => &mut options.parallel,
            None => {
                cx.diagnostics.unknown_option(ident, "state", &OPTIONS);
                continue;
            }
        };
        // What it says counts, whatever else stands there.
        if place.replace(span).is_some() {
            cx.diagnostics.said_twice(&ident.to_string(), span);
        }
        if let Some(more) = option.get(1) {
            cx.diagnostics
                .attribute_form("state", more.span(), usage(Name::State));
        }
    }
}

fn data_or_messages(
    cx: &mut Cx<'_>,
    body: &mut Body,
    mut attributes: Attributes,
    visibility: Visibility,
    cursor: &mut Cursor,
) {
    let is_struct = cursor.peek_keyword(0, "struct");
    if let Some(attribute) = attributes.other("cfg") {
        let what = if is_struct {
            "the data"
        } else {
            "the messages"
        };
        cx.diagnostics.cfg_in_chart(attribute.name.span(), what);
    }
    let own = std::mem::take(&mut attributes.own);
    let mut before = attributes.tokens();
    visibility.to_tokens(&mut before);
    let tokens = take_item(cursor);
    let mut is_taken = false;
    for own in own {
        if !is_first_of_its_kind(cx, &own, is_struct) {
            continue;
        }
        if is_struct {
            cx.data = types::data(cx, before.clone(), tokens.clone());
            is_taken = cx.data.is_some();
            body.items.extend(is_taken.then_some(Item::Data));
        } else {
            cx.messages = types::messages(cx, before.clone(), tokens.clone());
            is_taken = cx.messages.is_some();
            body.items.extend(is_taken.then_some(Item::Messages));
        }
    }
    if !is_taken {
        // `#[reply]` and the like may still be inside.
        let tokens = crate::fallback::strip(tokens.into_iter().collect());
        let tokens = tokens.into_iter().collect();
        body.items
            .push(Item::Other(other(before, None, tokens, None)));
    }
}

/// Whether an attribute makes the struct or enum under it the machine's data or messages.
fn is_first_of_its_kind(cx: &mut Cx<'_>, own: &Own, is_struct: bool) -> bool {
    let name = own.name.text();
    let first = match own.name {
        Name::Data => cx.data_span.replace(own.span),
        Name::Messages => cx.messages_span.replace(own.span),
        _ => {
            let kind = if is_struct { "a struct" } else { "an enum" };
            cx.diagnostics
                .misplaced(name, own.span, kind, belongs(own.name));
            return false;
        }
    };
    if let Some(arguments) = &own.arguments {
        cx.diagnostics
            .attribute_form(name, arguments.span(), usage(own.name));
    }
    if is_struct != (own.name == Name::Data) {
        cx.diagnostics.wrong_kind_of_type(name, own.span);
        return false;
    }
    if let Some(first) = first {
        cx.diagnostics.second_of_its_kind(name, own.span, first);
        return false;
    }
    true
}

/// An item that is not ours. Attributes of ours on it are in the wrong place.
fn foreign(
    cx: &mut Cx<'_>,
    body: &mut Body,
    attributes: Attributes,
    visibility: Visibility,
    cursor: &mut Cursor,
) {
    let kind = kind(cursor);
    let is_machine_inside = kind == "a module" && attributes.has(Name::Machine);
    let mut before = attributes.tokens();
    if is_machine_inside {
        // A machine in a machine's module compiles by itself, later.
        before.extend(again(&attributes.own));
    } else {
        for own in &attributes.own {
            misplaced(cx, own, kind, cursor);
        }
    }
    let mut tokens = take_item(cursor);
    if kind == "an enum" {
        tokens = stray_replies(cx, tokens);
    }
    let is_inside = matches!(kind, "a module" | "an impl block" | "a trait");
    if is_inside && !is_machine_inside && has_own(&tokens) {
        let name = match kind {
            "a module" => tokens.get(1).map(ToString::to_string),
            _ => None,
        };
        inside_helper(cx, name.as_deref(), &tokens);
        tokens = crate::fallback::strip(tokens.into_iter().collect())
            .into_iter()
            .collect();
    }
    if attributes.has(Name::State) && is_punct(tokens.last(), ';') && kind == "a module" {
        // Reported; rustc need not look for a file.
        tokens.pop();
        tokens.push(TokenTree::Group(Group::new(
            Delimiter::Brace,
            TokenStream::new(),
        )));
    }
    let declared = declared(&tokens);
    let can_be_visible = declared.is_some() && !is_keyword(tokens.first(), "macro_rules");
    let visibility = match visibility {
        Visibility::Inherited if !can_be_visible => None,
        visibility => Some(visibility),
    };
    body.items
        .push(Item::Other(other(before, visibility, tokens, declared)));
}

fn misplaced(cx: &mut Cx<'_>, own: &Own, kind: &'static str, cursor: &Cursor) {
    if kind != "a module" || !(own.name.is_row() || own.name == Name::State) {
        cx.diagnostics
            .misplaced(own.name.text(), own.span, kind, belongs(own.name));
    } else if own.name == Name::State {
        cx.diagnostics.state_without_body(own.span);
    } else {
        let name = cursor
            .peek_ident(1)
            .map(ToString::to_string)
            .unwrap_or_default();
        cx.diagnostics
            .row_outside_states(own.name.text(), own.span, &name);
    }
}

/// Attributes of ours as they were, for an item that we leave alone.
fn again(own: &[Own]) -> TokenStream {
    own.iter()
        .flat_map(|own| {
            let name = proc_macro2::Ident::new(own.name.text(), own.span);
            let arguments = &own.arguments;
            quote::quote!(#[#name #arguments])
        })
        .collect()
}

/// Takes `#[reply]` out of an enum that is not the messages. Whether that is worth a word is known
/// at the end: an enum that lacks its `#[messages]` has one mistake, not two.
fn stray_replies(cx: &mut Cx<'_>, item: Vec<TokenTree>) -> Vec<TokenTree> {
    let Some(TokenTree::Group(group)) = item.last() else {
        return item;
    };
    let mut cursor = Cursor::of(group);
    let before = cx.stray_replies.len();
    while !cursor.is_empty() {
        let inside = match cursor.peek_group(1, Delimiter::Bracket) {
            Some(group) if cursor.peek_punct(0, '#') => Some(Cursor::of(group)),
            _ => None,
        };
        if let Some(name) = inside.and_then(|mut inside| inside.take_keyword("reply")) {
            cx.stray_replies.push(name.span());
        }
        cursor.next();
    }
    match cx.stray_replies.len() > before {
        true => crate::fallback::strip(item.into_iter().collect())
            .into_iter()
            .collect(),
        false => item,
    }
}

/// Whether one of our attributes stands directly in a module that is no state.
fn has_own(item: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(group)) = item.last() else {
        return false;
    };
    let mut cursor = Cursor::of(group);
    while !cursor.is_empty() {
        if own_ahead(&cursor).is_some() {
            return true;
        }
        cursor.next();
    }
    false
}

/// The attribute of ours that comes next, unless Rust has one of that form too.
fn own_ahead(cursor: &Cursor) -> Option<(Name, Span)> {
    if !cursor.peek_punct(0, '#') {
        return None;
    }
    let mut inside = Cursor::of(cursor.peek_group(1, Delimiter::Bracket)?);
    let ident = inside.take_ident()?;
    let name = Name::of(&ident)?;
    let has_arguments = inside.peek_group(0, Delimiter::Parenthesis).is_some();
    let is_certain = match name {
        Name::Receive
        | Name::Defer
        | Name::After
        | Name::Always
        | Name::Done
        | Name::Child
        | Name::Ignore => has_arguments,
        Name::State | Name::Entry | Name::Exit => true,
        Name::Down | Name::Machine | Name::Data | Name::Messages | Name::Reply => false,
    };
    is_certain.then_some((name, ident.span()))
}

/// `module` is the module's name; none for what has methods.
fn inside_helper(cx: &mut Cx<'_>, module: Option<&str>, item: &[TokenTree]) {
    let Some(TokenTree::Group(group)) = item.last() else {
        return;
    };
    let mut cursor = Cursor::of(group);
    while !cursor.is_empty() {
        if let Some((name, span)) = own_ahead(&cursor) {
            match module {
                Some(module) => cx.diagnostics.row_outside_states(name.text(), span, module),
                None => cx.diagnostics.row_on_method(name.text(), span),
            }
        }
        cursor.next();
    }
}

fn other(
    attributes: TokenStream,
    visibility: Option<Visibility>,
    rest: Vec<TokenTree>,
    declared: Option<proc_macro2::Ident>,
) -> OtherItem {
    OtherItem {
        attributes,
        visibility,
        rest: rest.into_iter().collect(),
        declared,
    }
}
