//! Names to ids: the only place where a state or a message is looked up by its name.
//!
//! Must not know of: what is done with the ids.

use super::{MessageId, State, StateId};
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::nearest::nearest;
use proc_macro2::Ident;
use std::collections::BTreeMap;

/// Every name of one machine. Each is asked, never walked.
pub struct Names<'a> {
    states: BTreeMap<String, StateId>,
    state_list: Vec<String>,
    messages: BTreeMap<String, MessageId>,
    message_list: Vec<String>,
    enumeration: Option<&'a Ident>,
    machine: &'a Ident,
}

/// What a name that was written stands for.
pub struct Found<Id> {
    /// For a misspelt name, what was most likely meant.
    pub id: Option<Id>,
    pub is_known: bool,
}

impl<'a> Names<'a> {
    pub fn of(ast: &'a ast::Machine, states: &[State<'_>]) -> Self {
        let state_list: Vec<String> = states
            .iter()
            .skip(1)
            .map(|state| state.ident.to_string())
            .collect();
        let variants = ast
            .messages
            .as_ref()
            .map_or(&[][..], |messages| &messages.variants);
        let message_list: Vec<String> = variants
            .iter()
            .map(|variant| variant.ident.to_string())
            .collect();
        let mut names = Names {
            states: BTreeMap::new(),
            messages: BTreeMap::new(),
            enumeration: ast.messages.as_ref().map(|messages| &messages.ident),
            machine: &ast.ident,
            state_list,
            message_list,
        };
        // The first of two that share a name keeps it; that there are two is a rule's business.
        for (at, name) in names.state_list.iter().enumerate() {
            names
                .states
                .entry(name.clone())
                .or_insert(StateId(at as u16 + 1));
        }
        for (at, name) in names.message_list.iter().enumerate() {
            names
                .messages
                .entry(name.clone())
                .or_insert(MessageId(at as u16));
        }
        names
    }

    pub fn state(&self, diagnostics: &mut Diagnostics, ident: &Ident) -> Found<StateId> {
        let text = ident.to_string();
        if let Some(id) = self.states.get(&text) {
            return Found {
                id: Some(*id),
                is_known: true,
            };
        }
        if ident == self.machine {
            diagnostics.machine_as_target(ident);
            return Found {
                id: None,
                is_known: false,
            };
        }
        diagnostics.unknown_state(ident, &self.state_list);
        let guess = nearest(&text, self.state_list.iter().map(String::as_str));
        Found {
            id: guess.and_then(|name| self.states.get(name).copied()),
            is_known: false,
        }
    }

    pub fn message(&self, diagnostics: &mut Diagnostics, ident: &Ident) -> Found<MessageId> {
        let text = ident.to_string();
        if let Some(id) = self.messages.get(&text) {
            return Found {
                id: Some(*id),
                is_known: true,
            };
        }
        // Without the enum everything would be unknown; that it is missing was said.
        let Some(enumeration) = self.enumeration else {
            return Found {
                id: None,
                is_known: false,
            };
        };
        diagnostics.unknown_message(ident, enumeration, &self.message_list);
        let guess = nearest(&text, self.message_list.iter().map(String::as_str));
        Found {
            id: guess.and_then(|name| self.messages.get(name).copied()),
            is_known: false,
        }
    }
}
