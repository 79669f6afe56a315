//! Which row takes a message: a `match` on the resting state, in it one on the message.
//!
//! Rows are in the order in which they are tried: a state's named rows, its `_` rows, then those
//! of the state that it lies in. A guard that does not hold falls to the next arm.
//!
//! Must not know of: what a row does.

use super::actions;
use super::calls::{self, Offer};
use super::code::{self, Code, say};
use super::guards::{self, Bound};
use super::names::Cx;
use crate::model::{MessageId, Row, RowId, RowKind, StateId, Trigger};

/// Arms that a composite's rows may add to the states inside it before they are written once,
/// in a function of their own, instead of once a state.
const ARMS_INHERITED_MAX: usize = 48;

/// The message, before a pattern takes it apart.
const MESSAGE: &str = "__message";

/// What becomes of a message that nothing takes.
const UNHANDLED: &str = "__w::unhandled(__outcome, __observer, __message)";

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
pub fn deliver(cx: &Cx<'_>, form: Form) -> Code {
    let shared = shared(cx);
    let mut code = Code::new();
    for &state in &shared {
        code.append(function(cx, &shared, state, form));
    }
    let mut arms = Code::new();
    for (states, origins) in &groups(cx) {
        let from = states.first().copied().unwrap_or(origins[0]);
        let body = rows(cx, &shared, origins, from, form);
        if form == Form::Waiting && !body.waits {
            continue;
        }
        arms.text(&cx.any_rest(origins)).text(" => ").block(body);
    }
    if form == Form::Waiting {
        // Rows that never wait are not here.
        say!(arms, "_ => {UNHANDLED},");
    }
    code.text("match __parts.cx.store.rest ").block(arms);
    if form == Form::Now {
        code.text("::core::option::Option::None");
    }
    code
}

