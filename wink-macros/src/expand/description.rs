//! The machine's chart as a constant: the only truth that diagrams, snapshots, the console and
//! the engine of parallel charts read.
//!
//! Must not know of: how the chart is run.

use super::names::Cx;
use super::text::written;
use crate::model::{ChildSignal, Row, RowKind, State, StateKind, Target, Trigger};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use wink_chart::Shape;

/// `&Chart { … }`
pub fn chart(cx: &Cx<'_>) -> TokenStream {
    let data = cx.data.ident.to_string();
    let name = match &cx.chart.ast.options.name {
        Some(name) => name.to_token_stream(),
        None => {
            let data = format!("/{data}");
            quote!(::core::concat!(::core::env!("CARGO_PKG_NAME"), #data))
        }
    };
    let documentation = &cx.chart.ast.documentation;
    let messages = cx.messages.variants.iter().map(message);
    let states = cx.chart.states.iter().map(state);
    let rows = cx.chart.rows.iter().map(|one| row(cx, one));
    quote! {
        &::wink::private::Chart {
            name: ::wink::private::describe::text(#name),
            version: ::wink::private::describe::text(::core::env!("CARGO_PKG_VERSION")),
            data: ::wink::private::describe::text(#data),
            documentation: ::wink::private::describe::text(#documentation),
            messages: ::std::borrow::Cow::Borrowed(&[#(#messages),*]),
            states: ::std::borrow::Cow::Borrowed(&[#(#states),*]),
            rows: ::std::borrow::Cow::Borrowed(&[#(#rows),*]),
        }
    }
}

fn optional(text: Option<String>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}

fn number(id: u16) -> Literal {
    Literal::u16_unsuffixed(id)
}

fn optional_number(id: Option<u16>) -> TokenStream {
    match id.map(number) {
        Some(id) => quote!(::core::option::Option::Some(#id)),
        None => quote!(::core::option::Option::None),
    }
}

fn message(variant: &crate::ast::Variant) -> TokenStream {
    let name = variant.ident.to_string();
    let documentation = &variant.documentation;
    let shape = match variant.shape {
        Shape::Unit => quote!(Unit),
        Shape::Tuple => quote!(Tuple),
        Shape::Named => quote!(Named),
    };
    let fields = variant.fields.iter().enumerate().map(|(index, field)| {
        let name = match &field.ident {
            Some(ident) => ident.to_string(),
            None => index.to_string(),
        };
        let (ty, documentation) = (written(&field.ty), &field.documentation);
        quote!(::wink::private::describe::field(#name, #ty, #documentation))
    });
    let reply = optional(variant.reply.as_ref().map(written));
    quote! {
        ::wink::private::Message {
            name: ::wink::private::describe::text(#name),
            documentation: ::wink::private::describe::text(#documentation),
            shape: ::wink::private::Shape::#shape,
            fields: ::std::borrow::Cow::Borrowed(&[#(#fields),*]),
            reply: ::wink::private::describe::optional(#reply),
        }
    }
}

fn state(state: &State<'_>) -> TokenStream {
    let name = state.ident.to_string();
    let documentation = match state.ast {
        Some(ast) => ast.documentation.as_str(),
        None => "",
    };
    let kind = match state.kind {
        StateKind::Leaf => quote!(Leaf),
        StateKind::Composite => quote!(Composite),
        StateKind::Parallel => quote!(Parallel),
        StateKind::Final => quote!(Final),
    };
    let parent = optional_number(state.parent.map(|parent| parent.0));
    let initial = optional_number(state.initial.map(|initial| initial.0));
    let function = |marked: fn(&crate::ast::Function) -> bool| {
        let function = state
            .body
            .functions
            .iter()
            .find(|function| marked(function));
        optional(function.map(|function| function.signature.ident.to_string()))
    };
    let entry = function(|function| function.entry.is_some());
    let exit = function(|function| function.exit.is_some());
    let local = optional(state.local.map(written));
    quote! {
        ::wink::private::describe::state(
            [#name, #documentation],
            #parent,
            ::wink::private::StateKind::#kind,
            #initial,
            [#entry, #exit, #local],
        )
    }
}

fn row(cx: &Cx<'_>, row: &Row<'_>) -> TokenStream {
    let source = number(row.source.0);
    let trigger = trigger(row);
    let kind = match row.kind {
        RowKind::Receive => quote!(Receive),
        RowKind::Ignore => quote!(Ignore),
        RowKind::Defer => quote!(Defer),
    };
    let targets = row.targets.iter().map(target);
    let (chooses, reenter) = (row.chooses, row.reenter);
    let guard = optional(row.ast.guard.as_ref().map(|guard| written(&guard.tokens)));
    let receives = row.kind == RowKind::Receive;
    let function = row
        .function
        .filter(|_| receives)
        .map(|function| cx.function(function).ast);
    let action = optional(function.map(|function| function.signature.ident.to_string()));
    let documentation = function.map_or("", |function| &function.documentation);
    quote! {
        ::wink::private::describe::row(
            #source,
            ::wink::private::Trigger::#trigger,
            ::wink::private::RowKind::#kind,
            &[#(::wink::private::Target::#targets),*],
            [#chooses, #reenter],
            [#guard, #action],
            #documentation,
        )
    }
}

fn trigger(row: &Row<'_>) -> TokenStream {
    match &row.trigger {
        Trigger::Messages(messages) => {
            let messages = messages.iter().map(|message| number(message.0));
            quote! {
                Messages(::std::borrow::Cow::Borrowed(
                    &[#(::wink::private::MessageId(#messages)),*]
                ))
            }
        }
        Trigger::Any => quote!(Any),
        Trigger::After => {
            let delay = row.ast.delay.as_ref();
            let nanoseconds = Literal::u64_unsuffixed(delay.map_or(0, |delay| delay.nanoseconds));
            let text = delay.map(|delay| delay.text.clone()).unwrap_or_default();
            quote! {
                After(::wink::private::Delay {
                    nanoseconds: #nanoseconds,
                    text: ::wink::private::describe::text(#text),
                })
            }
        }
        Trigger::Always => quote!(Always),
        Trigger::Done => quote!(Done),
        Trigger::Child(signal) => {
            let signal = match signal {
                ChildSignal::Started => quote!(Started),
                ChildSignal::Pulsed => quote!(Pulsed),
                ChildSignal::Errored => quote!(Errored),
                ChildSignal::Exited => quote!(Exited),
            };
            quote!(Child(::wink::private::ChildSignal::#signal))
        }
        Trigger::Down => quote!(Down),
    }
}

fn target(target: &Target) -> TokenStream {
    let (name, state) = match target {
        Target::Stay => return quote!(Stay),
        Target::State(state) => (quote!(State), state),
        Target::History(state) => (quote!(History), state),
        Target::DeepHistory(state) => (quote!(DeepHistory), state),
    };
    let state = number(state.0);
    quote!(#name(::wink::private::StateId(#state)))
}
