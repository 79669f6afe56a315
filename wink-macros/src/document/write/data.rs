//! The data of a document.
//!
//! Must not know of: states' content.

use super::Writer;
use crate::document::ecmascript;
use crate::document::expressions::{Mode, runtime};
use crate::document::flat::Flat;
use crate::document::ir::{ContentKind, Data, Source, Text, every};
use crate::document::names::ident;
use crate::document::problems::Problems;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// The variables by id, each with its place; those that a `<foreach>` or a
/// `<script>` makes are among them.
pub fn variables<'d>(flat: &Flat<'d>, problems: &mut Problems<'_>) -> BTreeMap<&'d str, usize> {
    let mut variables = BTreeMap::new();
    for state in &flat.states {
        for data in &state.data {
            let id = data.id.text.trim();
            let place = variables.len();
            if !ecmascript::is_name(id) || ["data", "cx", "In"].contains(&id) {
                problems.add(
                    data.id.place,
                    format!("`{id}` cannot be the name of a variable"),
                );
            } else if variables.insert(id, place).is_some() {
                problems.add(data.id.place, format!("a second variable is called `{id}`"));
            }
        }
    }
    for state in &flat.states {
        for contents in state.contents() {
            every(contents, &mut |content| {
                if let ContentKind::Script(statements) = &content.kind {
                    let declared = statements.script.iter().flat_map(|one| &one.declared);
                    for (name, _) in declared {
                        let place = variables.len();
                        variables.entry(name.as_str()).or_insert(place);
                    }
                }
                if let ContentKind::Each(each) = &content.kind {
                    for name in [Some(&each.item), each.index.as_ref()]
                        .into_iter()
                        .flatten()
                    {
                        let place = variables.len();
                        if ecmascript::is_name(&name.text) {
                            variables.entry(&name.text).or_insert(place);
                        }
                    }
                }
            });
        }
    }
    variables
}

