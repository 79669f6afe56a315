//! What wink itself writes into documents: the marks of an exported chart, as far as they have a
//! meaning without the machine that was exported.
//!
//! Must not know of: how a chart is exported.

use super::{EXPORTED, Element, Reader, comment_before, is_winks};
use crate::document::ir::{ContentKind, Text};
use crate::document::names::is_ident;
use roxmltree::Attribute;

/// Marks that say nothing that a reader has to know, by element.
const PASSED_OVER: [(&str, &[&str]); 7] = [
    (
        "scxml",
        &[
            "version",
            "data",
            "documentation",
            "module",
            "module-documentation",
        ],
    ),
    ("state", &["root", "name", "documentation", "rest"]),
    ("parallel", &["root", "name", "documentation"]),
    ("final", &["name", "documentation", "ended"]),
    (
        "transition",
        &[
            "row",
            "kind",
            "any",
            "after",
            "reenter",
            "stay",
            "documentation",
            "ended",
        ],
    ),
    ("history", &["documentation"]),
    ("data", &["type"]),
];

/// Why a mark cannot be read there.
pub(super) fn refused(element: &str, mark: Attribute<'_, '_>) -> Option<String> {
    let name = mark.name();
    match (element, name, mark.value()) {
        ("transition", "kind", "defer") => {
            Some("messages cannot be deferred in a document".to_owned())
        }
        ("transition", "chooses" | "guard", _) => {
            Some("a function that chooses where to go cannot be called from a document".to_owned())
        }
        (_, "local", _) => Some("a state of a document has no data of its own".to_owned()),
        _ => {
            let mut known = PASSED_OVER.iter();
            let known = known.find(|(one, _)| *one == element);
            let is_known = known.is_some_and(|(_, names)| names.contains(&name));
            (!is_known).then(|| format!("wink adds no attribute `{name}` here"))
        }
    }
}

impl Reader<'_, '_> {
    /// The documentation of an element: its mark, or the comment right before it.
    pub(super) fn documentation(&self, node: Element<'_>) -> String {
        let mark = node.attribute((EXPORTED, "documentation"));
        mark.map_or_else(|| comment_before(node), str::to_owned)
    }

    /// `<wink:call function="pay"/>`: a function of the module around the machine.
    pub(super) fn call(&mut self, node: Element<'_>) -> Option<ContentKind> {
        self.attributes(node, &["function"]);
        let function = self.needed(node, "function")?;
        if !is_ident(&function.text) {
            let message = format!("`{}` is no name of a function", function.text);
            let help = "it says in words what a machine does, and a document cannot do that";
            self.problems.add_with(function.place, &message, Some(help));
            return None;
        }
        Some(ContentKind::Call(function))
    }

    /// What the messages that the document lists carry: event and type.
    pub(super) fn declared(&mut self, root: Element<'_>) -> Vec<(String, Text)> {
        let mut declared = Vec::new();
        let messages = root.children().filter(|node| is_winks(*node));
        for message in messages.filter(|node| node.tag_name().name() == "message") {
            let known = ["name", "shape", "reply", "documentation", "completes"];
            self.attributes(message, &known);
            let Some(name) = self.needed(message, "name") else {
                continue;
            };
            if let Some(reply) = self.text(message, "reply") {
                let message = "a document answers no questions";
                self.problems.add(reply.place, message);
            }
            let fields = self.elements(message, &["wink:field"]);
            match (fields.as_slice(), message.attribute("shape")) {
                ([], _) => {}
                ([field], Some("tuple")) => {
                    self.attributes(*field, &["name", "type", "documentation"]);
                    declared.extend(self.needed(*field, "type").map(|ty| (name.text, ty)));
                }
                _ => {
                    let message = format!("`{}` carries several values", name.text);
                    let help = "a message of a document carries one: a type of your own";
                    self.problems.add_with(name.place, &message, Some(help));
                }
            }
        }
        declared
    }
}
