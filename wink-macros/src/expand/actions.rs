//! What a row does when it is taken, as straight code: exits, action, entries.
//!
//! For charts without parallel states. The code runs inside a method that has `parts`, `outcome`
//! and `observer`, and a `match` that has bound what the row's function takes.
//!
//! Must not know of: how a row is found.

use super::calls::{Call, Offer, call, wrapper};
use super::goto;
use super::names::{Cx, row_id, state_id};
use super::plan::{Entry, Exit, Journey, Route, Slot};
use crate::model::{FunctionId, Row, RowId, StateId, StateKind, Trigger};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// Code in the making, and what is known of `parts.cx.store.at` at its end.
struct Writer<'c, 'a> {
    cx: &'c Cx<'a>,
    tokens: TokenStream,
    at: Option<StateId>,
}

/// Everything that follows from taking `row` while resting in one of `origins`.
pub fn take(cx: &Cx<'_>, row: RowId, origins: &[StateId], offer: Offer) -> TokenStream {
    let model = &cx.chart.rows[row.index()];
    let id = row_id(row);
    let mut writer = Writer {
        cx,
        tokens: TokenStream::new(),
        at: known(origins),
    };
    writer.push(quote_spanned! {Span::mixed_site()=>
        ::wink::private::take(outcome, observer, #id);
    });
    if !model.broken && model.function.is_none_or(|function| cx.callable(function)) {
        writer.row(model, origins, offer);
    }
    writer.tokens
}

/// The machine's start: the root is entered, then the initial states.
pub fn start(cx: &Cx<'_>) -> TokenStream {
    let mut writer = Writer {
        cx,
        tokens: TokenStream::new(),
        at: Some(StateId::ROOT),
    };
    let entry = cx.tree.entry(StateId::ROOT, StateId::ROOT);
    writer.enter(StateId::ROOT);
    writer.entries(&entry);
    writer.tokens
}

/// The machine's end: everything is left, the root last.
pub fn end(cx: &Cx<'_>) -> TokenStream {
    let origins = cx.tree.resting_in(StateId::ROOT);
    let mut writer = Writer {
        cx,
        tokens: TokenStream::new(),
        at: known(&origins),
    };
    let exits = cx.tree.exits(&origins, StateId::ROOT);
    writer.read_place(&exits);
    writer.exits(&exits);
    writer.exit(StateId::ROOT);
    for (state, _) in cx.states_with_local() {
        writer.drop_local(state);
    }
    writer.tokens
}

fn known(origins: &[StateId]) -> Option<StateId> {
    match origins {
        [only] => Some(*only),
        _ => None,
    }
}

impl Writer<'_, '_> {
    fn push(&mut self, tokens: TokenStream) {
        self.tokens.extend(tokens);
    }

    /// The same knowledge, other tokens: for one arm of a `match`.
    fn branch(&self) -> Self {
        Writer {
            cx: self.cx,
            tokens: TokenStream::new(),
            at: self.at,
        }
    }

    /// Says where the machine is, unless that is known to be so.
    fn place(&mut self, state: StateId) {
        if self.at != Some(state) {
            let state = self.cx.state(state);
            self.push(quote_spanned!(Span::mixed_site()=> parts.cx.store.at = #state;));
        }
        self.at = Some(state);
    }

    /// Says where the machine is when a function that can ask is about to run.
    fn place_for(&mut self, function: FunctionId, state: StateId) {
        if self.cx.takes_context(function) {
            self.place(state);
        }
    }

    fn row(&mut self, row: &Row<'_>, origins: &[StateId], offer: Offer) {
        let route = |target| {
            self.cx
                .tree
                .route(&self.cx.slots, origins, row.source, target, row.reenter)
        };
        if row.chooses {
            let routes = row.targets.iter().map(|&target| route(target)).collect();
            return self.choose(row, origins, offer, routes);
        }
        let action = row.function.map(|function| (function, offer));
        match row.targets.as_slice() {
            [] => self.act(action),
            [target] => {
                let route = route(*target);
                self.travel(&route, origins, action);
            }
            // More than one without a choice: reported.
            _ => {}
        }
    }

    /// Asks the function where to go, then goes there.
    fn choose(&mut self, row: &Row<'_>, origins: &[StateId], offer: Offer, routes: Vec<Route>) {
        let Some(function) = row.function else { return };
        let model = self.cx.function(function);
        let Call { before, expression } = call(self.cx, function, offer);
        self.push(before);
        let span = Span::mixed_site();
        if let (Some(_), Some((wrap, answer))) = (model.returns.value, wrapper(self.cx, offer)) {
            let goto = goto::path(self.cx, model);
            self.push(quote_spanned! {span=>
                let (answer, goto): (#answer, #goto) = #expression;
                ::wink::private::answer(&mut parts.cx, #wrap(answer));
            });
        } else {
            self.push(quote_spanned!(span=> let goto = #expression;));
        }
        let path = goto::path(self.cx, model);
        let mut arms = TokenStream::new();
        for (target, route) in row.ast.targets.iter().zip(&routes) {
            let mut variant = goto::variant(target);
            variant.set_span(span.resolved_at(Span::call_site()));
            let mut branch = self.branch();
            branch.travel(route, origins, None);
            let tokens = branch.tokens;
            arms.extend(quote!(#path::#variant => { #tokens }));
        }
        if !all_declared(self.cx, row, function) {
            // Another row of the function declares more targets: reported.
            arms.extend(quote!(_ => {}));
        }
        self.push(quote_spanned!(span=> match goto { #arms }));
        self.at = None;
    }

    /// Calls a row's function that does not choose.
    fn act(&mut self, action: Option<(FunctionId, Offer)>) {
        let Some((function, offer)) = action else {
            return;
        };
        let Call { before, expression } = call(self.cx, function, offer);
        self.push(before);
        let span = Span::mixed_site();
        let answers = self.cx.function(function).returns.value.is_some();
        match wrapper(self.cx, offer) {
            Some((wrap, answer)) if answers => self.push(quote_spanned! {span=>
                let answer: #answer = #expression;
                ::wink::private::answer(&mut parts.cx, #wrap(answer));
            }),
            _ => self.push(quote_spanned!(span=> #expression;)),
        }
    }

    /// Leaves, acts, enters.
    fn travel(&mut self, route: &Route, origins: &[StateId], action: Option<(FunctionId, Offer)>) {
        match route {
            Route::Stay => self.act(action),
            Route::Known(journey) => {
                self.depart(journey, origins, action);
                self.entries(&journey.entry);
            }
            Route::Recorded {
                slot,
                each,
                otherwise,
            } => {
                // What is left does not depend on what was recorded, and if the history's own
                // composite is left, it counts what is recorded now.
                let same = each
                    .iter()
                    .all(|(_, journey)| journey.domain == otherwise.domain);
                let mut arms = TokenStream::new();
                if same {
                    self.depart(otherwise, origins, action);
                }
                let mut arrive = |pattern: TokenStream, journey: &Journey| {
                    let mut branch = self.branch();
                    if !same {
                        branch.depart(journey, origins, action);
                    }
                    branch.entries(&journey.entry);
                    let tokens = branch.tokens;
                    arms.extend(quote!(#pattern => { #tokens }));
                };
                let others = each.iter().filter(|(_, journey)| journey != otherwise);
                for (recorded, journey) in others {
                    let state = self.cx.state(*recorded);
                    arrive(quote!(::core::option::Option::Some(#state)), journey);
                }
                arrive(quote!(_), otherwise);
                let slot = Literal::usize_unsuffixed(*slot);
                self.push(quote_spanned! {Span::mixed_site()=>
                    match parts.cx.store.history[#slot] { #arms }
                });
                self.at = None;
            }
        }
    }

    /// Records histories, leaves, acts.
    fn depart(
        &mut self,
        journey: &Journey,
        origins: &[StateId],
        action: Option<(FunctionId, Offer)>,
    ) {
        let records = self.records(origins, journey.domain);
        self.read_place_for(&journey.exits, !records.is_empty());
        self.push(records);
        self.exits(&journey.exits);
        if let Some((function, _)) = action {
            self.place_for(function, journey.domain);
        }
        self.act(action);
        self.forget(origins, journey.domain);
    }

    /// Drops the locals of what was left: not before the row has acted, whose function may take
    /// the local of the state that declares it.
    fn forget(&mut self, origins: &[StateId], domain: StateId) {
        let tree = &self.cx.tree;
        for (state, _) in self.cx.states_with_local() {
            let left = state != domain && tree.within(state, domain);
            if left && origins.iter().any(|&origin| tree.within(origin, state)) {
                self.drop_local(state);
            }
        }
    }

    fn drop_local(&mut self, state: StateId) {
        let field = self.cx.local_field(state);
        self.push(quote_spanned! {Span::mixed_site()=>
            parts.locals.#field = ::core::option::Option::None;
        });
    }

    fn read_place(&mut self, exits: &[Exit]) {
        self.read_place_for(exits, false);
    }

    /// Keeps the resting state for a `match` that follows: while states are left it changes.
    fn read_place_for(&mut self, exits: &[Exit], records: bool) {
        let depends = exits.iter().any(|exit| matches!(exit, Exit::Depends(_)));
        if depends || (records && self.at.is_none()) {
            self.push(quote_spanned!(Span::mixed_site()=> let at = parts.cx.store.at;));
        }
    }

    /// Remembers what is active in each composite that has a history and is left.
    fn records(&self, origins: &[StateId], domain: StateId) -> TokenStream {
        let mut tokens = TokenStream::new();
        for (index, slot) in self.cx.slots.iter().enumerate() {
            let left = slot.of != domain && self.cx.tree.within(slot.of, domain);
            let inside: Vec<StateId> = origins
                .iter()
                .copied()
                .filter(|&state| left && state != slot.of && self.cx.tree.within(state, slot.of))
                .collect();
            if inside.is_empty() {
                continue;
            }
            let index = Literal::usize_unsuffixed(index);
            let whole = inside.len() == origins.len();
            tokens.extend(self.record(*slot, &index, &inside, whole));
        }
        tokens
    }

    /// `whole`: the machine cannot be resting anywhere but in one of `inside`.
    fn record(&self, slot: Slot, index: &Literal, inside: &[StateId], whole: bool) -> TokenStream {
        let span = Span::mixed_site();
        let mut groups: Vec<(StateId, Vec<StateId>)> = Vec::new();
        for &state in inside {
            let value = if slot.deep {
                state
            } else {
                self.child_towards(slot.of, state)
            };
            match groups.iter_mut().find(|(other, _)| *other == value) {
                Some((_, states)) => states.push(state),
                None => groups.push((value, vec![state])),
            }
        }
        if let [(value, _)] = groups.as_slice()
            && whole
        {
            let value = self.cx.state(*value);
            return quote_spanned! {span=>
                parts.cx.store.history[#index] = ::core::option::Option::Some(#value);
            };
        }
        let arms = groups.iter().map(|(value, states)| {
            let value = self.cx.state(*value);
            let states = states.iter().map(|&state| self.cx.state(state));
            quote_spanned! {span=>
                #(#states)|* => {
                    parts.cx.store.history[#index] = ::core::option::Option::Some(#value);
                }
            }
        });
        quote_spanned!(span=> match at { #(#arms)* _ => {} })
    }

    fn child_towards(&self, ancestor: StateId, state: StateId) -> StateId {
        let mut towards = self.cx.tree.upwards(state);
        towards
            .find(|&one| self.cx.tree.parent(one) == Some(ancestor))
            .unwrap_or(state)
    }

    fn exits(&mut self, exits: &[Exit]) {
        for exit in exits {
            match exit {
                Exit::State(state) => self.exit(*state),
                Exit::Depends(groups) => {
                    let mut arms = TokenStream::new();
                    for (states, exits) in groups {
                        let mut branch = self.branch();
                        branch.at = known(states);
                        branch.exits(exits);
                        let tokens = branch.tokens;
                        let states = states.iter().map(|&state| self.cx.state(state));
                        arms.extend(quote!(#(#states)|* => { #tokens }));
                    }
                    self.push(quote_spanned!(Span::mixed_site()=> match at { #arms _ => {} }));
                    self.at = None;
                }
            }
        }
    }

    /// Leaves one state: its exit function, its timers.
    fn exit(&mut self, state: StateId) {
        let model = &self.cx.chart.states[state.index()];
        if let Some(function) = model.exit.filter(|&function| self.cx.callable(function)) {
            self.place_for(function, state);
            self.act(Some((function, Offer::Other)));
        }
        let span = Span::mixed_site();
        for (row, _) in self.time_outs(state) {
            let row = row_id(row);
            self.push(quote_spanned!(span=> ::wink::private::disarm(&mut parts.cx, #row);));
        }
        let id = state_id(state);
        self.push(quote_spanned! {span=>
            ::wink::private::exited(&mut parts.cx, observer, #id);
        });
    }

    /// Enters what has to be entered, and rests there.
    fn entries(&mut self, entry: &Entry) {
        for &state in &entry.states {
            self.enter(state);
        }
        self.place(entry.rest);
    }

    /// Enters one state: its timers, its entry function, its local; completes its parent.
    fn enter(&mut self, state: StateId) {
        let span = Span::mixed_site();
        let id = state_id(state);
        self.push(quote_spanned! {span=>
            ::wink::private::entered(&mut parts.cx, outcome, observer, #id);
        });
        for (row, nanoseconds) in self.time_outs(state) {
            let row = row_id(row);
            let nanoseconds = Literal::u64_unsuffixed(nanoseconds);
            self.push(quote_spanned! {span=>
                ::wink::private::arm(&mut parts.cx, #row, #nanoseconds);
            });
        }
        let model = &self.cx.chart.states[state.index()];
        if let Some(function) = model.entry.filter(|&function| self.cx.callable(function)) {
            self.place_for(function, state);
            let Call { expression, .. } = call(self.cx, function, Offer::Other);
            if self.has_local(state) {
                let field = self.cx.local_field(state);
                self.push(quote_spanned! {span=>
                    parts.locals.#field = ::core::option::Option::Some(#expression);
                });
            } else {
                self.push(quote_spanned!(span=> #expression;));
            }
        }
        if self.cx.tree.kind(state) == StateKind::Final {
            self.complete(state);
        }
    }

    /// A final state was entered: the machine ends, or its parent's `done` rows hear of it.
    fn complete(&mut self, state: StateId) {
        let span = Span::mixed_site();
        match self.cx.tree.parent(state) {
            None | Some(StateId::ROOT) => {
                self.push(quote_spanned!(span=> ::wink::private::finish(&mut parts.cx);));
            }
            Some(parent) => {
                let rows = &self.cx.chart.states[parent.index()].rows;
                let answered = rows
                    .iter()
                    .any(|row| self.cx.chart.rows[row.index()].trigger == Trigger::Done);
                if answered {
                    let id = state_id(parent);
                    self.push(quote_spanned! {span=>
                        ::wink::private::done(&mut parts.cx, #id);
                    });
                }
            }
        }
    }

    fn has_local(&self, state: StateId) -> bool {
        self.cx.states_with_local().any(|(of, _)| of == state)
    }

    /// The state's own `after` rows and their times in nanoseconds.
    fn time_outs(&self, state: StateId) -> Vec<(RowId, u64)> {
        let rows = self.cx.chart.states[state.index()].rows.iter();
        rows.filter_map(|&row| {
            let model = &self.cx.chart.rows[row.index()];
            let delay = model.ast.delay.as_ref()?;
            (model.trigger == Trigger::After && !model.broken).then_some((row, delay.nanoseconds))
        })
        .collect()
    }
}

/// Whether this row declares every target that its function can choose.
fn all_declared(cx: &Cx<'_>, row: &Row<'_>, function: FunctionId) -> bool {
    let own: Vec<_> = row.ast.targets.iter().map(goto::variant).collect();
    cx.function(function).rows.iter().all(|other| {
        let targets = &cx.chart.rows[other.index()].ast.targets;
        targets
            .iter()
            .all(|target| own.contains(&goto::variant(target)))
    })
}
