//! Diagnostics as tokens that make rustc print them.
//!
//! Must not know of: what any of them means. No `quote!` here: every token has a span of its own.

use super::{Diagnostic, Level};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};

/// Errors become `compile_error!`s; warnings become uses of deprecated items, the only way on
/// stable Rust for a macro to warn. In source order.
pub fn emit(list: &[Diagnostic]) -> TokenStream {
    let mut order: Vec<&Diagnostic> = list.iter().collect();
    order.sort_by_key(|diagnostic| position(diagnostic.span.0));
    let mut tokens = TokenStream::new();
    for diagnostic in order {
        let text = text(diagnostic);
        match diagnostic.level {
            Level::Error => {
                error(&mut tokens, diagnostic.span, &text);
                if let Some((span, text)) = &diagnostic.other {
                    error(&mut tokens, (*span, *span), &format!("note: {text}"));
                }
            }
            Level::Warning(lint) => warning(&mut tokens, lint, diagnostic.span.0, &text),
        }
    }
    tokens
}

/// The message, then its help; rustc indents what follows the first line.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(&help.replace('\n', "\n      "));
    }
    if let Level::Warning(lint) = diagnostic.level {
        text.push_str(&format!("\nnote: `#[allow({lint})]` says that it is meant"));
    }
    text
}

/// `::core::compile_error! { "…" }`: rustc points from the first token to the last.
fn error(tokens: &mut TokenStream, span: (Span, Span), text: &str) {
    tokens.extend(code("::core::compile_error!", span.0));
    tokens.extend([group(Delimiter::Brace, literal(text, span.1), span.1)]);
}

/// `const _: () = { #[deprecated(note = "…")] const lint: () = (); lint };`
/// rustc points at the use.
fn warning(tokens: &mut TokenStream, lint: &str, span: Span, text: &str) {
    let here = Span::call_site();
    let mut note = code("note =", here);
    note.extend(literal(text, here));
    let mut deprecated = code("deprecated", here);
    deprecated.extend([group(Delimiter::Parenthesis, note, here)]);
    let mut body = code("#[allow(non_upper_case_globals)] #", here);
    body.extend([group(Delimiter::Bracket, deprecated, here)]);
    body.extend(code(&format!("const {lint}: () = ();"), here));
    body.extend([TokenTree::from(Ident::new(lint, span))]);
    tokens.extend(code("const _: () =", here));
    tokens.extend([group(Delimiter::Brace, body, here)]);
    tokens.extend(code(";", here));
}

/// Source text as tokens that all stand at `span`.
fn code(text: &str, span: Span) -> TokenStream {
    let tokens: TokenStream = text.parse().expect("a text of ours");
    tokens.into_iter().map(|token| at(token, span)).collect()
}

fn at(mut token: TokenTree, span: Span) -> TokenTree {
    if let TokenTree::Group(group) = &token {
        let inner = group
            .stream()
            .into_iter()
            .map(|token| at(token, span))
            .collect();
        token = TokenTree::from(Group::new(group.delimiter(), inner));
    }
    token.set_span(span);
    token
}

fn literal(text: &str, span: Span) -> TokenStream {
    let mut literal = Literal::string(text);
    literal.set_span(span);
    TokenTree::from(literal).into()
}

fn group(delimiter: Delimiter, stream: TokenStream, span: Span) -> TokenTree {
    let mut group = Group::new(delimiter, stream);
    group.set_span(span);
    group.into()
}

/// Line and column, as far as this compiler tells them.
#[cfg(not(test))]
fn position(span: Span) -> (usize, usize) {
    if !proc_macro::is_available() {
        return (0, 0);
    }
    let start = span.unwrap().start();
    (start.line(), start.column())
}

/// Line and column; the fixtures have `span-locations`.
#[cfg(test)]
fn position(span: Span) -> (usize, usize) {
    let start = span.start();
    (start.line, start.column)
}
