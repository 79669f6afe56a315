//! What a state invokes: another document, in this one or beside it.
//!
//! Must not know of: what becomes of it.

use super::{Element, Reader};
use crate::document::ecmascript;
use crate::document::ir::{Document, Invocable, Invoke, Model, Source, Text};
use crate::document::problems::Problems;

impl Reader<'_, '_> {
    pub(super) fn invoke(&mut self, node: Element<'_>) -> Option<Invoke> {
        const KNOWN: [&str; 8] = [
            "type",
            "typeexpr",
            "src",
            "srcexpr",
            "id",
            "idlocation",
            "namelist",
            "autoforward",
        ];
        self.attributes(node, &KNOWN);
        let place = node.range().start;
        let children = self.elements(node, &["param", "content", "finalize"]);
        let named = |name: &str| {
            let mut children = children.iter().copied();
            children.find(|child| child.tag_name().name() == name)
        };
        let kind = self.at_most_one(node, "type", "typeexpr");
        self.check_kind(kind.as_ref());
        let source = self.at_most_one(node, "src", "srcexpr");
        if let (Some(source), Some(_)) = (&source, named("content")) {
            let message = "`src` and `<content>` cannot both be said";
            self.problems.add(source.place(), message);
        }
        let mut chosen = None;
        let what = match (source, named("content")) {
            (Some(Source::Literal(file)), _) => vec![self.document_beside(&file)?],
            (Some(Source::Expression(source)), _) => {
                let what = self.documents_named(node, &source)?;
                chosen = Some(source);
                what
            }
            (None, Some(content)) => vec![self.document_inside(content)?],
            (None, None) => {
                let message = "`<invoke>` needs `src` or `<content>`";
                self.problems.add(place, message);
                return None;
            }
        };
        let payload = self.payload_of(&children);
        let names = node.attribute_node("namelist");
        let names = names.map_or_else(Vec::new, |attribute| self.words(attribute));
        let mut returned: Vec<(String, Text)> = Vec::new();
        let mut parts = payload;
        for name in names {
            returned.push((name.text.clone(), name.clone()));
            parts.push((name.text.clone(), name));
        }
        for child in children.iter().copied() {
            if let (Some(name), Some(location)) =
                (child.attribute("name"), self.text(child, "location"))
            {
                returned.push((name.to_owned(), location));
            }
        }
        let finalize = named("finalize").map(|finalize| {
            self.attributes(finalize, &[]);
            self.contents(finalize)
        });
        Some(Invoke {
            place,
            id: self.text(node, "id"),
            id_location: self.text(node, "idlocation"),
            kind: kind.filter(|kind| matches!(kind, Source::Expression(_))),
            source: chosen,
            what,
            parts,
            returned,
            forwards: self.choice(node, "autoforward", &["false", "true"]) == Some(1),
            finalize,
        })
    }

    fn payload_of(&mut self, children: &[Element<'_>]) -> Vec<(String, Text)> {
        let mut parts = Vec::new();
        for child in children.iter().copied() {
            if child.tag_name().name() == "param" {
                parts.extend(self.param(child));
            }
        }
        parts
    }

    fn check_kind(&mut self, kind: Option<&Source>) {
        if let Some(Source::Literal(kind)) = kind
            && kind.text != "scxml"
            && kind.text.trim_end_matches('/') != "http://www.w3.org/TR/scxml"
        {
            let message = format!("`{}` cannot be invoked", kind.text);
            let help = "`scxml` can: another document";
            self.problems.add_with(kind.place, &message, Some(help));
        }
    }

    /// `<content><scxml>…</scxml></content>`
    fn document_inside(&mut self, content: Element<'_>) -> Option<Invocable> {
        self.attributes(content, &["expr"]);
        if let Some(expression) = self.text(content, "expr") {
            let help = "what is invoked is known when the machine is compiled: write it between \
                        the tags";
            let message = "`expr` is not supported for what is invoked";
            self.problems
                .add_with(expression.place, message, Some(help));
            return None;
        }
        let elements = self.elements(content, &["scxml"]);
        let Some(&root) = elements.first() else {
            let message = "`<content>` of an `<invoke>` has a document: `<scxml>…</scxml>`";
            self.problems.add(content.range().start, message);
            return None;
        };
        let outer = std::mem::replace(&mut self.sessions, super::Sessions::inside(root));
        let document = self.document(root);
        self.sessions = outer;
        self.check_invoked(&document, root.range().start);
        Some(Invocable::Inside(Box::new(document)))
    }

    /// `src="door.scxml"`
    fn document_beside(&mut self, named: &Text) -> Option<Invocable> {
        let found = self.files.read(&named.text).and_then(|file| {
            self.files.enter(&file.path)?;
            Ok(file)
        });
        let file = match found {
            Ok(file) => file,
            Err(message) => {
                self.problems.add(named.place, message);
                return None;
            }
        };
        let shown = named.text.trim().trim_start_matches("file:").to_owned();
        let mut problems = Problems::new(&shown, &file.text);
        let document = super::read_invoked(&file.text, self.late, self.files, &mut problems);
        self.files.leave();
        self.problems.absorb(problems);
        let document = document?;
        self.check_invoked(&document, named.place);
        Some(Invocable::Beside {
            name: named.text.clone(),
            text: file.text,
            document: Box::new(document),
        })
    }

    /// What a name that is computed can be: documents beside this one whose names stand in it as
    /// texts.
    fn documents_named(&mut self, node: Element<'_>, source: &Text) -> Option<Vec<Invocable>> {
        let mut names: Vec<Text> = Vec::new();
        let root = node
            .ancestors()
            .find(|one| one.tag_name().name() == "scxml")?;
        for attribute in root.descendants().flat_map(|one| one.attributes()) {
            for text in ecmascript::texts(attribute.value()) {
                let is_new = names.iter().all(|one| one.text != text);
                if is_new && text.ends_with(".scxml") && self.files.has(&text) {
                    let place = source.place;
                    names.push(Text { text, place });
                }
            }
        }
        if names.is_empty() {
            let help = "it can name a file beside the document whose name stands in the document \
                        as a text, `'door.scxml'`: what is invoked is known when the machine is \
                        compiled";
            let message = "`srcexpr` names nothing that is there";
            self.problems.add_with(source.place, message, Some(help));
            return None;
        }
        names
            .iter()
            .map(|name| self.document_beside(name))
            .collect()
    }

    fn check_invoked(&mut self, document: &Document, place: usize) {
        if document.model == Model::Rust {
            let message = "a document that is invoked has no `datamodel=\"rust\"`";
            let help = "what it is given and what it tells has no types: write `ecmascript`";
            self.problems.add_with(place, message, Some(help));
        }
    }
}
