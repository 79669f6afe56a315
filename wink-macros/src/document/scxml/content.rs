//! Executable content.
//!
//! Must not know of: where content stands.

use super::{Element, Reader};
use crate::document::ecmascript;
use crate::document::ir::{Content, ContentKind, Each, Payload, Send, Source, Statements, Text};
use crate::document::problems::Problems;

/// The elements that can be carried out.
const KNOWN: [&str; 9] = [
    "raise",
    "send",
    "cancel",
    "assign",
    "log",
    "if",
    "foreach",
    "script",
    "wink:call",
];

const SENDING: [&str; 11] = [
    "event",
    "eventexpr",
    "target",
    "targetexpr",
    "type",
    "typeexpr",
    "id",
    "idlocation",
    "delay",
    "delayexpr",
    "namelist",
];

impl Reader<'_, '_> {
    pub(super) fn contents(&mut self, node: Element<'_>) -> Vec<Content> {
        let elements = self.elements(node, &KNOWN);
        elements
            .into_iter()
            .filter_map(|element| self.content(element))
            .collect()
    }

    fn content(&mut self, node: Element<'_>) -> Option<Content> {
        let place = node.range().start;
        let kind = match node.tag_name().name() {
            "raise" => {
                self.attributes(node, &["event"]);
                ContentKind::Raise(self.needed(node, "event")?)
            }
            "send" => self.send(node)?,
            "cancel" => {
                self.attributes(node, &["sendid", "sendidexpr"]);
                ContentKind::Cancel(self.one_of(node, "sendid", "sendidexpr")?)
            }
            "assign" => self.assign(node)?,
            "log" => {
                self.attributes(node, &["label", "expr"]);
                ContentKind::Log {
                    label: node.attribute("label").unwrap_or("").to_owned(),
                    value: self.text(node, "expr"),
                }
            }
            "if" => self.branches(node)?,
            "foreach" => {
                self.attributes(node, &["array", "item", "index"]);
                let each = Each {
                    list: self.needed(node, "array")?,
                    item: self.needed(node, "item")?,
                    index: self.text(node, "index"),
                    content: self.contents(node),
                };
                ContentKind::Each(Box::new(each))
            }
            "call" => self.call(node)?,
            _ => self.script(node)?,
        };
        Some(Content { place, kind })
    }

    /// `<script>`: between the tags, or in a file beside the document.
    fn script(&mut self, node: Element<'_>) -> Option<ContentKind> {
        self.attributes(node, &["src"]);
        let inside = match self.inside(node) {
            Some(Source::Literal(text) | Source::Expression(text)) => Some(text),
            None => None,
        };
        let statements = match (self.text(node, "src"), inside) {
            (Some(named), Some(_)) => {
                let message = "`src` and text cannot both be said";
                self.problems.add(named.place, message);
                return None;
            }
            (Some(named), None) => self.script_beside(&named)?,
            (None, text) => {
                let text = text.unwrap_or_default();
                let script = ecmascript::script(&text.text);
                Statements { text, script }
            }
        };
        Some(ContentKind::Script(Box::new(statements)))
    }

    fn script_beside(&mut self, named: &Text) -> Option<Statements> {
        let file = match self.files.read(&named.text) {
            Ok(file) => file,
            Err(message) => {
                self.problems.add(named.place, message);
                return None;
            }
        };
        let script = ecmascript::script(&file.text);
        if let (Err(mistake), false) = (&script, self.late) {
            let mut problems = Problems::new(&named.text, &file.text);
            problems.add(mistake.at, mistake.message.clone());
            self.problems.absorb(problems);
            return None;
        }
        let text = Text {
            text: String::new(),
            place: named.place,
        };
        Some(Statements { text, script })
    }

    /// The script of the document itself.
    pub(super) fn own_script(&mut self, node: Element<'_>) -> Option<Content> {
        let kind = self.script(node)?;
        let place = node.range().start;
        Some(Content { place, kind })
    }

    /// An attribute and its variant whose value is an expression: exactly one of them.
    fn one_of(&mut self, node: Element<'_>, literal: &str, expression: &str) -> Option<Source> {
        let found = self.at_most_one(node, literal, expression);
        if found.is_none() {
            let name = node.tag_name().name();
            let message = format!("`<{name}>` needs `{literal}` or `{expression}`");
            self.problems.add(node.range().start, message);
        }
        found
    }

    pub(super) fn at_most_one(
        &mut self,
        node: Element<'_>,
        literal: &str,
        expression: &str,
    ) -> Option<Source> {
        let said = self.text(node, literal);
        let computed = self.text(node, expression);
        if let (Some(_), Some(computed)) = (&said, &computed) {
            let message = format!("`{literal}` and `{expression}` cannot both be said");
            self.problems.add(computed.place, message);
        }
        let said = said.map(Source::Literal);
        said.or(computed.map(Source::Expression))
    }

