//! What a row does when it is taken, as straight code: exits, action, entries.
//!
//! For charts without parallel states. The code runs inside a method that has `__parts`,
//! `__outcome` and `__observer`, and a `match` that has bound what the row's function takes.
//!
//! Must not know of: how a row is found.

use super::calls::{self, Offer};
use super::code::{Code, say};
use super::goto;
use super::known::{Known, Passing};
use super::names::Cx;
use super::plan::{Entry, Exit, Journey, Route, Slot};
use crate::model::{FunctionId, Row, RowId, StateId, StateKind, Trigger};

/// Code in the making, and what is known of the machine's place at its end.
struct Writer<'c, 'a> {
    cx: &'c Cx<'a>,
    code: Code,
    at: Known,
}

/// Everything that follows from taking `row` while resting in one of `origins`.
pub fn take(cx: &Cx<'_>, row: RowId, origins: &[StateId], offer: Offer) -> Code {
    let model = &cx.chart.rows[row.index()];
    let mut writer = Writer::new(cx, Known::resting(origins));
    say!(
        writer.code,
        "__w::take(__outcome, __observer, __w::RowId({}));",
        row.0
    );
    if !model.broken && model.function.is_none_or(|function| cx.callable(function)) {
        writer.row(model, origins, offer);
    }
    writer.code
}

/// The machine's start: the root is entered, then the initial states.
pub fn start(cx: &Cx<'_>) -> Code {
    let mut writer = Writer::new(cx, Known::START);
    let entry = cx.tree.entry(StateId::ROOT, StateId::ROOT);
    writer.enter(StateId::ROOT);
    writer.entries(&entry);
    writer.code
}

/// The machine's end: everything is left, the root last.
pub fn end(cx: &Cx<'_>) -> Code {
    let origins = cx.tree.resting_in(StateId::ROOT);
    let mut writer = Writer::new(cx, Known::resting(&origins));
    let exits = cx.tree.exits(&origins, StateId::ROOT);
    writer.read_place(&exits, false);
    writer.exits(&exits);
    writer.exit(StateId::ROOT);
    for (state, _) in cx.states_with_local() {
        writer.drop_local(state);
    }
    writer.code
}

impl<'c, 'a> Writer<'c, 'a> {
    fn new(cx: &'c Cx<'a>, at: Known) -> Self {
        let code = Code::new();
        Writer { cx, code, at }
    }

    /// The same knowledge, other code: for one arm of a `match`.
    fn branch(&self) -> Self {
        Writer::new(self.cx, self.at)
    }

    /// Says where the machine rests, unless that is known to be so.
    fn rest(&mut self, state: StateId) {
        if self.at.rest != Some(state) {
            let name = self.cx.rest(state);
            say!(self.code, "__parts.cx.store.rest = {name};");
        }
        if self.at.passing != Passing::Nothing {
            let none = "::core::option::Option::None";
            say!(self.code, "__parts.cx.store.passing = {none};");
        }
        self.at = Known::resting(&[state]);
    }

    /// Says where the machine is when a function that can ask is about to run.
    fn place_for(&mut self, function: FunctionId, state: StateId) {
        if !self.cx.takes_context(function) {
            return;
        }
        if self.cx.tree.rests(state) {
            self.rest(state);
        } else if self.at.passing != Passing::Through(state) {
            let name = self.cx.state(state);
            let some = format!("::core::option::Option::Some({name})");
            say!(self.code, "__parts.cx.store.passing = {some};");
            self.at.passing = Passing::Through(state);
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
        self.act(Some((function, offer)));
        let path = goto::path(self.cx, self.cx.function(function));
        let mut arms = Code::new();
        let mut ends = Vec::new();
        for (target, route) in row.ast.targets.iter().zip(&routes) {
            let mut branch = self.branch();
            branch.travel(route, origins, None);
            say!(arms, "{path}::{} => ", goto::variant(target));
            arms.block(branch.code);
            ends.push(branch.at);
        }
        if !all_declared(self.cx, row, function) {
            // Another row of the function declares more targets: reported.
            arms.text("_ => {}");
            ends.push(self.at);
        }
        self.code.text("match __goto ").block(arms);
        self.at = Known::whichever(&ends);
    }

    /// Calls a function.
    fn act(&mut self, action: Option<(FunctionId, Offer)>) {
        if let Some((function, offer)) = action {
            self.code.append(calls::call(self.cx, function, offer));
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
            } => self.recall(*slot, each, otherwise, origins, action),
        }
    }

    /// Goes to what a history has recorded.
    fn recall(
        &mut self,
        slot: usize,
        each: &[(StateId, Journey)],
        otherwise: &Journey,
        origins: &[StateId],
        action: Option<(FunctionId, Offer)>,
    ) {
        // What is left does not depend on what was recorded, and if the history's own
        // composite is left, it counts what is recorded now.
        let same = each
            .iter()
            .all(|(_, journey)| journey.domain == otherwise.domain);
        if same {
            self.depart(otherwise, origins, action);
        }
        let mut arms = Code::new();
        let mut ends = Vec::new();
        let mut arrive = |pattern: &str, journey: &Journey| {
            let mut branch = self.branch();
            if !same {
                branch.depart(journey, origins, action);
            }
            branch.entries(&journey.entry);
            arms.text(pattern).text(" => ").block(branch.code);
            ends.push(branch.at);
        };
        let others = each.iter().filter(|(_, journey)| journey != otherwise);
        for (recorded, journey) in others {
            let state = self.cx.state(*recorded);
            arrive(&format!("::core::option::Option::Some({state})"), journey);
        }
        arrive("_", otherwise);
        say!(self.code, "match __parts.cx.store.history[{slot}] ");
        self.code.block(arms);
        self.at = Known::whichever(&ends);
    }

