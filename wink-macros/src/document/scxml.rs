//! The W3C's format: XML to elements with places.
//!
//! A document type declaration is refused, so there are no entities but XML's own and nothing
//! is fetched from anywhere. Attributes of other namespaces are somebody else's and are left
//! alone; elements of other namespaces would mean something that we do not know, and are
//! refused, as is everything that the machine could not carry out.
//!
//! Must not know of: Rust.

mod content;
mod data;
mod elements;
mod invoke;
mod marks;

use super::files::Files;
use super::ir::{Block, Document, History, Kind, Model, State, Text, Transition};
use super::problems::Problems;
use roxmltree::{Node, ParsingOptions};

/// The namespace of the elements.
const SCXML: &str = "http://www.w3.org/2005/07/scxml";

/// The namespace of what wink adds.
pub const WINK: &str = "https://docs.rs/wink/scxml";

/// The namespace of what wink writes into charts that it exports.
const EXPORTED: &str = "https://docs.rs/wink";

/// How deep elements may be nested.
const DEPTH_MAX: usize = 64;

/// How many elements a document may have.
const ELEMENTS_MAX: usize = 16_000;

/// Reads a document; `None` when it is no XML at all. Everything else that is wrong is reported
/// and left out.
pub fn read(
    text: &str,
    late: bool,
    files: &mut Files,
    problems: &mut Problems<'_>,
) -> Option<Document> {
    read_as(text, late, files, problems, false)
}

/// Reads a document that another one invokes.
fn read_invoked(
    text: &str,
    late: bool,
    files: &mut Files,
    problems: &mut Problems<'_>,
) -> Option<Document> {
    read_as(text, late, files, problems, true)
}

fn read_as(
    text: &str,
    late: bool,
    files: &mut Files,
    problems: &mut Problems<'_>,
    is_invoked: bool,
) -> Option<Document> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: (ELEMENTS_MAX * 4) as u32,
        ..ParsingOptions::default()
    };
    let xml = match roxmltree::Document::parse_with_options(text, options) {
        Ok(xml) => xml,
        Err(error) => {
            malformed(text, &error, problems);
            return None;
        }
    };
    let root = xml.root_element();
    if !is_sound(root, problems) {
        return None;
    }
    let sessions = match is_invoked {
        true => Sessions::inside(root),
        false => Sessions::of(root),
    };
    let mut reader = Reader {
        text,
        problems,
        late,
        files,
        sessions,
    };
    if root.tag_name().name() != "scxml" || !is_ours(root) {
        reader.problems.add_with(
            root.range().start,
            &format!("expected `<scxml>`, found `<{}>`", root.tag_name().name()),
            Some(format!(
                "the first element is `<scxml xmlns=\"{SCXML}\" version=\"1.0\">`"
            )),
        );
        return None;
    }
    Some(reader.document(root))
}

fn malformed(text: &str, error: &roxmltree::Error, problems: &mut Problems<'_>) {
    let position = error.pos();
    let lines = text
        .split_inclusive('\n')
        .take(position.row.max(1) as usize - 1);
    let start: usize = lines.map(str::len).sum();
    let column = text[start..]
        .char_indices()
        .nth(position.col.max(1) as usize - 1);
    let place = column.map_or(text.len(), |(at, _)| start + at);
    match error {
        roxmltree::Error::DtdDetected => {
            let place = text.find("<!DOCTYPE").unwrap_or(place);
            let help = "entities that a document defines are not known: write the text itself";
            let message = "document types are not read";
            problems.add_with(place, message, Some(help));
        }
        roxmltree::Error::NodesLimitReached => {
            problems.add(0, format!("a document may have {ELEMENTS_MAX} elements"));
        }
        _ => {
            // The place is shown by us.
            let said = error.to_string();
            let said = said.split(" at ").next().unwrap_or(&said);
            problems.add(place, format!("this is no well-formed XML: {said}"));
        }
    }
}

/// Whether everything that follows can go through the tree without running out of anything.
fn is_sound(root: Node<'_, '_>, problems: &mut Problems<'_>) -> bool {
    let mut depth = 0_usize;
    let mut count = 0;
    let mut at = Some(root);
    while let Some(node) = at {
        count += usize::from(node.is_element());
        if depth > DEPTH_MAX {
            let message = format!("elements are nested more than {DEPTH_MAX} deep");
            problems.add(node.range().start, message);
            return false;
        }
        if count > ELEMENTS_MAX {
            let message = format!("a document may have {ELEMENTS_MAX} elements");
            problems.add(node.range().start, message);
            return false;
        }
        at = node.first_child();
        if at.is_some() {
            depth += 1;
            continue;
        }
        let mut up = Some(node);
        while let Some(inner) = up {
            at = inner.next_sibling();
            if at.is_some() || inner == root {
                break;
            }
            depth -= 1;
            up = inner.parent();
        }
        if up == Some(root) {
            break;
        }
    }
    true
}

