//! Row attributes: `#[receive(A | B if guard => x | stay, reenter)]` and its relatives.
//!
//! Must not know of: which messages and states there are.

use super::attributes::{Name, Own, string_value, usage};
use super::cursor::{Cursor, is_group, is_keyword, is_operator, is_punct};
use super::{Cx, duration};
use crate::ast::{DelayLiteral, Guard, Pattern, Row, RowAttribute, Target};
use crate::nearest::nearest;
use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use wink_chart::ChildSignal;

/// Reads one attribute into a row. What is wrong with it is reported, and the row is `broken`
/// but keeps what could be read, so that nothing follows from the mistake elsewhere.
pub fn row(cx: &mut Cx<'_>, own: Own, allows: &[Ident]) -> Row {
    let mut row = Row {
        kind: kind(own.name),
        span: own.span,
        patterns: Vec::new(),
        guard: None,
        targets: Vec::new(),
        arrow: None,
        reenter: None,
        delay: None,
        child: None,
        allows: allows.to_vec(),
        broken: own.misspelt,
    };
    let Some(arguments) = &own.arguments else {
        if !matches!(own.name, Name::Always | Name::Done | Name::Down) && !own.misspelt {
            cx.diagnostics
                .attribute_form(own.name.text(), own.span, usage(own.name));
            row.broken = true;
        }
        return row;
    };
    let mut cursor = Cursor::of(arguments);
    head(cx, &own, &mut row, &mut cursor);
    if let Some(keyword) = cursor.take_keyword("if") {
        guard(cx, &mut row, &mut cursor, keyword.span());
    }
    if let Some(arrow) = cursor.take_operator('=', '>') {
        row.arrow = Some(arrow);
        targets(cx, &mut row, &mut cursor, arrow);
    }
    options(cx, &own, &mut row, &mut cursor);
    if let (Some(arrow), RowAttribute::Ignore | RowAttribute::Defer) = (row.arrow, row.kind) {
        cx.diagnostics
            .kept_message_goes_nowhere(own.name.text(), arrow);
        row.broken = true;
        row.targets.clear();
    }
    row
}

fn kind(name: Name) -> RowAttribute {
    match name {
        Name::Ignore => RowAttribute::Ignore,
        Name::Defer => RowAttribute::Defer,
        Name::After => RowAttribute::After,
        Name::Always => RowAttribute::Always,
        Name::Done => RowAttribute::Done,
        Name::Child => RowAttribute::Child,
        Name::Down => RowAttribute::Down,
        _ => RowAttribute::Receive,
    }
}

/// What stands before `if` and `=>`.
fn head(cx: &mut Cx<'_>, own: &Own, row: &mut Row, cursor: &mut Cursor) {
    let tokens = cursor.until(|tokens| {
        is_keyword(tokens.first(), "if")
            || is_operator(tokens, '=', '>')
            || is_punct(tokens.first(), ',')
    });
    let start = tokens.first().map_or(own.span, TokenTree::span);
    let is_empty = tokens.is_empty();
    let mut head = Cursor::from_list(tokens, start);
    match row.kind {
        RowAttribute::Receive | RowAttribute::Ignore | RowAttribute::Defer => {
            if is_empty {
                cx.diagnostics
                    .attribute_form(own.name.text(), start, usage(own.name));
                row.broken = true;
            }
            patterns(cx, row, &mut head);
        }
        RowAttribute::After => delay(cx, row, &mut head),
        RowAttribute::Child => signal(cx, row, &mut head),
        RowAttribute::Always | RowAttribute::Done | RowAttribute::Down => {}
    }
    if let Some(token) = head.peek() {
        if !row.broken {
            cx.diagnostics
                .attribute_form(own.name.text(), token.span(), usage(own.name));
        }
        row.broken = true;
    }
}

fn patterns(cx: &mut Cx<'_>, row: &mut Row, head: &mut Cursor) {
    while !head.is_empty() {
        let Some(mut ident) = head.take_ident() else {
            return;
        };
        while head.peek_operator(0, ':', ':') {
            head.take_operator(':', ':');
            let Some(last) = head.take_ident() else {
                return;
            };
            cx.diagnostics
                .path_where_a_name_is_enough(&ident, &last, "message");
            row.broken = true;
            ident = last;
        }
        let is_destructured = is_group(head.peek(), Delimiter::Brace)
            || is_group(head.peek(), Delimiter::Parenthesis);
        if is_destructured {
            cx.diagnostics.fields_in_row(&ident, head.span());
            row.broken = true;
            head.next();
        }
        row.patterns.push(match ident == "_" {
            true => Pattern::Any(ident.span()),
            false => Pattern::Message(ident),
        });
        if head.take_punct('|').is_none() {
            return;
        }
        if head.is_empty() {
            cx.diagnostics
                .missing_after("|", "a message", "A | B", head.last_span());
            row.broken = true;
        }
    }
}

fn delay(cx: &mut Cx<'_>, row: &mut Row, head: &mut Cursor) {
    let span = head.span();
    let Some(literal) = head.take_literal() else {
        cx.diagnostics.bad_time(span, "the time is missing", None);
        row.broken = true;
        return;
    };
    let Some(text) = string_value(&literal) else {
        let text = literal.to_string();
        let pasted = duration::nanoseconds(&text).is_ok().then_some(text);
        cx.diagnostics
            .bad_time(span, "a time is written in quotes", pasted);
        row.broken = true;
        return;
    };
    match duration::nanoseconds(&text) {
        Ok(nanoseconds) => row.delay = Some(DelayLiteral { nanoseconds, text }),
        Err(reason) => {
            cx.diagnostics.bad_time(span, &reason, None);
            row.broken = true;
        }
    }
}