    /// Records histories, leaves, acts.
    fn depart(
        &mut self,
        journey: &Journey,
        origins: &[StateId],
        action: Option<(FunctionId, Offer)>,
    ) {
        let records = self.records(origins, journey.domain);
        self.read_place(&journey.exits, !records.is_empty());
        self.code.append(records);
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
        say!(
            self.code,
            "__parts.locals.{field} = ::core::option::Option::None;"
        );
    }

    /// Keeps the resting state for a `match` that follows: while states are left it changes.
    fn read_place(&mut self, exits: &[Exit], records: bool) {
        let depends = exits.iter().any(|exit| matches!(exit, Exit::Depends(_)));
        if depends || (records && self.at.rest.is_none()) {
            self.code.text("let __at = __parts.cx.store.rest;");
        }
    }

    /// Remembers what is active in each composite that has a history and is left.
    fn records(&self, origins: &[StateId], domain: StateId) -> Code {
        let mut code = Code::new();
        for (index, slot) in self.cx.slots.iter().enumerate() {
            let left = slot.of != domain && self.cx.tree.within(slot.of, domain);
            let inside: Vec<StateId> = origins
                .iter()
                .copied()
                .filter(|&state| left && state != slot.of && self.cx.tree.within(state, slot.of))
                .collect();
            if !inside.is_empty() {
                let whole = inside.len() == origins.len();
                self.record(*slot, index, &inside, whole, &mut code);
            }
        }
        code
    }

    /// `whole`: the machine cannot be resting anywhere but in one of `inside`.
    fn record(&self, slot: Slot, index: usize, inside: &[StateId], whole: bool, code: &mut Code) {
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
        let keep = |value: StateId| {
            let value = self.cx.state(value);
            format!("__parts.cx.store.history[{index}] = ::core::option::Option::Some({value});")
        };
        if let [(value, _)] = groups.as_slice()
            && whole
        {
            code.text(&keep(*value));
            return;
        }
        code.text("match __at { ");
        for (value, states) in groups {
            say!(
                code,
                "{} => {{ {} }}",
                self.cx.any_rest(&states),
                keep(value)
            );
        }
        code.text("_ => {} }");
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
                    let mut arms = Code::new();
                    let mut ends = vec![self.at];
                    for (states, exits) in groups {
                        let mut branch = self.branch();
                        branch.at.rest = Known::resting(states).rest;
                        branch.exits(exits);
                        arms.text(&self.cx.any_rest(states)).text(" => ");
                        arms.block(branch.code);
                        ends.push(branch.at);
                    }
                    arms.text("_ => {}");
                    self.code.text("match __at ").block(arms);
                    self.at = Known::whichever(&ends);
                }
            }
        }
    }

    /// Leaves one state: its exit function, its timers.
    fn exit(&mut self, state: StateId) {
        let model = &self.cx.chart.states[state.index()];
        if let Some(function) = model.exit.filter(|&function| self.cx.callable(function)) {
            self.place_for(function, state);
            self.code.append(calls::plain_call(self.cx, function));
            self.code.text(";");
        }
        for (row, _) in self.time_outs(state) {
            say!(
                self.code,
                "__w::disarm(&mut __parts.cx, __w::RowId({}));",
                row.0
            );
        }
        say!(
            self.code,
            "__w::exited(&mut __parts.cx, __observer, __w::StateId({}));",
            state.0
        );
    }

    /// Enters what has to be entered, and rests there.
    fn entries(&mut self, entry: &Entry) {
        for &state in &entry.states {
            self.enter(state);
        }
        self.rest(entry.rest);
    }

    /// Enters one state: its timers, its entry function, its local; completes its parent.
    fn enter(&mut self, state: StateId) {
        say!(
            self.code,
            "__w::entered(&mut __parts.cx, __outcome, __observer, __w::StateId({}));",
            state.0
        );
        for (row, nanoseconds) in self.time_outs(state) {
            say!(
                self.code,
                "__w::arm(&mut __parts.cx, __w::RowId({}), {nanoseconds});",
                row.0
            );
        }
        let model = &self.cx.chart.states[state.index()];
        if let Some(function) = model.entry.filter(|&function| self.cx.callable(function)) {
            self.place_for(function, state);
            self.code.append(enter_call(self.cx, state, function));
        }
        if self.cx.tree.kind(state) == StateKind::Final {
            self.complete(state);
        }
    }

    /// A final state was entered: the machine ends, or its parent's `done` rows hear of it.
    fn complete(&mut self, state: StateId) {
        match self.cx.tree.parent(state) {
            None | Some(StateId::ROOT) => {
                self.code.text("__w::finish(&mut __parts.cx);");
            }
            Some(parent) => {
                let rows = &self.cx.chart.states[parent.index()].rows;
                let answered = rows
                    .iter()
                    .any(|row| self.cx.chart.rows[row.index()].trigger == Trigger::Done);
                if answered {
                    say!(
                        self.code,
                        "__w::done(&mut __parts.cx, __w::StateId({}));",
                        parent.0
                    );
                }
            }
        }
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

/// Calls a state's entry function and keeps the local that it returns.
pub fn enter_call(cx: &Cx<'_>, state: StateId, function: FunctionId) -> Code {
    let call = calls::plain_call(cx, function);
    let mut code = Code::new();
    if cx.states_with_local().any(|(of, _)| of == state) {
        let field = cx.local_field(state);
        say!(
            code,
            "__parts.locals.{field} = ::core::option::Option::Some"
        );
        code.list(call).text(";");
    } else {
        code.append(call).text(";");
    }
    code
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
