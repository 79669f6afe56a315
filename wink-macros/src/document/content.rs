//! Executable content as code.
//!
//! Must not know of: where a block stands.

use super::events::{Carried, Events};
use super::expressions::{Expressions, Mode, constant, runtime};
use super::ir::{Content, ContentKind, Each, Payload, Place, Send, Source, Text};
use super::names::{ident, is_ident};
use super::problems::Problems;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

mod script;

pub struct Contents<'d> {
    pub expressions: &'d Expressions<'d>,
    pub events: &'d Events,
}

impl Contents<'_> {
    /// One block: code with `data` and `cx` in reach.
    pub fn block(
        &self,
        place: Place,
        content: &[Content],
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        if content.is_empty() {
            return TokenStream::new();
        }
        let code = self.each(content, problems);
        if self.expressions.mode != Mode::Values {
            return quote!({ #code });
        }
        let (runtime, at) = (runtime(), problems.line_of(place));
        quote! {
            #runtime::block(data, cx, #at, |data, cx| {
                #code
                ::core::result::Result::Ok(())
            });
        }
    }

    /// Content without what breaks it off.
    pub fn each(&self, content: &[Content], problems: &mut Problems<'_>) -> TokenStream {
        let statements = content.iter().map(|one| self.statement(one, problems));
        statements.collect()
    }

    fn statement(&self, content: &Content, problems: &mut Problems<'_>) -> TokenStream {
        let has_values = self.expressions.mode == Mode::Values;
        let runtime = runtime();
        match &content.kind {
            ContentKind::Raise(event) if has_values => {
                let event = &event.text;
                quote!(#runtime::raise(data, cx, #event);)
            }
            ContentKind::Raise(event) => {
                let message = self.message(event, &Payload::default(), problems);
                quote!(cx.raise(#message);)
            }
            ContentKind::Send(send) if has_values => self.send_values(send, problems),
            ContentKind::Send(send) => self.send(send, problems),
            ContentKind::Cancel(id) if has_values => {
                let id = self.expressions.source(id, problems);
                quote!(#runtime::cancel(data, cx, &#id)?;)
            }
            ContentKind::Cancel(id) => match self.fixed(id, problems) {
                Some(id) => quote!(cx.cancel_timer(#id);),
                None => TokenStream::new(),
            },
            ContentKind::Assign { location, value } => self.assign(location, value, problems),
            ContentKind::Log { label, value } => self.log(label, value.as_ref(), problems),
            ContentKind::If(branches) => self.branches(branches, problems),
            ContentKind::Each(each) => self.repeat(content.place, each, problems),
            ContentKind::Script(statements) => self.script(content.place, statements, problems),
            ContentKind::Call(function) => self.call(function, problems),
            ContentKind::Fail {
                why,
                is_communication,
            } => fail(why, *is_communication),
        }
    }

    fn call(&self, function: &Text, problems: &mut Problems<'_>) -> TokenStream {
        if !is_ident(&function.text) {
            let message = format!("`{}` cannot be the name of a function", function.text);
            problems.add(function.place, message);
            return TokenStream::new();
        }
        let function = ident(&function.text);
        quote!(#function(data, cx);)
    }

    fn assign(&self, location: &Text, value: &Text, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        match self.expressions.mode {
            Mode::Values => {
                let location = self.expressions.value(location, problems);
                let value = self
                    .expressions
                    .inside(&Source::Expression(value.clone()), problems);
                quote!(#runtime::assign(data, cx, &#location, &#value)?;)
            }
            Mode::Rust => {
                let location = self.expressions.rust(location, problems);
                let value = self.expressions.rust(value, problems);
                quote!(#location = #value;)
            }
            Mode::Plain => {
                problems.add(
                    location.place,
                    "without a data model there is nothing to assign to",
                );
                TokenStream::new()
            }
        }
    }

    fn log(&self, label: &str, value: Option<&Text>, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        let between = if label.is_empty() { "" } else { ": " };
        match (self.expressions.mode, value) {
            (Mode::Values, value) => {
                let value = match value {
                    Some(value) => {
                        let value = self.expressions.value(value, problems);
                        quote!(::core::option::Option::Some(&#value))
                    }
                    None => quote!(::core::option::Option::None),
                };
                quote!(#runtime::log(data, cx, #label, #value)?;)
            }
            (_, None) => quote!(cx.log(#label);),
            (Mode::Rust, Some(value)) => {
                let value = self.expressions.rust(value, problems);
                let label = format!("{label}{between}");
                quote!(cx.log(::std::format!("{}{}", #label, #value));)
            }
            (Mode::Plain, Some(value)) => {
                match self.fixed(&Source::Expression(value.clone()), problems) {
                    Some(value) => {
                        let line = format!("{label}{between}{value}");
                        quote!(cx.log(#line);)
                    }
                    None => TokenStream::new(),
                }
            }
        }
    }

    fn branches(
        &self,
        branches: &[(Option<Text>, Vec<Content>)],
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let mut code = TokenStream::new();
        for (index, (condition, content)) in branches.iter().enumerate() {
            let content = self.each(content, problems);
            let otherwise = (index > 0).then(|| quote!(else));
            let Some(condition) = condition else {
                code.extend(quote!(#otherwise { #content }));
                continue;
            };
            let condition = match self.expressions.mode {
                Mode::Values => {
                    let condition = self.expressions.value(condition, problems);
                    let runtime = runtime();
                    quote!(#runtime::holds(data, cx, &#condition))
                }
                _ => self.expressions.condition(condition, problems),
            };
            code.extend(quote!(#otherwise if #condition { #content }));
        }
        code
    }

    fn repeat(&self, place: Place, each: &Each, problems: &mut Problems<'_>) -> TokenStream {
        if self.expressions.mode != Mode::Values {
            let help = "call a function of yours in `<assign>`";
            let message = "`<foreach>` is supported with `datamodel=\"ecmascript\"` only";
            problems.add_with(place, message, Some(help));
            return TokenStream::new();
        }
        let runtime = runtime();
        let list = self.expressions.value(&each.list, problems);
        let item = self.expressions.value(&each.item, problems);
        let index = match &each.index {
            Some(index) => self.expressions.value(index, problems),
            None => quote!(#runtime::Expression::Undefined),
        };
        let content = self.each(&each.content, problems);
        quote! {
            #runtime::each(data, cx, &#list, [&#item, &#index], |data, cx| {
                #content
                ::core::result::Result::Ok(())
            })?;
        }
    }

    fn send_values(&self, send: &Send, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        let mut optional = |source: &Option<Source>| match source {
            Some(source) => {
                let source = self.expressions.source(source, problems);
                quote!(::core::option::Option::Some(#source))
            }
            None => quote!(::core::option::Option::None),
        };
        let (delay, target) = (optional(&send.delay), optional(&send.target));
        let processor = optional(&send.processor);
        let event = self.expressions.source(&send.event, problems);
        let id = match &send.id {
            Some(id) => quote!(::core::option::Option::Some(#id)),
            None => quote!(::core::option::Option::None),
        };
        let id_location = match &send.id_location {
            Some(location) => match self.expressions.variables.get(location.text.trim()) {
                Some(place) => quote!(::core::option::Option::Some(#place)),
                None => {
                    problems.add(location.place, "`idlocation` is a variable of the document");
                    quote!(::core::option::Option::None)
                }
            },
            None => quote!(::core::option::Option::None),
        };
        let (parts, content) = self.payload(&send.payload, problems);
        quote! {
            #runtime::send(data, cx, &#runtime::Sending {
                event: #event,
                delay: #delay,
                id: #id,
                id_location: #id_location,
                target: #target,
                processor: #processor,
                parts: #parts,
                content: #content,
            })?;
        }
    }

    /// The parts of a payload, and what it is as a whole.
    pub fn payload(
        &self,
        payload: &Payload,
        problems: &mut Problems<'_>,
    ) -> (TokenStream, TokenStream) {
        let parts = payload.parts.iter().map(|(name, value)| {
            let value = self.expressions.value(value, problems);
            quote!((#name, #value))
        });
        let parts: Vec<TokenStream> = parts.collect();
        let content = match &payload.content {
            Some(content) => {
                let content = self.expressions.inside(content, problems);
                quote!(::core::option::Option::Some(#content))
            }
            None => quote!(::core::option::Option::None),
        };
        (quote!(&[#(#parts),*]), content)
    }

    /// A `<send>` where all but what it carries is known.
    fn send(&self, send: &Send, problems: &mut Problems<'_>) -> TokenStream {
        let Some(event) = self.fixed(&send.event, problems) else {
            return TokenStream::new();
        };
        let event = Text {
            text: event,
            place: send.event.place(),
        };
        let message = self.message(&event, &send.payload, problems);
        if let Some(location) = &send.id_location {
            problems.add(
                location.place,
                "`idlocation` needs `datamodel=\"ecmascript\"`",
            );
        }
        let target = send
            .target
            .as_ref()
            .and_then(|target| self.fixed(target, problems));
        if target.is_some() {
            return quote!(cx.raise(#message););
        }
        let delay = match &send.delay {
            Some(delay) => match self.fixed(delay, problems) {
                Some(text) => nanoseconds(&text, delay.place(), problems),
                None => 0,
            },
            None => 0,
        };
        let delay = Literal::u64_unsuffixed(delay);
        let id = send.id.as_deref().unwrap_or("");
        let runtime = runtime();
        quote! {
            let __message = #message;
            #runtime::send_later(
                cx,
                ::std::borrow::Cow::Borrowed(#id),
                ::core::time::Duration::from_nanos(#delay),
                __message,
            );
        }
    }

    /// A value that has to be known now.
    fn fixed(&self, source: &Source, problems: &mut Problems<'_>) -> Option<String> {
        let found = constant(source);
        if found.is_none() {
            let help = "`datamodel=\"ecmascript\"` computes it";
            let message = "this has to be a constant in this data model";
            problems.add_with(source.place(), message, Some(help));
        }
        found
    }

    /// `Message::Coin(value)`
    fn message(&self, event: &Text, payload: &Payload, problems: &mut Problems<'_>) -> TokenStream {
        let Some(found) = self.events.find(&event.text) else {
            problems.add(event.place, format!("nothing listens to `{}`", event.text));
            return quote!(::core::unreachable!());
        };
        let variant = &found.ident;
        match (&found.carried, payload) {
            (Carried::Nothing, payload) if payload.is_empty() => quote!(Message::#variant),
            (
                Carried::Type(_),
                Payload {
                    parts,
                    content: Some(Source::Expression(content)),
                },
            ) if parts.is_empty() && self.expressions.mode == Mode::Rust => {
                let content = self.expressions.rust(content, problems);
                quote!(Message::#variant(#content))
            }
            (Carried::Type(_), _) => {
                let message = format!("`{}` carries a value that is not said here", event.text);
                let help = "write `<send event=\"…\"><content expr=\"…\"/></send>`";
                problems.add_with(event.place, &message, Some(help));
                quote!(::core::unreachable!())
            }
            _ => {
                let message = format!("the type of what `{}` carries is not declared", event.text);
                let help = format!("declare it: `events = {{ {}: u32 }}`", event.text);
                problems.add_with(event.place, &message, Some(help));
                quote!(::core::unreachable!())
            }
        }
    }
}

/// Breaks the block off.
fn fail(why: &str, is_communication: bool) -> TokenStream {
    let kind = ident(match is_communication {
        true => "communication",
        false => "execution",
    });
    let runtime = runtime();
    quote! {
        if true {
            return ::core::result::Result::Err(
                #runtime::Failure::#kind(::std::string::String::from(#why)),
            );
        }
    }
}

/// The delay in nanoseconds.
pub fn nanoseconds(text: &str, place: Place, problems: &mut Problems<'_>) -> u64 {
    let trimmed = text.trim();
    let units = [
        ("ms", 1e6),
        ("s", 1e9),
        ("m", 60e9),
        ("h", 3_600e9),
        ("", 1e6),
    ];
    for (unit, factor) in units {
        let Some(number) = trimmed.strip_suffix(unit) else {
            continue;
        };
        let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        if let Ok(number) = number.parse::<f64>()
            && trimmed.bytes().next().is_some_and(plain)
            && number * factor < 1e18
        {
            return (number * factor) as u64;
        }
        break;
    }
    let help = "write it like `1.5s` or `10ms`";
    problems.add_with(place, &format!("`{text}` is no delay"), Some(help));
    0
}

/// What content does, in a few words.
pub fn label(content: &[Content]) -> String {
    let words = content.iter().map(|one| match &one.kind {
        ContentKind::Raise(event) => format!("raise {}", event.text),
        ContentKind::Send(send) => match &send.event {
            Source::Literal(event) | Source::Expression(event) => format!("send {}", event.text),
        },
        ContentKind::Cancel(Source::Literal(id) | Source::Expression(id)) => {
            format!("cancel {}", id.text)
        }
        ContentKind::Assign { location, value } => {
            format!("{} = {}", location.text.trim(), one_line(&value.text))
        }
        ContentKind::Log { .. } => "log".to_owned(),
        ContentKind::If(branches) => match branches.first() {
            Some((Some(condition), _)) => format!("if {} …", one_line(&condition.text)),
            _ => "if …".to_owned(),
        },
        ContentKind::Each(each) => format!("for each of {} …", one_line(&each.list.text)),
        ContentKind::Script(_) => "script".to_owned(),
        ContentKind::Call(function) => function.text.clone(),
        ContentKind::Fail { .. } => "fail".to_owned(),
    });
    words.collect::<Vec<String>>().join("; ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
