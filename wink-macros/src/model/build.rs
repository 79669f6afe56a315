//! From the tree to the arenas.
//!
//! Must not know of: rules. Only what cannot be resolved is reported here.

use super::names::Names;
use super::{
    Chart, DefaultEntry, Document, Function, FunctionId, Message, MessageId, Returns, Row, RowId,
    RowKind, State, StateId, StateKind, Target, Trigger,
};
use super::{parameters, types};
use crate::ast::{self, Item, Pattern, RowAttribute};
use crate::diagnostics::Diagnostics;
use crate::document::{self, Notes};
use proc_macro2::Ident;
use syn::Type;
use syn::spanned::Spanned;

/// Gives every state, row and function its id, and every name the id that it stands for.
///
/// `notes` is what a document says beside its module.
pub fn build<'a>(
    diagnostics: &mut Diagnostics,
    ast: &'a ast::Machine,
    notes: Option<&'a Notes>,
) -> Chart<'a> {
    let variants = ast
        .messages
        .as_ref()
        .map_or(&[][..], |messages| &messages.variants);
    let mut chart = Chart {
        ast,
        data: ast.data.as_ref(),
        messages: variants.iter().map(|ast| Message { ast }).collect(),
        states: Vec::new(),
        rows: Vec::new(),
        functions: Vec::new(),
        document: None,
        lost_target: false,
    };
    add_state(&mut chart, None, None, &ast.body, &ast.ident);
    let names = Names::of(ast, &chart.states);
    // Everything below goes through items in source order, so ids are in document order.
    let mut next = StateId::ROOT;
    add_rows(diagnostics, &mut chart, &names, &mut next);
    // A local can be taken further down than its state's functions: all of them first.
    parameters::classify_all(diagnostics, &mut chart);
    chart.document = notes.map(|notes| document(&chart, notes));
    chart
}

/// Resolves the names in a document's notes, all of which are names of its module.
fn document<'a>(chart: &Chart<'a>, notes: &'a Notes) -> Document<'a> {
    let state = |name: &str| {
        let place = chart.states.iter().position(|state| state.ident == name);
        StateId(place.unwrap_or_default() as u16)
    };
    let target = |target: &document::Target| match target {
        document::Target::State(name) => Target::State(state(name)),
        document::Target::History { of, deep: false } => Target::History(state(of)),
        document::Target::History { of, deep: true } => Target::DeepHistory(state(of)),
    };
    let defaults = notes.defaults.iter().map(|default| DefaultEntry {
        of: default.of.as_deref().map_or(StateId::ROOT, state),
        kind: default.kind,
        targets: default.targets.iter().map(target).collect(),
        action: default.action.as_ref(),
    });
    let completions = notes.completions.iter().map(|completion| {
        let mut messages = chart.messages.iter();
        let message = messages.position(|message| message.ast.ident == completion.message);
        let message = MessageId(message.unwrap_or_default() as u16);
        (state(&completion.of), message, &*completion.function)
    });
    Document {
        notes,
        defaults: defaults.collect(),
        completions: completions.collect(),
    }
}

fn add_state<'a>(
    chart: &mut Chart<'a>,
    ast: Option<&'a ast::State>,
    parent: Option<StateId>,
    body: &'a ast::Body,
    ident: &'a Ident,
) -> StateId {
    let id = StateId(chart.states.len() as u16);
    let depth = parent.map_or(0, |parent| chart.states[parent.index()].depth + 1);
    chart.states.push(State {
        ast,
        body,
        ident,
        parent,
        children: Vec::new(),
        depth,
        kind: StateKind::Leaf,
        initial: None,
        entry: None,
        exit: None,
        local: None,
        rows: Vec::new(),
        shallow_history: false,
        deep_history: false,
    });
    let mut children = Vec::new();
    let mut initial = None;
    for child in &body.states {
        let child_id = add_state(chart, Some(child), Some(id), &child.body, &child.ident);
        children.push(child_id);
        if child.options.initial.is_some() {
            initial = initial.or(Some(child_id));
        }
    }
    let options = ast.map(|ast| &ast.options);
    let kind = match options {
        Some(options) if options.is_final.is_some() => StateKind::Final,
        Some(options) if options.parallel.is_some() => StateKind::Parallel,
        _ if children.is_empty() => StateKind::Leaf,
        _ => StateKind::Composite,
    };
    let state = &mut chart.states[id.index()];
    state.kind = kind;
    state.initial = initial.filter(|_| kind == StateKind::Composite);
    state.children = children;
    id
}

/// Adds the rows and functions of the state `next` and of all states in it.
fn add_rows<'a>(
    diagnostics: &mut Diagnostics,
    chart: &mut Chart<'a>,
    names: &Names<'a>,
    next: &mut StateId,
) {
    let state = *next;
    next.0 += 1;
    let body = chart.states[state.index()].body;
    for row in &body.rows {
        add_row(diagnostics, chart, names, state, None, row);
    }
    for item in &body.items {
        match item {
            Item::State(_) => add_rows(diagnostics, chart, names, next),
            Item::Function(at) => {
                add_function(diagnostics, chart, names, state, &body.functions[*at]);
            }
            _ => {}
        }
    }
}

