//! A cursor over tokens, for what we split by hand instead of parsing it.
//!
//! Must not know of: wink. A procedural macro runs unoptimised, and most of a machine's tokens
//! are function bodies and foreign items that nobody needs as a tree; so groups stay closed
//! until someone asks for their inside.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::vec::IntoIter;

/// The tokens that are left of one group.
pub struct Cursor {
    tokens: IntoIter<TokenTree>,
    /// Where to point when a token is missing: the last one taken, or the group itself.
    here: Span,
}

impl Cursor {
    pub fn new(stream: TokenStream, start: Span) -> Self {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        Cursor {
            tokens: tokens.into_iter(),
            here: start,
        }
    }

    pub fn of(group: &Group) -> Self {
        Cursor::new(group.stream(), group.span())
    }

    /// The inside of a group of items. Fragments that a `macro_rules!` macro handed on in
    /// invisible groups count as if they had been written here.
    pub fn of_items(group: &Group) -> Self {
        Cursor::of(group).flat()
    }

    pub fn flat(self) -> Self {
        let is_flat = !self
            .tokens
            .as_slice()
            .iter()
            .any(|token| is_group(Some(token), Delimiter::None));
        if is_flat {
            return self;
        }
        let mut list = Vec::new();
        flatten(&mut list, self.tokens);
        Cursor::from_list(list, self.here)
    }

    pub fn from_list(tokens: Vec<TokenTree>, start: Span) -> Self {
        Cursor {
            tokens: tokens.into_iter(),
            here: start,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.as_slice().is_empty()
    }

    pub fn peek(&self) -> Option<&TokenTree> {
        self.peek_at(0)
    }

    pub fn peek_at(&self, ahead: usize) -> Option<&TokenTree> {
        self.tokens.as_slice().get(ahead)
    }

    /// The next token's span, or the last one's at the end.
    pub fn span(&self) -> Span {
        self.peek().map_or(self.here, TokenTree::span)
    }

    /// The span of the last token that was taken, or of the whole when none was.
    pub fn last_span(&self) -> Span {
        self.here
    }

    pub fn peek_punct(&self, ahead: usize, wanted: char) -> bool {
        matches!(self.peek_at(ahead), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
    }

    /// Two characters that are one operator, such as `=>`.
    pub fn peek_operator(&self, ahead: usize, first: char, second: char) -> bool {
        is_operator(
            &self.tokens.as_slice()[ahead.min(self.tokens.len())..],
            first,
            second,
        )
    }

    pub fn peek_ident(&self, ahead: usize) -> Option<&Ident> {
        match self.peek_at(ahead) {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    pub fn peek_keyword(&self, ahead: usize, wanted: &str) -> bool {
        self.peek_ident(ahead).is_some_and(|ident| ident == wanted)
    }

    pub fn peek_group(&self, ahead: usize, delimiter: Delimiter) -> Option<&Group> {
        match self.peek_at(ahead) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    pub fn take_punct(&mut self, wanted: char) -> Option<Punct> {
        if !self.peek_punct(0, wanted) {
            return None;
        }
        match self.next() {
            Some(TokenTree::Punct(punct)) => Some(punct),
            _ => None,
        }
    }

    /// Takes a two-character operator and returns its first character's span.
    pub fn take_operator(&mut self, first: char, second: char) -> Option<Span> {
        if !self.peek_operator(0, first, second) {
            return None;
        }
        let span = self.span();
        self.next();
        self.next();
        Some(span)
    }

    pub fn take_ident(&mut self) -> Option<Ident> {
        self.peek_ident(0)?;
        match self.next() {
            Some(TokenTree::Ident(ident)) => Some(ident),
            _ => None,
        }
    }

    pub fn take_keyword(&mut self, wanted: &str) -> Option<Ident> {
        if self.peek_keyword(0, wanted) {
            self.take_ident()
        } else {
            None
        }
    }

    pub fn take_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        self.peek_group(0, delimiter)?;
        match self.next() {
            Some(TokenTree::Group(group)) => Some(group),
            _ => None,
        }
    }

    /// Takes a literal, also one that a `macro_rules!` macro handed on in an invisible group.
    pub fn take_literal(&mut self) -> Option<Literal> {
        let literal = match self.peek()? {
            TokenTree::Literal(literal) => literal.clone(),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                Cursor::of(group).take_literal()?
            }
            _ => return None,
        };
        self.next();
        Some(literal)
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> Vec<TokenTree> {
        let rest: Vec<TokenTree> = self.tokens.by_ref().collect();
        if let Some(last) = rest.last() {
            self.here = last.span();
        }
        rest
    }

    /// Takes tokens up to, not including, the first outside all `<…>` for which `ends` holds.
    pub fn until(&mut self, ends: impl Fn(&[TokenTree]) -> bool) -> Vec<TokenTree> {
        let mut taken = Vec::new();
        let mut depth = 0usize;
        while let Some(token) = self.peek() {
            if depth == 0 && ends(self.tokens.as_slice()) {
                break;
            }
            let arrow = self.peek_operator(0, '-', '>') || self.peek_operator(0, '=', '>');
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
                TokenTree::Punct(punct) if punct.as_char() == '>' => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            taken.extend(self.next());
            if arrow {
                taken.extend(self.next());
            }
        }
        taken
    }

    /// Takes everything up to the next comma outside all `<…>`, and the comma.
    pub fn until_comma(&mut self) -> Vec<TokenTree> {
        let taken = self.until(|tokens| is_punct(tokens.first(), ','));
        self.take_punct(',');
        taken
    }
}

impl Iterator for Cursor {
    type Item = TokenTree;

    fn next(&mut self) -> Option<TokenTree> {
        let token = self.tokens.next()?;
        self.here = token.span();
        Some(token)
    }
}

fn flatten(list: &mut Vec<TokenTree>, tokens: impl Iterator<Item = TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flatten(list, group.stream().into_iter());
            }
            token => list.push(token),
        }
    }
}

pub fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

pub fn is_keyword(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == wanted)
}

pub fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// Whether the tokens begin with a two-character operator such as `=>`.
pub fn is_operator(tokens: &[TokenTree], first: char, second: char) -> bool {
    matches!(
        tokens,
        [TokenTree::Punct(one), TokenTree::Punct(two), ..]
            if one.as_char() == first
                && one.spacing() == Spacing::Joint
                && two.as_char() == second
    )
}
