//! A document as a module of the language, and what is noted beside it.
//!
//! Must not know of: formats, what becomes of the module.

mod data;
mod defaults;
mod invoke;
mod states;

use super::content::Contents;
use super::events::{Carried, ERRAND, Events, OTHER};
use super::expressions::{Expressions, Mode, mode, runtime};
use super::flat::Flat;
use super::ir::{Document, Invoke, Kind, Model};
use super::names::{Names, ident};
use super::problems::Problems;
use super::{Notes, Options};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// The module and its notes.
pub struct Written {
    pub module: TokenStream,
    pub notes: Notes,
    /// Machines that stand inside the module, as they are invoked.
    pub invoked: Vec<Written>,
}

/// Everything that the parts of the module are made from.
struct Writer<'d> {
    document: &'d Document,
    flat: &'d Flat<'d>,
    /// The module of each state; the machine's own for the document itself.
    modules: &'d [Ident],
    /// What states invoke, in document order.
    invokes: &'d [(usize, &'d Invoke)],
    /// The type of the data.
    machine: Ident,
    events: &'d Events,
    contents: Contents<'d>,
    mode: Mode,
    notes: Notes,
    /// Functions of the machine's module.
    functions: TokenStream,
}

/// Makes the module; `None` (reported) when there is none to make.
pub fn write(
    document: &Document,
    options: &Options,
    problems: &mut Problems<'_>,
) -> Option<Written> {
    let flat = Flat::new(document, problems)?;
    let invokes = invoke::all(&flat);
    if document.model == Model::Rust {
        invoke::check(&flat, problems);
    }
    let mode = mode(document, &flat);
    let mut names = Names::default();
    let mut modules = vec![options.module.clone()];
    modules.extend(
        flat.states
            .iter()
            .skip(1)
            .map(|state| match state.id.text.as_str() {
                "" => names.state("unnamed"),
                id => names.state(id),
            }),
    );
    let variables = data::variables(&flat, problems);
    // XState tells of completed states by transitions of their own.
    let platform = [!document.local_in_parallel, mode == Mode::Values];
    let has_sessions = mode == Mode::Values && (document.is_invoked || !invokes.is_empty());
    let declared = declared(document, options, problems);
    let events = Events::of(&flat, &declared, platform, has_sessions);
    let expressions = Expressions {
        mode,
        late: options.late,
        flat: &flat,
        variables,
        states: &modules,
    };
    let writer = Writer {
        document,
        flat: &flat,
        modules: &modules,
        invokes: &invokes,
        machine: options.machine.clone(),
        events: &events,
        contents: Contents {
            expressions: &expressions,
            events: &events,
        },
        mode,
        notes: Notes::default(),
        functions: TokenStream::new(),
    };
    Some(writer.module(options, problems))
}