fn add_function<'a>(
    diagnostics: &mut Diagnostics,
    chart: &mut Chart<'a>,
    names: &Names<'a>,
    state: StateId,
    ast: &'a ast::Function,
) {
    let id = FunctionId(chart.functions.len());
    let returns = returns(ast.signature.output.as_ref());
    let in_state = &mut chart.states[state.index()];
    if ast.entry.is_some() && in_state.entry.is_none() {
        in_state.entry = Some(id);
        in_state.local = returns.value;
    }
    if ast.exit.is_some() && in_state.exit.is_none() {
        in_state.exit = Some(id);
    }
    chart.functions.push(Function {
        ast,
        state,
        parameters: Vec::new(),
        returns,
        rows: Vec::new(),
        broken: ast.verbatim.is_some(),
    });
    for row in &ast.rows {
        add_row(diagnostics, chart, names, state, Some(id), row);
    }
}

fn add_row<'a>(
    diagnostics: &mut Diagnostics,
    chart: &mut Chart<'a>,
    names: &Names<'a>,
    source: StateId,
    function: Option<FunctionId>,
    ast: &'a ast::Row,
) {
    let id = RowId(chart.rows.len() as u16);
    let mut broken = ast.broken;
    let trigger = trigger(diagnostics, names, ast, &mut broken);
    let targets = targets(diagnostics, chart, names, ast, &mut broken);
    let kind = match ast.kind {
        RowAttribute::Ignore => RowKind::Ignore,
        RowAttribute::Defer => RowKind::Defer,
        _ => RowKind::Receive,
    };
    let chooses = function.is_some_and(|function| {
        let function = &mut chart.functions[function.0];
        function.rows.push(id);
        function.returns.goto.is_some()
    });
    chart.states[source.index()].rows.push(id);
    chart.rows.push(Row {
        ast,
        source,
        trigger,
        kind,
        targets,
        chooses,
        reenter: ast.reenter.is_some(),
        function,
        broken,
    });
}

fn trigger(
    diagnostics: &mut Diagnostics,
    names: &Names<'_>,
    ast: &ast::Row,
    broken: &mut bool,
) -> Trigger {
    match ast.kind {
        RowAttribute::Receive | RowAttribute::Ignore | RowAttribute::Defer => {}
        RowAttribute::After => return Trigger::After,
        RowAttribute::Always => return Trigger::Always,
        RowAttribute::Done => return Trigger::Done,
        RowAttribute::Down => return Trigger::Down,
        RowAttribute::Child => {
            return match &ast.child {
                Some((signal, _)) => Trigger::Child(*signal),
                None => Trigger::Child(super::ChildSignal::Exited),
            };
        }
    }
    let mut messages = Vec::new();
    let mut is_lost = ast.patterns.is_empty();
    for pattern in &ast.patterns {
        let Pattern::Message(ident) = pattern else {
            return Trigger::Any;
        };
        let found = names.message(diagnostics, ident);
        *broken |= !found.is_known;
        match found.id {
            Some(id) => messages.push(id),
            None => is_lost = true,
        }
    }
    match is_lost {
        // Nobody knows which message was meant: none shall be called unhandled.
        true => Trigger::Any,
        false => Trigger::Messages(messages),
    }
}

fn targets(
    diagnostics: &mut Diagnostics,
    chart: &mut Chart<'_>,
    names: &Names<'_>,
    ast: &ast::Row,
    broken: &mut bool,
) -> Vec<Target> {
    let mut targets = Vec::new();
    for target in &ast.targets {
        let ident = match target {
            ast::Target::Stay(_) => {
                targets.push(Target::Stay);
                continue;
            }
            ast::Target::State(ident) | ast::Target::History { of: ident, .. } => ident,
        };
        let found = names.state(diagnostics, ident);
        *broken |= !found.is_known;
        let Some(id) = found.id else {
            chart.lost_target = true;
            continue;
        };
        let state = &mut chart.states[id.index()];
        targets.push(match target {
            ast::Target::History { deep: true, .. } => {
                state.deep_history = true;
                Target::DeepHistory(id)
            }
            ast::Target::History { deep: false, .. } => {
                state.shallow_history = true;
                Target::History(id)
            }
            _ => Target::State(id),
        });
    }
    // Where a row that was not understood would have gone, nobody knows.
    chart.lost_target |= ast.broken && ast.targets.is_empty();
    targets
}

/// Reads `Answer`, `Goto` or `(Answer, Goto)`.
fn returns(output: Option<&Type>) -> Returns<'_> {
    let Some(output) = output else {
        return Returns::default();
    };
    match types::plain(output) {
        Type::Never(_) => Returns::default(),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Returns::default(),
        Type::Tuple(tuple) if tuple.elems.len() == 2 && is_goto(&tuple.elems[1]) => Returns {
            value: Some(&tuple.elems[0]),
            goto: Some(tuple.elems[1].span()),
        },
        ty if is_goto(ty) => Returns {
            value: None,
            goto: Some(ty.span()),
        },
        ty => Returns {
            value: Some(ty),
            goto: None,
        },
    }
}

fn is_goto(ty: &Type) -> bool {
    types::last_name(ty).is_some_and(|name| name == "Goto")
}
