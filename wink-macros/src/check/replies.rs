//! What receivers return: answers to questions, and a `Goto` where the row leaves a choice.

use super::text::{ends, text};
use super::{Blame, tree};
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, Function, MessageId, Parameter, ParameterKind, Row, RowKind, Trigger};
use proc_macro2::Ident;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

pub fn check(diagnostics: &mut Diagnostics, blame: &mut Blame, chart: &Chart<'_>) {
    for row in chart.rows.iter().filter(|row| row.function.is_none()) {
        one_row(diagnostics, chart, row, None);
    }
    blame.each(diagnostics, chart, |diagnostics, function| {
        if is_action(function) {
            return;
        }
        for row in &function.rows {
            one_row(diagnostics, chart, tree::row(chart, *row), Some(function));
        }
        needless(diagnostics, chart, function);
        one_goto(diagnostics, chart, function);
    });
}

fn one_row(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    row: &Row<'_>,
    function: Option<&Function<'_>>,
) {
    if row.broken || row.kind != RowKind::Receive {
        return;
    }
    choice(diagnostics, row, function);
    match &row.trigger {
        Trigger::Messages(messages) => answers(diagnostics, chart, row, messages, function),
        Trigger::Any => any(diagnostics, chart, row),
        _ => {}
    }
}

/// Entry and exit functions are the rule of `actions`.
fn is_action(function: &Function<'_>) -> bool {
    function.ast.entry.is_some() || function.ast.exit.is_some()
}

/// Several targets need somebody who chooses, and somebody who chooses needs targets.
fn choice(diagnostics: &mut Diagnostics, row: &Row<'_>, function: Option<&Function<'_>>) {
    let goto = function.and_then(|function| Some((function, function.returns.goto?)));
    let written = &row.ast.targets;
    match (goto, written.as_slice()) {
        (Some((function, goto)), []) => {
            let name = &function.ast.signature.ident;
            let written = tree::written(row, None, Some("state | stay"));
            diagnostics.goto_without_targets(row.ast.span, goto, name, &written);
        }
        (None, [first, .., last]) => {
            let targets: Vec<String> = written.iter().map(tree::target_text).collect();
            let (start, end) = (tree::target_span(first), tree::target_span(last));
            let function = function.map(|function| {
                let output = match value(function) {
                    Some(value) => format!("({}, Goto)", text(value)),
                    None => "Goto".to_owned(),
                };
                (&function.ast.signature.ident, output)
            });
            let written = tree::written(row, None, None);
            diagnostics.cannot_choose(start, end, &targets, function, &written);
        }
        _ => {}
    }
}

/// `Goto` is one type in a function.
fn one_goto(diagnostics: &mut Diagnostics, chart: &Chart<'_>, function: &Function<'_>) {
    if function.returns.goto.is_none() {
        return;
    }
    let rows = || {
        function
            .rows
            .iter()
            .map(|row| tree::row(chart, *row))
            .filter(|row| !row.broken && !row.targets.is_empty())
    };
    let Some(first) = rows().next() else { return };
    let span = |row: &Row<'_>| {
        row.ast
            .targets
            .first()
            .map_or(row.ast.span, tree::target_span)
    };
    for row in rows().skip(1) {
        let same = row.targets.len() == first.targets.len()
            && row
                .targets
                .iter()
                .all(|target| first.targets.contains(target));
        if !same {
            let targets: Vec<String> = first.ast.targets.iter().map(tree::target_text).collect();
            let name = &function.ast.signature.ident;
            let written = tree::written(row, None, Some(&targets.join(" | ")));
            diagnostics.goto_targets_differ(span(row), span(first), name, &written);
        }
    }
}

/// A row for questions is answered by its function, with the right type.
fn answers(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    row: &Row<'_>,
    messages: &[MessageId],
    function: Option<&Function<'_>>,
) {
    let asked = |id: &MessageId| chart.messages[id.index()].ast.reply.as_ref();
    let name = |id: &MessageId| pattern_of(row, messages, *id);
    let Some(first) = messages.first() else {
        return;
    };
    if let Some(other) = messages
        .iter()
        .find(|id| asked(id).is_some() != asked(first).is_some())
    {
        if let (Some(first), Some(second)) = (name(first), name(other)) {
            diagnostics.question_beside_plain(second, first, asked(other).is_some());
        }
        return;
    }
    for id in messages {
        let (Some(expected), Some(ident)) = (asked(id), name(id)) else {
            continue;
        };
        let answer = text(expected);
        let Some(function) = function else {
            diagnostics.question_without_function(ident, &answer);
            continue;
        };
        match (value(function), reply(function)) {
            (None, None) => {
                let name = &function.ast.signature.ident;
                diagnostics.question_unanswered(name, ident, &answer, function.returns.goto);
                return;
            }
            (Some(value), Some(reply)) => {
                let (start, _) = ends(value);
                diagnostics.answered_twice(start, reply.ast.ident.span(), ident, &answer);
                return;
            }
            (Some(value), None) => same_type(diagnostics, chart, *id, expected, value),
            (None, Some(parameter)) => {
                if let Some(inner) = argument(&parameter.ast.ty) {
                    same_type(diagnostics, chart, *id, expected, inner);
                }
            }
        }
    }
}

/// The name of a message as the row says it.
fn pattern_of<'a>(row: &Row<'a>, messages: &[MessageId], id: MessageId) -> Option<&'a Ident> {
    let at = messages.iter().position(|one| *one == id)?;
    let written: &'a [crate::ast::Pattern] = &row.ast.patterns;
    match written.get(at)? {
        crate::ast::Pattern::Message(ident) => Some(ident),
        crate::ast::Pattern::Any(_) => None,
    }
}

