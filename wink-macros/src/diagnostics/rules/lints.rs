//! Lints: what is legal and most likely not meant. `#[allow(name)]` on the row's function, the
//! state (it holds for everything inside) or the machine says that it is.

use crate::diagnostics::rules::{alternatives, listed};
use crate::diagnostics::{Diagnostic, Diagnostics};
use proc_macro2::{Ident, Span};

/// The names of the lints, and of the one error that can be allowed.
pub mod lint {
    /// An error: a state that no chain of transitions reaches.
    pub const UNREACHABLE: &str = "unreachable";
    pub const TRAP_STATE: &str = "trap_state";
    pub const GUARD_LEAVES_UNHANDLED: &str = "guard_leaves_unhandled";
    pub const ONLY_BY_HISTORY: &str = "only_by_history";
    pub const NEVER_RECEIVED: &str = "never_received";
    pub const LEAVES_PARALLEL: &str = "leaves_parallel";
    pub const FORGOTTEN_ATTRIBUTE: &str = "forgotten_attribute";
}

/// What `#[allow(…)]` takes beside rustc's own lints.
pub const LINTS: [&str; 7] = [
    lint::UNREACHABLE,
    lint::TRAP_STATE,
    lint::GUARD_LEAVES_UNHANDLED,
    lint::ONLY_BY_HISTORY,
    lint::NEVER_RECEIVED,
    lint::LEAVES_PARALLEL,
    lint::FORGOTTEN_ATTRIBUTE,
];

impl Diagnostics {
    pub fn trap_state(&mut self, state: &Ident) -> &mut Diagnostic {
        self.warning(
            lint::TRAP_STATE,
            state.span(),
            format!(
                "no row leads out of `{state}`, \
            and it is not final"
            ),
        )
        .help(
            "add a row with a target, `#[receive(Message => state)]`, or write \
                `#[state(final)]`",
        )
    }

    pub fn guard_leaves_unhandled<T: AsRef<str>, U: AsRef<str>>(
        &mut self,
        guard: Span,
        end: Span,
        text: &str,
        messages: &[T],
        states: &[U],
    ) -> &mut Diagnostic {
        let message = format!(
            "when `{text}` is false, nothing handles {} in {}",
            listed(messages, "and"),
            listed(states, "and")
        );
        self.warning(lint::GUARD_LEAVES_UNHANDLED, guard, message)
            .to(end)
            .help(format!(
                "say below it what becomes of the rest, for example \
                `#[ignore({})]`",
                alternatives(messages)
            ))
    }

    pub fn only_by_history(&mut self, state: &Ident, deep: bool) -> &mut Diagnostic {
        let function = if deep { "deep_history" } else { "history" };
        let message = format!(
            "`{state}` is entered only by `{function}({state})`, so at first there is \
                nothing to remember"
        );
        self.warning(lint::ONLY_BY_HISTORY, state.span(), message)
            .help(format!("let the first way in be a plain one: `=> {state}`"))
    }

    pub fn never_received(&mut self, message: &Ident) -> &mut Diagnostic {
        self.warning(
            lint::NEVER_RECEIVED,
            message.span(),
            format!("no state receives `{message}`"),
        )
        .help(format!(
            "write a function with `#[receive({message})]`, or remove the message"
        ))
    }

    pub fn leaves_parallel(
        &mut self,
        target: Span,
        region: &Ident,
        parallel: &Ident,
        again: bool,
    ) -> &mut Diagnostic {
        let message = if again {
            format!(
                "this row leaves all of the parallel state `{parallel}` and enters it \
                again, not only the region `{region}`"
            )
        } else {
            format!(
                "this row of the region `{region}` leaves all of the parallel state \
                `{parallel}`, the other regions too"
            )
        };
        self.warning(lint::LEAVES_PARALLEL, target, message)
            .help(if again {
                format!("name a state inside `{region}`")
            } else {
                format!("put the row on `mod {parallel}` if every region may take it")
            })
    }

    pub fn forgotten_attribute(&mut self, function: &Ident) -> &mut Diagnostic {
        self.warning(
            lint::FORGOTTEN_ATTRIBUTE,
            function.span(),
            format!("`{function}` has no attribute and is called nowhere in the machine"),
        )
        .help(format!(
            "write what calls it: `#[entry]`, `#[exit]` or `#[receive(Message)]` \
            before `fn {function}`"
        ))
    }
}
