//! `impl Perform`: what the engine of parallel charts asks of a machine, one operation at a time.
//!
//! Messages are borrowed here, since several regions can receive one: what a function takes by
//! value is cloned.
//!
//! Must not know of: exits and entries of a transition, their order.

use super::calls::{self, Call, Offer, call, wrapper};
use super::goto;
use super::guards::{self, Bound};
use super::names::Cx;
use crate::model::{FunctionId, MessageId, Row, RowId, RowKind, StateId, Trigger};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use wink_chart::ChildSignal;

/// The operations of the machine.
pub fn perform(cx: &Cx<'_>) -> TokenStream {
    let machine = cx.machine();
    let (parameters, _, clause) = cx.data.generics.split_for_impl();
    let (name, asyncness) = if cx.waits {
        (quote!(PerformAsync), Some(quote!(async)))
    } else {
        (quote!(Perform), None)
    };
    let (guard, act, enter, exit) = (guards(cx), acts(cx), enters(cx), exits(cx));
    let forget = forgets(cx);
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        #[allow(unused, non_shorthand_field_patterns)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        impl #parameters ::wink::private::#name for #machine #clause {
            fn guard(
                parts: &::wink::private::Parts<Self>,
                row: ::wink::private::RowId,
                event: &::wink::private::Event<'_, Self>,
            ) -> bool { #guard }
            #asyncness fn act(
                parts: &mut ::wink::private::Parts<Self>,
                row: ::wink::private::RowId,
                event: &::wink::private::Event<'_, Self>,
            ) -> usize { #act }
            #asyncness fn enter(
                parts: &mut ::wink::private::Parts<Self>,
                state: ::wink::private::StateId,
            ) { #enter }
            #asyncness fn exit(
                parts: &mut ::wink::private::Parts<Self>,
                state: ::wink::private::StateId,
            ) { #exit }
            fn forget(
                parts: &mut ::wink::private::Parts<Self>,
                state: ::wink::private::StateId,
            ) { #forget }
        }
    }
}

/// The pattern of an event by which a row is set off, without binding anything.
fn signal_pattern(trigger: &Trigger) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let child = |event: TokenStream| {
        Some(quote_spanned! {span=>
            ::wink::private::Event::Signal(
                ::wink::private::Signal::Child(child, ::wink::private::ChildEvent::#event)
            )
        })
    };
    match trigger {
        Trigger::Child(ChildSignal::Started) => child(quote!(Started)),
        Trigger::Child(ChildSignal::Pulsed) => child(quote!(Pulsed)),
        Trigger::Child(ChildSignal::Errored) => child(quote_spanned!(span=> Errored(error))),
        Trigger::Child(ChildSignal::Exited) => child(quote!(Exited(_))),
        Trigger::Down => Some(quote_spanned! {span=>
            ::wink::private::Event::Signal(::wink::private::Signal::Down(down))
        }),
        Trigger::Messages(_) | Trigger::Any | Trigger::After | Trigger::Always | Trigger::Done => {
            None
        }
    }
}

