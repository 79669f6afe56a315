//! Expressions of a document as tokens, by its data model.
//!
//! Must not know of: where an expression stands.

use super::ecmascript::{self, Expression};
use super::flat::{Flat, Target};
use super::ir::{Document, Model, Source, Text};
use super::names::{camel, ident};
use super::problems::Problems;
use crate::nearest::nearest;
use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeMap;

/// What expressions become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// There is no data: conditions are plain code.
    Plain,
    /// Constants that are interpreted.
    Values,
    /// Code.
    Rust,
}

pub struct Expressions<'d> {
    pub mode: Mode,
    /// Mistakes show when the machine comes there.
    pub late: bool,
    pub flat: &'d Flat<'d>,
    /// By id: the variable's place.
    pub variables: BTreeMap<&'d str, usize>,
    /// Modules of states by their place: for conditions that are code.
    pub states: &'d [Ident],
}

/// Which mode a document needs.
pub fn mode(document: &Document, flat: &Flat<'_>) -> Mode {
    match document.model {
        Model::Rust => Mode::Rust,
        _ if has_sessions(document, flat) => Mode::Values,
        Model::Null => Mode::Plain,
        Model::Ecmascript if needs_values(flat) => Mode::Values,
        Model::Ecmascript => Mode::Plain,
    }
}

/// Whether the document invokes others, or is invoked.
fn has_sessions(document: &Document, flat: &Flat<'_>) -> bool {
    document.is_invoked || flat.states.iter().any(|state| !state.invokes.is_empty())
}

/// Whether anything in the document works on data.
fn needs_values(flat: &Flat<'_>) -> bool {
    use super::ir::{ContentKind, every};
    let plain = |text: &Text| ecmascript::parse(&text.text).is_ok_and(|one| is_plain(&one));
    let constant = |source: &Option<Source>| source.as_ref().is_none_or(is_constant);
    flat.states.iter().any(|state| {
        let conditions = state
            .transitions
            .iter()
            .filter_map(|one| one.condition.as_ref());
        let mut needs = !state.data.is_empty() || state.done.is_some();
        needs |= !conditions.into_iter().all(plain);
        for contents in state.contents() {
            every(contents, &mut |content| {
                needs |= match &content.kind {
                    ContentKind::Raise(_) | ContentKind::Call(_) => false,
                    ContentKind::Log { value, .. } => {
                        !constant(&value.clone().map(Source::Expression))
                    }
                    ContentKind::If(branches) => {
                        let mut conditions = branches.iter().filter_map(|(one, _)| one.as_ref());
                        !conditions.all(plain)
                    }
                    ContentKind::Send(send) => {
                        !(is_constant(&send.event)
                            && constant(&send.delay)
                            && constant(&send.target)
                            && constant(&send.processor)
                            && send.id_location.is_none()
                            && send.payload.is_empty())
                    }
                    ContentKind::Cancel(id) => !is_constant(id),
                    ContentKind::Assign { .. }
                    | ContentKind::Script(_)
                    | ContentKind::Each(_)
                    | ContentKind::Fail { .. } => true,
                };
            });
        }
        needs
    })
}

/// Whether a condition asks for nothing but where the machine is.
fn is_plain(expression: &Expression) -> bool {
    match expression {
        Expression::Bool(_) => true,
        Expression::In(state) => matches!(**state, Expression::Text(_)),
        Expression::Unary("Not", side) => is_plain(side),
        Expression::And(sides) | Expression::Or(sides) => sides.iter().all(is_plain),
        _ => false,
    }
}

fn is_constant(source: &Source) -> bool {
    constant(source).is_some()
}

/// The text of a literal, or of an expression that is one.
pub fn constant(source: &Source) -> Option<String> {
    match source {
        Source::Literal(text) => Some(text.text.clone()),
        Source::Expression(text) => match ecmascript::parse(&text.text).ok()? {
            Expression::Text(text) => Some(text),
            Expression::Number(number) => Some(number.to_string()),
            _ => None,
        },
    }
}

/// `::wink::private::document`
pub fn runtime() -> TokenStream {
    quote!(::wink::private::document)
}

