//! Constructors for names that stand for nothing, and for parameters that cannot be filled.
//!
//! Must not know of: the tree (call sites hand in names, spans and words).

use super::Diagnostics;
use crate::nearest::nearest;
use proc_macro2::{Ident, Span};

impl Diagnostics {
    pub fn unknown_state(&mut self, ident: &Ident, states: &[String]) {
        let text = ident.to_string();
        let help = match nearest(&text, states.iter().map(String::as_str)) {
            Some(state) => format!("did you mean `{state}`?"),
            None if states.is_empty() => format!("add `#[state(initial)] pub mod {ident} {{}}`"),
            None => format!(
                "add `#[state] pub mod {ident} {{}}`, or name {}",
                one_of(states)
            ),
        };
        self.error(ident.span(), format!("there is no state `{ident}`"))
            .help(help);
    }

    pub fn machine_as_target(&mut self, ident: &Ident) {
        self.error(
            ident.span(),
            format!("`{ident}` is the machine itself, not a state"),
        )
        .help("name a state, or `stay`");
    }

    pub fn unknown_message(&mut self, ident: &Ident, messages: &Ident, variants: &[String]) {
        let text = ident.to_string();
        let help = match nearest(&text, variants.iter().map(String::as_str)) {
            Some(variant) => format!("did you mean `{variant}`?"),
            None if variants.is_empty() => format!("add `{ident}` to `enum {messages}`"),
            None => format!(
                "add `{ident}` to `enum {messages}`, or name {}",
                one_of(variants)
            ),
        };
        self.error(
            ident.span(),
            format!("`{messages}` has no message `{ident}`"),
        )
        .help(help);
    }
}

/// Parameters.
impl Diagnostics {
    /// `place` is the pattern that lacks the field.
    pub fn unknown_field(
        &mut self,
        parameter: &Ident,
        message: &Ident,
        place: Span,
        fields: &[String],
        data: &str,
    ) {
        let text = parameter.to_string();
        let help = match nearest(&text, fields.iter().map(String::as_str)) {
            Some(field) => format!("did you mean `{field}`?"),
            None => {
                let has = match fields {
                    [] => "no fields".to_owned(),
                    fields => super::listed(fields, "and"),
                };
                format!("`{message}` has {has}; `&mut {data}` and `&mut Context` can be taken, too")
            }
        };
        self.error(
            parameter.span(),
            format!("`{parameter}` is no field of `{message}`"),
        )
        .other(place, format!("the row receives `{message}` here"))
        .help(help);
    }

    /// Some alternatives of the row have the field, `message` has not.
    pub fn field_of_some_alternatives(
        &mut self,
        parameter: &Ident,
        message: &Ident,
        place: Span,
        others: &[String],
    ) {
        let some = super::listed(others, "and");
        self.error(
            parameter.span(),
            format!("`{parameter}` is a field of {some}, but not of `{message}`"),
        )
        .other(place, format!("the row receives `{message}`, too"))
        .help(format!(
            "give `{message}` a function of its own: `#[receive({message})]`"
        ));
    }

    /// More parameters than the tuple variant has fields.
    pub fn too_many_fields(
        &mut self,
        parameter: &Ident,
        message: &Ident,
        place: Span,
        count: usize,
    ) {
        let fields = match count {
            0 => "no fields".to_owned(),
            1 => "one field".to_owned(),
            count => format!("{count} fields"),
        };
        self.error(
            parameter.span(),
            format!("`{message}` has {fields}, nothing is left for `{parameter}`"),
        )
        .other(place, format!("the row receives `{message}` here"))
        .help(format!("remove `{parameter}`"));
    }

    pub fn field_of_any_message(&mut self, parameter: &Ident, messages: &str) {
        self.error(
            parameter.span(),
            format!("a receiver of `_` sees the whole message, not a field `{parameter}`"),
        )
        .help(format!("take the message: `message: {messages}`"));
    }

    /// The function is called without a message. `what` is for example "an `#[after]` row".
    pub fn field_without_message(&mut self, parameter: &Ident, what: &str, takes: &str) {
        self.error(
            parameter.span(),
            format!("`{parameter}` can be filled by nothing: {what} has no message"),
        )
        .help(format!("it can take {takes}"));
    }

    /// `what` cannot be taken in the way that `parameter` takes it; `forms` can.
    pub fn wrong_way_to_take(
        &mut self,
        parameter: &Ident,
        span: (Span, Span),
        what: &str,
        forms: &[String],
    ) {
        let forms: Vec<String> = forms
            .iter()
            .map(|form| format!("`{parameter}: {form}`"))
            .collect();
        self.error(span.0, format!("{what} cannot be taken like this"))
            .to(span.1)
            .help(format!("write {}", forms.join(" or ")));
    }

    pub fn mutable_field(&mut self, parameter: &Ident, span: (Span, Span), ty: &str) {
        self.error(
            span.0,
            "a message's field is taken by value or by `&`, not by `&mut`".to_owned(),
        )
        .to(span.1)
        .help(format!("write `mut {parameter}: {ty}`"));
    }

    pub fn signal_of_some_rows(&mut self, parameter: &Ident, rule: &str, takes: &str) {
        self.error(
            parameter.span(),
            format!("`{parameter}` cannot be filled each time this function is called: {rule}"),
        )
        .help(format!(
            "it can take {takes}; give the other rows a function of their own"
        ));
    }

    pub fn message_outside_any(&mut self, parameter: &Ident, span: (Span, Span), messages: &str) {
        let any = format!("`#[receive(_)]` for `{parameter}: {messages}`");
        self.error(
            span.0,
            "only a receiver of `_` sees the whole message".to_owned(),
        )
        .to(span.1)
        .help(format!(
            "take the message's fields by their names, or write {any}"
        ));
    }

    pub fn mutable_signal(&mut self, parameter: &Ident, span: (Span, Span), ty: &str) {
        self.error(span.0, format!("a `{ty}` can only be looked at"))
            .to(span.1)
            .help(format!("write `{parameter}: &{ty}`"));
    }

    /// `Reply<T>` where no message could be answered.
    pub fn reply_without_message(&mut self, parameter: &Ident, span: (Span, Span)) {
        self.error(
            span.0,
            "a `Reply` needs a message that is answered".to_owned(),
        )
        .to(span.1)
        .help(format!(
            "remove `{parameter}`, or receive a question: `#[receive(Total)]`"
        ));
    }

    pub fn local_of_elsewhere(
        &mut self,
        parameter: &Ident,
        span: (Span, Span),
        state: &str,
        other: &str,
    ) {
        self.error(
            span.0,
            format!(
                "`{parameter}` is local to state `{other}`, which is not active around `{state}`"
            ),
        )
        .to(span.1)
        .help(format!(
            "move the function into `{other}`, or keep the value in the machine's data"
        ));
    }
}

/// "`a`, `b` or `c`", the first eight.
fn one_of(names: &[String]) -> String {
    match names.len() {
        0..=8 => super::listed(names, "or"),
        _ => format!("{} …", super::listed(&names[..8], "or")),
    }
}
