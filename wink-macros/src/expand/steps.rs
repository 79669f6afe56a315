//! `impl Steps` or `impl StepsAsync`: the methods whose bodies are the chart.
//!
//! Must not know of: what the bodies do.

use super::dispatch::{self, Form};
use super::names::Cx;
use super::{actions, signals};
use crate::model::{RowKind, Trigger};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// The bodies of the methods.
struct Bodies {
    enter_initial: TokenStream,
    deliver: TokenStream,
    /// In an asynchronous machine: what of `deliver` never waits.
    deliver_now: TokenStream,
    eventless: TokenStream,
    completed: TokenStream,
    signal: TokenStream,
    leave: TokenStream,
}

/// The steps of the machine, whichever form its chart has.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    if cx.tree.has_parallel() {
        let perform = super::parallel::perform(cx);
        let steps = implementation(cx, &forwarded(cx));
        return quote! { #perform #steps };
    }
    let (deliver, deliver_now) = deliver(cx);
    implementation(
        cx,
        &Bodies {
            enter_initial: actions::start(cx),
            deliver,
            deliver_now,
            eventless: signals::eventless(cx),
            completed: signals::completed(cx),
            signal: signals::signal(cx),
            leave: actions::end(cx),
        },
    )
}

/// `deliver`, and in an asynchronous machine `deliver_now`.
fn deliver(cx: &Cx<'_>) -> (TokenStream, TokenStream) {
    if !cx.asynchronous {
        return (dispatch::deliver(cx, Form::Plain), TokenStream::new());
    }
    let rest = cx.waits.then(|| dispatch::deliver(cx, Form::Waiting));
    let deliver = quote_spanned! {Span::mixed_site()=>
        let message = match Self::deliver_now(parts, message, outcome, observer) {
            ::core::option::Option::Some(message) => message,
            ::core::option::Option::None => return,
        };
        #rest
    };
    (deliver, dispatch::deliver(cx, Form::Now))
}

/// Bodies that leave everything to the runtime's engine.
fn forwarded(cx: &Cx<'_>) -> Bodies {
    let span = Span::mixed_site();
    let (module, awaited) = if cx.waits {
        (
            quote!(::wink::private::parallel::asynchronous),
            quote!(.await),
        )
    } else {
        (quote!(::wink::private::parallel), TokenStream::new())
    };
    let deliver = quote_spanned! {span=>
        #module::deliver(parts, message, outcome, observer) #awaited
    };
    let deliver_now = if cx.waits {
        // Which functions run is known only when the engine has run.
        quote_spanned!(span=> ::core::option::Option::Some(message))
    } else {
        quote_spanned!(span=> #deliver; ::core::option::Option::None)
    };
    Bodies {
        enter_initial: quote_spanned! {span=>
            #module::enter_initial(parts, outcome, observer) #awaited
        },
        deliver,
        deliver_now,
        eventless: quote_spanned! {span=>
            #module::eventless(parts, outcome, observer) #awaited
        },
        completed: quote_spanned! {span=>
            #module::completed(parts, state, outcome, observer) #awaited
        },
        signal: quote_spanned! {span=>
            #module::signal(parts, signal, outcome, observer) #awaited
        },
        leave: quote_spanned!(span=> #module::leave(parts, outcome, observer) #awaited),
    }
}

/// Whether anything can follow a microstep: then the runtime has to look.
fn settles(cx: &Cx<'_>) -> bool {
    let follows = |trigger: &Trigger| matches!(trigger, Trigger::Always | Trigger::Done);
    cx.uses_context() || cx.chart.rows.iter().any(|row| follows(&row.trigger))
}

fn defers(cx: &Cx<'_>) -> bool {
    cx.chart.rows.iter().any(|row| row.kind == RowKind::Defer)
}

fn implementation(cx: &Cx<'_>, bodies: &Bodies) -> TokenStream {
    let (machine, message) = (cx.machine(), cx.message());
    let (parameters, _, clause) = cx.data.generics.split_for_impl();
    let (name, asyncness) = if cx.asynchronous {
        (quote!(StepsAsync), Some(quote!(async)))
    } else {
        (quote!(Steps), None)
    };
    let (settles, defers) = (settles(cx), defers(cx));
    let Bodies {
        enter_initial,
        deliver,
        eventless,
        completed,
        signal,
        leave,
        ..
    } = bodies;
    let deliver_now = cx
        .asynchronous
        .then(|| deliver_now(cx, &bodies.deliver_now));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        #[allow(unused, non_shorthand_field_patterns)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        impl #parameters ::wink::private::#name for #machine #clause {
            const SETTLES: bool = #settles;
            const DEFERS: bool = #defers;
            #asyncness fn enter_initial<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) { #enter_initial }
            #[inline]
            #asyncness fn deliver<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                message: #message,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) { #deliver }
            #deliver_now
            #[inline]
            #asyncness fn eventless<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) -> bool { #eventless }
            #asyncness fn completed<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                state: ::wink::private::StateId,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) { #completed }
            #asyncness fn signal<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                signal: &::wink::private::Signal,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) { #signal }
            #asyncness fn leave<O: ::wink::private::Observer>(
                parts: &mut ::wink::private::Parts<Self>,
                outcome: &mut ::wink::private::Outcome,
                observer: &mut O,
            ) { #leave }
        }
    }
}

fn deliver_now(cx: &Cx<'_>, body: &TokenStream) -> TokenStream {
    let message = cx.message();
    quote_spanned! {Span::mixed_site()=>
        #[inline]
        fn deliver_now<O: ::wink::private::Observer>(
            parts: &mut ::wink::private::Parts<Self>,
            message: #message,
            outcome: &mut ::wink::private::Outcome,
            observer: &mut O,
        ) -> ::core::option::Option<#message> { #body }
    }
}