/// Arms of a `match` on the event with what `body` makes of each; `otherwise` is for events that
/// never set the row off.
fn on_event(
    cx: &Cx<'_>,
    row: &Row<'_>,
    otherwise: &TokenStream,
    body: impl Fn(Offer) -> TokenStream,
) -> TokenStream {
    let span = Span::mixed_site();
    let messages = |messages: &[MessageId]| -> TokenStream {
        let arms = messages.iter().map(|&message| {
            let pattern = calls::pattern(cx, row, message);
            let body = body(Offer::Message(message));
            quote!(::wink::private::Event::Message(#pattern) => { #body })
        });
        quote_spanned!(span=> match *event { #(#arms)* _ => #otherwise })
    };
    match &row.trigger {
        Trigger::Messages(list) if calls::alike(cx, row, list) && !list.is_empty() => {
            let patterns = list.iter().map(|&message| calls::pattern(cx, row, message));
            let body = body(Offer::Message(list[0]));
            quote_spanned! {span=>
                match *event {
                    ::wink::private::Event::Message(#(#patterns)|*) => { #body }
                    _ => #otherwise
                }
            }
        }
        Trigger::Messages(list) => messages(list),
        Trigger::Any => match calls::whole_message(cx, row) {
            Some((name, _)) => {
                let body = body(Offer::Other);
                quote_spanned! {span=>
                    match *event {
                        ::wink::private::Event::Message(#name) => { #body }
                        _ => #otherwise
                    }
                }
            }
            None => body(Offer::Other),
        },
        trigger => {
            let body = body(Offer::Other);
            match signal_pattern(trigger) {
                Some(pattern) => quote_spanned! {span=>
                    match *event { #pattern => { #body } _ => #otherwise }
                },
                None => body,
            }
        }
    }
}

fn guards(cx: &Cx<'_>) -> TokenStream {
    let mut arms = TokenStream::new();
    for (index, row) in cx.chart.rows.iter().enumerate() {
        let id = RowId(index as u16);
        let Some(guard) = guards::ask(cx, id, Bound::References) else {
            continue;
        };
        let number = Literal::u16_unsuffixed(index as u16);
        let body = on_event(cx, row, &quote!(false), |_| guard.clone());
        arms.extend(quote!(#number => { #body }));
    }
    if arms.is_empty() {
        return quote!(true);
    }
    quote_spanned!(Span::mixed_site()=> match row.0 { #arms _ => true })
}

fn acts(cx: &Cx<'_>) -> TokenStream {
    let mut arms = TokenStream::new();
    for (index, row) in cx.chart.rows.iter().enumerate() {
        let Some(function) = row.function else {
            continue;
        };
        if row.broken || row.kind != RowKind::Receive || !cx.callable(function) {
            continue;
        }
        let number = Literal::u16_unsuffixed(index as u16);
        let body = on_event(cx, row, &quote!(0), |offer| act(cx, row, function, offer));
        arms.extend(quote!(#number => { #body }));
    }
    if arms.is_empty() {
        return quote!(0);
    }
    quote_spanned!(Span::mixed_site()=> match row.0 { #arms _ => 0 })
}

/// Calls a row's function; the value is the index of the chosen target.
fn act(cx: &Cx<'_>, row: &Row<'_>, function: FunctionId, offer: Offer) -> TokenStream {
    let span = Span::mixed_site();
    let model = cx.function(function);
    let Call { before, expression } = call(cx, function, offer);
    let answer = model.returns.value.and_then(|_| wrapper(cx, offer));
    if !row.chooses {
        return match answer {
            Some((wrap, answer)) => quote_spanned! {span=>
                #before
                let answer: #answer = #expression;
                ::wink::private::answer(&mut parts.cx, #wrap(answer));
                0
            },
            None => quote_spanned!(span=> #before #expression; 0),
        };
    }
    let path = goto::path(cx, model);
    let asked = match answer {
        Some((wrap, answer)) => quote_spanned! {span=>
            let (answer, goto): (#answer, #path) = #expression;
            ::wink::private::answer(&mut parts.cx, #wrap(answer));
        },
        None => quote_spanned!(span=> let goto = #expression;),
    };
    let arms = row.ast.targets.iter().enumerate().map(|(index, target)| {
        let mut variant = goto::variant(target);
        variant.set_span(span.resolved_at(Span::call_site()));
        let index = Literal::usize_unsuffixed(index);
        quote!(#path::#variant => #index,)
    });
    // Not reached: a row declares all that its function can choose.
    quote_spanned!(span=> #before #asked match goto { #(#arms)* _ => 0 })
}

fn enters(cx: &Cx<'_>) -> TokenStream {
    let span = Span::mixed_site();
    let locals: Vec<StateId> = cx.states_with_local().map(|(state, _)| state).collect();
    by_state(cx, |state| {
        let function = cx.chart.states[state.index()].entry?;
        if !cx.callable(function) {
            return None;
        }
        let Call { expression, .. } = call(cx, function, Offer::Other);
        Some(if locals.contains(&state) {
            let field = cx.local_field(state);
            quote_spanned! {span=>
                parts.locals.#field = ::core::option::Option::Some(#expression);
            }
        } else {
            quote_spanned!(span=> #expression;)
        })
    })
}

fn exits(cx: &Cx<'_>) -> TokenStream {
    let span = Span::mixed_site();
    by_state(cx, |state| {
        let function = cx.chart.states[state.index()].exit;
        let function = function.filter(|&function| cx.callable(function))?;
        let Call { expression, .. } = call(cx, function, Offer::Other);
        Some(quote_spanned!(span=> #expression;))
    })
}

fn forgets(cx: &Cx<'_>) -> TokenStream {
    let locals: Vec<StateId> = cx.states_with_local().map(|(state, _)| state).collect();
    by_state(cx, |state| {
        locals.contains(&state).then(|| {
            let field = cx.local_field(state);
            quote_spanned! {Span::mixed_site()=>
                parts.locals.#field = ::core::option::Option::None;
            }
        })
    })
}

fn by_state(cx: &Cx<'_>, body: impl Fn(StateId) -> Option<TokenStream>) -> TokenStream {
    let mut arms = TokenStream::new();
    for index in 0..cx.tree.len() as u16 {
        let Some(body) = body(StateId(index)) else {
            continue;
        };
        let number = Literal::u16_unsuffixed(index);
        arms.extend(quote!(#number => { #body }));
    }
    if arms.is_empty() {
        return arms;
    }
    quote_spanned!(Span::mixed_site()=> match state.0 { #arms _ => {} })
}