/// Resting states that see the same rows, with the states that declare those rows.
fn groups(cx: &Cx<'_>) -> Vec<(Vec<StateId>, Vec<StateId>)> {
    let mut groups: Vec<(Vec<StateId>, Vec<StateId>)> = Vec::new();
    for origin in cx.tree.resting_in(StateId::ROOT) {
        let states: Vec<StateId> = cx
            .tree
            .upwards(origin)
            .filter(|&state| message_rows(cx, state).next().is_some())
            .collect();
        match groups.iter_mut().find(|(other, _)| *other == states) {
            Some((_, origins)) => origins.push(origin),
            None => groups.push((states, vec![origin])),
        }
    }
    groups
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

fn shared_name(state: StateId) -> String {
    format!("__rows_of_{}", state.0)
}

/// The rows of `state` and of those that it lies in, whatever state inside it is rested in.
fn function(cx: &Cx<'_>, shared: &[StateId], state: StateId, form: Form) -> Code {
    let (machine, message) = (cx.machine(), cx.message());
    let mut body = Code::new();
    body.text(code::IMPORT);
    body.append(rows(cx, shared, &cx.tree.resting_in(state), state, form));
    let (asyncness, output) = match form {
        Form::Plain => ("", String::new()),
        Form::Now => ("", format!("-> ::core::option::Option<{message}>")),
        Form::Waiting => ("async", String::new()),
    };
    if form == Form::Now {
        body.text("::core::option::Option::None");
    }
    let mut generics = cx.data.generics.clone();
    generics
        .params
        .push(syn::parse_quote!(__O: ::wink::private::Observer));
    let (parameters, _, clause) = generics.split_for_impl();
    let mut code = Code::new();
    say!(code, "{asyncness} fn {} ", shared_name(state));
    code.tokens(parameters);
    say!(
        code,
        "(__parts: &mut ::wink::private::Parts<{machine}>, __message: {message}, \
         __outcome: &mut ::wink::private::Outcome, __observer: &mut __O) {output} "
    );
    code.tokens(clause);
    // Waiting is the function's own; who calls it says so too.
    body.waits = false;
    code.block(body);
    code
}

/// Offers the message to the rows from `from` outwards.
fn rows(cx: &Cx<'_>, shared: &[StateId], origins: &[StateId], from: StateId, form: Form) -> Code {
    let mut arms = Arms {
        cx,
        origins,
        form,
        code: Code::new(),
        done: vec![false; cx.messages.variants.len()],
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
    let complete = !arms.gap && arms.done.iter().all(|done| *done);
    let mut code = arms.code;
    if !complete {
        let arguments = "(__parts, __message, __outcome, __observer)";
        match (elsewhere, form) {
            (None, _) => say!(code, "__message => {UNHANDLED},"),
            (Some(function), Form::Plain) => say!(code, "__message => {function}{arguments},"),
            (Some(function), Form::Now) => {
                say!(code, "__message => return {function}{arguments},");
            }
            (Some(function), Form::Waiting) => {
                say!(code, "__message => {function}{arguments}.await,");
                code.waits = true;
            }
        }
    }
    let mut matched = Code::new();
    matched.text("match __message ").block(code);
    matched
}

/// Arms of a `match` on the message.
struct Arms<'c, 'a> {
    cx: &'c Cx<'a>,
    origins: &'c [StateId],
    form: Form,
    code: Code,
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
                if !row.broken && !left.is_empty() {
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

    fn arm(&mut self, id: RowId, pattern: Code, bound: Bound, body: Code) {
        self.code.append(pattern);
        if let Some(guard) = guards::ask(self.cx, id, bound) {
            self.code.text(" if ").append(guard);
        }
        self.code.text(" => ").block(body);
    }

    /// Whether a row with this body is another form's: then it has no arm here. Only a row that
    /// receives can wait.
    fn is_elsewhere(&mut self, body: &Code) -> bool {
        let elsewhere = self.form == Form::Waiting && !body.waits;
        self.gap |= elsewhere;
        elsewhere
    }

    fn named(&mut self, id: RowId, row: &Row<'_>, messages: &[MessageId]) {
        if row.kind != RowKind::Receive {
            return self.kept(id, row, messages);
        }
        let body = |offer| actions::take(self.cx, id, self.origins, offer);
        let first = body(Offer::Message(messages[0]));
        if self.is_elsewhere(&first) {
            return;
        }
        if self.form == Form::Now && first.waits {
            for &message in messages {
                self.give_on(id, row, message, give_back);
            }
        } else if calls::alike(self.cx, row, messages) {
            let pattern = calls::pattern(self.cx, row, messages);
            self.arm(id, pattern, Bound::AsTaken, first);
        } else {
            for &message in messages {
                let pattern = calls::pattern(self.cx, row, &[message]);
                let body = actions::take(self.cx, id, self.origins, Offer::Message(message));
                self.arm(id, pattern, Bound::AsTaken, body);
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
            for (index, &message) in messages.iter().enumerate() {
                let separator = if index > 0 { " | " } else { "" };
                let pattern = self.untouched(message);
                say!(self.code, "{separator}{pattern}");
            }
            let body = match row.kind {
                RowKind::Defer => defer(id, Code::from(MESSAGE)),
                _ => ignore(id),
            };
            self.code.text(" => ").block(body);
            return;
        }
        for &message in messages {
            if row.kind == RowKind::Defer {
                self.give_on(id, row, message, |message| defer(id, message));
            } else {
                let pattern = calls::pattern(self.cx, row, &[message]);
                self.arm(id, pattern, Bound::AsTaken, ignore(id));
            }
        }
    }

    /// `Message::Coin { .. }`
    fn untouched(&self, message: MessageId) -> String {
        let variant = &self.cx.messages.variants[message.index()].ident;
        format!("{}::{variant} {{ .. }}", self.cx.messages.ident)
    }

    /// An arm that needs the message in one piece. If the guard looks at the message's parts, it
    /// is put together again.
    fn give_on(
        &mut self,
        id: RowId,
        row: &Row<'_>,
        message: MessageId,
        body: impl FnOnce(Code) -> Code,
    ) {
        let apart = row.ast.guard.is_some() && calls::takes_apart(self.cx, row, message);
        let (pattern, whole) = if apart {
            let whole = || calls::whole(self.cx, row, message);
            (whole(), whole())
        } else {
            (Code::from(self.untouched(message)), Code::from(MESSAGE))
        };
        self.arm(id, pattern, Bound::Values, body(whole));
    }

    fn any(&mut self, id: RowId, row: &Row<'_>) {
        if row.kind != RowKind::Receive {
            if self.form == Form::Waiting {
                self.gap = true;
                return;
            }
            let body = match row.kind {
                RowKind::Defer => defer(id, Code::from(MESSAGE)),
                _ => ignore(id),
            };
            return self.arm(id, Code::from("_"), Bound::AsTaken, body);
        }
        let body = actions::take(self.cx, id, self.origins, Offer::Other);
        if self.is_elsewhere(&body) {
            return;
        }
        let name = calls::whole_message(self.cx, row);
        let mut pattern = Code::new();
        if self.form == Form::Now && body.waits {
            let whole = || match &name {
                Some((name, _)) => {
                    let mut code = Code::new();
                    code.tokens(name);
                    code
                }
                None => Code::from(MESSAGE),
            };
            return self.arm(id, whole(), Bound::Values, give_back(whole()));
        }
        match name {
            Some((name, true)) => pattern.text("ref ").tokens(name),
            Some((name, false)) => pattern.tokens(name),
            None => pattern.text("_"),
        };
        self.arm(id, pattern, Bound::AsTaken, body);
    }
}

/// Gives a message back whose row waits.
fn give_back(message: Code) -> Code {
    let mut code = Code::from("return ::core::option::Option::Some");
    code.list(message).text(";");
    code
}

fn ignore(row: RowId) -> Code {
    let mut code = Code::new();
    say!(
        code,
        "__w::ignore(__outcome, __observer, __w::RowId({}));",
        row.0
    );
    code
}

fn defer(row: RowId, message: Code) -> Code {
    let mut arguments = Code::new();
    say!(
        arguments,
        "&mut __parts.cx, __outcome, __observer, __w::RowId({}), ",
        row.0
    );
    arguments.append(message);
    let mut code = Code::from("__w::defer");
    code.list(arguments).text(";");
    code
}
