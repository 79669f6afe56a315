//! `impl Perform`: what the engine of parallel charts asks of a machine, one operation at a time.
//!
//! Messages are borrowed here, since several regions can receive one: what a function takes by
//! value is cloned.
//!
//! Must not know of: exits and entries of a transition, their order.

use super::actions::enter_call;
use super::calls::{self, Offer};
use super::code::{self, Code, say};
use super::goto;
use super::guards::{self, Bound};
use super::names::Cx;
use super::signals;
use super::steps::implement;
use crate::model::{Document, FunctionId, Row, RowId, RowKind, StateId, Trigger};
use proc_macro2::TokenStream;

/// The operations of the machine.
pub fn perform(cx: &Cx<'_>) -> TokenStream {
    let (name, asyncness) = if cx.waits {
        ("PerformAsync", "async")
    } else {
        ("Perform", "")
    };
    let row = "__row: ::wink::private::RowId, __event: &::wink::private::Event<'_, Self>";
    let state = "__state: ::wink::private::StateId";
    let mut inner = Code::new();
    let mut method = |head: &str, reference: &str, arguments: &str, output: &str, body: Code| {
        say!(
            inner,
            "{head}(__parts: {reference} ::wink::private::Parts<Self>, {arguments}) {output} "
        );
        let mut block = Code::new();
        block.text(code::IMPORT).append(body);
        inner.block(block);
    };
    let head = |name: &str| format!("{asyncness} fn {name}");
    method("fn guard", "&", row, "-> bool", guards(cx));
    method(&head("act"), "&mut", row, "-> usize", acts(cx));
    method(&head("enter"), "&mut", state, "", enters(cx));
    method(&head("exit"), "&mut", state, "", exits(cx));
    method("fn forget", "&mut", state, "", forgets(cx));
    if let Some(document) = &cx.chart.document {
        let default = "__default: usize";
        method("fn follow", "&mut", default, "", follows(document));
        let states = "__of: ::wink::private::StateId, __by: ::wink::private::StateId";
        method(
            "fn complete",
            "&mut",
            states,
            "-> bool",
            completes(document),
        );
    }
    implement(cx, name, inner)
}

/// A `match` on the event with what `body` makes of each that sets off the row; `otherwise` is
/// the value for the others.
fn on_event(cx: &Cx<'_>, row: &Row<'_>, otherwise: &str, body: impl Fn(Offer) -> Code) -> Code {
    let mut arms = Code::new();
    let mut arm = |pattern: Code, body: Code| {
        arms.text("__w::Event::Message")
            .list(pattern)
            .text(" => ")
            .block(body);
    };
    match &row.trigger {
        Trigger::Messages(list) if calls::alike(cx, row, list) && !list.is_empty() => {
            arm(calls::pattern(cx, row, list), body(Offer::Message(list[0])));
        }
        Trigger::Messages(list) => {
            for &message in list {
                let pattern = calls::pattern(cx, row, &[message]);
                arm(pattern, body(Offer::Message(message)));
            }
        }
        Trigger::Any => {
            let Some((name, _)) = calls::whole_message(cx, row) else {
                return body(Offer::Other);
            };
            let mut pattern = Code::new();
            pattern.tokens(name);
            arm(pattern, body(Offer::Other));
        }
        trigger @ (Trigger::Child(_) | Trigger::Down) => {
            say!(
                arms,
                "__w::Event::Signal(__w::Signal::{}) => ",
                signals::pattern(trigger)
            );
            arms.block(body(Offer::Other));
        }
        Trigger::After | Trigger::Always | Trigger::Done => return body(Offer::Other),
    }
    say!(arms, "_ => {otherwise},");
    let mut code = Code::new();
    code.text("match *__event ").block(arms);
    code
}

