//! Constructors for mistakes in the form of what was written.
//!
//! Must not know of: the tree (call sites hand in names, spans and words).

use super::Diagnostics;
use crate::nearest::nearest;
use proc_macro2::{Ident, Span};

/// The machine's module and what it must contain.
impl Diagnostics {
    pub fn machine_is_no_module(&mut self, span: Span) {
        self.error(span, "a machine is a module".to_owned())
            .help("write `#[machine] pub mod turnstile { … }`");
    }

    pub fn machine_without_body(&mut self, ident: &Ident) {
        self.error(ident.span(), format!("machine `{ident}` has no body here"))
            .help(format!(
                "write it where it is declared: `pub mod {ident} {{ … }}`"
            ));
    }

    pub fn after_machine(&mut self, span: Span) {
        self.error(
            span,
            "only one module can stand in `machine! { … }`".to_owned(),
        )
        .help("give the next machine a `machine! { … }` of its own");
    }

    /// `candidate` is a struct that may have been meant.
    pub fn no_data(&mut self, machine: &Ident, candidate: Option<&Ident>) {
        let help = match candidate {
            Some(candidate) => format!("write `#[data]` above `struct {candidate}`"),
            None => {
                let name = pascal(machine);
                format!("add `#[data] #[derive(Default)] pub struct {name};`")
            }
        };
        self.error(machine.span(), format!("machine `{machine}` has no data"))
            .help(help);
    }

    /// `candidate` is an enum that may have been meant.
    pub fn no_messages(&mut self, machine: &Ident, candidate: Option<&Ident>) {
        let help = match candidate {
            Some(candidate) => format!("write `#[messages]` above `enum {candidate}`"),
            None => "add `#[messages] pub enum Message { … }`".to_owned(),
        };
        let text = format!("machine `{machine}` has no messages");
        self.error(machine.span(), text).help(help);
    }

    pub fn second_of_its_kind(&mut self, name: &str, span: Span, first: Span) {
        self.error(span, format!("a machine has one `#[{name}]` only"))
            .other(first, "the first one is here")
            .help(format!("remove `#[{name}]` here"));
    }

    pub fn wrong_kind_of_type(&mut self, name: &str, span: Span) {
        let (rule, help) = match name {
            "data" => (
                "`#[data]` marks a struct",
                "write `pub struct Turnstile { … }`, with the enum in a field if it must be",
            ),
            _ => (
                "`#[messages]` marks an enum",
                "write one variant a message: `pub enum Message { Coin { value: u32 }, Push }`",
            ),
        };
        self.error(span, rule.to_owned()).help(help);
    }

    pub fn generic_messages(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!("the messages enum `{ident}` cannot be generic"),
        )
        .help(format!(
            "write `pub enum {ident} {{ … }}` with concrete types in its fields"
        ));
    }

    pub fn bad_machine_name(&mut self, name: &syn::LitStr) {
        self.error(
            name.span(),
            format!("`{}` is no name of a machine", name.value()),
        )
        .help("write a package and a name with a slash between: `name = \"family/Parent\"`");
    }
}

/// Attributes.
impl Diagnostics {
    pub fn attribute_form(&mut self, name: &str, span: Span, usage: &str) {
        self.error(span, format!("this is not how `#[{name}]` is written"))
            .help(usage);
    }

    pub fn misspelt_attribute(&mut self, ident: &Ident, meant: &str) {
        self.error(ident.span(), format!("there is no attribute `{ident}`"))
            .help(format!("did you mean `#[{meant}]`?"));
    }

    pub fn attribute_by_path(&mut self, first: &Ident, name: &Ident) {
        self.error(
            first.span(),
            "the attributes inside of a machine are written without a path".to_owned(),
        )
        .to(name.span())
        .help(format!("write `#[{name}]`"));
    }

    pub fn misplaced(&mut self, name: &str, span: Span, kind: &str, belongs: &str) {
        self.error(span, format!("`#[{name}]` cannot stand on {kind}"))
            .help(belongs);
    }

