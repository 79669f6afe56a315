//! States: names, initial states, final states, history, reachability, eventless cycles.

use crate::diagnostics::rules::{alternatives, listed};
use crate::diagnostics::{Diagnostic, Diagnostics};
use proc_macro2::{Ident, Span};

impl Diagnostics {
    pub fn duplicate_state(&mut self, second: &Ident, first: &Ident) -> &mut Diagnostic {
        self.error(
            second.span(),
            format!(
                "a second state `{second}`; names are unique in a \
            machine"
            ),
        )
        .other(first.span(), format!("the first state `{first}` is here"))
        .help(format!("rename it, for example `pub mod {second}_2`"))
    }

    pub fn reserved_state(&mut self, name: &Ident, meaning: &str) -> &mut Diagnostic {
        self.error(
            name.span(),
            format!("a state cannot be called `{name}`: {meaning}"),
        )
        .help(format!(
            "rename it, for example `pub mod {}_state`",
            plain(name)
        ))
    }

    pub fn same_variant(
        &mut self,
        second: &Ident,
        first: &Ident,
        variant: &str,
    ) -> &mut Diagnostic {
        let message = format!("states `{first}` and `{second}` would both be `State::{variant}`");
        self.error(second.span(), message)
            .other(first.span(), format!("the state `{first}` is here"))
            .help("rename one of them by more than case or `_`")
    }

    pub fn generated_name(&mut self, name: &Ident, what: &str) -> &mut Diagnostic {
        let message = format!("`{name}` is the name of {what}, which every machine has");
        self.error(name.span(), message)
            .help(format!("rename it, for example `My{name}`"))
    }

    pub fn no_initial(&mut self, whole: &Ident, what: &str, child: &Ident) -> &mut Diagnostic {
        self.error(
            whole.span(),
            format!("{what} `{whole}` has no initial state"),
        )
        .help(format!(
            "mark the state in which it starts: `#[state(initial)] pub mod {child}`"
        ))
    }

    pub fn no_initial_for(
        &mut self,
        whole: &Ident,
        reason: String,
        place: Option<(Span, String)>,
        child: &Ident,
    ) -> &mut Diagnostic {
        let error = self.error(
            whole.span(),
            format!("`{whole}` needs an initial child: {reason}"),
        );
        error.other = place;
        error.help(format!(
            "mark the child in which it starts: `#[state(initial)] pub mod \
            {child}`"
        ))
    }

    pub fn second_initial(&mut self, second: Span, first: Span, whole: &Ident) -> &mut Diagnostic {
        self.error(second, format!("a second initial state in `{whole}`"))
            .other(
                first,
                format!("the first initial state of `{whole}` is here"),
            )
            .help("write `#[state]` here or there")
    }

    pub fn initial_region(
        &mut self,
        initial: Span,
        region: &Ident,
        whole: &Ident,
    ) -> &mut Diagnostic {
        let message = format!(
            "the regions of a parallel state start together: `initial` says \
            nothing on `{region}`"
        );
        self.error(initial, message)
            .help(format!("write `#[state]`; `{whole}` is parallel"))
    }

    pub fn no_regions(&mut self, parallel: Span, state: &Ident) -> &mut Diagnostic {
        self.error(
            parallel,
            format!("the parallel state `{state}` has no regions"),
        )
        .help(
            "write its regions as states inside it: `#[state] pub mod first {}`, or \
                write `#[state]`",
        )
    }

    pub fn final_region(&mut self, region: Span, name: &Ident, whole: &Ident) -> &mut Diagnostic {
        self.error(
            region,
            format!(
                "`{name}` is a region of the parallel state `{whole}`, and \
            a region cannot be final"
            ),
        )
        .help(format!(
            "put the final state into the region: `pub mod {name} {{ \
                #[state(final)] pub mod finished {{}} }}`"
        ))
    }

    pub fn final_with_children(
        &mut self,
        state: &Ident,
        child: &Ident,
        span: Span,
    ) -> &mut Diagnostic {
        self.error(
            span,
            format!("the final state `{state}` cannot have children"),
        )
        .other(
            child.span(),
            format!("`{child}` lies in the final state `{state}`"),
        )
        .help(format!(
            "write `#[state]` for `{state}`, or move `{child}` out of it"
        ))
    }

    pub fn row_on_final(
        &mut self,
        row: Span,
        state: &Ident,
        parent: &Ident,
        written: &str,
    ) -> &mut Diagnostic {
        self.error(
            row,
            format!("the final state `{state}` cannot have rows: nothing leaves it"),
        )
        .help(format!(
            "move `{written}` to `mod {parent}`, or write `#[state]` for `{state}`"
        ))
    }

