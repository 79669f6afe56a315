//! Rows: two for one message, order, what stands on which row.

use crate::diagnostics::{Diagnostic, Diagnostics};
use proc_macro2::{Ident, Span};

impl Diagnostics {
    pub fn never_taken(
        &mut self,
        second: Span,
        first: Span,
        what: &str,
        state: &Ident,
    ) -> &mut Diagnostic {
        self.error(
            second,
            format!(
                "a second row for {what} in `{state}`; the first has no \
            guard, so this one is never taken"
            ),
        )
        .other(first, format!("the first row for {what} takes it always"))
    }

    pub fn pattern_twice(&mut self, message: &Ident) -> &mut Diagnostic {
        self.error(
            message.span(),
            format!("`{message}` is named twice in this row"),
        )
        .help(format!("remove `| {message}`"))
    }

    pub fn row_after_any(
        &mut self,
        row: Span,
        any: Span,
        state: &Ident,
        message: &Ident,
    ) -> &mut Diagnostic {
        self.error(
            row,
            format!(
                "`{message}` is named after `_` in `{state}`; `_` stands \
            last, for what no other row names"
            ),
        )
        .other(any, "`_` stands here")
        .help(format!("move the row with `_` to the end of `mod {state}`"))
    }

    pub fn any_beside_others(&mut self, any: Span, name: &str) -> &mut Diagnostic {
        let message = "`_` stands alone: it is every message that nothing else receives";
        self.error(any, message.to_owned())
            .help(format!("write `#[{name}(_)]`, or remove `_` here"))
    }

    pub fn needless_function(
        &mut self,
        row: Span,
        written: &str,
        function: &Ident,
    ) -> &mut Diagnostic {
        self.error(
            row,
            format!("`{written}` calls no function, so `{function}` would never run"),
        )
        .help(format!(
            "put `{written}` on the state's `mod`, or write `#[receive(…)]`"
        ))
    }

    pub fn reenter_nothing(&mut self, reenter: Span, written: &str) -> &mut Diagnostic {
        self.error(
            reenter,
            "`reenter` without a target: nothing is left, so nothing is \
            entered again"
                .to_owned(),
        )
        .help(format!("name a state, `{written}`, or remove `reenter`"))
    }

    pub fn reenter_root(&mut self, reenter: Span, machine: &Ident) -> &mut Diagnostic {
        self.error(
            reenter,
            format!(
                "`reenter` on a row of `{machine}` itself: a machine is \
            not left before it ends"
            ),
        )
        .help("remove `reenter`")
    }

    pub fn row_on_entry_or_exit(
        &mut self,
        row: Span,
        kind: &str,
        other: Span,
        name: &str,
        written: &str,
    ) -> &mut Diagnostic {
        self.error(
            row,
            format!("`#[{name}]` on an {kind} function: an {kind} answers no event"),
        )
        .other(other, format!("the function is an {kind} function"))
        .help(format!(
            "split it into two functions, one with `#[{kind}]` and one with \
                `{written}`"
        ))
    }

    pub fn second_entry_or_exit(
        &mut self,
        second: Span,
        first: Span,
        kind: &str,
        state: &Ident,
        function: &Ident,
    ) -> &mut Diagnostic {
        self.error(
            second,
            format!("a second {kind} function in `{state}`; a state has one"),
        )
        .other(
            first,
            format!("the first {kind} function of `{state}` is here"),
        )
        .help(format!(
            "call it from `{function}` and remove this `#[{kind}]`"
        ))
    }
}
