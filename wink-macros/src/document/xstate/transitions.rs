//! Transitions of XState: events, time, nothing at all, completion.
//!
//! Must not know of: states' other parts.

use super::json::{Entry, Json, Kind as Written};
use super::{Path, Reader};
use crate::document::ir::{Content, ContentKind, State, Text, Transition, Trigger};
use crate::document::names::{is_ident, snake};

/// What a transition may say.
const KEYS: [&str; 7] = [
    "target",
    "guard",
    "actions",
    "reenter",
    "description",
    "meta",
    "eventType",
];

impl Reader<'_, '_> {
    pub(super) fn initial(&mut self, value: &Json, path: &mut Path) -> Option<Transition> {
        let (target, content) = match value.object() {
            None => (self.text(value)?, Vec::new()),
            Some(entries) => {
                self.keys(entries, &["target", "actions"]);
                let of = |name: &str| entries.iter().find(|entry| entry.key.text == name);
                let content = of("actions").map(|entry| self.actions(&entry.value));
                let target = self.text(&of("target")?.value)?;
                (target, content.unwrap_or_default())
            }
        };
        path.push(target.text.clone());
        let name = self.name(path);
        path.pop();
        let text = if name.is_empty() { target.text } else { name };
        let place = target.place;
        Some(Transition {
            place,
            targets: vec![Text { text, place }],
            content,
            ..Transition::default()
        })
    }

    pub(super) fn on(&mut self, value: &Json, path: &Path, state: &mut State) {
        let Some(entries) = value.object() else {
            self.problems.add(
                value.place,
                "`on` is an object: `{ \"EVENT\": \"target\" }`",
            );
            return;
        };
        // An event that is named more closely comes first.
        let mut events: Vec<&Entry> = entries.iter().collect();
        events.sort_by_key(|entry| match entry.key.text.as_str() {
            "*" => (1, 0),
            name => (
                0,
                usize::MAX - name.len() * usize::from(name.ends_with('*')),
            ),
        });
        for Entry { key, value } in events {
            for mut transition in self.transitions(value, path, state) {
                if key.text.is_empty() || key.text.contains(char::is_whitespace) {
                    self.problems
                        .add(key.place, "an event has a name without blanks");
                    continue;
                }
                transition.events = vec![key.clone()];
                state.transitions.push(transition);
            }
        }
    }

    pub(super) fn after(&mut self, value: &Json, path: &Path, state: &mut State) {
        let Some(entries) = value.object() else {
            self.problems.add(
                value.place,
                "`after` is an object: `{ \"1000\": \"target\" }`",
            );
            return;
        };
        for Entry { key, value } in entries {
            let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
            if !key.text.bytes().all(plain) || key.text.is_empty() {
                let message = format!("the delay `{}` is not said here", key.text);
                let help = "write it in milliseconds: `\"1000\"`";
                self.problems.add_with(key.place, &message, Some(help));
                continue;
            }
            for mut transition in self.transitions(value, path, state) {
                transition.trigger = Trigger::After(Text {
                    text: format!("{}ms", key.text),
                    place: key.place,
                });
                state.transitions.push(transition);
            }
        }
    }

    pub(super) fn always(&mut self, value: &Json, path: &Path, state: &mut State) {
        let transitions = self.transitions(value, path, state);
        state.transitions.extend(transitions);
    }

    pub(super) fn done(&mut self, value: &Json, path: &Path, state: &mut State) {
        for mut transition in self.transitions(value, path, state) {
            transition.trigger = Trigger::Done;
            state.transitions.push(transition);
        }
    }

    /// One transition or several that are tried in order.
    fn transitions(&mut self, value: &Json, path: &Path, state: &State) -> Vec<Transition> {
        let each = value.each().iter();
        each.filter_map(|one| self.transition(one, path, state))
            .collect()
    }