/// An element of the W3C's namespace, or of none.
fn is_ours(node: Node<'_, '_>) -> bool {
    node.tag_name()
        .namespace()
        .is_none_or(|namespace| namespace == SCXML)
}

/// An element that wink adds.
fn is_winks(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().namespace(), Some(WINK | EXPORTED))
}

struct Reader<'r, 't> {
    text: &'r str,
    problems: &'r mut Problems<'t>,
    /// What cannot be done is an error when the machine comes there.
    late: bool,
    files: &'r mut Files,
    sessions: Sessions,
}

/// Whom the document under way can send to.
struct Sessions {
    /// Another document invokes it.
    is_invoked: bool,
    /// The ids by which it invokes others.
    ids: Vec<String>,
}

impl Sessions {
    fn of(root: Node<'_, '_>) -> Sessions {
        let invokes = root.descendants();
        let invokes = invokes.filter(|node| node.tag_name().name() == "invoke" && is_ours(*node));
        let ids = invokes.filter_map(|node| node.attribute("id"));
        Sessions {
            is_invoked: false,
            ids: ids.map(str::to_owned).collect(),
        }
    }

    fn inside(root: Node<'_, '_>) -> Sessions {
        Sessions {
            is_invoked: true,
            ..Sessions::of(root)
        }
    }

    fn can_be(&self, target: &str) -> bool {
        let id = target.strip_prefix("#_");
        (self.is_invoked && target == "#_parent")
            || id.is_some_and(|id| self.ids.iter().any(|one| one == id))
    }
}

type Element<'a> = Node<'a, 'a>;

impl Reader<'_, '_> {
    fn document(&mut self, root: Element<'_>) -> Document {
        self.attributes(
            root,
            &[
                "initial",
                "name",
                "version",
                "datamodel",
                "binding",
                "exmode",
            ],
        );
        if let Some(version) = root.attribute_node("version")
            && version.value() != "1.0"
        {
            let place = version.range_value().start;
            self.problems
                .add_with(place, "there is one version of SCXML", Some("write `1.0`"));
        }
        let model = self.model(root);
        let late_binding = self.choice(root, "binding", &["early", "late"]) == Some(1);
        let mut state = State::new(Text::default(), Kind::State);
        state.id.place = root.range().start;
        let mut ours = vec![
            "state",
            "parallel",
            "final",
            "datamodel",
            "script",
            "wink:message",
        ];
        if self.late {
            // No part of the recommendation; elsewhere it is known to mean what it says.
            ours.push("transition");
        }
        self.state_parts(root, &mut state, &ours);
        state.initial = self.initial_attribute(root);
        if state.states.is_empty() {
            self.problems
                .add(root.range().start, "a document has at least one state");
        }
        Document {
            name: self.text(root, "name"),
            documentation: self.documentation(root),
            declared: self.declared(root),
            model,
            late_binding,
            local_in_parallel: false,
            is_invoked: self.sessions.is_invoked,
            root: state,
        }
    }

    fn model(&mut self, root: Element<'_>) -> Model {
        let Some(written) = root.attribute_node("datamodel") else {
            return Model::Ecmascript;
        };
        match written.value() {
            "null" => Model::Null,
            "ecmascript" => Model::Ecmascript,
            "rust" => Model::Rust,
            other => {
                let message = format!("the data model `{other}` is not supported");
                let help = Some("`null`, `ecmascript` and `rust` are");
                let place = written.range_value().start;
                self.problems.add_with(place, &message, help);
                Model::Ecmascript
            }
        }
    }

    fn state(&mut self, node: Element<'_>, kind: Kind) -> State {
        let known: &[&str] = match kind {
            Kind::State => &["id", "initial"],
            _ => &["id"],
        };
        self.attributes(node, known);
        let mut id = self.text(node, "id").unwrap_or_default();
        if id.text.is_empty() {
            id.place = node.range().start;
        }
        let mut state = State::new(id, kind);
        state.documentation = self.documentation(node);
        state.initial = match kind {
            Kind::State => self.initial_attribute(node),
            _ => None,
        };
        let parts: &[&str] = match kind {
            Kind::State => &[
                "onentry",
                "onexit",
                "transition",
                "initial",
                "state",
                "parallel",
                "final",
                "history",
                "datamodel",
                "invoke",
            ],
            Kind::Parallel => &[
                "onentry",
                "onexit",
                "transition",
                "state",
                "parallel",
                "history",
                "datamodel",
                "invoke",
            ],
            Kind::Final => &["onentry", "onexit", "donedata"],
        };
        self.state_parts(node, &mut state, parts);
        state
    }