fn signal(cx: &mut Cx<'_>, row: &mut Row, head: &mut Cursor) {
    const SIGNALS: [(&str, ChildSignal); 4] = [
        ("started", ChildSignal::Started),
        ("pulsed", ChildSignal::Pulsed),
        ("errored", ChildSignal::Errored),
        ("exited", ChildSignal::Exited),
    ];
    let span = head.span();
    let Some(ident) = head.take_ident() else {
        cx.diagnostics.missing_signal(span);
        row.broken = true;
        return;
    };
    match SIGNALS.iter().find(|(name, _)| ident == name) {
        Some((_, signal)) => row.child = Some((*signal, ident.span())),
        None => {
            let guess = nearest(&ident.to_string(), SIGNALS.iter().map(|(name, _)| *name));
            cx.diagnostics.unknown_signal(&ident, guess);
            row.broken = true;
        }
    }
}

/// Everything up to `=>`, or up to an option at the end.
fn guard(cx: &mut Cx<'_>, row: &mut Row, cursor: &mut Cursor, keyword: Span) {
    let mut tokens = Vec::new();
    while !cursor.is_empty() && !cursor.peek_operator(0, '=', '>') && !at_last_option(cursor) {
        tokens.extend(cursor.next());
    }
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        cx.diagnostics
            .missing_after("if", "a guard", "if value >= 2", keyword);
        row.broken = true;
        return;
    };
    let (span, end) = (first.span(), last.span());
    let is_let = is_keyword(Some(first), "let");
    let tokens: proc_macro2::TokenStream = tokens.into_iter().collect();
    if is_let {
        cx.diagnostics.let_guard(span, end);
        row.broken = true;
        return;
    }
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(_) => row.guard = Some(Guard { tokens, span, end }),
        Err(error) => {
            cx.diagnostics.bad_guard(&error, end);
            row.broken = true;
        }
    }
}

/// `, reenter` and nothing else: a comma may also stand inside a guard's `<…>`.
fn at_last_option(cursor: &Cursor) -> bool {
    cursor.peek_punct(0, ',')
        && (cursor.peek_at(1).is_none()
            || (cursor.peek_keyword(1, "reenter") && cursor.peek_at(2).is_none()))
}

fn targets(cx: &mut Cx<'_>, row: &mut Row, cursor: &mut Cursor, arrow: Span) {
    let mut separator = ("=>", arrow, "=> state");
    loop {
        let span = cursor.span();
        let Some(ident) = cursor.take_ident() else {
            let place = if cursor.is_empty() { separator.1 } else { span };
            cx.diagnostics
                .missing_after(separator.0, "a state", separator.2, place);
            row.broken = true;
            // Whatever it is, it is no second mistake.
            while !cursor.is_empty() && !cursor.peek_punct(0, ',') {
                cursor.next();
            }
            return;
        };
        if let Some(target) = target(cx, row, cursor, ident) {
            row.targets.push(target);
        }
        match cursor.take_punct('|') {
            Some(punct) => separator = ("|", punct.span(), "a | b"),
            None => return,
        }
    }
}

fn target(cx: &mut Cx<'_>, row: &mut Row, cursor: &mut Cursor, mut ident: Ident) -> Option<Target> {
    while cursor.peek_operator(0, ':', ':') {
        cursor.take_operator(':', ':');
        let last = cursor.take_ident()?;
        cx.diagnostics
            .path_where_a_name_is_enough(&ident, &last, "state");
        row.broken = true;
        ident = last;
    }
    let Some(group) = cursor.take_group(Delimiter::Parenthesis) else {
        return Some(match ident == "stay" {
            true => Target::Stay(ident.span()),
            false => Target::State(ident),
        });
    };
    let deep = ident == "deep_history";
    if !deep && ident != "history" {
        let guess = nearest(&ident.to_string(), ["history", "deep_history"]);
        cx.diagnostics.unknown_target_form(&ident, guess);
        row.broken = true;
        return None;
    }
    let mut inside = Cursor::of(&group);
    match (inside.take_ident(), inside.next()) {
        (Some(of), None) => Some(Target::History { deep, of }),
        (_, extra) => {
            let span = extra.map_or(group.span(), |token| token.span());
            cx.diagnostics.history_of_one(&ident, span);
            row.broken = true;
            None
        }
    }
}

fn options(cx: &mut Cx<'_>, own: &Own, row: &mut Row, cursor: &mut Cursor) {
    while let Some(comma) = cursor.take_punct(',') {
        if cursor.is_empty() {
            return;
        }
        let span = cursor.span();
        let Some(ident) = cursor.take_ident() else {
            cx.diagnostics
                .missing_after(",", "an option", "=> state, reenter", comma.span());
            row.broken = true;
            return;
        };
        if ident == "reenter" {
            if row.reenter.replace(span).is_some() {
                cx.diagnostics.said_twice("reenter", span);
                row.broken = true;
            } else if row.arrow.is_none() {
                cx.diagnostics.reenter_without_target(span);
                row.broken = true;
            }
        } else {
            let after_message = row.arrow.is_none() && row.guard.is_none();
            let guess = nearest(&ident.to_string(), ["reenter"]);
            cx.diagnostics
                .unknown_row_option(&ident, guess, after_message && starts_big(&ident));
            row.broken = true;
        }
    }
    if let Some(token) = cursor.peek() {
        if !row.broken {
            cx.diagnostics
                .attribute_form(own.name.text(), token.span(), usage(own.name));
        }
        row.broken = true;
    }
}

fn starts_big(ident: &Ident) -> bool {
    ident.to_string().starts_with(char::is_uppercase)
}