    fn transition(&mut self, value: &Json, path: &Path, state: &State) -> Option<Transition> {
        let mut transition = Transition {
            place: value.place,
            internal: true,
            ..Transition::default()
        };
        match &value.kind {
            Written::Null => return Some(transition),
            Written::Text(_) => transition.targets = self.targets(value, path),
            Written::Object(entries) => {
                self.keys(entries, &KEYS);
                for Entry { key, value } in entries {
                    match key.text.as_str() {
                        "target" => transition.targets = self.targets(value, path),
                        "guard" => transition.condition = self.guard(value),
                        "actions" => transition.content = self.actions(value),
                        "reenter" => {
                            transition.internal = !matches!(value.kind, Written::Bool(true))
                        }
                        "description" => {
                            let text = value.string();
                            transition.documentation =
                                text.map_or_else(String::new, |one| one.text);
                        }
                        _ => {}
                    }
                }
            }
            _ => {
                self.problems
                    .add(value.place, "a transition is a target or an object");
                return None;
            }
        }
        self.stay(&mut transition, state);
        Some(transition)
    }

    /// A state that goes to itself is not left, unless it is to be entered again: what is inside
    /// it starts anew.
    fn stay(&mut self, transition: &mut Transition, state: &State) {
        let [target] = transition.targets.as_slice() else {
            return;
        };
        if !transition.internal || target.text != state.id.text {
            return;
        }
        transition.stays = true;
    }

    /// The targets by the names of their states.
    pub(super) fn targets(&mut self, value: &Json, path: &Path) -> Vec<Text> {
        let each = value.each().iter();
        let targets = each.filter_map(|one| {
            let target = self.text(one)?;
            let place = target.place;
            match self.resolve(&target.text, path) {
                Some(text) => Some(Text { text, place }),
                None => {
                    let message = format!("there is no state `{}`", target.text);
                    self.problems.add(place, message);
                    None
                }
            }
        });
        targets.collect()
    }

    /// `sibling`, `sibling.child`, `.child` or `#id.child`.
    fn resolve(&self, target: &str, path: &Path) -> Option<String> {
        if target.starts_with('#') {
            if let Some(name) = self.names.get(target) {
                return Some(name.clone());
            }
            // An id, and a way inwards from it.
            let (id, inwards) = target.split_once('.')?;
            let id = id.trim_start_matches('#');
            let mut paths = self.paths.iter();
            let (from, _) = paths.find(|(_, own)| own.as_deref() == Some(id))?;
            return self.from(from.clone(), inwards);
        }
        match target.strip_prefix('.') {
            Some(child) => self.from(path.clone(), child),
            // Of the machine itself its own states are meant.
            None if path.len() == 1 => self.from(path.clone(), target),
            None => self.from(path[..path.len() - 1].to_vec(), target),
        }
    }

    fn from(&self, mut path: Path, inwards: &str) -> Option<String> {
        path.extend(inwards.split('.').map(str::to_owned));
        self.names.get(&path.join("\0")).cloned()
    }

    /// The name of a guard or action, which is a function in Rust.
    fn function(&mut self, value: &Json, what: &str) -> Option<Text> {
        let named = match value.object() {
            Some(entries) => {
                self.keys(entries, &["type", "params"]);
                let of = |name: &str| entries.iter().find(|entry| entry.key.text == name);
                if let Some(params) = of("params") {
                    let message = format!("`params` of {what} are not supported");
                    self.problems.add(params.key.place, message);
                }
                self.text(&of("type")?.value)?
            }
            None => self.text(value)?,
        };
        if named.text.starts_with("xstate.") {
            let message = format!("`{}` is not supported", named.text);
            let help = "name a function of your own";
            self.problems.add_with(named.place, &message, Some(help));
            return None;
        }
        let text = snake(&named.text);
        if !is_ident(&text) {
            let message = format!("`{}` cannot be the name of a function", named.text);
            self.problems.add(named.place, message);
            return None;
        }
        let place = named.place;
        Some(Text { text, place })
    }

    fn guard(&mut self, value: &Json) -> Option<Text> {
        let function = self.function(value, "guards")?;
        Some(Text {
            text: format!("{}(data)", function.text),
            place: function.place,
        })
    }

    pub(super) fn actions(&mut self, value: &Json) -> Vec<Content> {
        let each = value.each().iter();
        let contents = each.filter_map(|one| {
            let function = self.function(one, "actions")?;
            Some(Content {
                place: function.place,
                kind: ContentKind::Call(function),
            })
        });
        contents.collect()
    }
}
