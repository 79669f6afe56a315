//! The events of a document: what it names, what the platform tells it, what its users declare.
//!
//! Two events that the document cannot tell apart are one message: an event whose name nobody
//! has written is offered as the longest beginning of it that somebody has.
//!
//! Must not know of: tokens of expressions.

use super::expressions::constant;
use super::flat::Flat;
use super::ir::{ContentKind, Kind, every};
use super::names::Names;
use proc_macro2::{Ident, TokenStream};
use std::collections::{BTreeMap, BTreeSet};
use wink_chart::nearest;

/// What an event carries.
#[derive(Clone, Debug)]
pub enum Carried {
    Nothing,
    /// A value without a type.
    Value,
    /// A type that its user declared.
    Type(TokenStream),
}

pub struct Event {
    pub name: String,
    pub ident: Ident,
    pub carried: Carried,
}

pub struct Events {
    pub list: Vec<Event>,
    /// The variant for events that nobody has named, when `*` listens.
    pub other: Option<Ident>,
    /// The variant by which a machine with sessions gives itself errands; no event.
    pub errand: Option<Ident>,
    /// Declared, but nothing in the document listens to them or sends them.
    pub strangers: Vec<String>,
    by_name: BTreeMap<String, usize>,
    /// Those that the document itself names.
    own: BTreeSet<String>,
    names: Names,
}

/// The name under which the chart has the variant for all others.
pub const OTHER: &str = "*";

/// The name under which the chart has what is no event.
pub const ERRAND: &str = "#session";

/// A descriptor without what says "and all that begins so".
fn plain(descriptor: &str) -> &str {
    let plain = descriptor.strip_suffix(".*").unwrap_or(descriptor);
    plain.strip_suffix('.').unwrap_or(plain)
}