    pub fn parallel_final(&mut self, parallel: Span, state: &Ident) -> &mut Diagnostic {
        self.error(
            parallel,
            format!("`{state}` is final or parallel, not both"),
        )
        .help("remove `parallel`: a final state has no regions")
    }

    pub fn history_of_leaf(&mut self, of: &Ident, deep: bool) -> &mut Diagnostic {
        let function = if deep { "deep_history" } else { "history" };
        self.error(
            of.span(),
            format!("`{of}` has no children, so it has no history"),
        )
        .help(format!(
            "write `=> {of}`, or `{function}(…)` of a state that has children"
        ))
    }

    pub fn other_region(
        &mut self,
        target: &Ident,
        region: &Ident,
        parallel: &Ident,
        row: &str,
    ) -> &mut Diagnostic {
        let message = if target == region {
            format!("`{target}` is another region of the parallel state `{parallel}`")
        } else {
            format!(
                "`{target}` lies in `{region}`, another region of the parallel state \
                `{parallel}`"
            )
        };
        self.error(target.span(), message).help(format!(
            "a region moves only itself: write the row in `mod {region}`, `{row}`"
        ))
    }

    pub fn target_twice(&mut self, second: Span, first: Span, name: &str) -> &mut Diagnostic {
        self.error(
            second,
            format!("the target `{name}` is named twice in this row"),
        )
        .other(first, format!("`{name}` is named here first"))
        .help(format!("remove `| {name}`"))
    }

    pub fn unreachable_state(&mut self, state: &Ident) -> &mut Diagnostic {
        self.error(
            state.span(),
            format!("no chain of transitions reaches the state `{state}`"),
        )
        .help(format!(
            "name it as a target: `#[receive(… => {state})]`; or keep it with \
                    `#[allow(unreachable)]`"
        ))
    }

    pub fn done_never(&mut self, row: Span, message: String, help: String) -> &mut Diagnostic {
        self.error(row, message).help(help)
    }

    pub fn always_stays(&mut self, row: Span, guarded: bool, written: &str) -> &mut Diagnostic {
        let message = if guarded {
            "this `always` row has no target and no function: once its guard holds, it is \
                taken without end"
        } else {
            "this `always` row has neither guard nor target: it would be taken without end"
        };
        let help = format!(
            "name the state to go to, `{written}`; what is done once on arrival belongs in \
                `#[entry]`"
        );
        self.error(row, message.to_owned()).help(help)
    }

    pub fn eventless_cycle<T: AsRef<str>>(
        &mut self,
        row: Span,
        cycle: &[T],
        written: &str,
    ) -> &mut Diagnostic {
        let mut path: Vec<&str> = cycle.iter().map(AsRef::as_ref).collect();
        path.extend(cycle.first().map(AsRef::as_ref));
        self.error(
            row,
            format!(
                "an eventless cycle without a guard: `{}`",
                path.join(" => ")
            ),
        )
        .help(format!("give one of its rows a guard, here: `{written}`"))
    }

    pub fn unhandled_in_state<T: AsRef<str>>(
        &mut self,
        state: &Ident,
        messages: &[T],
        place: &str,
        question: Option<(String, String)>,
    ) -> &mut Diagnostic {
        let what = listed(messages, "and");
        let message = format!(
            "`{state}` does not handle {what}: it neither receives, \
            inherits, ignores nor defers {}",
            if messages.len() == 1 { "it" } else { "them" }
        );
        self.error(state.span(), message).help(where_to_add(
            &alternatives(messages),
            place,
            question,
        ))
    }

    pub fn unhandled_in_states<T: AsRef<str>>(
        &mut self,
        message: &Ident,
        states: &[T],
        place: &str,
        question: Option<(String, String)>,
    ) -> &mut Diagnostic {
        let text = format!(
            "`{message}` is not handled in {}: no row there receives, \
            inherits, ignores or defers it",
            listed(states, "and")
        );
        self.error(message.span(), text)
            .help(where_to_add(&message.to_string(), place, question))
    }
}

/// Where to add what: a question needs a receiver that answers, anything else may be ignored.
fn where_to_add(pattern: &str, place: &str, question: Option<(String, String)>) -> String {
    match question {
        Some((name, answer)) => {
            format!("add `#[receive({name})] fn answer() -> {answer} {{ … }}` to {place}")
        }
        None => format!(
            "add `#[ignore({pattern})]` to {place}, or a function with \
            `#[receive({pattern})]`"
        ),
    }
}

/// The name without `r#`.
fn plain(name: &Ident) -> String {
    name.to_string()
        .trim_start_matches("r#")
        .trim_end_matches('_')
        .to_owned()
}