/// Compares two types where their names can mean only one thing; aliases are rustc's.
fn same_type(
    diagnostics: &mut Diagnostics,
    chart: &Chart<'_>,
    question: MessageId,
    expected: &Type,
    found: &Type,
) {
    let (wanted, got) = (text(expected), text(found));
    if wanted != got && is_plain(expected) && is_plain(found) {
        let (start, end) = ends(found);
        let ident = &chart.messages[question.index()].ast.ident;
        diagnostics.wrong_answer(start, end, ident, &wanted, &got);
    }
}

/// `_` takes the questions that no other row of the state names, and cannot answer them.
fn any(diagnostics: &mut Diagnostics, chart: &Chart<'_>, row: &Row<'_>) {
    let state = tree::state(chart, row.source);
    let named = |id: MessageId| {
        state
            .rows
            .iter()
            .any(|row| match &tree::row(chart, *row).trigger {
                Trigger::Messages(messages) => messages.contains(&id),
                _ => false,
            })
    };
    let questions: Vec<_> = (0..chart.messages.len())
        .filter(|index| !named(MessageId(*index as u16)))
        .filter_map(|index| {
            let message = chart.messages[index].ast;
            Some((message.ident.to_string(), text(message.reply.as_ref()?)))
        })
        .collect();
    let broken = state.rows.iter().any(|row| tree::row(chart, *row).broken);
    if let (Some((_, answer)), Some(pattern), false) =
        (questions.first(), row.ast.patterns.first(), broken)
    {
        let names: Vec<&String> = questions.iter().map(|(name, _)| name).collect();
        diagnostics.any_takes_question(tree::pattern_span(pattern), &names, answer, state.ident);
    }
}

/// An answer or a `Reply` where nothing asks.
fn needless(diagnostics: &mut Diagnostics, chart: &Chart<'_>, function: &Function<'_>) {
    let rows: Vec<&Row<'_>> = function
        .rows
        .iter()
        .map(|row| tree::row(chart, *row))
        .collect();
    let asks = |row: &&Row<'_>| match &row.trigger {
        Trigger::Messages(messages) => messages
            .iter()
            .any(|id| chart.messages[id.index()].ast.reply.is_some()),
        _ => false,
    };
    if rows.iter().any(|row| row.broken) {
        return;
    }
    let Some(row) = rows.iter().find(|row| !asks(row)) else {
        return;
    };
    let asked = rows.iter().find(|row| asks(row));
    let what = match (&row.trigger, tree::first_message(row)) {
        (Trigger::Messages(_), Some(message)) => format!("`{message}`"),
        (Trigger::Any, _) => "`_`".to_owned(),
        _ => format!("`{}`", tree::attribute(row)),
    };
    if let Some(value) = value(function) {
        let found = text(value);
        let (start, end) = ends(value);
        let error = diagnostics.answer_to_nobody(start, end, &what, &found);
        match (&row.trigger, asked) {
            (_, Some(_)) => error.help(format!("write a function of its own for {what}")),
            (Trigger::Messages(_), None) => error.help(format!(
                "remove `-> {found}`, or make the message a question: `#[reply({found})] {}`",
                what.trim_matches('`')
            )),
            _ => error.help(format!("remove `-> {found}`")),
        };
    }
    if let Some(parameter) = reply(function) {
        let span = parameter.ast.ident.span();
        let found = text(&parameter.ast.ty);
        let (_, end) = ends(&parameter.ast.ty);
        let inner = argument(&parameter.ast.ty).map_or_else(|| "…".to_owned(), text);
        let error = diagnostics.answer_to_nobody(span, end, &what, &found);
        match &row.trigger {
            Trigger::Messages(_) if asked.is_none() => error.help(format!(
                "remove the parameter, or make the message a question: `#[reply({inner})] {}`",
                what.trim_matches('`')
            )),
            _ => error.help("remove the parameter"),
        };
    }
}

/// What a function returns beside `Goto`, other than `()`.
pub fn value<'a>(function: &Function<'a>) -> Option<&'a Type> {
    function
        .returns
        .value
        .filter(|value| !matches!(value, Type::Tuple(one) if one.elems.is_empty()))
}

fn reply<'c, 'a>(function: &'c Function<'a>) -> Option<&'c Parameter<'a>> {
    function
        .parameters
        .iter()
        .find(|parameter| parameter.kind == ParameterKind::Reply)
}

/// `T` of `Reply<T>`.
fn argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether a type is made of names that nobody gives another meaning.
fn is_plain(ty: &Type) -> bool {
    const NAMES: [&str; 22] = [
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
        "i128", "isize", "f32", "f64", "String", "Option", "Vec", "Box", "BTreeMap", "HashMap",
    ];
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            path.path.segments.iter().all(|segment| {
                let arguments = match &segment.arguments {
                    PathArguments::None => true,
                    PathArguments::AngleBracketed(arguments) => {
                        arguments.args.iter().all(|argument| match argument {
                            GenericArgument::Type(ty) => is_plain(ty),
                            _ => false,
                        })
                    }
                    _ => false,
                };
                arguments && NAMES.iter().any(|name| segment.ident == name)
            })
        }
        Type::Path(_) => false,
        _ => ty.to_token_stream().to_string() == "str",
    }
}
