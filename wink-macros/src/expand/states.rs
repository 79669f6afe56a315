//! `State`, the enum of all states, and `Context`, the machine's own context.
//!
//! Must not know of: rows.

use super::names::{Cx, declared};
use crate::model::StateId;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Both, for the machine's module.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    let context = context(cx);
    let state = state(cx);
    quote! { #context #state }
}

fn context(cx: &Cx<'_>) -> TokenStream {
    let documentation = format!(
        " What the functions of `{}` can ask of the world.",
        cx.data.ident
    );
    let machine = cx.machine();
    let mut generics = cx.data.generics.clone();
    // Bounds are not enforced in an alias, and rustc says so.
    generics.where_clause = None;
    for parameter in generics.type_params_mut() {
        parameter.bounds.clear();
        parameter.colon_token = None;
    }
    let parameters = declared(&generics);
    quote! {
        #[doc = #documentation]
        #[allow(dead_code, private_interfaces)]
        pub type Context #parameters = ::wink::Context<#machine>;
    }
}

fn state(cx: &Cx<'_>) -> TokenStream {
    let documentation = format!(" The states of `{}`.", cx.data.ident);
    let variants = cx.chart.states.iter().enumerate().map(|(index, state)| {
        let variant = cx.variant(StateId(index as u16));
        let number = Literal::u16_unsuffixed(index as u16);
        match state.ast {
            None => quote! { #[doc(hidden)] #variant = #number },
            Some(ast) if ast.documentation.is_empty() => {
                let documentation = format!(" The state `{}`.", ast.ident);
                quote! { #[doc = #documentation] #variant = #number }
            }
            Some(ast) => {
                let documentation = &ast.documentation;
                quote! { #[doc = #documentation] #variant = #number }
            }
        }
    });
    let all: Vec<StateId> = (0..cx.chart.states.len() as u16).map(StateId).collect();
    let all = listed(&all, |state| cx.state(state));
    let implementation = format!(
        "#[automatically_derived]
        impl ::wink::private::StateName for State {{
            const ROOT: Self = State::Root_;
            #[inline]
            fn id(self) -> ::wink::private::StateId {{
                ::wink::private::StateId(self as u16)
            }}
            fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {{
                const ALL: &[State] = &[{all}];
                ALL.get(id.index()).copied()
            }}
        }}"
    );
    let implementation = super::code::lex(&implementation);
    let rest = (!cx.tree.is_interpreted()).then(|| rest(cx));
    quote! {
        #[doc = #documentation]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        #[non_exhaustive]
        #[allow(dead_code, missing_docs)]
        pub enum State { #(#variants),* }
        #implementation
        #rest
    }
}

/// The enum of the states that the machine can rest in.
fn rest(cx: &Cx<'_>) -> TokenStream {
    let states = cx.tree.resting_in(StateId::ROOT);
    let variants = states.iter().map(|&state| cx.variant(state));
    let first = cx.rest(states.first().copied().unwrap_or(StateId::ROOT));
    let count = states.len();
    let names = listed(&states, |state| cx.state(state));
    let each = |state: StateId| format!("{} => {}", state.0, some(&cx.rest(state)));
    let found = listed(&states, each);
    let implementation = format!(
        "#[automatically_derived]
        impl ::wink::private::Resting for __Resting {{
            type State = State;
            const FIRST: Self = {first};
            #[inline]
            fn state(self) -> State {{
                const ALL: [State; {count}] = [{names}];
                ALL[self as usize]
            }}
            fn from_id(id: ::wink::private::StateId) -> ::core::option::Option<Self> {{
                match id.0 {{ {found}, _ => ::core::option::Option::None }}
            }}
        }}"
    );
    let implementation = super::code::lex(&implementation);
    quote! {
        #[doc(hidden)]
        #[derive(Clone, Copy)]
        #[allow(missing_debug_implementations, unreachable_pub)]
        pub enum __Resting { #(#variants),* }
        #implementation
    }
}

/// What `each` says of every state, with commas between.
fn listed(states: &[StateId], each: impl Fn(StateId) -> String) -> String {
    let texts: Vec<String> = states.iter().map(|&state| each(state)).collect();
    texts.join(", ")
}

fn some(value: &str) -> String {
    format!("::core::option::Option::Some({value})")
}

/// `impl Machine` and `impl Drive`.
pub fn machine(cx: &Cx<'_>) -> TokenStream {
    let machine = cx.machine();
    let message = cx.message();
    let (parameters, _, clause) = cx.data.generics.split_for_impl();
    let histories = Literal::usize_unsuffixed(cx.slots.len());
    let store = if cx.tree.is_interpreted() {
        let words = Literal::usize_unsuffixed(cx.chart.states.len().div_ceil(64));
        quote!(::wink::private::Configuration<State, #words, #histories>)
    } else {
        quote!(::wink::private::Place<__Resting, #histories>)
    };
    let locals = super::locals::type_of(cx);
    let holds = super::locals::holds(cx);
    let chart = super::description::chart(cx);
    let sessions = cx.notes().is_some_and(|notes| notes.invokes).then(|| {
        quote! {
            const SETTLED: bool = true;
            fn saved(&self, now: ::wink::Time) {
                self.__sessions.save(now);
            }
            fn restored(
                &mut self,
                now: ::wink::Time,
            ) -> ::core::result::Result<(), ::wink::RestoreError> {
                self.__sessions.restore(now)
            }
        }
    });
    let kind = if cx.asynchronous {
        quote!(async)
    } else {
        quote!(sync)
    };
    quote! {
        #[automatically_derived]
        impl #parameters ::wink::Machine for #machine #clause {
            type Message = #message;
            type Store = #store;
            type Locals = #locals;
            const CHART: &'static ::wink::private::Chart = #chart;
            #holds
            #sessions
        }
        ::wink::private::impl_drive! { #kind [#parameters] [#machine] [#clause] }
    }
}
