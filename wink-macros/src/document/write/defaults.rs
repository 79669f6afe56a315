//! What is entered by default, and what says that a state is complete.
//!
//! Must not know of: transitions.

use super::Writer;
use crate::document::content::label;
use crate::document::events::{Carried, can_complete};
use crate::document::expressions::{Mode, runtime};
use crate::document::flat::{Id, Target};
use crate::document::ir::{Kind, Transition};
use crate::document::names::{camel, ident};
use crate::document::problems::Problems;
use crate::document::{Action, Completion, DefaultEntry, DefaultKind, Target as Named};
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    fn noted(&self, target: Target) -> Named {
        match target {
            Target::State(id) => Named::State(self.modules[id].to_string()),
            Target::History { of, deep } => Named::History {
                of: self.modules[of].to_string(),
                deep,
            },
        }
    }

    /// The initial child of a state; what is more than that is noted.
    pub(super) fn default_entries(
        &mut self,
        id: Id,
        children: &[Id],
        problems: &mut Problems<'_>,
    ) -> Option<Id> {
        if self.kind(id) != Kind::State || children.is_empty() {
            return None;
        }
        let state = self.flat.states[id];
        let Some(initial) = &state.initial else {
            return children.first().copied();
        };
        let targets = self.flat.targets(&initial.targets, problems);
        let what = "what is initial";
        self.flat
            .check_inside(&targets, id, what, initial.place, problems);
        let is_child =
            |target: &Target| matches!(target, Target::State(to) if children.contains(to));
        if let [target @ Target::State(child)] = targets.as_slice()
            && is_child(target)
            && initial.content.is_empty()
        {
            return Some(*child);
        }
        let inside: Vec<Target> = targets
            .into_iter()
            .filter(|target| self.flat.goes_inside(*target, id))
            .collect();
        let towards = inside
            .first()
            .and_then(|first| self.towards(id, *first, problems));
        self.note_default(id, DefaultKind::Initial, &inside, initial, problems);
        towards.or(children.first().copied())
    }

    /// The child in or towards which a target lies.
    fn towards(&self, state: Id, target: Target, problems: &mut Problems<'_>) -> Option<Id> {
        match target {
            Target::State(id) => self.flat.child_towards(state, id),
            Target::History { of, .. } if of != state => self.flat.child_towards(state, of),
            Target::History { of, deep } => {
                let history = self.flat.history(of, deep)?;
                let targets = self.flat.targets(&history.default.targets, problems);
                match targets.first()? {
                    Target::State(id) => self.flat.child_towards(state, *id),
                    Target::History { .. } => None,
                }
            }
        }
    }

    fn note_default(
        &mut self,
        of: Id,
        kind: DefaultKind,
        targets: &[Target],
        transition: &Transition,
        problems: &mut Problems<'_>,
    ) {
        if targets.is_empty() {
            return;
        }
        let number = self.notes.defaults.len();
        let body = self
            .contents
            .block(transition.place, &transition.content, problems);
        let action = (!body.is_empty()).then(|| {
            let function = self.function("default", number);
            let machine = &self.machine;
            self.functions.extend(quote! {
                fn #function(data: &mut #machine, cx: &mut Context) { #body }
            });
            Action {
                function: function.to_string(),
                label: label(&transition.content),
            }
        });
        let targets = targets.iter().map(|target| self.noted(*target)).collect();
        self.notes.defaults.push(DefaultEntry {
            of: (of > 0).then(|| self.modules[of].to_string()),
            kind,
            targets,
            action,
        });
    }

    /// What the histories of a state stand for while nothing is recorded.
    pub(super) fn histories(&mut self, id: Id, problems: &mut Problems<'_>) {
        for deep in [false, true] {
            let Some(history) = self.flat.history(id, deep) else {
                continue;
            };
            let place = history.default.place;
            let targets = self.flat.targets(&history.default.targets, problems);
            let what = "what a history goes to at first";
            self.flat.check_inside(&targets, id, what, place, problems);
            if targets
                .iter()
                .any(|target| matches!(target, Target::History { .. }))
            {
                let message = "a history that goes to another history is not supported";
                problems.add(place, message);
                continue;
            }
            let kind = match deep {
                true => DefaultKind::DeepHistory,
                false => DefaultKind::History,
            };
            self.note_default(id, kind, &targets, &history.default, problems);
        }
    }

    /// The event that says that a state is complete, when somebody listens to it.
    pub(super) fn completion(&mut self, id: Id, problems: &mut Problems<'_>) {
        let state = self.flat.states[id];
        let name = format!("done.state.{}", state.id.text);
        let Some(event) = self
            .events
            .find(&name)
            .filter(|_| can_complete(self.flat, id))
        else {
            return;
        };
        let variant = event.ident.clone();
        let carries = matches!(event.carried, Carried::Value);
        let function = self.function("done", id);
        let machine = &self.machine;
        let message = match carries {
            true => {
                let carried = self.donedata(id, problems);
                quote!({ let carried = #carried; Message::#variant(carried) })
            }
            false => quote!(Message::#variant),
        };
        let platform = (self.mode == Mode::Values).then(|| {
            let runtime = runtime();
            quote!(#runtime::raise_platform(data);)
        });
        self.functions.extend(quote! {
            fn #function(
                data: &mut #machine,
                cx: &mut Context,
                by: ::wink::private::StateId,
            ) -> Message {
                let message = #message;
                #platform
                message
            }
        });
        self.notes.completions.push(Completion {
            of: self.modules[id].to_string(),
            message: variant.to_string(),
            function: function.to_string(),
        });
    }

    /// What the completion of a state carries, by the final state that was reached.
    fn donedata(&self, id: Id, problems: &mut Problems<'_>) -> TokenStream {
        let runtime = runtime();
        let mut code = quote!(::wink::document::Value::Undefined);
        for child in self.flat.children(id).collect::<Vec<Id>>() {
            let Some(done) = &self.flat.states[child].done else {
                continue;
            };
            let (parts, content) = self.contents.payload(done, problems);
            let variant = ident(&camel(&self.modules[child].to_string()));
            code = quote! {
                if by == ::wink::private::StateName::id(State::#variant) {
                    #runtime::payload(data, cx, #parts, #content.as_ref())
                } else {
                    #code
                }
            };
        }
        code
    }
}