impl Writer<'_> {
    fn all_data(&self) -> impl Iterator<Item = &Data> {
        self.flat.states.iter().flat_map(|state| &state.data)
    }

    /// The data struct.
    pub fn data(&mut self, problems: &mut Problems<'_>) -> TokenStream {
        let machine = &self.machine;
        let serde = quote!(::wink::private::serde);
        let derives = quote!(#[derive(Debug, Clone, #serde::Serialize, #serde::Deserialize)]);
        match self.mode {
            Mode::Plain => {
                for data in self.all_data() {
                    let help = "`datamodel=\"ecmascript\"` or `datamodel=\"rust\"` has data";
                    let message = "there is no data with `datamodel=\"null\"`";
                    problems.add_with(data.id.place, message, Some(help));
                }
                quote! {
                    /// What the document remembers beside its states: nothing.
                    #[data]
                    #derives
                    #[derive(Default, PartialEq, Eq)]
                    pub struct #machine {}
                }
            }
            Mode::Values => self.value_data(&derives),
            Mode::Rust => self.rust_data(problems),
        }
    }

    fn value_data(&self, derives: &TokenStream) -> TokenStream {
        let machine = &self.machine;
        let late = self.document.late_binding;
        // Late variables need to know whether their state has been entered.
        let flags = if late { self.flat.states.len() } else { 0 };
        let count = self.contents.expressions.variables.len() + flags;
        let arms = self.contents.expressions.variables.iter();
        let arms = arms.map(|(name, place)| quote!(#name => #place,));
        let runtime = runtime();
        let (derives, field, value) = match self.invokes.is_empty() {
            true => (derives.clone(), None, None),
            false => {
                // A session cannot be had twice.
                let serde = quote!(::wink::private::serde);
                let derives = quote!(#[derive(Debug, #serde::Serialize, #serde::Deserialize)]);
                let field = quote! {
                    #[doc(hidden)]
                    pub __sessions: #runtime::Sessions<__Invoked>,
                };
                let value = quote!(__sessions: ::core::default::Default::default(),);
                (derives, Some(field), Some(value))
            }
        };
        quote! {
            /// The data of the document.
            #[data]
            #derives
            pub struct #machine {
                #[doc(hidden)]
                pub __document: ::wink::document::Datamodel,
                #field
            }

            impl ::core::default::Default for #machine {
                fn default() -> Self {
                    let __document = ::wink::document::Datamodel::new(#count);
                    Self { __document, #value }
                }
            }

            impl #machine {
                /// The value of the `<data>` element of this id; `None` when there is none.
                pub fn get(
                    &self,
                    id: &str,
                ) -> ::core::option::Option<&::wink::document::Value> {
                    let place: usize = match id {
                        #(#arms)*
                        _ => return ::core::option::Option::None,
                    };
                    self.__document.get(place)
                }
            }
        }
    }

    fn rust_data(&self, problems: &mut Problems<'_>) -> TokenStream {
        let machine = &self.machine;
        let mut fields = TokenStream::new();
        let mut values = TokenStream::new();
        let mut names = Vec::new();
        for data in self.all_data() {
            let id = data.id.text.trim();
            if syn::parse_str::<syn::Ident>(id).is_err() {
                problems.add(data.id.place, format!("`{id}` is no name in Rust"));
                continue;
            }
            let name = ident(id);
            let Some((ty, value)) = typed(data, problems) else {
                continue;
            };
            let documentation = format!(" The variable `{id}`.");
            fields.extend(quote!(#[doc = #documentation] pub #name: #ty,));
            values.extend(quote!(let #name: #ty = #value;));
            names.push(name);
        }
        quote! {
            /// The data of the document.
            #[data]
            #[derive(Debug, Clone)]
            pub struct #machine { #fields }

            impl ::core::default::Default for #machine {
                fn default() -> Self {
                    #values
                    Self { #(#names),* }
                }
            }
        }
    }

    /// Code that gives a state's variables their values, when it is entered; the document's own
    /// gets all that are not late.
    pub fn initialize(&mut self, id: usize, problems: &mut Problems<'_>) -> TokenStream {
        if self.mode != Mode::Values {
            return TokenStream::new();
        }
        let late = self.document.late_binding;
        let states = match (id, late) {
            (0, false) => self.flat.all(),
            (_, false) => return TokenStream::new(),
            (_, true) => id..id + 1,
        };
        let expressions = self.contents.expressions;
        let mut values = TokenStream::new();
        for data in states.flat_map(|state| &self.flat.states[state].data) {
            let Some(place) = expressions.variables.get(data.id.text.trim()) else {
                continue;
            };
            if let Some(value) = &data.value {
                let value = expressions.inside(value, problems);
                values.extend(quote!((#place, #value),));
            }
        }
        if values.is_empty() {
            return TokenStream::new();
        }
        let runtime = runtime();
        let flag = expressions.variables.len() + id;
        match late && id > 0 {
            true => quote!(#runtime::initialize_once(data, cx, #flag, &[#values]);),
            false => quote!(#runtime::initialize(data, cx, &[#values]);),
        }
    }
}

/// The type and first value of a variable of Rust.
fn typed(data: &Data, problems: &mut Problems<'_>) -> Option<(TokenStream, TokenStream)> {
    let written = data.value.as_ref().map(|value| match value {
        Source::Expression(text) | Source::Literal(text) => text,
    });
    let parse = |text: &Text, what: &str, problems: &mut Problems<'_>| {
        let parsed = text.text.parse::<TokenStream>().ok();
        let sound = parsed.filter(|tokens| match what {
            "type" => syn::parse2::<syn::Type>(tokens.clone()).is_ok(),
            _ => syn::parse2::<syn::Expr>(tokens.clone()).is_ok(),
        });
        if sound.is_none() {
            problems.add(
                text.place,
                format!("`{}` is no {what} of Rust", text.text.trim()),
            );
        }
        sound
    };
    let value = match written {
        Some(text) => parse(text, "expression", problems)?,
        None => quote!(::core::default::Default::default()),
    };
    if let Some(ty) = &data.type_name {
        return Some((parse(ty, "type", problems)?, value));
    }
    match syn::parse2::<syn::Lit>(value.clone()) {
        Ok(syn::Lit::Bool(_)) => Some((quote!(bool), value)),
        Ok(syn::Lit::Str(_)) => {
            let text = quote!(::std::string::String);
            Some((text.clone(), quote!(#text::from(#value))))
        }
        Ok(syn::Lit::Int(number)) => {
            let ty = ident(if number.suffix().is_empty() {
                "i64"
            } else {
                number.suffix()
            });
            Some((quote!(#ty), value))
        }
        Ok(syn::Lit::Float(number)) => {
            let ty = ident(if number.suffix().is_empty() {
                "f64"
            } else {
                number.suffix()
            });
            Some((quote!(#ty), value))
        }
        _ => {
            let help = "add `wink:type=\"…\"`, with `xmlns:wink=\"https://docs.rs/wink/scxml\"`";
            let message = format!("the type of `{}` is not said", data.id.text.trim());
            problems.add_with(data.id.place, &message, Some(help));
            None
        }
    }
}
