//! The user's module again, without our attributes, and with what functions need to be called
//! from the machine's module.
//!
//! Must not know of: what is done in a step.

use super::names::{Cx, mentions, raised};
use super::{goto, guards, waiting};
use crate::ast::{self, Item};
use crate::model::{Function, ParameterKind, StateId};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Type, Visibility};

/// What stands between the braces of the machine's module or of a state's.
pub fn body(cx: &Cx<'_>, state: StateId) -> TokenStream {
    let body = cx.chart.states[state.index()].body;
    let depth = cx.chart.states[state.index()].depth;
    let mut tokens = TokenStream::new();
    if !body.items.iter().any(imports_parent) {
        tokens.extend(quote! { #[allow(unused_imports)] use super::*; });
    }
    for item in &body.items {
        tokens.extend(match item {
            Item::Function(index) => function(cx, &body.functions[*index], depth),
            Item::State(index) => child(cx, state, &body.states[*index]),
            Item::Data => cx.data.tokens.clone(),
            Item::Messages => cx.messages.tokens.clone(),
            Item::Other(item) => other(item, depth),
        });
    }
    tokens.extend(goto::module(cx, state));
    tokens.extend(guards::functions(cx, state));
    tokens.extend(local_alias(cx, state));
    tokens
}

/// Whether the user wrote `use super::*;`, which a second one would make superfluous.
fn imports_parent(item: &Item) -> bool {
    let Item::Other(item) = item else {
        return false;
    };
    let mut text = String::new();
    for token in item.rest.clone() {
        text.push_str(&token.to_string());
    }
    text == "usesuper::*;"
}

fn child(cx: &Cx<'_>, parent: StateId, state: &ast::State) -> TokenStream {
    let id = cx.chart.states[parent.index()]
        .children
        .iter()
        .copied()
        .find(|child| {
            cx.chart.states[child.index()]
                .ast
                .is_some_and(|other| std::ptr::eq(other, state))
        });
    // A state that the model left out (reported) loses its body: nothing refers to it.
    let Some(id) = id else {
        return TokenStream::new();
    };
    let depth = cx.chart.states[parent.index()].depth;
    let ast::State {
        attributes, ident, ..
    } = state;
    let visibility = visibility(&state.visibility, depth);
    let body = body(cx, id);
    let siblings = cx.chart.states[parent.index()].children.iter();
    let earlier = siblings.take_while(|sibling| **sibling != id);
    if earlier
        .into_iter()
        .any(|sibling| cx.chart.states[sibling.index()].ident == ident)
    {
        // Reported; rustc shall not say it again.
        let ident = quote::format_ident!("__wink_again_{}", id.index());
        return quote! { #[allow(dead_code)] mod #ident { #body } };
    }
    // Lints about the module, such as missing documentation, are shown where it stands.
    let keyword = Ident::new("mod", ident.span());
    quote! { #(#attributes)* #visibility #keyword #ident { #body } }
}

fn other(item: &ast::OtherItem, depth: usize) -> TokenStream {
    let ast::OtherItem {
        attributes, rest, ..
    } = item;
    match &item.visibility {
        Some(written) if item.declared.is_some() => {
            let visibility = visibility(written, depth);
            quote! { #attributes #visibility #rest }
        }
        written => quote! { #attributes #written #rest },
    }
}

/// What was written, or as much as the machine's module needs to see an item in a module that
/// lies `depth` below it.
fn visibility(written: &Visibility, depth: usize) -> TokenStream {
    let enough = match written {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => {
            let path = &restricted.path;
            !(path.is_ident("self") || (path.is_ident("super") && depth > 1))
        }
        Visibility::Inherited => false,
    };
    if enough || depth == 0 {
        written.to_token_stream()
    } else {
        raised(depth)
    }
}

/// A parameter that only a guard of the function's rows reads is used: rustc, which sees the
/// guard elsewhere, must not call it unused.
fn with_guards(cx: &Cx<'_>, model: Option<&Function<'_>>, body: TokenStream) -> TokenStream {
    let Some(model) = model else { return body };
    let rows = model.rows.iter().map(|row| &cx.chart.rows[row.index()]);
    let guards: Vec<&TokenStream> = rows
        .filter_map(|row| row.ast.guard.as_ref())
        .map(|guard| &guard.tokens)
        .collect();
    let idents = model.parameters.iter().map(|one| &one.ast.ident);
    let used: Vec<&Ident> = idents
        .filter(|ident| guards.iter().any(|guard| mentions((*guard).clone(), ident)))
        .collect();
    if used.is_empty() {
        return body;
    }
    quote!({ #(let _ = &#used;)* #body })
}

/// A function of ours: its parameters as written, the data's generics added, `Goto` resolved.
fn function(cx: &Cx<'_>, function: &ast::Function, depth: usize) -> TokenStream {
    let attributes = &function.attributes;
    if let Some(verbatim) = &function.verbatim {
        return quote! { #[allow(dead_code)] #verbatim };
    }
    let model = cx
        .chart
        .functions
        .iter()
        .find(|other| std::ptr::eq(other.ast, function));
    let signature = &function.signature;
    let visibility = visibility(&function.visibility, depth);
    let name = &signature.ident;
    let (generics, clause) = generics(cx, &signature.generics);
    let typed = |mutable: bool| {
        let parameters = signature.parameters.iter().map(move |parameter| {
            let mutability = parameter.mutability.filter(|_| mutable);
            let mutability = mutability.map(|span| Ident::new("mut", span));
            let ident = &parameter.ident;
            let known = model.and_then(|model| {
                model
                    .parameters
                    .iter()
                    .find(|one| std::ptr::eq(one.ast, parameter))
            });
            let ty = parameter_type(cx, known.map(|one| &one.kind), parameter);
            quote!(#mutability #ident: #ty)
        });
        parameters.collect::<Vec<TokenStream>>()
    };
    let chooses = model.is_some_and(|model| model.returns.goto.is_some());
    let output = signature.output.as_ref().map(|ty| {
        let ty = if chooses {
            goto::returned(name, ty)
        } else {
            ty.to_token_stream()
        };
        quote!(-> #ty)
    });
    let rest = quote!(#output #clause);
    let body = if chooses {
        goto::body(name, &function.body)
    } else {
        function.body.clone()
    };
    let body = with_guards(cx, model, body);
    let allow = may_be_unused(cx, model);
    let parameters = typed(true);
    if waiting::never_waits(function) {
        let twin = waiting::plain_name(name);
        let wrapper = waiting::wrapper(function, &visibility, &generics, &typed(false), &rest);
        return quote! {
            #[doc(hidden)]
            #allow
            #[inline]
            #visibility fn #twin #generics (#(#parameters),*) #rest #body
            #wrapper
        };
    }
    let asyncness = signature.asyncness.map(|span| Ident::new("async", span));
    // Called from another crate's copy of the steps, it can be inlined there too.
    let inline = (!attributes
        .iter()
        .any(|attribute| attribute.name == "inline"))
    .then(|| quote!(#[inline]));
    quote! {
        #(#attributes)* #allow #inline
        #visibility #asyncness fn #name #generics (#(#parameters),*) #rest #body
    }
}

/// What was reported is not called; that it is unused would be a second complaint.
fn may_be_unused(cx: &Cx<'_>, model: Option<&Function<'_>>) -> Option<TokenStream> {
    model
        .is_none_or(|model| model.broken || model.rows.iter().any(|row| broken_row(cx, *row)))
        .then(|| quote!(#[allow(dead_code)]))
}

fn broken_row(cx: &Cx<'_>, row: crate::model::RowId) -> bool {
    cx.chart.rows[row.index()].broken
}

/// The data's generics and the function's own, with all their bounds.
pub fn generics(cx: &Cx<'_>, own: &Generics) -> (TokenStream, TokenStream) {
    let data = &cx.data.generics;
    if data.params.is_empty() {
        let (parameters, _, clause) = own.split_for_impl();
        return (parameters.to_token_stream(), clause.to_token_stream());
    }
    let mut merged = data.clone();
    for parameter in merged.params.iter_mut() {
        match parameter {
            GenericParam::Type(parameter) => parameter.default = None,
            GenericParam::Const(parameter) => parameter.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    let lifetimes = own.lifetimes().filter(|lifetime| {
        !data
            .lifetimes()
            .any(|other| other.lifetime == lifetime.lifetime)
    });
    for lifetime in lifetimes {
        merged
            .params
            .insert(0, GenericParam::Lifetime(lifetime.clone()));
    }
    if let Some(clause) = &own.where_clause {
        merged
            .make_where_clause()
            .predicates
            .extend(clause.predicates.iter().cloned());
    }
    let (parameters, _, clause) = merged.split_for_impl();
    (parameters.to_token_stream(), clause.to_token_stream())
}

/// A parameter's type; a bare `Context` or data type of a generic machine gets the parameters.
pub fn parameter_type(
    cx: &Cx<'_>,
    kind: Option<&ParameterKind>,
    parameter: &ast::Parameter,
) -> TokenStream {
    let tokens = parameter.ty.to_token_stream();
    if cx.data.generics.params.is_empty() {
        return tokens;
    }
    match kind {
        Some(ParameterKind::Data { .. }) => with_arguments(cx, tokens, &cx.data.ident),
        Some(ParameterKind::Context { .. }) => {
            with_arguments(cx, tokens, &Ident::new("Context", cx.data.ident.span()))
        }
        _ => tokens,
    }
}

/// Adds the data's generic arguments after `name` where it stands without any.
fn with_arguments(cx: &Cx<'_>, tokens: TokenStream, name: &Ident) -> TokenStream {
    let (_, arguments, _) = cx.data.generics.split_for_impl();
    let mut result = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let bare = matches!(&token, TokenTree::Ident(ident) if ident == name)
            && !matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
        result.extend([token]);
        if bare {
            arguments.to_tokens(&mut result);
        }
    }
    result
}

/// A name by which the machine's module can say the type of a state's local.
fn local_alias(cx: &Cx<'_>, state: StateId) -> TokenStream {
    let local = cx.states_with_local().find(|&(of, _)| of == state);
    let Some((_, ty)) = local else {
        return TokenStream::new();
    };
    let generics = mentioned(&cx.data.generics, ty);
    let (parameters, ..) = generics.split_for_impl();
    let visibility = cx.raised(state);
    quote! {
        #[doc(hidden)]
        #[allow(type_alias_bounds, private_interfaces, clippy::type_complexity)]
        #visibility type __WinkLocal #parameters = #ty;
    }
}

/// The generic parameters that a type speaks of: an alias may declare no others.
pub fn mentioned(generics: &Generics, ty: &Type) -> Generics {
    let tokens = ty.to_token_stream();
    let parameters = generics.params.iter().filter(|parameter| {
        let name = match parameter {
            GenericParam::Type(parameter) => &parameter.ident,
            GenericParam::Const(parameter) => &parameter.ident,
            GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
        };
        mentions(tokens.clone(), name)
    });
    Generics {
        params: parameters.cloned().collect(),
        ..Generics::default()
    }
}
