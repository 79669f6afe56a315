//! Which row takes a message: a `match` on the resting state, in it one on the message.
//!
//! Rows are in the order in which they are tried: a state's named rows, its `_` rows, then those
//! of the state that it lies in. A guard that does not hold falls to the next arm.
//!
//! Must not know of: what a row does.

use super::actions;
use super::calls::{self, Offer};
use super::names::{Cx, own, row_id};
use crate::model::{MessageId, Row, RowId, RowKind, StateId, Trigger};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// Arms that a composite's rows may add to the states inside it before they are written once,
/// in a function of their own, instead of once a state.
const ARMS_INHERITED_MAX: usize = 48;

/// The body of `deliver`.
pub fn deliver(cx: &Cx<'_>) -> TokenStream {
    let span = Span::mixed_site();
    let groups = groups(cx);
    let shared = shared(cx);
    let functions = shared.iter().map(|&state| function(cx, &shared, state));
    let mut arms = TokenStream::new();
    for (states, origins) in &groups {
        let from = states.first().copied().unwrap_or(origins[0]);
        let patterns = origins.iter().map(|&state| cx.state(state));
        let body = rows(cx, &shared, origins, from);
        arms.extend(quote!(#(#patterns)|* => #body));
    }
    quote_spanned! {span=>
        #(#functions)*
        match parts.cx.store.at {
            #arms
            _ => ::wink::private::unhandled(outcome, observer, message),
        }
    }
}

/// Resting states that see the same rows, with the states that declare those rows.
fn groups(cx: &Cx<'_>) -> Vec<(Vec<StateId>, Vec<StateId>)> {
    let mut groups: Vec<(Vec<StateId>, Vec<StateId>)> = Vec::new();
    for origin in cx.tree.resting_in(StateId::ROOT) {
        let states: Vec<StateId> =
            cx.tree.upwards(origin).filter(|&state| has_message_rows(cx, state)).collect();
        match groups.iter_mut().find(|(other, _)| *other == states) {
            Some((_, origins)) => origins.push(origin),
            None => groups.push((states, vec![origin])),
        }
    }
    groups
}

fn has_message_rows(cx: &Cx<'_>, state: StateId) -> bool {
    message_rows(cx, state).next().is_some()
}

/// A state's rows for messages, in the order in which they are tried.
fn message_rows<'c>(cx: &'c Cx<'_>, state: StateId) -> impl Iterator<Item = RowId> + 'c {
    let rows = &cx.chart.states[state.index()].rows;
    let of = |row: &RowId| &cx.chart.rows[row.index()].trigger;
    let named = rows.iter().filter(move |row| matches!(of(row), Trigger::Messages(_)));
    let any = rows.iter().filter(move |row| matches!(of(row), Trigger::Any));
    named.chain(any).copied()
}

/// Composites whose rows are inherited so often that they get a function.
fn shared(cx: &Cx<'_>) -> Vec<StateId> {
    let states = (0..cx.tree.len() as u16).map(StateId);
    states
        .filter(|&state| {
            let heirs = cx.tree.resting_in(state).len();
            heirs > 1 && heirs * message_rows(cx, state).count() > ARMS_INHERITED_MAX
        })
        .collect()
}

fn shared_name(state: StateId) -> Ident {
    format_ident!("rows_of_{}", state.0, span = Span::mixed_site())
}

/// The rows of `state` and of those that it lies in, whatever state inside it is rested in.
fn function(cx: &Cx<'_>, shared: &[StateId], state: StateId) -> TokenStream {
    let name = shared_name(state);
    let (machine, message) = (cx.machine(), cx.message());
    let body = rows(cx, shared, &cx.tree.resting_in(state), state);
    let asyncness = cx.asynchronous.then(|| quote!(async));
    let parameters = cx.data.generics.params.iter().map(|parameter| {
        let mut parameter = parameter.clone();
        match &mut parameter {
            syn::GenericParam::Type(parameter) => parameter.default = None,
            syn::GenericParam::Const(parameter) => parameter.default = None,
            syn::GenericParam::Lifetime(_) => {}
        }
        parameter
    });
    let clause = &cx.data.generics.where_clause;
    quote_spanned! {Span::mixed_site()=>
        #asyncness fn #name<#(#parameters,)* O: ::wink::private::Observer>(
            parts: &mut ::wink::private::Parts<#machine>,
            message: #message,
            outcome: &mut ::wink::private::Outcome,
            observer: &mut O,
        ) #clause #body
    }
}

/// A block that offers the message to the rows from `from` outwards.
fn rows(cx: &Cx<'_>, shared: &[StateId], origins: &[StateId], from: StateId) -> TokenStream {
    let span = Span::mixed_site();
    let done = vec![false; cx.messages.variants.len()];
    let mut arms = Arms { cx, origins, tokens: TokenStream::new(), done, gap: false };
    let mut elsewhere = None;
    for state in cx.tree.upwards(from) {
        if state != from && shared.contains(&state) {
            elsewhere = Some(shared_name(state));
            break;
        }
        for row in message_rows(cx, state) {
            arms.row(row);
        }
    }
    if arms.gap || !arms.done.iter().all(|done| *done) {
        let awaited = cx.asynchronous.then(|| quote!(.await));
        arms.tokens.extend(match elsewhere {
            Some(function) => quote_spanned! {span=>
                message => #function(parts, message, outcome, observer) #awaited,
            },
            None => quote_spanned! {span=>
                message => ::wink::private::unhandled(outcome, observer, message),
            },
        });
    }
    let arms = arms.tokens;
    quote_spanned!(span=> { match message { #arms } })
}

/// Arms of a `match` on the message.
struct Arms<'c, 'a> {
    cx: &'c Cx<'a>,
    origins: &'c [StateId],
    tokens: TokenStream,
    /// By message: an arm without guard takes it, so that later ones are never reached.
    done: Vec<bool>,
    /// A row that was reported has no arm.
    gap: bool,
}

impl Arms<'_, '_> {
    fn row(&mut self, id: RowId) {
        let row = &self.cx.chart.rows[id.index()];
        self.gap |= row.broken;
        match &row.trigger {
            Trigger::Messages(messages) => {
                let left: Vec<MessageId> =
                    messages.iter().copied().filter(|one| !self.done[one.index()]).collect();
                if !row.broken {
                    self.named(id, row, &left);
                }
                if row.ast.guard.is_none() || row.broken {
                    for message in left {
                        self.done[message.index()] = true;
                    }
                }
            }
            Trigger::Any if self.done.iter().all(|done| *done) => {}
            Trigger::Any => {
                if !row.broken {
                    self.any(id, row);
                }
                if row.ast.guard.is_none() {
                    self.done.fill(true);
                }
            }
            _ => {}
        }
    }

    fn named(&mut self, id: RowId, row: &Row<'_>, messages: &[MessageId]) {
        let Some(&first) = messages.first() else { return };
        if row.kind == RowKind::Receive && calls::alike(self.cx, row, messages) {
            let patterns = messages.iter().map(|&message| calls::pattern(self.cx, row, message));
            let guard = guard(self.cx, row);
            let body = actions::take(self.cx, id, self.origins, Offer::Message(first));
            self.tokens.extend(quote!(#(#patterns)|* #guard => { #body }));
            return;
        }
        for &message in messages {
            let mut pattern = calls::pattern(self.cx, row, message);
            let guard = guard(self.cx, row);
            let body = match row.kind {
                RowKind::Receive => {
                    actions::take(self.cx, id, self.origins, Offer::Message(message))
                }
                RowKind::Ignore => ignore(id),
                RowKind::Defer if calls::takes_apart(self.cx, row, message) => {
                    // The guard has the message's parts: put it together again.
                    let whole = calls::whole(self.cx, row, message);
                    pattern = whole.clone();
                    defer(id, &whole)
                }
                RowKind::Defer => {
                    let message = own("message");
                    defer(id, &quote!(#message))
                }
            };
            self.tokens.extend(quote!(#pattern #guard => { #body }));
        }
    }

    fn any(&mut self, id: RowId, row: &Row<'_>) {
        let message = own("message");
        let guard = guard(self.cx, row);
        let (pattern, body) = match row.kind {
            RowKind::Receive => {
                let pattern = match calls::whole_message(self.cx, row) {
                    Some((name, true)) => quote!(ref #name),
                    Some((name, false)) => quote!(#name),
                    None => quote!(_),
                };
                (pattern, actions::take(self.cx, id, self.origins, Offer::Other))
            }
            RowKind::Ignore => (quote!(_), ignore(id)),
            RowKind::Defer => (quote!(_), defer(id, &quote!(#message))),
        };
        self.tokens.extend(quote!(#pattern #guard => { #body }));
    }
}

fn guard(cx: &Cx<'_>, row: &Row<'_>) -> Option<TokenStream> {
    let guard = calls::guard(cx, row)?;
    Some(quote!(if #guard))
}

fn ignore(row: RowId) -> TokenStream {
    let row = row_id(row);
    quote_spanned!(Span::mixed_site()=> ::wink::private::ignore(outcome, observer, #row);)
}

fn defer(row: RowId, message: &TokenStream) -> TokenStream {
    let row = row_id(row);
    quote_spanned! {Span::mixed_site()=>
        ::wink::private::defer(&mut parts.cx, outcome, observer, #row, #message);
    }
}
