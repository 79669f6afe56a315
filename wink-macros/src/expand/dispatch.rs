//! Which row takes a message: a `match` on the resting state, in it one on the message.
//!
//! Rows are in the order in which they are tried: a state's named rows, its `_` rows, then those
//! of the state that it lies in. A guard that does not hold falls to the next arm.
//!
//! Must not know of: what a row does.

use super::actions;
use super::calls::{self, Offer};
use super::guards::{self, Bound};
use super::names::{Cx, mentions, own, row_id};
use crate::model::{MessageId, Row, RowId, RowKind, StateId, Trigger};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

/// Arms that a composite's rows may add to the states inside it before they are written once,
/// in a function of their own, instead of once a state.
const ARMS_INHERITED_MAX: usize = 48;

/// Which rows are spelled out.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// All: no function of the machine can wait.
    Plain,
    /// Those that never wait; the message of another is given back.
    Now,
    /// Those that may wait. Only for messages that the form above has given back: guards are
    /// pure, so the first of these rows whose guard holds is the one.
    Waiting,
}

/// The body of a method that offers a message to the rows of this form.
pub fn deliver(cx: &Cx<'_>, form: Form) -> TokenStream {
    let span = Span::mixed_site();
    let shared = shared(cx);
    let mut functions = TokenStream::new();
    let mut arms = TokenStream::new();
    for &state in &shared {
        functions.extend(function(cx, &shared, state, form));
    }
    for (states, origins) in &groups(cx) {
        let from = states.first().copied().unwrap_or(origins[0]);
        let patterns = origins.iter().map(|&state| cx.state(state));
        let body = rows(cx, &shared, origins, from, form);
        if form == Form::Waiting && !waits(&body) {
            continue;
        }
        arms.extend(quote!(#(#patterns)|* => { #body }));
    }
    let nothing = (form == Form::Now).then(|| quote!(::core::option::Option::None));
    quote_spanned! {span=>
        #functions
        match parts.cx.store.at {
            #arms
            _ => ::wink::private::unhandled(outcome, observer, message),
        }
        #nothing
    }
}

/// Resting states that see the same rows, with the states that declare those rows.
fn groups(cx: &Cx<'_>) -> Vec<(Vec<StateId>, Vec<StateId>)> {
    let mut groups: Vec<(Vec<StateId>, Vec<StateId>)> = Vec::new();
    for origin in cx.tree.resting_in(StateId::ROOT) {
        let states: Vec<StateId> = cx
            .tree
            .upwards(origin)
            .filter(|&state| has_message_rows(cx, state))
            .collect();
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
    let named = rows
        .iter()
        .filter(move |row| matches!(of(row), Trigger::Messages(_)));
    let any = rows
        .iter()
        .filter(move |row| matches!(of(row), Trigger::Any));
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
fn function(cx: &Cx<'_>, shared: &[StateId], state: StateId, form: Form) -> TokenStream {
    let name = shared_name(state);
    let (machine, message) = (cx.machine(), cx.message());
    let body = rows(cx, shared, &cx.tree.resting_in(state), state, form);
    let (asyncness, output, nothing) = match form {
        Form::Plain => (None, None, None),
        Form::Now => (
            None,
            Some(quote!(-> ::core::option::Option<#message>)),
            Some(quote!(::core::option::Option::None)),
        ),
        Form::Waiting => (Some(quote!(async)), None, None),
    };
    let mut generics = cx.data.generics.clone();
    generics
        .params
        .push(syn::parse_quote!(O: ::wink::private::Observer));
    let (parameters, _, clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #asyncness fn #name #parameters (
            parts: &mut ::wink::private::Parts<#machine>,
            message: #message,
            outcome: &mut ::wink::private::Outcome,
            observer: &mut O,
        ) #output #clause { #body #nothing }
    }
}

/// Offers the message to the rows from `from` outwards.
fn rows(
    cx: &Cx<'_>,
    shared: &[StateId],
    origins: &[StateId],
    from: StateId,
    form: Form,
) -> TokenStream {
    let span = Span::mixed_site();
    let done = vec![false; cx.messages.variants.len()];
    let mut arms = Arms {
        cx,
        origins,
        form,
        tokens: TokenStream::new(),
        done,
        gap: false,
    };
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
        let call = |function| quote_spanned!(span=> #function(parts, message, outcome, observer));
        let last = match (elsewhere.map(call), form) {
            (Some(call), Form::Plain) => call,
            (Some(call), Form::Now) => quote!(return #call),
            (Some(call), Form::Waiting) => quote!(#call.await),
            (None, _) => quote_spanned! {span=>
                ::wink::private::unhandled(outcome, observer, message)
            },
        };
        arms.tokens.extend(quote_spanned!(span=> message => #last,));
    }
    let arms = arms.tokens;
    quote_spanned!(span=> match message { #arms })
}

/// Arms of a `match` on the message.
struct Arms<'c, 'a> {
    cx: &'c Cx<'a>,
    origins: &'c [StateId],
    form: Form,
    tokens: TokenStream,
    /// By message: an arm without guard takes it, so that later ones are never reached.
    done: Vec<bool>,
    /// Some row has no arm: it was reported, or is of the other form.
    gap: bool,
}

impl Arms<'_, '_> {
    fn row(&mut self, id: RowId) {
        let row = &self.cx.chart.rows[id.index()];
        self.gap |= row.broken;
        match &row.trigger {
            Trigger::Messages(messages) => {
                let left: Vec<MessageId> = messages
                    .iter()
                    .copied()
                    .filter(|one| !self.done[one.index()])
                    .collect();
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

    fn guard(&self, id: RowId, bound: Bound) -> Option<TokenStream> {
        guards::ask(self.cx, id, bound).map(|guard| quote!(if #guard))
    }

    /// Whether a row with this body is another form's: then it has no arm here. Only a row that
    /// receives can wait.
    fn is_elsewhere(&mut self, body: &TokenStream) -> bool {
        let elsewhere = self.form == Form::Waiting && !waits(body);
        self.gap |= elsewhere;
        elsewhere
    }

    fn named(&mut self, id: RowId, row: &Row<'_>, messages: &[MessageId]) {
        let Some(&first) = messages.first() else {
            return;
        };
        if row.kind != RowKind::Receive {
            return self.kept(id, row, messages);
        }
        let together = calls::alike(self.cx, row, messages);
        let body = actions::take(self.cx, id, self.origins, Offer::Message(first));
        if self.is_elsewhere(&body) {
            return;
        }
        if self.form == Form::Now && waits(&body) {
            for &message in messages {
                self.give_on(
                    id,
                    row,
                    message,
                    |message| quote!(return ::core::option::Option::Some(#message)),
                );
            }
        } else if together {
            let patterns = messages
                .iter()
                .map(|&message| calls::pattern(self.cx, row, message));
            let guard = self.guard(id, Bound::AsTaken);
            self.tokens
                .extend(quote!(#(#patterns)|* #guard => { #body }));
        } else {
            for &message in messages {
                let pattern = calls::pattern(self.cx, row, message);
                let guard = self.guard(id, Bound::AsTaken);
                let body = actions::take(self.cx, id, self.origins, Offer::Message(message));
                self.tokens.extend(quote!(#pattern #guard => { #body }));
            }
        }
    }

    /// A row that drops or keeps its messages.
    fn kept(&mut self, id: RowId, row: &Row<'_>, messages: &[MessageId]) {
        if self.form == Form::Waiting {
            self.gap = true;
            return;
        }
        if row.ast.guard.is_none() {
            let enumeration = &self.cx.messages.ident;
            let variants = messages
                .iter()
                .map(|message| &self.cx.messages.variants[message.index()].ident);
            let body = match row.kind {
                RowKind::Defer => defer(id, &own("message").into_token_stream()),
                _ => ignore(id),
            };
            let patterns = variants.map(|variant| quote!(#enumeration::#variant { .. }));
            self.tokens.extend(quote!(#(#patterns)|* => { #body }));
            return;
        }
        for &message in messages {
            if row.kind == RowKind::Defer {
                self.give_on(id, row, message, |message| defer(id, message));
            } else {
                let pattern = calls::pattern(self.cx, row, message);
                let guard = self.guard(id, Bound::AsTaken);
                let body = ignore(id);
                self.tokens.extend(quote!(#pattern #guard => { #body }));
            }
        }
    }

    /// An arm that needs the message in one piece. If the guard looks at the message's parts, it
    /// is put together again.
    fn give_on(
        &mut self,
        id: RowId,
        row: &Row<'_>,
        message: MessageId,
        body: impl FnOnce(&TokenStream) -> TokenStream,
    ) {
        let has_guard = row.ast.guard.is_some();
        let (pattern, whole) = if has_guard && calls::takes_apart(self.cx, row, message) {
            let whole = calls::whole(self.cx, row, message);
            (whole.clone(), whole)
        } else {
            let variant = &self.cx.messages.variants[message.index()].ident;
            let messages = &self.cx.messages.ident;
            let message = own("message");
            (quote!(#messages::#variant { .. }), quote!(#message))
        };
        let guard = self.guard(id, Bound::Values);
        let body = body(&whole);
        self.tokens.extend(quote!(#pattern #guard => { #body }));
    }

    fn any(&mut self, id: RowId, row: &Row<'_>) {
        let message = own("message");
        let (pattern, body) = match row.kind {
            RowKind::Receive => {
                let body = actions::take(self.cx, id, self.origins, Offer::Other);
                if self.is_elsewhere(&body) {
                    return;
                }
                let name = calls::whole_message(self.cx, row);
                if self.form == Form::Now && waits(&body) {
                    let name = name.map_or(message, |(name, _)| name);
                    let guard = self.guard(id, Bound::Values);
                    self.tokens.extend(quote! {
                        #name #guard => return ::core::option::Option::Some(#name),
                    });
                    return;
                }
                let pattern = match name {
                    Some((name, true)) => quote!(ref #name),
                    Some((name, false)) => quote!(#name),
                    None => quote!(_),
                };
                (pattern, body)
            }
            _ if self.form == Form::Waiting => {
                self.gap = true;
                return;
            }
            RowKind::Ignore => (quote!(_), ignore(id)),
            RowKind::Defer => (quote!(_), defer(id, &quote!(#message))),
        };
        let guard = self.guard(id, Bound::AsTaken);
        self.tokens.extend(quote!(#pattern #guard => { #body }));
    }
}

/// Whether generated code awaits anything: it does so only where a function may wait.
fn waits(body: &TokenStream) -> bool {
    mentions(body.clone(), &Ident::new("await", Span::call_site()))
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