    fn assign(&mut self, node: Element<'_>) -> Option<ContentKind> {
        self.attributes(node, &["location", "expr"]);
        let location = self.needed(node, "location")?;
        let inside = self.inside(node);
        let value = match (self.text(node, "expr"), inside) {
            (Some(expression), None) => expression,
            (None, Some(Source::Literal(text) | Source::Expression(text))) => text,
            (Some(both), Some(_)) => {
                self.problems
                    .add(both.place, "`expr` and text cannot both be said");
                both
            }
            (None, None) => {
                self.needed(node, "expr");
                return None;
            }
        };
        Some(ContentKind::Assign { location, value })
    }

    fn branches(&mut self, node: Element<'_>) -> Option<ContentKind> {
        self.attributes(node, &["cond"]);
        let mut branches = vec![(Some(self.needed(node, "cond")?), Vec::new())];
        let mut ended = false;
        let known: Vec<&str> = KNOWN.into_iter().chain(["elseif", "else"]).collect();
        for child in self.elements(node, &known) {
            let name = child.tag_name().name();
            if matches!(name, "elseif" | "else") {
                if ended {
                    let message = format!("`<{name}>` cannot follow `<else>`");
                    self.problems.add(child.range().start, message);
                }
                ended |= name == "else";
                let known: &[&str] = if name == "else" { &[] } else { &["cond"] };
                self.attributes(child, known);
                let condition = match name {
                    "else" => None,
                    _ => Some(self.needed(child, "cond")?),
                };
                branches.push((condition, Vec::new()));
            } else if let (Some(content), Some((_, inside))) =
                (self.content(child), branches.last_mut())
            {
                inside.push(content);
            }
        }
        Some(ContentKind::If(branches))
    }

    fn send(&mut self, node: Element<'_>) -> Option<ContentKind> {
        self.attributes(node, &SENDING);
        let event = self.one_of(node, "event", "eventexpr")?;
        let target = self.at_most_one(node, "target", "targetexpr");
        let processor = self.at_most_one(node, "type", "typeexpr");
        let mut payload = self.payload(node, &["param", "content"]);
        let names = node.attribute_node("namelist");
        let names = names.map_or_else(Vec::new, |attribute| self.words(attribute));
        if let (Some(first), Some(_)) = (names.first(), &payload.content) {
            let message = "`namelist` and `<content>` cannot both be said";
            self.problems.add(first.place, message);
        }
        let names = names.into_iter().map(|name| (name.text.clone(), name));
        payload.parts.extend(names);
        if let Some((place, why)) = self.unreachable(target.as_ref(), processor.as_ref()) {
            if self.late {
                let target = target.as_ref();
                let is_communication = matches!(target, Some(Source::Literal(text))
                    if text.text.starts_with("#_"));
                return Some(ContentKind::Fail {
                    why,
                    is_communication,
                });
            }
            let help = "events go to the machine itself; what others are to hear is sent in Rust";
            self.problems.add_with(place, &why, Some(help));
            return None;
        }
        Some(ContentKind::Send(Box::new(Send {
            event,
            delay: self.at_most_one(node, "delay", "delayexpr"),
            id: node.attribute("id").map(str::to_owned),
            id_location: self.text(node, "idlocation"),
            target,
            processor,
            payload,
        })))
    }

    /// `<param>`s or `<content>`.
    pub(super) fn payload(&mut self, node: Element<'_>, known: &[&str]) -> Payload {
        let mut payload = Payload::default();
        for child in self.elements(node, known) {
            let place = child.range().start;
            if child.tag_name().name() == "content" {
                self.attributes(child, &["expr"]);
                let inside = self.inside(child);
                let content = self.text(child, "expr").map(Source::Expression).or(inside);
                if payload.content.is_some() || !payload.parts.is_empty() {
                    self.problems.add(place, "`<content>` stands alone");
                }
                payload.content = content;
                continue;
            }
            payload.parts.extend(self.param(child));
        }
        payload
    }

    /// `<param>`
    pub(super) fn param(&mut self, node: Element<'_>) -> Option<(String, Text)> {
        self.attributes(node, &["name", "expr", "location"]);
        let name = self.needed(node, "name")?;
        let value = self.text(node, "expr").or(self.text(node, "location"));
        if value.is_none() {
            let message = "`<param>` needs `expr` or `location`";
            self.problems.add(node.range().start, message);
        }
        Some((name.text, value?))
    }

    /// Why an event cannot be sent there, as far as that can be seen, and which words say so.
    fn unreachable(
        &self,
        target: Option<&Source>,
        processor: Option<&Source>,
    ) -> Option<(usize, String)> {
        if let Some(Source::Literal(Text { text, place })) = target
            && text != "#_internal"
            && !self.sessions.can_be(text)
        {
            let why = match text.as_str() {
                "#_parent" => "nobody has invoked this document: it has no `#_parent`".to_owned(),
                _ => format!("sending to `{text}` is not supported"),
            };
            return Some((*place, why));
        }
        const PROCESSORS: [&str; 3] = [
            "http://www.w3.org/TR/scxml/#SCXMLEventProcessor",
            "http://www.w3.org/TR/scxml/",
            "scxml",
        ];
        if let Some(Source::Literal(Text { text, place })) = processor
            && !PROCESSORS.contains(&text.as_str())
        {
            return Some((*place, format!("sending by `{text}` is not supported")));
        }
        None
    }
}
