//! Elements and attributes: what may stand where, with its place.
//!
//! Must not know of: what elements mean.

use super::{EXPORTED, Element, Reader, WINK, is_ours, is_winks, marks};
use crate::document::ir::{Source, Text};
use crate::nearest::nearest;
use roxmltree::{Attribute, Node, NodeType};

impl Reader<'_, '_> {
    /// The text inside an element, as a literal.
    pub(super) fn inside(&mut self, node: Element<'_>) -> Option<Source> {
        if let Some(element) = node.children().find(Node::is_element) {
            self.unsupported(element, "values are text here, not XML");
        }
        let first = node.children().find(|child| child.is_text())?;
        let text: String = node.children().filter_map(|child| child.text()).collect();
        let trimmed = text.trim();
        let skipped = text.len() - text.trim_start().len();
        (!trimmed.is_empty()).then(|| {
            Source::Literal(Text {
                text: trimmed.to_owned(),
                place: first.range().start + skipped,
            })
        })
    }

    /// The child elements, those that may stand there; all others are reported.
    pub(super) fn elements<'a>(&mut self, node: Element<'a>, known: &[&str]) -> Vec<Element<'a>> {
        let mut found = Vec::new();
        for child in node.children() {
            if child.node_type() == NodeType::Text && !child.text().unwrap_or("").trim().is_empty()
            {
                let text = child.text().unwrap_or("");
                let skipped = text.len() - text.trim_start().len();
                let message = format!("text means nothing inside `<{}>`", node.tag_name().name());
                self.problems.add(child.range().start + skipped, message);
            }
            if !child.is_element() {
                continue;
            }
            let name = child.tag_name().name();
            if is_winks(child)
                && known
                    .iter()
                    .any(|one| one.strip_prefix("wink:") == Some(name))
            {
                found.push(child);
            } else if !is_ours(child) {
                let namespace = child.tag_name().namespace().unwrap_or("");
                let message = format!("`<{name}>` is of an unknown namespace, `{namespace}`");
                self.problems.add(child.range().start, message);
            } else if known.contains(&name) {
                found.push(child);
            } else {
                let parent = node.tag_name().name();
                let message = format!("`<{name}>` does not belong into `<{parent}>`");
                let guess = nearest(name, known.iter().copied());
                let help = guess.map(|guess| format!("did you mean `<{guess}>`?"));
                self.problems.add_with(child.range().start, &message, help);
            }
        }
        found
    }

    pub(super) fn unsupported(&mut self, node: Element<'_>, help: &str) {
        let message = format!("`<{}>` is not supported", node.tag_name().name());
        self.problems
            .add_with(node.range().start, &message, Some(help));
    }

    /// Reports attributes that mean nothing there.
    pub(super) fn attributes(&mut self, node: Element<'_>, known: &[&str]) {
        for attribute in node.attributes() {
            let name = attribute.name();
            match attribute.namespace() {
                None if !known.contains(&name) => {
                    let element = node.tag_name().name();
                    let message = format!("`<{element}>` has no attribute `{name}`");
                    let guess = nearest(name, known.iter().copied());
                    let help = guess.map(|guess| format!("did you mean `{guess}`?"));
                    self.problems
                        .add_with(attribute.range().start, &message, help);
                }
                Some(WINK | EXPORTED) => {
                    if let Some(message) = marks::refused(node.tag_name().name(), attribute) {
                        self.problems.add(attribute.range().start, message);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn text(&self, node: Element<'_>, name: &str) -> Option<Text> {
        node.attribute_node(name)
            .map(|attribute| self.value(attribute))
    }

    pub(super) fn value(&self, attribute: Attribute<'_, '_>) -> Text {
        Text {
            text: attribute.value().to_owned(),
            place: attribute.range_value().start,
        }
    }

    pub(super) fn needed(&mut self, node: Element<'_>, name: &str) -> Option<Text> {
        let found = self
            .text(node, name)
            .filter(|text| !text.text.trim().is_empty());
        if found.is_none() {
            let message = format!("`<{}>` needs `{name}`", node.tag_name().name());
            self.problems.add(node.range().start, message);
        }
        found
    }

    /// Which of these words the attribute says.
    pub(super) fn choice(
        &mut self,
        node: Element<'_>,
        name: &str,
        words: &[&str],
    ) -> Option<usize> {
        let attribute = node.attribute_node(name)?;
        let found = words.iter().position(|word| *word == attribute.value());
        if found.is_none() {
            let message = format!("`{name}` is `{}`", words.join("` or `"));
            self.problems.add(attribute.range_value().start, message);
        }
        found
    }

    /// The words of an attribute, each with its place.
    pub(super) fn words(&self, attribute: Attribute<'_, '_>) -> Vec<Text> {
        let range = attribute.range_value();
        let written = &self.text[range.clone()];
        // With an entity in it the places inside are unknown.
        let exact = written == attribute.value();
        let start = attribute.value().as_ptr() as usize;
        let words = attribute.value().split_whitespace();
        words
            .map(|word| Text {
                text: word.to_owned(),
                place: match exact {
                    true => range.start + (word.as_ptr() as usize - start),
                    false => range.start,
                },
            })
            .collect()
    }
}
