//! `machine!(scxml = "door.scxml", …)`: what may be said there, and the file.
//!
//! Must not know of: what a document means.

use super::files::{Files, text_of};
use super::ir::Document;
use super::names::{camel, ident, is_ident, snake};
use super::problems::{Problems, errors};
use super::write::{Written, write};
use super::{Options, scxml, xstate};
use crate::compile::{Source, compile as machine};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use wink_chart::nearest;

const USAGE: &str = "write `machine! { scxml = \"door.scxml\", pub mod door }`, and if need be \
                     `events = { coin: u32 }`, `name = \"family/Door\"`, `errors = \"late\"`";

type Tokens = Peekable<proc_macro2::token_stream::IntoIter>;

/// What stands inside `machine!`.
#[derive(Clone)]
struct Arguments {
    /// `scxml` or `xstate`.
    format: String,
    file: syn::LitStr,
    /// `name = "…"`, for `#[machine(…)]`.
    name: Option<syn::LitStr>,
    options: Options,
}

/// The machine of a document. `source` is the file in which it is asked for, when that is known.
pub fn compile(tokens: TokenStream, source: Option<PathBuf>) -> TokenStream {
    let mut arguments = match arguments(tokens) {
        Ok(arguments) => arguments,
        Err(error) => return error.into_compile_error(),
    };
    let file = arguments.file.value();
    let (path, text) = match read(&file, source.as_deref()) {
        Ok(found) => found,
        Err(message) => return refused(&arguments, &message),
    };
    arguments.options.path = Some(path.to_string_lossy().into_owned());
    from_text(&arguments, &file, &text)
}

