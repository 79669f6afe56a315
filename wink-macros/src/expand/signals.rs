//! Which row takes what is no message: nothing at all (eventless), a completed state, a time-out,
//! news of other machines.
//!
//! Must not know of: what a row does.

use super::actions;
use super::calls::Offer;
use super::guards::{self, Bound};
use super::names::Cx;
use crate::model::{RowId, StateId, Trigger};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use wink_chart::ChildSignal;

/// The body of `eventless`.
pub fn eventless(cx: &Cx<'_>) -> TokenStream {
    let rows = by_place(cx, &Trigger::Always, &quote!(return true;));
    quote!(#rows false)
}

/// The body of `completed`.
pub fn completed(cx: &Cx<'_>) -> TokenStream {
    let mut arms = TokenStream::new();
    for index in 0..cx.tree.len() as u16 {
        let state = StateId(index);
        let rows = rows_of(cx, state, &Trigger::Done);
        if rows.is_empty() {
            continue;
        }
        let origins = cx.tree.resting_in(state);
        let chain = chain(cx, &rows, &origins, &quote!(return;));
        let number = Literal::u16_unsuffixed(index);
        // What was raised before the completion may have left the state in the meantime.
        let inside = origins.iter().map(|&state| cx.state(state));
        arms.extend(quote_spanned! {Span::mixed_site()=>
            #number if ::core::matches!(parts.cx.store.at, #(#inside)|*) => { #chain }
        });
    }
    if arms.is_empty() {
        return arms;
    }
    quote_spanned!(Span::mixed_site()=> match state.0 { #arms _ => {} })
}

/// The body of `signal`.
pub fn signal(cx: &Cx<'_>) -> TokenStream {
    let span = Span::mixed_site();
    let mut arms = TokenStream::new();
    let time_outs = after(cx);
    if !time_outs.is_empty() {
        arms.extend(quote_spanned! {span=>
            ::wink::private::Signal::After(row) => match row.0 { #time_outs _ => {} },
        });
    }
    let mut news = |trigger: Trigger, pattern: TokenStream| {
        let rows = by_place(cx, &trigger, &quote!(return;));
        if !rows.is_empty() {
            arms.extend(quote_spanned!(span=> ::wink::private::Signal::#pattern => { #rows }));
        }
    };
    let event = quote!(::wink::private::ChildEvent);
    let child = |event| quote_spanned!(span=> Child(child, #event));
    news(
        Trigger::Child(ChildSignal::Started),
        child(quote!(#event::Started)),
    );
    news(
        Trigger::Child(ChildSignal::Pulsed),
        child(quote!(#event::Pulsed)),
    );
    let error = quote_spanned!(span=> #event::Errored(error));
    news(Trigger::Child(ChildSignal::Errored), child(error));
    news(
        Trigger::Child(ChildSignal::Exited),
        child(quote!(#event::Exited(_))),
    );
    news(Trigger::Down, quote_spanned!(span=> Down(down)));
    if arms.is_empty() {
        return arms;
    }
    quote_spanned!(span=> match signal { #arms _ => {} })
}

/// One arm for each `after` row; its source is active.
fn after(cx: &Cx<'_>) -> TokenStream {
    let rows = cx.chart.rows.iter().enumerate();
    let rows = rows.filter(|(_, row)| row.trigger == Trigger::After && !row.broken);
    let arms = rows.map(|(index, row)| {
        let id = RowId(index as u16);
        let chain = chain(
            cx,
            &[id],
            &cx.tree.resting_in(row.source),
            &TokenStream::new(),
        );
        let number = Literal::u16_unsuffixed(id.0);
        quote!(#number => { #chain })
    });
    arms.collect()
}

/// The rows of a state with this trigger that can be taken.
fn rows_of(cx: &Cx<'_>, state: StateId, trigger: &Trigger) -> Vec<RowId> {
    let rows = cx.chart.states[state.index()].rows.iter().copied();
    rows.filter(|row| {
        let row = &cx.chart.rows[row.index()];
        row.trigger == *trigger && !row.broken
    })
    .collect()
}

/// A `match` on the resting state: the rows with this trigger that it sees, innermost first.
/// Empty when the chart has no such row.
fn by_place(cx: &Cx<'_>, trigger: &Trigger, taken: &TokenStream) -> TokenStream {
    let mut groups: Vec<(Vec<RowId>, Vec<StateId>)> = Vec::new();
    for origin in cx.tree.resting_in(StateId::ROOT) {
        let rows: Vec<RowId> = cx
            .tree
            .upwards(origin)
            .flat_map(|state| rows_of(cx, state, trigger))
            .collect();
        if rows.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| *other == rows) {
            Some((_, origins)) => origins.push(origin),
            None => groups.push((rows, vec![origin])),
        }
    }
    if groups.is_empty() {
        return TokenStream::new();
    }
    let arms = groups.iter().map(|(rows, origins)| {
        let patterns = origins.iter().map(|&state| cx.state(state));
        let chain = chain(cx, rows, origins, taken);
        quote!(#(#patterns)|* => { #chain })
    });
    quote_spanned!(Span::mixed_site()=> match parts.cx.store.at { #(#arms)* _ => {} })
}

/// Tries rows one after the other; `taken` follows the one whose guard holds.
fn chain(cx: &Cx<'_>, rows: &[RowId], origins: &[StateId], taken: &TokenStream) -> TokenStream {
    let mut tokens = TokenStream::new();
    for &row in rows {
        let body = actions::take(cx, row, origins, Offer::Other);
        match guards::ask(cx, row, Bound::AsTaken) {
            Some(guard) => tokens.extend(quote!(if #guard { #body #taken })),
            None => {
                tokens.extend(quote!(#body #taken));
                break;
            }
        }
    }
    tokens
}