    fn state_parts(&mut self, node: Element<'_>, state: &mut State, known: &[&str]) {
        for child in self.elements(node, known) {
            match child.tag_name().name() {
                "state" => state.states.push(self.state(child, Kind::State)),
                "parallel" => state.states.push(self.state(child, Kind::Parallel)),
                "final" => state.states.push(self.state(child, Kind::Final)),
                "onentry" | "onexit" => {
                    self.attributes(child, &[]);
                    let block = Block {
                        place: child.range().start,
                        content: self.contents(child),
                    };
                    match child.tag_name().name() {
                        "onentry" => state.entries.push(block),
                        _ => state.exits.push(block),
                    }
                }
                "transition" => state.transitions.push(self.transition(child)),
                "initial" => self.initial(child, state),
                "history" => state.histories.extend(self.history(child)),
                "datamodel" => self.datamodel(child, state),
                "invoke" => state.invokes.extend(self.invoke(child)),
                "donedata" => {
                    self.attributes(child, &[]);
                    state.done = Some(self.payload(child, &["param", "content"]));
                }
                "script" => state.scripts.extend(self.own_script(child)),
                _ => {}
            }
        }
    }

    fn initial_attribute(&mut self, node: Element<'_>) -> Option<Transition> {
        let attribute = node.attribute_node("initial")?;
        Some(Transition {
            place: attribute.range().start,
            targets: self.words(attribute),
            ..Transition::default()
        })
    }

    fn initial(&mut self, node: Element<'_>, state: &mut State) {
        self.attributes(node, &[]);
        let place = node.range().start;
        if state.initial.is_some() {
            self.problems
                .add(place, "this state says twice what is initial");
        }
        match self.only_transition(node) {
            Some(transition) => state.initial = Some(transition),
            None => self
                .problems
                .add(place, "`<initial>` has one `<transition>`"),
        }
    }

    /// The transition inside an `<initial>` or a `<history>`: a target and content, no more.
    fn only_transition(&mut self, node: Element<'_>) -> Option<Transition> {
        let mut transitions = self.elements(node, &["transition"]).into_iter();
        let child = transitions.next()?;
        let transition = self.transition(child);
        if let Some(second) = transitions.next() {
            let name = node.tag_name().name();
            let message = format!("a second transition in one `<{name}>`");
            self.problems.add(second.range().start, message);
        }
        for name in ["event", "cond"] {
            if let Some(attribute) = child.attribute_node(name) {
                let place = attribute.range().start;
                let message =
                    format!("`{name}` has no meaning here: this transition is always taken");
                self.problems.add(place, message);
            }
        }
        if transition.targets.is_empty() {
            self.problems
                .add(child.range().start, "this transition needs a target");
        }
        Some(transition)
    }

    fn history(&mut self, node: Element<'_>) -> Option<History> {
        self.attributes(node, &["id", "type"]);
        let deep = self.choice(node, "type", &["shallow", "deep"]) == Some(1);
        let place = node.range().start;
        let id = self.text(node, "id").unwrap_or(Text {
            text: String::new(),
            place,
        });
        match self.only_transition(node) {
            Some(default) => Some(History { id, deep, default }),
            None => {
                let help =
                    Some("add `<transition target=\"…\"/>`: where to go while nothing is recorded");
                self.problems
                    .add_with(place, "`<history>` has one `<transition>`", help);
                None
            }
        }
    }

    fn transition(&mut self, node: Element<'_>) -> Transition {
        self.attributes(node, &["event", "cond", "target", "type"]);
        let events = node.attribute_node("event");
        let events = events.map_or_else(Vec::new, |attribute| self.words(attribute));
        let targets = node.attribute_node("target");
        let targets = targets.map_or_else(Vec::new, |attribute| self.words(attribute));
        let place = node.range().start;
        let mut condition = self.text(node, "cond");
        if self.late && events.is_empty() && targets.is_empty() && condition.is_none() {
            // The recommendation wants one of the three; without any it is always taken.
            let text = "true".to_owned();
            condition = Some(Text { text, place });
        }
        Transition {
            place,
            events,
            condition,
            targets,
            internal: self.choice(node, "type", &["external", "internal"]) == Some(1),
            content: self.contents(node),
            documentation: self.documentation(node),
            ..Transition::default()
        }
    }
}

/// The comment right before an element is its documentation.
fn comment_before(node: Node<'_, '_>) -> String {
    let mut before = node.prev_siblings().skip(1);
    let is_blank = |node: &Node<'_, '_>| node.text().unwrap_or("").trim().is_empty();
    match before.find(|node| !(node.is_text() && is_blank(node))) {
        Some(comment) if comment.is_comment() => {
            let text = comment.text().unwrap_or("").trim();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            lines.join("\n")
        }
        _ => String::new(),
    }
}
