//! Entry and exit functions: one of each in a state, and nothing else on them.

use super::{Blame, tree};
use crate::ast::Function;
use crate::diagnostics::Diagnostics;
use crate::model::Chart;
use proc_macro2::Span;

pub fn check(diagnostics: &mut Diagnostics, blame: &mut Blame, chart: &Chart<'_>) {
    for id in tree::ids(chart) {
        let functions = &tree::state(chart, id).body.functions;
        let name = tree::state(chart, id).ident;
        one(diagnostics, functions, "entry", name, |function| {
            function.entry
        });
        one(diagnostics, functions, "exit", name, |function| {
            function.exit
        });
    }
    blame.each(diagnostics, chart, |diagnostics, function| {
        let written = function.ast;
        let (kind, span) = match (written.entry, written.exit) {
            (Some(span), _) => ("entry", span),
            (None, Some(span)) => ("exit", span),
            (None, None) => return,
        };
        for row in &function.rows {
            let row = tree::row(chart, *row);
            let name = tree::attribute(row);
            let written = tree::written(row, None, None);
            diagnostics.row_on_entry_or_exit(row.ast.span, kind, span, name, &written);
        }
        if let Some(goto) = function.returns.goto {
            diagnostics.goto_on_entry_or_exit(goto, kind);
        } else if let (Some(value), Some(_)) = (super::replies::value(function), written.exit) {
            let (start, end) = super::text::ends(value);
            diagnostics.exit_returns(start, end, &super::text::text(value));
        }
    });
}

fn one(
    diagnostics: &mut Diagnostics,
    functions: &[Function],
    kind: &str,
    state: &proc_macro2::Ident,
    mark: impl Fn(&Function) -> Option<Span>,
) {
    let mut marked = functions
        .iter()
        .filter_map(|function| Some((function, mark(function)?)));
    let Some((_, first)) = marked.next() else {
        return;
    };
    for (function, second) in marked {
        let ident = &function.signature.ident;
        diagnostics.second_entry_or_exit(second, first, kind, state, ident);
    }
}
