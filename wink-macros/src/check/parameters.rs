//! What a function may take together. What a single parameter stands for, the model knows.

use super::{Blame, tree};
use crate::diagnostics::Diagnostics;
use crate::model::{Chart, Function, Parameter, ParameterKind};

pub fn check(diagnostics: &mut Diagnostics, blame: &mut Blame, chart: &Chart<'_>) {
    blame.each(diagnostics, chart, |diagnostics, function| {
        twice(diagnostics, function);
        own_local(diagnostics, chart, function);
    });
}

/// Data, context, a local, a reply: there is one of each, so it can be lent or given once.
fn twice(diagnostics: &mut Diagnostics, function: &Function<'_>) {
    for (index, second) in function.parameters.iter().enumerate() {
        let earlier = function.parameters[..index].iter();
        let Some(first) = earlier.into_iter().find(|first| collide(first, second)) else {
            continue;
        };
        let what = match second.kind {
            ParameterKind::Data { .. } => "the data",
            ParameterKind::Context { .. } => "the context",
            ParameterKind::Local { .. } => "the state's local data",
            ParameterKind::Message { .. } => "the message",
            _ => "the reply",
        };
        diagnostics.taken_twice(&second.ast.ident, &first.ast.ident, what);
    }
}

/// Whether two parameters want the same thing, and one of them alone. `&T` is lent as often as
/// one likes.
fn collide(first: &Parameter<'_>, second: &Parameter<'_>) -> bool {
    use ParameterKind::{Context, Data, Local, Message, Reply};
    match (&first.kind, &second.kind) {
        (Data { mutable: one }, Data { mutable: two }) => *one || *two,
        (Context { .. }, Context { .. }) | (Reply, Reply) => true,
        (
            Local { of: one, mutable },
            Local {
                of: two,
                mutable: second,
            },
        ) => one == two && (*mutable || *second),
        (Message { by_reference: one }, Message { by_reference: two }) => !one || !two,
        _ => false,
    }
}

/// An entry function makes its state's local data, so it cannot take it.
fn own_local(diagnostics: &mut Diagnostics, chart: &Chart<'_>, function: &Function<'_>) {
    if function.ast.entry.is_none() {
        return;
    }
    for parameter in &function.parameters {
        if matches!(&parameter.kind, ParameterKind::Local { of, .. } if *of == function.state) {
            let state = tree::state(chart, function.state).ident;
            diagnostics.local_before_entry(&parameter.ast.ident, state);
        }
    }
}
