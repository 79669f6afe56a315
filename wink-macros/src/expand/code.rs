//! Code in the making.
//!
//! Most of what is generated holds no token of the user's. That is written as text and becomes
//! tokens in one go, which costs a small part of what making the tokens one by one does.
//!
//! In the text `__w` is `::wink::private`, and local names begin with two underscores: what the
//! user's fields are called cannot meet them.
//!
//! Must not know of: charts.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt;
use std::str::FromStr;

/// What the text of a function's body begins with.
pub const IMPORT: &str = "use ::wink::private as __w;";

/// Text, with tokens of the user's in between.
#[derive(Default)]
pub struct Code {
    done: TokenStream,
    /// What comes after `done`. Outside of a group every bracket that it opens it closes.
    text: String,
    /// Something in it is awaited.
    pub waits: bool,
}

impl Code {
    pub fn new() -> Code {
        Code::default()
    }

    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.text.is_empty()
    }

    /// Appends text that is tokens by itself.
    pub fn text(&mut self, text: &str) -> &mut Code {
        self.text.push_str(text);
        self
    }

    /// Appends tokens as they are, with their places.
    pub fn tokens(&mut self, tokens: impl ToTokens) -> &mut Code {
        self.flush();
        tokens.to_tokens(&mut self.done);
        self
    }

    pub fn append(&mut self, other: Code) -> &mut Code {
        self.waits |= other.waits;
        if other.done.is_empty() {
            self.text.push_str(&other.text);
        } else {
            self.flush();
            self.done.extend(other.done);
            self.text = other.text;
        }
        self
    }

    /// Appends `{ … }`.
    pub fn block(&mut self, inner: Code) -> &mut Code {
        self.group(Delimiter::Brace, inner)
    }

    /// Appends `( … )`.
    pub fn list(&mut self, inner: Code) -> &mut Code {
        self.group(Delimiter::Parenthesis, inner)
    }

    fn group(&mut self, delimiter: Delimiter, inner: Code) -> &mut Code {
        self.waits |= inner.waits;
        if inner.done.is_empty() {
            let (open, close) = match delimiter {
                Delimiter::Parenthesis => ('(', ')'),
                _ => ('{', '}'),
            };
            self.text.push(open);
            self.text.push_str(&inner.text);
            self.text.push(close);
            return self;
        }
        self.tokens(Group::new(delimiter, inner.finish()))
    }

    /// All of it as tokens.
    pub fn finish(mut self) -> TokenStream {
        self.flush();
        self.done
    }

    /// All of it as tokens that stand where `span` does, groups' insides excepted.
    pub fn finish_at(self, span: Span) -> TokenStream {
        let moved = self.finish().into_iter().map(|mut token: TokenTree| {
            token.set_span(span);
            token
        });
        moved.collect()
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.done.extend(lex(&self.text));
            self.text.clear();
        }
    }
}

impl<T: Into<String>> From<T> for Code {
    fn from(text: T) -> Code {
        Code {
            text: text.into(),
            ..Code::default()
        }
    }
}

impl fmt::Write for Code {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

/// Appends formatted text: `say!(code, "{}::take({row});", …)`.
macro_rules! say {
    ($code:expr, $($text:tt)*) => {{
        use std::fmt::Write as _;
        // Text takes everything.
        let _ = write!($code, $($text)*);
    }};
}
pub(super) use say;

/// The tokens of a text of ours.
pub fn lex(text: &str) -> TokenStream {
    // proc_macro2 would read the text a first time by itself, to be sure that it can be read.
    if proc_macro::is_available() {
        return match proc_macro::TokenStream::from_str(text) {
            Ok(tokens) => tokens.into(),
            Err(error) => panic!("{error} in generated text: {text}"),
        };
    }
    TokenStream::from_str(text).unwrap_or_else(|error| panic!("{error} in generated text: {text}"))
}
