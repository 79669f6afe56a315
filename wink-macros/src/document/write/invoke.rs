//! What states invoke: the other machines, and what is said to them.
//!
//! Must not know of: formats, transitions.

use super::{Options, Writer, Written, write};
use crate::document::expressions::{Mode, runtime};
use crate::document::flat::{Flat, Id};
use crate::document::ir::{Content, ContentKind, Invocable, Invoke};
use crate::document::names::ident;
use crate::document::problems::Problems;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// All invokes in document order, each with its state.
pub fn all<'d>(flat: &Flat<'d>) -> Vec<(Id, &'d Invoke)> {
    let states = flat.states.iter().enumerate();
    states
        .flat_map(|(id, state)| state.invokes.iter().map(move |invoke| (id, invoke)))
        .collect()
}

impl Writer<'_> {
    /// The places of what a state invokes.
    fn places(&self, id: Id) -> Vec<usize> {
        let all = self.invokes.iter().enumerate();
        all.filter(|(_, (state, _))| *state == id)
            .map(|(place, _)| place)
            .collect()
    }

    /// All documents that can be invoked, in the order of the invokes.
    fn documents(&self) -> impl Iterator<Item = &Invocable> {
        self.invokes.iter().flat_map(|(_, invoke)| &invoke.what)
    }

    /// The documents of one invoke with their places among all.
    fn documents_of(&self, place: usize) -> Vec<TokenStream> {
        let before = self.invokes.iter().take(place);
        let first: usize = before.map(|(_, invoke)| invoke.what.len()).sum();
        let own = self.invokes[place].1.what.iter().enumerate();
        own.map(|(index, what)| {
            let name = match what {
                Invocable::Beside { name, .. } => name.as_str(),
                Invocable::Inside(_) => "",
            };
            let place = first + index;
            quote!((#name, #place))
        })
        .collect()
    }

    /// What happens when a state with invokes is entered or left.
    pub(super) fn sessions(&self, id: Id, what: &str) -> TokenStream {
        let places = self.places(id);
        if places.is_empty() {
            return TokenStream::new();
        }
        let runtime = runtime();
        match what {
            "enter" => quote!(#runtime::entered(data, &[#(#places),*]);),
            _ => quote!(#runtime::left(data, cx, &[#(#places),*]);),
        }
    }

    /// An outermost final state says what the session ends with.
    pub(super) fn finish(&self, id: Id, problems: &mut Problems<'_>) -> TokenStream {
        let done = self.flat.states[id].done.as_ref();
        let is_outermost = self.document.is_invoked && self.flat.parents[id] == Some(0);
        let Some(done) = done.filter(|done| is_outermost && !done.is_empty()) else {
            return TokenStream::new();
        };
        let (runtime, (parts, content)) = (runtime(), self.contents.payload(done, problems));
        quote!(#runtime::finish(data, cx, #parts, #content.as_ref());)
    }

    /// The machines that are invoked, each with its notes.
    pub(super) fn invoked(&self, options: &Options, problems: &mut Problems<'_>) -> Vec<Written> {
        let mut machines = Vec::new();
        for (place, what) in self.documents().enumerate() {
            let (module, machine) = names(&self.machine, place);
            let options = Options {
                attributes: quote!(#[doc(hidden)]),
                visibility: quote!(pub),
                module,
                machine,
                events: Vec::new(),
                late: options.late,
                report: None,
                path: None,
                beside: Vec::new(),
            };
            let written = match what {
                Invocable::Inside(document) => write(document, &options, problems),
                Invocable::Beside {
                    name,
                    text,
                    document,
                } => {
                    let name = name.trim().trim_start_matches("file:");
                    let mut inner = Problems::new(name, text);
                    let written = write(document, &options, &mut inner);
                    problems.absorb(inner);
                    written
                }
            };
            machines.extend(written);
        }
        machines
    }

    /// What the machine's data says of its sessions: items of the module, and what stands in
    /// `impl Document`.
    pub(super) fn sessions_of(&mut self, problems: &mut Problems<'_>) -> TokenStream {
        if self.mode != Mode::Values {
            return TokenStream::new();
        }
        let runtime = runtime();
        let errand = self.events.errand.as_ref().map(|errand| {
            quote! {
                fn errand(errand: #runtime::Errand) -> ::core::option::Option<Message> {
                    ::core::option::Option::Some(Message::#errand(errand))
                }
            }
        });
        if self.invokes.is_empty() {
            return quote!(type Invoked = #runtime::Nobody; #errand);
        }
        self.notes.invokes = true;
        let invokes: Vec<TokenStream> = (0..self.invokes.len())
            .map(|place| self.constant(place, problems))
            .collect();
        self.machines();
        quote! {
            type Invoked = __Invoked;
            const INVOKES: &'static [#runtime::Invoke<Self>] = &[#(#invokes),*];
            fn sessions_mut(
                &mut self,
            ) -> ::core::option::Option<&mut #runtime::Sessions<__Invoked>> {
                ::core::option::Option::Some(&mut self.__sessions)
            }
            #errand
        }
    }

    /// The enum of the machines.
    fn machines(&mut self) {
        let runtime = runtime();
        let (mut variants, mut starts, mut sessions, mut saves) = Default::default();
        for place in 0..self.documents().count() {
            let (module, machine) = names(&self.machine, place);
            let variant = ident(&format!("Of{place}"));
            let child = quote!(#runtime::Child::<self::#module::#machine>);
            let add = |tokens: &mut TokenStream, more| tokens.extend::<TokenStream>(more);
            add(&mut variants, quote!(#variant(#child),));
            add(
                &mut starts,
                quote!(#place => __Invoked::#variant(#child::start(beginning)),),
            );
            add(&mut sessions, quote!(__Invoked::#variant(child) => child,));
            add(
                &mut saves,
                quote!(__Invoked::#variant(child) => child.save(now),),
            );
        }
        let serde = quote!(::wink::private::serde);
        let path = "::wink::private::serde";
        let machine = &self.machine;
        self.functions.extend(quote! {
            #[doc(hidden)]
            #[derive(Debug, #serde::Serialize, #serde::Deserialize)]
            #[serde(crate = #path)]
            pub enum __Invoked { #variants }

            impl #runtime::Invoked for __Invoked {
                fn start(place: usize, beginning: #runtime::Beginning) -> Self {
                    match place {
                        #starts
                        _ => ::core::unreachable!(),
                    }
                }
                fn session(&mut self) -> &mut dyn #runtime::Session {
                    match self { #sessions }
                }
                fn save(&self, now: ::wink::Time) {
                    match self { #saves }
                }
            }

            fn __settled(parts: &mut ::wink::private::Parts<#machine>, taken: bool) {
                #runtime::settled(&mut parts.data, &mut parts.cx, taken);
            }
        });
    }

    /// One invoke, as a constant of the runtime's.
    fn constant(&mut self, place: usize, problems: &mut Problems<'_>) -> TokenStream {
        let (runtime, (state, invoke)) = (runtime(), self.invokes[place]);
        let expressions = self.contents.expressions;
        let option = |tokens: Option<TokenStream>| match tokens {
            Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
            None => quote!(::core::option::Option::None),
        };
        let state = match self.flat.states[state].id.text.as_str() {
            "" => self.modules[state].to_string(),
            id => id.to_owned(),
        };
        let at = problems.line_of(invoke.place);
        let id = option(invoke.id.as_ref().map(|id| {
            let id = &id.text;
            quote!(#id)
        }));
        let location = invoke.id_location.as_ref();
        let location = option(location.map(|location| expressions.value(location, problems)));
        let kind = invoke.kind.as_ref();
        let kind = option(kind.map(|kind| expressions.source(kind, problems)));
        let parts: Vec<TokenStream> = invoke
            .parts
            .iter()
            .map(|(name, value)| {
                let value = expressions.value(value, problems);
                quote!((#name, #value))
            })
            .collect();
        let source = invoke.source.as_ref();
        let source = option(source.map(|source| expressions.value(source, problems)));
        let documents = self.documents_of(place);
        let forwards = invoke.forwards;
        let finalize = self.finalize(place, invoke, problems);
        let finalize = option(finalize.map(|function| quote!(#function)));
        quote! {
            #runtime::Invoke {
                state: #state,
                at: #at,
                id: #id,
                id_location: #location,
                kind: #kind,
                source: #source,
                documents: &[#(#documents),*],
                parts: &[#(#parts),*],
                forwards: #forwards,
                finalize: #finalize,
            }
        }
    }

    /// The function that deals first with what a session says.
    fn finalize(
        &mut self,
        place: usize,
        invoke: &Invoke,
        problems: &mut Problems<'_>,
    ) -> Option<Ident> {
        let content = invoke.finalize.as_ref()?;
        for one in content {
            if let Content {
                kind: ContentKind::Send(_) | ContentKind::Raise(_),
                place,
            } = one
            {
                problems.add(*place, "`<finalize>` sends and raises nothing");
            }
        }
        let runtime = runtime();
        let code = match content.is_empty() {
            true => {
                let parts = invoke.returned.iter().map(|(name, location)| {
                    let location = self.contents.expressions.value(location, problems);
                    quote!(#runtime::take_part(data, cx, #name, &#location)?;)
                });
                parts.collect()
            }
            false => self.contents.each(content, problems),
        };
        let function = self.function("finalize", place);
        let machine = &self.machine;
        self.functions.extend(quote! {
            fn #function(
                data: &mut #machine,
                cx: &mut Context,
            ) -> ::core::result::Result<(), #runtime::Failure> {
                #code
                ::core::result::Result::Ok(())
            }
        });
        Some(function)
    }

    /// The row that takes what the machine gives itself for its sessions' sake.
    pub(super) fn errand_row(&mut self) -> TokenStream {
        let Some(errand) = &self.events.errand else {
            return TokenStream::new();
        };
        let (runtime, machine) = (runtime(), &self.machine);
        let label = "run what is invoked, or hear from who has invoked this".to_owned();
        self.notes.labels.insert("__errand".to_owned(), label);
        quote! {
            #[receive(#errand)]
            fn __errand(data: &mut #machine, cx: &mut Context, __errand: &#runtime::Errand) {
                #runtime::errand(data, cx, __errand);
            }
        }
    }
}

/// Module and type of the machine that is invoked at that place.
fn names(machine: &Ident, place: usize) -> (Ident, Ident) {
    let module = ident(&format!("__invoked_{place}"));
    (module, ident(&format!("{machine}Invoked{place}")))
}

/// Reports invokes in a document that can have none.
pub fn check(flat: &Flat<'_>, problems: &mut Problems<'_>) {
    for (_, invoke) in all(flat) {
        let help = "spawn the other machine in a function of yours, or write `ecmascript`";
        let message = "`<invoke>` is not supported with `datamodel=\"rust\"`";
        problems.add_with(invoke.place, message, Some(help));
    }
}
