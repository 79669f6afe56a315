//! States and their transitions.
//!
//! Must not know of: data.

use super::Writer;
use crate::document::content::{label, nanoseconds};
use crate::document::events::Carried;
use crate::document::expressions::Mode;
use crate::document::flat::{Id, Target};
use crate::document::ir::{Kind, Text, Transition, Trigger};
use crate::document::names::ident;
use crate::document::problems::Problems;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Writer<'_> {
    /// What stands in the machine's module: its own functions and the outermost states.
    pub fn root(&mut self, problems: &mut Problems<'_>) -> TokenStream {
        let inside = self.inside(0, problems);
        let mut start = self.initialize(0, problems);
        for script in &self.flat.states[0].scripts {
            let content = std::slice::from_ref(script);
            start.extend(self.contents.block(script.place, content, problems));
        }
        let entry = (!start.is_empty()).then(|| {
            let machine = &self.machine;
            quote! {
                #[entry]
                fn __start(data: &mut #machine, cx: &mut Context) { #start }
            }
        });
        let errand = self.errand_row();
        let root = self.flat.states[0];
        let rows: Vec<TokenStream> = root
            .transitions
            .iter()
            .map(|transition| self.transition(0, transition, problems))
            .collect();
        quote!(#entry #errand #(#rows)* #inside)
    }

    /// The states inside a state, in document order.
    fn inside(&mut self, id: Id, problems: &mut Problems<'_>) -> TokenStream {
        let children: Vec<Id> = self.flat.children(id).collect();
        let initial = self.default_entries(id, &children, problems);
        self.histories(id, problems);
        self.completion(id, problems);
        let states = children.into_iter().map(|child| {
            let is_initial = initial == Some(child);
            self.state(child, is_initial, problems)
        });
        states.collect()
    }

    fn state(&mut self, id: Id, is_initial: bool, problems: &mut Problems<'_>) -> TokenStream {
        let state = self.flat.states[id];
        let module = &self.modules[id].clone();
        let mut options = Vec::new();
        if is_initial {
            options.push(quote!(initial));
        }
        match self.kind(id) {
            Kind::Final => options.push(quote!(final)),
            Kind::Parallel if !state.states.is_empty() => options.push(quote!(parallel)),
            _ => {}
        }
        let documentation = (!state.documentation.is_empty()).then(|| {
            let text = &state.documentation;
            quote!(#[doc = #text])
        });
        let start = match self.document.late_binding {
            true => self.initialize(id, problems),
            false => TokenStream::new(),
        };
        let enter = self.handlers(id, "enter", start, problems);
        let leave = self.handlers(id, "leave", TokenStream::new(), problems);
        let transitions: Vec<TokenStream> = state
            .transitions
            .iter()
            .map(|transition| self.transition(id, transition, problems))
            .collect();
        let inside = self.inside(id, problems);
        quote! {
            #documentation
            #[state(#(#options),*)]
            pub mod #module {
                #[allow(unused_imports)]
                use super::*;
                #enter
                #leave
                #(#transitions)*
                #inside
            }
        }
    }

    /// The entry or exit function of a state, when it has anything to do.
    fn handlers(
        &mut self,
        id: Id,
        what: &str,
        first: TokenStream,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let state = self.flat.states[id];
        let (attribute, blocks) = match what {
            "enter" => (quote!(#[entry]), &state.entries),
            _ => (quote!(#[exit]), &state.exits),
        };
        let mut code = first;
        let mut labels = Vec::new();
        for block in blocks {
            code.extend(self.contents.block(block.place, &block.content, problems));
            labels.push(label(&block.content));
        }
        if what == "leave" {
            code.extend(self.finish(id, problems));
        }
        let sessions = self.sessions(id, what);
        if !sessions.is_empty() {
            let invokes = state.invokes.iter();
            labels.extend(invokes.map(|invoke| match (what, &invoke.id) {
                ("enter", Some(id)) => format!("invoke {}", id.text),
                ("enter", None) => "invoke".to_owned(),
                (_, Some(id)) => format!("cancel {}", id.text),
                (_, None) => "cancel what is invoked".to_owned(),
            }));
            code.extend(sessions);
        }
        if code.is_empty() {
            return TokenStream::new();
        }
        labels.retain(|label| !label.is_empty());
        let function = self.function(what, id);
        self.label(&function, &labels.join("; "));
        let machine = &self.machine;
        quote! {
            #attribute
            fn #function(data: &mut #machine, cx: &mut Context) { #code }
        }
    }

    fn label(&mut self, function: &Ident, label: &str) {
        if !label.is_empty() {
            let (function, label) = (function.to_string(), label.to_owned());
            self.notes.labels.insert(function, label);
        }
    }

    fn transition(
        &mut self,
        source: Id,
        transition: &Transition,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let number = self.notes.rows;
        self.notes.rows += 1;
        let function = self.function("on", number);
        let mut targets = self.flat.targets(&transition.targets, problems);
        if transition.stays {
            targets = self.inside_again(source, problems);
        }
        let row = self.trigger(transition, problems);
        let carried = self.carried(transition, problems);
        let guard = transition
            .condition
            .as_ref()
            .map(|condition| self.guard(number, condition, carried.as_ref(), problems));
        let names: Vec<TokenStream> = targets.iter().map(|target| self.named(*target)).collect();
        let arrow = (!names.is_empty()).then(|| quote!(=> #(#names)|*));
        // Inside a composite an internal transition stays inside.
        let is_internal = transition.internal
            && (self.kind(source) == Kind::State || self.document.local_in_parallel);
        let goes_inside = targets
            .iter()
            .any(|one| self.flat.goes_inside(*one, source));
        let reenter = (goes_inside && !is_internal && source > 0).then(|| quote!(, reenter));
        let (name, head) = row;
        let body = self
            .contents
            .block(transition.place, &transition.content, problems);
        self.label(&function, &label(&transition.content));
        let parameters = self.parameters(&body, guard.is_some(), carried.as_ref());
        let documentation = (!transition.documentation.is_empty()).then(|| {
            let text = &transition.documentation;
            quote!(#[doc = #text])
        });
        let is_empty = head.is_empty() && guard.is_none() && arrow.is_none();
        let arguments = (!is_empty).then(|| quote!((#head #guard #arrow #reenter)));
        quote! {
            #documentation
            #[#name #arguments]
            fn #function(#parameters) { #body }
        }
    }

    /// What a state that is not left is entered by again.
    fn inside_again(&self, source: Id, problems: &mut Problems<'_>) -> Vec<Target> {
        let children = self.flat.children(source).map(Target::State);
        match (&self.flat.states[source].initial, self.kind(source)) {
            (_, Kind::Parallel) => children.collect(),
            (Some(initial), _) => self.flat.targets(&initial.targets, problems),
            (None, _) => children.take(1).collect(),
        }
    }

    /// The parameters of a row's function: as few as it and its guard need.
    fn parameters(
        &self,
        body: &TokenStream,
        is_guarded: bool,
        carried: Option<&TokenStream>,
    ) -> TokenStream {
        let machine = &self.machine;
        let carried = carried.map(|ty| quote!(, __carried: &#ty));
        match (body.is_empty(), is_guarded) {
            (true, false) => TokenStream::new(),
            (true, true) => quote!(data: &#machine, cx: &Context #carried),
            (false, _) => quote!(data: &mut #machine, cx: &mut Context #carried),
        }
    }

    /// The attribute of a row and what stands first in it.
    fn trigger(
        &self,
        transition: &Transition,
        problems: &mut Problems<'_>,
    ) -> (TokenStream, TokenStream) {
        match &transition.trigger {
            Trigger::After(delay) => {
                let nanoseconds = nanoseconds(&delay.text, delay.place, problems);
                let text = format!("{}ns", nanoseconds.max(1));
                let text = match nanoseconds % 1_000_000 {
                    0 if nanoseconds > 0 => format!("{}ms", nanoseconds / 1_000_000),
                    _ => text,
                };
                (quote!(after), quote!(#text))
            }
            Trigger::Done => (quote!(done), TokenStream::new()),
            Trigger::Events if transition.events.is_empty() => {
                if transition.condition.is_none() && transition.targets.is_empty() {
                    let message = "a transition has `event`, `cond` or `target`";
                    problems.add(transition.place, message);
                }
                (quote!(always), TokenStream::new())
            }
            Trigger::Events => {
                let heard: Vec<&Ident> = self.events.heard(&transition.events).collect();
                (quote!(receive), quote!(#(#heard)|*))
            }
        }
    }

    /// The type that all events of a transition carry, when its text speaks of it.
    fn carried(&self, transition: &Transition, problems: &mut Problems<'_>) -> Option<TokenStream> {
        if self.mode != Mode::Rust {
            return None;
        }
        let place = mentions_event(transition)?;
        let mut types = self.events.heard(&transition.events).map(|ident| {
            match self.events.by_ident(ident).map(|event| &event.carried) {
                Some(Carried::Type(ty)) => Some(ty.clone()),
                _ => None,
            }
        });
        let first = types.next().flatten();
        let text = first.as_ref().map(ToString::to_string);
        let alike = types.all(|ty| ty.map(|ty| ty.to_string()) == text);
        if first.is_none() || !alike {
            let help = "declare the type of each: `events = { coin: u32 }`";
            let message = "`_event.data` has no type that all events of this transition carry";
            problems.add_with(place, message, Some(help));
        }
        first.filter(|_| alike)
    }

    /// A guard: a function of the machine's module, so that its text stays out of the chart.
    fn guard(
        &mut self,
        number: usize,
        condition: &Text,
        carried: Option<&TokenStream>,
        problems: &mut Problems<'_>,
    ) -> TokenStream {
        let function = self.function("cond", number);
        let code = self.contents.expressions.condition(condition, problems);
        let machine = &self.machine;
        let (parameter, argument) = match carried {
            Some(ty) => (quote!(, __carried: &#ty), quote!(, __carried)),
            None => Default::default(),
        };
        self.functions.extend(quote! {
            fn #function(data: &#machine, cx: &Context #parameter) -> bool { #code }
        });
        let text: Vec<&str> = condition.text.split_whitespace().collect();
        let row = self.function("on", number).to_string();
        self.notes.guards.insert(row, text.join(" "));
        // A value of the message is seen behind a reference already.
        quote!(if #function(data, cx #argument))
    }

    /// A target as a row writes it.
    fn named(&self, target: Target) -> TokenStream {
        match target {
            Target::State(id) => {
                let module = &self.modules[id];
                quote!(#module)
            }
            Target::History { of, deep } => {
                let module = &self.modules[of];
                let word = ident(if deep { "deep_history" } else { "history" });
                quote!(#word(#module))
            }
        }
    }
}

/// Where a transition speaks of what its event carries.
fn mentions_event(transition: &Transition) -> Option<usize> {
    use crate::document::ir::{ContentKind, Source, every};
    let mut found = None;
    let mut look = |text: &Text| {
        if text.text.contains("_event") {
            found = found.or(Some(text.place));
        }
    };
    if let Some(condition) = &transition.condition {
        look(condition);
    }
    every(&transition.content, &mut |content| match &content.kind {
        ContentKind::Assign { location, value } => {
            look(location);
            look(value);
        }
        ContentKind::Log {
            value: Some(value), ..
        } => look(value),
        ContentKind::If(branches) => {
            for condition in branches
                .iter()
                .filter_map(|(condition, _)| condition.as_ref())
            {
                look(condition);
            }
        }
        ContentKind::Send(send) => {
            if let Some(Source::Expression(content)) = &send.payload.content {
                look(content);
            }
        }
        _ => {}
    });
    found
}