fn refused(arguments: &Arguments, message: &str) -> TokenStream {
    let error = syn::Error::new(arguments.file.span(), message).into_compile_error();
    let stub = stub(arguments);
    quote!(#error #stub)
}

/// A machine that does nothing, for a document that makes none, so that one mistake is one error.
fn stub(arguments: &Arguments) -> TokenStream {
    const NOTHING: &str = "<scxml><state/></scxml>";
    let mut problems = Problems::new("", NOTHING);
    let document = scxml::read(NOTHING, false, &mut Files::default(), &mut problems);
    let written = document.and_then(|one| write(&one, &arguments.options, &mut problems));
    written.map_or_else(TokenStream::new, |written| finish(arguments, written))
}

fn finish(arguments: &Arguments, written: Written) -> TokenStream {
    let name = arguments.name.as_ref().map(|name| quote!(name = #name));
    made(quote!(#name), written)
}

/// The machine, and in its module those that it invokes.
fn made(arguments: TokenStream, written: Written) -> TokenStream {
    let invoked = written.invoked.into_iter();
    let invoked: TokenStream = invoked.map(|one| made(TokenStream::new(), one)).collect();
    let mut item: Vec<TokenTree> = written.module.into_iter().collect();
    if let Some(TokenTree::Group(body)) = item.pop() {
        let inside = body.stream();
        let body = Group::new(body.delimiter(), quote!(#inside #invoked));
        item.push(TokenTree::Group(body));
    }
    machine(Source {
        arguments,
        item: item.into_iter().collect(),
        notes: Some(written.notes),
    })
}

fn from_text(arguments: &Arguments, file: &str, text: &str) -> TokenStream {
    let mut problems = Problems::new(file, text);
    let path = arguments.options.path.as_deref().map(Path::new);
    let mut files = Files::beside(path);
    let document = parse(arguments, text, &mut files, &mut problems);
    let options = Options {
        beside: files.paths(),
        ..arguments.options.clone()
    };
    let written = document.and_then(|one| write(&one, &options, &mut problems));
    match written {
        Some(written) if problems.is_empty() => finish(arguments, written),
        _ if arguments.options.report.is_some() => {
            let texts = problems.texts().join("\n");
            let options = Options {
                report: Some(texts),
                ..arguments.options.clone()
            };
            stub(&Arguments {
                options,
                ..arguments.clone()
            })
        }
        _ => {
            let errors = errors(&problems.texts());
            let stub = stub(arguments);
            quote!(#errors #stub)
        }
    }
}

fn parse(
    arguments: &Arguments,
    text: &str,
    files: &mut Files,
    problems: &mut Problems<'_>,
) -> Option<Document> {
    match arguments.format.as_str() {
        "scxml" => scxml::read(text, arguments.options.late, files, problems),
        _ => xstate::read(text, problems),
    }
}

/// The problems of a text, and whether it became a machine; for tests.
#[cfg(test)]
pub fn check(tokens: TokenStream, text: &str, path: Option<&Path>) -> (Vec<String>, TokenStream) {
    let arguments = arguments(tokens).expect("the arguments are sound");
    let file = arguments.file.value();
    let mut problems = Problems::new(&file, text);
    let mut files = Files::beside(path);
    let document = parse(&arguments, text, &mut files, &mut problems);
    let written = document.and_then(|one| write(&one, &arguments.options, &mut problems));
    let module = written.map_or_else(TokenStream::new, |written| written.module);
    (problems.texts(), module)
}

/// The file's path and text, or why there is none.
fn read(file: &str, source: Option<&Path>) -> Result<(PathBuf, String), String> {
    // As `include_str!`, beside the file that asks; then in the package's folder.
    let beside = source
        .and_then(Path::parent)
        .map(|folder| folder.join(file));
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map(|folder| Path::new(&folder).join(file));
    let places: Vec<PathBuf> = beside.into_iter().chain(package).collect();
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        let looked: Vec<String> = places
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect();
        return Err(format!(
            "there is no file `{file}`\nlooked for {}",
            looked.join(" and ")
        ));
    };
    let path = path
        .canonicalize()
        .map_err(|error| format!("`{file}`: {error}"))?;
    let text = text_of(&path, file)?;
    Ok((path, text))
}

/// What was said so far.
#[derive(Default)]
struct Said {
    format: String,
    file: Option<syn::LitStr>,
    name: Option<syn::LitStr>,
    events: Vec<(String, TokenStream)>,
    late: bool,
    report: bool,
}

impl Said {
    /// `key = value`
    fn take(&mut self, key: &Ident, tokens: &mut Tokens) -> syn::Result<()> {
        match key.to_string().as_str() {
            "scxml" | "xstate" if self.file.is_none() => {
                self.format = key.to_string();
                self.file = Some(string(tokens, key)?);
            }
            "name" => self.name = Some(string(tokens, key)?),
            "events" => self.events = take_events(tokens, key)?,
            "errors" => {
                let text = string(tokens, key)?;
                let value = text.value();
                if !["early", "late", "report"].contains(&value.as_str()) {
                    let message = "`errors` is \"early\" or \"late\"";
                    return Err(syn::Error::new(text.span(), message));
                }
                self.late = value != "early";
                // For tables of what works: a document that makes no machine says why in a
                // constant.
                self.report = value == "report";
            }
            other => {
                let words = ["scxml", "xstate", "name", "events", "errors"];
                let help = match (nearest(other, words), &self.file) {
                    (Some(meant), _) if meant != other => format!("did you mean `{meant}`?"),
                    (_, Some(_)) if ["scxml", "xstate"].contains(&other) => {
                        "a machine is of one document".to_owned()
                    }
                    _ => USAGE.to_owned(),
                };
                let message = format!("`machine!` knows no `{other}` here\nhelp: {help}");
                return Err(syn::Error::new(key.span(), message));
            }
        }
        Ok(())
    }
}

fn arguments(tokens: TokenStream) -> syn::Result<Arguments> {
    let mut tokens = tokens.into_iter().peekable();
    let mut said = Said::default();
    let mut module = None;
    while tokens.peek().is_some() {
        if module.is_none() && is_module(&mut tokens) {
            module = Some(take_module(&mut tokens)?);
            continue;
        }
        let key = match tokens.next() {
            Some(TokenTree::Ident(key)) => key,
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => continue,
            other => return Err(unexpected(other.as_ref())),
        };
        match tokens.next() {
            Some(TokenTree::Punct(sign)) if sign.as_char() == '=' => {}
            other => return Err(unexpected(other.as_ref())),
        }
        said.take(&key, &mut tokens)?;
    }
    let Some(file) = said.file else {
        return Err(unexpected(None));
    };
    let (attributes, visibility, module) = match module {
        Some(module) => module,
        None => (TokenStream::new(), TokenStream::new(), from_file(&file)),
    };
    let mut machine = camel(&module.to_string());
    if ["State", "Message", "Context", "Locals", "Replies"].contains(&machine.as_str()) {
        machine.push_str("Machine");
    }
    let machine = match is_ident(&machine) {
        true => ident(&machine),
        false => ident("Machine"),
    };
    Ok(Arguments {
        format: said.format,
        file,
        name: said.name,
        options: Options {
            attributes,
            visibility,
            module,
            machine,
            events: said.events,
            late: said.late,
            report: said.report.then(String::new),
            path: None,
            beside: Vec::new(),
        },
    })
}

/// The module of a machine that nobody has named goes by its file.
fn from_file(file: &syn::LitStr) -> Ident {
    let path = PathBuf::from(file.value());
    let stem = path.file_stem().map(|stem| snake(&stem.to_string_lossy()));
    match stem.filter(|stem| is_ident(stem)) {
        Some(stem) => ident(&stem),
        None => ident("machine"),
    }
}

fn unexpected(token: Option<&TokenTree>) -> syn::Error {
    match token {
        Some(token) => syn::Error::new(token.span(), format!("did not expect this\nhelp: {USAGE}")),
        None => syn::Error::new(
            Span::call_site(),
            format!("something is missing\nhelp: {USAGE}"),
        ),
    }
}

fn string(tokens: &mut Tokens, key: &Ident) -> syn::Result<syn::LitStr> {
    let token = tokens.next();
    let span = token.as_ref().map_or(key.span(), TokenTree::span);
    let literal = token.map(TokenStream::from).map(syn::parse2::<syn::LitStr>);
    match literal {
        Some(Ok(literal)) => Ok(literal),
        _ => Err(syn::Error::new(
            span,
            format!("`{key}` is a text in quotes"),
        )),
    }
}

fn is_module(tokens: &mut Tokens) -> bool {
    match tokens.peek() {
        Some(TokenTree::Ident(word)) => word == "pub" || word == "mod",
        Some(TokenTree::Punct(sign)) => sign.as_char() == '#',
        _ => false,
    }
}

/// Attributes, visibility and name of `#[doc] pub(crate) mod door`.
fn take_module(tokens: &mut Tokens) -> syn::Result<(TokenStream, TokenStream, Ident)> {
    let mut attributes = TokenStream::new();
    while let Some(TokenTree::Punct(sign)) = tokens.peek()
        && sign.as_char() == '#'
    {
        attributes.extend(tokens.next());
        attributes.extend(tokens.next());
    }
    let mut visibility = TokenStream::new();
    loop {
        match tokens.next() {
            Some(TokenTree::Ident(word)) if word == "mod" => break,
            Some(token @ (TokenTree::Ident(_) | TokenTree::Group(_))) => visibility.extend([token]),
            other => return Err(unexpected(other.as_ref())),
        }
    }
    match tokens.next() {
        Some(TokenTree::Ident(name)) => {
            if let Some(TokenTree::Punct(sign)) = tokens.peek()
                && sign.as_char() == ';'
            {
                tokens.next();
            }
            Ok((attributes, visibility, name))
        }
        other => Err(unexpected(other.as_ref())),
    }
}

/// `{ coin: u32, door.opened: Report, "half-open": () }`
fn take_events(tokens: &mut Tokens, key: &Ident) -> syn::Result<Vec<(String, TokenStream)>> {
    let group = match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        other => {
            let span = other.as_ref().map_or(key.span(), TokenTree::span);
            let message = "write `events = { coin: u32, door.opened: Report }`";
            return Err(syn::Error::new(span, message));
        }
    };
    let mut events: Vec<(String, TokenStream)> = Vec::new();
    let mut inside = group.stream().into_iter().peekable();
    while inside.peek().is_some() {
        let mut name = String::new();
        let mut span = key.span();
        loop {
            match inside.next() {
                Some(TokenTree::Punct(sign)) if sign.as_char() == ':' && !name.is_empty() => break,
                Some(TokenTree::Punct(sign)) if ".-".contains(sign.as_char()) => {
                    name.push(sign.as_char());
                }
                Some(TokenTree::Ident(word)) => {
                    span = word.span();
                    name.push_str(&word.to_string());
                }
                Some(TokenTree::Literal(literal)) => {
                    span = literal.span();
                    name.push_str(literal.to_string().trim_matches('"'));
                }
                other => return Err(unexpected(other.as_ref())),
            }
        }
        let mut ty = TokenStream::new();
        let mut angles = 0_i32;
        for token in inside.by_ref() {
            if let TokenTree::Punct(sign) = &token {
                angles += i32::from(sign.as_char() == '<') - i32::from(sign.as_char() == '>');
                if sign.as_char() == ',' && angles == 0 {
                    break;
                }
            }
            ty.extend([token]);
        }
        syn::parse2::<syn::Type>(ty.clone())
            .map_err(|error| syn::Error::new(error.span(), format!("`{name}`: {error}")))?;
        if events.iter().any(|(other, _)| *other == name) {
            return Err(syn::Error::new(span, format!("`{name}` is declared twice")));
        }
        events.push((name, ty));
    }
    Ok(events)
}