    pub fn unknown_option(&mut self, ident: &Ident, name: &str, options: &[&str]) {
        let message = format!("`#[{name}]` has no option `{ident}`");
        let text = ident.to_string();
        let help = match nearest(&text, options.iter().copied()) {
            Some(option) => format!("did you mean `{option}`?"),
            None if text == "parent" || text == "superstate" => {
                "write its module inside its parent's: `#[state] pub mod parent { … }`".to_owned()
            }
            None if text == "initial" => {
                "mark the state in which it starts: `#[state(initial)] pub mod …`".to_owned()
            }
            None => format!("it has {}", super::listed(options, "and")),
        };
        self.error(ident.span(), message).help(help);
    }

    pub fn said_twice(&mut self, name: &str, span: Span) {
        self.error(span, format!("`{name}` is said twice"))
            .help(format!("remove `{name}` here"));
    }

    pub fn state_without_body(&mut self, span: Span) {
        self.error(span, "a state is a module with a body".to_owned())
            .help("write `#[state] pub mod waiting { … }`");
    }

    pub fn row_outside_states(&mut self, name: &str, span: Span, module: &str) {
        self.error(
            span,
            format!("`#[{name}]` has no effect in module `{module}`, which is no state"),
        )
        .help(format!(
            "make it a state: `#[state] pub mod {module} {{ … }}`"
        ));
    }

    pub fn row_on_method(&mut self, name: &str, span: Span) {
        self.error(span, format!("`#[{name}]` has no effect on a method"))
            .help(
                "write the function in the machine's or the state's module, outside of any `impl`",
            );
    }

    pub fn cfg_in_chart(&mut self, span: Span, what: &str) {
        self.error(
            span,
            format!("`#[cfg]` cannot stand on {what}: the chart is the same in every build"),
        )
        .help("put `#[cfg(…)]` on the whole machine, or inside the function");
    }
}

/// Rows.
impl Diagnostics {
    /// `form` shows the whole as it should be.
    pub fn missing_after(&mut self, before: &str, what: &str, form: &str, span: Span) {
        self.error(span, format!("{what} is missing after `{before}`"))
            .help(format!("write `{form}`"));
    }

    pub fn path_where_a_name_is_enough(&mut self, first: &Ident, last: &Ident, kind: &str) {
        self.error(first.span(), format!("a {kind} is named without a path"))
            .to(last.span())
            .help(format!("write `{last}`"));
    }

    pub fn fields_in_row(&mut self, message: &Ident, span: Span) {
        self.error(span, format!("a row names the message only: `{message}`"))
            .help("take its fields as parameters of the function, by their names");
    }

    pub fn kept_message_goes_nowhere(&mut self, name: &str, arrow: Span) {
        let message = match name {
            "ignore" => "an ignored message leads nowhere",
            _ => "a deferred message leads nowhere",
        };
        self.error(arrow, message.to_owned())
            .help("write `#[receive(… => …)]` for a message that changes the state");
    }

    pub fn bad_time(&mut self, span: Span, reason: &str, pasted: Option<String>) {
        let help = match pasted {
            Some(text) => format!("write `\"{text}\"`"),
            None => "write for example `\"250ms\"`, `\"5s\"`, `\"1m30s\"` or `\"2h\"`".to_owned(),
        };
        self.error(span, format!("no time to wait for: {reason}"))
            .help(help);
    }

    pub fn missing_signal(&mut self, span: Span) {
        self.error(
            span,
            "`#[child]` does not say what happened to the child".to_owned(),
        )
        .help("write `#[child(started)]`, `pulsed`, `errored` or `exited`");
    }

    pub fn unknown_signal(&mut self, ident: &Ident, guess: Option<&str>) {
        let help = match guess {
            Some(guess) => format!("did you mean `{guess}`?"),
            None => "a child is `started`, `pulsed`, `errored` or `exited`".to_owned(),
        };
        self.error(
            ident.span(),
            format!("nothing called `{ident}` happens to a child"),
        )
        .help(help);
    }