/// A `match` on the row with an arm for each that has code.
fn by_row(cx: &Cx<'_>, otherwise: &str, body: impl Fn(RowId, &Row<'_>) -> Option<Code>) -> Code {
    let mut arms = Code::new();
    for (index, row) in cx.chart.rows.iter().enumerate() {
        if let Some(body) = body(RowId(index as u16), row) {
            say!(arms, "{index} => ");
            arms.block(body);
        }
    }
    let mut code = Code::new();
    if arms.is_empty() {
        code.text(otherwise);
        return code;
    }
    say!(arms, "_ => {otherwise},");
    code.text("match __row.0 ").block(arms);
    code
}

fn guards(cx: &Cx<'_>) -> Code {
    by_row(cx, "true", |id, row| {
        row.ast.guard.as_ref()?;
        Some(on_event(cx, row, "false", |_| {
            guards::ask(cx, id, Bound::References).unwrap_or_default()
        }))
    })
}

fn acts(cx: &Cx<'_>) -> Code {
    by_row(cx, "0", |_, row| {
        let function = row.function.filter(|&function| cx.callable(function))?;
        let acts = !row.broken && row.kind == RowKind::Receive;
        acts.then(|| on_event(cx, row, "0", |offer| act(cx, row, function, offer)))
    })
}

/// Calls a row's function; the value is the index of the chosen target.
fn act(cx: &Cx<'_>, row: &Row<'_>, function: FunctionId, offer: Offer) -> Code {
    let mut code = calls::call(cx, function, offer);
    if !row.chooses {
        code.text(" 0");
        return code;
    }
    let path = goto::path(cx, cx.function(function));
    code.text("match __goto { ");
    for (index, target) in row.ast.targets.iter().enumerate() {
        say!(code, "{path}::{} => {index},", goto::variant(target));
    }
    // Not reached: a row declares all that its function can choose.
    code.text("_ => 0, }");
    code
}

fn enters(cx: &Cx<'_>) -> Code {
    by_state(cx, |state| {
        let function = cx.chart.states[state.index()].entry;
        let function = function.filter(|&function| cx.callable(function))?;
        Some(enter_call(cx, state, function))
    })
}

fn exits(cx: &Cx<'_>) -> Code {
    by_state(cx, |state| {
        let function = cx.chart.states[state.index()].exit;
        let function = function.filter(|&function| cx.callable(function))?;
        let mut code = calls::plain_call(cx, function);
        code.text(";");
        Some(code)
    })
}

fn forgets(cx: &Cx<'_>) -> Code {
    let locals: Vec<StateId> = cx.states_with_local().map(|(state, _)| state).collect();
    by_state(cx, |state| {
        let mut code = Code::new();
        let field = cx.local_field(state);
        say!(
            code,
            "__parts.locals.{field} = ::core::option::Option::None;"
        );
        locals.contains(&state).then_some(code)
    })
}

/// Calls what follows the entry of a state whose inside was found by default.
fn follows(document: &Document<'_>) -> Code {
    let mut arms = Code::new();
    for (index, default) in document.defaults.iter().enumerate() {
        if let Some(action) = default.action {
            say!(
                arms,
                "{index} => self::{}(&mut __parts.data, &mut __parts.cx),",
                action.function
            );
        }
    }
    arms.text("_ => {}");
    let mut code = Code::new();
    code.text("match __default ").block(arms);
    code
}

/// Raises the message that says that a state is complete.
fn completes(document: &Document<'_>) -> Code {
    let mut arms = Code::new();
    for (of, _, function) in &document.completions {
        say!(
            arms,
            "{} => {{ let __message = self::{function}(&mut __parts.data, &mut __parts.cx, __by); \
             __parts.cx.raise(__message); true }}",
            of.0
        );
    }
    arms.text("_ => false,");
    let mut code = Code::new();
    code.text("match __of.0 ").block(arms);
    code
}

fn by_state(cx: &Cx<'_>, body: impl Fn(StateId) -> Option<Code>) -> Code {
    let mut arms = Code::new();
    for index in 0..cx.tree.len() as u16 {
        if let Some(body) = body(StateId(index)) {
            say!(arms, "{index} => ");
            arms.block(body);
        }
    }
    let mut code = Code::new();
    if !arms.is_empty() {
        arms.text("_ => {}");
        code.text("match __state.0 ").block(arms);
    }
    code
}
