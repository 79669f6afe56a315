//! `impl Steps` or `impl StepsAsync`: the methods whose bodies are the chart.
//!
//! Must not know of: what the bodies do.

use super::code::{self, Code, say};
use super::dispatch::{self, Form};
use super::names::Cx;
use super::{actions, signals};
use crate::model::{RowKind, Trigger};
use proc_macro2::TokenStream;

/// The bodies of the methods.
struct Bodies {
    enter_initial: Code,
    deliver: Code,
    /// In an asynchronous machine: what of `deliver` never waits.
    deliver_now: Code,
    eventless: Code,
    completed: Code,
    signal: Code,
    leave: Code,
}

/// The steps of the machine, whichever form its chart has.
pub fn items(cx: &Cx<'_>) -> TokenStream {
    if cx.tree.is_interpreted() {
        let mut tokens = super::parallel::perform(cx);
        tokens.extend(implementation(cx, forwarded(cx)));
        return tokens;
    }
    let (deliver, deliver_now) = deliver(cx);
    let bodies = Bodies {
        enter_initial: actions::start(cx),
        deliver,
        deliver_now,
        eventless: signals::eventless(cx),
        completed: signals::completed(cx),
        signal: signals::signal(cx),
        leave: actions::end(cx),
    };
    implementation(cx, bodies)
}

/// `deliver`, and in an asynchronous machine `deliver_now`.
fn deliver(cx: &Cx<'_>) -> (Code, Code) {
    if !cx.asynchronous {
        return (dispatch::deliver(cx, Form::Plain), Code::new());
    }
    // Asked only about what `deliver_now` has given back.
    let waiting = if cx.waits {
        dispatch::deliver(cx, Form::Waiting)
    } else {
        Code::new()
    };
    (waiting, dispatch::deliver(cx, Form::Now))
}

/// Bodies that leave everything to the runtime's engine.
fn forwarded(cx: &Cx<'_>) -> Bodies {
    let (module, awaited) = if cx.waits {
        ("__w::parallel::asynchronous", ".await")
    } else {
        ("__w::parallel", "")
    };
    let call = |method: &str, argument: &str| {
        let mut code = Code::new();
        say!(
            code,
            "{module}::{method}(__parts, {argument} __outcome, __observer){awaited}"
        );
        code
    };
    let mut deliver_now = Code::new();
    if cx.waits {
        // Which functions run is known only when the engine has run.
        deliver_now.text("::core::option::Option::Some(__message)");
    } else {
        deliver_now.append(call("deliver", "__message,"));
        deliver_now.text("; ::core::option::Option::None");
    }
    let (mut deliver, mut eventless) = (call("deliver", "__message,"), call("eventless", ""));
    if cx.notes().is_some_and(|notes| notes.has_event) {
        let taken = std::mem::take(&mut deliver);
        deliver.text("self::__event(__parts, &__message); ");
        deliver.append(taken).text("; self::__failures(__parts);");
        let taken = std::mem::take(&mut eventless);
        eventless.text("let __taken = ").append(taken);
        eventless.text("; self::__failures(__parts); ");
        if cx.notes().is_some_and(|notes| notes.invokes) {
            eventless.text("self::__settled(__parts, __taken); ");
        }
        eventless.text("__taken");
    }
    Bodies {
        enter_initial: call("enter_initial", ""),
        deliver,
        deliver_now,
        eventless,
        completed: call("completed", "__state,"),
        signal: call("signal", "__signal,"),
        leave: call("leave", ""),
    }
}

/// Whether anything can follow a microstep: then the runtime has to look.
fn settles(cx: &Cx<'_>) -> bool {
    let follows = |trigger: &Trigger| matches!(trigger, Trigger::Always | Trigger::Done);
    let completions = cx.chart.document.iter();
    let mut completions = completions.flat_map(|document| &document.completions);
    cx.changes_context()
        || completions.next().is_some()
        || cx.chart.rows.iter().any(|row| follows(&row.trigger))
}

fn defers(cx: &Cx<'_>) -> bool {
    cx.chart.rows.iter().any(|row| row.kind == RowKind::Defer)
}

/// What stands before a generated implementation that runs the user's functions.
pub const ATTRIBUTES: &str = "#[automatically_derived] \
    #[allow(unused, unused_qualifications, non_shorthand_field_patterns)] \
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)] ";

/// `impl<L> ::wink::private::NAME for Turnstile<L> where … { inner }`
pub fn implement(cx: &Cx<'_>, name: &str, inner: Code) -> TokenStream {
    let (parameters, _, clause) = cx.data.generics.split_for_impl();
    let mut code = Code::new();
    code.text(ATTRIBUTES).text("impl ").tokens(parameters);
    say!(code, " ::wink::private::{name} for ");
    code.tokens(cx.machine()).tokens(clause).block(inner);
    code.finish()
}

fn implementation(cx: &Cx<'_>, bodies: Bodies) -> TokenStream {
    let (name, asyncness) = if cx.asynchronous {
        ("StepsAsync", "async ")
    } else {
        ("Steps", "")
    };
    let mut inner = Code::new();
    let (settles, defers) = (settles(cx), defers(cx));
    say!(
        inner,
        "const SETTLES: bool = {settles}; const DEFERS: bool = {defers};"
    );
    let head = |name: &str| format!("{asyncness}fn {name}");
    let message = format!("__message: {}, ", cx.message());
    let state = "__state: ::wink::private::StateId, ";
    let signal = "__signal: &::wink::private::Signal, ";
    let given = format!("-> ::core::option::Option<{}> ", cx.message());
    let mut add = |head: String, arguments: &str, output: &str, body: Code| {
        method(&mut inner, &head, arguments, output, body);
    };
    add(head("enter_initial"), "", "", bodies.enter_initial);
    // Where messages arrive, the chart is merged into what takes them; the runtime sees to it that
    // there is one such place only. The body of a future is not what the attribute means.
    let merged = |head: String| format!("#[inline(always)] {head}");
    if cx.asynchronous {
        add(head("deliver"), &message, "", bodies.deliver);
        let head = merged("fn deliver_now".to_owned());
        add(head, &message, &given, bodies.deliver_now);
    } else {
        add(merged(head("deliver")), &message, "", bodies.deliver);
    }
    let eventless = format!("#[inline] {}", head("eventless"));
    add(eventless, "", "-> bool ", bodies.eventless);
    add(head("completed"), state, "", bodies.completed);
    add(head("signal"), signal, "", bodies.signal);
    add(head("leave"), "", "", bodies.leave);
    implement(cx, name, inner)
}

/// `fn name<O>(parts, …, outcome, observer) -> output { body }`
fn method(code: &mut Code, head: &str, arguments: &str, output: &str, body: Code) {
    say!(
        code,
        "{head}<__O: ::wink::private::Observer>(\
             __parts: &mut ::wink::private::Parts<Self>, {arguments}\
             __outcome: &mut ::wink::private::Outcome, __observer: &mut __O) {output}"
    );
    let mut block = Code::from(code::IMPORT);
    block.append(body);
    code.block(block);
}
