//! What all parts of the output agree on: names, paths, generics, spans.
//!
//! Generated names that stand beside the user's are fixed and documented (`State`, `Context`) or
//! begin with two underscores.
//!
//! Must not know of: what is done in a step.

use super::plan::{Slot, Tree, slots};
use super::text::written;
use super::waiting;
use crate::ast;
use crate::document::Notes;
use crate::model::{Chart, Function, FunctionId, ParameterKind, Row, State, StateId};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Generics, Type};

/// A chart on its way to tokens.
pub struct Cx<'a> {
    pub chart: &'a Chart<'a>,
    pub data: &'a ast::Data,
    pub messages: &'a ast::Messages,
    pub tree: Tree,
    /// The histories that some row goes to.
    pub slots: Vec<Slot>,
    /// Any function of the machine is `async`: then the steps are.
    pub asynchronous: bool,
    /// Any of them may have to be awaited.
    pub waits: bool,
    variants: Vec<Ident>,
}

impl<'a> Cx<'a> {
    /// `None` when the machine lacks data or messages: then there is nothing that it could be.
    pub fn new(chart: &'a Chart<'a>) -> Option<Cx<'a>> {
        let rows = chart.rows.iter().flat_map(|row| &row.targets);
        let documents = chart.document.iter();
        let defaults = documents.flat_map(|document| &document.defaults);
        let targets = rows
            .chain(defaults.flat_map(|default| &default.targets))
            .copied();
        Some(Cx {
            chart,
            data: chart.data?,
            messages: chart.ast.messages.as_ref()?,
            tree: Tree::of(chart),
            slots: slots(targets),
            asynchronous: chart
                .functions
                .iter()
                .any(|function| function.ast.signature.asyncness.is_some()),
            waits: chart
                .functions
                .iter()
                .any(|function| waiting::waits(function.ast)),
            variants: state_variants(chart),
        })
    }

    pub fn function(&self, id: FunctionId) -> &'a Function<'a> {
        &self.chart.functions[id.0]
    }

    /// Whether the generated code may call it.
    pub fn callable(&self, id: FunctionId) -> bool {
        let function = self.function(id);
        !function.broken && function.ast.verbatim.is_none()
    }

    /// `State::Locked`
    pub fn state(&self, state: StateId) -> String {
        format!("State::{}", self.variant(state))
    }

    /// `__Resting::Locked`, for a state that a machine can rest in.
    pub fn rest(&self, state: StateId) -> String {
        format!("__Resting::{}", self.variant(state))
    }

    /// `__Resting::Locked | __Resting::Unlocked`
    pub fn any_rest(&self, states: &[StateId]) -> String {
        let names: Vec<String> = states.iter().map(|&state| self.rest(state)).collect();
        names.join(" | ")
    }

    /// `Locked`
    pub fn variant(&self, state: StateId) -> &Ident {
        &self.variants[state.index()]
    }

    /// The module of a state as seen from the machine's: `self::opened::lamp`.
    pub fn module(&self, state: StateId) -> String {
        let mut path: Vec<StateId> = self
            .tree
            .upwards(state)
            .filter(|&state| state != StateId::ROOT)
            .collect();
        path.reverse();
        let mut text = String::from("self");
        for state in path {
            text.push_str("::");
            text.push_str(&self.chart.states[state.index()].ident.to_string());
        }
        text
    }

    /// Visibility of something in the module of a state that the machine's module must see.
    pub fn raised(&self, state: StateId) -> TokenStream {
        raised(self.chart.states[state.index()].depth)
    }

    /// The data type with its parameters: `Turnstile<L>`.
    pub fn machine(&self) -> TokenStream {
        let ident = &self.data.ident;
        let (_, arguments, _) = self.data.generics.split_for_impl();
        quote!(#ident #arguments)
    }

    /// The messages enum with its parameters.
    pub fn message(&self) -> TokenStream {
        let ident = &self.messages.ident;
        let (_, arguments, _) = self.messages.generics.split_for_impl();
        quote!(#ident #arguments)
    }

    /// Field of the generated `Locals` in which a state's local lives.
    pub fn local_field(&self, state: StateId) -> String {
        format!("s{}", state.0)
    }

    /// Type and const parameters of the data as arguments of a function, `::<L>`, or nothing.
    pub fn turbofish(&self) -> String {
        let names: Vec<String> = self
            .data
            .generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
                GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        if names.is_empty() {
            String::new()
        } else {
            format!("::<{}>", names.join(", "))
        }
    }

    /// States whose entry function returns data that lives as long as the state is active.
    pub fn states_with_local(&self) -> impl Iterator<Item = (StateId, &'a Type)> + '_ {
        let states = self.chart.states.iter().enumerate();
        states.filter_map(|(index, state)| {
            let id = StateId(index as u16);
            let entry = state.entry?;
            (self.callable(entry)).then_some((id, state.local?))
        })
    }

    /// A state's name in the chart.
    pub fn name_of_state(&self, state: &State<'_>) -> String {
        let ident = state.ident.to_string();
        match self.notes().and_then(|notes| notes.states.get(&ident)) {
            Some(id) => id.clone(),
            None => ident,
        }
    }

    /// A message's name in the chart.
    pub fn name_of_message(&self, variant: &Ident) -> String {
        let ident = variant.to_string();
        match self.notes().and_then(|notes| notes.messages.get(&ident)) {
            Some(event) => event.clone(),
            None => ident,
        }
    }

    /// A function's name in the chart. Functions that are made for a document go by what they
    /// do; one that does nothing has no name.
    pub fn name_of_function(&self, function: &ast::Function) -> Option<String> {
        let ident = function.signature.ident.to_string();
        match self.notes() {
            Some(notes) => notes.labels.get(&ident).cloned(),
            None => Some(ident),
        }
    }

    /// A row's guard as written.
    pub fn text_of_guard(&self, row: &Row<'_>) -> Option<String> {
        let guard = row.ast.guard.as_ref()?;
        let function = row.function.map(|function| self.function(function).ast);
        let noted = self
            .notes()
            .zip(function)
            .and_then(|(notes, function)| notes.guards.get(&function.signature.ident.to_string()));
        Some(noted.cloned().unwrap_or_else(|| written(&guard.tokens)))
    }

    /// What a document says beside its module.
    pub fn notes(&self) -> Option<&'a Notes> {
        self.chart.document.as_ref().map(|document| document.notes)
    }

    /// Whether any function is handed the context to change it: then it can raise messages, or
    /// end the machine.
    pub fn changes_context(&self) -> bool {
        let mut parameters = self
            .chart
            .functions
            .iter()
            .flat_map(|function| &function.parameters);
        parameters.any(|parameter| parameter.kind == ParameterKind::Context { mutable: true })
    }

    /// Whether this function is handed the context.
    pub fn takes_context(&self, function: FunctionId) -> bool {
        self.function(function)
            .parameters
            .iter()
            .any(|parameter| matches!(parameter.kind, ParameterKind::Context { .. }))
    }
}

/// Visibility of something `depth` modules below the machine's, so that the machine's module
/// sees it.
pub fn raised(depth: usize) -> TokenStream {
    match depth {
        0 => TokenStream::new(),
        1 => quote!(pub(super)),
        _ => {
            let more = std::iter::repeat_n(quote!(::super), depth - 1);
            quote!(pub(in super #(#more)*))
        }
    }
}

/// The generated variants of all states. Two states whose names differ in underscores only get
/// different variants all the same.
fn state_variants(chart: &Chart<'_>) -> Vec<Ident> {
    let mut variants: Vec<Ident> = Vec::new();
    for (index, state) in chart.states.iter().enumerate() {
        let mut name = if index == 0 {
            "Root_".to_owned()
        } else {
            camel_case(state.ident)
        };
        while variants.iter().any(|variant| *variant == name) {
            name.push('_');
        }
        variants.push(Ident::new(&name, state.ident.span()));
    }
    variants
}

/// `half_open` as the name of a type or variant: `HalfOpen`.
pub fn camel_case(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let mut camel = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut characters = word.chars();
        camel.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(characters.as_str());
    }
    // A name of underscores only, or one that would begin with a digit.
    if camel
        .chars()
        .next()
        .is_none_or(|first| first.is_ascii_digit())
    {
        camel.insert(0, '_');
        camel.insert(0, 'S');
    }
    camel
}

/// `HalfOpen` as the name of a function: `half_open`; `HTTPStatus` is `http_status`.
pub fn snake_case(ident: &Ident) -> Ident {
    let name = ident.to_string();
    let name: Vec<char> = name.strip_prefix("r#").unwrap_or(&name).chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, character) in name.iter().enumerate() {
        let after_lower = index > 0 && !name[index - 1].is_uppercase() && name[index - 1] != '_';
        let before_lower = index > 0
            && name[index - 1].is_uppercase()
            && name.get(index + 1).is_some_and(|next| next.is_lowercase());
        if character.is_uppercase() && (after_lower || before_lower) {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    function_name(&snake, ident.span())
}

/// An identifier of this text; a keyword becomes a raw one or gets an underscore.
pub fn function_name(text: &str, span: Span) -> Ident {
    match text {
        "self" | "super" | "crate" | "_" => format_ident!("{text}_", span = span),
        _ if syn::parse_str::<Ident>(text).is_ok() => Ident::new(text, span),
        _ => Ident::new_raw(text, span),
    }
}

/// Where something stands: for errors of types.
pub fn at(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span())
}

/// The same name, standing elsewhere: errors about it are shown there.
pub fn moved_to(name: &Ident, span: Span) -> Ident {
    let mut name = name.clone();
    name.set_span(span.resolved_at(name.span()));
    name
}

/// Generics without their defaults, as an `impl` or a function declares them.
pub fn declared(generics: &Generics) -> TokenStream {
    let (parameters, ..) = generics.split_for_impl();
    parameters.to_token_stream()
}

/// Whether any token, at any depth, is one of these names.
pub fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == *name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