    pub fn let_guard(&mut self, span: Span, end: Span) {
        self.error(
            span,
            "a guard is a boolean expression, not a `let`".to_owned(),
        )
        .to(end)
        .help("write `if matches!(value, Some(_))`");
    }

    pub fn bad_guard(&mut self, error: &syn::Error, end: Span) {
        let (text, span) = place(error, end);
        self.error(span, format!("this guard is no expression: {text}"))
            .help("write `if` and a boolean expression: `if value >= 2`");
    }

    pub fn unknown_target_form(&mut self, ident: &Ident, guess: Option<&str>) {
        let message = format!("`{ident}(…)` is no target");
        let help = match guess {
            Some(guess) => format!("did you mean `{guess}(…)`?"),
            None => {
                "a target is a state, `stay`, `history(state)` or `deep_history(state)`".to_owned()
            }
        };
        self.error(ident.span(), message).help(help);
    }

    pub fn history_of_one(&mut self, ident: &Ident, span: Span) {
        self.error(span, format!("`{ident}` takes the name of one state"))
            .help(format!("write `{ident}(state)`"));
    }

    pub fn reenter_without_target(&mut self, span: Span) {
        self.error(span, "`reenter` needs a target".to_owned())
            .help("write `=> state, reenter`");
    }

    pub fn unknown_row_option(&mut self, ident: &Ident, guess: Option<&str>, is_message: bool) {
        let help = match guess {
            Some(guess) => format!("did you mean `{guess}`?"),
            None if is_message => {
                format!("alternatives stand with a bar between them: `| {ident}`")
            }
            None => "a row has the option `reenter` only".to_owned(),
        };
        self.error(ident.span(), format!("a row has no option `{ident}`"))
            .help(help);
    }
}

/// Signatures.
impl Diagnostics {
    pub fn refused_qualifier(&mut self, ident: &Ident) {
        self.error(
            ident.span(),
            format!("a function of a machine cannot be `{ident}`"),
        )
        .help(format!("remove `{ident}`"));
    }

    pub fn function_without_body(&mut self, ident: &Ident) {
        self.error(ident.span(), format!("function `{ident}` has no body"))
            .help(format!("write `fn {ident}() {{}}`"));
    }

    pub fn generic_function(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!(
                "function `{ident}` cannot be generic: nothing says for which type it is called"
            ),
        )
        .help("remove the parameter; the type parameters of the data struct can be used by name");
    }

    pub fn self_parameter(&mut self, span: Span) {
        self.error(span, "a function of a machine has no `self`".to_owned())
            .help("take the data by name: `gate: &mut Turnstile`");
    }

    pub fn bad_type(&mut self, error: &syn::Error, end: Span) {
        let (text, span) = place(error, end);
        self.error(span, format!("this is no type: {text}"));
    }

    pub fn pattern_parameter(&mut self, span: Span, end: Span) {
        self.error(
            span,
            "a parameter of a machine's function is a plain name".to_owned(),
        )
        .to(end)
        .help("name it, and take it apart in the body: `let (x, y) = value;`");
    }

    pub fn attribute_on_parameter(&mut self, span: Span) {
        self.error(
            span,
            "an attribute cannot stand on a parameter here".to_owned(),
        )
        .help("put it on the function");
    }
}

/// At the end of its tokens syn points at everything; we know better.
fn place(error: &syn::Error, end: Span) -> (String, Span) {
    let text = error.to_string();
    let is_at_end = text.starts_with("unexpected end");
    let span = if is_at_end { end } else { error.span() };
    (text, span)
}

/// `turnstile_gate` as the name of a type.
fn pascal(ident: &Ident) -> String {
    let text = ident.to_string();
    text.trim_start_matches("r#")
        .split('_')
        .flat_map(|part| {
            let mut letters = part.chars();
            letters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(letters)
        })
        .collect()
}