/// What events carry: as the machine's user says, and of others as the document says.
fn declared(
    document: &Document,
    options: &Options,
    problems: &mut Problems<'_>,
) -> Vec<(String, TokenStream)> {
    let mut declared = options.events.clone();
    for (event, ty) in &document.declared {
        if declared.iter().any(|(one, _)| one == event) {
            continue;
        }
        match syn::parse_str::<syn::Type>(&ty.text) {
            Ok(parsed) => declared.push((event.clone(), quote!(#parsed))),
            Err(_) => problems.add(ty.place, format!("`{}` is no type of Rust", ty.text)),
        }
    }
    declared
}

impl Writer<'_> {
    fn module(mut self, options: &Options, problems: &mut Problems<'_>) -> Written {
        self.name_things();
        let data = self.data(problems);
        let messages = self.messages();
        let states = self.root(problems);
        if self.mode == Mode::Values {
            self.notes.has_event = true;
            self.notes.is_interpreted = true;
            self.values(problems);
        }
        let invoked = match self.mode {
            Mode::Values => self.invoked(options, problems),
            _ => Vec::new(),
        };
        let (attributes, visibility) = (&options.attributes, &options.visibility);
        let (module, functions) = (&options.module, &self.functions);
        let documentation = (!self.document.documentation.is_empty()).then(|| {
            let text = &self.document.documentation;
            quote!(#[doc = #text])
        });
        let paths = options.path.iter().chain(&options.beside);
        let tracked = paths.map(|path| {
            // So that rustc compiles again when the file has changed.
            quote!(
                const _: &[u8] = ::core::include_bytes!(#path);
            )
        });
        let tracked: TokenStream = tracked.collect();
        let report = options.report.as_ref().map(|report| {
            quote! {
                /// What is wrong with the document.
                pub const PROBLEMS: &str = #report;
            }
        });
        let strangers = self.strangers(options);
        let module = quote! {
            #attributes
            #documentation
            #[allow(unused, dead_code, missing_docs, non_snake_case, clippy::all, clippy::pedantic)]
            #visibility mod #module {
                #[allow(unused_imports)]
                use super::*;
                #tracked
                #strangers
                #report
                #data
                #messages
                #functions
                #states
            }
        };
        Written {
            module,
            notes: self.notes,
            invoked,
        }
    }

    /// Complains of what `events` declares and the document does not have.
    fn strangers(&self, options: &Options) -> TokenStream {
        let errors = options.events.iter().filter_map(|(name, ty)| {
            if !self.events.strangers.contains(name) {
                return None;
            }
            let help = match self.events.meant(name) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "only events of the document can carry something".to_owned(),
            };
            let message = format!(
                "the document has no event `{name}`: nothing in it receives or sends one\n\
                 help: {help}"
            );
            Some(syn::Error::new_spanned(ty, message).into_compile_error())
        });
        errors.collect()
    }

    /// Notes the names that are other ones in Rust.
    fn name_things(&mut self) {
        let name = self.document.name.as_ref().map(|name| name.text.clone());
        for (id, module) in self.modules.iter().enumerate() {
            let state = self.flat.states[id];
            let given = match id {
                0 => name.clone().unwrap_or_default(),
                _ => state.id.text.clone(),
            };
            if !given.is_empty() {
                self.notes.states.insert(module.to_string(), given);
            }
        }
        for event in &self.events.list {
            let (ident, name) = (event.ident.to_string(), event.name.clone());
            self.notes.messages.insert(ident, name);
        }
        if let Some(other) = &self.events.other {
            let name = OTHER.to_owned();
            self.notes.messages.insert(other.to_string(), name);
        }
        if let Some(errand) = &self.events.errand {
            let name = ERRAND.to_owned();
            self.notes.messages.insert(errand.to_string(), name);
        }
    }

    /// The messages enum, and events by name.
    fn messages(&self) -> TokenStream {
        let mut arms = TokenStream::new();
        let mut names = TokenStream::new();
        let mut variants = TokenStream::new();
        let mut saved = true;
        for event in &self.events.list {
            let (ident, name) = (&event.ident, &event.name);
            let documentation = format!(" The event `{name}`.");
            let (fields, made) = match &event.carried {
                Carried::Nothing => (None, Some(quote!(Message::#ident))),
                Carried::Value => {
                    let value = quote!(::wink::document::Value);
                    let made = quote!(Message::#ident(::core::default::Default::default()));
                    (Some(quote!((#value))), Some(made))
                }
                Carried::Type(ty) => {
                    saved = false;
                    (Some(quote!((#ty))), None)
                }
            };
            variants.extend(quote!(#[doc = #documentation] #ident #fields,));
            names.extend(quote!(Message::#ident { .. } => #name,));
            let made = made.map_or_else(
                || quote!(::core::option::Option::None),
                |made| quote!(::core::option::Option::Some(#made)),
            );
            arms.extend(quote!(#name => return #made,));
        }
        let mut fallback = quote!(::core::option::Option::None);
        if let Some(other) = &self.events.other {
            let documentation = " Any other event, by its name.";
            let field = quote!(::std::string::String);
            variants.extend(quote!(#[doc = #documentation] #other(#field),));
            names.extend(quote!(Message::#other(name) => name,));
            let owned = quote!(::std::borrow::ToOwned::to_owned(event));
            fallback = quote!(::core::option::Option::Some(Message::#other(#owned)));
        }
        if let Some(errand) = &self.events.errand {
            let documentation = " What the machine gives itself for its sessions' sake; no event.";
            let runtime = runtime();
            variants.extend(quote!(#[doc = #documentation] #errand(#runtime::Errand),));
            names.extend(quote!(Message::#errand(_) => #ERRAND,));
        }
        let saved = saved.then(|| {
            let serde = quote!(::wink::private::serde);
            quote!(#[derive(PartialEq, #serde::Serialize, #serde::Deserialize)])
        });
        let name_of = match variants.is_empty() {
            true => quote!(match *self {}),
            false => quote!(match self { #names }),
        };
        let by_name = by_name(&arms, &fallback, &name_of);
        quote! {
            /// The events of the document.
            #[messages]
            #[derive(Debug, Clone)]
            #saved
            pub enum Message { #variants }

            #by_name
        }
    }

    /// What machines with values need beside their steps.
    fn values(&mut self, problems: &mut Problems<'_>) {
        let sessions = self.sessions_of(problems);
        let (machine, runtime) = (&self.machine, runtime());
        let name = match &self.document.name {
            Some(name) => {
                let name = &name.text;
                quote!(::core::option::Option::Some(#name))
            }
            None => quote!(::core::option::Option::None),
        };
        let variables = self.contents.expressions.variables.iter();
        let by_place: BTreeMap<usize, &str> =
            variables.map(|(name, place)| (*place, *name)).collect();
        let variables = by_place.values();
        let outermost = self.flat.states[0].data.len();
        // What is no event leaves `_event` alone.
        let errand = self.events.errand.as_ref().map(|errand| {
            quote! {
                if let Message::#errand(_) = message {
                    return;
                }
            }
        });
        let (carried, made) = self.carried_by_events();
        self.functions.extend(quote! {
            impl #runtime::Document for #machine {
                const VARIABLES: &'static [&'static str] = &[#(#variables),*];
                const OUTERMOST: usize = #outermost;
                const NAME: ::core::option::Option<&'static str> = #name;
                #sessions
                fn datamodel(&self) -> &::wink::document::Datamodel { &self.__document }
                fn datamodel_mut(&mut self) -> &mut ::wink::document::Datamodel {
                    &mut self.__document
                }
                fn message(
                    event: &str,
                    data: ::wink::document::Value,
                ) -> ::core::option::Option<Message> {
                    fn is_nothing(data: &::wink::document::Value) -> bool {
                        ::core::matches!(data, ::wink::document::Value::Undefined)
                    }
                    match Message::from_event(event) { #made message => message }
                }
            }

            fn __event(parts: &mut ::wink::private::Parts<#machine>, message: &Message) {
                #errand
                let carried: ::wink::document::Value = match message {
                    #carried
                    _ => ::wink::document::Value::Undefined,
                };
                #runtime::take_event(&mut parts.data, &mut parts.cx, message.event(), carried);
            }

            fn __failures(parts: &mut ::wink::private::Parts<#machine>) {
                #runtime::failures(&mut parts.data, &mut parts.cx);
            }
        });
    }

    /// Arms that take out of a message what its event carries, and arms that put it in.
    fn carried_by_events(&self) -> (TokenStream, TokenStream) {
        let mut carried = TokenStream::new();
        let mut made = TokenStream::new();
        for event in &self.events.list {
            let ident = &event.ident;
            match &event.carried {
                Carried::Nothing => {}
                Carried::Value => {
                    made.extend(quote! {
                        ::core::option::Option::Some(Message::#ident(_)) if !is_nothing(&data) => {
                            ::core::option::Option::Some(Message::#ident(data))
                        }
                    });
                    carried.extend(quote!(Message::#ident(carried) => carried.clone(),));
                }
                Carried::Type(_) => carried.extend(quote! {
                    Message::#ident(carried) => ::core::convert::Into::into(carried.clone()),
                }),
            }
        }
        (carried, made)
    }

    fn kind(&self, id: usize) -> Kind {
        self.flat.states[id].kind
    }

    fn function(&self, what: &str, number: usize) -> Ident {
        ident(&format!("__{what}_{number}"))
    }
}

/// Messages from the names of events, and those names.
fn by_name(arms: &TokenStream, fallback: &TokenStream, name_of: &TokenStream) -> TokenStream {
    quote! {
        impl Message {
            /// The message for an event of this name. One that the document does not name is the
            /// longest beginning of it that it names, which it cannot tell apart; `None` when
            /// nothing listens, or when it carries a value of a declared type.
            pub fn from_event(event: &str) -> ::core::option::Option<Message> {
                let mut name = event;
                loop {
                    match name { #arms _ => {} }
                    match name.rfind('.') {
                        ::core::option::Option::Some(end) => name = &name[..end],
                        ::core::option::Option::None => return #fallback,
                    }
                }
            }

            /// The name of the event in the document.
            pub fn event(&self) -> &str { #name_of }
        }
    }
}
