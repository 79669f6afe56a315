//! Constructors for mistakes in supervisors.
//!
//! Must not know of: how a supervisor is read (call sites hand in names, spans and words).

use super::{Diagnostics, listed};
use crate::nearest::nearest;
use proc_macro2::{Ident, Span};

impl Diagnostics {
    pub fn supervisor_is_no_module(&mut self, span: Span) {
        self.error(span, "a supervisor is a module".to_owned())
            .help("write `#[supervisor] pub mod stores { … }`");
    }

    pub fn supervisor_without_body(&mut self, ident: &Ident) {
        self.error(
            ident.span(),
            format!("supervisor `{ident}` has no body here"),
        )
        .help(format!(
            "write it where it is declared: `pub mod {ident} {{ … }}`"
        ));
    }

    pub fn supervisor_option_form(&mut self, name: &str, span: Span, key: &str) {
        let example = match key {
            "strategy" => "strategy = one_for_all",
            "intensity" => "intensity = \"3 in 5s\"",
            "back_off" => "back_off = \"100ms..10s\"",
            "restart" => "restart = transient",
            "saved" => "saved = in_memory",
            "beside" => "beside = till",
            _ => "grace = \"2s\"",
        };
        self.error(span, format!("this is not how `#[{name}]` is written"))
            .help(format!("write `#[{name}({example})]`"));
    }

    /// A word that is none of those that can stand there.
    pub fn unknown_word(&mut self, what: &str, text: &str, span: Span, words: &[&str]) {
        let help = match nearest(text, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it is {}", listed(words, "or")),
        };
        self.error(span, format!("there is no {what} `{text}`"))
            .help(help);
    }

    pub fn bad_intensity(&mut self, text: &str, span: Span) {
        self.error(span, format!("`{text}` is no intensity"))
            .help("say how many restarts are borne in what time: `intensity = \"3 in 5s\"`");
    }

    pub fn bad_back_off(&mut self, text: &str, span: Span) {
        self.error(span, format!("`{text}` is no back-off"))
            .help("say the first delay and the longest: `back_off = \"100ms..10s\"`");
    }

    pub fn bad_grace(&mut self, text: &str, span: Span) {
        self.error(span, format!("`{text}` is no grace"))
            .help("say a time, or `kill` or `forever`: `grace = \"2s\"`");
    }

    pub fn bad_mailbox(&mut self, text: &str, span: Span) {
        self.error(span, format!("`{text}` is no mailbox"))
            .help("say how many messages it holds, at least one: `mailbox = 100`");
    }

    pub fn bad_silence(&mut self, text: &str, span: Span) {
        self.error(span, format!("`{text}` is no silence"))
            .help("say for how long the child may give no sign of life: `silence = \"20s\"`");
    }

    /// A machine in a process of its own is declared dead by its node.
    pub fn silent_program(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!("`{ident}` is a program: its node says for how long it may be silent"),
        )
        .help("remove `silence` here, and start the node with the limit that you want");
    }

    /// A machine in a process of its own lives in no loop of this one.
    pub fn placed_program(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!("`{ident}` is a program: it lives in a process of its own, beside nobody"),
        )
        .help("remove `beside` here; `Program::on` says which node starts it");
    }

    pub fn neighbour_comes_later(&mut self, neighbour: &Ident, child: &Ident) {
        let text = format!("`{neighbour}` comes after `{child}`, which is to live beside it");
        self.error(neighbour.span(), text)
            .help(format!("declare `{neighbour}` first"));
    }

    /// `before` are the machines and tasks that are declared before the child.
    pub fn unknown_neighbour(&mut self, neighbour: &Ident, before: &[String]) {
        let text = neighbour.to_string();
        let names: Vec<&str> = before.iter().map(String::as_str).collect();
        let help = match nearest(&text, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if names.is_empty() => "name a machine that is declared before it".to_owned(),
            None => format!("it can be {}", listed(&names, "or")),
        };
        self.error(
            neighbour.span(),
            format!("no machine of this supervisor before this one is called `{neighbour}`"),
        )
        .help(help);
    }

    /// `functions` return `Saved` and are in the supervisor's module.
    pub fn unknown_saver(&mut self, ident: &Ident, functions: &[String]) {
        let text = ident.to_string();
        let known = functions.iter().map(String::as_str);
        let help = match nearest(&text, known.chain(["in_memory"])) {
            Some(word) => format!("did you mean `{word}`?"),
            None => "say `in_memory`, the path of a file in quotes, or the name of a function of \
                     this module that returns `Saved`"
                .to_owned(),
        };
        self.error(
            ident.span(),
            format!("nothing here says where `{ident}` keeps snapshots"),
        )
        .help(help);
    }

    pub fn taken_child_name(&mut self, ident: &Ident) {
        let text = format!("a child cannot be called `{ident}`");
        self.error(ident.span(), text).help(format!(
            "the supervisor's own function has that name; write `the_{ident}`, for example"
        ));
    }

    pub fn second_child(&mut self, ident: &Ident, first: Span) {
        let text = format!("there are two children `{ident}`");
        self.error(ident.span(), text)
            .other(first, "the first one is here")
            .help("give one of them another name");
    }

    pub fn child_returns_nothing(&mut self, ident: &Ident) {
        let text = format!("`{ident}` returns nothing that could be a child");
        self.error(ident.span(), text).help(format!(
            "return the machine's data: `fn {ident}() -> Turnstile`, \
             or `-> Result<Turnstile, Error>`"
        ));
    }

    pub fn child_is_async(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!("`#[child]` makes a machine, and `{ident}` is async"),
        )
        .help("write `#[task]`: its future is the child");
    }

    pub fn task_is_not_async(&mut self, ident: &Ident, span: Span) {
        self.error(
            span,
            format!("`#[task]` runs a future, and `{ident}` has none"),
        )
        .help(format!(
            "write `async fn {ident}()`, or `#[child]` for a machine"
        ));
    }

    /// `data` is the type that a constructor may borrow.
    pub fn child_parameters(&mut self, span: Span, data: Option<&Ident>) {
        let help = match data {
            Some(data) => format!("it may take `&{data}` and nothing else"),
            None => "let it take `&Settings`, and write `#[data]` above `pub struct Settings`"
                .to_owned(),
        };
        let text = "nobody can give a child's constructor this parameter".to_owned();
        self.error(span, text).help(help);
    }
}