impl Expressions<'_> {
    /// A condition as code that is `bool`, with `data` and `cx` in reach.
    pub fn condition(&self, text: &Text, problems: &mut Problems<'_>) -> TokenStream {
        match self.mode {
            Mode::Rust => self.rust(text, problems),
            Mode::Values => {
                let expression = self.value(text, problems);
                let runtime = runtime();
                quote!(#runtime::condition(data, cx, &#expression))
            }
            Mode::Plain => match self.parse(text, problems) {
                Some(expression) => self.plain(&expression, text, problems),
                None => quote!(false),
            },
        }
    }

    fn plain(
        &self,
        expression: &Expression,
        text: &Text,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let mut both = |sides: &[Expression; 2]| {
            let one = self.plain(&sides[0], text, problems);
            (one, self.plain(&sides[1], text, problems))
        };
        match expression {
            Expression::Bool(value) => quote!(#value),
            Expression::And(sides) => {
                let (one, other) = both(sides);
                quote!((#one && #other))
            }
            Expression::Or(sides) => {
                let (one, other) = both(sides);
                quote!((#one || #other))
            }
            Expression::Unary("Not", side) => {
                let side = self.plain(side, text, problems);
                quote!(!#side)
            }
            Expression::In(state) => match &**state {
                Expression::Text(state) => self.is_in(state, text, problems),
                _ => self.no_data(text, problems),
            },
            _ => self.no_data(text, problems),
        }
    }

    fn no_data(&self, text: &Text, problems: &mut Problems<'_>) -> TokenStream {
        let help = "`datamodel=\"ecmascript\"` or `datamodel=\"rust\"` has data";
        let message = "without a data model a condition can ask for `In('state')` only";
        problems.add_with(text.place, message, Some(help));
        quote!(false)
    }

    /// `cx.is_in(State::Opened)`
    fn is_in(&self, state: &str, text: &Text, problems: &mut Problems<'_>) -> TokenStream {
        match self.flat.find(state) {
            Some(Target::State(id)) => {
                let variant = ident(&camel(&self.states[id].to_string()));
                quote!(cx.is_in(State::#variant))
            }
            _ => {
                problems.add(text.place, format!("there is no state `{state}`"));
                quote!(false)
            }
        }
    }

    fn parse(&self, text: &Text, problems: &mut Problems<'_>) -> Option<Expression> {
        match ecmascript::parse(&text.text) {
            Ok(expression) => Some(expression),
            Err(mistake) => {
                problems.add_inside(text, mistake.at, mistake.message);
                None
            }
        }
    }

    /// An expression as a constant of the runtime's.
    pub fn value(&self, text: &Text, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        match ecmascript::parse(&text.text) {
            Ok(expression) => self.constant(&expression, text, problems),
            Err(mistake) => {
                if !self.late {
                    problems.add_inside(text, mistake.at, mistake.message);
                    return quote!(#runtime::Expression::Undefined);
                }
                let message = format!("`{}`: {}", text.text, mistake.message);
                quote!(#runtime::Expression::Illegal(#message))
            }
        }
    }

    /// The value of an attribute with two forms.
    pub fn source(&self, source: &Source, problems: &mut Problems<'_>) -> TokenStream {
        match source {
            Source::Expression(text) => self.value(text, problems),
            Source::Literal(text) => {
                let (runtime, text) = (runtime(), &text.text);
                quote!(#runtime::Expression::Text(#text))
            }
        }
    }

    /// Text between tags: an expression if it is one, otherwise itself.
    pub fn inside(&self, source: &Source, problems: &mut Problems<'_>) -> TokenStream {
        if let Source::Literal(text) = source
            && ecmascript::parse(&text.text).is_ok_and(|one| is_literal(&one))
        {
            return self.value(text, problems);
        }
        if let Source::Literal(text) = source {
            let words: Vec<&str> = text.text.split_whitespace().collect();
            let (runtime, text) = (runtime(), words.join(" "));
            return quote!(#runtime::Expression::Text(#text));
        }
        self.source(source, problems)
    }

    /// An expression that has been read, as a constant of the runtime's.
    pub fn constant(
        &self,
        expression: &Expression,
        text: &Text,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let runtime = runtime();
        let kind = quote!(#runtime::Expression);
        let of = |name: &str, parts: TokenStream| {
            let name = ident(name);
            quote!(#kind::#name(#parts))
        };
        let mut list = |parts: &[Expression]| -> TokenStream {
            let parts = parts.iter().map(|part| self.constant(part, text, problems));
            quote!(&[#(#parts),*])
        };
        match expression {
            Expression::Undefined => quote!(#kind::Undefined),
            Expression::Null => quote!(#kind::Null),
            Expression::Bool(value) => quote!(#kind::Bool(#value)),
            Expression::Number(value) if value.is_finite() => {
                let value = Literal::f64_suffixed(*value);
                quote!(#kind::Number(#value))
            }
            Expression::Number(_) => quote!(#kind::Number(::core::f64::INFINITY)),
            Expression::Text(text) => quote!(#kind::Text(#text)),
            Expression::List(parts) => of("List", list(parts)),
            Expression::Map(map) => {
                let parts = map.iter().map(|(name, part)| {
                    let part = self.constant(part, text, problems);
                    quote!((#name, #part))
                });
                let parts: Vec<TokenStream> = parts.collect();
                quote!(#kind::Map(&[#(#parts),*]))
            }
            Expression::Name(name, at) => {
                let place = problems.place_inside(text, *at);
                self.name(name, place, problems)
            }
            Expression::In(state) => {
                let state = self.constant(state, text, problems);
                quote!(#kind::In(&#state))
            }
            Expression::Member(sides) => of("Member", list(&**sides)),
            Expression::Unary(operator, side) => {
                let operator = ident(operator);
                let side = self.constant(side, text, problems);
                quote!(#kind::Unary(#runtime::Unary::#operator, &#side))
            }
            Expression::Binary(operator, sides) => {
                let operator = ident(operator);
                let sides = list(&**sides);
                quote!(#kind::Binary(#runtime::Binary::#operator, #sides))
            }
            Expression::Call(function, arguments) => {
                let (function, arguments) = (ident(function), list(arguments));
                quote!(#kind::Call(#runtime::Function::#function, #arguments))
            }
            Expression::And(sides) => of("And", list(&**sides)),
            Expression::Or(sides) => of("Or", list(&**sides)),
            Expression::Conditional(sides) => of("Conditional", list(&**sides)),
        }
    }

    fn name(&self, name: &str, place: usize, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        if let Some(&place) = self.variables.get(name) {
            return quote!(#runtime::Expression::Variable(#place));
        }
        let system = match name {
            "_event" => quote!(Event),
            "_sessionid" => quote!(SessionId),
            "_name" => quote!(Name),
            "_ioprocessors" => quote!(IoProcessors),
            _ => {
                if !self.late {
                    let guess = nearest(name, self.variables.keys().copied());
                    let help = guess.map_or_else(
                        || format!("declare it: `<data id=\"{name}\"/>`"),
                        |guess| format!("did you mean `{guess}`?"),
                    );
                    let message = format!("there is no variable `{name}`");
                    problems.add_with(place, &message, Some(help));
                }
                return quote!(#runtime::Expression::Unknown(#name));
            }
        };
        quote!(#runtime::Expression::System(#runtime::System::#system))
    }

    /// An expression of Rust, with variables as fields of `data`.
    pub fn rust(&self, text: &Text, problems: &mut Problems<'_>) -> TokenStream {
        let tokens = match text.text.parse::<TokenStream>() {
            Ok(tokens) => tokens,
            Err(error) => {
                problems.add(text.place, format!("this is no Rust: {error}"));
                return quote!(::core::unreachable!());
            }
        };
        if let Err(error) = syn::parse2::<syn::Expr>(tokens.clone()) {
            problems.add(
                text.place,
                format!("this is no expression of Rust: {error}"),
            );
            return quote!(::core::unreachable!());
        }
        self.rewrite(tokens, text, problems)
    }

    fn rewrite(
        &self,
        tokens: TokenStream,
        text: &Text,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut result = TokenStream::new();
        let is_punct = |at: Option<usize>, character: char| {
            matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(punct))
                if punct.as_char() == character)
        };
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let after_dot =
                is_punct(index.checked_sub(1), '.') && !is_punct(index.checked_sub(2), '.');
            let in_path = is_punct(index.checked_sub(1), ':')
                || (is_punct(Some(index + 1), ':') && is_punct(Some(index + 2), ':'));
            match token {
                TokenTree::Group(group) => {
                    let inner = self.rewrite(group.stream(), text, problems);
                    result.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
                }
                TokenTree::Ident(ident) if !after_dot && !in_path => {
                    let name = ident.to_string();
                    if let Some(state) = called(&tokens, index).filter(|_| name == "In") {
                        result.extend(self.is_in(&state, text, problems));
                        index += 1;
                    } else if name == "_event" && is_punct(Some(index + 1), '.') {
                        // `_event.data` is what the row's message carries.
                        result.extend(quote!((*__carried)));
                        index += 2;
                    } else if self.variables.contains_key(name.as_str()) {
                        result.extend(quote!(data.#ident));
                    } else {
                        result.extend([token.clone()]);
                    }
                }
                token => result.extend([token.clone()]),
            }
            index += 1;
        }
        result
    }
}

/// The text in `In("text")`, when that stands there.
fn called(tokens: &[TokenTree], index: usize) -> Option<String> {
    let Some(TokenTree::Group(group)) = tokens.get(index + 1) else {
        return None;
    };
    if group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let literal: syn::LitStr = syn::parse2(group.stream()).ok()?;
    Some(literal.value())
}

/// Whether an expression is a value as it stands.
fn is_literal(expression: &Expression) -> bool {
    match expression {
        Expression::Null | Expression::Bool(_) | Expression::Number(_) | Expression::Text(_) => {
            true
        }
        Expression::List(parts) => parts.iter().all(is_literal),
        Expression::Map(map) => map.iter().all(|(_, part)| is_literal(part)),
        Expression::Unary("Minus", side) => is_literal(side),
        _ => false,
    }
}