fn matches(descriptor: &str, name: &str) -> bool {
    if descriptor == "*" || descriptor == ".*" {
        return true;
    }
    let rest = name.strip_prefix(plain(descriptor));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Events {
    /// The third says whether the platform tells of completed states and of errors by events, the
    /// last whether there are other sessions.
    pub fn of(
        flat: &Flat<'_>,
        declared: &[(String, TokenStream)],
        [tells_completion, tells_errors]: [bool; 2],
        has_sessions: bool,
    ) -> Events {
        let mut events = Events {
            list: Vec::new(),
            other: None,
            errand: None,
            strangers: Vec::new(),
            by_name: BTreeMap::new(),
            own: BTreeSet::new(),
            names: Names::default(),
        };
        for (name, ty) in declared {
            let index = events.add(name);
            if ty.to_string() != "()" {
                events.list[index].carried = Carried::Type(ty.clone());
            }
        }
        events.own.clear();
        let mut descriptors: Vec<&str> = Vec::new();
        for state in &flat.states {
            let transitions = state.transitions.iter();
            descriptors.extend(
                transitions
                    .flat_map(|transition| &transition.events)
                    .map(|event| event.text.as_str()),
            );
        }
        for descriptor in &descriptors {
            if !plain(descriptor).is_empty() && *descriptor != "*" {
                events.add(plain(descriptor));
            }
        }
        events.add_sent(flat, has_sessions);
        let platform = [tells_completion, tells_errors];
        events.add_platform(flat, &descriptors, platform);
        let mut invokes = flat.states.iter().flat_map(|state| &state.invokes);
        // A session hears of events that nobody here has named.
        let forwards = invokes.any(|invoke| invoke.forwards);
        if forwards || descriptors.iter().any(|descriptor| matches(descriptor, "")) {
            let ident = events.names.event("other");
            events.other = Some(ident);
        }
        events.errand = has_sessions.then(|| events.names.event("session"));
        let is_strange = |name: &&String| {
            let is_heard = descriptors.iter().any(|one| matches(one, name));
            !is_heard && !forwards && !events.own.contains(*name)
        };
        let declared = declared.iter().map(|(name, _)| name);
        events.strangers = declared.filter(is_strange).cloned().collect();
        events
    }

    fn add(&mut self, name: &str) -> usize {
        self.own.insert(name.to_owned());
        if let Some(&index) = self.by_name.get(name) {
            return index;
        }
        let index = self.list.len();
        let ident = self.names.event(name);
        self.by_name.insert(name.to_owned(), index);
        self.list.push(Event {
            name: name.to_owned(),
            ident,
            carried: Carried::Nothing,
        });
        index
    }

    fn add_sent(&mut self, flat: &Flat<'_>, has_sessions: bool) {
        // Something is sent with an event that is known when it is sent, or by somebody else.
        let mut sends_any = has_sessions;
        for state in &flat.states {
            for contents in state.contents() {
                every(contents, &mut |content| match &content.kind {
                    ContentKind::Raise(event) => {
                        self.add(&event.text);
                    }
                    ContentKind::Send(send) => {
                        let event = constant(&send.event);
                        match (event, send.payload.is_empty()) {
                            (Some(event), nothing) => {
                                let index = self.add(&event);
                                self.carry(index, !nothing);
                            }
                            (None, nothing) => sends_any |= !nothing,
                        }
                    }
                    _ => {}
                });
            }
        }
        for index in 0..self.list.len() {
            self.carry(index, sends_any);
        }
    }

    fn carry(&mut self, index: usize, something: bool) {
        let carried = &mut self.list[index].carried;
        if something && matches!(carried, Carried::Nothing) {
            *carried = Carried::Value;
        }
    }

    /// What the platform says, as far as somebody listens.
    fn add_platform(
        &mut self,
        flat: &Flat<'_>,
        descriptors: &[&str],
        [tells_completion, tells_errors]: [bool; 2],
    ) {
        let heard = |name: &str| descriptors.iter().any(|one| matches(one, name));
        for id in flat.all().skip(1).filter(|_| tells_completion) {
            let state = flat.states[id];
            let name = format!("done.state.{}", state.id.text);
            if !can_complete(flat, id) || state.id.text.is_empty() || !heard(&name) {
                continue;
            }
            let index = self.add(&name);
            let mut finals = flat.children(id).map(|child| flat.states[child]);
            let carries = finals.any(|child| {
                child.kind == Kind::Final
                    && child.done.as_ref().is_some_and(|done| !done.is_empty())
            });
            self.carry(index, carries);
        }
        for name in ["error.execution", "error.communication"] {
            if tells_errors && heard(name) {
                self.add(name);
            }
        }
    }

    /// The messages that these descriptors listen to, in order.
    pub fn heard<'e>(&'e self, descriptors: &[super::ir::Text]) -> impl Iterator<Item = &'e Ident> {
        let names: Vec<&str> = descriptors.iter().map(|one| one.text.as_str()).collect();
        let all = names.iter().any(|name| matches(name, ""));
        let listens = move |name: &str| names.iter().any(|one| matches(one, name));
        let named = self.list.iter().filter(move |event| listens(&event.name));
        let other = self.other.iter().filter(move |_| all);
        named.map(|event| &event.ident).chain(other)
    }

    /// The name that was meant by one that the document does not have.
    pub fn meant(&self, stranger: &str) -> Option<&str> {
        nearest(stranger, self.own.iter().map(String::as_str))
    }

    /// The events among these messages.
    pub fn find(&self, name: &str) -> Option<&Event> {
        self.by_name.get(name).map(|&index| &self.list[index])
    }

    pub fn by_ident(&self, ident: &Ident) -> Option<&Event> {
        self.list.iter().find(|event| event.ident == *ident)
    }
}

/// Whether a final state can complete this one.
pub fn can_complete(flat: &Flat<'_>, id: usize) -> bool {
    let mut children = flat.children(id).peekable();
    match flat.states[id].kind {
        Kind::Parallel => {
            children.peek().is_some() && children.all(|child| can_complete(flat, child))
        }
        Kind::State => children.any(|child| flat.states[child].kind == Kind::Final),
        Kind::Final => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn descriptors_match_by_whole_words() {
        let cases = [
            ("foo", "foo", true),
            ("foo", "foo.bar", true),
            ("foo", "foobar", false),
            ("foo.*", "foo", true),
            ("foo.", "foo.bar.baz", true),
            ("foo.bar", "foo", false),
            ("*", "anything", true),
            ("done.state", "done.state.s1", true),
        ];
        for (descriptor, name, expected) in cases {
            assert_eq!(matches(descriptor, name), expected, "{descriptor} {name}");
        }
    }
}
