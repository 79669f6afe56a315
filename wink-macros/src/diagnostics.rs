//! What the compiler has to say: collected, put in source order, and emitted together.
//!
//! One constructor for each error and lint lives in `diagnostics/`; call sites read
//! `diagnostics.unknown_state(&name, candidates)`. Texts are lower case without a full stop,
//! names in back quotes; a `help:` ends in something that can be pasted.

use proc_macro2::{Span, TokenStream};

mod emit;
mod names;
mod rules;
mod supervisor;
mod syntax;

pub use rules::{LINTS, lint, listed};

/// Errors and warnings of one machine. Must be finished: dropping it with unsaid errors panics.
#[derive(Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    finished: bool,
}

/// One mistake.
pub struct Diagnostic {
    pub level: Level,
    pub message: String,
    /// The guilty tokens, from the first to the last.
    pub span: (Span, Span),
    /// A second place, with what it has to do with the mistake.
    pub other: Option<(Span, String)>,
    pub help: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    /// A lint; its name is what `#[allow(…)]` takes.
    Warning(&'static str),
}

impl Diagnostics {
    /// Reports an error at `span`; constructors in `diagnostics/` call this.
    fn error(&mut self, span: Span, message: String) -> &mut Diagnostic {
        self.push(Level::Error, span, message)
    }

    /// Reports a lint at `span`.
    fn warning(&mut self, lint: &'static str, span: Span, message: String) -> &mut Diagnostic {
        self.push(Level::Warning(lint), span, message)
    }

    fn push(&mut self, level: Level, span: Span, message: String) -> &mut Diagnostic {
        self.list.push(Diagnostic {
            level,
            message,
            span: (span, span),
            other: None,
            help: None,
        });
        self.list.last_mut().expect("just pushed")
    }

    /// A syntax error that syn found.
    pub fn syn(&mut self, error: syn::Error) {
        for error in error {
            self.error(error.span(), error.to_string());
        }
    }

    /// Whether anything forbids the machine.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|diagnostic| diagnostic.level == Level::Error)
    }

    /// All of it, in the order in which it was found; for the fixtures.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// The tokens that make rustc print everything, in source order.
    pub fn finish(mut self) -> TokenStream {
        self.finished = true;
        emit::emit(&self.list)
    }
}

impl Diagnostic {
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    pub fn to(&mut self, end: Span) -> &mut Self {
        self.span.1 = end;
        self
    }

    pub fn other(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.other = Some((span, text.into()));
        self
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        if !self.finished && !self.list.is_empty() && !std::thread::panicking() {
            panic!("diagnostics were collected but never finished");
        }
    }
}
