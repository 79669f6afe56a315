//! The pipeline, on one screen: tokens, syntax tree, model, rules, tokens.

use crate::diagnostics::Diagnostics;
use crate::document::Notes;
use crate::{check, expand, fallback, model, parse, show};
use proc_macro2::TokenStream;

/// What a person wrote, whichever door it came through.
pub struct Source {
    /// What stands between the parentheses of `#[machine(…)]`; empty behind `machine!`.
    pub arguments: TokenStream,
    /// The annotated module.
    pub item: TokenStream,
    /// What the document says beside the module that it became; `None` for what a person wrote.
    pub notes: Option<Notes>,
}

/// The module as a machine, beside everything that is wrong with it.
pub fn compile(source: Source) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(machine) = parse::machine(&mut diagnostics, &source) else {
        return beside(fallback::items(source.item), diagnostics);
    };
    let mut chart = model::build(&mut diagnostics, &machine, source.notes.as_ref());
    let blame = match source.notes {
        // A document has rules of its own, which its reader knows.
        Some(_) => check::Blame::default(),
        None => check::all(&mut diagnostics, &chart), // skips what is already broken
    };
    for function in blame.functions {
        chart.functions[function.0].broken = true;
    }
    let is_whole = chart.data.is_some() && machine.messages.is_some() && !machine.is_incomplete;
    let tokens = match is_whole && !blame.machine {
        true => expand::machine(&chart), // broken parts become stubs
        // Without data, messages or names of its own there is no type that it could be.
        false => fallback::machine(&machine),
    };
    print_on_request(&machine.ident, &tokens);
    beside(tokens, diagnostics)
}

fn beside(mut tokens: TokenStream, diagnostics: Diagnostics) -> TokenStream {
    tokens.extend(diagnostics.finish());
    tokens
}

/// `WINK_EXPAND=turnstile` shows what became of one machine, on standard error.
fn print_on_request(ident: &proc_macro2::Ident, tokens: &TokenStream) {
    if std::env::var_os("WINK_EXPAND").is_some_and(|wanted| *ident == wanted.to_string_lossy()) {
        eprintln!("{}", show::lines(tokens.clone()));
    }
}
